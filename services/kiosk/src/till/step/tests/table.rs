//! Every state with every event: what is answered, where it leads and what is to be done, as one text file that a
//! person can read. `DAIS_BLESS=1` writes it anew; then read the difference.

use std::fmt::Write as _;

use super::{by_agreement, cheaper, code, id, order, rules, scan};
use crate::channel::{
    ChannelKind, Divided, Doubt, Opened, PaidProof, PendingReason, Proof, Refunded, Refusal, Revoked, Terms,
    Told,
};
use crate::exchange_rate::{Binding, Quoted};
use crate::member::Token;
use crate::offline;
use crate::till::{
    Answer, AttemptNumber, CardUid, Counters, Currency, Effect, Event, Money, Notice, Record, Refused,
    Tender, Till, View,
};

const NOW: u64 = 1_000_000;
/// By when a refund is asked for again without a share that was withheld.
const WITHHELD_AGAIN_MS: u64 = 10_000;

/// A till and the attempt that answers are about.
#[derive(Clone)]
struct Scene {
    till: Till,
    now: u64,
    number: Option<AttemptNumber>,
    /// Whose the attempt is.
    channel: ChannelKind,
}

impl Scene {
    fn new() -> Self {
        let till = Till::replay(rules(), Counters::default(), []);
        Self { till, now: NOW, number: None, channel: ChannelKind::Alipay }.then(Event::Started)
    }

    fn then(mut self, event: Event) -> Self {
        let effects = self.till.step(self.now, event).expect("the script is taken");
        for effect in effects {
            if let Effect::Append(Record::Opening { attempt, .. } | Record::Charging { attempt, .. }) = effect
            {
                (self.number, self.channel) = (Some(attempt.number), attempt.channel);
            }
        }
        self
    }

    fn says(self, answer: Answer) -> Self {
        let number = self.number.clone().expect("an attempt");
        self.then(Event::Answer { number, answer })
    }

    /// From now on answers are about the payment's last errand: the refund under way, or else the division.
    fn about_errand(mut self) -> Self {
        self.number = self.errand();
        self
    }

    /// The number of the last errand.
    fn errand(&self) -> Option<AttemptNumber> {
        self.till.live.values().flat_map(|p| &p.errands).last().map(|errand| errand.number().clone())
    }

    fn after(mut self, ms: u64) -> Self {
        self.now += ms;
        self.then(Event::Tick)
    }
}

fn paid(minor: i64) -> Proof {
    Proof::Paid(PaidProof { channel_ref: "T1".into(), amount: Money::new(minor, Currency::CNY) })
}

fn card() -> Tender {
    Tender::Card(CardUid::new(&[4, 1, 2, 3]).expect("uid"))
}

fn refund(ask: &str, minor: i64) -> Event {
    Event::Refund { id: id("p"), ask: id(ask), amount: Money::new(minor, Currency::CNY), by: "s1".into() }
}

fn stopped(review: bool) -> Event {
    let (tender, amount) = (code("280000000000000002"), Money::new(300, Currency::CNY));
    Event::Stopped { id: id("p"), tender, amount, review }
}

fn passed() -> Event {
    Event::CaseClosed { id: id("p"), seq: 1, by: "s1".into(), pass: true }
}

/// The payer accepts a quote that lives so many seconds more.
fn quote(seconds: u64) -> Event {
    let money = |minor, code| Money::new(minor, Currency::parse(code).expect("a currency"));
    let quoted = Quoted {
        charged: money(300, "CNY"),
        shown: money(42, "USD"),
        quote: "Q1".into(),
        binding: Binding::Informative,
        expires_ms: NOW + seconds * 1_000,
        rate: "1 CNY = 0.14 USD".into(),
    };
    Event::Quote { id: id("p"), quoted: Some(quoted) }
}

fn forwarded(answer: offline::Answer) -> Event {
    Event::Forwarded { id: id("p"), sequence: 1, answer }
}

/// A card that proved itself paid so much.
fn pledged(minor: i64) -> Answer {
    let member = Token::from_bytes([9; 32]);
    let instrument = offline::Instrument::Member { member, limit: 5_000, tap: Some(1) };
    let paid = PaidProof { channel_ref: "T1".into(), amount: Money::new(minor, Currency::CNY) };
    Answer::Pledged(paid, offline::Pledge { instrument, deny_list: 7 })
}

fn told(scene: &Scene, proof: Proof) -> Event {
    let number = scene.number.clone().expect("an attempt");
    Event::Told { channel: scene.channel, told: Told::Payment { number, proof } }
}

