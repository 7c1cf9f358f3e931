//! What purses sign for others, and the settlement file of a day's. Pure.
//!
//! A card proves each debit to the till, and once more to whoever else holds its keys: an electronic purse by its TAC
//! to its issuer, who then owes the canteen that much (JR/T 0025.2), a DESFire purse by its transaction MAC to the
//! school's back office (MF2DL(H)x0 data sheet, 10.3). MIFARE Classic proves nothing to anybody.
//!
//! # The file
//! UTF-8, a line ends with a line feed, columns stand between tabs, bytes are hexadecimal digits, amounts are whole minor
//! units. The first line is `dais-settlement 1` and the business day (GMT+8) on which the proofs came. The second names
//! the columns. Then a line a debit, in the order of their proofs, then for each currency `total`, how many debits, their
//! sum and the currency, and at last `end` and how many debits there are: without it the file was cut off. A day that is
//! over never gets another line, so its file is the same however often it is written.
//!
//! | column | electronic purse | DESFire purse |
//! |---|---|---|
//! | `sequence` | place among all proofs | the same |
//! | `number` | the till's number of the attempt | the same |
//! | `debited` | business day of the payment; the card may prove it later | the same |
//! | `kind` | `epurse` | `desfire` |
//! | `card` | the application's serial number, 10 bytes | the uid, 7 bytes |
//! | `counter` | the card's offline counter before the debit | the transaction MAC counter after it |
//! | `before` `amount` `currency` | what it held, and what was taken | the same |
//! | `terminal` `transaction` `at` | the terminal, its number of the purchase, its clock (year to second) | `-` |
//! | `proof` | TAC, 4 bytes | transaction MAC, 8 bytes |
//!
//! The TAC is the MAC of single DES under the two halves of the card's TAC key XORed, over `amount` (4 bytes), 06,
//! `terminal`, `transaction` and `at`. An `at` of zeros is of a purchase that was torn before this file kept clocks.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};
use time::{Date, Duration, OffsetDateTime};

use super::back_office::text::to_hex;
use crate::card::desfire::TransactionMac;
use crate::card::epurse::{Purchase, Tac};
use crate::till::Money;

const COLUMNS: &str = "sequence\tnumber\tdebited\tkind\tcard\tcounter\tbefore\tamount\tcurrency\tterminal\ttransaction\tat\tproof";

/// A number that names a card to those who made it. It never prints but into a settlement file.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CardNumber(Vec<u8>);

impl CardNumber {
    /// Takes the bytes.
    pub fn new(bytes: &[u8]) -> Self {
        Self(bytes.to_owned())
    }
}

impl fmt::Debug for CardNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CardNumber(**)")
    }
}

/// By what a card proves a debit to others.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Evidence {
    /// A DESFire purse, to the school's back office.
    Desfire {
        /// Its uid.
        card: CardNumber,
        /// Over its last transaction, which was the debit.
        mac: TransactionMac,
    },
    /// An electronic purse, to its issuer.
    Epurse {
        /// Its application's serial number.
        card: CardNumber,
        /// What was bought.
        purchase: Purchase,
        /// The proof.
        tac: Tac,
    },
}

impl Evidence {
    /// The transaction MAC, where it is one.
    pub fn mac(&self) -> Option<TransactionMac> {
        match self {
            Self::Desfire { mac, .. } => Some(*mac),
            Self::Epurse { .. } => None,
        }
    }
}

/// A debit that its card proved to others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settled {
    /// Its place.
    pub sequence: i64,
    /// The attempt's number.
    pub number: String,
    /// Business day of the payment, in days since 1970.
    pub day: i64,
    /// What the purse held before, in minor units.
    pub before: i64,
    /// How much was taken.
    pub amount: Money,
    /// The proof.
    pub evidence: Evidence,
}

impl Settled {
    fn line(&self) -> String {
        let Self { sequence, number, day, before, amount, evidence } = self;
        let none = || "-".to_owned();
        let (kind, card, counter, [terminal, transaction, at], proof) = match evidence {
            Evidence::Desfire { card, mac } => {
                ("desfire", card, mac.counter, [none(), none(), none()], to_hex(&mac.mac))
            }
            Evidence::Epurse { card, purchase, tac } => {
                let transaction = to_hex(&purchase.transaction.to_be_bytes());
                let made = [to_hex(&purchase.terminal), transaction, to_hex(&purchase.at)];
                ("epurse", card, u32::from(purchase.counter), made, to_hex(&tac.0))
            }
        };
        let (day, card) = (date(*day), to_hex(&card.0));
        let (minor, currency) = (amount.minor(), amount.currency());
        format!(
            "{sequence}\t{number}\t{day}\t{kind}\t{card}\t{counter}\t{before}\t{minor}\t{currency}\t{terminal}\t\
             {transaction}\t{at}\t{proof}\n"
        )
    }
}

fn date(day: i64) -> Date {
    let most = Duration::days(day.clamp(0, i64::from(u16::MAX)));
    OffsetDateTime::UNIX_EPOCH.date().saturating_add(most)
}

/// The file of a day, in days since 1970.
pub fn file(day: i64, debits: &[Settled]) -> String {
    let mut text = format!("dais-settlement 1\t{}\n{COLUMNS}\n", date(day));
    let mut totals: BTreeMap<String, (u64, i128)> = BTreeMap::new();
    for debit in debits {
        text.push_str(&debit.line());
        let (count, sum) = totals.entry(debit.amount.currency().to_string()).or_default();
        *count = count.saturating_add(1);
        *sum = sum.saturating_add(i128::from(debit.amount.minor()));
    }
    for (currency, (count, sum)) in totals {
        text.push_str(&format!("total\t{count}\t{sum}\t{currency}\n"));
    }
    text.push_str(&format!("end\t{}\n", debits.len()));
    text
}
