//! A job's way, with time and answers by hand.
use super::*;
use crate::escpos::{Commands, Mark};
use crate::status::Trouble;

/// A job under way, the clock, and what was sent so far.
struct Bench {
    printing: Printing,
    now: Instant,
    sent: Vec<u8>,
}

const JOB: &[u8] = b"\x1b@receipt";

fn block(mark: Mark) -> Vec<u8> {
    [&[0x37, 0x22], &mark.bytes()[..], &[0]].concat()
}

impl Bench {
    fn new() -> Self {
        let now = Instant::now();
        let printing = Printing::new(JOB.to_vec(), Mark::numbered(7), Limits::default(), now);
        Self { printing, now, sent: Vec::new() }
    }

    /// Sends whatever is to be sent, and tells what is next.
    fn flow(&mut self) -> Option<Outcome> {
        loop {
            self.printing.tick(self.now);
            let count = match self.printing.next() {
                Next::Done(outcome) => return Some(outcome),
                Next::Hear(_) => return None,
                Next::Send(bytes, _) => {
                    self.sent.extend_from_slice(bytes);
                    bytes.len()
                }
            };
            self.printing.sent(count, self.now);
        }
    }

    fn hear(&mut self, bytes: &[u8]) -> Option<Outcome> {
        self.printing.heard(bytes, self.now);
        self.flow()
    }

    fn pass(&mut self, time: Duration) -> Option<Outcome> {
        self.now += time;
        self.flow()
    }

    /// Answers each question with that printer's four bytes.
    fn answer_all(&mut self, four: [u8; 4]) -> Option<Outcome> {
        let mut outcome = self.flow();
        for byte in four {
            outcome = self.hear(&[byte]);
        }
        outcome
    }

    /// Asks and hears that all is well, up to the job's first byte, which is not sent.
    fn ask_all(&mut self) {
        self.flow();
        for byte in WELL {
            self.printing.heard(&[byte], self.now);
            if let Next::Send(question, _) = self.printing.next()
                && question.len() == 3
            {
                self.printing.sent(3, self.now);
            }
        }
    }

    /// Time goes on as the job wants it, its questions are answered, until it ends.
    fn until_done(&mut self, four: [u8; 4]) -> (Outcome, Duration) {
        let began = self.now;
        for _ in 0..100_000 {
            self.printing.tick(self.now);
            let due = match self.printing.next() {
                Next::Done(outcome) => return (outcome, self.now - began),
                Next::Send(_, due) | Next::Hear(due) => due,
            };
            let asked = self.sent.len();
            if let Some(outcome) = self.flow() {
                return (outcome, self.now - began);
            }
            match self.sent[asked..] {
                [0x10, 0x04, n] => drop(self.hear(&[four[usize::from(n) - 1]])),
                _ => self.now = due,
            }
        }
        panic!("it never ends");
    }
}

const WELL: [u8; 4] = [0x12; 4];
const NO_PAPER: [u8; 4] = [0x1a, 0x32, 0x12, 0x7e];

#[test]
fn asks_sends_and_is_proved() {
    let mut bench = Bench::new();
    assert_eq!(bench.flow(), None);
    assert_eq!(bench.sent, [0x10, 4, 1]);
    assert_eq!(bench.answer_all(WELL), None);
    assert_eq!(bench.sent, [&[0x10, 4, 1, 0x10, 4, 2, 0x10, 4, 3, 0x10, 4, 4][..], JOB].concat());
    assert_eq!(bench.hear(&block(Mark::numbered(6))), None);
    assert_eq!(bench.printing.late(), [Mark::numbered(6)]);
    assert_eq!(bench.hear(&block(Mark::numbered(7))), Some(Outcome::Printed));
}

#[test]
fn a_printer_in_trouble_is_sent_nothing() {
    for (four, wanted) in [
        ([0x12, 0x16, 0x12, 0x12], Trouble::CoverOpen),
        (NO_PAPER, Trouble::PaperOut),
        ([0x1a, 0x12, 0x1a, 0x12], Trouble::Cutter),
        ([0x1a, 0x12, 0x12, 0x12], Trouble::Offline),
    ] {
        let mut bench = Bench::new();
        assert_eq!(bench.answer_all(four), Some(Outcome::NotBegun(wanted.into())));
        assert!(!bench.sent.windows(2).any(|two| two == b"\x1b@"), "{:02x?}", bench.sent);
    }
}

#[test]
fn paper_that_is_low_is_printed_on() {
    assert_eq!(Bench::new().answer_all([0x12, 0x12, 0x12, 0x1e]), None);
}

#[test]
fn silence_before_the_job_is_no_beginning_and_after_it_no_proof() {
    let mut bench = Bench::new();
    bench.flow();
    assert_eq!(bench.pass(Limits::default().answer), Some(Outcome::NotBegun(Why::Silent)));
    let mut bench = Bench::new();
    bench.answer_all(WELL);
    let (outcome, time) = bench.until_done(WELL);
    assert_eq!(outcome, Outcome::Unproved(Why::Silent));
    assert_eq!(time, Limits::default().progress);
}

#[test]
fn a_mark_that_was_heard_before_the_job_began_is_not_its_proof() {
    let mut bench = Bench::new();
    bench.flow();
    assert_eq!(bench.hear(&block(Mark::numbered(7))), None);
    assert_eq!(bench.printing.late(), [Mark::numbered(7)]);
    bench.printing.stop(Why::Lost);
    assert_eq!(bench.flow(), Some(Outcome::NotBegun(Why::Lost)));
}

