//! Ways to show the board: each is on or off at a touch, and as long as it is on something says so and ends it.

use std::rc::Rc;

use api::shell::Element;
use board::PersonId;
use display::{Blank, Curtain, Disc, Present, Side, ToDisplay};
use slint::{ComponentHandle, ModelRc, PlatformError, VecModel};

use super::Wall;
use super::panels::Sheet;
use crate::surface::{Level, Surface};
use screens::{DockPanel, PresentAdapter, PresentSurface, ReminderAdapter, ReminderSurface, Showing};

/// In design units, as the screen's file has it.
pub(super) const SIZE: (f32, f32) = (528.0, 280.0);
/// The spotlight's first place and radius, in shares of the screen: in the middle, a bit above.
const LIGHT: (f32, f32, f32) = (0.5, 0.42, 0.2);

/// What is on.
#[derive(Default)]
pub(super) struct Presenting {
    on: Vec<Showing>,
    /// Who points, and who magnifies.
    pointer: Option<PersonId>,
    sheet: Option<Rc<Surface<PresentSurface>>>,
    reminder: Option<Surface<ReminderSurface>>,
}

impl Presenting {
    pub(super) fn list(&self, into: &mut Vec<Element>) {
        self.reminder.iter().for_each(|reminder| reminder.list(into));
    }
}

impl Wall {
    pub(super) fn present_sheet(self: &Rc<Self>) -> Result<Rc<dyn Sheet>, PlatformError> {
        if let Some(sheet) = &self.presenting.borrow().sheet {
            return Ok(sheet.clone());
        }
        let rect = self.layout.panel(SIZE, 0);
        let sheet = Rc::new(self.easel.make("present", rect, Level::Passing, None, PresentSurface::new)?);
        let reminder = self.easel.make("reminder", rect, Level::Passing, None, ReminderSurface::new)?;
        let adapter = sheet.ui.global::<PresentAdapter<'_>>();
        let wall = Rc::downgrade(self);
        adapter.on_toggle(move |what| wall.upgrade().iter().for_each(|wall| wall.toggle_showing(what)));
        let wall = Rc::downgrade(self);
        adapter.on_close(move || wall.upgrade().iter().for_each(|wall| wall.close_panel(DockPanel::Present)));
        let wall = Rc::downgrade(self);
        reminder
            .ui
            .global::<ReminderAdapter<'_>>()
            .on_end(move |what| wall.upgrade().iter().for_each(|wall| wall.toggle_showing(what)));
        let mut presenting = self.presenting.borrow_mut();
        presenting.sheet = Some(sheet.clone());
        presenting.reminder = Some(reminder);
        Ok(sheet)
    }

    fn toggle_showing(self: &Rc<Self>, what: Showing) {
        let mut presenting = self.presenting.borrow_mut();
        let on = !presenting.on.contains(&what);
        if on {
            // One takes the other's place.
            let other = match what {
                Showing::Blank => Some(Showing::White),
                Showing::White => Some(Showing::Blank),
                _ => None,
            };
            presenting.on.retain(|showing| Some(*showing) != other);
            presenting.on.push(what);
        } else {
            presenting.on.retain(|other| *other != what);
        }
        // Whoever opened the panel is whose finger points; it is theirs until it ends.
        let person = match presenting.pointer {
            Some(person) if !on => person,
            _ => self.opener(DockPanel::Present),
        };
        if matches!(what, Showing::Laser | Showing::Magnifier) {
            presenting.pointer = Some(person);
        }
        drop(presenting);
        let present = self.present(what, on, person);
        if let Err(error) = self.easel.display.send(ToDisplay::Present(present)) {
            tracing::error!(%error, "the display does not listen");
        }
        self.show_presenting();
        if on && matches!(what, Showing::Laser | Showing::Magnifier | Showing::Spotlight) {
            // What comes next is a finger on the board.
            self.close_panel(DockPanel::Present);
        }
    }

    /// Nothing is shown in a special way any more.
    pub(super) fn end_presenting(self: &Rc<Self>) {
        let on = self.presenting.borrow().on.clone();
        on.into_iter().for_each(|what| self.toggle_showing(what));
    }

    fn present(&self, what: Showing, on: bool, person: PersonId) -> Present {
        let screen = self.layout.screen();
        let (width, height) = (screen.width as f32, screen.height as f32);
        match what {
            Showing::Freeze => Present::Freeze(on),
            Showing::Blank => Present::Blank(on.then_some(Blank::Black)),
            Showing::White => Present::Blank(on.then_some(Blank::White)),
            Showing::Spotlight => {
                let (x, y, radius) = (LIGHT.0 * width, LIGHT.1 * height, LIGHT.2 * height);
                Present::Spotlight(if on { vec![Disc { x, y, radius }] } else { Vec::new() })
            }
            Showing::Curtain => {
                // Its hem stays above the dock, where a finger finds it.
                let covers = self.layout.dock().y - self.layout.px(90.0);
                Present::Curtain(on.then_some(Curtain { from: Side::Top, covers }))
            }
            Showing::Laser => Present::Laser { person, on },
            Showing::Magnifier => Present::Magnifier(on.then_some(person)),
        }
    }

    fn show_presenting(&self) {
        let presenting = self.presenting.borrow();
        self.dock.adapter().set_presenting(!presenting.on.is_empty());
        if let Some(sheet) = &presenting.sheet {
            let adapter = sheet.ui.global::<PresentAdapter<'_>>();
            let on = |what: Showing| presenting.on.contains(&what);
            adapter.set_freeze(on(Showing::Freeze));
            adapter.set_blank(on(Showing::Blank));
            adapter.set_white(on(Showing::White));
            adapter.set_spotlight(on(Showing::Spotlight));
            adapter.set_curtain(on(Showing::Curtain));
            adapter.set_laser(on(Showing::Laser));
            adapter.set_magnifier(on(Showing::Magnifier));
        }
        drop(presenting);
        self.show_reminders();
    }

    /// What is on stays in sight, above the dock.
    pub(super) fn show_reminders(&self) {
        let presenting = self.presenting.borrow();
        let Some(reminder) = &presenting.reminder else { return };
        let rows = VecModel::from(presenting.on.clone());
        reminder.ui.global::<ReminderAdapter<'_>>().set_on(ModelRc::new(rows));
        let mut rect = self.layout.reminders(presenting.on.len().max(1), self.dock.rect());
        // Above what is open, so that what is on stays in sight and within reach.
        while let Some(open) = self.open_panel_over(rect) {
            rect.y = open.y - rect.height;
        }
        reminder.place.set_rect(rect);
        reminder.set_visible(self.state.borrow().visible && !presenting.on.is_empty());
    }
}
