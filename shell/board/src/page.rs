//! What a page is called on every board that has it.
use crate::clock::Stamp;

/// A page's name: the stamp of the change that brought it. Pages lie in this order until somebody moves them.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, PartialOrd, Ord, Default)]
pub struct PageId(pub Stamp);

impl PageId {
    /// The page that every board has from the beginning.
    pub const FIRST: PageId = PageId(Stamp { time: 0, actor: crate::clock::Actor(0) });
}
