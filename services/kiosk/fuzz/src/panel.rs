//! What touch panels, HDMI inputs and microphones send, and recordings of it.

use std::collections::HashMap;

use capture::picture::Facts;
use capture::{Level, Source};
use touch::{
    Axis, ContactId, Decoder, Description, Fed, Frame, InputEvent, Panel, Phase, Sieve, code, evemu,
};

/// The screen below the panels, in micrometres.
const SCREEN: (i32, i32) = (1_895_000, 1_066_000);
/// One event of [`events`]: kind, code, two bytes of a pause in milliseconds, four of a value.
const EVENT: usize = 8;
/// Codes that evemu's text has room for: keys, and axes and properties.
const KEYS: u16 = 12 * 64;
const BITS: u16 = 64;
/// Longer than the sieve holds anything back.
const LONG_US: u64 = 10_000_000;

/// Each contact comes down once, moves on the screen and ends once.
#[derive(Default)]
struct Lives(HashMap<ContactId, (Phase, u64)>);

impl Lives {
    fn add(&mut self, frame: &Frame) {
        for contact in &frame.contacts {
            let before = self.0.insert(contact.id, (contact.phase, frame.time_us));
            match (before.map(|(phase, _)| phase), contact.phase) {
                (None, Phase::Down) | (Some(Phase::Down | Phase::Move), Phase::Move | Phase::Up | Phase::Cancel) => {}
                (before, now) => panic!("{:?}: {now:?} after {before:?}", contact.id),
            }
            let (x, y) = (contact.at.x_um, contact.at.y_um);
            assert!((0..=SCREEN.0).contains(&x) && (0..=SCREEN.1).contains(&y), "{x}, {y} is beside the screen");
        }
    }

    fn ended(&self) {
        let open = self.0.iter().find(|(_, (phase, _))| matches!(phase, Phase::Down | Phase::Move));
        assert!(open.is_none(), "{open:?} never lifts");
    }
}

/// Plays events through the decoder and the sieve, as a panel's owner does.
fn play(description: &Description, events: impl Iterator<Item = InputEvent>) {
    let Ok(panel) = Panel::new(description, Some(SCREEN)) else { return };
    let (mut decoder, mut sieve) = (Decoder::new(panel.clone()), Sieve::new(&panel));
    let (mut seen, mut sifted, mut last) = (Lives::default(), Lives::default(), 0);
    for event in events {
        last = event.time_us;
        let frame = match decoder.feed(event) {
            Fed::Frame(frame) => frame,
            Fed::Lost => decoder.lift_all(last),
            Fed::Nothing | Fed::Strange(_) => continue,
        };
        seen.add(&frame);
        last = frame.time_us;
        sieve.feed(frame).iter().for_each(|frame| sifted.add(frame));
    }
    let frame = decoder.lift_all(last);
    seen.add(&frame);
    seen.ended();
    sieve.feed(frame).iter().for_each(|frame| sifted.add(frame));
    sieve.finish(last.saturating_add(LONG_US)).iter().for_each(|frame| sifted.add(frame));
    sifted.ended();
}

/// A recording in evemu's text format: what is read of it means the same when it is written again, and plays.
pub(crate) fn recording(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let events: Vec<InputEvent> = evemu::events(&text).map_while(Result::ok).collect();
    let again = evemu::write_events(&events);
    assert!(evemu::events(&again).map_while(Result::ok).eq(events.iter().copied()), "events change");
    let Ok(description) = evemu::description(&text) else { return };
    let fits = description.keys.iter().all(|key| *key < KEYS)
        && description.axes.keys().chain(&description.properties).all(|bit| *bit < BITS);
    if fits {
        let again = evemu::description(&evemu::write_description(&description)).expect("its own description");
        assert_eq!(again, description);
    }
    play(&description, events.into_iter());
}

/// A panel of one of four kinds, by the first byte, and its events.
pub(crate) fn events(bytes: &[u8]) {
    let Some((first, rest)) = bytes.split_first() else { return };
    let mut now = 1_000_000u64;
    let mut event = |bytes: &[u8; EVENT]| {
        let [kind, number, pause @ .., a, b, c, d] = *bytes;
        now += u64::from(u16::from_le_bytes(pause)) * 1000;
        let (kind, number) = match kind % 4 {
            0 => (code::EV_SYN, u16::from(number % 4)),
            // Only what panels and pens have.
            1 => (code::EV_KEY, code::BTN_TOOL_PEN + u16::from(number % 16)),
            2 => (code::EV_ABS, u16::from(number % 64)),
            _ => (code::EV_MSC, u16::from(number % 8)),
        };
        let event = InputEvent::new(now, kind, number, i32::from_le_bytes([a, b, c, d]));
        assert_eq!(InputEvent::from_bytes(&event.to_bytes()), event);
        event
    };
    play(&kind(*first), rest.as_chunks().0.iter().map(&mut event));
    let raw = bytes.as_chunks().0.iter().map(InputEvent::from_bytes);
    play(&kind(*first), raw);
}

/// An infrared frame, a capacitive panel, a pen, or one finger alone.
fn kind(which: u8) -> Description {
    let mut about = Description { name: "panel".to_owned(), ..Description::default() };
    let mut axes = |range: std::ops::RangeInclusive<u16>| {
        about.axes.extend(range.map(|axis| (axis, Axis { min: 0, max: 32_767, resolution: 17 })));
    };
    match which % 4 {
        0 | 1 => {
            axes(code::ABS_MT_SLOT..=code::ABS_MT_TOOL_Y);
            about.axes.insert(code::ABS_MT_SLOT, Axis { min: 0, max: 9, resolution: 0 });
            about.name = if which % 4 == 0 { "infrared frame" } else { "capacitive" }.to_owned();
            // Ilitek, whose panels are capacitive; none is known of the other.
            about.identity.vendor = if which % 4 == 0 { 0x6615 } else { 0x222a };
        }
        2 => {
            axes(code::ABS_X..=code::ABS_Z);
            axes(code::ABS_PRESSURE..=code::ABS_TILT_Y);
            about.keys.extend([code::BTN_TOOL_PEN, code::BTN_TOOL_RUBBER, code::BTN_STYLUS, code::BTN_TOUCH]);
        }
        _ => {
            axes(code::ABS_X..=code::ABS_Y);
            about.keys.insert(code::BTN_TOUCH);
        }
    }
    about
}

/// Pixels and sound of an input, and a line that names one: what is measured keeps within its scale.
pub(crate) fn samples(bytes: &[u8]) {
    let Some((width, pixels)) = bytes.split_first() else { return };
    let facts = Facts::of(pixels, usize::from(*width));
    assert!(facts.contrast <= 128, "{facts:?}");
    let samples: Vec<i16> = pixels.as_chunks().0.iter().map(|two| i16::from_le_bytes(*two)).collect();
    let level = Level::of(&samples);
    assert!(level.rms_db.is_finite() && level.peak_db <= 0.001, "{level:?}");
    let named = std::str::from_utf8(bytes).ok().and_then(|line| Some((line, Source::parse(line).ok()?)));
    if let Some((line, source)) = named {
        assert_eq!(source.name(), line);
    }
}
