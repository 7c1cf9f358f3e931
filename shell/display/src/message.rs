//! What the UI may ask of the display, and what the display tells the UI.

mod command;
mod live;

pub use crate::trouble::{FilmTrouble, Trouble};
use crate::{Area, Pairing, Picture, Zones};
use board::{Bitmap, MediaId, ObjectId, Paper, PersonId, View};
pub use command::{BoardCommand, PageLook};
pub use live::{LiveLoss, LiveSource, LiveState, LiveWish, SnapError};
use touch::{PanelPoint, TipClass};

/// How an answer comes back. It is called on the display thread and must only hand the value on, never wait.
pub type Reply<T> = Box<dyn FnOnce(T) + Send>;

/// What the screen shows below the UI surfaces.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Scene {
    /// The board: contacts that touch no surface are hands on the board.
    Board,
    /// Something that covers it; contacts that touch no surface go nowhere.
    #[default]
    Covered,
}

/// From the UI (any thread) to the display.
pub enum ToDisplay {
    Scene(Scene),
    Board(BoardCommand),
    /// Tools of whoever presents; they change nothing on the board.
    Present(Present),
    /// Where each person's open palette is; a contact belongs to the nearest, unless there is a stronger sign. An
    /// empty list: person 1.
    Palettes(Vec<(PersonId, PanelPoint)>),
    /// Columns of one person each; `None`: the board is one.
    Zones(Option<Zones>),
    /// A card or phone was held to a ring: the next touch inside it is that person's.
    Pair(Pairing),
    /// Passive pens with a tip of this size are a person's; `None`: nobody's.
    BindTip {
        class: TipClass,
        person: Option<PersonId>,
    },
    /// A file somebody chose: a picture is put on the page they work on, pages of other kinds behind those of the
    /// board, and the first of them is shown. The answer tells what could not come along.
    Open {
        person: PersonId,
        bytes: Vec<u8>,
        /// Files that lie beside a `.xopp`.
        beside: Vec<FileBeside>,
        reply: Reply<Result<Vec<board::format::Remark>, FileError>>,
    },
    /// The whole board as files of another program.
    Save {
        format: board::format::Format,
        reply: Reply<Result<board::format::Saved, FileError>>,
    },
    /// A page as a picture, for finding it again; `None` where there is no such page, or no time for it.
    Thumbnail {
        page: board::PageId,
        width_px: u32,
        reply: Reply<Option<Bitmap>>,
    },
    /// The whole board hangs lower by 40 % of the screen, so that its top is within reach, or not.
    Reach(bool),
    /// Ends the class: a fresh board at once, and for a while [`ToDisplay::UndoEnd`] brings the old one back. Then
    /// ink, files and all that the board kept are deleted for good.
    EndClass,
    /// The same without a way back, for whoever comes next is somebody else: [`FromDisplay::ClassEnded`] with 0, then
    /// [`FromDisplay::ClassIsOver`].
    EndForGood,
    UndoEnd,
    /// Shows the board of another folder, which is made where it is missing. All that was done on the one before is on
    /// the disk then; where that cannot be, or the other cannot be read, everything stays as it is.
    OpenBoard {
        folder: std::path::PathBuf,
        reply: Reply<Result<(), FileError>>,
    },
    /// Shows the board as it was, at first as it is; nobody can write until [`ToDisplay::LeavePast`].
    EnterPast,
    /// The board after so much of watching, in milliseconds; [`FromDisplay::Past`] says how much there is.
    GoToPast(u32),
    /// What one person did, or everybody.
    FocusPast(Option<PersonId>),
    LeavePast,
    /// A person's fingers move the view instead of writing, until it is turned off or they have rested for a while.
    FingersMove {
        person: PersonId,
        on: bool,
    },
    /// While on, every contact that comes down on the board is told: something open may have to close.
    TellTouches(bool),
    /// While on, every contact is told wherever it is, and how soon what it did was drawn: [`FromDisplay::Felt`].
    TellFelt(bool),
    /// Plays, pauses or winds a video.
    Film {
        file: MediaId,
        command: FilmCommand,
    },
    /// Cameras, other devices' screens and streams.
    Live(LiveWish),
    /// The whole screen as it is now.
    Screenshot(Reply<Picture>),
    /// Ends the display thread and, after it, the UI's event loop.
    Stop,
}

/// A file that another one names.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FileBeside {
    /// Without folders, as the other one names it.
    pub name: String,
    pub bytes: Vec<u8>,
}

/// Why a file was not opened or not written: what the person who chose it can do.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum FileError {
    #[error(transparent)]
    Format(board::format::FormatError),
    /// The board has no room for it.
    #[error("{0}")]
    Board(String),
    #[error("{0}")]
    Disk(String),
    #[error("the board is still busy with other files: wait a moment and try again")]
    Busy,
}

