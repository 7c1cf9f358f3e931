//! Merchant-presented codes: what a till shows for any EMV wallet, made and parsed.

use super::crc::crc16;
use super::tlv::{Malformed, OBJECTS_MAX, fields};
use crate::till::{Currency, Money};

/// Longest code in characters (EMVCo MPM 1.1, 3.2).
const CODE_CHARS_MAX: usize = 512;
/// Longest value: its length has two digits.
const VALUE_CHARS_MAX: usize = 99;
/// Longest amount in characters, point included.
const AMOUNT_CHARS_MAX: usize = 13;

/// Whether the code is for one payment or for many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Initiation {
    /// Printed once, paid often.
    Static,
    /// Made for one payment.
    Dynamic,
}

/// An account that can be paid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Account {
    /// Ids 02 to 25: a card scheme's own text; 15 and 16 are UnionPay's.
    Scheme {
        /// The id.
        id: u8,
        /// The scheme's text.
        text: String,
    },
    /// Ids 26 to 51: whose it is, and that one's fields.
    Template(Template),
}

/// A template that says by itself whose it is: ids 26 to 51 and 80 to 99.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    /// The id.
    pub id: u8,
    /// Application identifier, UUID or reverse domain name.
    pub owner: String,
    /// The other fields, 01 to 99.
    pub fields: Vec<(u8, String)>,
}

/// A tip.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Tip {
    /// The wallet asks the payer.
    Asked,
    /// A fixed amount, as decimal text.
    Fixed(String),
    /// A share of the amount in per cent, `00.01` to `99.99`.
    Percent(String),
}

/// Name and city in another language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Localised {
    /// ISO 639, two letters.
    pub language: String,
    /// The merchant's name.
    pub name: String,
    /// Its city.
    pub city: Option<String>,
}

/// A whole code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MerchantCode {
    /// Id 01.
    pub initiation: Option<Initiation>,
    /// Ids 02 to 51, at least one.
    pub accounts: Vec<Account>,
    /// Id 52: merchant category, ISO 18245.
    pub category: String,
    /// Id 53: currency, ISO 4217 numeric.
    pub currency: String,
    /// Id 54: amount as decimal text; without it the payer types one.
    pub amount: Option<String>,
    /// Ids 55 to 57.
    pub tip: Option<Tip>,
    /// Id 58: ISO 3166 alpha-2.
    pub country: String,
    /// Id 59: at most 25 characters.
    pub name: String,
    /// Id 60: at most 15 characters.
    pub city: String,
    /// Id 61.
    pub postal: Option<String>,
    /// Id 62: bill 01, mobile 02, store 03, loyalty 04, reference 05, customer 06, terminal 07, purpose 08, data 09.
    pub additional: Vec<(u8, String)>,
    /// Id 64.
    pub localised: Option<Localised>,
    /// Ids 80 to 99.
    pub unreserved: Vec<Template>,
    /// Ids 65 to 79, kept as they are.
    pub reserved: Vec<(u8, String)>,
}

impl MerchantCode {
    /// The amount as money, where the code has one and its currency is the yuan.
    #[must_use]
    pub fn money(&self) -> Option<Money> {
        let amount = self.amount.as_ref().filter(|_any| self.currency == "156")?;
        Money::from_decimal(amount.trim_end_matches('.'), Currency::CNY).ok()
    }

    /// Reads a code; its checksum must hold.
    ///
    /// # Errors
    /// [`Malformed`].
    pub fn parse(code: &str) -> Result<Self, Malformed> {
        // Bytes first: counting characters of something endless takes for ever.
        if code.len() > 4 * CODE_CHARS_MAX || code.chars().count() > CODE_CHARS_MAX {
            return Err(Malformed::TooMuch);
        }
        let all = fields(code)?;
        let (first, last) = (all.first().copied(), all.last().copied());
        if first != Some((0, "01")) {
            return Err(Malformed::Field("00"));
        }
        let (63, sum) = last.ok_or(Malformed::Checksum)? else { return Err(Malformed::Checksum) };
        let signed = code.get(..code.len().saturating_sub(4)).ok_or(Malformed::Checksum)?;
        if sum.len() != 4 || !sum.eq_ignore_ascii_case(&format!("{:04X}", crc16(signed.as_bytes()))) {
            return Err(Malformed::Checksum);
        }
        let mut ids: Vec<u8> = all.iter().map(|(id, _)| *id).collect();
        ids.sort_unstable();
        if ids.windows(2).any(|pair| pair.first() == pair.last()) {
            return Err(Malformed::Field("repeated"));
        }
        read(&all)
    }

