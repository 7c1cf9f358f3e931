//! The dock and the handles in both lower corners: where it stands, and what its buttons open.

use std::cell::Cell;
use std::rc::Rc;

use api::shell::Element;
use board::PersonId;
use display::{Area, BoardCommand};
use slint::{ComponentHandle, PlatformError};

use super::Wall;
use crate::layout::Layout;
use crate::surface::{Easel, Level, Surface};
use screens::{DockAdapter, DockPanel, DockPlace, DockSurface, EdgeAdapter, EdgeSurface};

/// The dock with its handles.
pub(super) struct Dock {
    surface: Surface<DockSurface>,
    edges: [Surface<EdgeSurface>; 2],
    place: Cell<DockPlace>,
    /// Where it was when somebody took hold of it.
    held: Cell<Option<Area>>,
}

impl Dock {
    pub(super) fn new(easel: &Easel, layout: &Layout) -> Result<Self, PlatformError> {
        let surface = easel.make("dock", layout.dock(), Level::Standing, None, DockSurface::new)?;
        surface.ui.global::<DockAdapter<'_>>().set_compact(layout.is_compact());
        let edge = |right: bool| {
            let name = if right { "edge-right" } else { "edge-left" };
            let edge = easel.make(name, layout.edge(right), Level::Standing, None, EdgeSurface::new)?;
            edge.ui.global::<EdgeAdapter<'_>>().set_right(right);
            Ok::<_, PlatformError>(edge)
        };
        Ok(Self {
            surface,
            edges: [edge(false)?, edge(true)?],
            place: Cell::new(DockPlace::Centre),
            held: Cell::default(),
        })
    }

    pub(super) fn adapter(&self) -> DockAdapter<'_> {
        self.surface.ui.global::<DockAdapter<'_>>()
    }

    pub(super) fn rect(&self) -> Area {
        self.surface.place.rect()
    }

    pub(super) fn set_visible(&self, visible: bool) {
        self.surface.set_visible(visible);
        self.edges.iter().for_each(|edge| edge.set_visible(visible));
    }

    pub(super) fn show_pages(&self, page: usize, pages: usize) {
        let number = |count: usize| i32::try_from(count).unwrap_or(i32::MAX);
        self.adapter().set_page(number(page + 1));
        self.adapter().set_pages(number(pages));
    }

    pub(super) fn show_reach(&self, reached: bool) {
        self.edges.iter().for_each(|edge| edge.ui.global::<EdgeAdapter<'_>>().set_reached(reached));
    }

    pub(super) fn list(&self, into: &mut Vec<Element>) {
        self.surface.list(into);
        self.edges.iter().for_each(|edge| edge.list(into));
    }
}

impl Wall {
    pub(super) fn connect_dock(self: &Rc<Self>) {
        let adapter = self.dock.adapter();
        let with = |act: fn(&Rc<Self>)| {
            let wall = Rc::downgrade(self);
            move || wall.upgrade().iter().for_each(act)
        };
        adapter.on_find(with(|wall| wall.look_for()));
        adapter.on_classroom(with(|wall| wall.class.toggle_panel()));
        adapter.on_home(with(|wall| (wall.leave)()));
        adapter.on_add(with(|wall| {
            let dock = wall.dock.rect();
            let person = wall.person_near(dock.x + dock.width / 2, dock.y);
            wall.add_page(person);
        }));
        adapter.on_previous(with(|wall| {
            let page = wall.state.borrow().page;
            if let Some(previous) = page.checked_sub(1) {
                wall.command(BoardCommand::GoToPage(previous));
            }
        }));
        adapter.on_next(with(|wall| {
            let page = wall.state.borrow().page;
            wall.command(BoardCommand::GoToPage(page + 1));
        }));
        let wall = Rc::downgrade(self);
        adapter.on_open(move |panel, x| {
            wall.upgrade().iter().for_each(|wall| wall.toggle_panel(panel, wall.on_dock(x)));
        });
        let wall = Rc::downgrade(self);
        adapter.on_go(move |place| {
            wall.upgrade().iter().for_each(|wall| wall.move_dock(wall.nearest_place(place)));
        });
        let wall = Rc::downgrade(self);
        adapter.on_dragged(move |far| wall.upgrade().iter().for_each(|wall| wall.drag_dock(far)));
        adapter.on_released(with(|wall| {
            if wall.dock.held.take().is_some() {
                wall.dock.surface.place.set_rect(wall.layout.dock_at(wall.dock.place.get()));
            }
        }));
        for (edge, place) in self.dock.edges.iter().zip([DockPlace::Left, DockPlace::Right]) {
            let wall = Rc::downgrade(self);
            let adapter = edge.ui.global::<EdgeAdapter<'_>>();
            let reach = Rc::downgrade(self);
            adapter.on_reach(move || reach.upgrade().iter().for_each(Wall::toggle_reach));
            adapter.on_dock(move || wall.upgrade().iter().for_each(|wall| wall.move_dock(place)));
        }
    }

    /// A place on the dock (logical, which is physical on this display) on the screen.
    fn on_dock(&self, x: f32) -> i32 {
        self.dock.rect().x + x.round() as i32
    }

    /// The dock goes with the finger that pulls its end.
    fn drag_dock(self: &Rc<Self>, far: f32) {
        let from = self.dock.held.get().unwrap_or_else(|| self.dock.rect());
        self.dock.held.set(Some(from));
        let most = (self.layout.screen().width - from.width).max(0);
        let x = (from.x + far.round() as i32).clamp(0, most);
        self.dock.surface.place.set_rect(Area { x, ..from });
    }

    /// Where it belongs that was pulled: to the nearest place, or to the next one where it was not pulled that far.
    fn nearest_place(&self, next: DockPlace) -> DockPlace {
        if self.dock.held.get().is_none() {
            return next;
        }
        let x = self.dock.rect().x;
        let places = [DockPlace::Left, DockPlace::Centre, DockPlace::Right];
        let nearest = places.into_iter().min_by_key(|place| self.layout.dock_at(*place).x.abs_diff(x));
        nearest.filter(|place| *place != self.dock.place.get()).unwrap_or(next)
    }

    fn move_dock(self: &Rc<Self>, place: DockPlace) {
        self.dock.held.set(None);
        self.dock.place.set(place);
        self.dock.adapter().set_place(place);
        self.dock.surface.place.set_rect(self.layout.dock_at(place));
        // What stood above the dock stood above where it was touched.
        self.close_panels(|panel| panel != DockPanel::Past);
        self.show_reminders();
    }

    /// Whoever has their palette nearest to a place of the screen.
    pub(super) fn person_near(&self, x: i32, y: i32) -> PersonId {
        let away = |area: Area| {
            let (dx, dy) = (area.x + area.width / 2 - x, area.y + area.height / 2 - y);
            i64::from(dx) * i64::from(dx) + i64::from(dy) * i64::from(dy)
        };
        let palettes = self.palettes.borrow();
        let nearest = palettes.iter().min_by_key(|(_, palette)| away(palette.place.rect()));
        nearest.map_or(PersonId::FIRST, |(person, _)| *person)
    }
}
