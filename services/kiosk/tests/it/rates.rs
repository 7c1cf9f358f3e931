//! Prices in the payer's own currency: told while their rates live, kept with the payment, gone with their time.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use api::kiosk::{Binding, KioskError, PaymentState, Quote};

use crate::bench::{Bus, CODE, Running, Shop};
use crate::script::{Script, paid};

const HOUR_MS: u64 = 3_600_000;

/// Two quotes made now: dollars for an hour, yen for two, put in place of the file before.
fn put(path: &Path, shop: &Shop, name: &str) {
    let now = shop.clock()();
    let quote = |payer: &str, numerator: u32, hours: u64, binding: &str| {
        format!(
            "[[quote]]\nid = '{name}-{payer}'\nsource = 'bank'\ntill = 'CNY'\npayer = '{payer}'\n
             rate = {{ numerator = {numerator}, denominator = 10000 }}\nmarkup_bp = 0\nmade_at_ms = {now}\n
             expires_ms = {}\nbinding = '{binding}'\n",
            now + hours * HOUR_MS
        )
    };
    let text = quote("USD", 1_395, 1, "accepted") + &quote("JPY", 211_300, 2, "informative");
    let new = path.with_extension("new");
    std::fs::write(&new, text).unwrap();
    std::fs::rename(&new, path).unwrap();
}

fn ids(quotes: &[Quote]) -> Vec<(&str, i64)> {
    quotes.iter().map(|quote| (quote.quote.as_str(), quote.amount)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_accepted_quote_is_on_the_receipt_and_on_a_refund_and_outlives_a_restart() {
    let (bus, dir, channel) = (Bus::start(), tempfile::tempdir().unwrap(), Arc::<Script>::default());
    let (ledger, rates) = (dir.path().join("l"), dir.path().join("rates.toml"));
    let shop = Shop { rates: Some(rates.clone()), ..Shop::of(&channel) };
    put(&rates, &shop, "a");
    let running = Running::open(&bus, &ledger, &shop).await;
    let till = &running.till;
    let quotes = till.quotes(600).await.unwrap();
    assert_eq!(ids(&quotes), [("a-USD", 84), ("a-JPY", 127)]);
    assert_eq!(quotes[0].rate, "1 CNY = 0.1395 USD");
    assert_eq!(quotes[0].binding, Binding::Binds.to_wire());
    assert!(matches!(till.accept("p1", "a-USD").await.unwrap_err(), KioskError::UnknownPayment(_)));
    running.begin("p1").await.unwrap();
    till.accept("p1", "a-JPY").await.unwrap();
    till.accept("p1", "").await.unwrap();
    assert_eq!(till.quoted("p1", 0).await.unwrap(), Quote::default());
    till.accept("p1", "a-USD").await.unwrap();
    till.accept("p1", "a-USD").await.unwrap();
    running.until_state(PaymentState::Waiting).await;
    channel.charges.lock().unwrap().push_back(Some(paid(600)));
    till.present("p1", CODE).await.unwrap();
    let done = running.until_state(PaymentState::Paid).await;
    assert_eq!((done.total, done.currency.as_str()), (600, "CNY"), "charged in the till's currency");
    assert!(matches!(till.accept("p1", "a-JPY").await.unwrap_err(), KioskError::NotWaiting(_)));
    running.stop().await;
    // Long after the rate: what the payer accepted stays what the receipt and a refund tell.
    shop.skip(Duration::from_secs(30 * 3600));
    let running = Running::open(&bus, &ledger, &shop).await;
    assert_eq!(running.till.quoted("p1", 0).await.unwrap(), quotes[0]);
    assert_eq!(running.till.quoted("p1", 600).await.unwrap().amount, 84);
    assert_eq!(running.till.quoted("p1", 300).await.unwrap().amount, 42);
    assert_eq!(running.till.quoted("p1", 601).await.unwrap(), Quote::default(), "more than was paid");
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_expired_rate_is_refused_by_name_and_never_on_a_receipt() {
    let (bus, dir, channel) = (Bus::start(), tempfile::tempdir().unwrap(), Arc::<Script>::default());
    let rates = dir.path().join("rates.toml");
    let mut shop = Shop { rates: Some(rates.clone()), ..Shop::of(&channel) };
    shop.timing.waiting_limit_ms = 10 * HOUR_MS;
    let running = Running::open(&bus, &dir.path().join("l"), &shop).await;
    let till = &running.till;
    assert!(matches!(till.quotes(600).await.unwrap_err(), KioskError::NoRates(_)), "no file");
    put(&rates, &shop, "a");
    running.begin("p1").await.unwrap();
    till.accept("p1", "a-USD").await.unwrap();
    running.until_state(PaymentState::Waiting).await;
    shop.skip(Duration::from_secs(3_601));
    assert_eq!(ids(&till.quotes(600).await.unwrap()), [("a-JPY", 127)]);
    assert!(matches!(till.accept("p1", "a-USD").await.unwrap_err(), KioskError::RateExpired(_)));
    assert!(matches!(till.accept("p1", "of-yesterday").await.unwrap_err(), KioskError::RateExpired(_)));
    shop.skip(Duration::from_secs(3_600));
    assert!(matches!(till.quotes(600).await.unwrap_err(), KioskError::RateExpired(_)));
    // The next day's file, and then a damaged one.
    put(&rates, &shop, "b");
    assert_eq!(ids(&till.quotes(1_800).await.unwrap()), [("b-USD", 251), ("b-JPY", 380)]);
    std::fs::write(&rates, "[[quote]]\nid = 'b-USD'\n").unwrap();
    assert!(matches!(till.quotes(600).await.unwrap_err(), KioskError::NoRates(_)));
    // The payer who accepted in time paid too late.
    channel.charges.lock().unwrap().push_back(Some(paid(600)));
    till.present("p1", CODE).await.unwrap();
    running.until_state(PaymentState::Paid).await;
    assert_eq!(till.quoted("p1", 0).await.unwrap(), Quote::default());
    running.stop().await;
}
