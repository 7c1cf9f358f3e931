//! Purses at a PC/SC reader, from the real service to the ledger and the accounts: paid, torn away in the middle, left
//! by the reader itself, and resumed.

use std::time::Duration;

use api::kiosk::{Channel, DeviceState, Notice, PaymentState};
use nfc::Uid;
use nfc::fake::cards::Processor;
use nfc::fake::cards::classic::Classic;
use nfc::fake::cards::epurse::EPurse;
use nfc::fake::cards::purse::Purse;
use nfc::fake::cut::{Cut, Leaves};
use nfc::fake::vpcd::{How, Inserted};
use suite::{
    DEVELOPMENT_KEY, EPURSE_SERIAL, IN_PURSE, Parts, STUDENT_CLASSIC, STUDENT_EPURSE, STUDENT_PURSE, Suite,
};

use crate::Stage;
use crate::cards::{
    BEFORE_COMMIT, BEFORE_DEBIT, BEFORE_PURCHASE, BEFORE_RECORD, BEFORE_VALUE, TEARS, booked, until_paid,
    until_told,
};
use crate::till::{begin, until_reader};

/// A card is asked for within this, also on a busy machine.
const PATIENCE: Duration = Duration::from_secs(20);

/// A student with a card, at a suite of their own.
struct Student {
    stage: Stage,
    uid: &'static str,
    card: Option<Processor>,
    /// Whether the books follow what the card holds; of an electronic purse its issuer's do.
    mirrored: bool,
    charged: Vec<i64>,
    /// Into which the card was laid last: that one may not have noticed that it was taken out.
    slot: usize,
}

impl Student {
    async fn with(uid: &'static str, card: Processor) -> Self {
        let stage = Stage::with(|state| Parts { pcsc: true, ..Parts::till(state) }).await;
        let mirrored = !matches!(card, Processor::EPurse(_));
        Self { stage, uid, card: Some(card), mirrored, charged: Vec::new(), slot: 0 }
    }

    fn suite(&self) -> &Suite {
        &self.stage.suite
    }

    fn held(&self) -> i64 {
        match self.card.as_ref().unwrap() {
            Processor::Purse(purse) => purse.value().into(),
            Processor::Classic(card) => card.value().unwrap().into(),
            Processor::EPurse(purse) => purse.balance().into(),
            other => panic!("{other:?}"),
        }
    }

    /// Begins a payment, and answers its price.
    async fn begin(&self, id: &str) -> i64 {
        until_reader(self.suite(), DeviceState::Ready).await;
        let price = begin(self.suite(), id).await;
        self.suite().until_payment(&[PaymentState::Waiting]).await.unwrap();
        price
    }

    fn lay(&mut self, how: How) -> Inserted {
        self.slot = 1 - self.slot;
        let card = self.card.take().unwrap();
        self.suite().pcsc.as_ref().unwrap().lay(self.slot, self.uid, card, how).unwrap()
    }

    /// Pays with it. Where `again`, it is wanted again and comes again; what it held meanwhile is answered.
    async fn pay(&mut self, id: &str, how: How, again: bool) -> Option<i64> {
        let (before, price) = (self.held(), self.begin(id).await);
        let mut lying = self.lay(how);
        let mut torn = None;
        if again {
            until_told(self.suite(), PaymentState::Confirming, Notice::CardAgain).await;
            self.card = lying.take();
            torn = Some(before - self.held());
            lying = self.lay(How::default());
        }
        until_paid(self.suite(), id, Channel::Campus).await;
        self.card = lying.take();
        assert_eq!(before - self.held(), price, "{id}: what the card gave");
        self.charged.push(price);
        self.agrees(id).await;
        torn
    }

    /// Each payment stands in the account exactly once, and the account says what the card holds.
    async fn agrees(&self, id: &str) {
        let says = booked(self.suite(), self.uid, "purse").await;
        let holds = if self.mirrored { self.held() } else { 0 };
        assert_eq!(says, (self.charged.clone(), holds), "{id}");
    }

    async fn end(self) {
        assert_eq!(booked(self.suite(), self.uid, "account").await, (vec![], 20_000));
        self.stage.end().await;
    }
}

fn cut(answered: u32, obeyed: bool, leaves: Leaves) -> Option<Cut> {
    Some(Cut { answered, obeyed, leaves })
}

fn key() -> [u8; 16] {
    nfc::Apdu::from_hex(DEVELOPMENT_KEY).unwrap().reveal().try_into().unwrap()
}

fn uid(digits: &str) -> Uid {
    Uid::from_hex(digits).unwrap()
}

fn purse() -> Processor {
    let number = uid(STUDENT_PURSE).reveal().try_into().unwrap();
    Processor::Purse(Purse::issued(number, key(), None, i32::try_from(IN_PURSE).unwrap()))
}

