//! A scripted lunch: forty students in a row, in an order drawn from a seed, pay in every way that the till has. Some
//! choose on the screen, some through the bus; a few fail, or meet a network that does. At the end the books are held
//! against what the channels say.

mod accounts;
mod student;
mod voucher;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use api::kiosk::{Channel, Device, DeviceState, Dish, KioskProxy, Line, Payment, PaymentState};
use api::shell::Element;
use futures_util::StreamExt;

use crate::album::Album;
use crate::{Parts, Suite};
pub use student::Student;

/// Every state in which a payment stays.
const ENDS: [PaymentState; 4] =
    [PaymentState::Paid, PaymentState::Cancelled, PaymentState::Expired, PaymentState::Failed];
/// Dishes that are seen without scrolling.
const DISHES: usize = 4;

/// A lunch that is over.
#[derive(Debug)]
pub struct Lunch {
    /// What was seen.
    pub pictures: Vec<PathBuf>,
    /// How many paid.
    pub paid: usize,
    /// How many did not.
    pub unpaid: usize,
}

impl Parts {
    /// A kiosk, upright, with all that can be paid with.
    pub fn lunch(state: impl Into<PathBuf>) -> Self {
        Self {
            size: (1080, 1920),
            role: "kiosk",
            inference: false,
            sense: None,
            unionpay: true,
            outside: true,
            printer: true,
            brisk: true,
            ..Self::all(state)
        }
    }
}

/// The queue before the kiosk.
struct Queue<'a> {
    suite: &'a mut Suite,
    album: &'a mut Album,
    till: KioskProxy<'static>,
    dishes: Vec<Dish>,
    currency: String,
    chance: u64,
    /// Codes and numbers that were given out, so that none comes twice.
    given: u64,
    /// What was paid, by channel.
    paid: BTreeMap<u32, Vec<(String, i64)>>,
    /// What was not.
    unpaid: Vec<String>,
}

impl Suite {
    /// The lunch, in the order that `seed` draws; pictures are left in `pictures`.
    ///
    /// # Errors
    /// Where a student saw something else than what became of the payment, or where books and channels differ.
    pub async fn lunch(&mut self, seed: u64, pictures: &Path) -> Result<Lunch> {
        let mut album = Album::open(self, pictures).await?;
        let served = self.serve(seed, &mut album).await;
        let (served, paid, unpaid) = match served {
            Ok((paid, unpaid)) => (Ok(()), paid, unpaid),
            Err(error) => (Err(error.context(format!("DAIS_LUNCH_SEED={seed}"))), 0, 0),
        };
        Ok(Lunch { pictures: album.close(served).await?, paid, unpaid })
    }

    async fn serve(&mut self, seed: u64, album: &mut Album) -> Result<(usize, usize)> {
        let till = self.till().await?;
        let (currency, dishes) = till.menu().await?;
        self.until_reader(&till).await?;
        let mut queue = Queue {
            suite: self,
            album,
            till,
            dishes,
            currency,
            chance: seed | 1,
            given: 0,
            paid: BTreeMap::new(),
            unpaid: Vec::new(),
        };
        let mut students = Student::all();
        queue.shuffle(&mut students);
        for (number, student) in students.into_iter().enumerate() {
            queue
                .serve_one(number, student)
                .await
                .with_context(|| format!("{student:?}, number {number}"))?;
        }
        queue.agree().await?;
        Ok((queue.paid.values().map(Vec::len).sum(), queue.unpaid.len()))
    }

    async fn until_reader(&self, till: &KioskProxy<'_>) -> Result<()> {
        let mut changes = till.receive_devices_changed().await;
        for device in [Device::CardReader, Device::Scanner, Device::Printer] {
            let wanted = (device.to_wire(), DeviceState::Ready.to_wire());
            while !till.devices().await?.contains(&wanted) {
                changes.next().await.context("the till is gone")?;
            }
        }
        Ok(())
    }
}

