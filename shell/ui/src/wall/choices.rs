//! What else the words of a text may be, offered under it for a while: nobody need answer.

use std::rc::Rc;
use std::time::Duration;

use board::{ObjectId, PersonId};
use display::{Area, BoardCommand};
use slint::{ComponentHandle, ModelRc, PlatformError, Timer, TimerMode, VecModel};

use super::Wall;
use super::sums::Figures;
use crate::chips;
use crate::keyboard::CANDIDATES_MAX;
use crate::reading::Reading;
use crate::surface::Level;
use screens::{ChipRow, ChoicesAdapter, ChoicesSurface};

/// How long words are offered where the recogniser was sure of all.
const SURE_FOR: Duration = Duration::from_secs(12);
/// And where it was not, or somebody is choosing.
const UNSURE_FOR: Duration = Duration::from_secs(40);
/// Texts whose other readings are remembered: those of a lesson that somebody may still correct.
const KNOWN_MAX: usize = 64;
/// The room for chips in design units: the surface without its margins.
const ROOM: f32 = 684.0;
/// The surface's margins at both sides.
const MARGINS: f32 = 36.0;
/// Rows of chips that are seen at once, as high as the screen's file has them.
const SEEN: f32 = 184.0;
/// All around the chips of the words, and around those of the choices.
const AROUND_WORDS: f32 = 86.0;
const AROUND_CHOICES: f32 = 18.0;

/// A text whose words one person may still change.
pub(super) struct Offered {
    /// `None`: it is not on the board yet.
    pub(super) id: Option<ObjectId>,
    bounds: Area,
    reading: Reading,
    /// The words are the signs of this.
    pub(super) sum: Option<Figures>,
    /// The word whose choices are shown.
    word: Option<usize>,
    timer: Timer,
}

impl Wall {
    /// A text that was read lies on the board now: its words are offered.
    pub(super) fn offer(
        self: &Rc<Self>,
        person: PersonId,
        id: ObjectId,
        text: &str,
        bounds: Area,
    ) -> Result<(), PlatformError> {
        let sum = self.placing_sums.borrow_mut().remove(&person);
        if let Some((_, figures)) = sum.filter(|(value, _)| value == text) {
            return self.offer_sum(person, Some((id, bounds)), figures);
        }
        let Some(reading) = self.placing.borrow_mut().remove(&person) else { return Ok(()) };
        let says_something = reading.words.iter().any(|word| !word.choices.is_empty());
        if reading.text() != text || !says_something {
            return Ok(());
        }
        let mut known = self.known.borrow_mut();
        known.truncate(KNOWN_MAX - 1);
        known.push_front((id, reading.clone()));
        drop(known);
        self.offer_chips(person, Some(id), bounds, reading, None)
    }

    pub(super) fn offer_chips(
        self: &Rc<Self>,
        person: PersonId,
        id: Option<ObjectId>,
        bounds: Area,
        reading: Reading,
        sum: Option<Figures>,
    ) -> Result<(), PlatformError> {
        if !self.choices.borrow().contains_key(&person) {
            self.add_choices(person)?;
        }
        let offered = Offered { id, bounds, reading, sum, word: None, timer: Timer::default() };
        self.offered.borrow_mut().insert(person, offered);
        self.show_choices(person);
        Ok(())
    }

    /// What was to be chosen of a sum is of no use once its selection has gone and nothing stands beside it.
    pub(super) fn withdraw_unplaced(&self, person: PersonId) {
        if self.offered.borrow().get(&person).is_some_and(|offered| offered.id.is_none()) {
            self.withdraw(person);
        }
    }

    /// What else a text may be, as long as it is what was read.
    pub(super) fn others(&self, id: ObjectId, text: &str) -> Vec<String> {
        let known = self.known.borrow();
        let reading = known.iter().find(|(known, reading)| *known == id && reading.text() == text);
        reading.map(|(_, reading)| reading.others(CANDIDATES_MAX)).unwrap_or_default()
    }

    /// Offers a person's words no longer.
    pub(super) fn withdraw(&self, person: PersonId) {
        self.offered.borrow_mut().remove(&person);
        if let Some(choices) = self.choices.borrow().get(&person) {
            choices.set_visible(false);
        }
    }

    /// The same for all: what was offered lies on another page.
    pub(super) fn withdraw_all(&self) {
        let people: Vec<PersonId> = self.offered.borrow().keys().copied().collect();
        people.into_iter().for_each(|person| self.withdraw(person));
    }

    /// Somebody changes a text in another way, so its words are not those any more.
    pub(super) fn withdraw_text(&self, id: ObjectId) {
        let offered = self.offered.borrow();
        let people: Vec<PersonId> =
            offered.iter().filter(|(_, offered)| offered.id == Some(id)).map(|(person, _)| *person).collect();
        drop(offered);
        people.into_iter().for_each(|person| self.withdraw(person));
    }

