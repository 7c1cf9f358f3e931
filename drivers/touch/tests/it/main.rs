//! Recordings of real panels, made by others, through the very code that a panel uses. They are not ours to pass
//! on, so a checkout without them says "skipped" and passes.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "helpers of tests fail and speak like tests")]

mod calibrate;
mod umockdev;
mod urgency;

use std::collections::HashSet;
use std::path::PathBuf;
use touch::{Buttons, ContactId, Decoder, Description, Fed, Frame, Panel, Phase, Sieve, ToolKind, evemu};

fn recordings() -> Option<PathBuf> {
    let folder = std::env::var_os("DAIS_SHARED_DATA").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"),
        PathBuf::from,
    );
    let folder = folder.join("touch");
    if folder.is_dir() {
        return Some(folder);
    }
    println!("skipped: no recordings of real panels in {}", folder.display());
    None
}

/// Plays a recording; every contact's life must be whole. The frames, and the most contacts at once.
fn play(events: &str, desc: &str) -> Option<(Vec<Frame>, usize)> {
    let folder = recordings()?;
    let read = |name: &str| String::from_utf8_lossy(&std::fs::read(folder.join(name)).unwrap()).into_owned();
    let desc = if desc.contains("A: ") { desc.to_owned() } else { read(desc) };
    Some(decoded(&read(events), &evemu::description(&desc).unwrap()))
}

/// The same for a recording's text.
fn decoded(events: &str, about: &Description) -> (Vec<Frame>, usize) {
    let panel = Panel::new(about, Some((1_895_000, 1_066_000))).unwrap();
    let mut decoder = Decoder::new(panel);
    let mut frames = Vec::new();
    for event in evemu::events(events) {
        match decoder.feed(event.unwrap()) {
            Fed::Frame(frame) => frames.push(frame),
            Fed::Nothing => {}
            Fed::Lost => frames.push(decoder.lift_all(0)),
            Fed::Strange(error) => panic!("{error}"),
        }
    }
    frames.push(decoder.lift_all(0));
    let mut down: HashSet<ContactId> = HashSet::new();
    let mut most = 0;
    for contact in frames.iter().flat_map(|frame| &frame.contacts) {
        assert!((0..=1_895_000).contains(&contact.at.x_um) && (0..=1_066_000).contains(&contact.at.y_um));
        match contact.phase {
            Phase::Down => assert!(down.insert(contact.id)),
            Phase::Move => assert!(down.contains(&contact.id)),
            Phase::Up | Phase::Cancel => assert!(down.remove(&contact.id)),
        }
        most = most.max(down.len());
    }
    assert!(down.is_empty());
    (frames, most)
}

fn downs(frames: &[Frame]) -> usize {
    frames.iter().flat_map(|frame| &frame.contacts).filter(|contact| contact.phase == Phase::Down).count()
}

const ATMEL: &str = "Atmel maXTouch Touchscreen.desc";

#[test]
fn one_finger_of_a_real_panel() {
    let Some((frames, most)) = play("Atmel maXTouch Touchscreen.1-finger-drag-up-down.events", ATMEL) else {
        return;
    };
    assert_eq!((most, downs(&frames)), (1, 1));
}

#[test]
fn two_fingers_of_a_real_panel() {
    let Some((_, most)) = play("Atmel maXTouch Touchscreen.2-fingers-touch-release.events", ATMEL) else {
        return;
    };
    assert_eq!(most, 2);
}

#[test]
fn four_fingers_of_a_real_panel() {
    let Some((frames, most)) = play("Atmel maXTouch Touchscreen.4-finger-drag-down.events", ATMEL) else {
        return;
    };
    assert_eq!((most, downs(&frames)), (4, 4));
}

#[test]
fn an_optical_panel() {
    let played = play("QUANTA OpticalTouchScreen.touch-hover.events", "QUANTA OpticalTouchScreen.desc");
    let Some((frames, most)) = played else { return };
    assert_eq!((most, downs(&frames)), (1, 1));
}

#[test]
fn a_canvas_panel() {
    let Some((frames, most)) = play("dell_canvas_touch.evemu", "dell_canvas_touch.evemu") else { return };
    assert!(most >= 1 && downs(&frames) > 10, "{most} {}", downs(&frames));
}

