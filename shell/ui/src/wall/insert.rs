//! What is put on the board: a note, a text, a file from the inbox or from what is plugged in. What goes wrong is said
//! beside whoever asked, and stops nobody else.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::time::Duration;

use board::PersonId;
use board::format::FormatError;
use display::{BoardCommand, FileError, ToDisplay};
use slint::{
    ComponentHandle, Image, ModelRc, PlatformError, Rgba8Pixel, SharedPixelBuffer, Timer, TimerMode, VecModel,
};

use super::Wall;
use super::panels::Sheet;
use super::told::Told;
use crate::files::{Answer, Entry, Kind, Unread, Wish};
use crate::surface::{Level, Surface};
use screens::{
    CameraAdapter, DockPanel, FileKind, FileRow, Hint, HintAdapter, HintSurface, InsertAdapter, InsertSurface,
};

/// In design units, as the screens' files have them.
pub(super) const SIZE: (f32, f32) = (954.0, 480.0);
const HINT_SIZE: (f32, f32) = (560.0, 112.0);
/// A new text: as wide as a line of writing, as high as it is read from the back row.
const TEXT_SIZE: (f32, f32) = (700.0, 48.0);
/// How wide a small picture is.
const GLANCE: f32 = 160.0;
/// Pictures shown small at once; the rest have a sign.
const GLANCES_MAX: usize = 60;
/// How long a message stays, bad news a little longer than good.
const BAD_NEWS: Duration = Duration::from_secs(12);
const GOOD_NEWS: Duration = Duration::from_secs(3);

/// The panel and what it shows.
#[derive(Default)]
pub(super) struct Insert {
    pub(super) sheet: Option<Rc<Surface<InsertSurface>>>,
    folder: Option<PathBuf>,
    entries: Vec<Entry>,
    others: usize,
    pictures: BTreeMap<PathBuf, Image>,
    hint: Option<Surface<HintSurface>>,
    timer: Timer,
}

impl Insert {
    pub(super) fn list(&self, into: &mut Vec<api::shell::Element>) {
        self.hint.iter().for_each(|hint| hint.list(into));
    }

    fn show(&self) {
        let Some(sheet) = &self.sheet else { return };
        let adapter = sheet.ui.global::<InsertAdapter<'_>>();
        let row = |entry: &Entry| {
            let picture = self.pictures.get(&entry.path).cloned();
            FileRow {
                name: entry.name.as_str().into(),
                kind: kind(entry.kind),
                has_picture: picture.is_some(),
                picture: picture.unwrap_or_default(),
            }
        };
        let rows: Vec<FileRow> = self.entries.iter().map(row).collect();
        adapter.set_files(ModelRc::new(VecModel::from(rows)));
        let name = self.folder.as_deref().and_then(Path::file_name);
        adapter.set_folder(name.map(|name| name.to_string_lossy().into_owned()).unwrap_or_default().into());
        adapter.set_inside(self.folder.is_some());
        adapter.set_others(i32::try_from(self.others).unwrap_or(i32::MAX));
    }
}

