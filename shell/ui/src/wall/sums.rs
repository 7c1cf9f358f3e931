//! A circled sum is worked out: what it comes to lands beside it, and the ink stays. Its signs are offered under it, to
//! be read otherwise. Where the reader is not sure, nothing lands on the board before somebody has chosen what is meant.

mod figures;

use std::rc::Rc;

use api::maths::{MathsAnswer, MathsExpression};
use board::{Legible, PersonId};
use display::{Area, BoardCommand};
use slint::PlatformError;

use super::Wall;
use super::selections::outcome_of;
use crate::bridge::{FromUi, ReadFailure, ToUi};
use screens::Reading;

pub(super) use figures::Figures;
use figures::{Sum, sum};

impl Wall {
    /// Asks what a selection comes to.
    pub(super) fn work_out(self: &Rc<Self>, person: PersonId) {
        let mut selections = self.selections.borrow_mut();
        let Some(selection) = selections.get_mut(&person).filter(|selection| selection.ticket.is_none())
        else {
            return;
        };
        let ticket = self.ticket();
        selection.ticket = Some(ticket);
        let ids = selection.ids.clone();
        drop(selections);
        let asker = self.asker.clone();
        let reply = Box::new(move |what| {
            // Sums are read from strokes alone: of a picture there is nothing to work out.
            let answer = match what {
                Some(Legible::Strokes(strokes)) => {
                    if asker.ask(FromUi::WorkOut { ticket, strokes }) {
                        return;
                    }
                    Err(ReadFailure::Failed)
                }
                Some(Legible::Picture(_)) | None => {
                    Ok(MathsAnswer { sure: false, expressions: Vec::new(), symbols: Vec::new() })
                }
            };
            crate::app::teller()(ToUi::WorkedOut { ticket, answer });
        });
        self.command(BoardCommand::Legible { ids, height_px: 1, reply });
        self.show_bar(person);
    }

    /// A sum was worked out. Where the selection has changed since, nothing happens.
    pub fn take_answer(self: &Rc<Self>, ticket: u64, answer: Result<MathsAnswer, ReadFailure>) {
        let mut selections = self.selections.borrow_mut();
        let found = selections.iter_mut().find(|(_, selection)| selection.ticket == Some(ticket));
        let Some((&person, selection)) = found else { return };
        selection.ticket = None;
        let bounds = selection.bounds;
        let (come, figures) = match answer {
            Err(failure) => (Sum::Not(outcome_of(failure)), None),
            Ok(answer) => (sum(&answer), Figures::of(answer, bounds)),
        };
        selection.outcome = match come {
            Sum::Not(outcome) if figures.is_none() => outcome,
            Sum::Not(_) | Sum::Text(_) => Reading::Ready,
        };
        drop(selections);
        match (come, figures) {
            (Sum::Text(text), figures) => self.place_sum(person, bounds, text, figures),
            (Sum::Not(outcome), Some(figures)) => {
                self.show_bar(person);
                if let Err(error) = self.offer_sum(person, None, figures.with(outcome)) {
                    tracing::error!(%error, "a surface could not be made");
                }
            }
            (Sum::Not(_), None) => self.show_bar(person),
        }
    }

    /// Writes what a sum comes to beside it; its signs are offered once that is on the board.
    fn place_sum(&self, person: PersonId, bounds: Area, text: String, figures: Option<Figures>) {
        let rect = self.layout.answer(bounds);
        match figures {
            Some(figures) => self.placing_sums.borrow_mut().insert(person, (text.clone(), figures)),
            None => self.placing_sums.borrow_mut().remove(&person),
        };
        self.command(BoardCommand::PlaceText { person, rect, text, replaces: Vec::new() });
        self.command(BoardCommand::ClearSelection { person });
        self.deselect(person);
    }

    /// Where chips of a sum go that has no value yet: clear of the bar of the selection.
    fn around_bar(&self, bounds: Area) -> Area {
        bounds.union(self.layout.lasso_bar(bounds, false))
    }

    pub(super) fn offer_sum(
        self: &Rc<Self>,
        person: PersonId,
        placed: Option<(board::ObjectId, Area)>,
        figures: Figures,
    ) -> Result<(), PlatformError> {
        let bounds = figures.bounds();
        let (id, bounds) = match placed {
            Some((id, text)) => (Some(id), bounds.union(text)),
            None => (None, self.around_bar(bounds)),
        };
        self.offer_chips(person, id, bounds, figures.reading(), Some(figures))
    }

    /// A sign was read otherwise: the sum is worked out again.
    pub(super) fn evaluate(&self, figures: &mut Figures) {
        let ticket = self.ticket();
        figures.wait_for(ticket);
        if !self.asker.ask(FromUi::Evaluate { ticket, symbols: figures.chosen() }) {
            crate::app::teller()(ToUi::Evaluated { ticket, expression: Err(ReadFailure::Failed) });
        }
    }

    /// What a sum comes to as somebody has read it.
    pub fn take_evaluated(self: &Rc<Self>, ticket: u64, answer: Result<MathsExpression, ReadFailure>) {
        let mut all = self.offered.borrow_mut();
        let found = all.iter_mut().find_map(|(person, offered)| {
            Some((*person, offered.sum.as_mut().filter(|sum| sum.waits_for(ticket))?))
        });
        let Some((person, figures)) = found else { return };
        match answer {
            Ok(expression) => figures.take(expression),
            Err(failure) => figures.fail(outcome_of(failure)),
        }
        drop(all);
        self.settle_sum(person);
    }

    /// Puts what a chosen sum comes to on the board, or takes what stood there away.
    pub(super) fn settle_sum(self: &Rc<Self>, person: PersonId) {
        let mut all = self.offered.borrow_mut();
        let Some(offered) = all.get_mut(&person) else { return };
        let Some(figures) = &offered.sum else { return };
        let (come, id, figures) = (figures.come(), offered.id, figures.clone());
        if come.is_none() {
            // Nothing is written there any more: the next value is placed anew.
            offered.id = None;
        }
        drop(all);
        match (come, id) {
            (Some(text), Some(id)) => self.command(BoardCommand::EditText { person, id, text }),
            (Some(text), None) => {
                let bounds = figures.bounds();
                self.place_sum(person, bounds, text, Some(figures));
            }
            (None, Some(id)) => self.command(BoardCommand::EditText { person, id, text: String::new() }),
            (None, None) => {}
        }
        self.show_choices(person);
    }
}
