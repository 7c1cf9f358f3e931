//! What came over a wire is what is written down, in whole frames, whatever ends it.

use super::*;
use std::path::PathBuf;

const DESC: &str = "N: t\nP: 02\nA: 2f 0 9 0 0\nA: 35 0 1000 0 0 1\nA: 36 0 1000 0 0 1\nA: 39 0 65535 0 0\n";

fn frames() -> Vec<InputEvent> {
    let abs = |time: u64, code, value| InputEvent::new(5_000_000 + time, code::EV_ABS, code, value);
    vec![
        abs(0, code::ABS_MT_TRACKING_ID, 1),
        abs(0, code::ABS_MT_POSITION_X, 5),
        InputEvent::report(5_000_000),
        abs(70, code::ABS_MT_TRACKING_ID, -1),
        InputEvent::report(5_000_070),
    ]
}

/// A raw file of these bytes, recorded: the outcome, and what was written.
fn recorded(bytes: &[u8]) -> (Result<usize, TouchError>, String) {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, bytes: &[u8]| -> PathBuf {
        std::fs::write(folder.path().join(name), bytes).unwrap();
        folder.path().join(name)
    };
    let spec = SourceSpec { path: file("bytes", bytes), desc: Some(file("desc", DESC.as_bytes())) };
    let mut written = Vec::new();
    let outcome = record(&spec, &Waker::new().unwrap(), &mut written);
    (outcome, String::from_utf8(written).unwrap())
}

fn raw(events: &[InputEvent]) -> Vec<u8> {
    events.iter().flat_map(|event| event.to_bytes()).collect()
}

#[test]
fn a_recording_is_what_came_from_time_0() {
    let (outcome, text) = recorded(&raw(&frames()));
    assert_eq!(outcome.unwrap(), 5);
    assert_eq!(evemu::description(&text).unwrap(), evemu::description(DESC).unwrap());
    let read: Vec<_> = evemu::events(&text).map(Result::unwrap).collect();
    let wanted: Vec<_> = frames()
        .into_iter()
        .map(|event| InputEvent { time_us: event.time_us - 5_000_000, ..event })
        .collect();
    assert_eq!(read, wanted);
}

#[test]
fn a_recording_that_is_cut_off_ends_with_a_frame() {
    let bytes = raw(&frames());
    for cut in 0..bytes.len() {
        let (outcome, text) = recorded(&bytes[..cut]);
        let read: Vec<_> = evemu::events(&text).map(Result::unwrap).collect();
        assert_eq!(read.len(), if cut < 3 * InputEvent::BYTES { 0 } else { 3 }, "{cut}");
        assert_eq!(outcome.is_err(), cut % InputEvent::BYTES != 0, "{cut}");
    }
}

#[test]
fn a_full_disk_is_said() {
    struct Full;
    impl Write for Full {
        fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
            Err(std::io::ErrorKind::StorageFull.into())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("desc");
    std::fs::write(&path, DESC).unwrap();
    let spec = SourceSpec { path: path.clone(), desc: Some(path) };
    let error = record(&spec, &Waker::new().unwrap(), Full).unwrap_err();
    assert!(matches!(error, TouchError::Write(_)), "{error}");
}