/// Ways to show the board. All of them lie over it and below the UI, which stays usable.
#[derive(Clone, PartialEq, Debug)]
pub enum Present {
    /// While on, the person's contacts leave a trail of light that fades, instead of ink.
    Laser { person: PersonId, on: bool },
    /// Everything but these discs is dimmed; none: the light is off. A contact beside them moves the nearest.
    Spotlight(Vec<Disc>),
    /// A curtain from one side of the screen, drawn so far (in pixels); a contact on it moves it. `None`: no curtain.
    Curtain(Option<Curtain>),
    /// What is seen of the board stays as it is now, while the board goes on below.
    Freeze(bool),
    /// Nothing is seen of the board, and it takes no contacts.
    Blank(Option<Blank>),
    /// While somebody has it, a lens follows their contact; `None`: nobody.
    Magnifier(Option<PersonId>),
}

/// What may be asked of a video.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FilmCommand {
    /// From its beginning if it has ended. One that failed is tried again.
    Play,
    Pause,
    /// To a place in the video; it plays or stands still there as before.
    Seek {
        to_ms: u32,
    },
}

/// A disc in pixels of the screen.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Disc {
    pub x: f32,
    pub y: f32,
    pub radius: f32,
}

/// The side a curtain hangs from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Side {
    Left,
    Right,
    Top,
    Bottom,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Curtain {
    pub from: Side,
    /// How many pixels of the screen it covers.
    pub covers: i32,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Blank {
    Black,
    White,
}

/// From the display to the UI; delivered on the Slint thread.
#[derive(Clone, Debug, PartialEq)]
pub enum FromDisplay {
    /// After every change of page or history.
    Status {
        /// That of the first pane.
        page: usize,
        pages: usize,
        /// From the left to the right, rows from the top.
        panes: Vec<PaneStatus>,
        people: Vec<PersonStatus>,
    },
    /// A lasso was closed around these objects.
    Selected {
        person: PersonId,
        ids: Vec<ObjectId>,
        bounds: Area,
    },
    Deselected {
        person: PersonId,
    },
    /// A text object was tapped: it may be edited now.
    TextTapped {
        id: ObjectId,
        person: PersonId,
        text: String,
        bounds: Area,
    },
    /// [`BoardCommand::PlaceText`] has put a text there.
    TextPlaced {
        id: ObjectId,
        person: PersonId,
        text: String,
        bounds: Area,
    },
    /// Two fingers held still on the board: a palette is wanted here (screen pixels).
    PaletteAsked {
        x: i32,
        y: i32,
    },
    /// A fresh board is shown; for so long the old one can be had back.
    ClassEnded {
        undoable_ms: u32,
    },
    /// The old board is back.
    ClassGoesOn,
    /// The old board is gone for good.
    ClassIsOver,
    /// The past is shown, from its end: how long it takes to watch without pauses, and who did something.
    Past {
        length_ms: u32,
        people: Vec<PersonId>,
    },
    /// The past cannot be shown: the disk does not give it back.
    NoPast,
    PastLeft,
    /// A person's fingers write again: they have moved nothing for a while.
    FingersWrite {
        person: PersonId,
    },
    /// A contact came down on the board (screen pixels), while somebody wanted to know.
    Touched {
        x: i32,
        y: i32,
    },
    /// What the panel felt since the last telling, and how long after each report the picture that followed was done.
    Felt {
        contacts: Vec<Felt>,
        drawn_us: Vec<u32>,
    },
    /// A video is in sight, there: its frames are wanted.
    VideoShown {
        file: MediaId,
        /// It is a window that shows a live source.
        live: bool,
        area: Area,
    },
    VideoHidden {
        file: MediaId,
    },
    /// A video is open, and whenever it plays, stands still, was sent elsewhere or has ended.
    Film {
        file: MediaId,
        plays: bool,
        ended: bool,
        at_ms: u32,
        /// `None` where the file does not say.
        length_ms: Option<u32>,
    },
    /// A video does not play; what was seen of it last stays.
    FilmTrouble {
        file: MediaId,
        trouble: FilmTrouble,
    },
    /// What is plugged in, while somebody looks.
    Inputs(Vec<LiveSource>),
    /// How a live source is that is on the board or in a panel, whenever that changes.
    Live {
        file: MediaId,
        name: String,
        /// It is a camera or input of this unit.
        device: bool,
        state: LiveState,
        /// Its windows stand still.
        frozen: bool,
    },
    /// A live source as a panel shows it.
    LivePicture {
        file: MediaId,
        bitmap: Bitmap,
    },
    Trouble(Trouble),
    /// The display thread has ended (window closed, or asked to stop); the event loop ends after this.
    Closed,
}

/// What one pane shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PaneStatus {
    pub page: usize,
    pub paper: Paper,
    pub view: View,
    /// Where it is, in pixels of the screen.
    pub area: Area,
}

/// What one person can do now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PersonStatus {
    pub person: PersonId,
    /// The pane that their buttons work on.
    pub pane: usize,
    pub can_undo: bool,
    pub can_redo: bool,
}

/// One report of one contact, for whoever tests the panel.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Felt {
    /// The same from its down to its lift.
    pub contact: u64,
    /// In pixels of the screen.
    pub at: (f32, f32),
    /// The longer and the shorter axis, where the panel measures them.
    pub wide_um: Option<u32>,
    pub high_um: Option<u32>,
    /// It is gone after this.
    pub lifts: bool,
    /// On the display's clock.
    pub time_us: u64,
}
