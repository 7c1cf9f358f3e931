//! What tells a ghost from a finger where the column of one contact and the row of another cross.
//!
//! A ghost is made by two fingers: it stands where one's column and the other's row cross, appears when the later of
//! the two has come, and moves as neither of them does but exactly as their crossing. Many hands write from left to
//! right at the same pace, so one direction alone, or roughly, is no proof: then a finger's ink would be lost.

use crate::{Contact, ContactId, PanelPoint};
use std::collections::BTreeMap;

/// Fingers of one hand lie closer together than this, and make no ghost that matters.
const APART_UM: i32 = 15_000;
/// A ghost is there at once or within a few frames after the later of its two fingers: five at 80 Hz.
const APPEARS_US: u64 = 62_500;
/// Proof: one finger has taken the contact along by this much in one direction, the other in the other one, and it has
/// moved as much against each of them ...
const PROOF_UM: i32 = 10_000;
/// ... never further beside the crossing than this: the same shadows are measured twice, each to a millimetre ...
const FOLLOWS_UM: i32 = 2_000;
/// ... and never further than this part of the way: two people who draw at nearly the same pace are not so exact.
const EXACT: i32 = 8;

/// A contact that is down, and when it began.
#[derive(Clone, Copy, Debug)]
pub(super) struct Seen {
    pub(super) contact: Contact,
    pub(super) came_us: u64,
}

/// All that may have made a contact up.
#[derive(Debug)]
pub(super) struct Crossing {
    columns: Vec<Maker>,
    rows: Vec<Maker>,
    /// When the last two that would explain it were gone.
    pub(super) orphaned_us: Option<u64>,
}

/// One finger in the contact's column or row.
#[derive(Debug)]
struct Maker {
    id: ContactId,
    came_us: u64,
    is_gone: bool,
    /// The contact's place less the maker's, in the direction that they share, whenever the contact said one ...
    beside: Span,
    /// ... and in the other one.
    against: Span,
    /// Where the maker was, in the direction that they share.
    way: Span,
}

/// The least and the most of something.
#[derive(Clone, Copy, Debug)]
struct Span(i32, i32);

/// In a column `x` is shared, in a row `y`.
type Part = fn(PanelPoint) -> i32;
const X: Part = |at| at.x_um;
const Y: Part = |at| at.y_um;

impl Crossing {
    /// The crossing that a new contact stands on, if it may be a ghost. Of two that come in one frame and their ghosts
    /// nothing tells which are which, so one at least must have been there before.
    pub(super) fn find<'a>(
        contact: &Contact,
        now_us: u64,
        others: impl Iterator<Item = &'a Seen> + Clone,
        within_um: i32,
    ) -> Option<Self> {
        let makers = |along: Part, across: Part| -> Vec<Maker> {
            let makes = |other: &&Seen| {
                let (own, other) = (contact, &other.contact);
                // A ghost is no larger than the fingers that make it.
                other.major_um.zip(own.major_um).is_none_or(|(other, own)| own <= other)
                    && (along(other.at) - along(own.at)).abs() <= within_um
                    && (across(other.at) - across(own.at)).abs() > APART_UM
            };
            others.clone().filter(makes).map(Maker::new).collect()
        };
        let crossing = Self { columns: makers(X, Y), rows: makers(Y, X), orphaned_us: None };
        let before = |maker: &Maker| maker.came_us < now_us;
        let any_before = crossing.columns.iter().chain(&crossing.rows).any(before);
        (any_before && crossing.explains(now_us)).then_some(crossing)
    }

    /// Takes in where everyone is after a frame. `spoke`: the frame had a place of the contact's own; a ghost that says
    /// nothing may be a step of a beam behind.
    pub(super) fn look(
        &mut self,
        at: PanelPoint,
        spoke: bool,
        live: &BTreeMap<ContactId, Seen>,
        within_um: i32,
    ) {
        for (makers, along, across) in [(&mut self.columns, X, Y), (&mut self.rows, Y, X)] {
            makers.retain_mut(|maker| {
                let Some(seen) = live.get(&maker.id).filter(|_| !maker.is_gone) else {
                    maker.is_gone = true;
                    return true;
                };
                let other = seen.contact.at;
                let beside = along(at) - along(other);
                if spoke {
                    maker.beside.add(beside);
                    maker.against.add(across(at) - across(other));
                    maker.way.add(along(other));
                }
                maker.beside.width() <= within_um && beside.abs() <= within_um * 2
            });
        }
    }

    /// True while two fingers could make a contact up that began at `began_us`.
    pub(super) fn explains(&self, began_us: u64) -> bool {
        let timely = |maker: &Maker| began_us.saturating_sub(maker.came_us) <= APPEARS_US;
        !self.columns.is_empty() && !self.rows.is_empty() && self.columns.iter().chain(&self.rows).any(timely)
    }

    /// True while the contact has kept to the crossing in all that it has said.
    pub(super) fn is_followed(&self) -> bool {
        self.columns.iter().any(Maker::follows) && self.rows.iter().any(Maker::follows)
    }

    /// True while the contact moves as no finger would.
    pub(super) fn is_proven(&self) -> bool {
        self.columns.iter().any(Maker::takes_along) && self.rows.iter().any(Maker::takes_along)
    }

    /// True if all of one kind are gone: nothing makes it up any more.
    pub(super) fn is_orphaned(&self) -> bool {
        [&self.columns, &self.rows].iter().any(|makers| makers.iter().all(|maker| maker.is_gone))
    }
}

impl Maker {
    fn new(seen: &Seen) -> Self {
        let (id, came_us) = (seen.contact.id, seen.came_us);
        Self { id, came_us, is_gone: false, beside: Span::NONE, against: Span::NONE, way: Span::NONE }
    }

    fn follows(&self) -> bool {
        self.beside.width() <= FOLLOWS_UM
    }

    fn takes_along(&self) -> bool {
        let way = self.way.width();
        self.follows()
            && self.beside.width() <= way / EXACT
            && way >= PROOF_UM
            && self.against.width() >= PROOF_UM
    }
}

impl Span {
    const NONE: Self = Self(i32::MAX, i32::MIN);

    fn add(&mut self, place: i32) {
        *self = Self(self.0.min(place), self.1.max(place));
    }

    fn width(self) -> i32 {
        self.1.saturating_sub(self.0).max(0)
    }
}
