//! A room's days: who holds what, what is open, what is known; and whatever happens, nothing is on that nobody holds.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::*;

fn client(name: &str) -> Client {
    Client(name.to_owned())
}

fn hold(name: &str, sense: Sense, on: bool) -> Event {
    Event::Hold { client: client(name), sense, on }
}

/// A room.
struct Day {
    room: Room,
}

impl Day {
    fn new() -> Self {
        Self { room: Room::new(true, true) }
    }

    fn step(&mut self, event: Event) -> Vec<Effect> {
        self.room.step(event)
    }

    fn known(&self) -> &Known {
        self.room.known()
    }
}

const SAW: Event = saw(0);
const LOUD: Noise = Noise { dbfs: -20.0, colour: 2 };
use Sense::{Hearing, Sight};

/// A frame taken then, with a palm that was waved.
const fn saw(ms: u64) -> Event {
    Event::Saw { at: Duration::from_millis(ms), persons: 3, raised: true, page: Some(Page::Next) }
}

#[test]
fn a_camera_is_open_while_somebody_holds_it() {
    let mut day = Day::new();
    assert_eq!(day.step(hold("a", Sight, true)), [Effect::Open(Sight)]);
    assert!(day.known().watching && !day.known().listening);
    assert_eq!(day.step(hold("b", Sight, true)), []);
    assert_eq!(day.step(hold("a", Sight, true)), [], "twice is once");
    assert_eq!(day.step(SAW), [Effect::Turn(Page::Next)]);
    assert_eq!((day.known().persons, day.known().hand_raised), (3, true));
    assert_eq!(day.step(hold("a", Sight, false)), []);
    assert_eq!(day.step(Event::Gone(client("b"))), [Effect::Close(Sight)]);
    assert_eq!((day.known().persons, day.known().hand_raised), (0, false), "nothing is known any more");
    assert!(day.known().watching, "until it has closed");
    assert_eq!(day.step(SAW), [], "a frame on its way counts no more");
    assert_eq!(day.known().persons, 0);
    assert_eq!(day.step(Event::Closed(Sight, None)), []);
    assert!(!day.known().watching);
}

#[test]
fn who_asks_while_it_closes_gets_it_when_it_has_closed() {
    let mut day = Day::new();
    day.step(hold("a", Hearing, true));
    day.step(hold("a", Hearing, false));
    assert_eq!(day.step(hold("a", Hearing, true)), []);
    assert_eq!(day.step(Event::Closed(Hearing, None)), [Effect::Open(Hearing)]);
    assert!(day.known().listening);
}

#[test]
fn pages_rest_by_the_time_of_the_frames_which_begins_anew_with_each_opening() {
    let mut day = Day::new();
    day.step(hold("a", Sight, true));
    assert_eq!(day.step(saw(70_000)), [Effect::Turn(Page::Next)]);
    assert_eq!(day.step(saw(70_700)), [], "the same wave, however late the frame came");
    assert_eq!(day.step(saw(71_500)), [Effect::Turn(Page::Next)]);
    day.step(hold("a", Sight, false));
    day.step(Event::Closed(Sight, None));
    day.step(hold("a", Sight, true));
    assert_eq!(day.step(saw(2_000)), [Effect::Turn(Page::Next)]);
}

#[test]
fn who_leaves_lets_both_go() {
    let mut day = Day::new();
    day.step(hold("a", Sight, true));
    day.step(hold("a", Hearing, true));
    assert_eq!(day.step(Event::Gone(client("a"))), [Effect::Close(Sight), Effect::Close(Hearing)]);
    assert_eq!(day.step(Event::Gone(client("a"))), []);
}

#[test]
fn what_is_off_stays_off() {
    let mut day = Day::new();
    day.room = Room::new(false, false);
    assert_eq!(day.step(hold("a", Sight, true)), [Effect::Refuse(Refusal::NoCamera)]);
    assert_eq!(day.step(hold("a", Hearing, true)), [Effect::Refuse(Refusal::NoMicrophone)]);
    assert_eq!(*day.known(), Known::default());
}

#[test]
fn a_seventeenth_holder_is_refused_and_an_old_one_is_not() {
    let mut day = Day::new();
    for number in 0..HOLDERS_MAX {
        day.step(hold(&number.to_string(), Sight, true));
    }
    assert_eq!(day.step(hold("another", Hearing, true)), [Effect::Refuse(Refusal::Busy)]);
    assert_eq!(day.step(hold("0", Hearing, true)), [Effect::Open(Hearing)]);
    day.step(Event::Gone(client("1")));
    assert_eq!(day.step(hold("another", Hearing, true)), []);
}

