//! Everything the display thread decides, without a thread: contacts and commands in, pixels, ops and messages
//! out. Time is an argument, so a recording gives the same pixels every time.
mod commands;
mod ending;
mod files;
mod hands;
mod movers;
mod past;
mod pinch;
mod place;
mod reach;
mod recall;

use crate::area::{Area, Dirty};
use crate::compositor::{Ring, Stack};
use crate::config::{Config, DisplayError};
use crate::film::Cue;
use crate::inbox::{SurfaceChange, SurfaceId, ToUi};
use crate::message::{FromDisplay, PaneStatus, PersonStatus, Scene};
use crate::owner::Owners;
use crate::picture::Picture;
use crate::presenter::Presenter;
use crate::router::{Routed, Router};
use crate::stage::pinch::Pinch;
use board::{Board, BoardEvent, Effects, MediaId, MediaKind, Op, PersonId};
use std::collections::BTreeMap;
use touch::{Contact, ContactId, Frame, PanelPoint};

/// A board in motion is looked after this often, so that the tail of a resting pen arrives: 60 pictures a second.
const FRAME_US: u64 = 16_000;
/// Tiles drawn before each frame while a view is not sharp yet, where nobody measures how long they take: a 4K page
/// in eight frames.
pub(crate) const TILES_A_FRAME: usize = 256;
/// Where the board does not show: what lies under the other screens, before they have drawn.
const COVERED: u32 = 0x00f4_f2ee;

pub(crate) struct Stage {
    board: Board,
    router: Router,
    stack: Stack,
    scene: Scene,
    width: i32,
    height: i32,
    size_um: (i32, i32),
    frame: Vec<u32>,
    dirty: Dirty,
    /// The outlines of palms and erasers on the board, as they were drawn: in an order, since they may overlap.
    rings: BTreeMap<ContactId, Ring>,
    presenter: Presenter,
    pub(crate) owners: Owners,
    /// Views under two fingers each: the pane, and where the fingers were last.
    pinches: Vec<Pinch>,
    ticked_us: u64,
    /// Tiles were drawn before the last frame, and there are more to draw.
    sharpens: bool,
    ended: Option<ending::Ended>,
    /// Of the board that was ended, still to be written.
    ops_of_old: Vec<Op>,
    lookback: Option<past::Lookback>,
    /// Videos in sight and how large, now and on the board that was ended.
    films_shown: BTreeMap<MediaId, Cue>,
    films_before: BTreeMap<MediaId, Cue>,
    /// How many pixels lower the board is seen than it is.
    lowered_px: i32,
    pub(crate) movers: movers::Movers,
    /// Contacts that come down on the board are told.
    pub(crate) tells_touches: bool,
    /// For a service page.
    pub(crate) feel: crate::feel::Feel,
    /// While a journal is taken in: the page of its newest op.
    last_page: Option<board::PageId>,
    /// For the journal, in this order.
    pub(crate) ops: Vec<Op>,
    /// Pictures to be decoded, and how wide they are shown.
    pub(crate) wishes: Vec<(MediaId, MediaKind, u32)>,
    /// For the Slint thread, in this order.
    pub(crate) to_ui: Vec<ToUi>,
    /// For the players of videos, in this order.
    pub(crate) cues: Vec<Cue>,
}

impl Stage {
    pub(crate) fn new(config: &Config) -> Result<Self, DisplayError> {
        let (width_px, height_px) = config.size_px;
        let (width_um, height_um) = config.size_um;
        if width_um <= 0 || height_um <= 0 {
            return Err(DisplayError::PanelSize(width_um, height_um));
        }
        let surface = board::Surface { width_px, height_px, width_um, height_um };
        let actor = board::Actor::default();
        let board = Board::new(surface, actor, config.font.clone()).map_err(|error| match error {
            board::BoardError::Font => DisplayError::Font,
            board::BoardError::Size { .. } => DisplayError::Size(width_px, height_px),
        })?;
        // Board::new has checked the size: each side fits 15 bits.
        let (width, height) = (width_px as i32, height_px as i32);
        let mut stage = Self {
            board,
            router: Router::default(),
            stack: Stack::default(),
            scene: Scene::default(),
            width,
            height,
            size_um: config.size_um,
            frame: vec![COVERED; width_px as usize * height_px as usize],
            dirty: Dirty::default(),
            rings: BTreeMap::new(),
            presenter: Presenter::new(Area::new(0, 0, width, height)),
            owners: Owners::default(),
            pinches: Vec::new(),
            ended: None,
            ops_of_old: Vec::new(),
            lookback: None,
            films_shown: BTreeMap::new(),
            films_before: BTreeMap::new(),
            lowered_px: 0,
            movers: movers::Movers::default(),
            tells_touches: false,
            feel: crate::feel::Feel::default(),
            last_page: None,
            ticked_us: 0,
            sharpens: false,
            ops: Vec::new(),
            wishes: Vec::new(),
            to_ui: Vec::new(),
            cues: Vec::new(),
        };
        stage.dirty.add(stage.screen());
        Ok(stage)
    }

