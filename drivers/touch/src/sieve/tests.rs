//! Scripted frames of an infrared panel, and what must come through.

use super::*;
use crate::panel::{Axis, Description};
use crate::{ContactId, PanelPoint, Phase, Sizes, ToolKind, code};
use proptest::prelude::*;
use std::collections::{BTreeSet, HashMap};

mod crowd;
mod ghosts;

fn panel(name: &str) -> Panel {
    let mut about = Description { name: name.into(), ..Description::default() };
    for (axis, max) in [
        (code::ABS_MT_SLOT, 39),
        (code::ABS_MT_POSITION_X, 32_767),
        (code::ABS_MT_POSITION_Y, 32_767),
        (code::ABS_MT_TRACKING_ID, 65_535),
    ] {
        about.axes.insert(axis, Axis { min: 0, max, resolution: 0 });
    }
    Panel::new(&about, Some((1_895_000, 1_066_000))).unwrap()
}

fn infrared() -> Sieve {
    Sieve::new(&panel("A wall"))
}

/// Only these rules: the rest of an infrared frame's would blur what is looked at.
fn only(rules: Quirks) -> Sieve {
    Sieve::with(&panel("A wall"), Quirks { smear_us: 0, smear_um: 0, tremble_um: 0, ..rules })
}

/// A line is a frame: `MS: 1+10,20 2>30,40 3-`, places in millimetres; `MS:` alone lets time pass. The contacts that
/// come through, a word each: `0D1@10,20`. Contacts that the sieve has named itself are `?`.
fn play(sieve: &mut Sieve, script: &str) -> Vec<String> {
    let mut places: HashMap<u64, PanelPoint> = HashMap::new();
    let mut said = Vec::new();
    for line in script.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let (time, words) = line.split_once(':').unwrap();
        let time_us = time.trim().parse::<u64>().unwrap() * 1000;
        let contacts: Vec<_> = words.split_whitespace().map(|word| contact(word, &mut places)).collect();
        let frames =
            if contacts.is_empty() { sieve.pass(time_us) } else { sieve.feed(Frame::new(time_us, contacts)) };
        for frame in frames {
            said.extend(frame.contacts.iter().map(|contact| show(contact, frame.time_us)));
        }
    }
    said
}

fn contact(word: &str, places: &mut HashMap<u64, PanelPoint>) -> Contact {
    let mark = word.find(['+', '>', '-']).unwrap();
    let id: u64 = word[..mark].parse().unwrap();
    let phase = match &word[mark..=mark] {
        "+" => Phase::Down,
        ">" => Phase::Move,
        _ => Phase::Up,
    };
    if let Some((x, y)) = word[mark + 1..].split_once(',') {
        let um = |mm: &str| (mm.parse::<f64>().unwrap() * 1000.0).round() as i32;
        places.insert(id, PanelPoint { x_um: um(x), y_um: um(y) });
    }
    // Far from the numbers that the process gives out.
    Contact::new(ContactId((1 << 40) + id), phase, places[&id])
}

fn show(contact: &Contact, time_us: u64) -> String {
    let phase = ["D", "M", "U", "C"][contact.phase as usize];
    let id = contact.id.0.checked_sub(1 << 40).map_or("?".to_owned(), |id| id.to_string());
    let mm = |um: i32| f64::from(um) / 1000.0;
    format!("{}{phase}{id}@{},{}", time_us / 1000, mm(contact.at.x_um), mm(contact.at.y_um))
}

fn of(said: &[String], id: &str) -> Vec<String> {
    said.iter().filter(|word| word.contains(&format!("{id}@"))).cloned().collect()
}

#[test]
fn a_ghost_never_comes_through() {
    let mut sieve = infrared();
    let said = play(
        &mut sieve,
        "0: 1+300,300\n 20: 2+900,700\n 30: 3+301,702 4+899,299\n 38: 1>300,310\n 46: 3- 4-\n 200:",
    );
    assert!(of(&said, "3").is_empty() && of(&said, "4").is_empty(), "{said:?}");
    assert_eq!(sieve.tally().ghosts, 2);
}

