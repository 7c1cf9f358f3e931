//! The simulated world: a till, a bank that lies, a network that loses and reorders, a clock, and power that fails.

use std::collections::BTreeMap;

use super::audit::Audit;
use super::bank::{Bank, Random};
use super::disk::Disk;
use super::{buyer, by_agreement, cheaper, code, id, order, rules, scan};
use crate::channel::{ChannelKind, Told};
use crate::till::{
    Answer, AttemptNumber, CardUid, Counters, Currency, Effect, Event, Fate, Money, Order, PaymentId, Record,
    Tender, Till, Way,
};

pub(super) struct World {
    pub(super) till: Till,
    pub(super) records: Vec<Record>,
    audit: Audit,
    /// All that the bank ever told, by number: any of it may arrive, late, twice or never.
    mail: Vec<(AttemptNumber, Told)>,
    pub(super) bank: Bank,
    random: Random,
    now: u64,
    answers: Vec<(AttemptNumber, Answer)>,
    begun: u64,
    codes: u64,
    crashes: bool,
    /// The real ledger, where this history has one.
    pub(super) disk: Option<Disk>,
}

impl World {
    pub(super) fn new(seed: u64) -> Self {
        Self {
            till: Till::replay(rules(), Counters::default(), []),
            records: Vec::new(),
            audit: Audit::default(),
            mail: Vec::new(),
            bank: Bank { accounts: BTreeMap::new(), faulty: true },
            random: Random(seed),
            now: 1_700_000_000_000,
            answers: Vec::new(),
            begun: 0,
            codes: 0,
            crashes: true,
            disk: None,
        }
    }

    /// With the real ledger on a real disk.
    pub(super) fn on_disk(seed: u64) -> Self {
        Self { disk: Some(Disk::new()), ..Self::new(seed) }
    }

    /// One event, and the auditor's look at what it left.
    fn event(&mut self, event: Event) {
        self.take(event);
        for told in self.bank.tellings() {
            if !self.mail.contains(&told) {
                self.mail.push(told);
            }
        }
        self.audit.check(&self.bank, &self.till);
    }

    /// The process may die after any effect of an event.
    fn take(&mut self, event: Event) {
        if self.crashes && self.random.one_in(20) {
            // The disk is full: whatever should have been written was not, so nothing of it may happen.
            let mut next = self.till.clone();
            let writes = |fx: Vec<Effect>| fx.iter().any(|e| matches!(e, Effect::Append(_)));
            if next.step(self.now, event.clone()).is_ok_and(writes) {
                let told = self.till.ledger_failed(self.now, &event);
                assert!(told.iter().all(|e| matches!(e, Effect::Publish(_) | Effect::Listen(_))));
                return;
            }
        }
        let Ok(effects) = self.till.step(self.now, event) else { return };
        // On a disk all records of a step are there or none; without one, the power may fail between any two.
        let (records, rest): (Vec<_>, Vec<_>) = effects
            .into_iter()
            .partition(|effect| self.disk.is_some() && matches!(effect, Effect::Append(_)));
        if !records.is_empty() {
            if self.crashes && self.random.one_in(40) {
                return self.crash();
            }
            let records: Vec<Record> = records
                .into_iter()
                .filter_map(|effect| if let Effect::Append(record) = effect { Some(record) } else { None })
                .collect();
            if let Some(disk) = &mut self.disk {
                disk.commit(self.now, &self.till, &records);
            }
            records.into_iter().for_each(|record| self.append(record));
        }
        for effect in rest {
            if self.crashes && self.random.one_in(40) {
                return self.crash();
            }
            self.perform(effect);
        }
        let settled = self.till.forget_settled();
        if let Some(disk) = &mut self.disk {
            disk.settle(&settled);
        }
    }

