//! Who is who: one table for each sign, and the cases in which signs disagree.

use super::*;
use touch::{ContactId, Phase};

const SECOND: u64 = 1_000_000;

fn person(number: u8) -> PersonId {
    PersonId::new(number).unwrap()
}

fn point(x: i32, y: i32) -> PanelPoint {
    PanelPoint { x_um: x * 1000, y_um: y * 1000 }
}

/// Two palettes, as on the panel: person 1 at the left edge, person 2 at the right.
fn two() -> Owners {
    let mut owners = Owners::default();
    owners.set_palettes(vec![(person(1), point(150, 800)), (person(2), point(1750, 800))]);
    owners
}

fn touch(x: i32, y: i32) -> Contact {
    Contact::new(ContactId::fresh(), Phase::Down, point(x, y))
}

fn whose(owners: &mut Owners, x: i32, y: i32, now_us: u64) -> u8 {
    owners.whose(&touch(x, y), now_us).number()
}

#[test]
fn without_any_sign_it_is_person_1_and_with_palettes_the_nearest() {
    assert_eq!(whose(&mut Owners::default(), 1700, 500, 0), 1);
    let mut owners = two();
    assert_eq!([300, 900, 1000, 1800].map(|x| whose(&mut owners, x, 500, 0)), [1, 1, 2, 2]);
    owners.set_palettes(vec![(person(3), point(100, 800))]);
    assert_eq!(whose(&mut owners, 1800, 100, 0), 3, "however far, if there is no other sign");
}

#[test]
fn a_pen_is_its_first_owners_everywhere() {
    let mut owners = two();
    let pen = |x, serial| Contact { serial: Some(serial), ..touch(x, 500) };
    assert_eq!(owners.whose(&pen(300, 7), 0).number(), 1);
    assert_eq!(owners.whose(&pen(1800, 7), SECOND).number(), 1);
    assert_eq!(owners.whose(&pen(1800, 8), SECOND).number(), 2);
    owners.pair(Pairing { person: person(3), at: point(1800, 500), radius_um: 60_000 }, 2 * SECOND);
    assert_eq!(owners.whose(&pen(1800, 7), 2 * SECOND).number(), 1, "a known pen leaves the ring alone");
    assert_eq!(whose(&mut owners, 1800, 500, 2 * SECOND), 3);
}

#[test]
fn a_palette_just_used_wins_where_both_are_about_as_near() {
    let mut owners = two();
    assert_eq!(whose(&mut owners, 1040, 800, 0), 2);
    owners.used_palette(person(1), 10 * SECOND);
    assert_eq!(whose(&mut owners, 1040, 800, 10 * SECOND), 1);
    assert_eq!(whose(&mut owners, 1040, 800, 19 * SECOND), 2, "it wears off");
    assert_eq!(whose(&mut owners, 1500, 800, 10 * SECOND), 2, "but not before the other's palette");
}

/// Person 1 wrote in the far half, went to their palette and took the lasso, and comes back.
fn lasso(neighbour: impl FnOnce(&mut Owners)) -> u8 {
    let mut owners = two();
    for second in 0..4 {
        owners.wrote(person(1), point(1250 + 30 * second, 400), second as u64 * SECOND);
    }
    owners.used_palette(person(1), 10 * SECOND);
    neighbour(&mut owners);
    whose(&mut owners, 1300, 420, 13 * SECOND)
}

#[test]
fn a_lasso_on_the_far_side_is_whose_writing_it_is() {
    assert_eq!(lasso(|_| {}), 1);
    assert_eq!(
        lasso(|owners| owners.wrote(person(2), point(1600, 600), 12 * SECOND)),
        1,
        "writing elsewhere"
    );
    let at_work = |owners: &mut Owners| owners.wrote(person(2), point(1310, 420), 12 * SECOND);
    assert_eq!(lasso(at_work), 2, "the neighbour writes at that very place");
    let mut only_used = two();
    only_used.used_palette(person(1), 10 * SECOND);
    assert_eq!(whose(&mut only_used, 1300, 420, 13 * SECOND), 2, "a palette alone is not enough");
}

