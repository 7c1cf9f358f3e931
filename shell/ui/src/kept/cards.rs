//! Whose card is whose, of each class: kept as long as the class list is, so that a first tap is a first tap once. What
//! is kept of a card is its name on this unit's list, from which nobody learns its number.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::{keep, new_id, recall};
use crate::class::register::CardName;

const FILE: &str = "cards.toml";

#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Kept {
    /// What the till calls this list.
    list: String,
    /// By class, what cards are called and whose they are.
    classes: BTreeMap<String, BTreeMap<String, String>>,
}

/// Where it is kept.
pub struct Cards {
    folder: PathBuf,
    kept: RefCell<Kept>,
}

impl fmt::Debug for Cards {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cards").field("classes", &self.kept.borrow().classes.len()).finish_non_exhaustive()
    }
}

impl Cards {
    /// What is kept in this folder, which must exist.
    pub fn open(folder: impl Into<PathBuf>) -> Self {
        let folder = folder.into();
        let mut kept: Kept = recall(&folder, FILE).unwrap_or_default();
        if kept.list.is_empty() {
            kept = Kept { list: list(), ..Kept::default() };
        }
        Self { folder, kept: RefCell::new(kept) }
    }

    /// What the till calls the list on which these cards have their names.
    pub fn list(&self) -> String {
        self.kept.borrow().list.clone()
    }

    /// Cards of a class and whose they are, of those who are still in it; the others are forgotten.
    pub fn of(&self, class: &str, names: &[String]) -> Vec<(CardName, String)> {
        let mut kept = self.kept.borrow_mut();
        let Some(cards) = kept.classes.get_mut(class) else { return Vec::new() };
        let before = cards.len();
        cards.retain(|_, name| names.contains(name));
        let gone = cards.len() != before;
        let found = cards.iter().map(|(card, name)| (CardName(card.clone()), name.clone())).collect();
        if gone {
            self.write(&kept);
        }
        found
    }

    /// A card is somebody's from now on, and no other one is.
    pub fn join(&self, class: &str, card: &CardName, name: &str) {
        let mut kept = self.kept.borrow_mut();
        let cards = kept.classes.entry(class.to_owned()).or_default();
        cards.retain(|_, owner| owner != name);
        cards.insert(card.0.clone(), name.to_owned());
        self.write(&kept);
    }

    /// It is nobody's any more.
    pub fn part(&self, class: &str, card: &CardName) {
        let mut kept = self.kept.borrow_mut();
        if kept.classes.get_mut(class).is_some_and(|cards| cards.remove(&card.0).is_some()) {
            self.write(&kept);
        }
    }

    /// Classes whose lists are gone are forgotten.
    pub fn keep_only(&self, classes: &[&str]) {
        let mut kept = self.kept.borrow_mut();
        let before = kept.classes.len();
        kept.classes.retain(|class, _| classes.contains(&class.as_str()));
        if kept.classes.len() != before {
            self.write(&kept);
        }
    }

    /// Whose card it is, in whichever class it is known.
    pub fn owner(&self, card: &CardName) -> Option<String> {
        self.kept.borrow().classes.values().find_map(|cards| cards.get(&card.0).cloned())
    }

    fn write(&self, kept: &Kept) {
        if let Err(error) = keep(&self.folder, FILE, kept) {
            tracing::warn!(%error, "whose card is whose is forgotten with the next start");
        }
    }
}

/// A new list's name; without random numbers one that is no secret, and need not be.
pub fn list() -> String {
    new_id().unwrap_or_else(|_| "0".repeat(32))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn card(number: u8) -> CardName {
        CardName(format!("c0ffee{number:02x}"))
    }

    #[test]
    fn cards_are_known_after_a_restart_while_their_owners_are_in_the_class() {
        let folder = tempfile::tempdir().unwrap();
        let cards = Cards::open(folder.path());
        cards.join("7A", &card(1), "李华");
        cards.join("7A", &card(2), "Ada");
        cards.join("7A", &card(3), "Ada");
        cards.join("8B", &card(1), "李华");
        let list = cards.list();
        drop(cards);
        let cards = Cards::open(folder.path());
        assert_eq!((list.len(), cards.list()), (32, list));
        let names = ["李华", "Ada"].map(String::from);
        assert_eq!(cards.of("7A", &names), [(card(1), "李华".to_owned()), (card(3), "Ada".to_owned())]);
        assert_eq!(cards.of("7A", &names[1..]), [(card(3), "Ada".to_owned())]);
        assert_eq!(cards.owner(&card(1)).as_deref(), Some("李华"), "in the other class");
        cards.keep_only(&["7A"]);
        cards.part("7A", &card(3));
        let again = Cards::open(folder.path());
        assert_eq!((again.owner(&card(1)), again.of("7A", &names)), (None, Vec::new()));
        assert!(!format!("{again:?}").contains("Ada"));
    }

    #[test]
    fn what_cannot_be_read_is_put_aside_and_the_next_list_is_another() {
        let folder = tempfile::tempdir().unwrap();
        let list = Cards::open(folder.path()).list();
        std::fs::write(folder.path().join(FILE), "cards = nonsense").unwrap();
        let cards = Cards::open(folder.path());
        assert_ne!(cards.list(), list);
        assert!(folder.path().join("cards.toml.unreadable").exists());
    }
}