    fn crash(&mut self) {
        self.answers.clear();
        self.till = match &mut self.disk {
            Some(disk) => disk.power_cut(&self.records, &self.audit),
            None => Till::replay(rules(), Counters::default(), &self.records),
        };
        self.event(Event::Started);
    }

    fn perform(&mut self, effect: Effect) {
        let (number, answer) = match effect {
            Effect::Append(record) => return self.append(record),
            Effect::Publish(_) | Effect::Listen(_) => return,
            Effect::Open(a) => (a.number.clone(), self.bank.open(&mut self.random, &a)),
            Effect::Charge(a, _) => {
                let durable = |r: &Record| matches!(r, Record::Charging { attempt, .. } if *attempt == a);
                assert!(self.records.iter().any(durable), "charged before it was durable");
                (a.number.clone(), self.bank.charge(&mut self.random, &a))
            }
            Effect::Query(a) => (a.number.clone(), self.bank.query(&mut self.random, &a)),
            Effect::Revoke(a) => (a.number.clone(), self.bank.revoke(&mut self.random, &a)),
            Effect::Refund(a, r) => (r.number.clone(), self.bank.refund(&mut self.random, &a, &r)),
            Effect::RefundQuery(a, r) => (r.number.clone(), self.bank.refund_query(&mut self.random, &a, &r)),
            Effect::Seen(a, _) => (a.number.clone(), self.bank.query(&mut self.random, &a)),
            Effect::Split(a, _, s) => (s.number.clone(), self.bank.split(&mut self.random, &a, &s)),
        };
        self.answers.push((number, answer));
    }

    fn append(&mut self, record: Record) {
        match &record {
            Record::Closed { number, .. } => {
                let account = &self.bank.accounts[number];
                assert!(
                    account.dead && !account.paid,
                    "{number} is called closed, the bank says {account:?}"
                );
            }
            Record::Ended { id, .. } => {
                for (number, way, resolved) in self.attempts(id) {
                    assert!(way == Way::Shown || resolved, "{id:?} ends while {number} is in doubt");
                }
            }
            _ => {}
        }
        self.audit.note(&record);
        self.records.push(record);
    }

    /// Attempts of a payment: number, way, whether proof or a reversal has settled it.
    fn attempts(&self, of: &PaymentId) -> Vec<(AttemptNumber, Way, bool)> {
        let mut found = Vec::new();
        for record in self.records.iter().filter(|r| r.payment() == of) {
            match record {
                Record::Opening { attempt, .. } | Record::Charging { attempt, .. } => {
                    found.push((attempt.number.clone(), attempt.way, false));
                }
                Record::Closed { number, .. } | Record::Paid { number, .. } => {
                    found.iter_mut().filter(|f| f.0 == *number).for_each(|f| f.2 = true);
                }
                _ => {}
            }
        }
        found
    }

    fn deliver(&mut self) {
        if self.answers.is_empty() {
            return;
        }
        let nth = self.random.below(self.answers.len() as u64) as usize;
        let (number, answer) = self.answers.swap_remove(nth);
        self.event(Event::Answer { number, answer });
    }

    pub(super) fn act(&mut self) {
        match self.random.below(20) {
            0 | 1 => {
                self.begun += 1;
                let (number, minor) = (self.begun, 100 + self.begun as i64);
                let order = match number % 5 {
                    1 => cheaper(minor, 30, 40, number),
                    3 => cheaper(minor, 1_000, 0, number),
                    4 => Order { member: Some(buyer()), ..order(minor) },
                    _ => order(minor),
                };
                self.event(Event::Begin { id: id(&format!("p{}", self.begun)), order });
            }
            2 | 3 => {
                self.codes += u64::from(!self.random.one_in(4));
                // Every fifth payer is charged by an agreement instead.
                if self.codes.is_multiple_of(5) {
                    return self.event(by_agreement());
                }
                let code = format!("28{:016}", self.codes);
                self.event(scan(&code));
            }
            4 => {
                let tender = Tender::Card(CardUid::new(&[4, 1, 2, 3]).expect("uid"));
                self.event(Event::Tender { id: None, tender, channel: Some(ChannelKind::Campus) });
            }
            5 => self.on_screen(|id| Event::Cancel { id }),
            6 => self.on_screen(|id| Event::Dismiss { id }),
            7 | 8 => self.bank.stir(&mut self.random),
            9 if self.crashes => self.crash(),
            12 => self.refund(),
            13 => self.notify(),
            18 => self.stop(),
            19 => self.on_screen(|id| Event::CaseClosed { id, seq: 1, by: "s1".to_owned(), pass: true }),
            10 | 11 => {
                self.now += self.random.below(30_000);
                self.event(Event::Tick);
            }
            _ => self.deliver(),
        }
    }

