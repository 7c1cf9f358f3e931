//! Changing a text on the board: each person has an editor with a keyboard and a cursor of their own.

mod spelling;

use std::rc::Rc;

use board::{ObjectId, PersonId};
use display::{Area, BoardCommand};
use slint::platform::{Key, WindowEvent};
use slint::{ComponentHandle, Model, ModelRc, PlatformError, SharedString, VecModel};

use super::Wall;
use crate::keyboard;
use crate::pinyin::Typing;
use crate::rows::kept_keys;
use crate::surface::{Level, Surface};
use screens::{EditorAdapter, EditorSurface};

/// One text in one person's hands.
#[derive(Clone, Debug)]
pub(super) struct Editing {
    /// `None`: a new text, to be put in a place of the screen.
    id: Option<ObjectId>,
    place: Area,
    /// What it said when it was opened.
    before: String,
    shifted: bool,
    symbols: bool,
    /// Letters are syllables.
    pinyin: bool,
    typing: Typing,
}

impl Wall {
    pub(super) fn edit(
        self: &Rc<Self>,
        person: PersonId,
        id: ObjectId,
        text: String,
        bounds: Area,
    ) -> Result<(), PlatformError> {
        if !self.editors.borrow().contains_key(&person) {
            self.add_editor(person, bounds)?;
        }
        let editing = Editing {
            id: Some(id),
            place: bounds,
            before: text.clone(),
            shifted: false,
            symbols: false,
            pinyin: false,
            typing: Typing::default(),
        };
        self.begin_editing(person, editing);
        Ok(())
    }

    /// A text that is not there yet.
    pub(super) fn edit_new(self: &Rc<Self>, person: PersonId, place: Area) -> Result<(), PlatformError> {
        if !self.editors.borrow().contains_key(&person) {
            self.add_editor(person, place)?;
        }
        let editing = Editing {
            id: None,
            place,
            before: String::new(),
            shifted: false,
            symbols: false,
            pinyin: false,
            typing: Typing::default(),
        };
        self.begin_editing(person, editing);
        Ok(())
    }

    fn begin_editing(&self, person: PersonId, editing: Editing) {
        let (text, bounds) = (editing.before.clone(), editing.place);
        self.editing.borrow_mut().insert(person, editing);
        let editors = self.editors.borrow();
        let Some(editor) = editors.get(&person) else { return };
        // The editor has one line; the board keeps lines, so they are shown with a sign and given back.
        editor.ui.global::<EditorAdapter<'_>>().set_text(text.replace('\n', LINE_SIGN).into());
        editor.place.set_rect(self.layout.editor(bounds));
        editor.place.raise();
        editor.set_visible(self.state.borrow().visible);
        editor.ui.window().dispatch_event(WindowEvent::WindowActiveChanged(true));
        editor.ui.invoke_begin();
        self.show_keys(person);
        self.show_spelling(person);
    }

    fn add_editor(self: &Rc<Self>, person: PersonId, bounds: Area) -> Result<(), PlatformError> {
        let rect = self.layout.editor(bounds);
        let editor = self.easel.make("editor", rect, Level::Passing, Some(person), EditorSurface::new)?;
        self.connect_editor(person, &editor);
        self.editors.borrow_mut().insert(person, editor);
        Ok(())
    }

    fn connect_editor(self: &Rc<Self>, person: PersonId, editor: &Surface<EditorSurface>) {
        let adapter = editor.ui.global::<EditorAdapter<'_>>();
        adapter.set_person(person.number().into());
        let with = |act: fn(&Rc<Wall>, PersonId)| {
            let wall = Rc::downgrade(self);
            move || {
                if let Some(wall) = wall.upgrade() {
                    act(&wall, person);
                }
            }
        };
        let wall = Rc::downgrade(self);
        adapter.on_key(move |letter| {
            if let Some(wall) = wall.upgrade().filter(|wall| !wall.spell(person, &letter)) {
                wall.press(person, letter);
            }
        });
        let wall = Rc::downgrade(self);
        adapter.on_take(move |index| {
            if let Some(wall) = wall.upgrade().filter(|wall| !wall.take_word(person, index)) {
                wall.take_candidate(person, index);
            }
        });
        adapter.on_script(with(Wall::change_script));
        adapter.on_more(with(|wall, person| wall.turn_words(person, true)));
        adapter.on_fewer(with(|wall, person| wall.turn_words(person, false)));
        adapter.on_backspace(with(|wall, person| {
            let key = SharedString::from(Key::Backspace);
            if !wall.spell(person, &key) {
                wall.press(person, key);
            }
        }));
        adapter
            .on_shift(with(|wall, person| wall.switch(person, |editing| editing.shifted = !editing.shifted)));
        adapter.on_other_keys(with(|wall, person| {
            wall.switch(person, |editing| editing.symbols = !editing.symbols)
        }));
        adapter.on_edited(with(|wall, person| wall.show_candidates(person)));
        adapter.on_done(with(|wall, person| wall.finish(person, true)));
        adapter.on_cancel(with(|wall, person| wall.finish(person, false)));
    }

