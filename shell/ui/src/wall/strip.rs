//! The page strip: every page small and as it is now, and what can be done with the one that is shown.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::rc::Rc;
use std::time::Duration;

use board::{Bitmap, Ground, PageId, Paper, Pattern};
use display::{BoardCommand, PageLook, ToDisplay};
use slint::{ComponentHandle, Image, Model, ModelRc, PlatformError, Timer, TimerMode, VecModel};

use super::Wall;
use super::finder::picture;
use super::panels::Sheet;
use super::told::Told;
use crate::surface::{Level, Surface};
use screens::{DockPanel, PageRow, PaperKind, StripAdapter, StripSurface};

/// In design units, as the screen's file has it.
pub(super) const SIZE: (f32, f32) = (1010.0, 416.0);
/// How wide a small page is.
const PICTURE: f32 = 200.0;
/// Pages are drawn again when nothing has changed for so long.
const REST: Duration = Duration::from_millis(300);
/// Pictures are kept of the pages in sight and so many beside them.
const BESIDE: usize = 6;

/// The strip and what it shows.
pub(super) struct Strip {
    surface: Rc<Surface<StripSurface>>,
    rows: Rc<VecModel<PageRow>>,
    looks: Vec<PageLook>,
    pictures: BTreeMap<PageId, Image>,
    /// Pages that are being drawn, and those that have changed since.
    asked: BTreeSet<PageId>,
    stale: BTreeSet<PageId>,
    seen: Range<usize>,
    timer: Timer,
    /// The page shown now is to be brought into sight.
    reveal: bool,
}

impl Wall {
    /// The strip's surface, made when it is first opened.
    pub(super) fn strip_sheet(self: &Rc<Self>) -> Result<Rc<dyn Sheet>, PlatformError> {
        if let Some(strip) = &*self.strip.borrow() {
            return Ok(strip.surface.clone());
        }
        let rect = self.layout.panel(SIZE, 0);
        let surface = Rc::new(self.easel.make("pages", rect, Level::Passing, None, StripSurface::new)?);
        let rows = Rc::new(VecModel::default());
        let adapter = surface.ui.global::<StripAdapter<'_>>();
        adapter.set_pages(ModelRc::from(rows.clone()));
        self.connect_strip(&adapter);
        *self.strip.borrow_mut() = Some(Strip {
            surface: surface.clone(),
            rows,
            looks: Vec::new(),
            pictures: BTreeMap::new(),
            asked: BTreeSet::new(),
            stale: BTreeSet::new(),
            seen: 0..BESIDE,
            timer: Timer::default(),
            reveal: false,
        });
        Ok(surface)
    }

    fn connect_strip(self: &Rc<Self>, adapter: &StripAdapter<'_>) {
        let with = |act: fn(&Rc<Wall>)| {
            let wall = Rc::downgrade(self);
            move || wall.upgrade().iter().for_each(act)
        };
        adapter.on_close(with(|wall| wall.close_panel(DockPanel::Pages)));
        adapter.on_past(with(|wall| wall.look_back()));
        adapter.on_add(with(|wall| {
            wall.command(BoardCommand::InsertPage { person: wall.opener(DockPanel::Pages) });
        }));
        adapter.on_duplicate(with(|wall| {
            wall.with_page(|person, page, _| BoardCommand::DuplicatePage { person, page });
        }));
        adapter
            .on_drop(with(|wall| wall.with_page(|person, page, _| BoardCommand::DropPage { person, page })));
        adapter.on_earlier(with(|wall| {
            wall.with_page(|person, page, at| BoardCommand::MovePage {
                person,
                page,
                to: at.saturating_sub(1),
            });
        }));
        adapter.on_later(with(|wall| {
            wall.with_page(|person, page, at| BoardCommand::MovePage { person, page, to: at + 1 });
        }));
        let wall = Rc::downgrade(self);
        adapter.on_go(move |place| {
            if let (Some(wall), Ok(page)) = (wall.upgrade(), usize::try_from(place)) {
                wall.command(BoardCommand::TurnTo { pane: wall.strip_pane(), page });
            }
        });
        let wall = Rc::downgrade(self);
        adapter.on_seen(move |from, to| {
            wall.upgrade().iter().for_each(|wall| wall.see_pages(from, to));
        });
        let wall = Rc::downgrade(self);
        adapter.on_choose_paper(move |kind| {
            let pattern = pattern(kind);
            wall.upgrade().iter().for_each(|wall| wall.change_paper(|paper| Paper { pattern, ..paper }));
        });
        let wall = Rc::downgrade(self);
        adapter.on_choose_ground(move |green| {
            let ground = if green { Ground::Green } else { Ground::White };
            wall.upgrade().iter().for_each(|wall| wall.change_paper(|paper| Paper { ground, ..paper }));
        });
    }

