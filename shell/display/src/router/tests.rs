//! Whose a contact is, from its down to its up, and when two fingers ask for a palette.

use super::*;
use crate::area::{Area, Dirty};
use crate::inbox::SurfaceChange;

/// One surface of 100x100 pixels in the corner; a pixel is a millimetre here.
fn stack() -> Stack {
    let mut stack = Stack::default();
    let mut dirty = Dirty::default();
    let id = SurfaceId(7);
    stack.change(id, SurfaceChange::New { opaque: true }, &mut dirty);
    stack.change(id, SurfaceChange::Place { rect: Area::new(0, 0, 100, 100), z: 0 }, &mut dirty);
    stack.change(id, SurfaceChange::Visible(true), &mut dirty);
    stack
}

struct Bench {
    router: Router,
    stack: Stack,
    scene: Scene,
    now_us: u64,
}

impl Bench {
    fn new(scene: Scene) -> Self {
        Self { router: Router::default(), stack: stack(), scene, now_us: 0 }
    }

    /// `b` for person 1 on the board and `B` for person 2, `-` for nowhere, else what the surface's pointer does.
    fn feed(&mut self, id: u64, phase: Phase, x: i32, y: i32) -> String {
        self.feed_wide(id, phase, x, y, None)
    }

    fn feed_wide(&mut self, id: u64, phase: Phase, x: i32, y: i32, major_um: Option<u32>) -> String {
        let at = PanelPoint { x_um: x * 1000, y_um: y * 1000 };
        self.feed_contact(&Contact { major_um, ..Contact::new(ContactId(id), phase, at) })
    }

    fn feed_contact(&mut self, contact: &Contact) -> String {
        let place = ((contact.at.x_um / 1000) as f32, (contact.at.y_um / 1000) as f32);
        // Whoever is left of 1 m is person 1.
        let whose = |contact: &Contact| PersonId::new(1 + u8::from(contact.at.x_um >= 1_000_000)).unwrap();
        match self.router.route(contact, place, self.now_us, (&self.stack, self.scene), whose) {
            Routed::Board(person) => ["b", "B"][usize::from(person.number()) - 1].into(),
            Routed::Nowhere => "-".into(),
            Routed::Ui(ToUi::Pointer { pointer, x, y, .. }) => format!("{pointer:?} {x},{y}"),
            Routed::Ui(_) => panic!("no pointer"),
        }
    }
}

#[test]
fn what_a_contact_first_touched_keeps_it() {
    let mut bench = Bench::new(Scene::Board);
    assert_eq!(bench.feed(1, Phase::Down, 50, 40), "Pressed 50,40");
    assert_eq!(bench.feed(1, Phase::Move, 500, 40), "Moved 500,40");
    assert_eq!(bench.feed(2, Phase::Down, 500, 500), "b");
    assert_eq!(bench.feed(2, Phase::Move, 50, 50), "b");
    assert_eq!(bench.feed(1, Phase::Up, 500, 40), "Released 500,40");
    assert_eq!(bench.feed(1, Phase::Move, 1, 1), "-", "after its lift it is nobody's");
    assert_eq!(bench.feed(2, Phase::Cancel, 50, 50), "b");
}

#[test]
fn a_surface_that_moves_with_a_finger_counts_from_where_it_was_touched() {
    let mut bench = Bench::new(Scene::Board);
    assert_eq!(bench.feed(1, Phase::Down, 50, 40), "Pressed 50,40");
    assert_eq!(bench.feed(1, Phase::Move, 90, 40), "Moved 90,40");
    // The surface follows, and what the finger does goes on in the same count, however late the news of it came.
    let follows = SurfaceChange::Place { rect: Area::new(40, 0, 100, 100), z: 0 };
    bench.stack.change(SurfaceId(7), follows, &mut Dirty::default());
    assert_eq!(bench.feed(1, Phase::Move, 91, 40), "Moved 91,40");
    assert_eq!(bench.feed(1, Phase::Up, 91, 40), "Released 91,40");
    assert_eq!(bench.feed(2, Phase::Down, 45, 40), "Pressed 5,40", "the next one counts anew");
}

#[test]
fn a_surface_has_one_pointer() {
    let mut bench = Bench::new(Scene::Board);
    bench.feed(1, Phase::Down, 50, 40);
    assert_eq!(bench.feed(2, Phase::Down, 60, 40), "-");
    assert_eq!(bench.feed(2, Phase::Up, 60, 40), "-");
    assert_eq!(bench.feed(1, Phase::Cancel, 50, 40), "Cancelled 50,40");
    assert_eq!(bench.feed(3, Phase::Down, 60, 40), "Pressed 60,40");
}

