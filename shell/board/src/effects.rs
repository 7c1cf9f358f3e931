//! What a touch or a command leads to: pixels to show, ops to keep, events to tell.
use ink::{Damage, Rect};

use crate::{
    media::{MediaId, MediaKind},
    object::ObjectId,
    op::Op,
    person::PersonId,
    point::{PageRect, PanelPoint},
};

/// Something the screens want to know.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum BoardEvent {
    /// A lasso closed around objects, or a selection moved. `bounds` is around them, in micrometres.
    Selected { person: PersonId, ids: Vec<ObjectId>, bounds: PageRect },
    /// The person's selection is gone.
    Deselected { person: PersonId },
    /// A text was tapped with the hand tool.
    TextTapped { person: PersonId, id: ObjectId, text: String, bounds: PageRect },
    /// A video was tapped with the hand tool; it is selected as well.
    VideoTapped { person: PersonId, file: MediaId },
    /// Objects were left alone because somebody else has them in hand.
    Held { person: PersonId, holder: PersonId, ids: Vec<ObjectId> },
    /// A contact rested in place: somebody wants a palette here.
    PaletteAsked { at: PanelPoint },
    /// A picture is to be shown that wide and is not at hand: decode it and give it to [`Board::media_ready`].
    ///
    /// [`Board::media_ready`]: crate::Board::media_ready
    MediaWanted { file: MediaId, kind: MediaKind, width_px: u32 },
    /// A video is in sight, there, or something that is live: give its frames to [`Board::video_frame`].
    ///
    /// [`Board::video_frame`]: crate::Board::video_frame
    VideoShown { file: MediaId, live: bool, rect_px: Rect },
    /// A video is out of sight.
    VideoHidden { file: MediaId },
    /// The page, the number of pages, or what somebody can undo changed.
    StatusChanged,
}

/// The consequences of one call into the board. Nothing has been written or shown yet: that is the caller's.
#[must_use = "the damage must be shown and the ops written"]
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Effects {
    /// Pixels of the board that may have changed.
    pub damage: Damage,
    /// For the journal, in this order.
    pub ops: Vec<Op>,
    pub events: Vec<BoardEvent>,
}

impl Effects {
    pub fn is_empty(&self) -> bool {
        self.damage.is_empty() && self.ops.is_empty() && self.events.is_empty()
    }

    /// Adds the consequences of a later call.
    pub fn extend(&mut self, later: Effects) {
        self.damage.extend(later.damage);
        self.ops.extend(later.ops);
        self.events.extend(later.events);
    }
}
