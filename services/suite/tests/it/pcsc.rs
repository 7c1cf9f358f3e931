//! Purses at a PC/SC reader, from the real service to the ledger and the accounts: paid, torn away in the middle, and
//! resumed.

use api::kiosk::{Channel, DeviceState, Notice, PaymentState};
use nfc::Uid;
use nfc::fake::cards::Processor;
use nfc::fake::cards::classic::Classic;
use nfc::fake::cards::purse::Purse;
use nfc::fake::cut::{Cut, Leaves};
use nfc::fake::vpcd::How;
use suite::{DEVELOPMENT_KEY, IN_PURSE, Parts, STUDENT_CLASSIC, STUDENT_PURSE, Suite};

use crate::Stage;
use crate::cards::{BEFORE_VALUE, TEARS, booked, until_paid, until_told};
use crate::till::{begin, until_reader};

/// The student's card, and the slot that it was laid into last.
struct Hand {
    uid: &'static str,
    card: Option<Processor>,
    slot: usize,
}

impl Hand {
    fn holding(uid: &'static str, card: Processor) -> Self {
        Self { uid, card: Some(card), slot: 0 }
    }

    fn held(&self) -> i64 {
        match self.card.as_ref().unwrap() {
            Processor::Purse(purse) => purse.value().into(),
            Processor::Classic(card) => card.value().unwrap().into(),
            other => panic!("{other:?}"),
        }
    }

    /// Pays with it. Where it is torn away it is wanted again and comes again; what it held meanwhile is answered.
    async fn pay(&mut self, suite: &Suite, id: &str, how: How) -> (i64, Option<i64>) {
        let reader = suite.pcsc.as_ref().unwrap();
        until_reader(suite, DeviceState::Ready).await;
        let price = begin(suite, id).await;
        suite.until_payment(&[PaymentState::Waiting]).await.unwrap();
        let mut torn = None;
        let mut lying = reader.lay(self.other_slot(), self.uid, self.card.take().unwrap(), how).unwrap();
        if how.cut.is_some() {
            until_told(suite, PaymentState::Confirming, Notice::CardAgain).await;
            self.card = lying.take();
            torn = Some(self.held());
            let card = self.card.take().unwrap();
            lying = reader.lay(self.other_slot(), self.uid, card, How::default()).unwrap();
        }
        until_paid(suite, id, Channel::Campus).await;
        self.card = lying.take();
        (price, torn)
    }

    fn other_slot(&mut self) -> usize {
        self.slot = 1 - self.slot;
        self.slot
    }
}

fn key() -> [u8; 16] {
    nfc::Apdu::from_hex(DEVELOPMENT_KEY).unwrap().reveal().try_into().unwrap()
}

fn uid(digits: &str) -> Uid {
    Uid::from_hex(digits).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_purse_at_a_pcsc_reader_pays_and_one_torn_away_is_wanted_again_and_pays_exactly_once() {
    let stage = Stage::with(|state| Parts { pcsc: true, ..Parts::till(state) }).await;
    let number = uid(STUDENT_PURSE).reveal().try_into().unwrap();
    let purse = Purse::issued(number, key(), None, i32::try_from(IN_PURSE).unwrap());
    let mut hand = Hand::holding(STUDENT_PURSE, Processor::Purse(purse));
    let mut charged = Vec::new();
    for (round, tear) in std::iter::once(None).chain(TEARS.map(Some)).enumerate() {
        let id = format!("pcsc-{round}");
        let before = hand.held();
        let cut = tear.map(|(answered, obeyed, _)| Cut { answered, obeyed, leaves: Leaves::Card });
        let (price, torn) = hand.pay(&stage.suite, &id, How { cut, ..How::default() }).await;
        let left = tear.map(|(.., left)| if left { before - price } else { before });
        assert_eq!(torn, left, "{id}: while it was wanted again");
        assert_eq!(hand.held(), before - price, "{id}");
        charged.push(price);
        assert_eq!(
            booked(&stage.suite, STUDENT_PURSE, "purse").await,
            (charged.clone(), hand.held()),
            "{id}"
        );
    }
    assert_eq!(booked(&stage.suite, STUDENT_PURSE, "account").await, (vec![], 20_000));
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_classic_card_at_a_pcsc_reader_pays_by_its_value_blocks_and_torn_inside_a_write_pays_exactly_once()
{
    let stage = Stage::with(|state| Parts { pcsc: true, ..Parts::till(state) }).await;
    let card = Classic::issued(uid(STUDENT_CLASSIC), key(), i32::try_from(IN_PURSE).unwrap());
    let mut hand = Hand::holding(STUDENT_CLASSIC, Processor::Classic(Box::new(card)));
    let mut charged = Vec::new();
    for (round, within) in [None, Some(5)].into_iter().enumerate() {
        let id = format!("pcsc-sectors-{round}");
        let before = hand.held();
        let cut = within.map(|_| Cut { answered: BEFORE_VALUE, obeyed: true, leaves: Leaves::Card });
        let (price, torn) = hand.pay(&stage.suite, &id, How { cut, within, ..How::default() }).await;
        assert_eq!(torn, within.map(|_| before), "{id}: the second value still holds");
        assert_eq!(hand.held(), before - price, "{id}");
        charged.push(price);
        assert_eq!(
            booked(&stage.suite, STUDENT_CLASSIC, "purse").await,
            (charged.clone(), hand.held()),
            "{id}"
        );
    }
    stage.end().await;
}