fn states() -> Vec<(&'static str, Scene)> {
    let opening = Scene::new().then(Event::Begin { id: id("p"), order: order(300) });
    let waiting = opening.clone().says(Answer::Opened(Opened::Code("weixin://w".into())));
    let charging = waiting.clone().then(scan("280000000000000001"));
    let unknown = Answer::Proof(Proof::Unknown(Doubt::Timeout));
    let confirming = charging.clone().says(Answer::Proof(Proof::Pending(PendingReason::PayerConfirms)));
    let asking = charging.clone().says(unknown.clone());
    let reversing = asking.clone().after(61_000).says(unknown);
    let parked = reversing.clone().says(Answer::Revoked(Revoked::Again(Doubt::Timeout))).after(61_000);
    let closing = waiting.clone().then(Event::Cancel { id: id("p") });
    let ended = closing.clone().says(Answer::Revoked(Revoked::Done)).after(11_000);
    let sold = charging.clone().says(Answer::Proof(paid(300)));
    let card_again = waiting
        .clone()
        .then(Event::Tender { id: None, tender: card(), channel: Some(ChannelKind::Campus) })
        .says(Answer::Proof(Proof::Pending(PendingReason::CardAgain)));
    let card_asked = card_again.clone().after(6_000);
    let late = ended.clone().then(told(&ended, paid(300))).says(Answer::Proof(paid(300))).about_errand();
    let dividing = sold.clone().about_errand();
    // The division is not answered yet, so the refund waits for it.
    let waits = dividing.clone().then(refund("r1", 100));
    let (divided, undivided) = (Answer::Divided(Divided::Done), Answer::Divided(Divided::Refused));
    let alone = waits.clone().says(undivided.clone()).about_errand();
    let undivided = dividing.clone().says(undivided);
    let returning = dividing.clone().says(divided).then(refund("r1", 100)).about_errand();
    let to_look = waiting.clone().then(stopped(true));
    let passing = to_look.clone().then(passed());
    let returned = returning.clone().says(Answer::Refunded(Refunded::Done));
    let unreturned = returning.clone().says(Answer::Refunded(Refunded::Refused));
    let free = Scene::new().then(Event::Begin { id: id("p"), order: cheaper(300, 300, 0, 1) });
    let free_back = free.clone().then(refund("r1", 0));
    let withheld = returning.clone().says(Answer::Refunded(Refunded::Withheld(Some(0))));
    let withheld = withheld.after(WITHHELD_AGAIN_MS);
    vec![
        ("idle", Scene::new()),
        ("opening", opening),
        ("waiting", waiting),
        ("charging", charging),
        ("confirming", confirming),
        ("asking", asking),
        ("reversing", reversing),
        ("parked", parked),
        ("closing", closing),
        ("cancelled", ended),
        ("paid", sold),
        ("card again", card_again),
        ("card again and asked", card_asked),
        ("being divided", dividing),
        ("not divided", undivided),
        ("part waits for the division", waits),
        ("part on its way, not divided", alone),
        ("part on its way back", returning),
        ("part without a withheld share", withheld),
        ("part is back", returned),
        ("part not taken back", unreturned),
        ("paid after the end", late),
        ("paid by offers", free),
        ("paid by offers and taken back", free_back),
        ("stopped until staff look", to_look),
        ("staff have let it pass", passing),
    ]
}

/// What a channel may answer.
fn answers() -> Vec<(&'static str, Answer)> {
    vec![
        ("a code", Answer::Opened(Opened::Code("https://qr/a".into()))),
        ("no code", Answer::Opened(Opened::Refused(Refusal::Declined))),
        ("no code now", Answer::Opened(Opened::Unavailable(Doubt::Transport))),
        ("is paid", Answer::Proof(paid(300))),
        ("is paid by a pledge", pledged(300)),
        ("pledged wrong", pledged(200)),
        ("is paid wrong", Answer::Proof(paid(200))),
        ("code dead", Answer::Proof(Proof::NotPaid(Refusal::CodeDead))),
        ("no such trade", Answer::Proof(Proof::NotPaid(Refusal::NoSuchTrade))),
        ("shown", Answer::Proof(Proof::Pending(PendingReason::Shown))),
        ("confirms", Answer::Proof(Proof::Pending(PendingReason::PayerConfirms))),
        ("unknown", Answer::Proof(Proof::Unknown(Doubt::BadSignature))),
        ("revoked", Answer::Revoked(Revoked::Done)),
        ("not revoked", Answer::Revoked(Revoked::Again(Doubt::Timeout))),
        ("already paid", Answer::Revoked(Revoked::AlreadyPaid)),
        ("refunded", Answer::Refunded(Refunded::Done)),
        ("refund refused", Answer::Refunded(Refunded::Refused)),
        ("refused after back", Answer::Refunded(Refunded::RefusedAfterBack)),
        ("refund unknown", Answer::Refunded(Refunded::Again(Doubt::Timeout))),
        ("share withheld", Answer::Refunded(Refunded::Withheld(Some(0)))),
        ("all withheld", Answer::Refunded(Refunded::Withheld(None))),
        ("divided", Answer::Divided(Divided::Done)),
        ("divided, unknown", Answer::Divided(Divided::Again(Doubt::Timeout))),
        ("division refused", Answer::Divided(Divided::Refused)),
    ]
}

