//! 拼音 in the editor: letters gather above the keys until a word is chosen. Each person has letters of their own.

use std::rc::Rc;

use board::PersonId;
use slint::platform::WindowEvent;
use slint::{ComponentHandle, SharedString};

use super::{Wall, words};
use crate::pinyin::Dictionary;
use screens::EditorAdapter;

impl Wall {
    /// Whether 拼音 can be written: the dictionary is read for a moment after the start.
    pub fn spells(&self) -> bool {
        self.dictionary.get().is_some_and(Option::is_some)
    }

    /// Latin letters or 拼音; without a dictionary it is said that there is none.
    pub(super) fn change_script(self: &Rc<Self>, person: PersonId) {
        let there = self.spells();
        let missing = self.dictionary.get().is_some_and(Option::is_none);
        self.give_letters(person);
        if let Some(editing) = self.editing.borrow_mut().get_mut(&person) {
            editing.pinyin = there && !editing.pinyin;
        }
        self.with_editor(person, |adapter| adapter.set_no_dictionary(missing));
        self.show_spelling(person);
    }

    /// A key while 拼音 is on; false where it is an ordinary key.
    pub(super) fn spell(self: &Rc<Self>, person: PersonId, key: &str) -> bool {
        let letter = one(key);
        let taken = self.spelling(person, |editing, dictionary| match letter {
            Some(letter) if !editing.symbols && editing.typing.add(letter, dictionary) => Taken::Key,
            _ if editing.typing.is_empty() => Taken::No,
            Some('\u{8}') => {
                editing.typing.remove(dictionary);
                Taken::Key
            }
            Some(' ') => match editing.typing.choose(0, dictionary) {
                Some(word) => Taken::Word(word),
                None => Taken::Word(editing.typing.take()),
            },
            _ => Taken::Before(editing.typing.take()),
        });
        let is_taken = !matches!(taken, Taken::No | Taken::Before(_));
        if let Taken::Word(text) | Taken::Before(text) = taken {
            self.insert(person, &text);
        }
        self.show_spelling(person);
        is_taken
    }

    /// One of the words above the keys; false where none is being spelt.
    pub(super) fn take_word(self: &Rc<Self>, person: PersonId, index: i32) -> bool {
        let taken = self.spelling(person, |editing, dictionary| {
            if editing.typing.is_empty() {
                return Taken::No;
            }
            let index = usize::try_from(index).unwrap_or(usize::MAX);
            editing.typing.choose(index, dictionary).map_or(Taken::Key, Taken::Word)
        });
        let is_taken = !matches!(taken, Taken::No);
        if let Taken::Word(word) = taken {
            self.insert(person, &word);
        }
        self.show_spelling(person);
        is_taken
    }

    /// More words, or those before.
    pub(super) fn turn_words(self: &Rc<Self>, person: PersonId, on: bool) {
        if let Some(editing) = self.editing.borrow_mut().get_mut(&person) {
            editing.typing.turn(on);
        }
        self.show_spelling(person);
    }

    /// What is spelt and not chosen is written as it is: no letter is lost.
    pub(super) fn give_letters(&self, person: PersonId) {
        let letters = self.editing.borrow_mut().get_mut(&person).map(|editing| editing.typing.take());
        self.insert(person, &letters.unwrap_or_default());
    }

    /// What is spelt and the words for it; the candidates of the whole text where nothing is.
    pub(super) fn show_spelling(&self, person: PersonId) {
        let shown = self.editing.borrow().get(&person).map(|editing| {
            let dictionary = self.dictionary.get().and_then(Option::as_ref);
            let typed = dictionary.map(|dictionary| editing.typing.shown(dictionary)).unwrap_or_default();
            let found: Vec<String> =
                editing.typing.candidates().iter().map(|candidate| candidate.text.clone()).collect();
            (editing.pinyin, typed, found, editing.typing.more())
        });
        let Some((pinyin, typed, found, (before, behind))) = shown else { return };
        let spells = !typed.is_empty();
        self.with_editor(person, |adapter| {
            adapter.set_pinyin(pinyin);
            adapter.set_typed(typed.into());
            adapter.set_more_before(before);
            adapter.set_more_behind(behind);
            if spells {
                adapter.set_candidates(words(found));
            }
        });
        if !spells {
            self.show_candidates(person);
        }
    }

    fn spelling(
        &self,
        person: PersonId,
        act: impl FnOnce(&mut super::Editing, &Dictionary) -> Taken,
    ) -> Taken {
        let dictionary = self.dictionary.get().and_then(Option::as_ref);
        let mut editing = self.editing.borrow_mut();
        match (editing.get_mut(&person), dictionary) {
            (Some(editing), Some(dictionary)) if editing.pinyin => act(editing, dictionary),
            _ => Taken::No,
        }
    }

    /// Writes where this person's cursor is.
    fn insert(&self, person: PersonId, text: &str) {
        let ui = self.editors.borrow().get(&person).map(|editor| editor.ui.clone_strong());
        for letter in text.chars().filter(|_| ui.is_some()) {
            let text = SharedString::from(letter);
            ui.iter().for_each(|ui| {
                ui.window().dispatch_event(WindowEvent::KeyPressed { text: text.clone() });
                ui.window().dispatch_event(WindowEvent::KeyReleased { text: text.clone() });
            });
        }
    }

    fn with_editor(&self, person: PersonId, act: impl FnOnce(&EditorAdapter<'_>)) {
        let ui = self.editors.borrow().get(&person).map(|editor| editor.ui.clone_strong());
        if let Some(ui) = ui {
            act(&ui.global::<EditorAdapter<'_>>());
        }
    }
}

/// What became of a key.
enum Taken {
    No,
    Key,
    Word(String),
    /// Letters that are written first; then the key counts as any other.
    Before(String),
}

/// The key's one letter or sign.
fn one(key: &str) -> Option<char> {
    let mut letters = key.chars();
    letters.next().filter(|_| letters.next().is_none())
}