    pub(crate) fn screen(&self) -> Area {
        Area::new(0, 0, self.width, self.height)
    }

    pub(crate) fn damage_all(&mut self) {
        self.dirty.add(self.screen());
    }

    pub(crate) fn pixels(&self) -> &[u32] {
        &self.frame
    }

    /// Contacts of one moment; `now_us` is the frame's time on the display's clock.
    pub(crate) fn contacts(&mut self, frame: &Frame) {
        self.feel.frame(frame, |at| place::px(at, self.size_um, (self.width, self.height)));
        for id in &frame.missing {
            let px = |at| place::px(at, self.size_um, (self.width, self.height));
            self.to_ui.extend(self.router.missing(*id, px, &self.stack));
        }
        for contact in &frame.contacts {
            let place = self.px(contact.at);
            let x = (place.0).clamp(0.0, (self.width - 1) as f32);
            let y = (place.1).clamp(0.0, (self.height - 1) as f32);
            let whose = |contact: &Contact| self.owners.whose(contact, frame.time_us);
            match self.router.route(contact, (x, y), frame.time_us, (&self.stack, self.scene), whose) {
                Routed::Nowhere => {}
                Routed::Ui(message) => self.to_ui.push(message),
                Routed::Board(person) => self.hand(contact, person, frame.time_us),
            }
        }
        self.gestures(frame.time_us);
    }

    /// The mouse wheel at a pixel.
    pub(crate) fn wheel(&mut self, x: f32, y: f32, dx: f32, dy: f32) {
        if let Some(surface) = self.stack.hit(x as i32, y as i32)
            && let Some(rect) = self.stack.place(surface)
        {
            let (x, y) = (x - rect.x as f32, y - rect.y as f32);
            self.to_ui.push(ToUi::Wheel { surface, x, y, dx, dy });
        } else if self.scene == Scene::Board {
            self.scroll((x, y), (dx, dy));
        }
    }

    pub(crate) fn surface(&mut self, id: SurfaceId, change: SurfaceChange) {
        self.stack.change(id, change, &mut self.dirty);
    }

    pub(crate) fn set_scene(&mut self, scene: Scene) {
        if scene != self.scene {
            self.scene = scene;
            self.dirty.add(self.screen());
        }
    }

    /// Whether people see the board, or what it showed when it was frozen.
    pub(crate) fn is_seen(&self) -> bool {
        self.scene == Scene::Board && !self.presenter.is_blank()
    }

    /// When [`Stage::tick`] must be called at the latest.
    pub(crate) fn next_tick_us(&self) -> Option<u64> {
        // Under another screen nothing is sharpened, so nothing is waited for.
        let blurred = self.scene == Scene::Board && !self.board.is_sharp();
        let busy = self.board.hands() > 0 || blurred || self.presenter.is_moving();
        let moving = busy.then_some(self.ticked_us + FRAME_US);
        moving
            .into_iter()
            .chain(self.router.due_us())
            .chain(self.movers.due_us())
            .chain(self.end_due_us())
            .min()
    }

    /// Time passes: resting pens catch up, resting fingers become a wish for a palette.
    pub(crate) fn tick(&mut self, now_us: u64) {
        self.gestures(now_us);
        self.rest_movers(now_us);
        while let Some(hold) = self.router.take_hold(now_us) {
            for contact in hold.contacts {
                let effects = self.board.hand_cancel(board::ContactId(contact.0));
                self.apply(effects);
            }
            self.ask_palette(hold.at);
        }
        if now_us >= self.ticked_us.saturating_add(FRAME_US) {
            self.ticked_us = now_us;
            self.presenter.tick(now_us, &mut self.dirty);
            if self.board.hands() > 0 {
                let effects = self.board.tick(now_us);
                self.apply(effects);
            }
        }
    }

    fn ask_palette(&mut self, at: PanelPoint) {
        let (x, y) = self.px(at);
        self.to_ui.push(ToUi::Event(FromDisplay::PaletteAsked { x: x as i32, y: y as i32 }));
    }