#[test]
fn a_button_does_not_wait_for_a_finger_that_may_be_shadowed() {
    let mut bench = Bench::new(Scene::Board);
    assert_eq!(bench.feed(1, Phase::Down, 50, 40), "Pressed 50,40");
    let px = |at: PanelPoint| ((at.x_um / 1000) as f32, (at.y_um / 1000) as f32);
    let said = bench.router.missing(ContactId(1), px, &bench.stack);
    assert!(matches!(said, Some(ToUi::Pointer { pointer: Pointer::Released, .. })));
    // The next key is pressed at once; the first finger, seen again, presses nothing twice.
    assert_eq!(bench.feed(2, Phase::Down, 60, 40), "Pressed 60,40");
    assert_eq!(bench.feed(1, Phase::Move, 50, 40), "-");
    assert_eq!(bench.feed(1, Phase::Up, 50, 40), "-");
    assert_eq!(bench.feed(2, Phase::Up, 60, 40), "Released 60,40");
    // Ink does wait.
    assert_eq!(bench.feed(3, Phase::Down, 500, 500), "b");
    assert!(bench.router.missing(ContactId(3), px, &bench.stack).is_none());
    assert_eq!(bench.feed(3, Phase::Move, 510, 500), "b");
}

#[test]
fn palms_press_nothing_and_a_covered_board_takes_nothing() {
    let mut bench = Bench::new(Scene::Covered);
    assert_eq!(bench.feed_wide(1, Phase::Down, 50, 40, Some(60_000)), "-");
    assert_eq!(bench.feed_wide(2, Phase::Down, 50, 40, Some(12_000)), "Pressed 50,40");
    assert_eq!(bench.feed(3, Phase::Down, 500, 500), "-");
}

#[test]
fn a_hidden_surface_hears_nothing_more() {
    let mut bench = Bench::new(Scene::Board);
    bench.feed(1, Phase::Down, 50, 40);
    bench.stack.change(SurfaceId(7), SurfaceChange::Visible(false), &mut Dirty::default());
    assert_eq!(bench.feed(1, Phase::Move, 51, 40), "-");
    assert_eq!(bench.feed(1, Phase::Up, 51, 40), "-");
    assert_eq!(bench.feed(2, Phase::Down, 51, 40), "b");
}

/// Two fingers down at 0 ms; what becomes of them after `then`.
fn hold(second: (i32, i32), then: impl FnOnce(&mut Bench)) -> (Option<u64>, Option<Hold>) {
    let mut bench = Bench::new(Scene::Board);
    bench.feed(1, Phase::Down, 500, 500);
    bench.now_us = 100_000;
    bench.feed(2, Phase::Down, second.0, second.1);
    then(&mut bench);
    (bench.router.next_hold_us(), bench.router.take_hold(600_000))
}

#[test]
fn two_resting_fingers_hold() {
    let (due, hold) = hold((700, 500), |_| {});
    assert_eq!(due, Some(600_000));
    let hold = hold.unwrap();
    assert_eq!(hold.at, PanelPoint { x_um: 600_000, y_um: 500_000 });
    assert_eq!(hold.contacts, [ContactId(1), ContactId(2)]);
}

#[test]
fn what_is_not_a_hold() {
    assert_eq!(hold((760, 500), |_| {}), (None, None), "too far apart");
    assert_eq!(
        hold((700, 500), |bench| drop(bench.feed(1, Phase::Move, 520, 500))),
        (None, None),
        "it moved"
    );
    assert_eq!(hold((700, 500), |bench| drop(bench.feed(3, Phase::Down, 550, 550))), (None, None), "three");
    assert_eq!(hold((700, 500), |bench| drop(bench.feed(2, Phase::Up, 700, 500))), (None, None), "lifted");
    let palm = |bench: &mut Bench| drop(bench.feed_wide(2, Phase::Move, 700, 500, Some(40_000)));
    assert_eq!(hold((700, 500), palm), (None, None), "a palm");
    let mut late = Bench::new(Scene::Board);
    late.feed(1, Phase::Down, 500, 500);
    late.now_us = 300_000;
    late.feed(2, Phase::Down, 700, 500);
    assert_eq!(late.router.due_us(), None, "two people, one after the other");
}

