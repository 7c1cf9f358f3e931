//! Answers are found in any pieces and after any noise; noise makes no proof.
use proptest::prelude::*;

use super::*;

fn mark(number: u32) -> (Mark, Vec<u8>) {
    let mark = Mark::numbered(number);
    (mark, [&[0x37, 0x22], &mark.bytes()[..], &[0]].concat())
}

#[test]
fn kinds() {
    let (mark, block) = mark(7);
    for (bytes, wanted) in [
        (vec![0x12], vec![Reply::Answer(0x12)]),
        (vec![0x7e], vec![Reply::Answer(0x7e)]),
        (vec![0x14, 0, 0, 0x0f], vec![Reply::Told([0x14, 0, 0, 0x0f])]),
        (vec![0x11, 0x13], vec![]),
        (block, vec![Reply::Printed(mark)]),
        // A model's name, which nobody asked for.
        (b"\x37\x21TM-T20\0\x12".to_vec(), vec![Reply::Answer(0x12)]),
        // The four bytes are broken off by an answer.
        (vec![0x14, 0, 0x12], vec![Reply::Answer(0x12)]),
        (vec![0xff, 0x00, 0x12], vec![Reply::Answer(0x12)]),
    ] {
        assert_eq!(Replies::default().take(&bytes), wanted, "{bytes:02x?}");
    }
}

#[test]
fn papers_are_heard_where_they_are_waited_for() {
    let bytes = [0x12, 0x00, 0x0c, 0x16, 0x11, 0x03];
    let [asked, again] = [0x12, 0x16].map(Reply::Answer);
    let papers = [asked, Reply::Paper(0x00), Reply::Paper(0x0c), again, Reply::Paper(0x03)];
    assert_eq!(Replies::with_papers().take(&bytes), papers);
    assert_eq!(Replies::default().take(&bytes), [asked, again]);
}

#[test]
fn a_broken_mark_is_none() {
    let (_, block) = mark(1234);
    for at in 0..block.len() {
        for bits in 1..=255 {
            let mut broken = block.clone();
            broken[at] ^= bits;
            let mut replies = Replies::default();
            let found = replies.take(&[&broken[..], &[0x12]].concat());
            assert!(!found.iter().any(|reply| matches!(reply, Reply::Printed(_))), "{broken:02x?}");
        }
        let missing = [&block[..at], &block[at + 1..]].concat();
        let found = Replies::default().take(&missing);
        assert!(!found.iter().any(|reply| matches!(reply, Reply::Printed(_))), "{missing:02x?}");
    }
}

proptest! {
    #[test]
    fn pieces_do_not_matter(bytes in proptest::collection::vec(any::<u8>(), 0..64), cut in 0_usize..64) {
        let whole = Replies::default().take(&bytes);
        let mut replies = Replies::default();
        let (first, second) = bytes.split_at(cut.min(bytes.len()));
        let mut pieces = replies.take(first);
        pieces.extend(replies.take(second));
        prop_assert_eq!(pieces, whole);
    }

    #[test]
    fn after_any_noise_the_second_mark_is_heard(noise in proptest::collection::vec(any::<u8>(), 0..64), number in any::<u32>()) {
        let (mark, block) = mark(number);
        let mut replies = Replies::default();
        replies.take(&noise);
        replies.take(&block);
        // The first may have ended a block that the noise began; no noise reaches further than a block's limit.
        replies.take(&[0; BLOCK_MAX]);
        prop_assert_eq!(replies.take(&block), vec![Reply::Printed(mark)]);
    }
}
