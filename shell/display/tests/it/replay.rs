//! Recordings in, pictures out: ours, whose hash must not change, and real panels', where they are at hand.

use crate::bench::{SIZE_PX, SIZE_UM, Script, config, ink_at, px, wall};
use board::{Colour, PersonId};
use display::BoardCommand;
use display::replay::Replay;
use std::path::{Path, PathBuf};
use touch::{
    Contact, ContactId, Decoder, Fed, Frame, InputEvent, Panel, PanelPoint, Phase, TipClass, ToolKind, evemu,
};

fn replay() -> Replay {
    Replay::new(&config(Path::new("/nonexistent"), Vec::new())).unwrap()
}

fn frames(events: impl IntoIterator<Item = InputEvent>, panel: Panel) -> Vec<Frame> {
    let mut decoder = Decoder::new(panel);
    let mut frames = Vec::new();
    for event in events {
        match decoder.feed(event) {
            Fed::Frame(frame) => frames.push(frame),
            Fed::Lost => frames.push(decoder.lift_all(event.time_us)),
            Fed::Nothing | Fed::Strange(_) => {}
        }
    }
    frames
}

/// Through evemu's text, as a recording of a panel would come.
fn recorded(script: &Script) -> Vec<Frame> {
    let text = evemu::write_description(&wall()) + &evemu::write_events(&script.events);
    let panel = Panel::new(&evemu::description(&text).unwrap(), Some(SIZE_UM)).unwrap();
    let events: Vec<_> = evemu::events(&text).map(Result::unwrap).collect();
    frames(events, panel)
}

fn two() -> [PersonId; 2] {
    [PersonId::new(1).unwrap(), PersonId::new(2).unwrap()]
}

/// Two people, each before a palette of their own, in two colours.
fn two_people(replay: &mut Replay) {
    let [one, two] = two();
    let at = |x_um| PanelPoint { x_um, y_um: 900_000 };
    replay.palettes(vec![(one, at(200_000)), (two, at(1_700_000))]);
    replay.command(BoardCommand::SetColour { person: one, colour: Colour::BLUE });
    replay.command(BoardCommand::SetColour { person: two, colour: Colour::VERMILION });
}

/// Two people draw circles at once, 100 Hz, in the same frames.
fn two_circles() -> Script {
    let at = |step: i32, centre: i32| {
        // Whole numbers only, so that the recording itself is the same everywhere: a diamond, rounded by the pen.
        let t = step % 40;
        let (a, b) = (t % 10, 10 - t % 10);
        let (x, y) = [(b, a), (-a, b), (-b, -a), (a, -b)][(t / 10) as usize];
        (centre + x * 20, 533 + y * 20)
    };
    let mut script = Script::default();
    let (left, right) = (at(0, 500), at(0, 1400));
    script.down(0, left.0, left.1).down(1, right.0, right.1).frame(10);
    for step in 1..=40 {
        let (left, right) = (at(step, 500), at(step, 1400));
        script.to(0, left.0, left.1).to(1, right.0, right.1).frame(10);
    }
    script.up(0).up(1).frame(10);
    script
}

#[test]
fn two_people_at_once_give_the_same_picture_every_time() {
    let frames = recorded(&two_circles());
    let mut hashes = Vec::new();
    for _ in 0..3 {
        let mut replay = replay();
        two_people(&mut replay);
        frames.iter().for_each(|frame| replay.play(frame));
        let picture = replay.picture();
        // The rightmost corner of each diamond, in its person's colour.
        for (x, wanted) in [(700, Colour::BLUE), (1600, Colour::VERMILION)] {
            let (x, y) = px(x, 533);
            let near = (x - 4..=x + 4).filter_map(|x| picture.at(x, y));
            let strongest = near.min_by_key(|rgb| rgb.iter().map(|c| u32::from(*c)).sum::<u32>()).unwrap();
            let [_, red, green, blue] = wanted.on(board::Ground::White).to_be_bytes();
            assert_eq!(strongest, [red, green, blue]);
        }
        hashes.push(replay.hash());
    }
    assert!(hashes.iter().all(|hash| *hash == hashes[0]));
    println!("framebuffer hash of two people drawing at once: {:016x}", hashes[0]);
    // Undo is per person: the first one's goes, the second one's stays.
    let mut replay = replay();
    two_people(&mut replay);
    let empty = replay.hash();
    frames.iter().for_each(|frame| replay.play(frame));
    replay.command(BoardCommand::Undo { person: two()[0] });
    let picture = replay.picture();
    assert!(!ink_at(&picture, 700, 533) && ink_at(&picture, 1600, 533));
    replay.command(BoardCommand::Undo { person: two()[1] });
    assert_eq!(replay.hash(), empty);
    replay.command(BoardCommand::Redo { person: two()[0] });
    replay.command(BoardCommand::Redo { person: two()[1] });
    assert_eq!(replay.hash(), hashes[0]);
}