/// Each event, and after how many milliseconds it comes.
fn events(scene: &Scene) -> Vec<(&'static str, u64, Event)> {
    let mut events = vec![
        ("started", 0, Event::Started),
        ("begin new", 0, Event::Begin { id: id("q"), order: order(500) }),
        ("begin same", 0, Event::Begin { id: id("p"), order: order(300) }),
        ("begin other order", 0, Event::Begin { id: id("p"), order: order(500) }),
        ("code", 0, scan("280000000000000002")),
        ("by agreement", 0, by_agreement()),
        ("spent code", 0, scan("280000000000000001")),
        ("unknown code", 0, Event::Tender { id: None, tender: code("999"), channel: None }),
        ("card", 0, Event::Tender { id: Some(id("p")), tender: card(), channel: Some(ChannelKind::Campus) }),
        ("code for another", 0, Event::Tender { id: Some(id("q")), tender: code("999"), channel: None }),
        ("hint", 0, Event::Hint(Notice::CodeUnreadable)),
        ("cancel", 0, Event::Cancel { id: id("p") }),
        ("cancel another", 0, Event::Cancel { id: id("q") }),
        ("accept a quote", 0, quote(500)),
        ("accept an old quote", 0, quote(0)),
        ("accept none", 0, Event::Quote { id: id("p"), quoted: None }),
        ("honoured", 0, forwarded(offline::Answer::Accepted)),
        ("not honoured", 0, forwarded(offline::Answer::Conflict(offline::Conflict::AccountClosed))),
        ("dismiss", 0, Event::Dismiss { id: id("p") }),
        ("stopped to look", 0, stopped(true)),
        ("stopped", 0, stopped(false)),
        ("staff let pass", 0, passed()),
        ("refund part", 0, refund("r1", 100)),
        ("refund all", 0, refund("r2", 300)),
        ("refund too much", 0, refund("r2", 301)),
        ("refund nothing", 0, refund("r1", 0)),
        ("refund nothing 2", 0, refund("r2", 0)),
        ("feedback", 0, Event::Feedback { id: id("p"), stars: 5 }),
        ("feedback another", 0, Event::Feedback { id: id("q"), stars: 5 }),
        ("refund in 31 days", 31 * 86_400_000, refund("r2", 100)),
        ("tick", 0, Event::Tick),
        ("tick in 1 h", 3_600_000, Event::Tick),
    ];
    if let Some(number) = &scene.number {
        events.push(("told paid", 0, told(scene, paid(300))));
        events.push(("told closed", 0, told(scene, Proof::NotPaid(Refusal::Closed))));
        let refund = Told::Refund { number: number.clone(), refunded: Refunded::Done };
        events.push(("told refunded", 0, Event::Told { channel: scene.channel, told: refund }));
        let foreign = Told::Refund { number: number.clone(), refunded: Refunded::Done };
        events.push(("back, says another", 0, Event::Told { channel: ChannelKind::Terminal, told: foreign }));
        let foreign = Told::Refund { number: number.clone(), refunded: Refunded::Refused };
        events.push(("told refused", 0, Event::Told { channel: scene.channel, told: foreign }));
        let foreign = Told::Payment { number: number.clone(), proof: paid(300) };
        events.push(("told by another", 0, Event::Told { channel: ChannelKind::Terminal, told: foreign }));
        for (name, answer) in answers() {
            events.push((name, 0, Event::Answer { number: number.clone(), answer }));
        }
    }
    events
}