#[test]
fn one_byte_sent_is_a_beginning() {
    for (sent, wanted) in [(0, Outcome::NotBegun(Why::Lost)), (1, Outcome::Unproved(Why::Lost))] {
        let mut bench = Bench::new();
        bench.ask_all();
        bench.printing.sent(sent, bench.now);
        bench.printing.stop(Why::Lost);
        assert_eq!(bench.printing.next(), Next::Done(wanted));
    }
}

#[test]
fn paper_that_ends_is_waited_for_and_told() {
    let mut bench = Bench::new();
    bench.answer_all(WELL);
    assert_eq!(bench.hear(&[0x18, 0x00, 0x0f, 0x0f]), None);
    assert_eq!(bench.printing.status().trouble(), Some(Trouble::PaperOut));
    assert_eq!(bench.pass(Limits::default().progress * 2), None);
    assert_eq!(bench.hear(&[0x10, 0x00, 0x00, 0x0f]), None);
    assert_eq!(bench.printing.status().trouble(), None);
    assert_eq!(bench.hear(&block(Mark::numbered(7))), Some(Outcome::Printed));

    let mut bench = Bench::new();
    bench.answer_all(WELL);
    let (outcome, time) = bench.until_done(NO_PAPER);
    assert_eq!(outcome, Outcome::Unproved(Trouble::PaperOut.into()));
    assert!(time >= Limits::default().mend, "{time:?}");
}

#[test]
fn a_printer_that_takes_nothing_is_given_up() {
    let mut bench = Bench::new();
    bench.ask_all();
    bench.now += Limits::default().progress;
    bench.printing.tick(bench.now);
    assert_eq!(bench.printing.next(), Next::Done(Outcome::NotBegun(Why::Silent)));
}

/// A job by `GS r`: its questions before, so many answers that are left over from earlier, and its own.
fn by_status() -> Bench {
    let now = Instant::now();
    let mut job = Commands::new();
    job.raw(JOB);
    for _ in 0..PAPERS {
        job.status();
    }
    let printing = Printing::by_status(job.into_bytes(), Limits::default(), now);
    Bench { printing, now, sent: Vec::new() }
}

const PAPER: [u8; 1] = [0x00];
const ASKED: [u8; PAPER_BYTES] = *b"\x1dr\x01";

#[test]
fn a_printer_without_marks_is_proved_by_all_its_answers_behind_the_job() {
    let mut bench = by_status();
    assert_eq!(bench.answer_all(WELL), None);
    assert!(bench.sent.ends_with(&ASKED.repeat(FENCE)), "{:02x?}", bench.sent);
    for _ in 0..FENCE {
        assert_eq!(bench.hear(&PAPER), None);
    }
    assert!(!bench.sent.windows(JOB.len()).any(|sent| sent == JOB), "there may be more");
    assert_eq!(bench.pass(QUIET), None);
    assert_eq!(bench.answer_all(WELL), None);
    assert!(bench.sent.ends_with(&[JOB, &ASKED.repeat(PAPERS)].concat()), "{:02x?}", bench.sent);
    for _ in 1..PAPERS {
        assert_eq!(bench.hear(&PAPER), None);
    }
    assert_eq!(bench.hear(&PAPER), Some(Outcome::Printed));
}

#[test]
fn answers_that_are_left_over_from_an_earlier_job_are_no_proof() {
    for left_over in 0..=PAPERS {
        let mut bench = by_status();
        bench.answer_all(WELL);
        for _ in 0..left_over + FENCE {
            assert_eq!(bench.hear(&PAPER), None);
        }
        bench.pass(QUIET);
        bench.answer_all(WELL);
        assert!(bench.sent.ends_with(&ASKED), "{left_over}");
        for _ in 1..PAPERS {
            assert_eq!(bench.hear(&PAPER), None, "{left_over}");
        }
        let (outcome, _) = bench.until_done(WELL);
        assert_eq!(outcome, Outcome::Unproved(Why::Silent), "{left_over}: one answer is missing");
    }
}

#[test]
fn a_printer_that_does_not_answer_in_its_turn_is_sent_nothing() {
    let mut bench = by_status();
    bench.answer_all(WELL);
    bench.hear(&PAPER);
    assert_eq!(bench.pass(Limits::default().progress), Some(Outcome::NotBegun(Why::Silent)));
    assert!(!bench.sent.windows(JOB.len()).any(|sent| sent == JOB));
}

#[test]
fn answers_to_what_was_not_wholly_asked_do_not_count() {
    let now = Instant::now();
    let mut printing = Printing::asking(Limits::default(), now);
    printing.sent(2, now);
    printing.heard(&[0x1a], now);
    assert_eq!(printing.status(), Status::default());
    printing.sent(1, now);
    printing.heard(&[0x1a], now);
    assert!(printing.status().offline);
}

#[test]
fn asking_ends_with_the_last_answer_also_in_trouble() {
    let now = Instant::now();
    let mut printing = Printing::asking(Limits::default(), now);
    for byte in NO_PAPER {
        printing.sent(3, now);
        printing.heard(&[byte], now);
    }
    assert_eq!(printing.next(), Next::Done(Outcome::Printed));
    assert_eq!(printing.status().trouble(), Some(Trouble::PaperOut));
}
