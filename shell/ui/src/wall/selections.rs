//! What was circled: to text, delete, or let go. Reading happens elsewhere; the ink never waits for it, and stays
//! as it is until the text is on the board.

use std::rc::Rc;

use api::inference::SIDE_MAX;
use board::{Gray, Legible, ObjectId, PersonId};
use display::{Area, BoardCommand, Reply};
use slint::{ComponentHandle, PlatformError};

use super::Wall;
use crate::bridge::{FromUi, ReadFailure, ToUi};
use crate::reading::{self, Line};
use crate::surface::Level;
use screens::{LassoAdapter, LassoBarSurface, Reading};

/// The raster's height for one line of handwriting, in pixels: the recogniser works on lines 48 pixels high, and
/// four times that leaves it room to find lines in.
const RASTER_HEIGHT: u32 = 192;
/// The tallest raster, for a selection of several lines.
const RASTER_HEIGHT_MAX: u32 = 960;

/// One person's selection.
#[derive(Clone, Debug)]
pub(super) struct Selection {
    pub(super) ids: Vec<ObjectId>,
    pub(super) bounds: Area,
    /// The reading under way, and how the last one ended.
    pub(super) ticket: Option<u64>,
    /// What is read is a question, and the ink stays.
    to_find: bool,
    /// The reading under way looks at the ink as a picture, since its strokes could not be read.
    looked: bool,
    pub(super) outcome: Reading,
}

impl Wall {
    pub(super) fn select(
        self: &Rc<Self>,
        person: PersonId,
        ids: Vec<ObjectId>,
        bounds: Area,
    ) -> Result<(), PlatformError> {
        let mut selections = self.selections.borrow_mut();
        let moved = selections.get(&person).filter(|known| known.ids == ids).cloned();
        let (ticket, to_find, looked, outcome) = (None, false, false, Reading::Ready);
        let fresh = Selection { ids, bounds, ticket, to_find, looked, outcome };
        let before = selections.insert(person, moved.map_or(fresh, |known| Selection { bounds, ..known }));
        let left = before.and_then(|before| before.ticket).filter(|ticket| {
            selections.get(&person).is_none_or(|selection| selection.ticket != Some(*ticket))
        });
        drop(selections);
        self.give_up(left);
        self.withdraw(person);
        if !self.bars.borrow().contains_key(&person) {
            self.add_bar(person)?;
        }
        self.show_bar(person);
        Ok(())
    }

    pub(super) fn deselect(&self, person: PersonId) {
        let before = self.selections.borrow_mut().remove(&person);
        self.give_up(before.and_then(|selection| selection.ticket));
        self.withdraw_unplaced(person);
        self.show_bar(person);
    }

    /// Nobody waits for a reading any more.
    pub(super) fn give_up(&self, ticket: Option<u64>) {
        if let Some(ticket) = ticket
            && !self.asker.ask(FromUi::GiveUp { ticket })
        {
            tracing::debug!("a reading that nobody waits for goes on to its end");
        }
    }

    fn add_bar(self: &Rc<Self>, person: PersonId) -> Result<(), PlatformError> {
        let rect = self.layout.lasso_bar(self.layout.screen(), false);
        let bar = self.easel.make("lasso", rect, Level::Passing, Some(person), LassoBarSurface::new)?;
        let adapter = bar.ui.global::<LassoAdapter<'_>>();
        adapter.set_person(person.number().into());
        let with = |act: fn(&Rc<Wall>, PersonId)| {
            let wall = Rc::downgrade(self);
            move || {
                if let Some(wall) = wall.upgrade() {
                    act(&wall, person);
                }
            }
        };
        adapter.on_to_text(with(|wall, person| wall.read(person, false)));
        adapter.on_work_out(with(Wall::work_out));
        adapter.on_find(with(|wall, person| wall.read(person, true)));
        adapter.on_delete(with(|wall, person| {
            wall.command(BoardCommand::DeleteSelection { person });
            wall.deselect(person);
        }));
        adapter.on_cancel(with(|wall, person| {
            wall.command(BoardCommand::ClearSelection { person });
            wall.deselect(person);
        }));
        self.bars.borrow_mut().insert(person, bar);
        Ok(())
    }

    pub(super) fn show_bar(&self, person: PersonId) {
        let bars = self.bars.borrow();
        let Some(bar) = bars.get(&person) else { return };
        let selections = self.selections.borrow();
        let Some(selection) = selections.get(&person) else {
            bar.set_visible(false);
            return;
        };
        let state = self.state.borrow();
        let reading = match selection {
            Selection { ticket: Some(_), .. } => Reading::Busy,
            _ if !state.reading => Reading::Gone,
            Selection { outcome, .. } => *outcome,
        };
        let adapter = bar.ui.global::<LassoAdapter<'_>>();
        adapter.set_reading(reading);
        bar.place.set_rect(self.layout.lasso_bar(selection.bounds, reading != Reading::Ready));
        bar.place.raise();
        bar.set_visible(state.visible);
    }

