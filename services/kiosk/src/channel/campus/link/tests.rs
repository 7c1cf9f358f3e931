//! The deadline of a conversation, over a reader that hears and does not answer.
use super::*;

fn card() -> CardUid {
    CardUid::new(&[4, 1, 2, 3, 4, 5, 6]).expect("uid")
}

fn impatient() -> CardLink {
    CardLink { within: Duration::from_millis(50), ..CardLink::default() }
}

#[tokio::test]
async fn a_conversation_without_an_answer_ends_and_its_command_may_have_been_obeyed() {
    let link = impatient();
    let asks = link.listen(None).expect("the first to listen");
    let mut talk = link.turn(&card()).await.expect("turn");
    assert_eq!(talk.exchange(vec![0x90]).await, Err(NoAnswer::ReaderLost));
    assert!(asks.recv().expect("it was sent").is_given_up());
    assert_eq!(talk.exchange(vec![0x90]).await, Err(NoAnswer::NotThere), "past the deadline nothing is sent");
    assert_eq!(asks.try_iter().count(), 0);
}

#[tokio::test]
async fn a_turn_that_does_not_come_ends_with_nothing_sent() {
    let link = impatient();
    let first = link.turn(&card()).await.expect("turn");
    assert!(matches!(link.turn(&card()).await, Err(NoAnswer::NotThere)));
    drop(first);
    link.turn(&card()).await.expect("the next turn");
}

#[test]
fn a_conversation_ends_before_its_channel_must_answer() {
    assert!(ANSWER_WITHIN < CONVERSATION_WITHIN);
    assert!(CONVERSATION_WITHIN < crate::channel::exchange::ANSWER_WITHIN);
}