#[test]
fn a_canvas_panels_own_clock() {
    let Some((frames, _)) = play("dell_canvas_touch.evemu", "dell_canvas_touch.evemu") else { return };
    let times: Vec<_> = frames.iter().map(|frame| frame.time_us).filter(|time| *time > 0).collect();
    assert!(times.is_sorted(), "time went back");
    // Its clock counts whole scans; what USB and the kernel add to them must be gone.
    let steps: Vec<_> =
        times.windows(2).map(|pair| pair[1] - pair[0]).filter(|step| *step < 20_000).collect();
    let exact = steps.iter().filter(|step| (*step % 100).min(100 - *step % 100) <= 12).count();
    assert!(exact * 10 > steps.len() * 8, "{exact} of {}", steps.len());
}

#[test]
fn recordings_survive_writing() {
    let Some(folder) = recordings() else { return };
    for name in ["dell_canvas_touch.evemu", "Wacom Cintiq 22HDT Pen.events"] {
        let text = String::from_utf8_lossy(&std::fs::read(folder.join(name)).unwrap()).into_owned();
        let desc = evemu::description(&text).unwrap();
        assert_eq!(evemu::description(&evemu::write_description(&desc)).unwrap(), desc, "{name}");
        let events: Vec<_> = evemu::events(&text).map(Result::unwrap).collect();
        let again: Result<Vec<_>, _> = evemu::events(&evemu::write_events(&events)).collect();
        assert_eq!(again.unwrap(), events, "{name}");
    }
}

/// What the sieve lets through of a recording.
fn sieved(frames: &[Frame], desc: &str) -> Vec<Frame> {
    let text =
        String::from_utf8_lossy(&std::fs::read(recordings().unwrap().join(desc)).unwrap()).into_owned();
    let panel = Panel::new(&evemu::description(&text).unwrap(), Some((1_895_000, 1_066_000))).unwrap();
    let mut sieve = Sieve::new(&panel);
    let mut through = Vec::new();
    for frame in frames {
        while let Some(due) = sieve.due_us().filter(|due| *due <= frame.time_us) {
            through.extend(sieve.pass(due));
        }
        through.extend(sieve.feed(frame.clone()));
    }
    through.extend(sieve.finish(frames.iter().map(|frame| frame.time_us).max().unwrap_or(0)));
    assert_eq!(sieve.due_us(), None);
    through
}

fn points(frames: &[Frame]) -> usize {
    frames.iter().map(|frame| frame.contacts.len()).sum()
}

#[test]
fn the_sieve_loses_nothing_of_good_panels() {
    for (events, desc) in [
        ("Atmel maXTouch Touchscreen.4-finger-drag-down.events", ATMEL),
        ("dell_canvas_touch.evemu", "dell_canvas_touch.evemu"),
        ("Wacom Cintiq 22HDT Pen.events", "Wacom Cintiq 22HDT Pen.events"),
        ("QUANTA OpticalTouchScreen.touch-hover.events", "QUANTA OpticalTouchScreen.desc"),
    ] {
        let Some((frames, _)) = play(events, desc) else { return };
        let through = sieved(&frames, desc);
        assert_eq!((downs(&through), points(&through)), (downs(&frames), points(&frames)), "{events}");
    }
}

#[test]
fn a_real_pen() {
    let name = "Wacom Cintiq 22HDT Pen.events";
    let Some((frames, most)) = play(name, name) else { return };
    assert_eq!(most, 1);
    let contacts = || frames.iter().flat_map(|frame| &frame.contacts);
    assert!(contacts().all(|contact| matches!(contact.tool, ToolKind::Pen | ToolKind::Eraser)));
    assert!(contacts().any(|contact| contact.serial.is_some()));
    assert!(contacts().filter_map(|contact| contact.pressure).max() > Some(10_000));
    assert!(contacts().any(|contact| contact.tilt.is_some_and(|tilt| tilt.x_cdeg != 0 && tilt.y_cdeg != 0)));
    let erased = contacts().any(|contact| contact.tool == ToolKind::Eraser);
    let barrel = contacts().any(|contact| contact.buttons != Buttons::default());
    let hovers = || frames.iter().flat_map(|frame| &frame.hovers);
    let far = hovers().filter_map(|hover| hover.distance).max();
    assert!(erased && barrel && far > Some(10_000), "{erased} {barrel} {far:?}");
    assert!(hovers().any(|hover| hover.tool_id.is_some()) && hovers().any(|hover| !hover.near));
}

#[test]
fn an_infrared_frame_is_described() {
    let Some(folder) = recordings() else { return };
    let name = "Beijing IRTOUCHSYSTEMS Co.,LtD IRTOUCH InfraRed USB TouchScreen.desc";
    let desc = std::fs::read_to_string(folder.join(name)).unwrap();
    let desc = evemu::description(&desc).unwrap();
    assert!(Panel::new(&desc, None).is_err());
    assert!(Panel::new(&desc, Some((1_895_000, 1_066_000))).is_ok());
}
