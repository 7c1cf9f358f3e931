//! One contact on the board, from down to up: a small state machine. Forty of them are forty of these.
mod ending;

use ink::Scale;

use crate::{
    board::Board,
    drag::Drag,
    effects::{BoardEvent, Effects},
    held::STILL_UM,
    laid::{Carry, Guide, Taken},
    lasso::Loop,
    page::PageId,
    pane::Pane,
    person::{PersonId, Tool},
    point::{PagePoint, PanelPoint},
    snap::Drawing,
    wet::Wet,
    wipe::Wipe,
};

/// One contact, unique for the life of the process.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, PartialOrd, Ord)]
pub struct ContactId(pub u64);

/// What the panel says a contact is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, Default)]
pub enum Nib {
    #[default]
    Finger,
    Pen,
    Eraser,
    Palm,
}

/// One report of a contact on the board.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Touch<At = PanelPoint> {
    pub contact: ContactId,
    /// Whose contact it is; only what is said at its beginning counts.
    pub person: PersonId,
    pub at: At,
    /// Microseconds of a clock that does not go backwards.
    pub t_us: u64,
    /// 0..=65535, where the panel knows it.
    pub pressure: Option<u16>,
    /// The longer and the shorter width of what touches, where the panel knows it.
    pub major_um: Option<u32>,
    pub minor_um: Option<u32>,
    pub nib: Nib,
}

/// The same report, on the page that the contact writes on. Its sizes are still those on the glass.
pub(crate) type Tip = Touch<PagePoint>;

/// A contact wider than this is a palm: a finger is 7 to 14 mm.
const PALM_UM: u32 = 22_000;
/// A contact may turn out to be a palm within this time, and then never wrote: panels need a few frames to
/// see how large a hand is. Later the ink stands, because nobody's writing is taken away by a guess.
const PALM_DOUBT_US: u64 = 80_000;
/// A contact that rests so long asks for a palette.
const REST_US: u64 = 800_000;
/// A contact further than this from where it began is moving, in micrometres.
const RESTS_UM: i64 = 5_000;
/// Forty contacts are promised; beyond this a panel is reporting ghosts.
pub(crate) const MOST_HANDS: usize = 64;
/// A stroke longer than this is written down and goes on as a new one: about a minute of fast writing, and
/// what a record of the journal holds with ease.
const LONGEST_STROKE: usize = 16_384;

/// What a contact is doing.
pub(crate) enum Doing {
    Ink(Box<Wet>),
    Wipe(Wipe),
    Loop(Box<Loop>),
    Drag(Drag),
    /// Carries an instrument.
    Carry(Carry),
    /// Draws with the shape tool.
    Figure(Box<Drawing>),
    /// Has had its effect, and is waited for to lift.
    Spent,
}

pub(crate) struct Hand {
    pub(crate) person: PersonId,
    /// Where it went down: a contact belongs there for its whole life.
    pub(crate) pane: usize,
    pub(crate) page: PageId,
    began_us: u64,
    start: PanelPoint,
    last: Touch,
    pub(crate) travelled: bool,
    /// Since when, and about where on the glass, it has been still.
    pub(crate) still_us: u64,
    still_at: PanelPoint,
    /// The edge its ink follows.
    pub(crate) guide: Option<Guide>,
    pub(crate) doing: Doing,
}

impl Hand {
    pub(crate) fn began_us(&self) -> u64 {
        self.began_us
    }

    /// The pane shows its page at another scale now.
    pub(crate) fn rescale(&mut self, scale: Scale) {
        match &mut self.doing {
            Doing::Ink(wet) => wet.rescale(scale),
            Doing::Loop(round) => round.wet.rescale(scale),
            Doing::Figure(drawing) => drawing.wet.rescale(scale),
            Doing::Wipe(_) | Doing::Drag(_) | Doing::Carry(_) | Doing::Spent => {}
        }
    }
}

impl<At> Touch<At> {
    fn is_palm(&self) -> bool {
        self.nib == Nib::Palm || self.major_um.is_some_and(|major| major > PALM_UM)
    }

