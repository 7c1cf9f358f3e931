//! Power may fail between any two steps: nothing is lost, nothing is printed twice without being a copy.
use proptest::prelude::*;

use super::*;

const START: u64 = 1_000_000;

fn receipt(order: &str) -> Receipt {
    Receipt { order: order.into(), total: "¥1.00".into(), ..Receipt::default() }
}

struct Bench {
    dir: tempfile::TempDir,
    spool: Option<Spool>,
}

impl Bench {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let spool = Spool::open(&dir.path().join("r"), START).unwrap();
        Self { dir, spool: Some(spool) }
    }

    fn spool(&mut self) -> &mut Spool {
        self.spool.as_mut().unwrap()
    }

    /// The power fails and comes back.
    fn cut(&mut self, now: u64) {
        self.spool = None;
        self.spool = Some(Spool::open(&self.dir.path().join("r"), now).unwrap());
    }

    fn state(&mut self, order: &str) -> Option<(ReceiptState, bool)> {
        let found = self.spool().newest(100).unwrap();
        found.into_iter().find(|entry| entry.payment == order).map(|entry| (entry.state, entry.copy))
    }
}

#[test]
fn a_receipt_waits_is_printed_and_proved() {
    let mut bench = Bench::new();
    let spool = bench.spool();
    spool.paid(&receipt("a"), START, START).unwrap();
    spool.paid(&receipt("a"), START, START + 1).unwrap();
    spool.paid(&receipt("b"), START + 1, START + 1).unwrap();
    assert_eq!(spool.counts().unwrap(), Counts { waiting: 2, in_doubt: 0 });
    assert_eq!(spool.next(START + 2).unwrap().unwrap().order, "a");
    spool.begin("a", START + 2).unwrap();
    spool.ended("a", ReceiptState::Printed, START + 3).unwrap();
    assert_eq!(spool.next(START + 3).unwrap().unwrap().order, "b");
    assert_eq!(bench.state("a"), Some((ReceiptState::Printed, false)));
}

#[test]
fn what_was_printed_when_the_power_failed_is_in_doubt_and_printed_again_as_a_copy_only() {
    let mut bench = Bench::new();
    bench.spool().paid(&receipt("a"), START, START).unwrap();
    let mark = bench.spool().begin("a", START).unwrap();
    bench.cut(START + 1);
    assert_eq!(bench.state("a"), Some((ReceiptState::Unproved, false)));
    assert_eq!(bench.spool().next(START + 1).unwrap(), None);
    bench.spool().reprint(&receipt("a"), START, START + 2).unwrap();
    assert!(bench.spool().next(START + 2).unwrap().unwrap().copy);
    // The proof came after all: the copy that staff asked for is printed nevertheless.
    assert!(!bench.spool().proved(mark, START + 3).unwrap());
    assert_eq!(bench.state("a"), Some((ReceiptState::Waiting, true)));
}

#[test]
fn a_late_proof_ends_the_doubt() {
    let mut bench = Bench::new();
    bench.spool().paid(&receipt("a"), START, START).unwrap();
    let mark = bench.spool().begin("a", START).unwrap();
    bench.spool().ended("a", ReceiptState::Unproved, START).unwrap();
    let other = bench.spool().mark().unwrap();
    assert!(!bench.spool().proved(other, START).unwrap());
    assert!(bench.spool().proved(mark, START).unwrap());
    assert_eq!(bench.state("a"), Some((ReceiptState::Printed, false)));
}

#[test]
fn what_was_not_begun_waits_on_and_is_no_copy() {
    let mut bench = Bench::new();
    bench.spool().paid(&receipt("a"), START, START).unwrap();
    bench.spool().begin("a", START).unwrap();
    bench.spool().ended("a", ReceiptState::Waiting, START).unwrap();
    assert!(!bench.spool().next(START).unwrap().unwrap().copy);
    bench.spool().reprint(&receipt("a"), START, START).unwrap();
    assert!(!bench.spool().next(START).unwrap().unwrap().copy);
}

