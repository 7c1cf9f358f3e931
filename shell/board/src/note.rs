//! Sticky notes: a coloured paper with words on it.
use crate::{colour::Colour, paper::Ground, point::PageRect};

/// A note. Its words are laid out to its width and made to fit its height.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Note {
    pub rect: PageRect,
    pub paper: Colour,
    /// Height of a line, in micrometres; smaller where the words would not fit.
    pub size_um: u32,
    pub colour: Colour,
    pub text: String,
}

impl Note {
    /// What its letters look like on its paper: 0x00RRGGBB.
    pub(crate) fn letters_rgb(&self) -> u32 {
        self.colour.on(Ground::Own(self.paper.rgb()))
    }
}