    /// Writes the code with its checksum.
    ///
    /// # Errors
    /// [`Malformed::Field`] names what does not fit; [`Malformed::TooMuch`] where the whole is too long.
    pub fn text(&self) -> Result<String, Malformed> {
        let mut code = Writer::default();
        code.put(0, "01")?;
        if let Some(initiation) = self.initiation {
            code.put(1, if initiation == Initiation::Static { "11" } else { "12" })?;
        }
        for account in &self.accounts {
            match account {
                Account::Scheme { id, text } => code.put(*id, text)?,
                Account::Template(template) => code.put(template.id, &inside(template)?)?,
            }
        }
        code.put(52, &self.category)?;
        code.put(53, &self.currency)?;
        if let Some(amount) = &self.amount {
            code.put(54, amount)?;
        }
        match &self.tip {
            None => {}
            Some(Tip::Asked) => code.put(55, "01")?,
            Some(Tip::Fixed(amount)) => {
                code.put(55, "02")?;
                code.put(56, amount)?;
            }
            Some(Tip::Percent(share)) => {
                code.put(55, "03")?;
                code.put(57, share)?;
            }
        }
        for (id, value) in [
            (58, Some(&self.country)),
            (59, Some(&self.name)),
            (60, Some(&self.city)),
            (61, self.postal.as_ref()),
        ] {
            if let Some(value) = value {
                code.put(id, value)?;
            }
        }
        if !self.additional.is_empty() {
            code.put(62, &list(&self.additional)?)?;
        }
        if let Some(localised) = &self.localised {
            let mut inner = vec![(0, localised.language.clone()), (1, localised.name.clone())];
            inner.extend(localised.city.clone().map(|city| (2, city)));
            code.put(64, &list(&inner)?)?;
        }
        for (id, value) in &self.reserved {
            code.put(*id, value)?;
        }
        for template in &self.unreserved {
            code.put(template.id, &inside(template)?)?;
        }
        let text = format!("{}6304", code.0);
        let text = format!("{text}{:04X}", crc16(text.as_bytes()));
        // What was written must mean what was asked for.
        if Self::parse(&text)? == *self { Ok(text) } else { Err(Malformed::Field("order")) }
    }
}

#[derive(Default)]
struct Writer(String);

impl Writer {
    fn put(&mut self, id: u8, value: &str) -> Result<(), Malformed> {
        let count = value.chars().count();
        if count == 0 || count > VALUE_CHARS_MAX || id > 99 {
            return Err(Malformed::Length);
        }
        self.0.push_str(&format!("{id:02}{count:02}{value}"));
        Ok(())
    }
}

fn list(fields: &[(u8, String)]) -> Result<String, Malformed> {
    let mut inner = Writer::default();
    for (id, value) in fields {
        inner.put(*id, value)?;
    }
    Ok(inner.0)
}

fn inside(template: &Template) -> Result<String, Malformed> {
    let mut all = vec![(0, template.owner.clone())];
    all.extend(template.fields.iter().cloned());
    list(&all)
}