#[test]
fn losses_are_told_until_it_comes_back_and_forget_what_was_known() {
    let mut day = Day::new();
    day.step(hold("a", Hearing, true));
    day.step(Event::Came(Hearing));
    day.step(Event::Heard(LOUD));
    day.step(Event::Spoke(true));
    assert_eq!((day.known().noise, day.known().speaking), (Some(LOUD), true));
    day.step(Event::Lost(Hearing, Why::Unplugged));
    assert_eq!((day.known().noise, day.known().speaking), (None, false));
    assert_eq!(day.known().troubles, BTreeMap::from([(Part::Microphone, Why::Unplugged)]));
    day.step(Event::Recognised(Hearing, Err(Why::Absent)));
    assert_eq!(day.known().troubles.len(), 2);
    day.step(Event::Came(Hearing));
    assert_eq!(day.known().troubles, BTreeMap::from([(Part::Hearing, Why::Absent)]));
    day.step(Event::Recognised(Hearing, Ok(())));
    assert_eq!(day.known().troubles, BTreeMap::new());
    day.step(Event::Lost(Hearing, Why::Silent));
    day.step(hold("a", Hearing, false));
    assert_eq!(day.known().troubles, BTreeMap::new(), "what nobody wants is in no trouble");
}

#[test]
fn a_device_that_can_never_work_is_not_tried_for_ever() {
    let mut day = Day::new();
    day.step(hold("a", Sight, true));
    assert_eq!(day.step(Event::Closed(Sight, Some(Why::NotInstalled))), []);
    assert!(!day.known().watching);
    assert_eq!(day.known().troubles, BTreeMap::from([(Part::Camera, Why::NotInstalled)]));
    assert_eq!(day.step(hold("a", Sight, true)), [Effect::Open(Sight)], "until somebody asks anew");
    assert_eq!(day.known().troubles, BTreeMap::new());
}

fn event() -> impl Strategy<Value = Event> {
    let sense = || prop_oneof![Just(Sight), Just(Hearing)];
    let why = || prop_oneof![Just(Why::Unplugged), Just(Why::Absent)];
    prop_oneof![
        4 => (0..20_u8, sense(), any::<bool>())
            .prop_map(|(name, sense, on)| hold(&name.to_string(), sense, on)),
        1 => (0..20_u8).prop_map(|name| Event::Gone(client(&name.to_string()))),
        1 => sense().prop_map(Event::Came),
        1 => (sense(), why()).prop_map(|(sense, why)| Event::Lost(sense, why)),
        1 => (sense(), why(), any::<bool>())
            .prop_map(|(sense, why, well)| Event::Recognised(sense, if well { Ok(()) } else { Err(why) })),
        2 => Just(SAW),
        1 => Just(Event::Heard(LOUD)),
        1 => any::<bool>().prop_map(Event::Spoke),
        2 => (sense(), any::<bool>()).prop_map(|(sense, failed)| Event::Closed(sense, failed.then_some(Why::Failed))),
    ]
}

proptest! {
    /// The devices as they are, driven by the effects alone.
    #[test]
    fn nothing_is_on_that_nobody_holds(events in prop::collection::vec(event(), 0..120)) {
        let mut day = Day::new();
        let mut holders: BTreeMap<Sense, BTreeSet<Client>> = BTreeMap::new();
        // Told to open and not to close; told to close and not closed yet.
        let (mut open, mut closing) = (BTreeSet::new(), BTreeSet::new());
        for event in events {
            if let Event::Closed(sense, why) = &event {
                // A device closes because it was told to, or by itself with a reason.
                let told = closing.remove(sense);
                if !told {
                    if why.is_none() || !open.remove(sense) {
                        continue;
                    }
                    holders.remove(sense);
                }
            }
            let effects = day.step(event.clone());
            match event {
                Event::Hold { client, sense, on: true } if !matches!(effects[..], [Effect::Refuse(_)]) => {
                    holders.entry(sense).or_default().insert(client);
                }
                Event::Hold { client, sense, on: false } => {
                    holders.entry(sense).or_default().remove(&client);
                }
                Event::Gone(client) => holders.values_mut().for_each(|all| { all.remove(&client); }),
                _ => {}
            }
            for effect in effects {
                match effect {
                    Effect::Open(sense) => {
                        prop_assert!(!closing.contains(&sense), "two at once");
                        prop_assert!(open.insert(sense), "opened twice");
                    }
                    Effect::Close(sense) => {
                        prop_assert!(open.remove(&sense) && closing.insert(sense), "closed twice");
                    }
                    Effect::Turn(_) => prop_assert!(open.contains(&Sight)),
                    Effect::Refuse(_) => {}
                }
            }
            for sense in Sense::ALL {
                let held = holders.get(&sense).is_some_and(|all| !all.is_empty());
                prop_assert!(!open.contains(&sense) || held, "{sense:?} is open and nobody holds it");
                prop_assert!(!held || open.contains(&sense) || closing.contains(&sense), "{sense:?} is held and closed");
            }
            let known = day.known();
            prop_assert_eq!(known.watching, open.contains(&Sight) || closing.contains(&Sight));
            prop_assert_eq!(known.listening, open.contains(&Hearing) || closing.contains(&Hearing));
            prop_assert!(open.contains(&Sight) || known.persons == 0);
            prop_assert!(open.contains(&Hearing) || known.noise.is_none());
        }
    }
}
