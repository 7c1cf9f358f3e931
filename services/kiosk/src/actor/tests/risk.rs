//! The rules before the till: what is stopped, who lets it pass, what is kept, and that a full disk takes all of it
//! back together.

use tokio::sync::oneshot;

use super::super::{RiskStopped, StaffAsk};
use super::*;
use crate::channel::Refusal;
use crate::ledger::CaseKind;
use crate::ledger::risk::Kept;
use crate::member::Keys;
use crate::risk::{Rules, Verdict};
use crate::till::{Answer, AttemptNumber, CardUid, Event, Money};

const MINUTE: u64 = 60_000;
const CARD: [u8; 4] = [4, 1, 2, 3];

fn rules(shadow: bool, rules: &[(&str, &str)]) -> Rules {
    let mut text = format!("shadow = {shadow}\n");
    for (number, (verdict, when)) in rules.iter().enumerate() {
        text += &format!("[[rule]]\nname = 'r{number}'\nverdict = '{verdict}'\nwhen = {when}\n");
    }
    let rules: Rules = toml::from_str(&text).unwrap();
    rules.check().unwrap();
    rules
}

fn judged(shadow: bool, given: &[(&str, &str)]) -> Bench {
    let members = Some(Keys::new(&[7; 32]).unwrap());
    Bench::with(Policy { members, risk: Some(rules(shadow, given)), ..Policy::default() })
}

/// More than two charges of a card in ten minutes.
const TWICE: (&str, &str) = ("review", "{ velocity = { of = 'card', minutes = 10, more_than = 2 } }");

impl Bench {
    fn tap(&mut self, uid: [u8; 4]) {
        self.take(Mail::Sensed(Sensed::Tender(Tender::Card(CardUid::new(&uid).unwrap()))));
    }

    fn wait(&mut self, id: &str) {
        self.begin(id).unwrap();
        while self.shown().0 == Phase::Opening {
            self.take_answer();
        }
    }

    fn settle(&mut self) {
        while self.shown().0 != Phase::Paid {
            self.take_answer();
        }
    }

    fn leave(&mut self, id: &str) {
        let (reply, mut said) = oneshot::channel();
        self.take(Mail::Ask(Ask::Dismiss { id: id.into(), reply }));
        said.try_recv().unwrap().unwrap();
    }

    /// A sale to a card.
    fn sell(&mut self, id: &str) {
        self.wait(id);
        self.tap(CARD);
        self.settle();
        self.leave(id);
    }

    fn charges(&self) -> u32 {
        self.channel.charges.load(Ordering::SeqCst)
    }

    fn decisions(&self, reference: &str) -> Vec<Kept> {
        self.actor.books.as_ref().unwrap().ledger.decisions(reference).unwrap()
    }

    fn verdicts(&self, reference: &str) -> Vec<Verdict> {
        self.decisions(reference).into_iter().map(|kept| kept.decision.verdict).collect()
    }

    fn cases(&self) -> Vec<(i64, CaseKind)> {
        let cases = self.actor.books.as_ref().unwrap().ledger.cases(10).unwrap();
        cases.into_iter().map(|case| (case.seq, case.kind)).collect()
    }

    fn let_pass(&mut self) {
        let (reply, mut said) = oneshot::channel();
        let seq = self.cases()[0].0;
        self.take(Mail::Ask(Ask::Staff(StaffAsk::CloseCase { seq, by: "01".into(), reply })));
        said.try_recv().unwrap().unwrap();
    }

    fn refund(&mut self, id: &str, ask: &str, manager: bool) -> Result<(), Rejection> {
        let (reply, mut said) = oneshot::channel();
        let (id, ask, by) = (id.into(), ask.into(), if manager { "01" } else { "07" }.into());
        let amount = Money::new(100, Currency::CNY);
        self.take(Mail::Ask(Ask::Staff(StaffAsk::Refund { id, ask, amount, by, manager, reply })));
        said.try_recv().unwrap()
    }

    fn tick_at(&mut self, now: u64) {
        self.now.store(now, Ordering::SeqCst);
        self.actor.step(Event::Tick, super::super::nobody());
        self.actor.commit(self.runtime.handle()).unwrap();
        self.actor.forget_risks().unwrap();
    }
}