/// An effect in few words.
fn short(effect: &Effect) -> String {
    let name = |record: &Record| {
        let text = format!("{record:?}");
        let how = match record {
            Record::Reversing { how, .. } | Record::Ended { how, .. } => format!("({how:?})"),
            Record::Closed { by, .. } => format!("({by:?})"),
            Record::Paid { fate, pledge, .. } => {
                let pledged = if pledge.is_some() { " pledged" } else { "" };
                format!("({}{pledged})", format!("{fate:?}").split([' ', '(']).next().unwrap_or_default())
            }
            _ => String::new(),
        };
        format!("+{}{how}", text.split(' ').next().unwrap_or_default())
    };
    match effect {
        Effect::Append(record) => name(record),
        Effect::Open(a) => format!("open {:?}", a.channel),
        Effect::Charge(a, _) => format!("charge {:?}", a.channel),
        Effect::Query(a) => format!("query {:?}", a.channel),
        Effect::Revoke(a) => format!("revoke {:?}", a.channel),
        Effect::Refund(a, _) => format!("refund {:?}", a.channel),
        Effect::RefundQuery(a, _) => format!("ask for refund {:?}", a.channel),
        Effect::Split(a, _, _) => format!("split {:?}", a.channel),
        Effect::Seen(a, _) => format!("see again {:?}", a.channel),
        Effect::Publish(_) => "publish".to_owned(),
        Effect::Listen(wanted) => format!("listen {wanted}"),
    }
}

fn place(view: Option<View>) -> String {
    match view {
        None => "idle".to_owned(),
        Some(view) => {
            let phase = format!("{:?}", view.phase);
            let phase = phase.split("(TEST").next().unwrap_or_default().to_owned();
            let codes =
                if view.codes.is_empty() { String::new() } else { format!(" {} codes", view.codes.len()) };
            format!("{phase}{codes} {:?}", view.notice)
        }
    }
}

#[test]
fn every_state_with_every_event() {
    let mut table = String::new();
    for (state, scene) in states() {
        writeln!(table, "== {state}: {}", place(scene.till.shown())).expect("a string");
        for (name, later, event) in events(&scene) {
            let mut till = scene.till.clone();
            let line = match till.step(scene.now + later, event) {
                Err(refused) => {
                    assert_eq!(
                        format!("{:?}", till.live),
                        format!("{:?}", scene.till.live),
                        "{state} {name}"
                    );
                    format!("{refused:?}")
                }
                Ok(effects) => {
                    let effects: Vec<String> = effects.iter().map(short).collect();
                    format!("{} | {}", place(till.shown()), effects.join(", "))
                }
            };
            writeln!(table, "{name:<18} {line}").expect("a string");
        }
    }
    let kept = concat!(env!("CARGO_MANIFEST_DIR"), "/src/till/step/tests/table.txt");
    if std::env::var_os("DAIS_BLESS").is_some() {
        std::fs::write(kept, &table).expect("the table is written");
    }
    let kept = std::fs::read_to_string(kept).expect("the table");
    for (number, (was, is)) in kept.lines().zip(table.lines()).enumerate() {
        assert_eq!(was, is, "line {}", number + 1);
    }
    assert_eq!(kept.lines().count(), table.lines().count());
}

fn scene(name: &str) -> Scene {
    states().into_iter().find(|(state, _)| *state == name).expect("a scene").1
}

#[test]
fn what_is_on_its_way_back_cannot_go_back_a_second_time() {
    for state in ["part waits for the division", "part on its way back", "part is back"] {
        let scene = scene(state);
        for (minor, goes) in [(200, true), (201, false), (300, false)] {
            let mut till = scene.till.clone();
            let said = till.step(scene.now + Terms::default().refund_gap_ms, refund("r2", minor));
            let left = Refused::TooMuch(Money::new(200, Currency::CNY));
            assert_eq!(said.err(), (!goes).then_some(left), "{state}: {minor}");
        }
    }
}

#[test]
fn only_its_own_channel_says_that_a_refund_is_done() {
    for state in ["part on its way back", "part on its way, not divided", "paid after the end"] {
        let scene = scene(state);
        let number = scene.number.clone().expect("a refund");
        for channel in [ChannelKind::Alipay, ChannelKind::Wechat, ChannelKind::Campus, ChannelKind::Terminal]
        {
            let mut till = scene.till.clone();
            let told = Told::Refund { number: number.clone(), refunded: Refunded::Done };
            let effects = till.step(scene.now, Event::Told { channel, told }).expect("taken");
            let back = effects.iter().any(|effect| matches!(effect, Effect::Append(Record::Refunded { .. })));
            assert_eq!(back, channel == scene.channel, "{state}: {channel:?}");
        }
    }
}