fn read(all: &[(u8, &str)]) -> Result<MerchantCode, Malformed> {
    let one = |id: u8| all.iter().find(|(found, _)| *found == id).map(|(_, value)| *value);
    let need = |id: u8, name: &'static str, fits: fn(&str) -> bool| {
        one(id).filter(|value| fits(value)).map(str::to_owned).ok_or(Malformed::Field(name))
    };
    let may = |id: u8, name: &'static str, fits: fn(&str) -> bool| match one(id) {
        Some(value) if fits(value) => Ok(Some(value.to_owned())),
        Some(_wrong) => Err(Malformed::Field(name)),
        None => Ok(None),
    };
    let initiation = match one(1) {
        None => None,
        Some("11") => Some(Initiation::Static),
        Some("12") => Some(Initiation::Dynamic),
        Some(_other) => return Err(Malformed::Field("01")),
    };
    let mut accounts = Vec::new();
    let mut unreserved = Vec::new();
    let mut reserved = Vec::new();
    for (id, value) in all {
        match id {
            2..=25 => accounts.push(Account::Scheme { id: *id, text: (*value).to_owned() }),
            26..=51 => accounts.push(Account::Template(template(*id, value)?)),
            65..=79 => reserved.push((*id, (*value).to_owned())),
            80..=99 => unreserved.push(template(*id, value)?),
            _other => {}
        }
    }
    if accounts.is_empty() {
        return Err(Malformed::Field("26"));
    }
    Ok(MerchantCode {
        initiation,
        accounts,
        category: need(52, "52", |value| value.len() == 4 && digits(value))?,
        currency: need(53, "53", |value| value.len() == 3 && digits(value))?,
        amount: may(54, "54", is_amount)?,
        tip: tip(one(55), may(56, "56", is_amount)?, may(57, "57", is_percent)?)?,
        country: need(58, "58", |value| value.len() == 2 && value.bytes().all(|b| b.is_ascii_uppercase()))?,
        name: need(59, "59", |value| fits(value, 25))?,
        city: need(60, "60", |value| fits(value, 15))?,
        postal: may(61, "61", |value| fits(value, 10))?,
        additional: one(62).map(pairs).transpose()?.unwrap_or_default(),
        localised: one(64).map(localised).transpose()?,
        unreserved,
        reserved,
    })
}

fn digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn fits(text: &str, chars_max: usize) -> bool {
    !text.is_empty() && text.chars().count() <= chars_max
}

/// Digits with at most one point between or after them; the point alone is no amount.
fn is_amount(text: &str) -> bool {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    text.len() <= AMOUNT_CHARS_MAX && digits(whole) && (part.is_empty() || digits(part))
}

fn is_percent(text: &str) -> bool {
    is_amount(text) && text.len() <= 5 && text.split('.').next().is_some_and(|whole| whole.len() <= 2)
}

fn tip(kind: Option<&str>, fixed: Option<String>, percent: Option<String>) -> Result<Option<Tip>, Malformed> {
    match (kind, fixed, percent) {
        (None, None, None) => Ok(None),
        (Some("01"), None, None) => Ok(Some(Tip::Asked)),
        (Some("02"), Some(amount), None) => Ok(Some(Tip::Fixed(amount))),
        (Some("03"), None, Some(share)) => Ok(Some(Tip::Percent(share))),
        _contradiction => Err(Malformed::Field("55")),
    }
}

fn pairs(text: &str) -> Result<Vec<(u8, String)>, Malformed> {
    let found: Vec<(u8, String)> =
        fields(text)?.into_iter().map(|(id, value)| (id, value.to_owned())).collect();
    if found.len() > OBJECTS_MAX { Err(Malformed::TooMuch) } else { Ok(found) }
}

fn template(id: u8, text: &str) -> Result<Template, Malformed> {
    let mut inner = pairs(text)?.into_iter();
    match inner.next() {
        Some((0, owner)) if !owner.is_empty() => Ok(Template { id, owner, fields: inner.collect() }),
        _nobodys => Err(Malformed::Field("template")),
    }
}

fn localised(text: &str) -> Result<Localised, Malformed> {
    let inner = pairs(text)?;
    let one = |id: u8| inner.iter().find(|(found, _)| *found == id).map(|(_, value)| value.clone());
    match (one(0), one(1)) {
        (Some(language), Some(name)) if language.len() == 2 && fits(&name, 25) => {
            Ok(Localised { language, name, city: one(2) })
        }
        _incomplete => Err(Malformed::Field("64")),
    }
}

#[cfg(test)]
mod tests;
