//! A session's turns with the frames of `protocol.md`, and every frame that comes at the wrong time.

use super::*;
use crate::channel::terminal::frame::tests::{KIOSK, examples, key};

/// The rests of the terminal's frames and the kiosk's whole frames with their JSON.
type Script = (Vec<(Vec<u8>, &'static str)>, Vec<Vec<u8>>);

fn script() -> Script {
    let (mut kiosk, mut terminal) = (Vec::new(), Vec::new());
    for (side, head, json) in examples() {
        let frame = [head.as_slice(), json.as_bytes()].concat();
        match side {
            Side::Kiosk => kiosk.push((frame, json)),
            Side::Terminal => terminal.push(frame[4..].to_vec()),
        }
    }
    (kiosk, terminal)
}

fn begun() -> (Session, Script) {
    let script = script();
    let (session, hello) = Session::begin(key(), &KIOSK).expect("session");
    assert_eq!(hello, script.0[0].0);
    (session, script)
}

fn greeted() -> (Session, Script) {
    let (mut session, script) = begun();
    session.greeted(&script.1[0]).expect("greeting");
    (session, script)
}

#[test]
fn the_protocols_whole_conversation_is_held_to_the_byte() {
    let (mut session, (kiosk, terminal)) = greeted();
    for ((frame, json), rest) in kiosk.iter().zip(&terminal).skip(1) {
        let request: Request = serde_json::from_str(json).expect(json);
        assert_eq!(session.ask(&request).as_ref(), Ok(frame), "{json}");
        assert!(session.hear(rest).is_ok(), "{json}");
    }
}

#[test]
fn nothing_is_asked_or_heard_before_the_greeting() {
    let (mut session, (_, terminal)) = begun();
    let status = Request::Status { number: "TERM000001".to_owned() };
    assert_eq!(session.ask(&status), Err(FrameError::Sequence));
    assert_eq!(session.hear(&terminal[1]), Err(FrameError::Sequence));
}

#[test]
fn a_recorded_greeting_is_refused_in_another_session() {
    let (_, (_, terminal)) = begun();
    let (mut session, _) = Session::begin(key(), &[7; 16]).expect("session");
    assert_eq!(session.greeted(&terminal[0]), Err(FrameError::Mac));
}

#[test]
fn older_later_and_repeated_answers_are_refused() {
    let (mut session, (kiosk, terminal)) = greeted();
    let ask = |session: &mut Session, at: usize| {
        let request: Request = serde_json::from_str(kiosk[at].1).expect("request");
        session.ask(&request).expect("frame");
    };
    ask(&mut session, 1);
    assert_eq!(session.hear(&terminal[0]), Err(FrameError::Mac), "the greeting again");
    assert_eq!(session.hear(&terminal[2]), Err(FrameError::Sequence), "an answer before its question");
    session.hear(&terminal[1]).expect("the answer");
    ask(&mut session, 2);
    assert_eq!(session.hear(&terminal[1]), Err(FrameError::Sequence), "the last answer again");
}

#[test]
fn a_greeting_of_another_version_or_without_a_nonce_is_refused() {
    for json in [
        r#"{"type":"welcome","version":2,"nonce":"b0b1b2b3b4b5b6b7b8b9babbbcbdbebf"}"#,
        r#"{"type":"welcome","version":1,"nonce":"b0b1"}"#,
        r#"{"type":"welcome","version":1,"nonce":"xxb1b2b3b4b5b6b7b8b9babbbcbdbebf"}"#,
        r#"{"type":"error","code":"busy"}"#,
    ] {
        let (mut session, _) = begun();
        let mut id = [0; 32];
        id[..16].copy_from_slice(&KIOSK);
        let frame = key().seal(Side::Terminal, &id, 0, json.as_bytes()).expect("frame");
        assert_eq!(session.greeted(&frame[4..]), Err(FrameError::Content), "{json}");
    }
}
