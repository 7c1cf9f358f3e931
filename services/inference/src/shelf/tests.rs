//! From unused to loaded, lent, resting, failed and tried again.

use super::*;

const T: Task = Task::Text;

fn failure() -> Failure {
    Failure { file: None, reason: "no".to_owned(), broken: false }
}

#[test]
fn an_engine_is_loaded_once_for_all_who_wait() {
    let now = Instant::now();
    let mut shelf = Shelf::default();
    assert_eq!((shelf.need(T, now), shelf.standing(T)), (Need::Load, Standing::Unused));
    shelf.loading(T, now);
    assert_eq!((shelf.need(T, now), shelf.lend(T, now)), (Need::Wait, None));
    shelf.loaded(T, Ok('e'), now);
    assert_eq!((shelf.need(T, now), shelf.lend(T, now)), (Need::Met, Some(Arc::new('e'))));
}

#[test]
fn only_what_nobody_uses_rests_and_is_loaded_anew() {
    let now = Instant::now();
    let later = now + Duration::from_secs(60);
    let mut shelf = Shelf::default();
    shelf.loaded(T, Ok('e'), now);
    let lent = shelf.lend(T, now);
    assert!(shelf.rest(now, later).is_empty(), "it is lent");
    assert_eq!(shelf.oldest_use(), Some(later), "and so it is in use");
    drop(lent);
    assert!(shelf.rest(now, later).is_empty(), "it was used since");
    assert_eq!(shelf.rest(later, later), [Arc::new('e')]);
    assert_eq!((shelf.need(T, later), shelf.standing(T)), (Need::Load, Standing::Resting));
    assert_eq!((shelf.has(T), shelf.oldest_use()), (false, None));
}

#[test]
fn a_failure_is_told_and_tried_again_after_a_while() {
    let now = Instant::now();
    let mut shelf = Shelf::<char>::default();
    shelf.loaded(T, Err(failure()), now);
    assert_eq!(shelf.need(T, now), Need::Refuse("no".to_owned()));
    assert_eq!(shelf.standing(T), Standing::Failed(failure()));
    assert_eq!(shelf.need(T, now + RETRY_AFTER), Need::Load);
}

#[test]
fn an_engine_that_did_wrong_is_taken_away_though_it_is_lent() {
    let now = Instant::now();
    let mut shelf = Shelf::default();
    shelf.loaded(T, Ok('e'), now);
    let lent = shelf.lend(T, now);
    assert_eq!(shelf.discard(T), lent);
    assert_eq!(shelf.need(T, now), Need::Load);
}