    /// A key goes to this person's own window, so two people type into two texts.
    fn press(&self, person: PersonId, text: SharedString) {
        if let Some(editor) = self.editors.borrow().get(&person) {
            editor.ui.window().dispatch_event(WindowEvent::KeyPressed { text: text.clone() });
            editor.ui.window().dispatch_event(WindowEvent::KeyReleased { text });
        }
        self.switch(person, |editing| editing.shifted = false);
        self.show_candidates(person);
    }

    fn switch(&self, person: PersonId, change: impl FnOnce(&mut Editing)) {
        if let Some(editing) = self.editing.borrow_mut().get_mut(&person) {
            change(editing);
        }
        self.show_keys(person);
    }

    fn show_keys(&self, person: PersonId) {
        let (editors, editing) = (self.editors.borrow(), self.editing.borrow());
        let (Some(editor), Some(editing)) = (editors.get(&person), editing.get(&person)) else { return };
        let adapter = editor.ui.global::<EditorAdapter<'_>>();
        adapter.set_shifted(editing.shifted);
        adapter.set_symbols(editing.symbols);
        adapter.set_rows(kept_keys(adapter.get_rows(), keyboard::rows(editing.symbols, editing.shifted)));
    }

    fn show_candidates(&self, person: PersonId) {
        let (editors, editing) = (self.editors.borrow(), self.editing.borrow());
        let (Some(editor), Some(editing)) = (editors.get(&person), editing.get(&person)) else { return };
        let adapter = editor.ui.global::<EditorAdapter<'_>>();
        let before = editing.before.replace('\n', LINE_SIGN);
        // What the recogniser thought of comes before what letters look like.
        let text = adapter.get_text().replace(LINE_SIGN, "\n");
        let mut found = editing.id.map(|id| self.others(id, &text)).unwrap_or_default();
        found.iter_mut().for_each(|other| *other = other.replace('\n', LINE_SIGN));
        found.extend(keyboard::candidates(&adapter.get_text(), &before));
        found.truncate(keyboard::CANDIDATES_MAX);
        adapter.set_candidates(words(found));
    }

    fn take_candidate(&self, person: PersonId, index: i32) {
        let chosen = self.editors.borrow().get(&person).and_then(|editor| {
            let candidates = editor.ui.global::<EditorAdapter<'_>>().get_candidates();
            candidates.iter().nth(usize::try_from(index).ok()?)
        });
        if let (Some(chosen), Some(editor)) = (chosen, self.editors.borrow().get(&person)) {
            editor.ui.global::<EditorAdapter<'_>>().set_text(chosen);
            editor.ui.invoke_begin();
        }
        self.show_candidates(person);
    }

    pub(super) fn finish(&self, person: PersonId, keep: bool) {
        if keep {
            self.give_letters(person);
        }
        let Some(editing) = self.editing.borrow_mut().remove(&person) else { return };
        let editors = self.editors.borrow();
        let Some(editor) = editors.get(&person) else { return };
        editor.set_visible(false);
        let text = editor.ui.global::<EditorAdapter<'_>>().get_text().replace(LINE_SIGN, "\n");
        match editing.id {
            _ if !keep || text == editing.before => {}
            Some(id) => {
                self.withdraw_text(id);
                self.command(BoardCommand::EditText { person, id, text });
            }
            None => {
                let replaces = Vec::new();
                self.command(BoardCommand::PlaceText { person, rect: editing.place, text, replaces });
            }
        }
    }
}

/// Stands for the end of a line in the one-line editor.
const LINE_SIGN: &str = "⏎";

pub(super) fn words(texts: Vec<String>) -> ModelRc<SharedString> {
    ModelRc::new(VecModel::from(texts.into_iter().map(SharedString::from).collect::<Vec<_>>()))
}