#[test]
fn writing_is_forgotten() {
    let mut owners = two();
    owners.wrote(person(1), point(1700, 400), 0);
    assert_eq!(whose(&mut owners, 1700, 400, SECOND), 1);
    assert_eq!(whose(&mut owners, 1700, 400, 61 * SECOND), 2);
    for stroke in 0..100 {
        owners.wrote(person(1), point(1700, 400), stroke);
    }
    assert_eq!(owners.strokes[&person(1)].len(), STROKES);
}

#[test]
fn zones_divide_even_before_a_palette() {
    let mut owners = two();
    let mut zones = Zones::new(1_895_000, vec![person(1), person(2), person(3)]).unwrap();
    owners.set_zones(Some(zones.clone()));
    // The middle belongs to a person without a palette; nobody's palette reaches over a divider.
    assert_eq!([600, 700, 1200, 1300].map(|x| whose(&mut owners, x, 800, 0)), [1, 2, 2, 2]);
    owners.set_palettes(Vec::new());
    assert_eq!([600, 700, 1200, 1300].map(|x| whose(&mut owners, x, 800, 0)), [1, 2, 2, 3]);
    assert_eq!(zones.move_divider(0, 800_000), Some(800_000));
    owners.set_zones(Some(zones));
    assert_eq!(whose(&mut owners, 700, 800, 0), 1);
}

#[test]
fn zones_stay_wide_enough() {
    let zones =
        |width, people: &[u8]| Zones::new(width, people.iter().map(|number| person(*number)).collect());
    assert_eq!(zones(1_895_000, &[1]), Err(ZoneError::Count(1)));
    assert_eq!(zones(1_895_000, &[1, 2, 3, 4, 5]), Err(ZoneError::Count(5)));
    assert_eq!(zones(1_895_000, &[1, 2, 1]), Err(ZoneError::Twice(1)));
    assert_eq!(zones(1_000_000, &[1, 2, 3, 4]), Err(ZoneError::Narrow));
    let mut four = zones(1_895_000, &[1, 2, 3, 4]).unwrap();
    assert_eq!(four.move_divider(1, 0), Some(773_750));
    assert_eq!(four.move_divider(1, i32::MAX), Some(1_121_250));
    assert_eq!(four.move_divider(3, 0), None);
}

#[test]
fn tips_count_where_nobody_is_near() {
    let mut owners = Owners::default();
    owners.bind_tip(TipClass::PenTip, Some(person(4)));
    owners.bind_tip(TipClass::ThickTip, Some(person(5)));
    let tip = |class| Contact { class, ..touch(300, 300) };
    assert_eq!(owners.whose(&tip(Some(TipClass::PenTip)), 0).number(), 4);
    assert_eq!(owners.whose(&tip(Some(TipClass::ThickTip)), 0).number(), 5);
    assert_eq!(owners.whose(&tip(Some(TipClass::Finger)), 0).number(), 1);
    owners.bind_tip(TipClass::PenTip, None);
    assert_eq!(owners.whose(&tip(Some(TipClass::PenTip)), 0).number(), 1);
    owners.set_palettes(vec![(person(2), point(350, 350))]);
    assert_eq!(owners.whose(&tip(Some(TipClass::ThickTip)), 0).number(), 2, "a palette is stronger");
}

#[test]
fn a_ring_waits_for_one_touch_and_not_for_ever() {
    let mut owners = two();
    let ring = |number| Pairing { person: person(number), at: point(300, 300), radius_um: 60_000 };
    owners.pair(ring(6), 0);
    assert_eq!(whose(&mut owners, 400, 300, SECOND), 1, "beside it");
    assert_eq!(whose(&mut owners, 340, 310, SECOND), 6);
    assert_eq!(whose(&mut owners, 342, 310, 2 * SECOND), 6, "there the person is now");
    owners.pair(ring(7), 100 * SECOND);
    assert_eq!(whose(&mut owners, 300, 300, 131 * SECOND), 1, "too late");
    let mut bare = Owners::default();
    bare.pair(ring(6), 0);
    assert_eq!([whose(&mut bare, 300, 300, 0), whose(&mut bare, 1700, 900, 500 * SECOND)], [6, 6]);
}
