//! What staff do with cards and accounts: block, report lost, bind a new card, set limits, read a statement, bring in
//! the deny list.

use rusqlite::{Connection, params};

use super::{Accounts, CampusError, Movement, begin, book, journal, today};
use crate::channel::campus::deny::DenyList;
use crate::channel::campus::limits::Limits;
use crate::channel::campus::purse::state::Event;
use crate::till::{CardUid, Currency, Money};

/// Most entries in one statement: a term's lunches.
const STATEMENT_MAX: u32 = 200;

/// One line of a statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Movements {
    /// When, milliseconds since 1970 UTC.
    pub at_ms: i64,
    /// What: `top-up`, `charge`, `take-back`, `refund`, `elsewhere`, `carried`.
    pub kind: String,
    /// More than nothing where it came in.
    pub amount: Money,
    /// Whether it moved in the card's own purse and not in the account.
    pub in_purse: bool,
    /// Its number.
    pub number: String,
}

/// A debit that only its card can prove.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unproved {
    /// The attempt's number.
    pub number: String,
    /// How much.
    pub amount: Money,
    /// Whether its payment was taken back meanwhile.
    pub given_up: bool,
}

impl Accounts {
    /// Blocks an account with every card of it, or unblocks it.
    ///
    /// # Errors
    /// [`CampusError::NotEnrolled`], or the file.
    pub fn block(&mut self, card: &CardUid, blocked: bool) -> Result<(), CampusError> {
        let tag = self.tag(card);
        let found = self.db.execute(
            "UPDATE account SET blocked = ?2 WHERE id = (SELECT account FROM card WHERE tag = ?1)",
            params![tag, blocked],
        )?;
        if found == 0 { Err(CampusError::NotEnrolled) } else { Ok(()) }
    }

    /// Blocks a lost card. Its account is kept.
    ///
    /// # Errors
    /// [`CampusError::NotEnrolled`], or the file.
    pub fn report_lost(&mut self, card: &CardUid) -> Result<(), CampusError> {
        let tag = self.tag(card);
        match self.db.execute("UPDATE card SET lost = 1 WHERE tag = ?1", [tag])? {
            0 => Err(CampusError::NotEnrolled),
            _one => Ok(()),
        }
    }

    /// Binds a new card to a lost one's account and carries over what the lost one's purse held. The lost card is
    /// never taken again, so a debit that only it could prove counts as not done.
    ///
    /// # Errors
    /// [`CampusError::NotEnrolled`] of the lost card, [`CampusError::AlreadyEnrolled`] of the new one, or the file.
    pub fn rebind(&mut self, lost: &CardUid, new: &CardUid) -> Result<(), CampusError> {
        let (lost, new) = (self.tag(lost), self.tag(new));
        let change = begin(&mut self.db)?;
        let known = book::card(&change, &lost)?.ok_or(CampusError::NotEnrolled)?;
        if book::card(&change, &new)?.is_some() {
            return Err(CampusError::AlreadyEnrolled);
        }
        change.execute("UPDATE card SET lost = 1 WHERE tag = ?1", [&lost])?;
        for number in open_debits(&change, &lost)? {
            journal::step_row(&change, &number, Event::SeenUntouched)?;
            journal::step_row(&change, &number, Event::Refuse)?;
        }
        if let Some(purse) = known.purse {
            carry(&change, purse, known.account)?;
        }
        change.execute("INSERT INTO card (tag, account) VALUES (?1, ?2)", params![new, known.account])?;
        change.commit()?;
        Ok(())
    }

    /// Sets an account's own limits, or with none gives it the kiosk's again.
    ///
    /// # Errors
    /// [`CampusError::NotEnrolled`], [`CampusError::BadAmount`], or the file.
    pub fn set_limits(&mut self, card: &CardUid, own: Option<Limits>) -> Result<(), CampusError> {
        let tag = self.tag(card);
        if own.is_some_and(|own| [own.once_max, own.day_max, own.pin_free_max].iter().any(|max| *max < 0)) {
            return Err(CampusError::BadAmount);
        }
        let found = self.db.execute(
            "UPDATE account SET once_max = ?2, day_max = ?3, pin_free_max = ?4
             WHERE id = (SELECT account FROM card WHERE tag = ?1)",
            params![
                tag,
                own.map(|own| own.once_max),
                own.map(|own| own.day_max),
                own.map(|own| own.pin_free_max)
            ],
        )?;
        if found == 0 { Err(CampusError::NotEnrolled) } else { Ok(()) }
    }

