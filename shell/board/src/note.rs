//! Sticky notes: a coloured paper with words on it.
use crate::{colour::Colour, point::PageRect};

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
