//! Specs, FIFOs, raw files, recordings: whole lives of contacts out of each, also when they break off.

use super::*;
use crate::event::code;
use crate::{InputEvent, Phase, evemu};
use std::io::Write;
use std::path::Path;

const DESC: &str = "N: t\nA: 2f 0 9 0 0\nA: 35 0 1000 0 0 1\nA: 36 0 1000 0 0 1\nA: 39 0 65535 0 0\n";

fn drag(from: u64) -> Vec<InputEvent> {
    let abs = |time, code, value| InputEvent::new(from + time, code::EV_ABS, code, value);
    vec![
        abs(0, code::ABS_MT_TRACKING_ID, 1),
        abs(0, code::ABS_MT_POSITION_X, 5),
        InputEvent::report(from),
        abs(9, code::ABS_MT_POSITION_X, 6),
        InputEvent::report(from + 9),
        abs(20, code::ABS_MT_TRACKING_ID, -1),
        InputEvent::report(from + 20),
    ]
}

struct Folder(std::path::PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("touch-{}-{name}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        std::fs::write(path.join("wall.desc"), DESC).unwrap();
        Self(path)
    }

    fn spec(&self, name: &str) -> SourceSpec {
        SourceSpec { path: self.0.join(name), desc: Some(self.0.join("wall.desc")) }
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.0).unwrap();
    }
}

/// Reads to the end; the phases in order, and the reason of the end.
fn all(source: &mut Source) -> (Vec<Phase>, Option<String>) {
    let mut phases = Vec::new();
    let mut nothings = 0;
    loop {
        match source.next(Duration::from_secs(10)) {
            Heard::Frame(frame) => phases.extend(frame.contacts.iter().map(|contact| contact.phase)),
            Heard::Ended(frame, why) => {
                phases.extend(frame.contacts.iter().map(|contact| contact.phase));
                return (phases, why.map(|error| error.to_string()));
            }
            Heard::Strange(error) => panic!("{error}"),
            // Part of an event: the rest follows.
            Heard::Nothing => {
                nothings += 1;
                assert!(nothings < 1000, "only silence");
            }
        }
    }
}

fn raw(events: &[InputEvent]) -> Vec<u8> {
    events.iter().flat_map(|event| event.to_bytes()).collect()
}

fn open(spec: &SourceSpec) -> Source {
    Source::open(spec, Some((1_895_000, 1_066_000)), &Placements::default(), Waker::new().unwrap()).unwrap()
}

#[test]
fn specs() {
    let spec = SourceSpec::parse("/dev/input/event7").unwrap();
    assert_eq!((spec.path.as_path(), spec.desc), (Path::new("/dev/input/event7"), None));
    let spec = SourceSpec::parse("/a,b/touch.fifo,/a/wall.desc").unwrap();
    assert_eq!(spec.path.as_path(), Path::new("/a,b/touch.fifo"));
    assert_eq!(spec.desc.as_deref(), Some(Path::new("/a/wall.desc")));
    assert!(SourceSpec::parse("any").unwrap().is_any() && !SourceSpec::parse("any,x").unwrap().is_any());
    for bad in ["", ",", "a,", ",b"] {
        assert!(SourceSpec::parse(bad).is_err(), "{bad:?}");
    }
}

#[test]
fn a_raw_file_is_read_to_its_end() {
    let folder = Folder::new("raw");
    std::fs::write(folder.0.join("bytes"), raw(&drag(0))).unwrap();
    let (phases, why) = all(&mut open(&folder.spec("bytes")));
    assert_eq!((phases, why), (vec![Phase::Down, Phase::Move, Phase::Up], None));
}

#[test]
fn a_truncated_stream_lifts_its_contacts_and_says_so() {
    let folder = Folder::new("torn");
    let bytes = raw(&drag(0));
    for cut in [3 * 24 + 1, 5 * 24 + 23, 5 * 24] {
        std::fs::write(folder.0.join("bytes"), &bytes[..cut]).unwrap();
        let (phases, why) = all(&mut open(&folder.spec("bytes")));
        assert_eq!((phases.first(), phases.last()), (Some(&Phase::Down), Some(&Phase::Up)), "{cut}");
        assert_eq!(why.is_some(), cut % 24 != 0, "{cut}: {why:?}");
    }
}

