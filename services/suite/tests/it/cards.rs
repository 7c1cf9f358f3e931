//! Every card that pays, from the reader's serial line to the account: tags that prove themselves, purses that are torn
//! away in the middle, and bank cards that belong to the terminal beside the kiosk.

use std::time::Duration;

use api::kiosk::{Channel, DeviceState, Notice, Payment, PaymentState};
use suite::{STRANGER_CARD, STUDENT_CLASSIC, STUDENT_EPURSE, STUDENT_PURSE, STUDENT_TAG, Suite};

use crate::Stage;
use crate::till::{begin, until_reader};

/// Answers of a purse before its debit is sent: two that tell what card it is, the selection, two of the proof, the
/// value.
pub(crate) const BEFORE_DEBIT: u32 = 6;
pub(crate) const BEFORE_COMMIT: u32 = BEFORE_DEBIT + 1;
/// Commands that tell a purse from other cards.
const TO_TELL: u64 = 2;

/// The four ends of a torn debit: answers before the tear, whether the last command was obeyed, whether money left the
/// card.
pub(crate) const TEARS: [(u32, bool, bool); 4] = [
    (BEFORE_DEBIT, false, false),
    (BEFORE_DEBIT, true, false),
    (BEFORE_COMMIT, false, false),
    (BEFORE_COMMIT, true, true),
];

pub(crate) async fn until_told(suite: &Suite, state: PaymentState, notice: Notice) -> Payment {
    let told = |payment: &Payment| payment.state == state.to_wire() && payment.notice == notice.to_wire();
    suite.until_payment_is(&format!("{state:?} with {notice:?}"), told).await.unwrap()
}

pub(crate) async fn until_paid(suite: &Suite, id: &str, channel: Channel) {
    let paid = suite.until_payment(&[PaymentState::Paid]).await.unwrap();
    assert_eq!((paid.id.as_str(), paid.paid_by), (id, channel.to_wire()));
    suite.till().await.unwrap().dismiss(id).await.unwrap();
}

/// Begins a payment and lays a stranger's card on the reader, so that whatever comes next is a new tap.
pub(crate) async fn begin_afresh(suite: &Suite, id: &str) -> i64 {
    until_reader(suite, DeviceState::Ready).await;
    let price = begin(suite, id).await;
    suite.until_payment(&[PaymentState::Waiting]).await.unwrap();
    suite.reader.put(STRANGER_CARD).await.unwrap();
    until_told(suite, PaymentState::Waiting, Notice::CardUnknown).await;
    price
}

/// What the office sees of a card: all charges and the sum of everything, in the account or in the purse.
pub(crate) async fn booked(suite: &Suite, uid: &str, place: &str) -> (Vec<i64>, i64) {
    let statement = suite.office(&["statement"], uid).await.unwrap();
    let lines: Vec<Vec<&str>> = statement.lines().map(|line| line.split('\t').collect()).collect();
    let here = lines.iter().filter(|line| line[1] == place);
    let amounts: Vec<(&str, i64)> = here.map(|line| (line[2], fen(line[3]))).collect();
    let charges = amounts.iter().filter(|(kind, _)| *kind == "charge").map(|(_, amount)| -amount).collect();
    (charges, amounts.iter().map(|(_, amount)| amount).sum())
}

fn fen(amount: &str) -> i64 {
    amount.trim_end_matches(" CNY").replace('.', "").parse().unwrap()
}

/// Nothing of the holder's account moved, the purse was charged so often, and the card holds what the account says.
pub(crate) async fn assert_charged(suite: &Suite, charges: &[i64]) {
    let (account_charges, pocket) = booked(suite, STUDENT_PURSE, "account").await;
    assert_eq!((account_charges, pocket), (vec![], 20_000));
    let (charged, mirrored) = booked(suite, STUDENT_PURSE, "purse").await;
    assert_eq!(charged, charges, "each payment exactly once");
    assert_eq!(mirrored, suite.reader.in_purse().await.unwrap(), "card and account agree");
}

