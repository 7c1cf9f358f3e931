//! A till that sells time, its durable records, its clock and its power.

use super::super::OfferRules;
use crate::channel::{ChannelKind, Divided, Doubt, Opened, PaidProof, Proof, Revoked, Terms};
use crate::split::Plans;
use crate::till::{
    Answer, Attempt, Counters, Currency, Effect, Ending, Event, Fate, Line, Money, Order, PayCode, PaymentId,
    Phase, Record, RefundNumber, Refused, Rules, Session, Steady, Tender, Till, Timing, Way,
};

/// An hour is sold in the room three times in a row, a class of 90 minutes once.
pub(super) fn offers() -> OfferRules {
    let offer = |id: &str, minutes: u32, in_a_row: u32| {
        format!(
            "[[offer]]\nid = '{id}'\nzh = '自习室'\nen = 'Room'\nminutes = {minutes}\nprice = 2000\nroom = '101'\n\
             in_a_row = {in_a_row}\n"
        )
    };
    toml::from_str(&(offer("hour", 60, 3) + &offer("class", 90, 1))).expect("offers")
}

fn id(text: &str) -> PaymentId {
    PaymentId::new(text).expect("an id")
}

fn rules() -> Rules {
    Rules {
        tag: "TESTTAG0".to_owned(),
        channels: vec![ChannelKind::Alipay],
        terms: [(ChannelKind::Alipay, Terms { refunds_max: 9, refund_gap_ms: 0, ..Terms::default() })].into(),
        plans: Plans::default(),
        timing: Timing::default(),
    }
}

pub(super) struct Room {
    pub(super) till: Till,
    pub(super) records: Vec<Record>,
    /// Payments that need no replay.
    settled: Vec<PaymentId>,
    /// What the wall clock reads, and the steady one.
    pub(super) now: u64,
    pub(super) steady: Steady,
    attempts: Vec<Attempt>,
    refunds: Vec<RefundNumber>,
    codes: u32,
    /// How many records were looked at.
    pub(super) seen: usize,
}

impl Room {
    pub(super) fn new() -> Self {
        let mut room = Self {
            till: Till::replay(rules(), Counters::default(), []),
            records: Vec::new(),
            settled: Vec::new(),
            now: 1_700_000_000_000,
            steady: Steady { boot: 1, ms: 5_000 },
            attempts: Vec::new(),
            refunds: Vec::new(),
            codes: 0,
            seen: 0,
        };
        room.take(Event::Started).expect("a start");
        room
    }

    /// One event, made durable and answered as a quiet bank does: codes open, nothing is paid by itself.
    pub(super) fn take(&mut self, event: Event) -> Result<(), Refused> {
        let mut waiting = vec![event];
        let mut said = Ok(());
        while let Some(event) = waiting.pop() {
            self.till.look(self.steady);
            match self.till.step(self.now, event) {
                Ok(effects) => {
                    let answers: Vec<Event> =
                        effects.into_iter().filter_map(|effect| self.perform(effect)).collect();
                    waiting.extend(answers);
                }
                Err(refused) => said = Err(refused),
            }
            self.settled.extend(self.till.forget_settled());
        }
        said
    }

    fn perform(&mut self, effect: Effect) -> Option<Event> {
        let (number, answer) = match effect {
            Effect::Append(record) => {
                self.records.push(record);
                return None;
            }
            Effect::Open(attempt) => {
                let opened = Answer::Opened(Opened::Code(format!("https://qr/{}", attempt.number)));
                self.attempts.push(attempt.clone());
                (attempt.number, opened)
            }
            Effect::Charge(attempt, _) => {
                self.attempts.push(attempt.clone());
                (attempt.number, Answer::Proof(Proof::Unknown(Doubt::Timeout)))
            }
            Effect::Query(attempt) => (attempt.number, Answer::Proof(Proof::Unknown(Doubt::Timeout))),
            Effect::Revoke(attempt) if attempt.way == Way::Shown => {
                (attempt.number, Answer::Revoked(Revoked::Done))
            }
            Effect::Revoke(attempt) => (attempt.number, Answer::Revoked(Revoked::Again(Doubt::Timeout))),
            Effect::Refund(_, refund) | Effect::RefundQuery(_, refund) => {
                self.refunds.push(refund.number);
                return None;
            }
            Effect::Split(_, _, split) => (split.number, Answer::Divided(Divided::Done)),
            Effect::Seen(..) | Effect::Publish(_) | Effect::Listen(_) => return None,
        };
        Some(Event::Answer { number, answer })
    }

    /// Time goes by, and the till is woken when it wants to be.
    pub(super) fn pass(&mut self, ms: u64) {
        self.pass_checked(ms, |_room, _before| {});
    }

    /// The same with a look after every tick; what stood in the room before it is told.
    pub(super) fn pass_checked(&mut self, ms: u64, look: fn(&mut Self, Option<Session>)) {
        let until = self.now + ms;
        loop {
            let due = self.till.next_due_ms().filter(|due| *due < until);
            let gone = due.map_or(until, |due| self.now.max(due)) - self.now;
            (self.now, self.steady.ms) = (self.now + gone, self.steady.ms + gone);
            let before = self.till.sessions().next().cloned();
            self.take(Event::Tick).expect("a tick");
            look(self, before);
            if due.is_none() {
                return;
            }
            assert!(self.till.next_due_ms().is_none_or(|next| Some(next) > due), "a tick leads to itself");
        }
    }

