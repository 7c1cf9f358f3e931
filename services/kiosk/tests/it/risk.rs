//! The risk rules from a tapped card to the staff's answer.

use std::sync::Arc;

use api::kiosk::{Notice, PaymentState};
use api::staff::{CaseKind, Decision, StaffError, Verdict};
use kiosk::channel::ChannelKind;
use kiosk::risk::Rules;

use crate::bench::{AUDITOR, Bus, CASHIER, MANAGER, Running, Shop};
use crate::cards::Cards;
use crate::script::{Script, paid};

const CARD: &str = "04A10203040506";

fn rules(shadow: bool) -> Rules {
    let text = format!(
        "version = 7\nshadow = {shadow}\n
         [[rule]]\nname = 'card-often'\nverdict = 'review'\n
         when = {{ velocity = {{ of = 'card', minutes = 10, more_than = 5 }} }}\n
         [[rule]]\nname = 'staff-refunds'\nverdict = 'review'\n
         when = {{ refunds = {{ of = 'staff', minutes = 60, more_than = 1 }} }}\n"
    );
    toml::from_str(&text).unwrap()
}

/// A till with the school's cards only.
fn shop(shadow: bool, channel: &Arc<Script>, cards: &Cards) -> Shop {
    Shop { risk: Some(rules(shadow)), reader: Some(cards.reader.clone()), ..Shop::staffed(channel) }
}

/// Begins a payment and taps the card.
async fn tap(running: &Running, channel: &Script, cards: &Cards, id: &str) {
    channel.charges.lock().unwrap().push_back(Some(paid(600)));
    running.begin(id).await.unwrap();
    running.until_state(PaymentState::Waiting).await;
    cards.tap(CARD);
}

async fn buy(running: &Running, channel: &Script, cards: &Cards, id: &str) {
    tap(running, channel, cards, id).await;
    running.until_state(PaymentState::Paid).await;
    running.till.dismiss(id).await.unwrap();
}