    /// The reach of the contact itself: of a disc as large as its ellipse, since no panel says how it lies.
    fn reach_um(&self) -> u32 {
        let major = u64::from(self.major_um.unwrap_or(PALM_UM).clamp(PALM_UM, 300_000));
        let minor = u64::from(self.minor_um.unwrap_or(0)).clamp(major / 2, major);
        ((major * minor).isqrt() / 2) as u32
    }
}

impl Board {
    /// A contact begins on the board, in the pane under it.
    pub fn hand_down(&mut self, touch: &Touch) -> Effects {
        // The same contact cannot begin twice; if a panel says so, it lost the lift.
        let mut effects = self.lift(touch.contact);
        if self.hands.len() >= MOST_HANDS || self.is_past() {
            return effects;
        }
        let pane = self.pane_at(touch.at);
        self.seats[touch.person.seat()] = pane;
        let mut guide = None;
        let doing = match self.take(touch, &mut effects) {
            Taken::Carry(carry) => Doing::Carry(carry),
            Taken::Closed => Doing::Spent,
            Taken::Guide(rail) => {
                let tip = self.tip(pane, &Touch { at: rail.along(touch.at), ..*touch });
                guide = Some(rail);
                self.begin(pane, &tip, &mut effects)
            }
            Taken::Nothing => {
                let tip = self.tip(pane, touch);
                self.begin(pane, &tip, &mut effects)
            }
        };
        let hand = Hand {
            person: touch.person,
            pane,
            page: self.panes[pane].page,
            began_us: touch.t_us,
            start: touch.at,
            last: *touch,
            travelled: false,
            still_us: touch.t_us,
            still_at: touch.at,
            guide,
            doing,
        };
        self.hands.insert(touch.contact, hand);
        effects
    }

    /// Whether a contact carries an instrument or moves objects.
    pub fn is_holding(&self, contact: ContactId) -> bool {
        let doing = self.hands.get(&contact).map(|hand| &hand.doing);
        matches!(doing, Some(Doing::Carry(_) | Doing::Drag(_)))
    }

    /// What a contact takes hold of before it writes: a palm and an eraser go over instruments.
    fn take(&mut self, touch: &Touch, effects: &mut Effects) -> Taken {
        if touch.is_palm() || touch.nib == Nib::Eraser || self.laid.is_empty() {
            return Taken::Nothing;
        }
        let person = self.person(touch.person);
        let half_width_um = match person.tool {
            Tool::Pen => Some(u32::from(person.width.pen_um()) / 2),
            Tool::Highlighter => Some(u32::from(person.width.highlighter_um()) / 2),
            Tool::Eraser | Tool::StrokeEraser | Tool::Lasso | Tool::Hand | Tool::Shape(_) => None,
        };
        self.take_instrument(touch, half_width_um, effects)
    }

    /// Where a hand was last seen, on its page.
    pub(crate) fn last_tip(&self, hand: &Hand) -> Tip {
        self.tip(hand.pane, &hand.last)
    }

    /// A report on the page of a pane.
    fn tip(&self, pane: usize, touch: &Touch) -> Tip {
        let Touch { contact, person, at, t_us, pressure, major_um, minor_um, nib } = *touch;
        let at = self.panes[pane].to_page(at);
        Touch { contact, person, at, t_us, pressure, major_um, minor_um, nib }
    }

    fn begin(&mut self, pane: usize, tip: &Tip, effects: &mut Effects) -> Doing {
        let person = *self.person(tip.person);
        let erases = matches!(person.tool, Tool::Eraser | Tool::StrokeEraser);
        if tip.is_palm() || tip.nib == Nib::Eraser || erases {
            return self.begin_wipe(pane, tip, tip.at, effects);
        }
        match person.tool {
            Tool::Pen | Tool::Highlighter | Tool::Eraser | Tool::StrokeEraser => {
                Doing::Ink(Box::new(self.begin_wet(pane, tip, effects)))
            }
            Tool::Lasso => self.begin_lasso(pane, tip, effects),
            Tool::Hand => self.begin_drag(pane, tip, effects),
            Tool::Shape(form) => {
                let wet = self.begin_wet(pane, tip, effects);
                Doing::Figure(Box::new(Drawing::new(wet, form, tip.at)))
            }
        }
    }

