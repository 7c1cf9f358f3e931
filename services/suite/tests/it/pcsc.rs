//! Purses at a PC/SC reader, from the real service to the ledger and the accounts.

use api::kiosk::{Channel, DeviceState, PaymentState};
use nfc::Uid;
use nfc::fake::cards::Processor;
use nfc::fake::cards::classic::Classic;
use nfc::fake::cards::purse::Purse;
use nfc::fake::vpcd::How;
use suite::{DEVELOPMENT_KEY, IN_PURSE, Parts, STUDENT_CLASSIC, STUDENT_PURSE, Suite};

use crate::Stage;
use crate::cards::{booked, until_paid};
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

    /// Pays with it, and answers the price.
    async fn pay(&mut self, suite: &Suite, id: &str) -> i64 {
        let reader = suite.pcsc.as_ref().unwrap();
        until_reader(suite, DeviceState::Ready).await;
        let price = begin(suite, id).await;
        suite.until_payment(&[PaymentState::Waiting]).await.unwrap();
        let card = self.card.take().unwrap();
        let lying = reader.lay(self.other_slot(), self.uid, card, How::default()).unwrap();
        until_paid(suite, id, Channel::Campus).await;
        self.card = lying.take();
        price
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

async fn pays(uid: &'static str, card: Processor) {
    let stage = Stage::with(|state| Parts { pcsc: true, ..Parts::till(state) }).await;
    let mut hand = Hand::holding(uid, card);
    let before = hand.held();
    let price = hand.pay(&stage.suite, "pcsc-1").await;
    assert_eq!(hand.held(), before - price);
    assert_eq!(booked(&stage.suite, uid, "purse").await, (vec![price], hand.held()));
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_purse_at_a_pcsc_reader_pays() {
    let number = uid(STUDENT_PURSE).reveal().try_into().unwrap();
    let purse = Purse::issued(number, key(), None, i32::try_from(IN_PURSE).unwrap());
    pays(STUDENT_PURSE, Processor::Purse(purse)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_classic_card_at_a_pcsc_reader_pays_by_its_value_blocks() {
    let card = Classic::issued(uid(STUDENT_CLASSIC), key(), i32::try_from(IN_PURSE).unwrap());
    pays(STUDENT_CLASSIC, Processor::Classic(Box::new(card))).await;
}
