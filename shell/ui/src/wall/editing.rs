//! Changing a text on the board: each person has an editor with a keyboard and a cursor of their own.

use std::rc::Rc;

use board::{ObjectId, PersonId};
use display::{Area, BoardCommand};
use slint::{ComponentHandle, PlatformError};

use super::Wall;
use crate::keyboard;
use crate::pinyin::Loading;
use crate::surface::Level;
use crate::typist::Typist;
use screens::{EditorSurface, TypingAdapter};

/// One text in one person's hands.
pub(super) struct Editing {
    /// `None`: a new text, to be put in a place of the screen.
    id: Option<ObjectId>,
    place: Area,
    /// What it said when it was opened.
    before: String,
    typist: Rc<Typist<EditorSurface>>,
}

impl Wall {
    /// Whether 拼音 can be written: the dictionary is read for a moment after the start.
    pub fn spells(&self) -> bool {
        self.dictionary.get().is_some_and(Option::is_some)
    }

    /// The words of 拼音.
    pub fn dictionary(&self) -> Loading {
        self.dictionary.clone()
    }

    pub(super) fn edit(
        self: &Rc<Self>,
        person: PersonId,
        id: ObjectId,
        text: String,
        bounds: Area,
    ) -> Result<(), PlatformError> {
        self.begin_editing(person, Some(id), text, bounds)
    }

    /// A text that is not there yet.
    pub(super) fn edit_new(self: &Rc<Self>, person: PersonId, place: Area) -> Result<(), PlatformError> {
        self.begin_editing(person, None, String::new(), place)
    }

    fn begin_editing(
        self: &Rc<Self>,
        person: PersonId,
        id: Option<ObjectId>,
        before: String,
        place: Area,
    ) -> Result<(), PlatformError> {
        let rect = self.layout.editor(place);
        if !self.editors.borrow().contains_key(&person) {
            let editor = self.easel.make("editor", rect, Level::Passing, Some(person), EditorSurface::new)?;
            editor.ui.global::<TypingAdapter<'_>>().set_tag(format!("-{}", person.number()).into());
            self.editors.borrow_mut().insert(person, editor);
        }
        let editors = self.editors.borrow();
        let Some(editor) = editors.get(&person) else { return Ok(()) };
        let typist = self.typist(editor.ui.clone_strong(), person, id, &before);
        editor.place.set_rect(rect);
        editor.place.raise();
        editor.set_visible(self.state.borrow().visible);
        // The editor has one line; the board keeps lines, so they are shown with a sign and given back.
        typist.begin(&before.replace('\n', LINE_SIGN));
        self.editing.borrow_mut().insert(person, Editing { id, place, before, typist });
        Ok(())
    }

    fn typist(
        self: &Rc<Self>,
        ui: EditorSurface,
        person: PersonId,
        id: Option<ObjectId>,
        before: &str,
    ) -> Rc<Typist<EditorSurface>> {
        let (wall, before) = (Rc::downgrade(self), before.replace('\n', LINE_SIGN));
        let others = move |shown: &str| {
            // What the recogniser thought of comes before what letters look like.
            let text = shown.replace(LINE_SIGN, "\n");
            let known = wall.upgrade().zip(id).map(|(wall, id)| wall.others(id, &text));
            let mut found = known.unwrap_or_default();
            found.iter_mut().for_each(|other| *other = other.replace('\n', LINE_SIGN));
            found.extend(keyboard::candidates(shown, &before));
            found.truncate(keyboard::CANDIDATES_MAX);
            found
        };
        let wall = Rc::downgrade(self);
        let done = move |keep| wall.upgrade().iter().for_each(|wall| wall.finish(person, keep));
        Typist::at(ui, self.dictionary.clone(), Box::new(others), done)
    }

    pub(super) fn finish(&self, person: PersonId, keep: bool) {
        let Some(editing) = self.editing.borrow_mut().remove(&person) else { return };
        let text = editing.typist.finish().replace(LINE_SIGN, "\n");
        self.editors.borrow().get(&person).iter().for_each(|editor| editor.set_visible(false));
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