/// Reference, verdict and the rules that spoke.
fn told(decision: &Decision) -> (&str, Verdict, Vec<&str>) {
    let rules = decision.reasons.iter().map(|reason| reason.rule.as_str()).collect();
    (decision.reference.as_str(), Verdict::from_wire(decision.verdict), rules)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_sixth_charge_of_a_card_waits_until_staff_let_it_pass() {
    let (bus, dir, channel) =
        (Bus::start(), tempfile::tempdir().unwrap(), Arc::new(Script::of(ChannelKind::Campus)));
    let (ledger, cards) = (dir.path().join("l"), Cards::new(dir.path()));
    let shop = shop(false, &channel, &cards);
    let running = Running::open(&bus, &ledger, &shop).await;
    for n in 1..=5 {
        buy(&running, &channel, &cards, &format!("p{n}")).await;
    }
    tap(&running, &channel, &cards, "p6").await;
    let stopped = |p: &api::kiosk::Payment| p.notice == Notice::SeeStaff.to_wire();
    let waits = running.until("stopped", stopped).await;
    assert_eq!((waits.state, channel.count("charge")), (PaymentState::Waiting.to_wire(), 5));
    running.stop().await;

    // The case outlives a restart, and so does what staff say about it.
    let running = Running::open(&bus, &ledger, &shop).await;
    running.until("stopped still", stopped).await;
    let grant = running.grant(AUDITOR).await;
    let decisions = running.staff.decisions(&grant, "p6").await.unwrap();
    assert_eq!(decisions.iter().map(told).collect::<Vec<_>>(), [("p6", Verdict::Review, vec!["card-often"])]);
    assert_eq!((decisions[0].shadow, decisions[0].rules), (false, 7));
    assert_eq!(decisions[0].reasons[0].seen, "6 times, 3600 in 10 min");
    let grant = running.grant(CASHIER).await;
    assert!(matches!(running.staff.decisions(&grant, "p6").await, Err(StaffError::NotAllowed(_))));
    let grant = running.grant(MANAGER).await;
    let cases = running.staff.cases(&grant, 10).await.unwrap();
    assert_eq!(cases.len(), 1);
    assert_eq!((cases[0].kind, cases[0].payment.as_str()), (CaseKind::Stopped.to_wire(), "p6"));
    assert_eq!((cases[0].number.as_str(), cases[0].amount), ("p6", 600));
    running.staff.close_case(&grant, cases[0].case).await.unwrap();
    running.until("let pass", |p| p.notice == Notice::None.to_wire()).await;
    running.stop().await;

    let running = Running::open(&bus, &ledger, &shop).await;
    running.until_state(PaymentState::Waiting).await;
    cards.tap(CARD);
    running.until_state(PaymentState::Paid).await;
    running.till.dismiss("p6").await.unwrap();
    let grant = running.grant(MANAGER).await;
    assert!(running.staff.cases(&grant, 10).await.unwrap().is_empty());
    let decisions = running.staff.decisions(&grant, "p6").await.unwrap();
    assert_eq!(decisions.len(), 2);
    assert_eq!(told(&decisions[1]).1, Verdict::Review, "it was let pass, and what the rules said is kept");
    // By the charge's own number it is the same decision.
    let again = running.staff.decisions(&grant, &decisions[1].reference).await.unwrap();
    assert_eq!(again, decisions[1..]);
    // The pass was this payment's.
    tap(&running, &channel, &cards, "p7").await;
    running.until("stopped again", stopped).await;
    assert_eq!(channel.count("charge"), 6);
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn shadow_rules_hinder_nobody_and_write_everything_down() {
    let (bus, dir, channel) =
        (Bus::start(), tempfile::tempdir().unwrap(), Arc::new(Script::of(ChannelKind::Campus)));
    let cards = Cards::new(dir.path());
    let running = Running::open(&bus, &dir.path().join("l"), &shop(true, &channel, &cards)).await;
    for n in 1..=6 {
        buy(&running, &channel, &cards, &format!("p{n}")).await;
    }
    let grant = running.grant(MANAGER).await;
    for (ask, amount) in [("a", 100), ("b", 100)] {
        running.staff.refund(&grant, "p1", ask, amount, "CNY").await.unwrap();
    }
    assert!(running.staff.cases(&grant, 10).await.unwrap().is_empty());
    let fifth = running.staff.decisions(&grant, "p5").await.unwrap();
    let sixth = running.staff.decisions(&grant, "p6").await.unwrap();
    assert_eq!((fifth.len(), told(&fifth[0]).1), (1, Verdict::Allow));
    assert_eq!((sixth.len(), told(&sixth[0]).1, sixth[0].shadow), (1, Verdict::Review, true));
    let first = running.staff.decisions(&grant, "p1").await.unwrap();
    let verdicts: Vec<Verdict> = first.iter().map(|decision| told(decision).1).collect();
    assert_eq!(verdicts, [Verdict::Allow, Verdict::Allow, Verdict::Review], "a charge and two refunds");
    assert!(running.staff.decisions(&grant, "nobody").await.unwrap().is_empty());
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cashiers_refund_is_stopped_by_name_and_a_manager_sends_it_back() {
    let (bus, dir, channel) = (Bus::start(), tempfile::tempdir().unwrap(), Arc::<Script>::default());
    let shop = Shop { risk: Some(rules(false)), ..Shop::staffed(&channel) };
    let running = Running::open(&bus, &dir.path().join("l"), &shop).await;
    running.sell("p1", &channel).await;
    let grant = running.grant(CASHIER).await;
    running.staff.refund(&grant, "p1", "a", 100, "CNY").await.unwrap();
    let Err(StaffError::RiskStopped(why)) = running.staff.refund(&grant, "p1", "b", 100, "CNY").await else {
        panic!("not stopped")
    };
    assert!(why.contains("staff-refunds") && why.contains("manager"), "{why}");
    // The first is one refund still, asked for as often as one likes.
    running.staff.refund(&grant, "p1", "a", 100, "CNY").await.unwrap();
    assert_eq!(running.staff.refunds(&grant, "p1").await.unwrap().len(), 1);
    let grant = running.grant(MANAGER).await;
    running.staff.refund(&grant, "p1", "b", 100, "CNY").await.unwrap();
    let decisions = running.staff.decisions(&grant, "p1").await.unwrap();
    let told: Vec<_> = decisions.iter().map(|decision| told(decision).1).collect();
    // The charge, the cashier's first and second, the manager's own first.
    assert_eq!(told, [Verdict::Allow, Verdict::Allow, Verdict::Review, Verdict::Allow]);
    assert_eq!(decisions[2].reference, "p1", "nothing came of it");
    running.stop().await;
}