#[test]
fn damage_is_complete_so_that_a_whole_picture_is_no_different() {
    let mut pieces = replay();
    two_people(&mut pieces);
    let mut script = two_circles();
    script.down(2, 500, 300).wide(2, 90, 60).frame(10);
    for y in (300..900).step_by(20) {
        script.to(2, 500, y).frame(10);
    }
    for frame in recorded(&script) {
        pieces.play(&frame);
        let by_damage = pieces.hash();
        pieces.draw_everything();
        assert_eq!(pieces.hash(), by_damage, "at {} us", frame.time_us);
    }
}

#[test]
fn the_first_touch_of_a_board_that_was_read_draws_no_more_than_the_next() {
    let mut written = replay();
    let mut script = Script::default();
    for y in (100..1_000).step_by(60) {
        script.line(0, (100, y), (1_800, y));
    }
    recorded(&script).iter().for_each(|frame| written.play(frame));
    let config = config(Path::new("/nonexistent"), Vec::new());
    let mut read = Replay::on(&config, written.take_ops()).unwrap();
    read.pass(1_000_000);
    let sharp = read.hash();
    let mut drawn = Vec::new();
    for serial in [1, 2] {
        let before = read.pixels_touched();
        let stroke = pen_stroke(serial, 500_000, 2_000_000 + u64::from(serial) * 1_000_000);
        stroke.iter().for_each(|frame| read.play(frame));
        drawn.push(read.pixels_touched() - before);
    }
    assert_ne!(read.hash(), sharp, "the touches are seen");
    assert!(drawn[0] <= drawn[1] + 64 * 64, "{drawn:?} pixels");
}

#[test]
fn a_palm_erases_and_shows_what_it_will_erase() {
    let mut replay = replay();
    let mut script = Script::default();
    script.line(0, (300, 500), (1500, 500));
    recorded(&script).iter().for_each(|frame| replay.play(frame));
    assert!(ink_at(&replay.picture(), 900, 500));
    let mut palm = Script::default();
    palm.down(1, 900, 300).wide(1, 100, 80).frame(10);
    for y in (310..=500).step_by(10) {
        palm.to(1, 900, y).frame(10);
    }
    recorded(&palm).iter().for_each(|frame| replay.play(frame));
    let picture = replay.picture();
    assert!(!ink_at(&picture, 900, 500), "the palm erased nothing");
    assert!(ink_at(&picture, 500, 500) && ink_at(&picture, 1300, 500), "the palm erased too much");
    // Its outline is to be seen while it rests, 45 mm (a disc of its area) below its middle.
    let (x, y) = px(900, 500);
    let ring = (y + 15..y + 30).any(|y| picture.at(x, y).is_some_and(|rgb| rgb[0] < 200));
    assert!(ring, "no outline around the palm");
    let mut lift = Script::default();
    lift.up(1).frame(10);
    // The same decoder must hear the lift, so play all of it again on a fresh board.
    let mut replay = self::replay();
    let mut all = script;
    all.events.extend(palm.events);
    all.events.extend(lift.events);
    recorded(&all).iter().for_each(|frame| replay.play(frame));
    let picture = replay.picture();
    assert!((y + 15..y + 30).all(|y| picture.at(x, y).is_some_and(|rgb| rgb[0] > 240)), "the outline stayed");
}

#[test]
fn two_fingers_of_one_person_take_their_ink_back() {
    let pinch = |right: i32| {
        let mut script = Script::default();
        script.down(0, right - 100, 500).frame(30);
        script.down(1, right, 500).frame(60);
        for step in 1..=20 {
            script.to(0, right - 100 - 10 * step, 500).to(1, right + 10 * step, 500).frame(10);
        }
        script.up(0).up(1).frame(10);
        let mut replay = replay();
        two_people(&mut replay);
        let empty = replay.hash();
        recorded(&script).iter().for_each(|frame| replay.play(frame));
        (replay.hash() == empty, replay.picture())
    };
    assert!(pinch(500).0, "a pinch left ink");
    // The same two fingers, but each nearer to another person's palette: both write.
    let (blank, picture) = pinch(1000);
    assert!(!blank && [850, 1150].iter().all(|x| ink_at(&picture, *x, 500)));
}