#[test]
fn a_ghost_that_follows_two_fingers_apart_never_comes_through_however_long_it_lives() {
    let mut sieve = infrared();
    let mut script = "0: 1+300,300\n 20: 2+900,700\n 30: 3+300,700\n".to_owned();
    for step in 1..60 {
        let (a, b) = (300 + 3 * step, 700 - 2 * step);
        script.push_str(&format!("{}: 1>{a},300 2>900,{b} 3>{a},{b}\n", 30 + 8 * step));
    }
    script.push_str("520: 1-\n 528: 3-\n 600: 2-\n 700:");
    let said = play(&mut sieve, &script);
    assert!(of(&said, "3").is_empty(), "{:?}", of(&said, "3"));
    assert_eq!((sieve.tally().ghosts, sieve.tally().late), (1, 0));
}

#[test]
fn a_third_finger_on_a_crossing_comes_through_late_and_whole() {
    let mut sieve = only(Quirks::INFRARED);
    let said = play(&mut sieve, "0: 1+300,300\n 20: 2+900,700\n 30: 3+301,702\n 38: 3>303,702\n 79:\n 80:");
    assert_eq!(of(&said, "3"), ["30D3@301,702", "38M3@303,702"]);
    assert_eq!(sieve.tally().late, 1);
}

#[test]
fn a_third_finger_that_leaves_the_crossing_comes_through_at_once() {
    let mut sieve = only(Quirks::INFRARED);
    let said = play(&mut sieve, "0: 1+300,300\n 20: 2+900,700\n 30: 3+301,702\n 38: 3>315,702");
    assert_eq!(of(&said, "3"), ["30D3@301,702", "38M3@315,702"]);
}

#[test]
fn three_fingers_that_move_as_one_are_three() {
    let mut sieve = only(Quirks::INFRARED);
    let mut script = "0: 1+300,300\n 10: 2+900,700\n 20: 3+300,700\n".to_owned();
    for step in 1..10 {
        let by = 4 * step;
        let line = format!("{}: 1>{},300 2>{},700 3>{},700\n", 20 + 8 * step, 300 + by, 900 + by, 300 + by);
        script.push_str(&line);
    }
    let said = play(&mut sieve, &script);
    assert_eq!(of(&said, "3").len(), 10, "{:?}", of(&said, "3"));
}

#[test]
fn a_contact_that_outlives_the_fingers_of_its_crossing_is_real() {
    let mut sieve = only(Quirks::INFRARED);
    let mut script = "0: 1+300,300\n 20: 2+900,700\n 30: 3+300,700\n 40: 1>340,300 3>340,700\n".to_owned();
    script.push_str("60: 1-\n 70: 3>339,700\n 92:\n 99: 3-\n 200:");
    let said = play(&mut sieve, &script);
    assert_eq!(of(&said, "3"), ["30D3@300,700", "40M3@340,700", "70M3@339,700", "99U3@339,700"]);
}

#[test]
fn a_contact_that_vanishes_for_two_frames_is_the_same_one() {
    let mut sieve = only(Quirks::INFRARED);
    let said = play(
        &mut sieve,
        "0: 1+300,300\n 8: 1>304,300\n 16: 1-\n 32: 2+314,301\n 40: 2>318,301\n 48: 2-\n 72:\n 73:",
    );
    let wanted = ["0D1@300,300", "8M1@304,300", "32M1@314,301", "40M1@318,301", "48U1@318,301"];
    assert_eq!(said, wanted);
    assert_eq!(sieve.tally().bridged, 1);
}

#[test]
fn a_lift_is_a_lift_at_its_own_time() {
    let mut sieve = only(Quirks::INFRARED);
    let said = play(&mut sieve, "0: 1+300,300\n 500: 1-\n 524:\n");
    assert_eq!(said, ["0D1@300,300"]);
    assert_eq!(sieve.due_us(), Some(525_000));
    assert_eq!(play(&mut sieve, "525:"), ["500U1@300,300"]);
    assert_eq!(sieve.due_us(), None);
}

