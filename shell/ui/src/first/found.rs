//! Enrolments that were found on a stick: each is held up to the service, and the one for this unit is offered.

use std::collections::BTreeMap;

use api::admin::{EnrolPart, Offer, PartTold};

use super::{First, State};
use crate::bridge::{Hidden, Refused, SetupAsk};
use crate::class::timetable::Timetable;
use crate::files::{Answer, Unread};
use screens::{Enrolling, FirstPage, FirstTrouble};

/// What stands for a file's name where there is none.
const HELD_UP: &str = "QR";

/// A file and what became of it.
#[derive(Clone, Debug)]
pub(super) struct Found {
    pub(super) file: String,
    text: Hidden,
    pub(super) judged: Option<Result<Offer, Refused>>,
}

/// All of them.
#[derive(Debug, Default)]
pub(super) struct Enrolments {
    pub(super) stage: Stage,
    pub(super) files: Vec<Found>,
    /// Which of them is offered.
    pub(super) chosen: Option<usize>,
    /// What became of the one that was agreed to.
    pub(super) taken: Option<Offer>,
    /// What was held to the camera last.
    held_up: Option<String>,
    /// Tickets of questions that are not answered, and the files they are about.
    asked: BTreeMap<u64, usize>,
    next: u64,
}

/// How far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Stage {
    #[default]
    Looking,
    Several,
    Offered,
    Busy,
    Refused,
}

impl From<Stage> for Enrolling {
    fn from(stage: Stage) -> Self {
        match stage {
            Stage::Looking => Self::Looking,
            Stage::Several => Self::Several,
            Stage::Offered => Self::Offered,
            Stage::Busy => Self::Busy,
            Stage::Refused => Self::Refused,
        }
    }
}

impl Enrolments {
    /// Whether sticks are looked at: not while somebody reads what is offered, or the last look is not judged yet.
    pub(super) fn wants(&self) -> bool {
        self.asked.is_empty() && !matches!(self.stage, Stage::Offered | Stage::Busy)
    }

    /// The offer on the screen.
    pub(super) fn offer(&self) -> Option<&Offer> {
        let found = self.chosen.and_then(|at| self.files.get(at))?;
        found.judged.as_ref()?.as_ref().ok()
    }

    /// Files that are good for this unit.
    pub(super) fn good(&self) -> Vec<usize> {
        let is_good = |at: &usize| matches!(self.files[*at].judged, Some(Ok(_)));
        (0..self.files.len()).filter(is_good).collect()
    }

    fn ask(&mut self, at: usize, agreed: bool) -> Option<SetupAsk> {
        let text = self.files.get(at)?.text.clone();
        self.next += 1;
        self.asked.insert(self.next, at);
        Some(SetupAsk::Enrol { ticket: self.next, text, agreed })
    }

    /// All are judged: one for this unit alone comes before one for any, and several are for a person to choose from.
    /// Answers why none is good.
    fn settle(&mut self) -> Option<(FirstTrouble, String)> {
        let good = self.good();
        let by_serial: Vec<usize> = good.iter().copied().filter(|at| self.is_by_serial(*at)).collect();
        self.chosen = match (&good[..], &by_serial[..]) {
            (_, [one]) | ([one], _) => Some(*one),
            _ => None,
        };
        self.stage = match (self.chosen, good.is_empty(), self.files.is_empty()) {
            (Some(_), ..) => Stage::Offered,
            (None, false, _) => Stage::Several,
            (None, true, false) => Stage::Refused,
            (None, true, true) => Stage::Looking,
        };
        // What is wrong with one that is not another unit's says more.
        let refused =
            || self.files.iter().filter_map(|found| Some((found, found.judged.as_ref()?.as_ref().err()?)));
        let own = refused().find(|(_, refused)| refused.trouble != FirstTrouble::OtherUnit);
        let (_, refused) = own.or_else(|| refused().next()).filter(|_| self.stage == Stage::Refused)?;
        Some((refused.trouble, refused.detail.clone()))
    }

    fn is_by_serial(&self, at: usize) -> bool {
        matches!(&self.files[at].judged, Some(Ok(offer)) if offer.by_serial)
    }

    /// The name of the file that was refused.
    pub(super) fn refused(&self) -> &str {
        let refused = self.files.iter().find(|found| {
            matches!(&found.judged, Some(Err(refused)) if self.files.len() == 1 || refused.trouble != FirstTrouble::OtherUnit)
        });
        refused.or(self.files.first()).map_or("", |found| &found.file)
    }
}

