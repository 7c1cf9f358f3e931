//! A page's name, and the picture that is drawn of it.
use ink::{MaskTile, Plane, TileAt};

use crate::{clock::Stamp, object::Content};

/// A page's name: the stamp of the change that brought it. Pages lie in this order until somebody moves them.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, PartialOrd, Ord, Default)]
pub struct PageId(pub Stamp);

impl PageId {
    /// The page that every board has from the beginning.
    pub const FIRST: PageId = PageId(Stamp { time: 0, actor: crate::clock::Actor(0) });
}

/// The two layers of ink of one page.
#[derive(Default)]
pub(crate) struct Picture {
    /// Highlighter, under the ink.
    pub(crate) glow: Plane,
    pub(crate) ink: Plane,
}

impl Picture {
    /// Lays one tile of an object's coverage.
    pub(crate) fn lay(&mut self, at: TileAt, mask: &MaskTile, content: &Content) {
        match content {
            Content::Stroke(stroke) if stroke.highlighter => {
                self.glow.replace(at, mask, stroke.colour.highlighter());
            }
            Content::Stroke(stroke) => self.ink.lay(at, mask, stroke.colour.ink()),
            Content::Text(text) => self.ink.lay(at, mask, text.colour.ink()),
            Content::Shape(_) | Content::Note(_) | Content::Media(_) => {}
        }
    }
}