#[test]
fn a_contact_that_may_be_shadowed_is_said_to_be_missing_at_once() {
    let mut sieve = only(Quirks::INFRARED);
    let finger = |id, phase, x_um| Contact::new(ContactId(id), phase, PanelPoint { x_um, y_um: 300_000 });
    let missing = |frames: Vec<Frame>| -> Vec<(u64, u64)> {
        frames.iter().flat_map(|frame| frame.missing.iter().map(|id| (frame.time_us, id.0))).collect()
    };
    let down = Frame::new(0, vec![finger(1, Phase::Down, 300_000)]);
    assert_eq!(missing(sieve.feed(down)), []);
    // The lift and another finger's press in one frame: what is missing comes with it.
    let both = vec![finger(1, Phase::Up, 300_000), finger(2, Phase::Down, 900_000)];
    let frames = sieve.feed(Frame::new(50_000, both));
    assert_eq!(frames.iter().map(|frame| frame.contacts.len()).sum::<usize>(), 1, "the lift itself waits");
    assert_eq!(missing(frames), [(50_000, 1)]);
    // Joined again, it keeps its name, and by that name it is missing the next time.
    assert_eq!(missing(sieve.feed(Frame::new(60_000, vec![finger(3, Phase::Down, 300_500)]))), []);
    assert_eq!(missing(sieve.feed(Frame::new(90_000, vec![finger(3, Phase::Up, 300_500)]))), [(90_000, 1)]);
    assert_eq!(missing(sieve.pass(200_000)), []);
}

#[test]
fn what_is_no_shadow_is_two_contacts() {
    for script in [
        // Too late, too far, and a tap that follows a tap elsewhere.
        "0: 1+300,300\n 50: 1-\n 90: 2+300,300\n 190: 2-\n 300:",
        "0: 1+300,300\n 50: 1-\n 60: 2+330,300\n 190: 2-\n 300:",
        "0: 1+300,300\n 8: 1>340,300\n 400: 1-\n 410: 2+600,300\n 420: 2-\n 600:",
    ] {
        let said = play(&mut only(Quirks::INFRARED), script);
        assert_eq!(said.iter().filter(|word| word.contains("D")).count(), 2, "{said:?}");
    }
}

#[test]
fn exchanged_contacts_get_their_names_back() {
    let mut sieve = only(Quirks::CAPACITIVE);
    let said = play(
        &mut sieve,
        "0: 1+300,300 2+900,700\n 8: 1>302,300 2>900,698\n 16: 1>900,696 2>304,300\n 24: 1>900,694\n 32: 2-",
    );
    assert_eq!(said[4..], ["16M2@900,696", "16M1@304,300", "24M2@900,694", "32U1@304,300"]);
    assert_eq!(sieve.tally().swapped, 1);
}

#[test]
fn one_stray_place_is_left_out() {
    let mut sieve = only(Quirks::CAPACITIVE);
    let said = play(&mut sieve, "0: 1+300,300\n 8: 1>900,300\n 16: 1>304,300\n 24: 1-");
    assert_eq!(said, ["0D1@300,300", "16M1@304,300", "24U1@304,300"]);
}

#[test]
fn a_contact_that_goes_on_elsewhere_is_another_one() {
    for end in ["16: 1>901,300", "47:\n 48:"] {
        let mut sieve = only(Quirks::CAPACITIVE);
        let said = play(&mut sieve, &format!("0: 1+300,300\n 8: 1>900,300\n {end}\n 80: 1-"));
        assert_eq!(said[..3], ["0D1@300,300", "8U1@300,300", "8D?@900,300"], "{said:?}");
        assert!(said.last().unwrap().starts_with("80U?"), "{said:?}");
    }
}

