//! Who counts has the reader, and nobody else; a card's name is of one list.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use nfc::CardKind;

use super::*;

struct Desk {
    attendance: Attendance,
    now: Arc<AtomicU64>,
    pays: Arc<AtomicBool>,
}

impl Desk {
    fn open(folder: &Path) -> Self {
        let (now, pays) = (Arc::new(AtomicU64::new(1_000_000)), Arc::new(AtomicBool::new(false)));
        let (clock, paying) = (now.clone(), pays.clone());
        let attendance = Attendance::open(
            &folder.join("ledger.sqlite"),
            move || paying.load(Ordering::Relaxed),
            Arc::new(move || clock.load(Ordering::Relaxed)),
        );
        Self { attendance: attendance.unwrap(), now, pays }
    }

    fn pass(&self, ms: u64) {
        self.now.fetch_add(ms, Ordering::Relaxed);
    }

    fn tap(&self, hex: &str) {
        self.attendance.card(Card { uid: Uid::from_hex(hex).unwrap(), kind: CardKind::Classic });
    }

    fn state(&self) -> (bool, bool) {
        (self.attendance.counts(), self.attendance.guards())
    }
}

#[test]
fn while_it_counts_and_shortly_after_no_card_is_a_tender() {
    let folder = tempfile::tempdir().unwrap();
    let desk = Desk::open(folder.path());
    assert_eq!(desk.state(), (false, false));
    assert!(!desk.attendance.listen("7A", 0).unwrap());
    assert_eq!(desk.state(), (false, false), "whoever pays does not wait for what never was");
    assert!(desk.attendance.listen("7A", 10_000).unwrap());
    assert_eq!(desk.state(), (true, true));
    desk.pass(10_000);
    assert_eq!(desk.state(), (false, true), "its screen died");
    desk.pass(GUARD_MS);
    assert_eq!(desk.state(), (false, false));
    desk.attendance.listen("7A", 600_000).unwrap();
    desk.attendance.listen("7A", 0).unwrap();
    assert_eq!(desk.state(), (false, true));
    desk.pass(GUARD_MS);
    assert_eq!(desk.state(), (false, false));
    desk.attendance.listen("7A", 600_000).unwrap();
    desk.pass(LISTEN_MAX_MS);
    assert_eq!(desk.state(), (false, true), "it must say again that it counts");
}

#[test]
fn who_pays_keeps_the_reader_and_who_counts_does_too() {
    let folder = tempfile::tempdir().unwrap();
    let desk = Desk::open(folder.path());
    desk.pays.store(true, Ordering::Relaxed);
    assert!(!desk.attendance.listen("7A", 10_000).unwrap());
    assert_eq!(desk.state(), (false, false));
    desk.pays.store(false, Ordering::Relaxed);
    assert!(desk.attendance.listen("7A", 10_000).unwrap());
    // Somebody begins to pay elsewhere: pupils who queue at the reader pay nothing.
    desk.pays.store(true, Ordering::Relaxed);
    desk.pass(9_000);
    assert!(desk.attendance.listen("7A", 10_000).unwrap());
    assert_eq!(desk.state(), (true, true));
    desk.pass(10_000 + GUARD_MS);
    assert!(!desk.attendance.listen("7A", 10_000).unwrap(), "the till waits for a card now");
}

#[test]
fn a_card_has_one_name_on_a_list_and_another_on_the_next_also_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let names = |desk: &Desk, list: &str| {
        desk.attendance.listen(list, 10_000).unwrap();
        desk.tap("04a1b2c3d4e5f6");
        desk.tap("a1b2c3d4");
        let taken = desk.attendance.take();
        assert!(taken.iter().all(|tapped| tapped.came == Came::Card.to_wire()));
        let names: Vec<String> = taken.into_iter().map(|tapped| tapped.name).collect();
        assert!(names.iter().all(|name| name.len() == 2 * NAME_LEN && !name.contains("a1b2c3d4")));
        names
    };
    let desk = Desk::open(folder.path());
    let (one, other) = (names(&desk, "one"), names(&desk, "other"));
    assert!(one[0] != one[1] && one.iter().all(|name| !other.contains(name)));
    assert_eq!(names(&desk, "one"), one);
    drop(desk);
    assert_eq!(names(&Desk::open(folder.path()), "one"), one);
    let unit = tempfile::tempdir().unwrap();
    assert!(names(&Desk::open(unit.path()), "one").iter().all(|name| !one.contains(name)), "another unit");
    // A key that was cut short is made anew, with the rights of a secret.
    let file = folder.path().join(KEY_FILE);
    fs::write(&file, b"short").unwrap();
    assert_ne!(names(&Desk::open(folder.path()), "one"), one);
    assert_eq!(fs::read(&file).unwrap().len(), KEY_LEN);
}

#[test]
fn each_tap_is_told_once_and_nothing_is_kept_when_it_ends() {
    let folder = tempfile::tempdir().unwrap();
    let desk = Desk::open(folder.path());
    desk.tap("04a1b2c3d4e5f6");
    assert_eq!(desk.attendance.take(), [], "nobody counts");
    desk.attendance.listen("7A", 10_000).unwrap();
    // A phone makes its number up.
    desk.tap("08a1b2c3");
    desk.attendance.hint(Came::TwoCards);
    let came: Vec<(u32, usize)> =
        desk.attendance.take().iter().map(|tapped| (tapped.came, tapped.name.len())).collect();
    assert_eq!(came, [(Came::Changing.to_wire(), 0), (Came::TwoCards.to_wire(), 0)]);
    assert_eq!(desk.attendance.take(), []);
    for _ in 0..2 * WAITING_MAX {
        desk.tap("04a1b2c3d4e5f6");
    }
    assert_eq!(*desk.attendance.told().borrow(), 2 + 2 * WAITING_MAX as u64);
    assert_eq!(desk.attendance.take().len(), WAITING_MAX);
    desk.tap("04a1b2c3d4e5f6");
    desk.attendance.listen("7A", 0).unwrap();
    assert_eq!(desk.attendance.take(), []);
    for list in ["", "a b", "七班", &"x".repeat(LIST_LEN_MAX + 1)] {
        assert!(desk.attendance.listen(list, 10_000).is_err(), "{list}");
    }
}

#[test]
fn nothing_prints_a_name() {
    let tapped = Tapped { came: 1, name: "c0ffee".to_owned() };
    assert!(!format!("{tapped:?}").contains("c0ffee"));
}