#[test]
fn a_fifo_speaks_when_its_writer_does_and_comes_back() {
    let folder = Folder::new("fifo");
    let path = folder.0.join("pipe");
    rustix::fs::mknodat(rustix::fs::CWD, &path, rustix::fs::FileType::Fifo, 0o600.into(), 0).unwrap();
    for _ in 0..2 {
        let mut source = open(&folder.spec("pipe"));
        assert!(source.comes_back());
        let writer = std::thread::spawn({
            let path = path.clone();
            move || {
                let mut pipe = std::fs::OpenOptions::new().write(true).open(path).unwrap();
                // In pieces that cut events in two.
                for piece in raw(&drag(0)).chunks(7) {
                    pipe.write_all(piece).unwrap();
                }
            }
        });
        assert_eq!(all(&mut source), (vec![Phase::Down, Phase::Move, Phase::Up], None));
        writer.join().unwrap();
    }
}

#[test]
fn the_waker_ends_a_wait() {
    let folder = Folder::new("wake");
    let path = folder.0.join("pipe");
    rustix::fs::mknodat(rustix::fs::CWD, &path, rustix::fs::FileType::Fifo, 0o600.into(), 0).unwrap();
    let waker = Waker::new().unwrap();
    let mut source =
        Source::open(&folder.spec("pipe"), Some((1, 1)), &Placements::default(), waker.clone()).unwrap();
    let waiting = std::thread::spawn(move || matches!(source.next(Duration::from_secs(60)), Heard::Nothing));
    waker.wake().unwrap();
    assert!(waiting.join().unwrap());
    assert!(waker.wait(Duration::from_secs(60)));
}

#[test]
fn a_recording_plays_in_its_own_time() {
    let folder = Folder::new("tape");
    let mut text = evemu::write_events(&drag(1_000_000));
    text.push_str(&evemu::write_events(&drag(1_080_000)));
    std::fs::write(folder.0.join("two.events"), &text).unwrap();
    let began = std::time::Instant::now();
    let (phases, why) = all(&mut open(&folder.spec("two.events")));
    assert_eq!((phases.len(), why), (6, None));
    assert!(began.elapsed() >= Duration::from_millis(80));
}

#[test]
fn a_torn_recording_lifts_and_names_the_line() {
    let folder = Folder::new("torntape");
    let text = evemu::write_events(&drag(0)[..4]);
    std::fs::write(folder.0.join("t.events"), &text[..text.len() - 12]).unwrap();
    let (phases, why) = all(&mut open(&folder.spec("t.events")));
    assert_eq!(phases, [Phase::Down, Phase::Up]);
    assert!(why.unwrap().contains("line 4"));
}

#[test]
fn what_is_no_panel_is_refused_in_words() {
    let folder = Folder::new("wrong");
    let waker = || Waker::new().unwrap();
    let error = |spec: &SourceSpec| {
        Source::open(spec, None, &Placements::default(), waker()).unwrap_err().to_string()
    };
    assert!(error(&folder.spec("absent")).contains("cannot be opened"));
    let plain = SourceSpec { desc: None, ..folder.spec("wall.desc") };
    assert!(error(&plain).contains("description"));
    let null = SourceSpec { path: "/dev/null".into(), desc: None };
    assert!(error(&null).contains("not an input device"), "{}", error(&null));
    for (desc, wanted) in [
        ("N: no axes\n", "no positions"),
        ("N: x\nA: 00 5 5 0 0\nA: 01 0 9 0 0\n", "without a range"),
        ("N: x\nA: 00 0 5 0 0\nA: 01 0 9 0 0\n", "how large"),
        ("N: x\nA: 2f 0 2147483647 0 0\nA: 35 0 9 0 0 1\nA: 36 0 9 0 0 1\n", "2147483648 contacts"),
    ] {
        std::fs::write(folder.0.join("wall.desc"), desc).unwrap();
        std::fs::write(folder.0.join("bytes"), b"").unwrap();
        assert!(error(&folder.spec("bytes")).contains(wanted), "{desc}: {}", error(&folder.spec("bytes")));
    }
}