#[test]
fn a_fast_swipe_is_no_leap() {
    let said =
        play(&mut only(Quirks::CAPACITIVE), "0: 1+300,300\n 8: 1>338,300\n 16: 1>380,300\n 24: 1>440,300");
    assert_eq!(said.len(), 4);
}

#[test]
fn flicker_at_the_border_never_comes_through_but_writing_does() {
    let mut sieve = only(Quirks::INFRARED);
    assert!(play(&mut sieve, "0: 1+1,300\n 20: 1-\n 100:").is_empty());
    assert_eq!(sieve.tally().flickers, 1);
    let said = play(&mut sieve, "200: 2+1,300\n 208: 2>1,304\n 216: 2>1,308\n 224: 2-\n 300:");
    assert_eq!(said[..2], ["200D2@1,300", "208M2@1,304"]);
    let said = play(&mut sieve, "400: 3+1,300\n 439:\n 440:\n");
    assert_eq!(said, ["400D3@1,300"], "a finger that stays");
}

#[test]
fn a_finger_that_arrives_makes_no_hook() {
    let said =
        play(&mut infrared(), "0: 1+300,300\n 8: 1>300,302\n 16: 1>301,301\n 24: 1>305,300\n 32: 1>320,300");
    assert_eq!(said[..3], ["0D1@300,300", "8M1@300,300", "16M1@300,300"]);
    // What was held back is worn off on the way, not jumped over.
    assert_eq!(said[3..], ["24M1@302.5,300", "32M1@320,300"]);
}

#[test]
fn a_finger_at_rest_does_not_tremble_and_a_slow_one_is_followed() {
    let mut sieve = infrared();
    let mut script = "0: 1+300,300\n".to_owned();
    for step in 1..40 {
        script.push_str(&format!("{}: 1>{},300\n", 8 * step, if step % 2 == 0 { "300.4" } else { "299.6" }));
    }
    let said = play(&mut sieve, &script);
    let places: BTreeSet<_> = said[20..].iter().map(|word| word.split_once('@').unwrap().1).collect();
    assert_eq!(places.len(), 1, "{places:?}");
    let script: String = (0..100)
        .map(|step| {
            format!(
                "{}: 2{}{},500\n",
                1000 + 8 * step,
                if step == 0 { '+' } else { '>' },
                300.0 + 0.4 * f64::from(step)
            )
        })
        .collect();
    let said = play(&mut sieve, &script);
    assert!(said.last().unwrap().contains("@339."), "{said:?}");
}

#[test]
fn tables_know_panels() {
    assert_eq!(Quirks::of(&panel("QUANTA OpticalTouchScreen")).sizes, Sizes::Untrusted);
    assert_eq!(Quirks::of(&panel("Big PCAP wall")).name, "capacitive");
    assert_eq!(Quirks::of(&panel("Unknown")).name, "infrared frame");
    let mut about = Description { name: "Unknown".into(), ..Description::default() };
    about.axes.insert(code::ABS_X, Axis { min: 0, max: 300, resolution: 1 });
    about.axes.insert(code::ABS_Y, Axis { min: 0, max: 200, resolution: 1 });
    assert_eq!(Quirks::of(&Panel::new(&about, None).unwrap()).name, "capacitive");
    about.identity.vendor = 0x6615;
    assert_eq!(Quirks::of(&Panel::new(&about, None).unwrap()).name, "infrared frame");
}

/// Microseconds since the last step; for some slots a place, whether it lifts, and a size.
type Step = (u64, Vec<(u64, i32, i32, bool, u32)>);

/// A random life of a few contacts on few places, so that every rule has something to do.
fn any_frames() -> impl Strategy<Value = Vec<Step>> {
    let contact = (0u64..8, 0i32..6, 0i32..6, prop::bool::weighted(0.15), 0u32..40);
    proptest::collection::vec((0u64..60_000, proptest::collection::vec(contact, 0..6)), 0..80)
}