    /// The pane that the strip works on: that of whoever opened it.
    fn strip_pane(&self) -> usize {
        self.pane_of(DockPanel::Pages)
    }

    /// A command about the page that is shown.
    fn with_page(self: &Rc<Self>, command: impl FnOnce(board::PersonId, PageId, usize) -> BoardCommand) {
        let (person, at) = (self.opener(DockPanel::Pages), self.strip_page());
        let page = self.strip.borrow().as_ref().and_then(|strip| strip.looks.get(at)).map(|look| look.id);
        if let Some(page) = page {
            if let Some(strip) = self.strip.borrow_mut().as_mut() {
                strip.reveal = true;
            }
            self.command(command(person, page, at));
        }
    }

    fn strip_page(&self) -> usize {
        let pane = self.strip_pane();
        self.state.borrow().panes.get(pane).map_or(0, |pane| pane.page)
    }

    fn change_paper(&self, change: impl FnOnce(Paper) -> Paper) {
        let pane = self.strip_pane();
        let paper = self.state.borrow().panes.get(pane).map(|pane| pane.paper).unwrap_or_default();
        self.command(BoardCommand::SetPaper { person: self.opener(DockPanel::Pages), paper: change(paper) });
    }

    /// Something has changed on the board: an open strip shows it soon.
    pub(super) fn renew_strip(self: &Rc<Self>) {
        if !self.is_open(DockPanel::Pages) {
            return;
        }
        let wall = Rc::downgrade(self);
        if let Some(strip) = &*self.strip.borrow() {
            strip.timer.start(TimerMode::SingleShot, REST, move || {
                wall.upgrade().iter().for_each(|wall| wall.fill_strip(false));
            });
        }
        self.show_current();
    }

    /// Asks for all pages anew; those that are shown have changed.
    pub(super) fn fill_strip(self: &Rc<Self>, reveal: bool) {
        let mut strip = self.strip.borrow_mut();
        let Some(strip) = strip.as_mut() else { return };
        strip.reveal |= reveal;
        let shown: Vec<usize> = self.state.borrow().panes.iter().map(|pane| pane.page).collect();
        // After a while away any page may have changed.
        let changed = strip.looks.iter().enumerate().filter(|(at, _)| reveal || shown.contains(at));
        strip.stale.extend(changed.map(|(_, look)| look.id).collect::<Vec<_>>());
        self.command(BoardCommand::Pages(Box::new(|looks| Told::Pages(looks).send())));
    }

    pub(super) fn take_looks(self: &Rc<Self>, looks: Vec<PageLook>) {
        let mut borrowed = self.strip.borrow_mut();
        let Some(strip) = borrowed.as_mut() else { return };
        let papers: BTreeMap<PageId, Paper> = strip.looks.iter().map(|look| (look.id, look.paper)).collect();
        let repapered =
            looks.iter().filter(|look| papers.get(&look.id).is_some_and(|old| *old != look.paper));
        strip.stale.extend(repapered.map(|look| look.id));
        strip.looks = looks;
        let rows: Vec<PageRow> = (0..strip.looks.len()).map(|at| strip.row(at)).collect();
        strip.rows.set_vec(rows);
        let reveal = std::mem::take(&mut strip.reveal);
        let surface = strip.surface.clone();
        drop(borrowed);
        self.show_current();
        if reveal {
            surface.ui.invoke_reveal(i32::try_from(self.strip_page()).unwrap_or(0));
        }
        self.ask_pictures();
    }

