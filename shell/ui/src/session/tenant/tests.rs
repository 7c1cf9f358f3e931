//! Whose the board is, with a till that shows sessions late, twice or not at all.

use proptest::prelude::*;

use super::{Duty, Tenancy};
use crate::kept::TenantKeeper;

fn tenancy(folder: &tempfile::TempDir) -> Tenancy {
    Tenancy::new(TenantKeeper::new(folder.path()))
}

/// The till shows this and, asked, says it.
fn told(tenancy: &mut Tenancy, first: Option<&str>) -> Duty {
    match tenancy.shown(first) {
        Duty::Ask => tenancy.certain(Some(first.unwrap_or_default())),
        duty => duty,
    }
}

#[test]
fn a_board_is_wiped_between_two_and_never_under_one() {
    let folder = tempfile::tempdir().unwrap();
    let mut tenancy = tenancy(&folder);
    assert_eq!(told(&mut tenancy, None), Duty::Wipe, "nobody knows what is on it");
    tenancy.wiped();
    assert_eq!(told(&mut tenancy, None), Duty::Nothing);
    assert_eq!(told(&mut tenancy, Some("a")), Duty::Nothing, "blank, it is theirs");
    assert!(tenancy.opens_to("a") && !tenancy.opens_to("b"));
    tenancy.wiped();
    assert_eq!(told(&mut tenancy, Some("a")), Duty::Nothing, "they ended a class themselves");
    assert_eq!(told(&mut tenancy, None), Duty::Wipe);
    assert_eq!(told(&mut tenancy, Some("b")), Duty::Nothing, "it is being wiped");
    assert!(tenancy.opens_to("b"), "and blank already");
    tenancy.wiped();
    assert_eq!(told(&mut tenancy, Some("b")), Duty::Nothing);
    assert!(tenancy.opens_to("b") && !tenancy.opens_to("a"));
}

#[test]
fn a_till_that_knows_nothing_ends_no_session() {
    let folder = tempfile::tempdir().unwrap();
    let mut first = tenancy(&folder);
    told(&mut first, None);
    first.wiped();
    told(&mut first, Some("a"));
    // After a power cut the till is away, then there with a ledger that it cannot read yet.
    let mut again = tenancy(&folder);
    assert_eq!(again.shown(None), Duty::Ask);
    assert_eq!(again.shown(None), Duty::Nothing, "it was asked");
    assert_eq!(again.certain(None), Duty::Nothing);
    assert_eq!(again.shown(None), Duty::Ask, "and is asked again");
    assert_eq!(again.certain(Some("a")), Duty::Nothing, "time remains");
    assert!(again.opens_to("a"));
}

#[test]
fn a_power_cut_at_the_end_shows_nobody_the_board() {
    let folder = tempfile::tempdir().unwrap();
    let mut first = tenancy(&folder);
    told(&mut first, None);
    first.wiped();
    told(&mut first, Some("a"));
    assert_eq!(told(&mut first, None), Duty::Wipe);
    // Not wiped for good yet, and the next one has paid before the unit is there again.
    let mut again = tenancy(&folder);
    assert!(!again.opens_to("b"));
    assert_eq!(told(&mut again, Some("b")), Duty::Wipe);
    assert!(again.opens_to("b"));
    again.wiped();
    assert_eq!(told(&mut again, Some("b")), Duty::Nothing);
}

#[test]
fn what_was_kept_and_cannot_be_read_is_somebody_elses() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("tenant.toml"), "whose = ").unwrap();
    assert_eq!(told(&mut tenancy(&folder), Some("a")), Duty::Wipe);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]
    /// Whatever happens in whatever order: who sees the board sees nobody else's ink, and who has time keeps theirs.
    #[test]
    fn nobody_sees_anothers_board_and_nobody_loses_theirs(
        steps in proptest::collection::vec((0_u8..6, 0_usize..3), 1..60)
    ) {
        let folder = tempfile::tempdir().unwrap();
        let mut tenancy = tenancy(&folder);
        let people = ["a", "b", "c"];
        // Whose ink is seen, and is on the disk; who has time; whether the disk is being wiped.
        let (mut seen, mut on_disk): (Option<&str>, Option<&str>) = (Some("teacher"), Some("teacher"));
        let (mut owner, mut wiping) = (None::<&str>, false);
        for (what, who) in steps {
            match what {
                // Somebody pays, where the room is free.
                0 => owner = owner.or(Some(people[who])),
                1 => owner = None,
                2 => if let Some(first) = owner.filter(|first| tenancy.opens_to(first)) {
                    prop_assert!(seen.is_none_or(|ink| ink == first), "{first} sees the ink of {seen:?}");
                    seen = Some(first);
                    if !wiping {
                        on_disk = seen;
                    }
                },
                // The disk is done.
                3 => if std::mem::take(&mut wiping) {
                    on_disk = seen;
                    tenancy.wiped();
                },
                // A power cut.
                4 => {
                    tenancy = self::tenancy(&folder);
                    (seen, wiping) = (on_disk, false);
                }
                // The till may know nothing.
                _ => if tenancy.shown(owner) == Duty::Ask {
                    let word = owner.unwrap_or_default();
                    if tenancy.certain((who > 0).then_some(word)) == Duty::Wipe {
                        let keeps = owner.is_some() && seen == owner;
                        prop_assert!(!keeps || on_disk != owner, "{owner:?} loses what is theirs");
                        (seen, wiping) = (None, true);
                    }
                },
            }
        }
    }
}
