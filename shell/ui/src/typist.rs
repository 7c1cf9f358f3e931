//! One person's typing into a field of their own: keys, capitals, signs, 拼音, and words to choose. What is typed belongs
//! to whoever opened the field.

use std::cell::RefCell;
use std::rc::Rc;

use slint::platform::{Key, WindowEvent};
use slint::{ComponentHandle, Model, ModelRc, SharedString, VecModel};

use crate::keyboard;
use crate::pinyin::{Dictionary, Loading, Typing};
use crate::rows::kept_keys;
use screens::{EditorAdapter, EditorSurface, FinderSurface, TypingAdapter};

/// What a whole text may be instead.
type Others = Box<dyn Fn(&str) -> Vec<String>>;

/// What a field asks of whoever opened it.
pub(crate) struct Parts {
    /// What the text may be instead.
    pub(crate) others: Others,
    /// All of the text with one of those chosen.
    pub(crate) whole: Box<dyn Fn(&str) -> String>,
    /// It is another text now.
    pub(crate) edited: Box<dyn Fn()>,
}

/// A surface with a field and its keys.
pub(crate) trait Field: ComponentHandle + 'static {
    /// What is typed there.
    fn typing(&self) -> TypingAdapter<'_>;
    /// The cursor goes to the end of the text.
    fn focus(&self);
}

impl Field for EditorSurface {
    fn typing(&self) -> TypingAdapter<'_> {
        self.global()
    }

    fn focus(&self) {
        self.invoke_begin();
    }
}

impl Field for FinderSurface {
    fn typing(&self) -> TypingAdapter<'_> {
        self.global()
    }

    fn focus(&self) {
        self.invoke_begin();
    }
}

/// The field with its keys, and who types.
pub(crate) struct Typist<F> {
    ui: F,
    dictionary: Loading,
    keys: RefCell<Keys>,
    parts: Parts,
}

#[derive(Default)]
struct Keys {
    shifted: bool,
    symbols: bool,
    /// Letters are syllables.
    pinyin: bool,
    typing: Typing,
}

/// What became of a key.
enum Taken {
    No,
    Key,
    Word(String),
    /// Letters that are written first; then the key counts as any other.
    Before(String),
}

impl Typist<EditorSurface> {
    /// At a sheet of its own for one text. `done` is told when somebody has finished; true: what was typed counts.
    pub(crate) fn at(
        ui: EditorSurface,
        dictionary: Loading,
        others: Others,
        done: impl Fn(bool) + Clone + 'static,
    ) -> Rc<Self> {
        let adapter = ui.global::<EditorAdapter<'_>>();
        let cancel = done.clone();
        adapter.on_done(move || done(true));
        adapter.on_cancel(move || cancel(false));
        Self::new(ui, dictionary, Parts { others, whole: Box::new(str::to_owned), edited: Box::new(|| {}) })
    }
}

impl<F: Field> Typist<F> {
    /// At this field, which tells of keys until another is made for it.
    pub(crate) fn new(ui: F, dictionary: Loading, parts: Parts) -> Rc<Self> {
        let typist = Rc::new(Self { ui, dictionary, keys: RefCell::default(), parts });
        typist.connect();
        typist
    }

    /// With this text, its end under the cursor.
    pub(crate) fn begin(&self, text: &str) {
        self.keys.borrow_mut().typing = Typing::default();
        self.ui.window().dispatch_event(WindowEvent::WindowActiveChanged(true));
        self.write(text);
        self.show_keys();
    }

    /// Nothing is there any more.
    pub(crate) fn forget(&self) {
        self.keys.borrow_mut().typing = Typing::default();
        self.adapter().set_text(SharedString::default());
        self.show_spelling();
    }

    /// Another text, its end under the cursor.
    pub(crate) fn write(&self, text: &str) {
        self.adapter().set_text(text.into());
        self.ui.focus();
        self.show_spelling();
    }

    /// What is there now. What is spelt and not chosen is written as it is: no letter is lost.
    pub(crate) fn finish(&self) -> String {
        self.give_letters();
        self.adapter().get_text().into()
    }