fn classic() -> Processor {
    let card = Classic::issued(uid(STUDENT_CLASSIC), key(), i32::try_from(IN_PURSE).unwrap());
    Processor::Classic(Box::new(card))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_purse_at_a_pcsc_reader_pays_and_one_torn_away_is_wanted_again_and_pays_exactly_once() {
    let mut student = Student::with(STUDENT_PURSE, purse()).await;
    student.pay("pcsc-whole", How::default(), false).await;
    for (round, (answered, obeyed, left)) in TEARS.into_iter().enumerate() {
        let id = format!("pcsc-{round}");
        let how = How { cut: cut(answered, obeyed, Leaves::Card), ..How::default() };
        let torn = student.pay(&id, how, true).await;
        assert_eq!(torn.is_some_and(|gone| gone > 0), left, "{id}: while it was wanted again");
    }
    student.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_classic_card_at_a_pcsc_reader_torn_inside_a_write_pays_exactly_once() {
    let mut student = Student::with(STUDENT_CLASSIC, classic()).await;
    student.pay("pcsc-sectors-whole", How::default(), false).await;
    // A write stops after some of its bytes, or leaves its cells half changed. One that only keeps a second value of
    // what was paid is not asked for again.
    for (round, (answered, seed)) in
        [(BEFORE_RECORD, 5), (BEFORE_VALUE, 5), (BEFORE_VALUE, 1001), (BEFORE_VALUE + 2, 3)]
            .into_iter()
            .enumerate()
    {
        let cut = cut(answered, true, Leaves::Card);
        let how = How { cut, within: Some(seed), ..How::default() };
        student.pay(&format!("pcsc-sectors-{round}"), how, answered <= BEFORE_VALUE).await;
    }
    student.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_electronic_purse_at_a_pcsc_reader_torn_in_its_purchase_pays_exactly_once() {
    let serial = nfc::Apdu::from_hex(EPURSE_SERIAL).unwrap().reveal().try_into().unwrap();
    let card = EPurse::issued(serial, key(), key(), IN_PURSE);
    let mut student = Student::with(STUDENT_EPURSE, Processor::EPurse(card)).await;
    student.pay("pcsc-epurse-whole", How::default(), false).await;
    for obeyed in [false, true] {
        let id = format!("pcsc-epurse-{obeyed}");
        let how = How { cut: cut(BEFORE_PURCHASE, obeyed, Leaves::Card), ..How::default() };
        let torn = student.pay(&id, how, true).await;
        assert_eq!(torn.is_some_and(|gone| gone > 0), obeyed, "{id}: while it was wanted again");
    }
    student.end().await;
}

/// The reader leaves in the middle of a debit, and the card still lies there when it is back.
async fn left_by_its_reader(uid: &'static str, card: Processor, cuts: &[(u32, bool)]) {
    let mut student = Student::with(uid, card).await;
    for (round, (answered, obeyed)) in cuts.iter().enumerate() {
        let id = format!("pcsc-pulled-{round}");
        let (before, price) = (student.held(), student.begin(&id).await);
        let lying = student.lay(How { cut: cut(*answered, *obeyed, Leaves::Cable), ..How::default() });
        let mut beat = tokio::time::interval(Duration::from_millis(5));
        let reached = async {
            while lying.cut_at().is_none() {
                beat.tick().await;
            }
        };
        tokio::time::timeout(PATIENCE, reached).await.expect("the card is not asked");
        student.stage.suite.pcsc.as_mut().unwrap().unplug().await.unwrap();
        student.card = lying.take();
        until_told(student.suite(), PaymentState::Confirming, Notice::CardAgain).await;
        until_reader(student.suite(), DeviceState::Missing).await;
        student.stage.suite.pcsc.as_mut().unwrap().plug_in().await.unwrap();
        let lying = student.lay(How::default());
        until_paid(student.suite(), &id, Channel::Campus).await;
        student.card = lying.take();
        assert_eq!(before - student.held(), price, "{id}: what the card gave");
        student.charged.push(price);
        student.agrees(&id).await;
    }
    student.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pcsc_reader_that_leaves_during_a_debit_is_told_and_the_same_purse_pays_exactly_once() {
    let cuts = [(BEFORE_DEBIT, true), (BEFORE_COMMIT, false), (BEFORE_COMMIT, true)];
    left_by_its_reader(STUDENT_PURSE, purse(), &cuts).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pcsc_reader_that_leaves_a_classic_card_in_a_write_is_told_and_it_pays_exactly_once() {
    let cuts = [(BEFORE_RECORD, true), (BEFORE_VALUE, false), (BEFORE_VALUE, true)];
    left_by_its_reader(STUDENT_CLASSIC, classic(), &cuts).await;
}
