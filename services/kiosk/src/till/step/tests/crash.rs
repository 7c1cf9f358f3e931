//! Random histories with a crash after any effect: no money is ever taken twice and kept, no doubt ends without
//! proof, the books agree with the bank. `DAIS_TILL_SEED=n` replays one history, `DAIS_TILL_SEEDS=n` runs more.

use std::collections::BTreeMap;

use super::audit::Audit;
use super::bank::{Bank, Random};
use super::{id, order, rules, scan};
use crate::channel::{ChannelKind, Told};
use crate::till::{
    Account, Answer, AttemptNumber, CardUid, Counters, Effect, Event, Fate, Money, PaymentId, Phase, Record,
    RefundReason, Tender, Till, Way, entry,
};

/// Histories of a usual run; a few seconds.
const SEEDS: u64 = 3_000;
/// Actions of one history before the world is healed.
const ACTIONS: u64 = 80;

struct World {
    till: Till,
    records: Vec<Record>,
    audit: Audit,
    /// All that the bank ever told, by number: any of it may arrive, late, twice or never.
    mail: Vec<(AttemptNumber, Told)>,
    bank: Bank,
    random: Random,
    now: u64,
    answers: Vec<(AttemptNumber, Answer)>,
    begun: u64,
    codes: u64,
    crashes: bool,
}