impl Wall {
    pub(super) fn insert_sheet(self: &Rc<Self>) -> Result<Rc<dyn Sheet>, PlatformError> {
        if let Some(sheet) = &self.insert.borrow().sheet {
            return Ok(sheet.clone());
        }
        let rect = self.layout.panel(SIZE, 0);
        let sheet = Rc::new(self.easel.make("insert", rect, Level::Passing, None, InsertSurface::new)?);
        let adapter = sheet.ui.global::<InsertAdapter<'_>>();
        let with = |act: fn(&Rc<Wall>)| {
            let wall = Rc::downgrade(self);
            move || wall.upgrade().iter().for_each(act)
        };
        adapter.on_close(with(|wall| wall.close_panel(DockPanel::Insert)));
        adapter.on_up(with(|wall| wall.look_into(None)));
        adapter.on_look_again(with(|wall| {
            let folder = wall.insert.borrow().folder.clone();
            wall.look_into(folder);
        }));
        adapter.on_note(with(|wall| {
            wall.put_note(wall.opener(DockPanel::Insert));
            wall.close_panel(DockPanel::Insert);
        }));
        adapter.on_text(with(|wall| {
            let (width, height) = TEXT_SIZE;
            let panel = wall.panel_rect(DockPanel::Insert);
            let rect = wall.layout.above((width, height), panel);
            wall.close_panel(DockPanel::Insert);
            if let Err(error) = wall.edit_new(wall.opener(DockPanel::Insert), rect) {
                tracing::error!(%error, "the editor could not be made");
            }
        }));
        let wall = Rc::downgrade(self);
        adapter.on_open(move |place| {
            if let (Some(wall), Ok(place)) = (wall.upgrade(), usize::try_from(place)) {
                wall.choose_file(place);
            }
        });
        self.connect_camera(&sheet.ui.global::<CameraAdapter<'_>>());
        self.insert.borrow_mut().sheet = Some(sheet.clone());
        Ok(sheet)
    }

    /// Shows what lies in a folder, or the places to look in.
    pub(super) fn look_into(self: &Rc<Self>, folder: Option<PathBuf>) {
        if !self.files.ask(Wish::Look(folder)) {
            self.hint(self.opener(DockPanel::Insert), Hint::Busy, "");
        }
    }

    fn choose_file(self: &Rc<Self>, place: usize) {
        let Some(entry) = self.insert.borrow().entries.get(place).cloned() else { return };
        let person = self.opener(DockPanel::Insert);
        if matches!(entry.kind, Kind::Folder | Kind::Drive) {
            self.look_into(Some(entry.path));
        } else if self.files.ask(Wish::Fetch(person, entry.path)) {
            self.set_busy(true);
        } else {
            self.hint(person, Hint::Busy, &entry.name);
        }
    }

    fn set_busy(&self, busy: bool) {
        if let Some(sheet) = &self.insert.borrow().sheet {
            sheet.ui.global::<InsertAdapter<'_>>().set_busy(busy);
        }
    }

    /// What the thread for files says.
    pub(super) fn take_answer_of_files(self: &Rc<Self>, answer: Answer) {
        match answer {
            Answer::Folder(folder, entries, others) => self.take_folder(folder, entries, others),
            // A first start's, which has a thread of its own.
            Answer::Enrolments(_) => {}
            Answer::Glance(path, width, height, rgba) => {
                let buffer = SharedPixelBuffer::<Rgba8Pixel>::clone_from_slice(&rgba, width, height);
                let mut insert = self.insert.borrow_mut();
                if insert.entries.iter().any(|entry| entry.path == path) {
                    insert.pictures.insert(path, Image::from_rgba8(buffer));
                    insert.show();
                }
            }
            Answer::Fetched(person, name, Ok((bytes, beside))) => {
                let reply = Box::new(move |opened: Result<_, FileError>| {
                    Told::Opened(person, name, opened.map(|_| ()).map_err(|error| hint_of(&error))).send();
                });
                self.ask_display(ToDisplay::Open { person, bytes, beside, reply });
            }
            Answer::Put(put) => self.class.take_put(put),
            Answer::Fetched(person, name, Err(why)) => {
                self.set_busy(false);
                let hint = if why == Unread::TooLarge { Hint::TooLarge } else { Hint::Gone };
                self.hint(person, hint, &name);
            }
        }
    }

    fn take_folder(self: &Rc<Self>, folder: Option<PathBuf>, entries: Vec<Entry>, others: usize) {
        // One place alone need not be chosen.
        if let (None, [only]) = (&folder, entries.as_slice())
            && self.insert.borrow().folder.is_none()
            && self.insert.borrow().entries.is_empty()
        {
            self.look_into(Some(only.path.clone()));
        }
        let mut insert = self.insert.borrow_mut();
        insert.pictures.retain(|path, _| entries.iter().any(|entry| entry.path == *path));
        (insert.folder, insert.entries, insert.others) = (folder, entries, others);
        insert.show();
        let side = u32::try_from(self.layout.px(GLANCE)).unwrap_or(1);
        let pictures = insert.entries.iter().filter(|entry| entry.kind == Kind::Picture);
        for entry in pictures.take(GLANCES_MAX) {
            if !insert.pictures.contains_key(&entry.path) {
                self.files.ask_later(Wish::Glance(entry.path.clone(), side));
            }
        }
    }

    /// A file is on the board, or is not.
    pub(super) fn take_opened(self: &Rc<Self>, person: PersonId, name: &str, opened: Result<(), Hint>) {
        self.set_busy(false);
        match opened {
            Ok(()) => {
                self.hint(person, Hint::Placed, name);
                self.close_panel(DockPanel::Insert);
                self.command(BoardCommand::Status);
            }
            Err(hint) => self.hint(person, hint, name),
        }
    }

    /// Says something beside a person's palette for a while.
    pub(super) fn hint(self: &Rc<Self>, person: PersonId, hint: Hint, file: &str) {
        let palette = self.palettes.borrow().get(&person).map(|palette| palette.place.rect());
        let rect = self.layout.hint(HINT_SIZE, palette.unwrap_or_else(|| self.dock.rect()));
        let mut insert = self.insert.borrow_mut();
        if insert.hint.is_none() {
            match self.easel.make("hint", rect, Level::Message, None, HintSurface::new) {
                Ok(surface) => {
                    let wall = Rc::downgrade(self);
                    let close = move || wall.upgrade().iter().for_each(|wall| wall.hush_hint());
                    surface.ui.global::<HintAdapter<'_>>().on_close(close);
                    insert.hint = Some(surface);
                }
                Err(error) => tracing::error!(%error, "a message could not be shown"),
            }
        }
        let Some(surface) = &insert.hint else { return };
        let adapter = surface.ui.global::<HintAdapter<'_>>();
        adapter.set_hint(hint);
        adapter.set_file(file.into());
        surface.place.set_rect(rect);
        surface.place.raise();
        surface.set_visible(self.state.borrow().visible);
        let wall = Rc::downgrade(self);
        let stays = if hint == Hint::Placed { GOOD_NEWS } else { BAD_NEWS };
        insert.timer.start(TimerMode::SingleShot, stays, move || {
            wall.upgrade().iter().for_each(|wall| wall.hush_hint());
        });
    }

    pub(super) fn hush_hint(&self) {
        if let Some(hint) = &self.insert.borrow().hint {
            hint.set_visible(false);
        }
    }
}

fn kind(kind: Kind) -> FileKind {
    match kind {
        Kind::Folder => FileKind::Folder,
        Kind::Drive => FileKind::Drive,
        Kind::Board => FileKind::Board,
        Kind::Pdf => FileKind::Pdf,
        Kind::Picture => FileKind::Picture,
        Kind::Film => FileKind::Film,
    }
}

/// What the person who chose a file can do about it.
pub(super) fn hint_of(error: &FileError) -> Hint {
    match error {
        FileError::Format(FormatError::Unknown | FormatError::Unwritable { .. }) => Hint::Unknown,
        FileError::Format(FormatError::Damaged { .. }) => Hint::Damaged,
        FileError::Format(FormatError::TooNew { .. }) => Hint::Newer,
        FileError::Format(FormatError::TooMuch { .. }) => Hint::TooMuch,
        FileError::Format(FormatError::Locked { .. }) => Hint::Locked,
        FileError::Format(FormatError::Empty) => Hint::Empty,
        FileError::Board(_) => Hint::BoardFull,
        FileError::Disk(_) => Hint::Full,
        FileError::Busy => Hint::Busy,
    }
}