    /// Asks for the text of a selection, to put it on the board or to find pages about it.
    fn read(self: &Rc<Self>, person: PersonId, to_find: bool) {
        let mut selections = self.selections.borrow_mut();
        let Some(selection) = selections.get_mut(&person).filter(|selection| selection.ticket.is_none())
        else {
            return;
        };
        let ticket = self.ticket();
        (selection.ticket, selection.to_find) = (Some(ticket), to_find);
        let height_px = raster_height(selection.bounds);
        let ids = selection.ids.clone();
        drop(selections);
        let reply = self.hand_on(ticket);
        self.command(BoardCommand::Legible { ids, height_px, reply });
        self.show_bar(person);
    }

    /// What there is to read goes from the display thread straight to the bus; the screens only hear the answer.
    fn hand_on(&self, ticket: u64) -> Reply<Option<Legible>> {
        let asker = self.asker.clone();
        Box::new(move |what| {
            let asked = what.is_some_and(|what| asker.ask(FromUi::Read { ticket, what }));
            if !asked {
                crate::app::teller()(ToUi::Read { ticket, lines: Err(ReadFailure::Failed) });
            }
        })
    }

    /// The recogniser came or went.
    pub fn set_reading(&self, ready: bool) {
        self.state.borrow_mut().reading = ready;
        let people: Vec<PersonId> = self.selections.borrow().keys().copied().collect();
        people.into_iter().for_each(|person| self.show_bar(person));
        self.tell_finder(ready);
    }

    /// A reading ended. Text lands where the ink was; where the selection has changed since, nothing happens.
    pub fn take_reading(self: &Rc<Self>, ticket: u64, lines: Result<Vec<Line>, ReadFailure>) {
        if self.take_pad(ticket, &lines) {
            return;
        }
        let mut selections = self.selections.borrow_mut();
        let found = selections.iter_mut().find(|(_, selection)| selection.ticket == Some(ticket));
        let Some((&person, selection)) = found else { return };
        // Without a model for strokes the ink is looked at as a picture.
        if lines == Err(ReadFailure::NoModel) && !selection.looked {
            selection.looked = true;
            let (ids, height_px) = (selection.ids.clone(), raster_height(selection.bounds));
            let hand_on = self.hand_on(ticket);
            let reply = Box::new(move |gray: Option<Gray>| hand_on(gray.map(Legible::Picture)));
            drop(selections);
            self.command(BoardCommand::Raster { ids, height_px, reply });
            return;
        }
        (selection.ticket, selection.looked) = (None, false);
        let read = reading::Reading::new(lines.as_deref().unwrap_or_default());
        selection.outcome = match lines {
            Err(failure) => outcome_of(failure),
            Ok(_) if read.words.is_empty() => Reading::Empty,
            Ok(_) => Reading::Ready,
        };
        let placed = (selection.outcome == Reading::Ready).then(|| selection.clone());
        drop(selections);
        if let Some(Selection { to_find: true, .. }) = placed {
            self.command(BoardCommand::ClearSelection { person });
            self.deselect(person);
            self.look_for_written(person, &read.text().replace('\n', " "));
        } else if let Some(Selection { ids, bounds, .. }) = placed {
            let rect = self.layout.text_in(bounds);
            let text = read.text();
            self.placing.borrow_mut().insert(person, read);
            self.command(BoardCommand::PlaceText { person, rect, text, replaces: ids });
            self.command(BoardCommand::ClearSelection { person });
            self.deselect(person);
        } else {
            self.show_bar(person);
        }
    }
}

/// What is said of a reading that failed.
pub(super) fn outcome_of(failure: ReadFailure) -> Reading {
    match failure {
        ReadFailure::Busy => Reading::Crowded,
        ReadFailure::Late => Reading::Late,
        ReadFailure::Away | ReadFailure::NoModel | ReadFailure::Failed => Reading::Failed,
    }
}

/// The height that keeps a raster readable and within what the recogniser takes.
fn raster_height(bounds: Area) -> u32 {
    let (width, height) = (u32::try_from(bounds.width.max(1)), u32::try_from(bounds.height.max(1)));
    let (width, height) = (width.unwrap_or(1), height.unwrap_or(1));
    // Leaves a quarter for the margin that the raster adds.
    let widest = (SIDE_MAX / 4 * 3).saturating_mul(height) / width;
    height.clamp(RASTER_HEIGHT, RASTER_HEIGHT_MAX).min(widest).max(1)
}

#[cfg(test)]
mod tests;