#[test]
fn a_stopped_card_is_charged_once_after_staff_have_looked() {
    let mut bench = judged(false, &[TWICE]);
    bench.sell("p1");
    bench.sell("p2");
    bench.wait("p3");
    bench.tap(CARD);
    assert_eq!((bench.shown(), bench.charges()), ((Phase::Waiting, Notice::SeeStaff), 2));
    // The same card before the reader is answered, and not judged anew.
    bench.tap(CARD);
    assert_eq!((bench.verdicts("p3"), bench.cases().len()), (vec![Verdict::Review], 1));
    assert_eq!(bench.cases()[0].1, CaseKind::Stopped);
    bench.let_pass();
    assert_eq!((bench.shown(), bench.cases().len()), ((Phase::Waiting, Notice::None), 0));
    bench.channel.says.lock().unwrap().push_back(Proof::NotPaid(Refusal::InsufficientFunds));
    bench.tap(CARD);
    while bench.shown() != (Phase::Waiting, Notice::InsufficientFunds) {
        bench.take_answer();
    }
    // It is used up by a charge that did not pay.
    bench.tap(CARD);
    assert_eq!((bench.shown().1, bench.charges()), (Notice::SeeStaff, 3));
    // Another way to pay needs no staff.
    bench.tap([4, 9, 9, 9]);
    bench.settle();
    assert_eq!(bench.charges(), 4);
    let verdicts = bench.verdicts("p3");
    assert_eq!(verdicts, [Verdict::Review, Verdict::Review, Verdict::Review, Verdict::Allow]);
}

#[test]
fn a_refused_card_makes_no_case_and_no_pass_helps_it() {
    let dead = ("refuse", "{ dead-codes = { of = 'kiosk', minutes = 10, more_than = 0 } }");
    let mut bench = judged(false, &[TWICE, dead]);
    bench.sell("p1");
    bench.sell("p2");
    bench.wait("p3");
    bench.tap(CARD);
    assert_eq!(bench.shown(), (Phase::Waiting, Notice::SeeStaff));
    bench.channel.says.lock().unwrap().push_back(Proof::NotPaid(Refusal::CodeDead));
    bench.present("280000000000000001");
    while bench.shown() != (Phase::Waiting, Notice::CodeDead) {
        bench.take_answer();
    }
    bench.let_pass();
    bench.tap(CARD);
    assert_eq!((bench.shown(), bench.charges()), ((Phase::Waiting, Notice::Declined), 3));
    assert!(bench.cases().is_empty());
    let reasons: Vec<usize> = bench.decisions("p3").iter().map(|kept| kept.decision.reasons.len()).collect();
    assert_eq!((bench.verdicts("p3").last(), reasons), (Some(&Verdict::Refuse), vec![1, 0, 2]));
}

#[test]
fn windows_end_and_shadow_rules_only_write() {
    let mut bench = judged(false, &[TWICE]);
    bench.sell("p1");
    bench.sell("p2");
    bench.now.fetch_add(10 * MINUTE, Ordering::SeqCst);
    bench.sell("p3");
    assert_eq!((bench.charges(), bench.verdicts("p3")), (3, vec![Verdict::Allow]));
    let mut bench = judged(true, &[TWICE]);
    for id in ["p1", "p2", "p3"] {
        bench.sell(id);
    }
    assert_eq!((bench.charges(), bench.verdicts("p3")), (3, vec![Verdict::Review]));
    assert!(bench.decisions("p3")[0].decision.shadow && bench.cases().is_empty());
}

/// Letters that wait together are one commit, but a decision must count what came before it in the same commit.
#[test]
fn what_is_noted_and_not_yet_written_is_counted() {
    let mut bench =
        judged(false, &[("review", "{ dead-codes = { of = 'kiosk', minutes = 10, more_than = 0 } }")]);
    bench.wait("p1");
    bench.channel.says.lock().unwrap().push_back(Proof::NotPaid(Refusal::CodeDead));
    bench.present("280000000000000001");
    let charged = |bench: &Bench| match bench.shown().0 {
        Phase::Charging(number) => Some(number),
        _ => None,
    };
    let number: AttemptNumber = charged(&bench).unwrap();
    let dead = Mail::Answered(number, Answer::Proof(Proof::NotPaid(Refusal::CodeDead)));
    let next = Tender::Code(PayCode::new("280000000000000002").unwrap());
    let letters = vec![dead, Mail::Sensed(Sensed::Tender(next))];
    bench.actor.take(bench.runtime.handle(), letters).unwrap();
    assert_eq!((bench.shown(), bench.charges()), ((Phase::Waiting, Notice::SeeStaff), 1));
}

