//! Who is here: a class list and the cards that are held to the reader. A card is first joined to a name by its owner,
//! who touches it; from then on its tap is enough. Pure; neither cards nor names are ever printed.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fmt;

use jiff::civil::DateTime;

/// Cards that wait for somebody to touch a name: more queue at the reader than read the screen.
const WAITING_MAX: usize = 8;
/// Cards that are counted without a list: as many as a class list may have names.
const COUNTED_MAX: usize = super::roster::NAMES_MAX;

/// What a card is called on this unit's list, which tells nobody its number.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct CardName(pub String);

impl fmt::Debug for CardName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CardName(**)")
    }
}

/// How somebody is known to be here, and since when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Arrival {
    /// The time of this place.
    pub at: DateTime,
    /// By a card; else somebody touched the name.
    pub by_card: bool,
}

/// What became of a tap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heard {
    /// This one has come.
    Came(usize),
    /// This one was here already.
    Again(usize),
    /// Nobody knows whose it is: its owner is to touch a name.
    Whose,
    /// There is no list: one more card, or one that was counted before.
    Counted,
}

/// What became of a touch on a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Touched {
    /// The card that waited is this one's from now on.
    Joined(CardName),
    /// Here or not here, by hand.
    Turned,
    /// There is no such name.
    Nobody,
}

/// The list of one lesson.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Register {
    names: Vec<(String, Option<Arrival>)>,
    joined: BTreeMap<CardName, usize>,
    waiting: VecDeque<CardName>,
    /// Cards that belong to no name here: all of them where there is no list.
    counted: BTreeSet<CardName>,
    /// The card that was heard last, as long as its owner may still say that it is not theirs.
    last: Option<CardName>,
}

impl fmt::Debug for Register {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Register")
            .field("names", &self.names.len())
            .field("here", &self.here())
            .field("joined", &self.joined.len())
            .field("waiting", &self.waiting.len())
            .finish_non_exhaustive()
    }
}

impl Register {
    /// Nobody is here yet. `joined`: cards and whose they are, as it was learnt before.
    pub fn new(names: Vec<String>, joined: impl IntoIterator<Item = (CardName, String)>) -> Self {
        let known = |name: &String| names.iter().position(|other| other == name);
        let joined = joined.into_iter().filter_map(|(card, name)| Some((card, known(&name)?))).collect();
        Self { joined, names: names.into_iter().map(|name| (name, None)).collect(), ..Self::default() }
    }

    /// A card was held to the reader.
    pub fn tap(&mut self, card: CardName, at: DateTime) -> Heard {
        self.last = Some(card.clone());
        if let Some(index) = self.joined.get(&card).copied() {
            return match self.names.get_mut(index) {
                Some((_, Some(_))) => Heard::Again(index),
                Some((_, arrival)) => {
                    *arrival = Some(Arrival { at, by_card: true });
                    Heard::Came(index)
                }
                None => Heard::Counted,
            };
        }
        if self.names.is_empty() {
            if self.counted.len() < COUNTED_MAX {
                self.counted.insert(card);
            }
            return Heard::Counted;
        }
        if !self.waiting.contains(&card) {
            if self.waiting.len() == WAITING_MAX {
                self.waiting.pop_front();
            }
            self.waiting.push_back(card);
        }
        Heard::Whose
    }

    /// A name was touched: it is that of the card that waits, or somebody is here, or not here, by hand.
    pub fn touch(&mut self, index: usize, at: DateTime) -> Touched {
        let Some((_, arrival)) = self.names.get_mut(index) else { return Touched::Nobody };
        let Some(card) = self.waiting.pop_front() else {
            *arrival = if arrival.is_some() { None } else { Some(Arrival { at, by_card: false }) };
            return Touched::Turned;
        };
        *arrival = Some(Arrival { at, by_card: true });
        // Whoever has a new card has lost the old one.
        self.joined.retain(|_, owner| *owner != index);
        self.joined.insert(card.clone(), index);
        self.last = Some(card.clone());
        Touched::Joined(card)
    }

    /// The card that waits is nobody's of this class.
    pub fn set_aside(&mut self) {
        if let Some(card) = self.waiting.pop_front()
            && self.counted.len() < COUNTED_MAX
        {
            self.counted.insert(card);
        }
    }

    /// "That is not me": whoever held the last card to the reader is somebody else; it waits for its name again. The
    /// card that was parted from its name.
    pub fn part(&mut self) -> Option<CardName> {
        let card = self.last.take()?;
        let index = self.joined.remove(&card)?;
        if let Some((_, arrival)) = self.names.get_mut(index) {
            *arrival = None;
        }
        self.waiting.push_front(card.clone());
        self.waiting.truncate(WAITING_MAX);
        Some(card)
    }

    /// The last card's owner has gone on.
    pub fn settle(&mut self) {
        self.last = None;
    }

    /// A new count of the same class; whose the cards are stays known.
    pub fn start_over(&mut self) {
        self.names.iter_mut().for_each(|(_, arrival)| *arrival = None);
        self.waiting.clear();
        self.counted.clear();
        self.last = None;
    }

    /// Everybody, in the list's order.
    pub fn names(&self) -> &[(String, Option<Arrival>)] {
        &self.names
    }

    /// Whose card it is.
    pub fn owner(&self, card: &CardName) -> Option<&str> {
        let index = self.joined.get(card)?;
        self.names.get(*index).map(|(name, _)| name.as_str())
    }

    /// Whether somebody's card is known.
    pub fn has_card(&self, index: usize) -> bool {
        self.joined.values().any(|owner| *owner == index)
    }

    /// How many are here.
    pub fn here(&self) -> usize {
        self.names.iter().filter(|(_, arrival)| arrival.is_some()).count()
    }

    /// How many cards belong to no name.
    pub fn counted(&self) -> usize {
        self.counted.len()
    }

    /// Cards that wait for a name.
    pub fn waiting(&self) -> usize {
        self.waiting.len()
    }

    /// Whether there is anything to export.
    pub fn is_blank(&self) -> bool {
        self.here() == 0 && self.counted.is_empty()
    }

    /// A table for a spreadsheet: RFC 4180, with the mark by which it knows UTF-8.
    pub fn to_csv(&self, class: &str) -> String {
        let mut rows =
            vec![["姓名 Name", "班级 Class", "到场 Here", "时间 Time", "方式 By"].map(String::from)];
        for (name, arrival) in &self.names {
            let (here, time, by) = match arrival {
                Some(arrival) => (
                    "是 yes",
                    arrival.at.strftime("%Y-%m-%d %H:%M").to_string(),
                    if arrival.by_card { "卡 card" } else { "手 hand" },
                ),
                None => ("否 no", String::new(), ""),
            };
            rows.push([name.clone(), class.to_owned(), here.to_owned(), time, by.to_owned()]);
        }
        if !self.counted.is_empty() {
            let count = self.counted.len().to_string();
            rows.push([
                "其他卡 other cards".to_owned(),
                class.to_owned(),
                count,
                String::new(),
                "卡 card".to_owned(),
            ]);
        }
        let lines: Vec<String> =
            rows.iter().map(|row| row.each_ref().map(|text| cell(text)).join(",")).collect();
        format!("\u{feff}{}\r\n", lines.join("\r\n"))
    }
}

/// A spreadsheet takes what begins like this for a formula, whoever wrote it.
fn cell(text: &str) -> String {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let text = if formula { format!("'{text}") } else { text.to_owned() };
    if text.contains([',', '"', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

#[cfg(test)]
mod tests;