impl World {
    fn new(seed: u64) -> Self {
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
        }
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
        for effect in effects {
            if self.crashes && self.random.one_in(40) {
                return self.crash();
            }
            self.perform(effect);
        }
        self.till.forget_settled();
    }

    fn crash(&mut self) {
        self.answers.clear();
        self.till = Till::replay(rules(), Counters::default(), &self.records);
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
            Effect::Split(..) => panic!("nothing is divided here"),
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

    fn act(&mut self) {
        match self.random.below(18) {
            0 | 1 => {
                self.begun += 1;
                let order = order(100 + self.begun as i64);
                self.event(Event::Begin { id: id(&format!("p{}", self.begun)), order });
            }
            2 | 3 => {
                self.codes += u64::from(!self.random.one_in(4));
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
            10 | 11 => {
                self.now += self.random.below(30_000);
                self.event(Event::Tick);
            }
            _ => self.deliver(),
        }
    }

    /// Staff want some of a payment's money to go back, live or settled long ago.
    fn refund(&mut self) {
        let sold: Vec<(PaymentId, Money)> = self
            .records
            .iter()
            .filter_map(|record| match record {
                Record::Paid { id, amount, fate: Fate::Accepted { .. }, .. } => Some((id.clone(), *amount)),
                _ => None,
            })
            .collect();
        if sold.is_empty() {
            return;
        }
        let (payment, paid) = sold[self.random.below(sold.len() as u64) as usize].clone();
        let amount = Money::new(1 + self.random.below(paid.minor() as u64) as i64, paid.currency());
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
        let payment = self.records.iter().find_map(|record| match record {
            Record::Opening { id, attempt } | Record::Charging { id, attempt } => {
                (attempt.number == number).then(|| id.clone())
            }
            Record::RefundAsked { id, refund, .. }
            | Record::Paid { id, fate: Fate::Returned(refund), .. } => {
                (refund.number == number).then(|| id.clone())
            }
            _ => None,
        });
        if let Some(payment) = payment {
            self.recall(&payment);
        }
        self.event(Event::Told(told));
        self.till.forget_settled();
    }

    fn recall(&mut self, payment: &PaymentId) {
        self.till.recall(self.records.iter().filter(|record| record.payment() == payment));
    }

    fn on_screen(&mut self, event: fn(PaymentId) -> Event) {
        if let Some(view) = self.till.shown() {
            self.event(event(view.id));
        }
    }

    /// The network works again and nobody pays any more: everything must come to an end by itself.
    fn heal(&mut self) {
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

    fn judge(&self) {
        let mut by_payment: BTreeMap<&PaymentId, (i64, u32, Option<i64>)> = BTreeMap::new();
        let mut accounts: BTreeMap<Account, i64> = BTreeMap::new();
        for record in &self.records {
            match record {
                Record::Begun { id, .. } => drop(by_payment.insert(id, (0, 0, None))),
                Record::Opening { id, attempt } | Record::Charging { id, attempt } => {
                    // An attempt that died with the process before its first call is unknown to the bank.
                    let net = self.bank.accounts.get(&attempt.number).map_or(0, |account| account.net());
                    let sum = by_payment.get_mut(id).expect("begun");
                    sum.0 += net;
                    sum.1 += u32::from(net != 0);
                }
                Record::Paid { id, amount, fate, .. } => {
                    if matches!(fate, Fate::Accepted { .. }) {
                        let sum = by_payment.get_mut(id).expect("begun");
                        assert!(sum.2.replace(amount.minor()).is_none(), "{id:?} is accepted twice");
                    }
                }
                Record::Refunded { id, refund, .. } if refund.reason == RefundReason::Asked => {
                    let sum = by_payment.get_mut(id).expect("begun");
                    sum.2 = sum.2.map(|accepted| accepted - refund.amount.minor());
                }
                Record::RefundRefused { .. } | Record::Case { .. } => panic!("the bank refuses nothing"),
                _ => {}
            }
            for (account, money) in entry(record).map_or(Vec::new(), |entry| entry.lines) {
                *accounts.entry(account).or_default() += money.minor();
            }
        }
        for (id, (net, count, accepted)) in by_payment {
            assert!(count <= 1, "{id:?} was charged {count} times and nothing went back");
            assert_eq!(net, accepted.unwrap_or(0), "{id:?}: the payer lost {net}, we accepted {accepted:?}");
        }
        let truth: i64 = self.bank.accounts.values().map(|account| account.net()).sum();
        let held = |account: &Account| matches!(account, Account::Channel(_));
        let booked: i64 = accounts.iter().filter(|(account, _)| held(account)).map(|(_, sum)| sum).sum();
        assert_eq!(booked, truth, "books and bank differ");
        assert_eq!(accounts.values().sum::<i64>(), 0, "the books do not add up to zero");
        assert_eq!(accounts.get(&Account::Owed).copied().unwrap_or(0), 0, "money is still owed");
        for payment in self.till.live.values() {
            assert!(payment.is_settled(), "{payment:?}");
        }
    }
}

fn history(seed: u64) -> World {
    let mut world = World::new(seed);
    for _ in 0..ACTIONS {
        world.act();
    }
    world
}

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok().and_then(|text| text.parse().ok())
}

#[test]
fn money_is_never_taken_twice_whenever_it_crashes() {
    let (mut paid, mut returned) = (0, 0);
    let seeds = match number("DAIS_TILL_SEED") {
        Some(seed) => seed..seed + 1,
        None => 0..number("DAIS_TILL_SEEDS").unwrap_or(SEEDS),
    };
    let many = seeds.end - seeds.start > 1;
    for seed in seeds {
        let outcome = std::panic::catch_unwind(|| {
            let mut world = history(seed);
            world.heal();
            world.judge();
            world.records
        });
        let Ok(records) = outcome else { panic!("replay this history with DAIS_TILL_SEED={seed}") };
        for record in records {
            if let Record::Paid { fate, .. } = record {
                match fate {
                    Fate::Accepted { .. } => paid += 1,
                    Fate::Returned(_) => returned += 1,
                }
            }
        }
    }
    assert!(
        !many || (paid > 1_000 && returned > 100),
        "the histories are too tame: {paid} paid, {returned} returned"
    );
}

/// What is lasting is the same after a restart, at any moment.
#[test]
fn a_restart_forgets_nothing_lasting() {
    for seed in 0..200 {
        let world = history(seed);
        let again = Till::replay(rules(), Counters::default(), &world.records);
        for payment in world.till.live.values() {
            let other = again.live.get(&payment.id).expect("it is live again");
            let over = |phase: &Phase| phase.is_over().then(|| phase.clone());
            assert_eq!(over(&payment.phase), over(&other.phase), "seed {seed}");
            assert_eq!((payment.pickup, payment.paid_by), (other.pickup, other.paid_by), "seed {seed}");
            let codes =
                |p: &super::super::Payment| p.tries.iter().map(|t| t.code.clone()).collect::<Vec<_>>();
            assert_eq!(codes(payment), codes(other), "seed {seed}");
        }
        assert!(again.counters.numbers >= world.till.counters.numbers, "seed {seed}");
    }
}
