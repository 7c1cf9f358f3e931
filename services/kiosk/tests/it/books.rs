//! The books as staff read them: trial balance, day close, journal.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use api::kiosk::Channel;
use api::staff::{ChannelDay, JournalFormat, RefundState, StaffError};
use kiosk::channel::{Doubt, Refunded};
use kiosk::finance::business_day;

use crate::bench::{AUDITOR, Bus, CASHIER, MANAGER, PATIENCE, Running, Shop};
use crate::script::Script;

const DAY: Duration = Duration::from_secs(24 * 3600);
/// Above any journal of these tests.
const JOURNAL_BYTES_MAX: u64 = 1 << 20;

fn today(shop: &Shop) -> String {
    business_day(shop.clock()()).to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_day_closes_once_when_it_is_over_and_carries_what_is_in_doubt_by_name() {
    let (bus, dir, channel) = (Bus::start(), tempfile::tempdir().unwrap(), Arc::<Script>::default());
    let shop = Shop::staffed(&channel);
    let running = Running::open(&bus, &dir.path().join("l"), &shop).await;
    running.sell("p1", &channel).await;
    running.sell("p2", &channel).await;
    // The channel does not say what became of this refund.
    *channel.refunded.lock().unwrap() = Refunded::Again(Doubt::Timeout);
    let grant = running.grant(MANAGER).await;
    running.staff.refund(&grant, "p1", "a", 100, "CNY").await.unwrap();
    let number = running.staff.refunds(&grant, "p1").await.unwrap()[0].number.clone();
    let day = today(&shop);
    let close = |grant: String, day: String, carry: Vec<String>| {
        let staff = running.staff.clone();
        async move {
            let carry: Vec<&str> = carry.iter().map(String::as_str).collect();
            staff.close_day(&grant, &day, &carry).await
        }
    };
    let refused = |text: &str, closed: Result<_, StaffError>| match closed {
        Err(StaffError::DayOpen(why)) => assert!(why.contains(text), "{why}"),
        other => panic!("not refused: {other:?}"),
    };
    refused("not over", close(grant, day.clone(), vec![]).await);
    shop.skip(DAY);
    let cashier = running.grant(CASHIER).await;
    assert!(matches!(close(cashier, day.clone(), vec![]).await, Err(StaffError::NotAllowed(_))));
    let grant = running.grant(MANAGER).await;
    assert!(matches!(close(grant.clone(), "31.1.2026".into(), vec![]).await, Err(StaffError::BadId(_))));
    refused(&number, close(grant.clone(), day.clone(), vec![]).await);
    refused("not in doubt", close(grant.clone(), day.clone(), vec![number.clone(), "stray".into()]).await);
    let report = close(grant.clone(), day.clone(), vec![number.clone()]).await.unwrap();
    assert_eq!((report.day.as_str(), report.carried, report.chain.len()), (day.as_str(), vec![number], 64));
    let alipay = Channel::Alipay.to_wire();
    let row = ChannelDay {
        channel: alipay,
        payments: 2,
        gross: 1200,
        refunds: 0,
        refunded: 0,
        fees: 0,
        divided: 0,
        net: 1200,
    };
    assert_eq!(report.channels, [row]);
    refused("closed already", close(grant.clone(), day, vec![]).await);
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_account_stands_in_the_trial_balance_and_their_sum_is_zero() {
    let (bus, dir, channel) = (Bus::start(), tempfile::tempdir().unwrap(), Arc::<Script>::default());
    let running = Running::open(&bus, &dir.path().join("l"), &Shop::staffed(&channel)).await;
    let grant = running.grant(AUDITOR).await;
    assert!(running.staff.trial_balance(&grant).await.unwrap().is_empty());
    running.sell("p1", &channel).await;
    running.sell("p2", &channel).await;
    refund_and_wait(&running, "p1", 250).await;
    let grant = running.grant(AUDITOR).await;
    let balances = running.staff.trial_balance(&grant).await.unwrap();
    assert!(balances.iter().all(|balance| balance.currency == "CNY"), "{balances:?}");
    assert_eq!(balances.iter().map(|balance| balance.amount).sum::<i64>(), 0, "{balances:?}");
    let alipay = balances.iter().find(|balance| balance.account == "channel:alipay").unwrap();
    assert_eq!(alipay.amount, 1200 - 250);
    running.stop().await;
}

/// Sends money back and waits until the channel has done it.
async fn refund_and_wait(running: &Running, id: &str, amount: i64) {
    let grant = running.grant(MANAGER).await;
    running.staff.refund(&grant, id, "back", amount, "CNY").await.unwrap();
    let mut beat = tokio::time::interval(Duration::from_millis(10));
    let done = async {
        while running.staff.refunds(&grant, id).await.unwrap()[0].state != RefundState::Done.to_wire() {
            beat.tick().await;
        }
    };
    tokio::time::timeout(PATIENCE, done).await.expect("the money is back");
}

/// `-2.50` in minor units.
fn minor(text: &str) -> i64 {
    let (whole, fraction) = text.split_once('.').unwrap();
    assert_eq!(fraction.len(), 2, "{text}");
    format!("{whole}{fraction}").parse().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_journal_comes_sealed_as_hledger_and_as_a_table_and_both_add_up() {
    let (bus, dir, channel) = (Bus::start(), tempfile::tempdir().unwrap(), Arc::<Script>::default());
    let shop = Shop::staffed(&channel);
    let running = Running::open(&bus, &dir.path().join("l"), &shop).await;
    running.sell("p1", &channel).await;
    refund_and_wait(&running, "p1", 250).await;
    let (grant, day) = (running.grant(AUDITOR).await, today(&shop));
    let journal = async |format: JournalFormat| {
        let fd = running.staff.journal(&grant, format.to_wire(), &day, &day).await.unwrap();
        String::from_utf8(api::sealed::read(&fd, JOURNAL_BYTES_MAX).unwrap()).unwrap()
    };
    // hledger: postings are indented, an entry's first line starts with its day.
    let (mut entries, mut accounts) = (0, BTreeMap::<String, i64>::new());
    for line in journal(JournalFormat::Hledger).await.lines() {
        entries += usize::from(line.starts_with(&day));
        if let Some(posting) = line.strip_prefix("    ") {
            let words: Vec<&str> = posting.split_whitespace().collect();
            assert_eq!((words.len(), words[2]), (3, "CNY"), "{line}");
            *accounts.entry(words[0].to_owned()).or_default() += minor(words[1]);
        }
    }
    // Sold, owed to the payer, sent back.
    assert_eq!((entries, accounts.values().sum::<i64>()), (3, 0), "{accounts:?}");
    assert_eq!(accounts["Assets:channel:alipay"], 350);
    // CSV: debit and credit in columns of their own.
    let table = journal(JournalFormat::Csv).await;
    let mut lines = table.lines();
    assert_eq!(lines.next().unwrap(), "entry,date,account,debit,credit,currency,reference");
    let mut sums = BTreeMap::<String, i64>::new();
    for line in lines {
        let cells: Vec<&str> = line.split(',').collect();
        let side = |cell: &str| if cell.is_empty() { 0 } else { minor(cell) };
        *sums.entry(cells[2].to_owned()).or_default() += side(cells[3]) - side(cells[4]);
    }
    assert_eq!(sums, accounts);
    let staff = &running.staff;
    assert!(matches!(staff.journal(&grant, 3, &day, &day).await, Err(StaffError::BadId(_))));
    assert!(matches!(staff.journal(&grant, 1, &day, "today").await, Err(StaffError::BadId(_))));
    let cashier = running.grant(CASHIER).await;
    assert!(matches!(running.staff.journal(&cashier, 1, &day, &day).await, Err(StaffError::NotAllowed(_))));
    running.stop().await;
}