    pub(crate) fn begin_wet(&self, pane: usize, tip: &Tip, effects: &mut Effects) -> Wet {
        let pane = &self.panes[pane];
        let (wet, damage) = Wet::begin(self.person(tip.person), tip, pane.zoom, pane.scale());
        effects.damage.extend(self.on_panel(pane.page, pane.zoom, &damage));
        wet
    }

    fn begin_wipe(&mut self, pane: usize, tip: &Tip, from: PagePoint, effects: &mut Effects) -> Doing {
        let stamp = self.clock.next(tip.t_us);
        // A hand laid flat rubs out what is under it, whatever its person chose.
        let whole = self.person(tip.person).tool == Tool::StrokeEraser && !tip.is_palm();
        let mut wipe = Wipe::new(stamp, self.panes[pane].page, from, whole);
        let reach = self.wipe_reach_um(pane, tip);
        wipe.rub(&mut self.scene, tip.at, reach);
        effects.damage.extend(self.repaint());
        Doing::Wipe(wipe)
    }

    /// How far a contact rubs, in micrometres of the page.
    fn wipe_reach_um<At>(&self, pane: usize, touch: &Touch<At>) -> u32 {
        let tool = u32::from(self.person(touch.person).width.eraser_um()) / 2;
        self.panes[pane].zoom.on_page(if touch.is_palm() { touch.reach_um() } else { tool })
    }

    /// A contact moved, or only changed its size or pressure.
    pub fn hand_move(&mut self, touch: &Touch) -> Effects {
        let mut effects = Effects::default();
        let Some(mut hand) = self.hands.remove(&touch.contact) else { return effects };
        let raw = touch.at;
        let at = hand.guide.as_ref().map_or(raw, |guide| guide.along(raw));
        let touch = Touch { person: hand.person, at, ..*touch };
        if touch.at.distance_squared(hand.still_at) > STILL_UM * STILL_UM {
            (hand.still_at, hand.still_us) = (touch.at, touch.t_us);
            if let Doing::Ink(wet) = &mut hand.doing {
                wet.asked = false;
            }
        }
        if let Some(guide) = &hand.guide {
            self.turn_compass(guide, hand.last.at, touch.at, &mut effects.damage);
        }
        if !hand.travelled && touch.at.distance_squared(hand.start) > RESTS_UM * RESTS_UM {
            hand.travelled = true;
            if matches!(hand.doing, Doing::Ink(_)) {
                self.hide_handles(hand.person, &mut effects);
            }
        }
        let tip = self.tip(hand.pane, &touch);
        if touch.is_palm() && !matches!(hand.doing, Doing::Wipe(_) | Doing::Spent) {
            let doing = std::mem::replace(&mut hand.doing, Doing::Spent);
            hand.doing = self.turned_palm(&hand, doing, &tip, &mut effects);
        }
        let Pane { page, zoom, .. } = self.panes[hand.pane];
        match &mut hand.doing {
            Doing::Ink(wet) => {
                effects.damage.extend(self.on_panel(page, zoom, &wet.go_on(&tip)));
                if wet.nodes().len() >= LONGEST_STROKE {
                    self.commit(wet, hand.pane, hand.person, touch.t_us, &mut effects);
                    let next = self.begin_wet(hand.pane, &tip, &mut effects);
                    hand.doing = Doing::Ink(Box::new(next));
                }
            }
            Doing::Wipe(wipe) => {
                let reach =
                    self.wipe_reach_um(hand.pane, &hand.last).max(self.wipe_reach_um(hand.pane, &touch));
                wipe.rub(&mut self.scene, tip.at, reach);
                effects.damage.extend(self.repaint());
            }
            Doing::Loop(round) => effects.damage.extend(self.on_panel(page, zoom, &round.go_on(&tip))),
            Doing::Drag(drag) => {
                if hand.travelled && drag.is_due(touch.t_us) {
                    drag.to(tip.at, touch.t_us, &mut self.scene);
                    effects.damage.extend(self.repaint());
                }
            }
            Doing::Carry(carry) => self.carry_on(touch.contact, carry, &touch, &mut effects),
            Doing::Figure(drawing) => effects.damage.extend(self.on_panel(page, zoom, &drawing.go_on(&tip))),
            Doing::Spent => {}
        }
        // An eraser that grew into a palm stays as large as it was seen to be.
        let grown = hand.last.major_um.max(touch.major_um);
        let was_wiping = matches!(hand.doing, Doing::Wipe(_)) && hand.last.is_palm();
        hand.last = if was_wiping { Touch { major_um: grown, nib: Nib::Palm, ..touch } } else { touch };
        self.hands.insert(touch.contact, hand);
        effects
    }