#[test]
fn a_full_disk_takes_notes_decisions_and_stops_back_with_the_step() {
    let mut bench = judged(false, &[TWICE]);
    bench.sell("p1");
    bench.wait("p2");
    bench.refuse_writes(true);
    bench.tap(CARD);
    assert_eq!((bench.shown(), bench.charges()), ((Phase::Waiting, Notice::LedgerFull), 1));
    assert!(bench.decisions("p2").is_empty(), "a decision about a charge that never was");
    bench.refuse_writes(false);
    bench.now.fetch_add(MINUTE / 2, Ordering::SeqCst);
    bench.tap(CARD);
    bench.settle();
    bench.leave("p2");
    let facts = &bench.decisions("p2")[0].facts;
    assert_eq!(facts.counts[0].1.times, 1, "the charge that never was is counted");
    // A stop that could not be written is none: the same card is judged again, and then staff are asked.
    bench.wait("p3");
    bench.refuse_writes(true);
    bench.tap(CARD);
    assert_eq!((bench.shown().1, bench.cases().len()), (Notice::LedgerFull, 0));
    bench.refuse_writes(false);
    bench.now.fetch_add(MINUTE / 2, Ordering::SeqCst);
    bench.tap(CARD);
    assert_eq!((bench.shown().1, bench.cases().len()), (Notice::SeeStaff, 1));
    assert_eq!((bench.verdicts("p3"), bench.charges()), (vec![Verdict::Review], 2));
}

#[test]
fn refunds_are_judged_by_who_gives_them_and_a_manager_may_where_a_review_is_asked_for() {
    let review = ("review", "{ refunds = { of = 'staff', minutes = 60, more_than = 1 } }");
    let refuse = ("refuse", "{ refunds = { of = 'staff', minutes = 60, more_than = 2 } }");
    let mut bench = judged(false, &[review, refuse]);
    bench.sell("p1");
    bench.sell("p2");
    bench.refund("p1", "a", false).unwrap();
    let Err(Rejection::Risk(stopped)) = bench.refund("p1", "b", false) else { panic!("not stopped") };
    assert_eq!(stopped, RiskStopped::Look("r0".into()));
    // The same ask again is the same refund, and judged once.
    bench.refund("p1", "a", false).unwrap();
    assert_eq!(bench.verdicts("p1"), [Verdict::Allow, Verdict::Allow, Verdict::Review]);
    for ask in ["a", "b"] {
        bench.refund("p2", ask, true).unwrap();
    }
    let Err(Rejection::Risk(stopped)) = bench.refund("p2", "c", true) else { panic!("not stopped") };
    assert_eq!(stopped, RiskStopped::Refused("r0, r1".into()));
    // A full disk cannot even keep a no, which is then no answer either.
    bench.refuse_writes(true);
    assert!(matches!(bench.refund("p1", "d", false), Err(Rejection::Locked)));
    bench.refuse_writes(false);
    assert_eq!(bench.decisions("p1").len(), 3);
    assert!(matches!(bench.refund("nobody", "a", true), Err(Rejection::Refused(_))));
}

/// What gives money back knows the card that paid it.
#[test]
fn refunds_to_one_card_are_counted() {
    let mut bench =
        judged(false, &[("review", "{ refunds = { of = 'card', minutes = 60, more_than = 1 } }")]);
    bench.sell("p1");
    bench.sell("p2");
    bench.refund("p1", "a", false).unwrap();
    assert!(matches!(bench.refund("p2", "a", false), Err(Rejection::Risk(RiskStopped::Look(_)))));
}

#[test]
fn without_rules_nothing_is_kept_and_old_events_are_forgotten_all_the_same() {
    let mut bench = Bench::new();
    bench.sell("p1");
    bench.refund("p1", "a", false).unwrap();
    assert!(bench.decisions("p1").is_empty());
    let mut bench = judged(true, &[TWICE]);
    bench.sell("p1");
    let number = AttemptNumber::new(&bench.decisions("p1")[0].reference).unwrap();
    let known =
        |bench: &Bench| bench.actor.books.as_ref().unwrap().ledger.risk_subjects(&number).unwrap().len();
    bench.tick_at(2_000);
    assert_eq!(known(&bench), 2, "card and kiosk");
    bench.actor.risk = None;
    bench.tick_at(2_000 + 31 * 86_400_000);
    assert_eq!((known(&bench), bench.decisions("p1").len()), (0, 1));
}