    /// The clock is corrected.
    pub(super) fn leap(&mut self, ms: i64) {
        self.now = self.now.saturating_add_signed(ms);
        self.take(Event::Tick).expect("a tick");
    }

    /// The till dies and starts again; what was written is read again.
    pub(super) fn restart(&mut self) {
        let kept: Vec<&Record> =
            self.records.iter().filter(|record| !self.settled.contains(record.payment())).collect();
        self.till = Till::replay(rules(), self.till.counters(), kept);
        self.take(Event::Started).expect("a start");
    }

    /// The power fails, and its clock runs on.
    pub(super) fn power_cut(&mut self, dark_ms: u64) {
        self.power_cut_to(self.now + dark_ms);
    }

    /// The same, and the wall clock reads this then.
    pub(super) fn power_cut_to(&mut self, now: u64) {
        (self.now, self.steady) = (now, Steady { boot: self.steady.boot + 1, ms: 9_000 });
        self.restart();
    }

    pub(super) fn order(&mut self, name: &str, offer: &str, count: u32) -> Result<(), Refused> {
        let line = Line { sku: offer.into(), quantity: count, unit_price: 2_000 };
        let total = 2_000 * i64::from(count);
        let order: Order = offers().order(Currency::CNY, vec![line], total, "CNY").expect("an order");
        self.take(Event::Begin { id: id(name), order })
    }

    /// Something is charged, and the bank is silent.
    pub(super) fn scan(&mut self, name: &str) {
        self.codes += 1;
        let code = PayCode::new(&format!("28000000000000{:04}", self.codes)).expect("a code");
        let channel = Some(ChannelKind::Alipay);
        let event = Event::Tender { id: Some(id(name)), tender: Tender::Code(code), channel };
        self.take(event).expect("a scan");
    }

    /// The bank proves the newest attempt of a payment.
    pub(super) fn prove(&mut self, name: &str) {
        let number = self.records.iter().rev().find_map(|record| match record {
            Record::Opening { id, attempt } | Record::Charging { id, attempt } if id.as_str() == name => {
                Some(attempt.number.clone())
            }
            _ => None,
        });
        let attempt = number.and_then(|number| self.attempts.iter().find(|known| known.number == number));
        let Some(attempt) = attempt.cloned() else { return };
        let number = attempt.number;
        let paid = PaidProof { channel_ref: format!("T{number}"), amount: attempt.amount };
        self.take(Event::Answer { number, answer: Answer::Proof(Proof::Paid(paid)) }).expect("a proof");
    }

    pub(super) fn buy(&mut self, name: &str, offer: &str, count: u32) {
        self.dismiss();
        self.order(name, offer, count).expect("an order");
        self.prove(name);
        self.dismiss();
    }

    /// What is on the screen is taken off it, where it may be.
    pub(super) fn dismiss(&mut self) {
        self.end(|id| Event::Dismiss { id });
    }

    pub(super) fn cancel(&mut self) {
        self.end(|id| Event::Cancel { id });
    }

    fn end(&mut self, event: fn(PaymentId) -> Event) {
        if let Some(view) = self.till.shown() {
            match self.take(event(view.id)) {
                Ok(()) | Err(Refused::Busy) => {}
                Err(refused) => panic!("{refused}"),
            }
        }
    }

    pub(super) fn recall(&mut self, name: &str) {
        let records: Vec<Record> =
            self.records.iter().filter(|record| record.payment().as_str() == name).cloned().collect();
        self.settled.retain(|settled| settled.as_str() != name);
        self.till.recall(&records);
    }

    /// Staff send so much back; whether they may.
    pub(super) fn refund(&mut self, name: &str, minor: i64) -> bool {
        let ask = id(&format!("back-{}", self.records.len()));
        let amount = Money::new(minor, Currency::CNY);
        self.take(Event::Refund { id: id(name), ask, amount, by: "01".into() }).is_ok()
    }

    pub(super) fn refunds_done(&mut self) {
        for number in std::mem::take(&mut self.refunds) {
            let answer = Answer::Refunded(crate::channel::Refunded::Done);
            self.take(Event::Answer { number, answer }).expect("an answer");
        }
        self.pass(1_000);
    }

    /// How often money of a payment went back by itself.
    pub(super) fn returned(&self, name: &str) -> usize {
        let back = |record: &&Record| matches!(record, Record::Paid { id, fate: Fate::Returned(_), .. } if id.as_str() == name);
        self.records.iter().filter(back).count()
    }

    pub(super) fn phase(&self, name: &str) -> Phase {
        let ended = self.records.iter().rev().find_map(|record| match record {
            Record::Ended { id, how } if id.as_str() == name => Some(Phase::Ended(*how)),
            _ => None,
        });
        let live = self.till.view(&id(name)).map(|view| view.phase);
        live.or(ended).unwrap_or(Phase::Ended(Ending::Failed))
    }
}