    /// A rule stops what is presented, which may be the code that comes next.
    fn stop(&mut self) {
        let review = self.random.one_in(2);
        if let Some(view) = self.till.shown() {
            let tender = code(&format!("28{:016}", self.codes + 1));
            self.event(Event::Stopped { id: view.id, tender, amount: view.order.total, review });
        }
    }

    /// Staff want some of a payment's money to go back, live or settled long ago.
    fn refund(&mut self) {
        let sold: Vec<(PaymentId, Money)> = self
            .records
            .iter()
            .filter_map(|record| match record {
                Record::Paid { id, amount, fate: Fate::Accepted { .. }, .. } => Some((id.clone(), *amount)),
                Record::Free { id, .. } => Some((id.clone(), Money::zero(Currency::CNY))),
                _ => None,
            })
            .collect();
        if sold.is_empty() {
            return;
        }
        let (payment, paid) = sold[self.random.below(sold.len() as u64) as usize].clone();
        let part = if paid.minor() == 0 { 0 } else { 1 + self.random.below(paid.minor() as u64) as i64 };
        let amount = Money::new(part, paid.currency());
        let ask = id(&format!("r{}", self.random.below(4)));
        self.recall(&payment);
        self.event(Event::Refund { id: payment, ask, amount, by: "s1".to_owned() });
        self.till.forget_settled();
    }

    /// A message of the bank's, perhaps an old one again.
    fn notify(&mut self) {
        if self.mail.is_empty() {
            return;
        }
        let (number, told) = self.mail[self.random.below(self.mail.len() as u64) as usize].clone();
        let found = self.records.iter().find_map(|record| match record {
            Record::Opening { id, attempt } | Record::Charging { id, attempt } => {
                (attempt.number == number).then(|| (id.clone(), attempt.channel))
            }
            Record::RefundAsked { id, refund, channel, .. }
            | Record::Paid { id, channel, fate: Fate::Returned(refund), .. } => {
                (refund.number == number).then(|| (id.clone(), *channel))
            }
            _ => None,
        });
        let Some((payment, channel)) = found else { return };
        self.recall(&payment);
        self.event(Event::Told { channel, told });
        self.till.forget_settled();
    }

    fn recall(&mut self, payment: &PaymentId) {
        match &self.disk {
            Some(disk) => self.till.recall(&disk.records_of(payment)),
            None => self.till.recall(self.records.iter().filter(|record| record.payment() == payment)),
        }
    }

    fn on_screen(&mut self, event: fn(PaymentId) -> Event) {
        if let Some(view) = self.till.shown() {
            self.event(event(view.id));
        }
    }

    /// The network works again and nobody pays any more: everything must come to an end by itself.
    pub(super) fn heal(&mut self) {
        (self.bank.faulty, self.crashes) = (false, false);
        for _ in 0..10_000 {
            if !self.answers.is_empty() {
                self.deliver();
            } else if let Some(due) = self.till.next_due_ms() {
                self.now = self.now.max(due);
                self.event(Event::Tick);
            } else {
                return;
            }
        }
        panic!("the till never comes to rest: {:?}", self.till.live);
    }
}