    /// Which page is shown, and on what.
    fn show_current(&self) {
        let (page, pane) = (self.strip_page(), self.strip_pane());
        let strip = self.strip.borrow();
        let Some(strip) = strip.as_ref() else { return };
        let adapter = strip.surface.ui.global::<StripAdapter<'_>>();
        adapter.set_current(i32::try_from(page).unwrap_or(0));
        let state = self.state.borrow();
        let paper = state.panes.get(pane).map(|pane| pane.paper).unwrap_or_default();
        adapter.set_paper(kind(paper.pattern));
        adapter.set_green(paper.ground.is_dark());
        for at in 0..strip.rows.row_count() {
            let shown = state.panes.iter().any(|pane| pane.page == at);
            if let Some(row) = strip.rows.row_data(at).filter(|row| row.shown != shown) {
                strip.rows.set_row_data(at, PageRow { shown, ..row });
            }
        }
    }

    fn see_pages(&self, from: i32, to: i32) {
        let place = |at: i32| usize::try_from(at).unwrap_or(0);
        if let Some(strip) = self.strip.borrow_mut().as_mut() {
            strip.seen = place(from).saturating_sub(BESIDE)..place(to) + BESIDE;
        }
        self.ask_pictures();
    }

    /// Has those pages drawn that are in sight and were not, or have changed; forgets those far away.
    fn ask_pictures(&self) {
        let mut strip = self.strip.borrow_mut();
        let Some(strip) = strip.as_mut() else { return };
        let last = strip.seen.end.min(strip.looks.len());
        let wanted: Vec<PageId> =
            strip.looks[strip.seen.start.min(last)..last].iter().map(|look| look.id).collect();
        strip.pictures.retain(|page, _| wanted.contains(page));
        let width_px = u32::try_from(self.layout.px(PICTURE)).unwrap_or(1);
        for page in wanted {
            let has = strip.pictures.contains_key(&page) && !strip.stale.contains(&page);
            if has || !strip.asked.insert(page) {
                continue;
            }
            strip.stale.remove(&page);
            let reply = Box::new(move |bitmap| Told::Small(page, bitmap).send());
            if let Err(error) = self.easel.display.send(ToDisplay::Thumbnail { page, width_px, reply }) {
                tracing::error!(%error, "the display does not listen");
            }
        }
    }

    pub(super) fn take_small(&self, page: PageId, bitmap: Option<&Bitmap>) {
        let mut borrowed = self.strip.borrow_mut();
        let Some(strip) = borrowed.as_mut() else { return };
        strip.asked.remove(&page);
        let Some(bitmap) = bitmap else { return };
        strip.pictures.insert(page, picture(bitmap));
        if let Some(at) = strip.looks.iter().position(|look| look.id == page) {
            let shown = strip.rows.row_data(at).is_some_and(|row| row.shown);
            strip.rows.set_row_data(at, PageRow { shown, ..strip.row(at) });
        }
        let again = strip.stale.contains(&page);
        drop(borrowed);
        if again {
            self.ask_pictures();
        }
    }
}

impl Strip {
    fn row(&self, at: usize) -> PageRow {
        let look = self.looks.get(at);
        let picture = look.and_then(|look| self.pictures.get(&look.id));
        PageRow {
            number: i32::try_from(at + 1).unwrap_or(i32::MAX),
            has_picture: picture.is_some(),
            picture: picture.cloned().unwrap_or_default(),
            green: look.is_some_and(|look| look.paper.ground.is_dark()),
            shown: false,
        }
    }
}

fn pattern(kind: PaperKind) -> Pattern {
    match kind {
        PaperKind::Plain => Pattern::Plain,
        PaperKind::Grid => Pattern::Grid,
        PaperKind::Dots => Pattern::Dots,
        PaperKind::Lines => Pattern::Lines,
        PaperKind::Staff => Pattern::Staff,
        PaperKind::Tianzige => Pattern::Tianzige,
        PaperKind::Mizige => Pattern::Mizige,
        PaperKind::FourLines => Pattern::FourLines,
    }
}

fn kind(pattern: Pattern) -> PaperKind {
    match pattern {
        Pattern::Plain => PaperKind::Plain,
        Pattern::Grid => PaperKind::Grid,
        Pattern::Dots => PaperKind::Dots,
        Pattern::Lines => PaperKind::Lines,
        Pattern::Staff => PaperKind::Staff,
        Pattern::Tianzige => PaperKind::Tianzige,
        Pattern::Mizige => PaperKind::Mizige,
        Pattern::FourLines => PaperKind::FourLines,
    }
}
