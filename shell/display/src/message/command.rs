//! What buttons do to the board, and what may be asked of it.

use super::Reply;
use crate::Area;
use board::{
    Bitmap, Colour, Fit, Grip, InstrumentTool, MediaId, MediaKind, ObjectId, PageId, Paper, PersonId, Tool,
    View, Width,
};
use touch::PanelPoint;

/// A page among the others.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PageLook {
    pub id: PageId,
    pub paper: Paper,
}

/// What a person does to the board with a button rather than a hand.
pub enum BoardCommand {
    SetTool {
        person: PersonId,
        tool: Tool,
    },
    SetColour {
        person: PersonId,
        colour: Colour,
    },
    SetWidth {
        person: PersonId,
        width: Width,
    },
    Undo {
        person: PersonId,
    },
    Redo {
        person: PersonId,
    },
    /// Adds a page at the end and shows it.
    AddPage {
        person: PersonId,
    },
    /// Puts a page behind the one the person sees, on the same paper, and shows it.
    InsertPage {
        person: PersonId,
    },
    /// Puts a copy of a page behind it, and shows it.
    DuplicatePage {
        person: PersonId,
        page: PageId,
    },
    /// Takes a page out, as one step to undo; the last one stays.
    DropPage {
        person: PersonId,
        page: PageId,
    },
    /// Moves a page so that it is the one with this number, counted from 0.
    MovePage {
        person: PersonId,
        page: PageId,
        to: usize,
    },
    /// All pages in their order.
    Pages(Reply<Vec<PageLook>>),
    /// Pages count from 0; beyond the last, the last is shown.
    GoToPage(usize),
    /// The same in another pane than the first.
    TurnTo {
        pane: usize,
        page: usize,
    },
    /// One to four panes.
    Split(usize),
    SetView {
        pane: usize,
        view: View,
    },
    /// Fingers moved a pane's view.
    MoveView {
        pane: usize,
        from: Grip,
        to: Grip,
    },
    Fit {
        pane: usize,
        fit: Fit,
    },
    /// The paper of the page that the person works on; one step to undo.
    SetPaper {
        person: PersonId,
        paper: Paper,
    },
    /// A picture that the board wanted has been decoded.
    MediaReady {
        file: MediaId,
        kind: MediaKind,
        bitmap: Bitmap,
    },
    /// A frame of a video that is in sight (opaque, 0xFFRRGGBB); `None`: it is shown as one that does not play.
    VideoFrame {
        file: MediaId,
        frame: Option<Bitmap>,
    },
    /// Removes everything from the page, as one step to undo.
    ClearPage {
        person: PersonId,
    },
    /// Lays an instrument on the board, its middle at a place of the glass; at its cross it is put away.
    LayInstrument {
        tool: InstrumentTool,
        at: PanelPoint,
    },
    ClearSelection {
        person: PersonId,
    },
    DeleteSelection {
        person: PersonId,
    },
    /// Puts text on the board, in `rect` (screen pixels), and removes what it replaces, as one step to undo.
    PlaceText {
        person: PersonId,
        rect: Area,
        text: String,
        replaces: Vec<ObjectId>,
    },
    /// Puts a sticky note on the board, in `rect` (screen pixels), with or without words.
    AddNote {
        person: PersonId,
        rect: Area,
        text: String,
    },
    EditText {
        person: PersonId,
        id: ObjectId,
        text: String,
    },
    /// The named objects in grey (255 = board, 0 = ink), for recognition; `None` if none is to be seen.
    Raster {
        ids: Vec<ObjectId>,
        height_px: u32,
        reply: Reply<Option<board::Gray>>,
    },
    /// What there is to read of the named objects: their strokes, or a raster where there is more than strokes; `None`
    /// if none is to be seen.
    Legible {
        ids: Vec<ObjectId>,
        height_px: u32,
        reply: Reply<Option<board::Legible>>,
    },
    /// Everything that texts and notes say, and which pages have ink.
    Said(Reply<board::Said>),
    /// The strokes of a page in the order in which they were written, the newest `most` of them.
    PageStrokes {
        page: board::PageId,
        most: usize,
        reply: Reply<Vec<Vec<board::Passed>>>,
    },
    /// Asks for a [`FromDisplay::Status`] now.
    Status,
}

impl BoardCommand {
    /// Who has pressed a button of their palette, where this is one.
    pub(crate) fn person(&self) -> Option<PersonId> {
        match self {
            Self::SetTool { person, .. }
            | Self::SetColour { person, .. }
            | Self::SetWidth { person, .. }
            | Self::Undo { person }
            | Self::Redo { person }
            | Self::AddPage { person }
            | Self::InsertPage { person }
            | Self::DuplicatePage { person, .. }
            | Self::DropPage { person, .. }
            | Self::MovePage { person, .. }
            | Self::ClearPage { person }
            | Self::ClearSelection { person }
            | Self::DeleteSelection { person }
            | Self::PlaceText { person, .. }
            | Self::AddNote { person, .. }
            | Self::EditText { person, .. }
            | Self::SetPaper { person, .. } => Some(*person),
            Self::Pages(_)
            | Self::GoToPage(_)
            | Self::TurnTo { .. }
            | Self::Split(_)
            | Self::SetView { .. }
            | Self::MoveView { .. }
            | Self::Fit { .. }
            | Self::MediaReady { .. }
            | Self::VideoFrame { .. }
            | Self::LayInstrument { .. }
            | Self::Raster { .. }
            | Self::Legible { .. }
            | Self::Said(_)
            | Self::PageStrokes { .. }
            | Self::Status => None,
        }
    }
}