proptest! {
    #[test]
    fn every_life_is_whole_and_every_wait_ends(steps in any_frames()) {
        let mut sieve = infrared();
        let (mut now, mut next) = (0, 1u64 << 40);
        let mut down: HashMap<u64, Contact> = HashMap::new();
        let mut frames = Vec::new();
        for (step, contacts) in steps {
            now += step;
            let mut seen = BTreeSet::new();
            let mut list = Vec::new();
            for (slot, x, y, up, size) in contacts {
                if !seen.insert(slot) {
                    continue;
                }
                let at = PanelPoint { x_um: x * 150_000 + size as i32 * 100, y_um: y * 150_000 };
                let major_um = Some(size * 1000);
                let contact = match down.get(&slot) {
                    Some(last) if up => Contact { phase: Phase::Up, ..*last },
                    Some(last) => Contact { phase: Phase::Move, at, major_um, ..*last },
                    None => {
                        next += 1;
                        Contact { major_um, ..Contact::new(ContactId(next), Phase::Down, at) }
                    }
                };
                if contact.phase == Phase::Up { down.remove(&slot); } else { down.insert(slot, contact); }
                list.push(contact);
            }
            frames.extend(sieve.feed(Frame::new(now, list)));
        }
        let rest = down.into_values().map(|contact| Contact { phase: Phase::Up, ..contact }).collect();
        frames.extend(sieve.feed(Frame::new(now, rest)));
        let mut passes = 0;
        while let Some(due) = sieve.due_us() {
            passes += 1;
            prop_assert!(passes < 20, "waits for ever");
            now = now.max(due);
            frames.extend(sieve.pass(now));
        }
        let mut lives: HashMap<ContactId, (u64, bool)> = HashMap::new();
        for frame in &frames {
            prop_assert!(frame.time_us <= now);
            for contact in &frame.contacts {
                match contact.phase {
                    Phase::Down => prop_assert!(lives.insert(contact.id, (frame.time_us, true)).is_none()),
                    phase => {
                        let life = lives.get_mut(&contact.id).unwrap();
                        prop_assert!(life.1 && life.0 <= frame.time_us, "{contact:?}");
                        *life = (frame.time_us, phase == Phase::Move);
                    }
                }
            }
        }
        prop_assert!(lives.values().all(|(_, down)| !down), "left down: {lives:?}");
    }

    /// Held back or not, all of a stroke's points arrive: as many as were sent, of a contact that lives long.
    #[test]
    fn no_point_of_a_long_life_is_lost(x in 0i32..1000, y in 0i32..1000, count in 20usize..80) {
        let mut sieve = infrared();
        let at = |step: usize| PanelPoint { x_um: x * 1000 + step as i32 * 1500, y_um: y * 1000 };
        let others = [(1, 300_000, 300_000), (2, 900_000, 700_000)];
        let others = others.map(|(id, x_um, y_um)| Contact::new(ContactId(id), Phase::Down, PanelPoint { x_um, y_um }));
        sieve.feed(Frame::new(0, others.to_vec()));
        let mut points = 0;
        for step in 0..count {
            let phase = if step == 0 { Phase::Down } else { Phase::Move };
            let contact = Contact::new(ContactId(3), phase, at(step));
            let frames = sieve.feed(Frame::new(100_000 + step as u64 * 8_000, vec![contact]));
            points += frames.iter().flat_map(|frame| &frame.contacts).filter(|contact| contact.id.0 == 3).count();
        }
        prop_assert_eq!(points, count);
    }

    #[test]
    fn pens_pass_untouched(x in 0i32..1_895_000, y in 0i32..1_066_000, time_us in 0u64..1 << 40) {
        let mut sieve = infrared();
        let pen = Contact { tool: ToolKind::Pen, ..Contact::new(ContactId(3), Phase::Down, PanelPoint { x_um: x, y_um: y }) };
        for phase in [Phase::Down, Phase::Move, Phase::Up] {
            let frame = Frame::new(time_us, vec![Contact { phase, ..pen }]);
            prop_assert_eq!(sieve.feed(frame.clone()), vec![frame]);
        }
    }
}
