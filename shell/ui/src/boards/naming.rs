//! A board's name is typed, by the keys with which texts of the board are changed.

use std::rc::Rc;

use slint::{ComponentHandle, PlatformError};

use super::Boards;
use crate::surface::{Level, Surface};
use crate::typist::Typist;
use screens::{EditorSurface, TypingAdapter};

/// The field and its keys, in design units, as their file has them.
const SIZE: (f32, f32) = (800.0, 494.0);
/// Names of lessons and classes that are offered above the keys.
const OFFERED: usize = 5;
/// Ends the names of its keys; people have numbers from 1.
const NOBODY: &str = "-0";

/// The field, once it was needed.
#[derive(Default)]
pub(super) struct Naming {
    surface: Option<Surface<EditorSurface>>,
    /// Which board is being named, and by whose keys.
    now: Option<(String, Rc<Typist<EditorSurface>>)>,
}

impl Naming {
    pub(super) fn surface(&self) -> Option<&Surface<EditorSurface>> {
        self.surface.as_ref()
    }
}

impl Boards {
    /// Opens the keys for a board's name.
    pub(super) fn type_name(self: &Rc<Self>, at: usize) {
        let known = self.rows.borrow().get(at).cloned();
        let Some(known) = known else { return };
        if let Err(error) = self.make_keys() {
            tracing::error!(%error, "the keys for a board's name could not be made");
            return;
        }
        let naming = self.naming.borrow();
        let Some(keys) = naming.surface.as_ref() else { return };
        let typist = self.typist(keys.ui.clone_strong());
        keys.place.raise();
        keys.set_visible(true);
        typist.begin(&known.name);
        drop(naming);
        self.naming.borrow_mut().now = Some((known.id, typist));
    }

    fn make_keys(&self) -> Result<(), PlatformError> {
        if self.naming.borrow().surface.is_none() {
            let rect = self.layout.above_dock(SIZE, self.layout.dock());
            let keys = self.easel.make("board-name", rect, Level::Passing, None, EditorSurface::new)?;
            keys.ui.global::<TypingAdapter<'_>>().set_tag(NOBODY.into());
            self.naming.borrow_mut().surface = Some(keys);
        }
        Ok(())
    }

    fn typist(self: &Rc<Self>, ui: EditorSurface) -> Rc<Typist<EditorSurface>> {
        let boards = Rc::downgrade(self);
        let others = move |typed: &str| {
            let names = boards.upgrade().map(|boards| (boards.parts.names)().1).unwrap_or_default();
            offered(&names, typed)
        };
        let boards = Rc::downgrade(self);
        let done = move |keep| boards.upgrade().iter().for_each(|boards| boards.name_is_typed(keep));
        Typist::at(ui, self.parts.dictionary.clone(), Box::new(others), done)
    }

    fn name_is_typed(&self, keep: bool) {
        let Some((id, typist)) = self.naming.borrow_mut().now.take() else { return };
        let name = typist.finish();
        self.hide_keys();
        if keep {
            self.rename(&id, name.trim());
        }
    }

    /// Nobody types a name any more.
    pub(super) fn hide_keys(&self) {
        let mut naming = self.naming.borrow_mut();
        naming.now = None;
        naming.surface.iter().for_each(|keys| keys.set_visible(false));
    }
}

/// The names that begin with or hold what is typed, all of them while nothing is.
fn offered(names: &[String], typed: &str) -> Vec<String> {
    let typed = typed.trim().to_lowercase();
    let fits = |name: &&String| **name != typed && name.to_lowercase().contains(&typed);
    names.iter().filter(fits).take(OFFERED).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_offered_that_fit_what_is_typed() {
        let names = ["Maths", "语文", "Physics", "7A", "7B", "8A", "Music"].map(String::from);
        assert_eq!(offered(&names, " "), ["Maths", "语文", "Physics", "7A", "7B"]);
        assert_eq!(offered(&names, "m"), ["Maths", "Music"]);
        assert_eq!(offered(&names, "A"), ["Maths", "7A", "8A"]);
        assert_eq!(offered(&names, "语"), ["语文"]);
        assert!(offered(&names, "语文").is_empty() && offered(&names, "x").is_empty());
    }
}
