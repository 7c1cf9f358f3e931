//! The boards of this unit: a sheet over the first screen with a picture of each. One is open at a time; the one before
//! is on the disk when another is shown.

mod naming;
pub mod store;

use std::cell::{Cell, RefCell};
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::time::{SystemTime, UNIX_EPOCH};

use api::shell::Element;
use board::{Bitmap, Said};
use display::{FileError, ToDisplay};
use image::{ExtendedColorType, ImageEncoder, codecs::png::PngEncoder};
use slint::{ComponentHandle, Image, SharedString};

use crate::bridge::ToUi;
use crate::class::calendar;
use crate::layout::Layout;
use crate::pinyin::Loading;
use crate::recent;
use crate::rows::{kept, kept_while};
use crate::sheet::{Kind, Sheet};
use crate::surface::Easel;
use naming::Naming;
use screens::{BoardRow, BoardsAdapter, BoardsSurface, BoardsTold};
use store::{Known, Store};

/// In design units, as the screen's file has it.
const SIZE: (f32, f32) = (1220.0, 780.0);
/// Boards that are shown; older ones have to be looked for by a computer.
const SHOWN_MAX: usize = 60;
/// How wide a small picture is, in pixels: a card on a 4K wall.
const PREVIEW_PX: u32 = 560;

/// What the sheet asks of the rest of the shell.
pub struct Parts {
    /// Where the unit keeps things.
    pub state: PathBuf,
    /// What a board may be called now; the first one is what a new board is called, if it is a lesson that runs.
    pub names: Box<dyn Fn() -> (Option<String>, Vec<String>)>,
    /// The words of 拼音, for names that are typed.
    pub dictionary: Loading,
    /// The board is this one now, in this folder.
    pub opened: Box<dyn Fn(&Path)>,
}

/// The sheet and what it knows.
pub struct Boards {
    easel: Rc<Easel>,
    layout: Layout,
    store: Store,
    parts: Parts,
    sheet: Rc<Sheet<BoardsSurface>>,
    rows: RefCell<Vec<Known>>,
    /// The board that is open.
    open: RefCell<String>,
    waits: Cell<bool>,
    /// The board that was deleted last, with what it was called.
    gone: RefCell<Option<(String, String)>>,
    naming: RefCell<Naming>,
}

impl Boards {
    /// Closed; the board that a start opens is open.
    pub fn new(easel: Rc<Easel>, layout: Layout, parts: Parts) -> Rc<Self> {
        let store = Store::new(&parts.state);
        Rc::new(Self {
            open: RefCell::new(store.open()),
            easel,
            layout,
            store,
            parts,
            sheet: Sheet::new(layout, Kind { name: "boards", size: SIZE, new: BoardsSurface::new }),
            rows: RefCell::default(),
            waits: Cell::default(),
            gone: RefCell::default(),
            naming: RefCell::default(),
        })
    }

    /// Opens the sheet.
    pub fn show(self: &Rc<Self>) {
        let boards = Rc::downgrade(self);
        let close = move || boards.upgrade().iter().for_each(|boards| boards.close());
        if let Err(error) = self.sheet.make(&self.easel, |ui| self.connect(ui), close) {
            tracing::error!(%error, "the boards could not be shown");
            return;
        }
        self.tell(BoardsTold::Nothing, "");
        self.look();
        self.with(|adapter| adapter.set_chosen(-1));
        self.sheet.show();
    }

    /// Closes it.
    pub fn close(&self) {
        self.hide_keys();
        self.sheet.hide();
    }

    /// Everything on it that a finger can use.
    pub fn list(&self, into: &mut Vec<Element>) {
        self.sheet.list(into);
        self.naming.borrow().surface().iter().for_each(|keys| keys.list(into));
    }