impl First {
    /// What lies on sticks now; what was held to the camera lies beside it.
    pub fn take_sticks(&self, answer: Answer) {
        let Answer::Enrolments(mut found) = answer else { return };
        let held_up = self.state.borrow().enrolments.held_up.clone();
        found.extend(held_up.map(|text| (HELD_UP.to_owned(), Ok(text))));
        self.judge(found);
    }

    /// An enrolment was held to the camera. It is looked at with what lies on sticks, at once.
    pub fn take_held_up(&self, text: Hidden) {
        let mut state = self.state.borrow_mut();
        if state.page != FirstPage::Enrolment || !state.enrolments.wants() {
            return;
        }
        let text = text.0.trim_end().to_owned() + "\n";
        if state.enrolments.held_up.replace(text.clone()).is_some_and(|before| before == text) {
            return;
        }
        drop(state);
        self.judge(vec![(HELD_UP.to_owned(), Ok(text))]);
    }

    fn judge(&self, found: Vec<(String, Result<String, Unread>)>) {
        let asks = {
            let mut guard = self.state.borrow_mut();
            let state = &mut *guard;
            if state.page != FirstPage::Enrolment
                || !state.enrolments.wants()
                || state.enrolments.is_known(&found)
            {
                return;
            }
            state.enrolments.begin(found);
            let texts = 0..state.enrolments.files.len();
            let open = texts.filter(|at| state.enrolments.files[*at].judged.is_none()).collect::<Vec<_>>();
            let asks: Vec<SetupAsk> =
                open.into_iter().filter_map(|at| state.enrolments.ask(at, false)).collect();
            if asks.is_empty() {
                state.settle_enrolments();
            }
            asks
        };
        asks.into_iter().for_each(|ask| self.ask(ask));
        self.show();
    }

    pub(super) fn take_offer(&self, ticket: u64, agreed: bool, offer: Result<Offer, Refused>) {
        let settled = {
            let mut guard = self.state.borrow_mut();
            let state = &mut *guard;
            let Some(at) = state.enrolments.asked.remove(&ticket) else { return };
            match (agreed, offer) {
                (false, offer) => {
                    if let Some(found) = state.enrolments.files.get_mut(at) {
                        found.judged = Some(offer.and_then(with_timetable));
                    }
                    if state.enrolments.asked.is_empty() {
                        state.settle_enrolments();
                    }
                    false
                }
                (true, Ok(taken)) => {
                    state.enrolments.taken = Some(taken);
                    state.enrolments.stage = Stage::Looking;
                    true
                }
                (true, Err(refused)) => {
                    state.enrolments.stage = Stage::Refused;
                    state.enrolments.chosen = None;
                    (state.trouble, state.detail) = (refused.trouble, refused.detail);
                    false
                }
            }
        };
        if settled {
            self.turn(FirstPage::Done);
        }
    }

    /// One of several.
    pub(super) fn choose_found(&self, number: usize) {
        let mut state = self.state.borrow_mut();
        let at = state.enrolments.good().get(number).copied();
        if at.is_some() {
            state.enrolments.chosen = at;
            state.enrolments.stage = Stage::Offered;
        }
    }

    /// Somebody has compared the fingerprint and agrees.
    pub(super) fn agree(&self) {
        let ask = {
            let mut guard = self.state.borrow_mut();
            let enrolments = &mut guard.enrolments;
            if enrolments.stage != Stage::Offered {
                return;
            }
            let ask = enrolments.chosen.and_then(|at| enrolments.ask(at, true));
            enrolments.stage = if ask.is_some() { Stage::Busy } else { Stage::Looking };
            ask
        };
        ask.into_iter().for_each(|ask| self.ask(ask));
    }
}

impl State {
    fn settle_enrolments(&mut self) {
        let why = self.enrolments.settle();
        (self.trouble, self.detail) = why.unwrap_or((FirstTrouble::None, String::new()));
    }
}

impl Enrolments {
    fn is_known(&self, found: &[(String, Result<String, Unread>)]) -> bool {
        let same = |(known, (file, text)): (&Found, &(String, Result<String, Unread>))| {
            known.file == *file && text.as_ref().map_or(known.text.0.is_empty(), |text| *text == known.text.0)
        };
        found.len() == self.files.len() && self.files.iter().zip(found).all(same)
    }

    fn begin(&mut self, found: Vec<(String, Result<String, Unread>)>) {
        let file = |(file, text): (String, Result<String, Unread>)| match text {
            Ok(text) => Found { file, text: Hidden(text), judged: None },
            Err(unread) => {
                let trouble = match unread {
                    Unread::Gone => FirstTrouble::Unreadable,
                    Unread::TooLarge => FirstTrouble::NotSigned,
                };
                let refused = Refused { trouble, detail: String::new() };
                Found { file, text: Hidden(String::new()), judged: Some(Err(refused)) }
            }
        };
        self.files = found.into_iter().map(file).collect();
        self.chosen = None;
    }
}

