//! The till under load: many payments at once, one writer, group commit, RSA on threads of their own.

use std::sync::Mutex;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};

use kiosk::channel::{ChannelKind, PaidProof, Proof, Terms};
use kiosk::ledger::Ledger;
use kiosk::till::{
    Answer, Attempt, AttemptNumber, Counters, Currency, Effect, Event, Line, Money, Order, PayCode,
    PaymentId, Record, Rules, Tender, Till, Timing, View,
};

use crate::Rate;
use crate::rsa::Keys;

/// Letters written in one commit, as the actor has it.
const BATCH_MAX: usize = 64;
const NOW: u64 = 1_700_000_000_000;

/// What one commit wrote.
pub(crate) struct Commit {
    pub(crate) records: Vec<Record>,
    pub(crate) views: Vec<View>,
    pub(crate) counters: Counters,
    /// Payments that it marked as settled.
    pub(crate) settled: Vec<PaymentId>,
}

/// One counter where payers come one after another.
struct Lane {
    till: Till,
    name: String,
    served: usize,
    begun: Instant,
}

/// A letter to the writer: which lane, and what happened to it.
type Letter = (usize, Event);

impl Lane {
    fn new(tag: &str, name: String) -> Self {
        let kind = ChannelKind::Campus;
        let rules = Rules {
            tag: format!("{tag}{name}"),
            // A channel without codes to show, so that a payment is one order, one tender and one proof.
            channels: vec![kind],
            terms: [(kind, Terms::default())].into(),
            plans: Default::default(),
            timing: Timing::default(),
        };
        let till = Till::replay(rules, Counters::default(), []);
        Self { till, name, served: 0, begun: Instant::now() }
    }

    fn id(&self) -> PaymentId {
        PaymentId::new(&format!("{}-{}", self.name, self.served)).unwrap()
    }

    /// The next payer.
    fn begin(&mut self) -> Event {
        self.served += 1;
        self.begun = Instant::now();
        let line = Line { sku: "lunch".to_owned(), quantity: 1, unit_price: 1230 };
        let total = Money::new(1230, Currency::CNY);
        Event::Begin {
            id: self.id(),
            order: Order {
                lines: vec![line],
                total,
                subject: "午餐".to_owned(),
                priced: None,
                member: None,
                campaign: None,
                instalment: None,
                session: None,
            },
        }
    }

    fn present(&self) -> Event {
        let code = PayCode::new(&format!("28{:016}", self.served)).unwrap();
        Event::Tender { id: Some(self.id()), tender: Tender::Code(code), channel: Some(ChannelKind::Campus) }
    }
}

/// Runs so many payments; answers how fast, and what each commit wrote.
pub(crate) fn run(
    ledger: &mut Ledger,
    tag: &str,
    name: &str,
    payments: usize,
    lanes: usize,
    threads: usize,
    keys: &Keys,
) -> (Rate, Vec<Commit>) {
    let (letters, mail) = channel::<Letter>();
    let (calls, work) = channel::<(usize, Attempt)>();
    let work = Mutex::new(work);
    let mut lanes: Vec<Lane> = (0..lanes).map(|nth| Lane::new(tag, format!("{name}{nth:02}"))).collect();
    let started = Instant::now();
    let (each, log) = std::thread::scope(|scope| {
        for _ in 0..threads {
            let (work, letters) = (&work, letters.clone());
            scope.spawn(move || answer(work, &letters, keys));
        }
        let mut desk = Desk {
            ledger,
            payments,
            begun: 0,
            each: Vec::new(),
            log: Vec::new(),
            calls,
            letters,
            settled: Vec::new(),
        };
        for (nth, lane) in lanes.iter_mut().enumerate() {
            desk.next_payer(nth, lane);
        }
        while desk.each.len() < payments {
            desk.batch(&mail, &mut lanes);
        }
        (desk.each, desk.log)
    });
    (Rate::of(payments, started.elapsed(), each), log)
}

/// A channel's call: signs, and verifies the answer.
fn answer(work: &Mutex<Receiver<(usize, Attempt)>>, letters: &Sender<Letter>, keys: &Keys) {
    loop {
        let next = work.lock().unwrap().recv();
        let Ok((lane, attempt)) = next else { return };
        keys.once();
        let proof =
            Proof::Paid(PaidProof { channel_ref: format!("R{}", attempt.number), amount: attempt.amount });
        let number: AttemptNumber = attempt.number;
        if letters.send((lane, Event::Answer { number, answer: Answer::Proof(proof) })).is_err() {
            return;
        }
    }
}

/// The writer's side.
struct Desk<'a> {
    ledger: &'a mut Ledger,
    payments: usize,
    begun: usize,
    each: Vec<Duration>,
    log: Vec<Commit>,
    calls: Sender<(usize, Attempt)>,
    letters: Sender<Letter>,
    /// Told to the ledger, written with the next commit.
    settled: Vec<PaymentId>,
}

impl Desk<'_> {
    fn next_payer(&mut self, nth: usize, lane: &mut Lane) {
        if self.begun < self.payments {
            self.begun += 1;
            self.letters.send((nth, lane.begin())).unwrap();
        }
    }

    /// Takes what waits, makes it durable in one commit, then does what it wants done.
    fn batch(&mut self, mail: &Receiver<Letter>, lanes: &mut [Lane]) {
        let mut waiting = vec![mail.recv().unwrap()];
        while waiting.len() < BATCH_MAX
            && let Ok(letter) = mail.try_recv()
        {
            waiting.push(letter);
        }
        let (mut records, mut views, mut then) = (Vec::new(), Vec::new(), Vec::new());
        let mut counters = Counters::default();
        for (nth, event) in waiting {
            let till = &mut lanes[nth].till;
            for effect in till.step(NOW, event).unwrap() {
                match effect {
                    Effect::Append(record) => {
                        views.extend(till.view(record.payment()));
                        records.push(record);
                    }
                    other => then.push((nth, other)),
                }
            }
            counters = till.counters();
        }
        views.reverse();
        views.dedup_by(|a, b| a.id == b.id);
        self.ledger.append(NOW, &records, &views, counters).unwrap();
        let settled = std::mem::take(&mut self.settled);
        for (nth, effect) in then {
            if let Effect::Charge(attempt, _) = effect {
                self.calls.send((nth, attempt)).unwrap();
            }
        }
        for record in &records {
            let nth =
                lanes.iter().position(|lane| record.payment().as_str().starts_with(&lane.name)).unwrap();
            self.follow(nth, &mut lanes[nth], record);
        }
        self.log.push(Commit { records, views, counters, settled });
    }

    /// What the payer or the screen does once a record is durable.
    fn follow(&mut self, nth: usize, lane: &mut Lane, record: &Record) {
        match record {
            Record::Begun { .. } => self.letters.send((nth, lane.present())).unwrap(),
            Record::Paid { .. } => {
                self.each.push(lane.begun.elapsed());
                self.letters.send((nth, Event::Dismiss { id: lane.id() })).unwrap();
            }
            Record::Left { .. } => {
                let settled = lane.till.forget_settled();
                self.ledger.settle(&settled);
                self.settled.extend(settled);
                self.next_payer(nth, lane);
            }
            _ => {}
        }
    }
}