/// Waits until cards have heard so many commands.
async fn until_heard(suite: &Suite, commands: u64) {
    let mut beat = tokio::time::interval(Duration::from_millis(20));
    let heard = async {
        while suite.reader.heard().await.unwrap() < commands {
            beat.tick().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), heard).await.expect("the card is not read");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tag_pays_once_for_each_tap_and_a_copy_of_its_tap_is_refused() {
    let stage = Stage::till().await;
    let suite = &stage.suite;
    let price = begin_afresh(suite, "tag-1").await;
    suite.reader.put_tag().await.unwrap();
    until_paid(suite, "tag-1", Channel::Campus).await;
    assert_eq!(booked(suite, STUDENT_TAG, "account").await, (vec![price], 20_000 - price));
    // The tag as it was before: it says the very bytes that it said.
    suite.reader.forget().await.unwrap();
    begin_afresh(suite, "tag-2").await;
    suite.reader.put_tag().await.unwrap();
    until_told(suite, PaymentState::Waiting, Notice::CodeDead).await;
    assert_eq!(booked(suite, STUDENT_TAG, "account").await, (vec![price], 20_000 - price));
    // A card with the tag's uid and no proof is less than a tag.
    suite.reader.put(STRANGER_CARD).await.unwrap();
    until_told(suite, PaymentState::Waiting, Notice::CardUnknown).await;
    suite.reader.put(STUDENT_TAG).await.unwrap();
    until_told(suite, PaymentState::Waiting, Notice::Declined).await;
    // Its next tap is new.
    suite.reader.put(STRANGER_CARD).await.unwrap();
    until_told(suite, PaymentState::Waiting, Notice::CardUnknown).await;
    suite.reader.put_tag().await.unwrap();
    until_paid(suite, "tag-2", Channel::Campus).await;
    assert_eq!(booked(suite, STUDENT_TAG, "account").await, (vec![price, price], 20_000 - 2 * price));
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tag_that_nobody_enrolled_is_told_and_the_payment_goes_on() {
    let stage = Stage::till().await;
    let suite = &stage.suite;
    until_reader(suite, DeviceState::Ready).await;
    begin(suite, "stranger").await;
    suite.until_payment(&[PaymentState::Waiting]).await.unwrap();
    suite.reader.put_stranger_tag().await.unwrap();
    until_told(suite, PaymentState::Waiting, Notice::CardUnknown).await;
    suite.reader.put_tag().await.unwrap();
    until_paid(suite, "stranger", Channel::Campus).await;
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_purse_pays_and_its_value_and_its_account_agree() {
    let stage = Stage::till().await;
    let suite = &stage.suite;
    let price = begin_afresh(suite, "purse").await;
    suite.reader.put_purse().await.unwrap();
    until_paid(suite, "purse", Channel::Campus).await;
    assert_eq!(suite.reader.in_purse().await.unwrap(), 10_000 - price);
    assert_charged(suite, &[price]).await;
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_purse_torn_away_is_wanted_again_and_pays_exactly_once() {
    let stage = Stage::till().await;
    let suite = &stage.suite;
    let mut charged = Vec::new();
    for (round, (answers, obeyed, left)) in TEARS.into_iter().enumerate() {
        let id = format!("torn-{round}");
        let price = begin_afresh(suite, &id).await;
        suite.reader.tear_after(answers, obeyed).await.unwrap();
        suite.reader.put_purse().await.unwrap();
        until_told(suite, PaymentState::Confirming, Notice::CardAgain).await;
        let before = 10_000 - charged.iter().sum::<i64>();
        let torn = suite.reader.in_purse().await.unwrap();
        assert_eq!(torn, if left { before - price } else { before }, "{id}");
        // Somebody else's purse changes nothing.
        let heard = suite.reader.heard().await.unwrap();
        suite.reader.put_other_purse().await.unwrap();
        until_heard(suite, heard + TO_TELL).await;
        suite.reader.put_purse().await.unwrap();
        until_paid(suite, &id, Channel::Campus).await;
        charged.push(price);
        assert_charged(suite, &charged).await;
    }
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_till_killed_while_it_wants_the_card_again_takes_the_money_exactly_once() {
    let mut stage = Stage::till().await;
    let mut charged = Vec::new();
    for (round, obeyed) in [false, true].into_iter().enumerate() {
        let id = format!("killed-{round}");
        let price = begin_afresh(&stage.suite, &id).await;
        stage.suite.reader.tear_after(BEFORE_COMMIT, obeyed).await.unwrap();
        stage.suite.reader.put_purse().await.unwrap();
        until_told(&stage.suite, PaymentState::Confirming, Notice::CardAgain).await;
        stage.suite.kiosk.take().unwrap().kill().await.unwrap();
        stage.suite.start_kiosk().await.unwrap();
        until_told(&stage.suite, PaymentState::Confirming, Notice::CardAgain).await;
        until_reader(&stage.suite, DeviceState::Ready).await;
        stage.suite.reader.put_purse().await.unwrap();
        until_paid(&stage.suite, &id, Channel::Campus).await;
        charged.push(price);
        assert_charged(&stage.suite, &charged).await;
    }
    stage.end().await;
}

/// Answers of a Classic purse before the record of its debit is written, and before its value is.
pub(crate) const BEFORE_RECORD: u32 = 7;
pub(crate) const BEFORE_VALUE: u32 = 10;

#[tokio::test(flavor = "multi_thread")]
async fn a_classic_card_torn_inside_a_write_pays_exactly_once() {
    let stage = Stage::till().await;
    let suite = &stage.suite;
    let (mut left, mut charged) = (10_000, Vec::new());
    // A write stops after some of its bytes, or leaves its cells half changed.
    for (round, (answers, seed)) in
        [(BEFORE_RECORD, 5), (BEFORE_VALUE, 5), (BEFORE_VALUE, 1001), (BEFORE_VALUE + 2, 3)]
            .into_iter()
            .enumerate()
    {
        let id = format!("sectors-{round}");
        let price = begin_afresh(suite, &id).await;
        suite.reader.tear_within(answers, seed).await.unwrap();
        suite.reader.put_classic().await.unwrap();
        if answers <= BEFORE_VALUE {
            until_told(suite, PaymentState::Confirming, Notice::CardAgain).await;
            suite.reader.put(STRANGER_CARD).await.unwrap();
            suite.reader.put_classic().await.unwrap();
        }
        until_paid(suite, &id, Channel::Campus).await;
        left -= price;
        charged.push(price);
        assert_eq!(suite.reader.held_by(STUDENT_CLASSIC).await.unwrap(), left, "{id}");
        assert_eq!(booked(suite, STUDENT_CLASSIC, "purse").await, (charged.clone(), left), "{id}");
    }
    assert_eq!(booked(suite, STUDENT_CLASSIC, "account").await, (vec![], 20_000));
    stage.end().await;
}

/// Answers of an electronic purse before its purchase is sent: three that tell what card it is, selection, balance,
/// the purchase's beginning.
pub(crate) const BEFORE_PURCHASE: u32 = 6;

#[tokio::test(flavor = "multi_thread")]
async fn an_electronic_purse_torn_in_its_purchase_pays_exactly_once() {
    let stage = Stage::till().await;
    let suite = &stage.suite;
    let (mut left, mut charged) = (10_000, Vec::new());
    for (round, obeyed) in [false, true].into_iter().enumerate() {
        let id = format!("epurse-{round}");
        let price = begin_afresh(suite, &id).await;
        suite.reader.tear_after(BEFORE_PURCHASE, obeyed).await.unwrap();
        suite.reader.put_epurse().await.unwrap();
        until_told(suite, PaymentState::Confirming, Notice::CardAgain).await;
        let torn = suite.reader.held_by(STUDENT_EPURSE).await.unwrap();
        assert_eq!(torn, if obeyed { left - price } else { left }, "{id}");
        suite.reader.put(STRANGER_CARD).await.unwrap();
        suite.reader.put_epurse().await.unwrap();
        until_paid(suite, &id, Channel::Campus).await;
        left -= price;
        charged.push(price);
        assert_eq!(suite.reader.held_by(STUDENT_EPURSE).await.unwrap(), left, "{id}");
        // What it holds is its issuer's matter; each purchase comes in and goes to the canteen.
        assert_eq!(booked(suite, STUDENT_EPURSE, "purse").await, (charged.clone(), 0), "{id}");
    }
    // What the card signed is for its issuer, once the day is over.
    let file = suite.office(&["settlement", "2020-01-01"], STUDENT_EPURSE).await.unwrap();
    assert!(
        file.starts_with("dais-settlement 1\t2020-01-01\n") && file.trim_end().ends_with("\nend\t0"),
        "{file}"
    );
    assert!(suite.office(&["settlement", "2100-01-01"], STUDENT_EPURSE).await.is_err(), "not over yet");
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sticker_says_what_a_printed_code_says_or_is_known_by_its_uid() {
    let stage = Stage::till().await;
    let suite = &stage.suite;
    begin_afresh(suite, "sticker").await;
    suite.reader.put_sticker("04f1f2f3f4f5f6", "DV1.AQtv").await.unwrap();
    until_told(suite, PaymentState::Waiting, Notice::OfferTooLate).await;
    suite.reader.put_sticker(suite::STUDENT_CARD, "hello").await.unwrap();
    until_paid(suite, "sticker", Channel::Campus).await;
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bank_card_is_sent_to_the_terminal_which_declines_and_approves() {
    let stage = Stage::till().await;
    let suite = &stage.suite;
    let price = begin_afresh(suite, "bank").await;
    suite.reader.put_bank_card().await.unwrap();
    until_told(suite, PaymentState::Confirming, Notice::UseTerminal).await;
    suite.sandbox.present("declined").await.unwrap();
    until_told(suite, PaymentState::Waiting, Notice::Declined).await;
    suite.reader.put(STRANGER_CARD).await.unwrap();
    until_told(suite, PaymentState::Waiting, Notice::CardUnknown).await;
    suite.reader.put_bank_card().await.unwrap();
    until_told(suite, PaymentState::Confirming, Notice::UseTerminal).await;
    suite.sandbox.present("approved").await.unwrap();
    until_paid(suite, "bank", Channel::Terminal).await;
    let state = suite.sandbox.state().await.unwrap();
    assert_eq!(state["books"]["t"]["balances"]["merchant"], price, "the acquirer paid once");
    stage.end().await;
}