/// The lessons of an offer are read by the one who will show them: a timetable with a mistake is refused whole.
fn with_timetable(offer: Offer) -> Result<Offer, Refused> {
    match lessons(&offer.parts) {
        Some(Err(detail)) => Err(Refused { trouble: FirstTrouble::BadTimetable, detail }),
        _ => Ok(offer),
    }
}

/// How many lessons a week these parts have, or what is wrong with them.
pub(super) fn lessons(parts: &[PartTold]) -> Option<Result<usize, String>> {
    let told = parts.iter().find(|told| EnrolPart::from_wire(told.part) == EnrolPart::Timetable)?;
    let week = Timetable::parse(&told.value);
    Some(week.map(|week| week.lessons()).map_err(|error| error.to_string()))
}

#[cfg(test)]
mod tests {
    //! Which of the files on a stick is offered, and what is said where none is.
    use super::*;

    fn judged(files: Vec<(&str, Result<bool, FirstTrouble>)>) -> Enrolments {
        let file = |(name, outcome): (&str, Result<bool, FirstTrouble>)| Found {
            file: name.to_owned(),
            text: Hidden(name.to_owned()),
            judged: Some(match outcome {
                Ok(by_serial) => Ok(Offer { unit: name.to_owned(), by_serial, ..Offer::default() }),
                Err(trouble) => Err(Refused { trouble, detail: name.to_owned() }),
            }),
        };
        Enrolments { files: files.into_iter().map(file).collect(), ..Enrolments::default() }
    }

    #[test]
    fn the_one_for_this_unit_alone_comes_first_and_several_are_chosen_from() {
        use FirstTrouble as T;
        let table: Vec<(Vec<(&str, Result<bool, T>)>, Stage, Option<&str>, &str)> = vec![
            (vec![], Stage::Looking, None, ""),
            (vec![("a", Ok(false))], Stage::Offered, Some("a"), ""),
            (
                vec![("a", Ok(false)), ("b", Ok(true)), ("c", Err(T::OtherUnit))],
                Stage::Offered,
                Some("b"),
                "",
            ),
            (vec![("a", Ok(false)), ("b", Ok(false))], Stage::Several, None, ""),
            (vec![("a", Ok(true)), ("b", Ok(true))], Stage::Several, None, ""),
            (vec![("a", Err(T::OtherUnit)), ("b", Err(T::Expired))], Stage::Refused, None, "b"),
            (vec![("a", Err(T::OtherUnit)), ("b", Err(T::OtherUnit))], Stage::Refused, None, "a"),
        ];
        for (files, stage, offered, why) in table {
            let mut enrolments = judged(files.clone());
            let refused = enrolments.settle();
            assert_eq!(enrolments.stage, stage, "{files:?}");
            assert_eq!(enrolments.offer().map(|offer| offer.unit.as_str()), offered, "{files:?}");
            assert_eq!(refused.map(|(_, detail)| detail).unwrap_or_default(), why, "{files:?}");
        }
    }

    #[test]
    fn a_timetable_with_a_mistake_is_refused_with_its_line() {
        let offer = |text: &str| Offer {
            parts: vec![PartTold { part: EnrolPart::Timetable.to_wire(), value: text.to_owned(), state: 1 }],
            ..Offer::default()
        };
        let lesson =
            "[[lesson]]\ndays = [\"mon\", \"tue\"]\nfrom = \"08:00\"\nto = \"08:45\"\ntitle = \"数学\"\n";
        let good = with_timetable(offer(lesson)).unwrap();
        assert_eq!(lessons(&good.parts), Some(Ok(2)));
        let refused = with_timetable(offer(&lesson.replace("08:45", "07:00"))).unwrap_err();
        assert_eq!(refused.trouble, FirstTrouble::BadTimetable);
        assert!(refused.detail.contains("line 1"), "{refused:?}");
    }

    #[test]
    fn a_stick_that_did_not_change_is_not_asked_about_again() {
        let mut enrolments = Enrolments::default();
        let found =
            vec![("a.enrol".to_owned(), Ok("text".to_owned())), ("b.enrol".to_owned(), Err(Unread::Gone))];
        assert!(!enrolments.is_known(&found) && enrolments.is_known(&[]));
        enrolments.begin(found.clone());
        assert!(enrolments.is_known(&found));
        assert!(!enrolments.is_known(&[("a.enrol".to_owned(), Ok("other".to_owned())), found[1].clone()]));
    }
}