    fn add_choices(self: &Rc<Self>, person: PersonId) -> Result<(), PlatformError> {
        let rect = self.layout.choices(self.layout.screen(), (ROOM + MARGINS, AROUND_WORDS));
        let choices = self.easel.make("choices", rect, Level::Passing, Some(person), ChoicesSurface::new)?;
        let adapter = choices.ui.global::<ChoicesAdapter<'_>>();
        adapter.set_person(person.number().into());
        let with = |act: fn(&Rc<Wall>, PersonId, usize)| {
            let wall = Rc::downgrade(self);
            move |index: i32| {
                if let (Some(wall), Ok(index)) = (wall.upgrade(), usize::try_from(index)) {
                    act(&wall, person, index);
                }
            }
        };
        adapter.on_word(with(Wall::open_word));
        adapter.on_choose(with(Wall::choose_word));
        let close = with(|wall, person, _| wall.withdraw(person));
        adapter.on_close(move || close(0));
        self.choices.borrow_mut().insert(person, choices);
        Ok(())
    }

    /// Shows what else a word may be; touched again, closes it.
    fn open_word(self: &Rc<Self>, person: PersonId, word: usize) {
        if let Some(offered) = self.offered.borrow_mut().get_mut(&person) {
            offered.word = Some(word).filter(|word| offered.word != Some(*word));
        }
        self.show_choices(person);
    }

    fn choose_word(self: &Rc<Self>, person: PersonId, choice: usize) {
        let mut all = self.offered.borrow_mut();
        let Some(offered) = all.get_mut(&person) else { return };
        let word = offered.word.take();
        if let Some(figures) = &mut offered.sum {
            let Some(word) = word else {
                let taken = figures.take_other(choice);
                drop(all);
                return if taken {
                    self.settle_sum(person)
                };
            };
            if offered.reading.choose(word, choice) && figures.choose(word, choice) {
                self.evaluate(figures);
            }
            drop(all);
            return self.show_choices(person);
        }
        let taken = word.is_some_and(|word| offered.reading.choose(word, choice));
        let edit = offered.id.filter(|_| taken).map(|id| (id, offered.reading.text()));
        drop(all);
        if let Some((id, text)) = edit {
            self.command(BoardCommand::EditText { person, id, text });
        }
        self.show_choices(person);
    }

    pub(super) fn show_choices(self: &Rc<Self>, person: PersonId) {
        let (choices, offered) = (self.choices.borrow(), self.offered.borrow());
        let (Some(choices), Some(offered)) = (choices.get(&person), offered.get(&person)) else { return };
        let words = &offered.reading.words;
        let (rows, words_height) = rows(words.iter().enumerate().map(|(at, word)| {
            let chosen = offered.word == Some(at);
            (word.text.as_str(), word.before == "\n", !word.sure, chosen)
        }));
        let open = offered.word.and_then(|word| words.get(word));
        let others: Vec<String> = match (open, &offered.sum) {
            (Some(word), _) => word.choices.clone(),
            // Of a sum the whole can be chosen too.
            (None, Some(sum)) => sum.others(),
            (None, None) => Vec::new(),
        };
        let others = others.iter().map(|choice| (choice.as_str(), false, false, false));
        let (others, others_height) = self::rows(others);
        let widest = rows.iter().chain(&others).map(|chip| chip.x + chip.width).fold(0.0, f32::max);
        let adapter = choices.ui.global::<ChoicesAdapter<'_>>();
        let sure = offered.sum.as_ref().map_or(offered.reading.is_sure(), Figures::is_settled);
        adapter.set_unsure(!sure);
        adapter.set_sum(offered.sum.is_some());
        adapter.set_outcome(offered.sum.as_ref().map_or(screens::Reading::Ready, Figures::outcome));
        adapter.set_words(ModelRc::new(VecModel::from(rows)));
        adapter.set_words_height(words_height);
        let below = if others.is_empty() { 0.0 } else { AROUND_CHOICES + others_height.min(SEEN) };
        adapter.set_choices(ModelRc::new(VecModel::from(others)));
        adapter.set_choices_height(others_height);
        let height = AROUND_WORDS + words_height.min(SEEN) + below;
        // No wider than its chips: what it covers cannot be written on.
        choices.place.set_rect(self.layout.choices(offered.bounds, (widest + MARGINS, height)));
        choices.place.raise();
        choices.set_visible(self.state.borrow().visible);
        let sure = sure && offered.word.is_none();
        let wall = Rc::downgrade(self);
        offered.timer.start(TimerMode::SingleShot, if sure { SURE_FOR } else { UNSURE_FOR }, move || {
            if let Some(wall) = wall.upgrade() {
                wall.withdraw(person);
            }
        });
    }
}

/// Chips of words: what they say, whether they begin a line, are unsure, are chosen. And their height.
fn rows<'a>(words: impl Iterator<Item = (&'a str, bool, bool, bool)> + Clone) -> (Vec<ChipRow>, f32) {
    let (places, height) = chips::lay(words.clone().map(|(text, breaks, ..)| (text, breaks)), ROOM);
    let row = |((text, _, unsure, chosen), place): ((&str, bool, bool, bool), chips::Place)| ChipRow {
        text: text.into(),
        x: place.x,
        y: place.y,
        width: place.width,
        unsure,
        chosen,
    };
    (words.zip(places).map(row).collect(), height)
}
