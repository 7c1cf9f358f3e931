//! Numbers, rates, lines and times of contacts.
use super::*;
use proptest::prelude::*;

fn felt(contact: u64, time_us: u64, x: f32) -> Felt {
    Felt { contact, at: (x, 10.0), wide_um: Some(9_000), high_um: None, lifts: false, time_us }
}

fn lift(contact: u64, time_us: u64) -> Felt {
    Felt { lifts: true, ..felt(contact, time_us, 0.0) }
}

fn numbers(glass: &Glass) -> Vec<usize> {
    glass.contacts().map(|contact| contact.number).collect()
}

#[test]
fn each_contact_has_a_number_that_is_given_again_after_it() {
    let mut glass = Glass::default();
    glass.feel(&[felt(7, 0, 1.0), felt(9, 0, 50.0)], &[]);
    assert_eq!((numbers(&glass), glass.most()), (vec![1, 2], 2));
    glass.feel(&[lift(7, 10)], &[]);
    glass.feel(&[felt(11, 20, 5.0)], &[]);
    assert_eq!((numbers(&glass), glass.most()), (vec![2, 1], 2));
    assert_eq!(glass.trails().count(), 3);
    glass.clear();
    assert_eq!((numbers(&glass), glass.trails().count()), (vec![2, 1], 2));
    glass.feel(&[felt(11, 30, 90.0)], &[]);
    assert!(glass.trails().any(|trail| trail.number == 1 && trail.commands == "M 90 10 "));
}

#[test]
fn rates_are_those_of_the_last_second() {
    let mut glass = Glass::default();
    for at in 0..300_u64 {
        let time = at * 10_000;
        glass.feel(&[felt(1, time, at as f32), felt(2, time, 0.0)], &[]);
    }
    assert_eq!(glass.rate(), 100);
    assert!(glass.contacts().all(|contact| contact.rate() == 100));
    let one = glass.contacts().next().unwrap();
    assert_eq!((one.wide_um, one.high_um), (Some(9_000), Some(9_000)));
}

#[test]
fn how_long_pictures_took() {
    let mut glass = Glass::default();
    assert_eq!(glass.took_us(), None);
    glass.feel(&[], &(1..=100).collect::<Vec<u32>>());
    assert_eq!(glass.took_us(), Some((50, 99)));
}

proptest! {
    #[test]
    fn however_long_somebody_draws_it_stays_small(
        strokes in prop::collection::vec((0_u64..40, prop::collection::vec(0.0_f32..4000.0, 0..200)), 0..60),
    ) {
        let mut glass = Glass::default();
        let mut time = 0;
        for (contact, points) in &strokes {
            for x in points {
                time += 5_000;
                glass.feel(&[felt(*contact, time, *x)], &[5]);
            }
            if contact % 2 == 0 {
                glass.feel(&[lift(*contact, time)], &[]);
            }
        }
        prop_assert!(glass.trails().count() <= TRAILS_MAX);
        prop_assert!(glass.trails().all(|trail| trail.points.len() <= POINTS_MAX));
        let mut numbers = numbers(&glass);
        numbers.sort_unstable();
        numbers.dedup();
        prop_assert_eq!(numbers.len(), glass.contacts().count());
    }
}
