//! A conversation with a card that ends before it should.

/// A card that leaves in the middle of its conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cut {
    /// So many commands are still answered.
    pub answered: u32,
    /// Whether the card obeys the next one before it leaves, so that only the answer is lost.
    pub obeyed: bool,
    /// What leaves then.
    pub leaves: Leaves,
}

/// What leaves in the middle of a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Leaves {
    /// The card.
    Card,
    /// The reader itself: its cable is pulled, and the card stays where it is.
    Cable,
}