impl Queue<'_> {
    async fn serve_one(&mut self, number: usize, student: Student) -> Result<()> {
        let by_touch = student.touches(number);
        let begun = match student {
            Student::Voucher => self.begin_with_voucher().await?,
            _ if by_touch => self.choose().await?,
            _ => self.begin().await?,
        };
        let expected = self.pay(student, &begun).await?;
        let ended = self.suite.until_payment(&ENDS).await?;
        ensure!(ended.id == begun.id, "{} was begun and {} has ended", begun.id, ended.id);
        let paid_by =
            (ended.state == PaymentState::Paid.to_wire()).then(|| Channel::from_wire(ended.paid_by));
        ensure!(paid_by == expected, "paid by {paid_by:?}, not by {expected:?}: {ended:?}");
        self.look_at_the_end(student, &ended).await?;
        match paid_by {
            Some(channel) => {
                self.paid.entry(channel.to_wire()).or_default().push((ended.id.clone(), ended.total));
            }
            None => self.unpaid.push(ended.id.clone()),
        }
        if by_touch {
            self.suite.touch("dismiss").await?;
        } else {
            self.till.dismiss(&ended.id).await?;
        }
        self.suite.reader.take_away().await?;
        let free = |payment: &Payment| payment.state == PaymentState::Idle.to_wire();
        self.suite.until_payment_is("dismissed", free).await.map(drop)
    }

    /// What the screen says of it: the number to fetch the meal by, or that nothing was taken.
    async fn look_at_the_end(&mut self, student: Student, ended: &Payment) -> Result<()> {
        let (paid, pickup) = (ended.state == PaymentState::Paid.to_wire(), ended.pickup.to_string());
        let told = async |all: &[Element]| {
            let number = all.iter().find(|element| element.name == "pickup");
            let there = all.iter().any(|element| element.name == "dismiss");
            (there && number.is_some_and(|number| number.label.contains(&pickup)) == paid).then_some(())
        };
        self.album.screen.until("the screen does not say how it ended", told).await?;
        if let Some(name) = student.picture_of_the_end() {
            self.album.keep_first(name).await?;
        }
        Ok(())
    }

    /// A dish, or two, by touch on the screen, and the button to pay.
    async fn choose(&mut self) -> Result<Payment> {
        let dish = self.draw(DISHES);
        self.suite.touch(&format!("dish-{}", self.dishes[dish].sku)).await?;
        self.album.screen.find("pay").await?;
        self.album.keep_first("1-tray").await?;
        self.suite.touch("pay").await?;
        self.until_codes().await
    }

    /// The same by whoever else calls the till.
    async fn begin(&mut self) -> Result<Payment> {
        let (id, line) = self.order();
        self.till.begin(&id, std::slice::from_ref(&line), line.unit_price, &self.currency).await?;
        self.until_codes().await
    }

    async fn begin_with_voucher(&mut self) -> Result<Payment> {
        let (id, line) = self.order();
        let voucher = voucher::worth(self.given).await?;
        let lines = [line.clone()];
        let price = self.till.quote(&lines, &self.currency, &[&voucher], 0).await?;
        ensure!(
            price.total == line.unit_price - voucher::FEN,
            "the voucher is not worth what it says: {price:?}"
        );
        self.till.begin_with(&id, &lines, price.total, &self.currency, &[&voucher], 0).await?;
        self.until_codes().await
    }

    fn order(&mut self) -> (String, Line) {
        let number = self.draw(DISHES);
        let dish = &self.dishes[number];
        let line = Line { sku: dish.sku.clone(), quantity: 1, unit_price: dish.price };
        (format!("lunch-{}", self.next()), line)
    }

    /// Waits for a code of each wallet.
    async fn until_codes(&mut self) -> Result<Payment> {
        let shown = |payment: &Payment| {
            payment.state == PaymentState::Waiting.to_wire()
                && [Channel::Alipay, Channel::Wechat, Channel::Unionpay]
                    .iter()
                    .all(|channel| payment.codes.iter().any(|(of, _)| *of == channel.to_wire()))
        };
        let payment = self.suite.until_payment_is("waiting with its codes", shown).await?;
        let seen =
            self.paid.values().flatten().map(|(id, _)| id).chain(&self.unpaid).any(|id| *id == payment.id);
        ensure!(!seen, "{} was here before", payment.id);
        // Whoever asked for it, the kiosk shows it to the payer.
        self.album.screen.find("code-unionpay").await?;
        Ok(payment)
    }

    /// A number below `below`, by xorshift.
    fn draw(&mut self, below: usize) -> usize {
        self.chance ^= self.chance << 13;
        self.chance ^= self.chance >> 7;
        self.chance ^= self.chance << 17;
        usize::try_from(self.chance >> 33).unwrap_or(0) % below.max(1)
    }

    fn shuffle<T>(&mut self, all: &mut [T]) {
        for last in (1..all.len()).rev() {
            let other = self.draw(last + 1);
            all.swap(last, other);
        }
    }

    fn next(&mut self) -> u64 {
        self.given += 1;
        self.given
    }
}