/// One short stroke straight down.
fn pen_stroke(serial: u32, x_um: i32, time_us: u64) -> Vec<Frame> {
    let id = ContactId::fresh();
    let steps = 0..=10_i32;
    let frame = |step: i32| {
        let phase = if step == 0 { Phase::Down } else { Phase::Move };
        let at = PanelPoint { x_um, y_um: 300_000 + 20_000 * step };
        let contact = Contact {
            pressure: Some(40_000),
            tool: ToolKind::Pen,
            serial: Some(serial),
            ..Contact::new(id, phase, at)
        };
        Frame::new(time_us + 10_000 * step as u64, vec![contact])
    };
    let mut frames: Vec<_> = steps.map(frame).collect();
    let mut last = frames[10].clone();
    last.contacts[0].phase = Phase::Up;
    frames.push(last);
    frames
}

#[test]
fn a_pen_stays_with_the_person_who_first_wrote_with_it() {
    let mut replay = replay();
    two_people(&mut replay);
    // The same pen left, then right; another pen right, before the second person's palette.
    for (serial, x_um, time_us) in [(7, 300_000, 0), (7, 1_500_000, 1_000_000), (8, 1_700_000, 2_000_000)] {
        pen_stroke(serial, x_um, time_us).iter().for_each(|frame| replay.play(frame));
    }
    let picture = replay.picture();
    let is_blue = |x_mm: i32| {
        let (x, y) = px(x_mm, 400);
        let near = (x - 3..=x + 3).filter_map(|x| picture.at(x, y));
        let [red, _, blue] = near.min_by_key(|rgb| rgb.iter().map(|c| u32::from(*c)).sum::<u32>()).unwrap();
        blue > red
    };
    assert_eq!([300, 1500, 1700].map(is_blue), [true, true, false]);
}

#[test]
fn a_finger_laid_flat_writes_where_its_size_was_judged_over_time() {
    for (class, writes) in [(Some(TipClass::Finger), true), (None, false), (Some(TipClass::Palm), false)] {
        let mut replay = replay();
        for mut frame in pen_stroke(1, 300_000, 0) {
            let contact = &mut frame.contacts[0];
            contact.tool = if class == Some(TipClass::Palm) { ToolKind::Palm } else { ToolKind::Finger };
            (contact.serial, contact.pressure, contact.class) = (None, None, class);
            (contact.major_um, contact.minor_um) = (Some(25_000), Some(9_000));
            replay.play(&frame);
        }
        assert_eq!(ink_at(&replay.picture(), 300, 400), writes, "{class:?}");
    }
}

#[test]
fn nonsense_draws_something_or_nothing_but_never_panics() {
    // A little generator of bad numbers, the same every time.
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut next = move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    let mut replay = replay();
    let mut events = Vec::new();
    for step in 0..4000_u64 {
        let code = 0x2f + (next() % 16) as u16;
        let value = if next() % 4 == 0 { next() as i32 } else { (next() % 2000) as i32 - 2 };
        events.push(InputEvent::new(step * 500, 3, code, value));
        if next() % 3 == 0 {
            events.push(InputEvent::new(step * 500, 0, if next() % 20 == 0 { 3 } else { 0 }, 0));
        }
    }
    let panel = Panel::new(&wall(), Some(SIZE_UM)).unwrap();
    frames(events, panel).iter().for_each(|frame| replay.play(frame));
    assert_eq!((replay.picture().width, replay.picture().height), SIZE_PX);
}

fn shared(name: &str) -> Option<PathBuf> {
    let folder = std::env::var_os("DAIS_SHARED_DATA")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"), PathBuf::from);
    let path = folder.join("touch").join(name);
    if path.is_file() {
        return Some(path);
    }
    println!("skipped: no recording {}", path.display());
    None
}

#[test]
fn recordings_of_real_panels_leave_ink() {
    for (events, desc) in [
        ("Atmel maXTouch Touchscreen.4-finger-drag-down.events", "Atmel maXTouch Touchscreen.desc"),
        ("QUANTA OpticalTouchScreen.touch-hover.events", "QUANTA OpticalTouchScreen.desc"),
        ("dell_canvas_touch.evemu", "dell_canvas_touch.evemu"),
        ("Wacom Cintiq 22HDT Pen.events", "Wacom Cintiq 22HDT Pen.events"),
    ] {
        let (Some(events), Some(desc)) = (shared(events), shared(desc)) else { continue };
        let read = |path: &Path| String::from_utf8_lossy(&std::fs::read(path).unwrap()).into_owned();
        let panel = Panel::new(&evemu::description(&read(&desc)).unwrap(), Some(SIZE_UM)).unwrap();
        let text = read(&events);
        let mut replay = replay();
        let empty = replay.hash();
        for frame in frames(evemu::events(&text).map(Result::unwrap), panel) {
            replay.play(&frame);
        }
        assert_ne!(replay.hash(), empty, "{} left no ink", events.display());
        println!("{}: {:016x}", events.display(), replay.hash());
    }
}