#[test]
fn a_receipt_that_waited_too_long_is_late_and_staff_may_print_it() {
    let mut bench = Bench::new();
    bench.spool().paid(&receipt("a"), START, START).unwrap();
    let late = START + STALE_MS + 1;
    assert_eq!(bench.spool().next(late).unwrap(), None);
    assert_eq!(bench.state("a"), Some((ReceiptState::Late, false)));
    assert_eq!(bench.spool().counts().unwrap(), Counts { waiting: 0, in_doubt: 1 });
    bench.spool().reprint(&receipt("a"), START, late).unwrap();
    assert!(!bench.spool().next(late).unwrap().unwrap().copy);
}

#[test]
fn what_was_paid_before_there_was_a_printer_is_printed_only_when_asked_for() {
    let mut bench = Bench::new();
    bench.spool().paid(&receipt("old"), START - 1, START).unwrap();
    assert_eq!(bench.state("old"), None);
    bench.spool().reprint(&receipt("old"), START - 1, START).unwrap();
    assert_eq!(bench.state("old"), Some((ReceiptState::Waiting, false)));
    // One that may have been printed, and is not known here any more, comes as a copy.
    bench.spool().reprint(&receipt("gone"), START + 1, START + 2).unwrap();
    assert_eq!(bench.state("gone"), Some((ReceiptState::Waiting, true)));
}

#[test]
fn a_damaged_file_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("r");
    std::fs::write(&path, "no database at all, but long enough for a header of one").unwrap();
    assert!(Spool::open(&path, START).is_err());
}

/// What happens to one receipt, in order.
#[derive(Clone, Copy, Debug)]
enum Step {
    Paid,
    Print,
    Cut,
    Reprint,
    Late,
}

/// How a printing that was begun ends at the printer, and what the till heard of it.
#[derive(Clone, Copy, Debug)]
enum End {
    NotBegun,
    Torn,
    Whole,
    WholeAndProved,
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn never_a_second_one_that_is_no_copy(
        steps in proptest::collection::vec((0_usize..5, 0_usize..4, any::<bool>()), 1..24),
    ) {
        let mut bench = Bench::new();
        let (mut originals, mut copies, mut asked, mut now) = (0, 0, 0, START);
        let mut marks = Vec::new();
        for (step, end, cut) in steps {
            now += 1;
            match [Step::Paid, Step::Print, Step::Cut, Step::Reprint, Step::Late][step] {
                Step::Paid => bench.spool().paid(&receipt("a"), START, now).unwrap(),
                Step::Cut => bench.cut(now),
                Step::Reprint => {
                    bench.spool().reprint(&receipt("a"), START, now).unwrap();
                    asked += 1;
                }
                Step::Late => {
                    if let Some(mark) = marks.pop() {
                        bench.spool().proved(mark, now).unwrap();
                    }
                }
                Step::Print => {
                    let Some(next) = bench.spool().next(now).unwrap() else { continue };
                    let mark = bench.spool().begin("a", now).unwrap();
                    let end = [End::NotBegun, End::Torn, End::Whole, End::WholeAndProved][end];
                    if matches!(end, End::Whole | End::WholeAndProved) {
                        if next.copy { copies += 1 } else { originals += 1 }
                        marks.push(mark);
                    }
                    if cut {
                        bench.cut(now);
                        continue;
                    }
                    let how = match end {
                        End::NotBegun => ReceiptState::Waiting,
                        End::Torn | End::Whole => ReceiptState::Unproved,
                        End::WholeAndProved => ReceiptState::Printed,
                    };
                    bench.spool().ended("a", how, now).unwrap();
                }
            }
            // Once it is known here it never gets lost, and only staff make it be printed more than once.
            prop_assert!(originals <= 1, "{} originals", originals);
            prop_assert!(copies <= asked, "{} copies", copies);
            if let Some((state, _)) = bench.state("a") {
                prop_assert!(state != ReceiptState::Printed || originals + copies > 0, "printed by nobody");
            }
        }
    }
}
