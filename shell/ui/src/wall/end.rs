//! The end of a class: a slider, then for some seconds a way back.

use std::rc::Rc;
use std::time::{Duration, Instant};

use api::shell::Element;
use board::PersonId;
use display::ToDisplay;
use slint::{ComponentHandle, PlatformError, Timer, TimerMode};

use super::Wall;
use super::panels::Sheet;
use crate::bridge::FromUi;
use crate::surface::{Level, Surface};
use screens::{DockPanel, EndAdapter, EndSurface, EndedSurface};

/// In design units, as the screen's file has it.
pub(super) const SIZE: (f32, f32) = (560.0, 252.0);
pub(super) const ENDED_SIZE: (f32, f32) = (640.0, 104.0);
/// How often the seconds that are left are counted anew.
const COUNT: Duration = Duration::from_millis(250);

/// The end's surfaces.
#[derive(Default)]
pub(super) struct End {
    sheet: Option<Rc<Surface<EndSurface>>>,
    ended: Option<Surface<EndedSurface>>,
    timer: Timer,
    until: Option<Instant>,
}

impl End {
    pub(super) fn list(&self, into: &mut Vec<Element>) {
        self.ended.iter().for_each(|ended| ended.list(into));
    }

    /// The board that is seen may still be undone.
    pub(super) fn is_pending(&self) -> bool {
        self.until.is_some()
    }
}

impl Wall {
    pub(super) fn end_sheet(self: &Rc<Self>) -> Result<Rc<dyn Sheet>, PlatformError> {
        if let Some(sheet) = &self.end.borrow().sheet {
            return Ok(sheet.clone());
        }
        let rect = self.layout.panel(SIZE, 0);
        let sheet = Rc::new(self.easel.make("end", rect, Level::Passing, None, EndSurface::new)?);
        let adapter = sheet.ui.global::<EndAdapter<'_>>();
        let wall = Rc::downgrade(self);
        adapter.on_close(move || wall.upgrade().iter().for_each(|wall| wall.close_panel(DockPanel::End)));
        let wall = Rc::downgrade(self);
        adapter.on_end(move || wall.upgrade().iter().for_each(|wall| wall.end_class()));
        self.end.borrow_mut().sheet = Some(sheet.clone());
        Ok(sheet)
    }

    fn end_class(self: &Rc<Self>) {
        self.close_panels(|_| true);
        self.close_finders();
        self.ask_display(ToDisplay::EndClass);
    }

    /// The board's time is over, or it is somebody else's: it is wiped, and there is no way back.
    pub fn end_for_good(self: &Rc<Self>) {
        self.close_panels(|_| true);
        self.close_finders();
        self.ask_display(ToDisplay::EndForGood);
    }

    /// A fresh board is shown: everybody begins as they are, and the old one can be had back for so long.
    pub(super) fn class_ended(self: &Rc<Self>, undoable: Duration) -> Result<(), PlatformError> {
        self.class.leave();
        self.withdraw_all();
        self.sources.borrow_mut().windows.put_away(true, self.state.borrow().visible);
        self.end_presenting();
        let editing: Vec<PersonId> = self.editing.borrow().keys().copied().collect();
        editing.into_iter().for_each(|person| self.finish(person, false));
        if undoable.is_zero() {
            self.equip_everybody();
            return Ok(());
        }
        let mut end = self.end.borrow_mut();
        if end.ended.is_none() {
            let rect = self.layout.above_dock(ENDED_SIZE, self.dock.rect());
            let ended = self.easel.make("ended", rect, Level::Message, None, EndedSurface::new)?;
            let wall = Rc::downgrade(self);
            ended.ui.global::<EndAdapter<'_>>().on_undo(move || {
                wall.upgrade().iter().for_each(|wall| wall.ask_display(ToDisplay::UndoEnd));
            });
            end.ended = Some(ended);
        }
        end.until = Some(Instant::now() + undoable);
        if let Some(ended) = &end.ended {
            ended.place.set_rect(self.layout.above_dock(ENDED_SIZE, self.dock.rect()));
            let seconds = i32::try_from(undoable.as_secs()).unwrap_or(0);
            ended.ui.global::<EndAdapter<'_>>().set_of(seconds);
            ended.ui.global::<EndAdapter<'_>>().set_left(seconds);
            ended.set_visible(self.state.borrow().visible);
        }
        let wall = Rc::downgrade(self);
        end.timer.start(TimerMode::Repeated, COUNT, move || {
            wall.upgrade().iter().for_each(|wall| wall.end.borrow().count());
        });
        drop(end);
        self.equip_everybody();
        Ok(())
    }

    /// The old board is back, or gone for good: with it what was learnt about it.
    pub(super) fn class_settled(self: &Rc<Self>, is_over: bool) {
        let mut end = self.end.borrow_mut();
        end.until = None;
        end.timer.stop();
        if let Some(ended) = &end.ended {
            ended.set_visible(false);
        }
        drop(end);
        if is_over {
            self.known.borrow_mut().clear();
            self.forget_sources();
            self.forget_owners();
            self.class.forget();
            if !self.asker.ask(FromUi::Forget) {
                tracing::error!("what the board said is not forgotten before the next start");
            }
            self.over.borrow().iter().for_each(|forget| forget());
        } else {
            self.sources.borrow_mut().windows.put_away(false, self.state.borrow().visible);
            self.equip_everybody();
            self.look_through_later();
        }
    }

    /// Another board is open: nothing that was learnt of the one before counts on it.
    pub fn change_board(self: &Rc<Self>) {
        self.close_panels(|_| true);
        self.close_finders();
        self.withdraw_all();
        self.end_presenting();
        let editing: Vec<PersonId> = self.editing.borrow().keys().copied().collect();
        editing.into_iter().for_each(|person| self.finish(person, false));
        self.known.borrow_mut().clear();
        self.forget_sources();
        self.equip_everybody();
        self.look_through_later();
    }

    pub(super) fn show_ended(&self, visible: bool) {
        let end = self.end.borrow();
        if let Some(ended) = &end.ended {
            ended.set_visible(visible && end.is_pending());
        }
    }
}

impl End {
    fn count(&self) {
        let (Some(until), Some(ended)) = (self.until, &self.ended) else { return };
        let left = until.saturating_duration_since(Instant::now()).as_millis().div_ceil(1000);
        ended.ui.global::<EndAdapter<'_>>().set_left(i32::try_from(left).unwrap_or(0));
    }
}