    fn adapter(&self) -> TypingAdapter<'_> {
        self.ui.typing()
    }

    fn connect(self: &Rc<Self>) {
        let with = |act: fn(&Self)| {
            let typist = Rc::downgrade(self);
            move || {
                if let Some(typist) = typist.upgrade() {
                    act(&typist);
                }
            }
        };
        let adapter = self.adapter();
        let typist = Rc::downgrade(self);
        adapter.on_key(move |letter| {
            if let Some(typist) = typist.upgrade().filter(|typist| !typist.spell(&letter)) {
                typist.press(letter);
            }
        });
        let typist = Rc::downgrade(self);
        adapter.on_take(move |index| {
            if let (Some(typist), Ok(index)) = (typist.upgrade(), usize::try_from(index))
                && !typist.take_word(index)
            {
                typist.take_other(index);
            }
        });
        adapter.on_script(with(Self::change_script));
        adapter.on_more(with(|typist| typist.turn_words(true)));
        adapter.on_fewer(with(|typist| typist.turn_words(false)));
        adapter.on_backspace(with(|typist| {
            let key = SharedString::from(Key::Backspace);
            if !typist.spell(&key) {
                typist.press(key);
            }
        }));
        adapter.on_shift(with(|typist| typist.switch(|keys| keys.shifted = !keys.shifted)));
        adapter.on_other_keys(with(|typist| typist.switch(|keys| keys.symbols = !keys.symbols)));
        adapter.on_edited(with(|typist| {
            typist.show_others();
            (typist.parts.edited)();
        }));
    }

    /// A key goes to this field's own window, so two people type into two texts.
    fn press(&self, text: SharedString) {
        self.ui.window().dispatch_event(WindowEvent::KeyPressed { text: text.clone() });
        self.ui.window().dispatch_event(WindowEvent::KeyReleased { text });
        self.switch(|keys| keys.shifted = false);
        self.show_others();
    }

    fn switch(&self, change: impl FnOnce(&mut Keys)) {
        change(&mut self.keys.borrow_mut());
        self.show_keys();
    }

    fn show_keys(&self) {
        let (adapter, keys) = (self.adapter(), self.keys.borrow());
        adapter.set_shifted(keys.shifted);
        adapter.set_symbols(keys.symbols);
        adapter.set_rows(kept_keys(adapter.get_rows(), keyboard::rows(keys.symbols, keys.shifted)));
    }

    fn show_others(&self) {
        let adapter = self.adapter();
        adapter.set_candidates(words((self.parts.others)(&adapter.get_text())));
    }

    fn take_other(&self, index: usize) {
        let adapter = self.adapter();
        if let Some(chosen) = adapter.get_candidates().row_data(index) {
            adapter.set_text((self.parts.whole)(&chosen).into());
            self.ui.focus();
            (self.parts.edited)();
        }
        self.show_others();
    }

    /// Latin letters or 拼音; without a dictionary it is said that there is none.
    fn change_script(&self) {
        let there = self.dictionary.get().is_some_and(Option::is_some);
        let missing = self.dictionary.get().is_some_and(Option::is_none);
        self.give_letters();
        let mut keys = self.keys.borrow_mut();
        keys.pinyin = there && !keys.pinyin;
        drop(keys);
        self.adapter().set_no_dictionary(missing);
        self.show_spelling();
    }

    /// A key while 拼音 is on; false where it is an ordinary key.
    fn spell(&self, key: &str) -> bool {
        let letter = one(key);
        let taken = self.spelling(|keys, dictionary| match letter {
            Some(letter) if !keys.symbols && keys.typing.add(letter, dictionary) => Taken::Key,
            _ if keys.typing.is_empty() => Taken::No,
            Some('\u{8}') => {
                keys.typing.remove(dictionary);
                Taken::Key
            }
            Some(' ') => match keys.typing.choose(0, dictionary) {
                Some(word) => Taken::Word(word),
                None => Taken::Word(keys.typing.take()),
            },
            _ => Taken::Before(keys.typing.take()),
        });
        let is_taken = !matches!(taken, Taken::No | Taken::Before(_));
        if let Taken::Word(text) | Taken::Before(text) = taken {
            self.insert(&text);
        }
        self.show_spelling();
        is_taken
    }

    /// One of the words above the keys; false where none is being spelt.
    fn take_word(&self, index: usize) -> bool {
        let taken = self.spelling(|keys, dictionary| {
            if keys.typing.is_empty() {
                return Taken::No;
            }
            keys.typing.choose(index, dictionary).map_or(Taken::Key, Taken::Word)
        });
        let is_taken = !matches!(taken, Taken::No);
        if let Taken::Word(word) = taken {
            self.insert(&word);
        }
        self.show_spelling();
        is_taken
    }

    /// More words, or those before.
    fn turn_words(&self, on: bool) {
        self.keys.borrow_mut().typing.turn(on);
        self.show_spelling();
    }

    fn give_letters(&self) {
        let letters = self.keys.borrow_mut().typing.take();
        self.insert(&letters);
    }

    /// What is spelt and the words for it; what the whole text may be where nothing is.
    fn show_spelling(&self) {
        let (typed, found) = {
            let (adapter, keys) = (self.adapter(), self.keys.borrow());
            let dictionary = self.dictionary.get().and_then(Option::as_ref);
            let typed = dictionary.map(|dictionary| keys.typing.shown(dictionary)).unwrap_or_default();
            let (before, behind) = keys.typing.more();
            adapter.set_pinyin(keys.pinyin);
            adapter.set_typed(typed.as_str().into());
            adapter.set_more_before(before);
            adapter.set_more_behind(behind);
            let found: Vec<String> =
                keys.typing.candidates().iter().map(|candidate| candidate.text.clone()).collect();
            (typed, found)
        };
        if typed.is_empty() {
            self.show_others();
        } else {
            self.adapter().set_candidates(words(found));
        }
    }

    fn spelling(&self, act: impl FnOnce(&mut Keys, &Dictionary) -> Taken) -> Taken {
        let mut keys = self.keys.borrow_mut();
        match self.dictionary.get().and_then(Option::as_ref) {
            Some(dictionary) if keys.pinyin => act(&mut keys, dictionary),
            _ => Taken::No,
        }
    }

    /// Writes where the cursor is.
    fn insert(&self, text: &str) {
        for letter in text.chars() {
            let text = SharedString::from(letter);
            self.ui.window().dispatch_event(WindowEvent::KeyPressed { text: text.clone() });
            self.ui.window().dispatch_event(WindowEvent::KeyReleased { text });
        }
    }
}

/// The key's one letter or sign.
fn one(key: &str) -> Option<char> {
    let mut letters = key.chars();
    letters.next().filter(|_| letters.next().is_none())
}

pub(crate) fn words(texts: Vec<String>) -> ModelRc<SharedString> {
    ModelRc::new(VecModel::from(texts.into_iter().map(SharedString::from).collect::<Vec<_>>()))
}