#[test]
fn a_hold_comes_once_and_not_early() {
    let mut bench = Bench::new(Scene::Board);
    bench.feed(1, Phase::Down, 500, 500);
    bench.feed(2, Phase::Down, 600, 500);
    assert_eq!(bench.router.take_hold(499_999), None);
    assert!(bench.router.take_hold(500_000).is_some());
    assert_eq!(bench.router.take_hold(900_000), None);
    assert_eq!(bench.feed(1, Phase::Move, 900, 900), "-", "they are no hands any more");
}

#[test]
fn a_hand_is_its_persons_wherever_it_goes() {
    let mut bench = Bench::new(Scene::Board);
    assert_eq!(bench.feed(1, Phase::Down, 500, 500), "b");
    assert_eq!(bench.feed(1, Phase::Move, 1500, 500), "b");
    assert_eq!(bench.feed(2, Phase::Down, 1500, 500), "B");
}

#[test]
fn two_fingers_of_one_person_stop_being_hands() {
    let mut bench = Bench::new(Scene::Board);
    bench.feed(1, Phase::Down, 500, 500);
    bench.feed(2, Phase::Down, 600, 500);
    assert_eq!(bench.router.due_us(), Some(40_000));
    assert!(bench.router.take_gestures(39_999).is_empty());
    let begun = bench.router.take_gestures(40_000);
    assert_eq!((begun[0].step, begun[0].contacts), (Step::Begin, [ContactId(1), ContactId(2)]));
    assert_eq!(bench.feed(1, Phase::Move, 450, 500), "-");
    assert_eq!(bench.router.take_gestures(50_000)[0].step, Step::Move);
    assert_eq!(bench.feed(2, Phase::Up, 600, 500), "-");
    assert_eq!(bench.router.take_gestures(60_000)[0].step, Step::End);
    assert_eq!(bench.feed(1, Phase::Move, 400, 500), "-", "the other finger does not write");
}

#[test]
fn two_people_never_pinch_together() {
    let mut bench = Bench::new(Scene::Board);
    assert_eq!(bench.feed(1, Phase::Down, 950, 500), "b");
    assert_eq!(bench.feed(2, Phase::Down, 1050, 500), "B");
    assert!(bench.router.take_gestures(100_000).is_empty());
    assert_eq!(bench.feed(1, Phase::Move, 900, 500), "b");
}

#[test]
fn a_gesture_that_rests_asks_for_a_palette_and_is_over() {
    let mut bench = Bench::new(Scene::Board);
    bench.feed(1, Phase::Down, 500, 500);
    bench.feed(2, Phase::Down, 600, 500);
    assert_eq!(bench.router.take_gestures(40_000).len(), 1);
    assert!(bench.router.take_hold(500_000).is_some());
    assert_eq!(bench.router.take_gestures(500_000)[0].step, Step::End);
    assert!(bench.router.take_gestures(600_000).is_empty());
}

#[test]
fn a_palm_ends_a_gesture() {
    let mut bench = Bench::new(Scene::Board);
    bench.feed(1, Phase::Down, 500, 500);
    bench.feed(2, Phase::Down, 600, 500);
    bench.router.take_gestures(40_000);
    bench.feed_wide(2, Phase::Move, 600, 500, Some(40_000));
    assert_eq!(bench.router.take_gestures(50_000)[0].step, Step::End);
}

#[test]
fn forty_contacts_are_routed_and_leave_nothing_behind() {
    let mut bench = Bench::new(Scene::Board);
    for id in 0..40 {
        let (x, y) = (200 + 40 * id as i32, 300 + 100 * (id as i32 % 3));
        assert_ne!(bench.feed(id, Phase::Down, x, y), "-");
    }
    assert!(bench.router.take_gestures(50_000).is_empty(), "no two of them are alone");
    assert_eq!(bench.router.due_us(), None);
    for id in 0..40 {
        assert_ne!(bench.feed(id, Phase::Up, 200 + 40 * id as i32, 300), "-");
    }
    assert!(bench.router.held.is_empty());
}

#[test]
fn what_was_judged_a_finger_presses_a_button_however_long_it_is() {
    for (class, said) in [(None, "-"), (Some(touch::TipClass::Finger), "Pressed 50,40")] {
        let mut bench = Bench::new(Scene::Board);
        let at = PanelPoint { x_um: 50_000, y_um: 40_000 };
        let flat = Contact { major_um: Some(25_000), class, ..Contact::new(ContactId(1), Phase::Down, at) };
        assert_eq!(bench.feed_contact(&flat), said);
    }
}