    fn turned_palm(&mut self, hand: &Hand, doing: Doing, tip: &Tip, effects: &mut Effects) -> Doing {
        if tip.t_us.saturating_sub(hand.began_us) <= PALM_DOUBT_US {
            self.retract(doing, hand.pane, effects);
            let from = self.panes[hand.pane].to_page(hand.start);
            return self.begin_wipe(hand.pane, tip, from, effects);
        }
        self.complete(doing, hand, tip, effects);
        Doing::Spent
    }

    /// A contact lifts: what it did becomes an op.
    pub fn hand_up(&mut self, touch: &Touch) -> Effects {
        let moved = self.hands.get(&touch.contact).is_some_and(|hand| hand.last.at != touch.at);
        let mut effects = if moved { self.hand_move(touch) } else { Effects::default() };
        effects.extend(self.lift(touch.contact));
        effects
    }

    /// A contact should never have been (the panel took it back): nothing it did stays. For a panel that was
    /// unplugged use [`Board::lift`]: what was written stays written.
    pub fn hand_cancel(&mut self, contact: ContactId) -> Effects {
        let mut effects = Effects::default();
        if let Some(hand) = self.hands.remove(&contact) {
            self.retract(hand.doing, hand.pane, &mut effects);
        }
        effects
    }

    /// A contact ends where it was last seen.
    pub fn lift(&mut self, contact: ContactId) -> Effects {
        let mut effects = Effects::default();
        if let Some(mut hand) = self.hands.remove(&contact) {
            let doing = std::mem::replace(&mut hand.doing, Doing::Spent);
            let tip = self.tip(hand.pane, &hand.last);
            self.complete(doing, &hand, &tip, &mut effects);
        }
        effects
    }

    /// Time passes: tails of resting pens arrive, resting fingers ask for a palette. Once a frame.
    pub fn tick(&mut self, now_us: u64) -> Effects {
        let mut effects = Effects::default();
        let mut rested = Vec::new();
        let mut drawn: Vec<(usize, ink::Damage)> = Vec::new();
        for (contact, hand) in &mut self.hands {
            match &mut hand.doing {
                Doing::Ink(wet) => drawn.push((hand.pane, wet.tick(now_us))),
                Doing::Loop(round) => drawn.push((hand.pane, round.tick(now_us))),
                Doing::Drag(drag) if hand.travelled && drag.is_due(now_us) => {
                    let at = self.panes[hand.pane].to_page(hand.last.at);
                    drag.to(at, now_us, &mut self.scene);
                }
                Doing::Drag(_) => {}
                Doing::Figure(_) | Doing::Wipe(_) | Doing::Carry(_) | Doing::Spent => continue,
            }
            if !hand.travelled && now_us.saturating_sub(hand.began_us) >= REST_US {
                rested.push(*contact);
            }
        }
        for (pane, damage) in drawn {
            let Pane { page, zoom, .. } = self.panes[pane];
            effects.damage.extend(self.on_panel(page, zoom, &damage));
        }
        // In one order on every machine, as the events are.
        rested.sort_unstable();
        for contact in rested {
            if let Some(hand) = self.hands.get_mut(&contact) {
                let (at, pane) = (hand.start, hand.pane);
                let doing = std::mem::replace(&mut hand.doing, Doing::Spent);
                self.retract(doing, pane, &mut effects);
                effects.events.push(BoardEvent::PaletteAsked { at });
            }
        }
        self.snap_held(now_us, &mut effects);
        effects.damage.extend(self.repaint());
        effects
    }
}
