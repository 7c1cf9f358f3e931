//! What stands beside each window on the board that shows a source: how it is, and buttons to freeze it, to keep a
//! picture of it, and to fill the screen with it.

use std::collections::BTreeMap;
use std::rc::Rc;

use api::shell::Element;
use board::{Grip, MediaId, View};
use display::{Area, BoardCommand, LiveState, LiveWish, ToDisplay};
use screens::{LiveAdapter, LiveBarSurface};
use slint::{ComponentHandle, PlatformError};

use super::{Wall, shown};
use crate::surface::{Level, Surface};

/// Windows with their bars.
#[derive(Default)]
pub(in crate::wall) struct Windows {
    bars: BTreeMap<MediaId, Bar>,
    /// Which one fills the screen, in which pane, and how that was seen before.
    full: Option<(MediaId, usize, View)>,
    /// How each is, for a bar that is made later.
    told: BTreeMap<MediaId, (String, LiveState, bool)>,
    /// The board that they are on has been ended, and can still be had back.
    put_away: bool,
}

struct Bar {
    surface: Surface<LiveBarSurface>,
    /// `None` while its window is out of sight.
    window: Option<Area>,
}

impl Windows {
    /// Whether a live source is on the board.
    pub(in crate::wall) fn is_any(&self) -> bool {
        self.bars.values().any(|bar| bar.window.is_some())
    }

    pub(in crate::wall) fn list(&self, into: &mut Vec<Element>) {
        self.bars.values().for_each(|bar| bar.surface.list(into));
    }

    pub(in crate::wall) fn set_visible(&self, visible: bool) {
        self.bars
            .values()
            .for_each(|bar| bar.surface.set_visible(visible && !self.put_away && bar.window.is_some()));
    }

    pub(in crate::wall) fn put_away(&mut self, away: bool, visible: bool) {
        self.put_away = away;
        self.set_visible(visible);
    }

    pub(super) fn forget(&mut self) {
        *self = Self::default();
    }

    fn show(&self, file: MediaId) {
        let (Some(bar), Some((name, state, frozen))) = (self.bars.get(&file), self.told.get(&file)) else {
            return;
        };
        let adapter = bar.surface.ui.global::<LiveAdapter<'_>>();
        adapter.set_name(name.as_str().into());
        adapter.set_state(shown(*state));
        adapter.set_frozen(*frozen);
        adapter.set_full(self.full.as_ref().is_some_and(|(full, ..)| *full == file));
    }
}

impl Wall {
    pub(super) fn show_window(self: &Rc<Self>, file: MediaId, area: Area) -> Result<(), PlatformError> {
        let rect = self.layout.live_bar(area);
        let is_new = !self.sources.borrow().windows.bars.contains_key(&file);
        if is_new {
            let surface = self.easel.make("live-bar", rect, Level::Standing, None, LiveBarSurface::new)?;
            self.connect_bar(file, &surface);
            self.sources.borrow_mut().windows.bars.insert(file, Bar { surface, window: None });
        }
        let mut sources = self.sources.borrow_mut();
        if let Some(bar) = sources.windows.bars.get_mut(&file) {
            bar.window = Some(area);
            bar.surface.place.set_rect(rect);
            bar.surface.set_visible(self.state.borrow().visible);
        }
        sources.windows.show(file);
        Ok(())
    }

    pub(super) fn hide_window(&self, file: MediaId) {
        let mut sources = self.sources.borrow_mut();
        if let Some(bar) = sources.windows.bars.get_mut(&file) {
            bar.window = None;
            bar.surface.set_visible(false);
        }
        if sources.windows.full.as_ref().is_some_and(|(full, ..)| *full == file) {
            sources.windows.full = None;
        }
    }

    pub(super) fn show_window_state(&self, file: MediaId, name: &str, state: LiveState, frozen: bool) {
        let mut sources = self.sources.borrow_mut();
        sources.windows.told.insert(file, (name.to_owned(), state, frozen));
        sources.windows.show(file);
    }

    fn connect_bar(self: &Rc<Self>, file: MediaId, surface: &Surface<LiveBarSurface>) {
        let adapter = surface.ui.global::<LiveAdapter<'_>>();
        let with = |act: fn(&Rc<Wall>, MediaId)| {
            let wall = Rc::downgrade(self);
            move || wall.upgrade().iter().for_each(|wall| act(wall, file))
        };
        adapter.on_freeze(with(|wall, file| {
            let told = wall.sources.borrow().windows.told.get(&file).is_some_and(|(_, _, frozen)| *frozen);
            wall.ask_display(ToDisplay::Live(LiveWish::Freeze { file, on: !told }));
        }));
        adapter.on_take(with(|wall, file| {
            let (name, at) = {
                let sources = wall.sources.borrow();
                let told = sources.windows.told.get(&file).map(|(name, ..)| name.clone());
                let bar = sources.windows.bars.get(&file).map(|bar| bar.surface.place.rect());
                (told.unwrap_or_default(), bar.unwrap_or_else(|| wall.dock.rect()))
            };
            wall.take_picture(wall.person_near(at.x + at.width / 2, at.y), file, name);
        }));
        adapter.on_fill(with(Wall::fill_with));
    }

    /// The view goes to a window until it fills its pane, ink and all; or back to where it was.
    fn fill_with(self: &Rc<Self>, file: MediaId) {
        let mut sources = self.sources.borrow_mut();
        if let Some((full, pane, view)) = sources.windows.full.take() {
            drop(sources);
            self.command(BoardCommand::SetView { pane, view });
            self.sources.borrow().windows.show(full);
            if full == file {
                return;
            }
            sources = self.sources.borrow_mut();
        }
        let Some(window) = sources.windows.bars.get(&file).and_then(|bar| bar.window) else { return };
        let state = self.state.borrow();
        let around = |area: &Area| !area.intersect(window).is_empty();
        let Some((pane, status)) = state.panes.iter().enumerate().find(|(_, pane)| around(&pane.area)) else {
            return;
        };
        let whole = status.area;
        let share = |all: i32, part: i32| f64::from(all) / f64::from(part.max(1));
        let factor = share(whole.width, window.width).min(share(whole.height, window.height));
        let grip = |area: Area, spread_px: f64| Grip {
            x_px: f64::from(area.x) + f64::from(area.width) / 2.0,
            y_px: f64::from(area.y) + f64::from(area.height) / 2.0,
            spread_px,
        };
        let spread = f64::from(window.width.max(1));
        let (from, to) = (grip(window, spread), grip(whole, spread * factor));
        sources.windows.full = Some((file, pane, status.view));
        drop(state);
        sources.windows.show(file);
        drop(sources);
        self.command(BoardCommand::MoveView { pane, from, to });
    }
}