    fn apply(&mut self, effects: Effects) {
        if self.scene == Scene::Board && !self.presenter.is_frozen() {
            let lowered = effects.damage.rects().iter().map(|rect| self.lowered(Area::from(*rect)));
            self.dirty.extend(lowered.collect::<Vec<_>>());
        }
        self.ops.extend(effects.ops);
        for event in effects.events {
            let event = match event {
                BoardEvent::Selected { person, ids, bounds } => {
                    FromDisplay::Selected { person, ids, bounds: self.area(person, bounds) }
                }
                BoardEvent::Deselected { person } => FromDisplay::Deselected { person },
                BoardEvent::TextTapped { person, id, text, bounds } => {
                    FromDisplay::TextTapped { id, person, text, bounds: self.area(person, bounds) }
                }
                BoardEvent::PaletteAsked { at } => {
                    let lowered_um = self.raised(PanelPoint::default()).y_um;
                    self.ask_palette(PanelPoint { x_um: at.x_um, y_um: at.y_um - lowered_um });
                    continue;
                }
                // The hand slides off: that is what is seen.
                BoardEvent::Held { .. } => continue,
                BoardEvent::MediaWanted { file, kind, width_px } => {
                    self.wishes.push((file, kind, width_px));
                    continue;
                }
                BoardEvent::VideoShown { file, live, rect_px } => {
                    let area = self.lowered(Area::from(rect_px));
                    let size = (area.width.unsigned_abs(), area.height.unsigned_abs());
                    let cue = Cue::Shown { file, live, size };
                    self.cues.push(cue);
                    self.films_shown.insert(file, cue);
                    FromDisplay::VideoShown { file, live, area }
                }
                BoardEvent::VideoHidden { file } => {
                    self.cues.push(Cue::Hidden { file });
                    self.films_shown.remove(&file);
                    FromDisplay::VideoHidden { file }
                }
                BoardEvent::VideoTapped { file, .. } => {
                    self.cues.push(Cue::Tapped { file });
                    continue;
                }
                BoardEvent::StatusChanged => self.status(),
            };
            // Only the newest status counts, and a replay can make a thousand of them.
            if matches!(event, FromDisplay::Status { .. }) {
                self.to_ui.retain(|old| !matches!(old, ToUi::Event(FromDisplay::Status { .. })));
            }
            self.to_ui.push(ToUi::Event(event));
        }
    }

    fn status(&self) -> FromDisplay {
        let people = PersonId::all().map(|person| PersonStatus {
            person,
            pane: self.board.seat(person),
            can_undo: self.board.can_undo(person),
            can_redo: self.board.can_redo(person),
        });
        let panes = (0..self.board.panes()).map(|pane| PaneStatus {
            page: self.board.page_in(pane),
            paper: self.board.paper(self.board.page_id_in(pane)),
            view: self.board.view(pane),
            area: self.lowered(self.board.pane_px(pane).unwrap_or_default().into()),
        });
        let (page, pages) = (self.board.page(), self.board.pages());
        FromDisplay::Status { page, pages, panes: panes.collect(), people: people.collect() }
    }

    /// Whether more tiles can be drawn at once; a view that is still being moved waits for the next tick.
    pub(crate) fn sharpens(&self) -> bool {
        self.sharpens && self.scene == Scene::Board
    }

    /// Whether the board is seen, and all of it is drawn.
    pub(crate) fn is_sharp(&self) -> bool {
        self.scene == Scene::Board && self.board.is_sharp()
    }

    /// Whether somebody has a hand on the board.
    pub(crate) fn inks(&self) -> bool {
        self.board.hands() > 0
    }

    /// Draws what has changed since the last time, and up to so many `tiles` that are not sharp yet; the rectangles
    /// that were drawn.
    pub(crate) fn compose(&mut self, tiles: usize) -> Vec<Area> {
        if self.scene == Scene::Board && (tiles > 0 || self.board.is_sharp()) {
            let effects = self.board.sharpen(tiles);
            self.sharpens = !self.board.is_sharp() && !effects.damage.is_empty();
            self.apply(effects);
        }
        if self.dirty.is_empty() {
            return Vec::new();
        }
        self.presenter.widen(&mut self.dirty);
        let areas = self.dirty.take(self.screen());
        let stride = self.width as usize;
        for area in &areas {
            if !self.stack.covers(*area) {
                self.draw_ground(*area);
            }
            self.stack.draw(&mut self.frame, stride, *area);
            for ring in self.rings.values() {
                ring.draw(&mut self.frame, stride, *area);
            }
        }
        // Last, as it shows what has been drawn elsewhere.
        areas.iter().for_each(|area| self.presenter.draw_lens(&mut self.frame, stride, *area));
        areas
    }

    fn draw_ground(&mut self, area: Area) {
        let stride_px = self.width as usize;
        match self.scene {
            Scene::Board => {
                if !self.presenter.draw_frozen(&mut self.frame, stride_px, area) {
                    // Taken out and put back: what paints needs the rest of the stage.
                    let mut frame = std::mem::take(&mut self.frame);
                    self.paint_board(&mut frame, area);
                    self.frame = frame;
                }
                self.presenter.draw(&mut self.frame, stride_px, area);
            }
            Scene::Covered => {
                for y in area.y..area.bottom() {
                    let from = y as usize * stride_px + area.x as usize;
                    if let Some(row) = self.frame.get_mut(from..from + area.width as usize) {
                        row.fill(COVERED);
                    }
                }
            }
        }
    }

    /// The screen as it is now.
    pub(crate) fn picture(&mut self) -> Picture {
        let drawn = self.compose(TILES_A_FRAME);
        // The output has not seen these: they stay damaged.
        self.dirty.extend(drawn);
        let rgba = self.frame.iter().flat_map(|pixel| {
            let [_, red, green, blue] = pixel.to_be_bytes();
            [red, green, blue, 255]
        });
        Picture { width: self.width as u32, height: self.height as u32, rgba: rgba.collect() }
    }
}