    fn with(&self, act: impl FnOnce(&BoardsAdapter<'_>)) {
        if let Some(ui) = self.sheet.ui() {
            act(&ui.global::<BoardsAdapter<'_>>());
        }
    }

    fn connect(self: &Rc<Self>, ui: &BoardsSurface) {
        let adapter = ui.global::<BoardsAdapter<'_>>();
        let with = |act: fn(&Self, usize)| {
            let boards = Rc::downgrade(self);
            move |at: i32| {
                if let (Some(boards), Ok(at)) = (boards.upgrade(), usize::try_from(at)) {
                    act(&boards, at);
                }
            }
        };
        adapter.on_open(with(|boards, at| {
            let id = boards.rows.borrow().get(at).map(|known| known.id.clone());
            id.into_iter().for_each(|id| boards.open(id));
        }));
        adapter.on_delete(with(Self::delete));
        let make = with(|boards, _| boards.begin());
        adapter.on_make(move || make(0));
        let back = with(|boards, _| boards.take_back());
        adapter.on_take_back(move || back(0));
        let boards = Rc::downgrade(self);
        adapter.on_rename(move |at, name| {
            if let (Some(boards), Ok(at)) = (boards.upgrade(), usize::try_from(at)) {
                boards.rename_at(at, &name);
            }
        });
        let boards = Rc::downgrade(self);
        adapter.on_type_name(move |at| {
            if let (Some(boards), Ok(at)) = (boards.upgrade(), usize::try_from(at)) {
                boards.type_name(at);
            }
        });
    }

    /// A new board, called as the lesson that runs.
    fn begin(&self) {
        let (name, _) = (self.parts.names)();
        match self.store.make(&name.unwrap_or_default(), now_ms()) {
            Ok(id) => self.open(id),
            Err(error) => {
                tracing::warn!(%error, "no new board could be made");
                self.tell(BoardsTold::Full, "");
            }
        }
    }

    /// Opens a board; the one that is open is only gone on with.
    fn open(&self, id: String) {
        if id == *self.open.borrow() {
            self.close();
            return (self.parts.opened)(Path::new(""));
        }
        let (folder, of) = (self.store.folder(&id), id.clone());
        let reply = Box::new(move |opened| crate::app::teller()(ToUi::BoardOpened { id: of, opened }));
        match self.easel.display.send(ToDisplay::OpenBoard { folder, reply }) {
            Ok(()) => self.wait(true),
            Err(error) => tracing::error!(%error, "the display does not listen"),
        }
    }

    /// A board is open, or stays closed.
    pub fn take_opened(&self, id: &str, opened: Result<(), FileError>) {
        self.wait(false);
        match opened {
            Ok(()) => {
                *self.open.borrow_mut() = id.to_owned();
                if let Err(error) = self.store.opened(id, now_ms()) {
                    tracing::warn!(%error, "which board is open is forgotten with the next start");
                }
                self.close();
                (self.parts.opened)(&self.store.folder(id));
            }
            Err(error) => {
                tracing::warn!(%error, "a board could not be opened");
                let busy = matches!(error, FileError::Busy);
                self.tell(if busy { BoardsTold::Busy } else { BoardsTold::Unreadable }, "");
                self.look();
            }
        }
    }

    fn rename_at(&self, at: usize, name: &str) {
        let id = self.rows.borrow().get(at).map(|known| known.id.clone());
        id.iter().for_each(|id| self.rename(id, name));
    }

    fn rename(&self, id: &str, name: &str) {
        if let Err(error) = self.store.rename(id, name) {
            tracing::warn!(%error, "a board keeps its name");
            self.tell(BoardsTold::Full, "");
        }
        self.look();
    }

    fn delete(&self, at: usize) {
        let known = self.rows.borrow().get(at).cloned();
        let Some(known) = known else { return };
        match self.store.put_away(&known.id) {
            Ok(()) => {
                let title = title(&known);
                self.tell(BoardsTold::Deleted, &title);
                *self.gone.borrow_mut() = Some((known.id, title));
            }
            Err(error) => {
                tracing::warn!(%error, "a board could not be deleted");
                self.tell(BoardsTold::Unreadable, "");
            }
        }
        self.with(|adapter| adapter.set_chosen(-1));
        self.look();
    }

    fn take_back(&self) {
        let gone = self.gone.borrow_mut().take();
        if let Some((id, _)) = gone
            && let Err(error) = self.store.take_back(&id)
        {
            tracing::warn!(%error, "a deleted board could not be taken back");
        }
        self.tell(BoardsTold::Nothing, "");
        self.look();
    }

    /// What is on the board that is open: its newest page is its picture when it is closed.
    pub fn take_said(&self, said: &Said) {
        let Some(page) = recent::pages(said, 1).first().map(|page| page.id) else { return };
        let id = self.open.borrow().clone();
        let reply = Box::new(move |bitmap: Option<Bitmap>| {
            if let Some(bitmap) = bitmap {
                crate::app::teller()(ToUi::Preview { id, bitmap });
            }
        });
        if let Err(error) =
            self.easel.display.send(ToDisplay::Thumbnail { page, width_px: PREVIEW_PX, reply })
        {
            tracing::error!(%error, "the display does not listen");
        }
    }

    /// Keeps a board's picture.
    pub fn take_preview(&self, id: &str, bitmap: &Bitmap) {
        let kept = png(bitmap).map(|png| self.store.keep_preview(id, &png));
        if !matches!(kept, Some(Ok(()))) {
            tracing::debug!("a board has no new picture");
        }
        if self.sheet.is_shown() {
            self.look();
        }
    }

    fn wait(&self, waits: bool) {
        self.waits.set(waits);
        self.with(|adapter| adapter.set_waits(waits));
    }

    fn tell(&self, told: BoardsTold, about: &str) {
        self.with(|adapter| {
            adapter.set_told(told);
            adapter.set_about(about.into());
        });
    }

    fn look(&self) {
        let Some(ui) = self.sheet.ui() else { return };
        let mut rows = self.store.list();
        rows.truncate(SHOWN_MAX);
        let shown: Vec<BoardRow> = rows.iter().map(|known| self.row(known)).collect();
        *self.rows.borrow_mut() = rows;
        let (_, names) = (self.parts.names)();
        let adapter = ui.global::<BoardsAdapter<'_>>();
        adapter.set_names(kept(adapter.get_names(), names.iter().map(SharedString::from)));
        let same = |one: &BoardRow, other: &BoardRow| (&one.name, &one.date) == (&other.name, &other.date);
        adapter.set_boards(kept_while(same, adapter.get_boards(), shown));
    }

    fn row(&self, known: &Known) -> BoardRow {
        let picture = self.store.preview(&known.id).and_then(|png| decode(&png));
        BoardRow {
            name: known.name.as_str().into(),
            date: date(known).into(),
            has_picture: picture.is_some(),
            picture: picture.unwrap_or_default(),
            open: known.id == *self.open.borrow(),
        }
    }
}

fn now_ms() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(now.as_millis()).unwrap_or(u64::MAX)
}

/// Month, day and time; of a board about which nobody knows when it was open, a dash.
fn date(known: &Known) -> String {
    let stamp = if known.opened_ms == 0 { String::new() } else { calendar::stamp(known.opened_ms) };
    let minutes = stamp.get(..stamp.len().saturating_sub(3)).unwrap_or_default();
    if minutes.is_empty() { "–".to_owned() } else { minutes.to_owned() }
}

fn title(known: &Known) -> String {
    if known.name.is_empty() { date(known) } else { known.name.clone() }
}

fn png(bitmap: &Bitmap) -> Option<Vec<u8>> {
    let picture = crate::wall::picture(bitmap).to_rgba8()?;
    let mut bytes = Vec::new();
    let pixels = picture.as_bytes();
    let (width, height) = (picture.width(), picture.height());
    PngEncoder::new(&mut bytes).write_image(pixels, width, height, ExtendedColorType::Rgba8).ok()?;
    Some(bytes)
}

fn decode(png: &[u8]) -> Option<Image> {
    let picture = image::load_from_memory_with_format(png, image::ImageFormat::Png).ok()?.to_rgba8();
    let (width, height) = picture.dimensions();
    let buffer =
        slint::SharedPixelBuffer::<slint::Rgba8Pixel>::clone_from_slice(picture.as_raw(), width, height);
    Some(Image::from_rgba8(buffer))
}