    /// The last entries of a card's account and its purses, newest first, at most 200.
    ///
    /// # Errors
    /// [`CampusError::NotEnrolled`], or the file.
    pub fn statement(&mut self, card: &CardUid, count: u32) -> Result<Vec<Movements>, CampusError> {
        let tag = self.tag(card);
        let account = book::card(&self.db, &tag)?.ok_or(CampusError::NotEnrolled)?.account;
        let mut ask = self.db.prepare(
            "SELECT CAST(entry.at * 1000 AS INTEGER), entry.kind, entry.currency, entry.number,
                    CASE WHEN entry.target = own.id THEN entry.minor ELSE -entry.minor END, own.id <> ?1
             FROM entry JOIN account AS own ON own.id IN (entry.source, entry.target)
             WHERE own.id = ?1 OR own.owner = ?1
             ORDER BY entry.id DESC, own.id LIMIT ?2",
        )?;
        let mut rows = ask.query(params![account, count.min(STATEMENT_MAX)])?;
        let mut lines = Vec::new();
        while let Some(row) = rows.next()? {
            let currency = Currency::parse(&row.get::<_, String>(2)?)?;
            lines.push(Movements {
                at_ms: row.get(0)?,
                kind: row.get(1)?,
                number: row.get(3)?,
                amount: Money::new(row.get(4)?, currency),
                in_purse: row.get(5)?,
            });
        }
        Ok(lines)
    }

    /// The debits of all cards that only their cards can prove.
    ///
    /// # Errors
    /// The file.
    pub fn unproved(&mut self) -> Result<Vec<Unproved>, CampusError> {
        let mut ask = self.db.prepare(
            "SELECT number, minor, currency, state = 'given-up' FROM purse
             WHERE state IN ('armed', 'given-up') ORDER BY day, number LIMIT ?1",
        )?;
        let mut rows = ask.query([STATEMENT_MAX])?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            let currency = Currency::parse(&row.get::<_, String>(2)?)?;
            found.push(Unproved {
                number: row.get(0)?,
                amount: Money::new(row.get(1)?, currency),
                given_up: row.get(3)?,
            });
        }
        Ok(found)
    }

    /// A card's tag, as deny lists name it: HMAC-SHA256 of its uid under the school's key, in hexadecimal digits.
    pub fn tag_of(&self, card: &CardUid) -> String {
        self.tag(card).iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// Brings in a deny list in place of the one in force. The same one again is no error; an older one is.
    ///
    /// # Errors
    /// [`CampusError::OldDenyList`], or the file.
    pub fn deny(&mut self, list: &DenyList) -> Result<(), CampusError> {
        let change = begin(&mut self.db)?;
        let have: i64 = change.query_row("SELECT version FROM deny_list", [], |row| row.get(0))?;
        if list.version <= have {
            let same = list.version == have && denied(&change)? == list.tags;
            return if same { Ok(()) } else { Err(CampusError::OldDenyList { have, got: list.version }) };
        }
        change.execute("DELETE FROM denied", [])?;
        let mut add = change.prepare("INSERT INTO denied (tag) VALUES (?1)")?;
        for tag in &list.tags {
            add.execute([tag])?;
        }
        drop(add);
        change.execute("UPDATE deny_list SET version = ?1", [list.version])?;
        change.commit()?;
        Ok(())
    }
}

fn denied(db: &Connection) -> Result<Vec<[u8; 32]>, CampusError> {
    let mut ask = db.prepare("SELECT tag FROM denied ORDER BY tag")?;
    let tags = ask.query_map([], |row| row.get(0))?;
    Ok(tags.collect::<Result<_, _>>()?)
}

fn open_debits(db: &Connection, tag: &[u8]) -> Result<Vec<String>, CampusError> {
    let mut ask =
        db.prepare("SELECT number FROM purse WHERE card = ?1 AND state IN ('asked', 'armed', 'given-up')")?;
    let numbers = ask.query_map([tag], |row| row.get(0))?;
    Ok(numbers.collect::<Result<_, _>>()?)
}

/// Moves all that a purse's mirror holds to its holder's account.
fn carry(db: &Connection, purse: i64, account: i64) -> Result<(), CampusError> {
    let mut ask = db.prepare("SELECT DISTINCT currency FROM entry WHERE ?1 IN (source, target)")?;
    let codes: Vec<String> = ask.query_map([purse], |row| row.get(0))?.collect::<Result<_, _>>()?;
    for code in codes {
        let held = book::balance(db, purse, Currency::parse(&code)?)?;
        if held.minor() > 0 {
            let movement = Movement {
                number: &format!("carried-{purse}-{code}"),
                kind: "carried",
                source: purse,
                target: account,
                amount: held,
                charge: None,
                day: today(db)?,
            };
            movement.book(db)?;
        }
    }
    Ok(())
}
