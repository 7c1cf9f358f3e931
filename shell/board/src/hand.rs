//! One contact on the board, from down to up: a small state machine. Forty of them are forty of these.
use crate::{
    board::Board,
    drag::Drag,
    effects::{BoardEvent, Effects},
    lasso::Loop,
    object::{Content, Object, ObjectId},
    op::{Edit, Op},
    person::{PersonId, Tool},
    point::PagePoint,
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
pub struct Touch {
    pub contact: ContactId,
    /// Whose contact it is; only what is said at its beginning counts.
    pub person: PersonId,
    pub at: PagePoint,
    /// Microseconds of a clock that does not go backwards.
    pub t_us: u64,
    /// 0..=65535, where the panel knows it.
    pub pressure: Option<u16>,
    /// The longer and the shorter width of what touches, where the panel knows it.
    pub major_um: Option<u32>,
    pub minor_um: Option<u32>,
    pub nib: Nib,
}

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
const MOST_HANDS: usize = 64;
/// A stroke longer than this is written down and goes on as a new one: about a minute of fast writing, and
/// what a record of the journal holds with ease.
const LONGEST_STROKE: usize = 16_384;

/// What a contact is doing.
pub(crate) enum Doing {
    Ink(Box<Wet>),
    Wipe(Wipe),
    Loop(Box<Loop>),
    Drag(Drag),
    /// Has had its effect, and is waited for to lift.
    Spent,
}

pub(crate) struct Hand {
    pub(crate) person: PersonId,
    began_us: u64,
    start: PagePoint,
    last: Touch,
    pub(crate) travelled: bool,
    pub(crate) doing: Doing,
}

impl Touch {
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
    /// A contact begins on the board.
    pub fn hand_down(&mut self, touch: &Touch) -> Effects {
        // The same contact cannot begin twice; if a panel says so, it lost the lift.
        let mut effects = self.lift(touch.contact);
        if self.hands.len() >= MOST_HANDS {
            return effects;
        }
        let doing = self.begin(touch, &mut effects);
        let hand = Hand {
            person: touch.person,
            began_us: touch.t_us,
            start: touch.at,
            last: *touch,
            travelled: false,
            doing,
        };
        self.hands.insert(touch.contact, hand);
        effects
    }

    fn begin(&mut self, touch: &Touch, effects: &mut Effects) -> Doing {
        let person = *self.person(touch.person);
        if touch.is_palm() || touch.nib == Nib::Eraser || person.tool == Tool::Eraser {
            return self.begin_wipe(touch, touch.at, effects);
        }
        match person.tool {
            Tool::Pen | Tool::Highlighter | Tool::Eraser => {
                let (wet, damage) = Wet::begin(&person, touch, self.scale);
                effects.damage.extend(damage);
                Doing::Ink(Box::new(wet))
            }
            Tool::Lasso => self.begin_lasso(touch, effects),
            Tool::Hand => self.begin_drag(touch, effects),
        }
    }

    fn begin_wipe(&mut self, touch: &Touch, from: PagePoint, effects: &mut Effects) -> Doing {
        let stamp = self.clock.next(touch.t_us);
        let mut wipe = Wipe::new(stamp, self.current, from);
        let reach = self.wipe_reach_um(touch);
        wipe.rub(&mut self.scene, touch.at, reach);
        effects.damage.extend(self.repaint());
        Doing::Wipe(wipe)
    }

    fn wipe_reach_um(&self, touch: &Touch) -> u32 {
        let tool = u32::from(self.person(touch.person).width.eraser_um()) / 2;
        if touch.is_palm() { touch.reach_um() } else { tool }
    }

    /// A contact moved, or only changed its size or pressure.
    pub fn hand_move(&mut self, touch: &Touch) -> Effects {
        let mut effects = Effects::default();
        let Some(mut hand) = self.hands.remove(&touch.contact) else { return effects };
        let touch = Touch { person: hand.person, ..*touch };
        hand.travelled |= touch.at.distance_squared(hand.start) > RESTS_UM * RESTS_UM;
        if touch.is_palm() && !matches!(hand.doing, Doing::Wipe(_) | Doing::Spent) {
            let doing = std::mem::replace(&mut hand.doing, Doing::Spent);
            hand.doing = self.turned_palm(&hand, doing, &touch, &mut effects);
        }
        match &mut hand.doing {
            Doing::Ink(wet) => {
                effects.damage.extend(wet.go_on(&touch, self.scale));
                if wet.nodes().len() >= LONGEST_STROKE {
                    self.commit(wet, hand.person, touch.t_us, &mut effects);
                    let person = *self.person(hand.person);
                    let (next, damage) = Wet::begin(&person, &touch, self.scale);
                    effects.damage.extend(damage);
                    hand.doing = Doing::Ink(Box::new(next));
                }
            }
            Doing::Wipe(wipe) => {
                let reach = self.wipe_reach_um(&hand.last).max(self.wipe_reach_um(&touch));
                wipe.rub(&mut self.scene, touch.at, reach);
                effects.damage.extend(self.repaint());
            }
            Doing::Loop(round) => effects.damage.extend(round.go_on(&touch, self.scale)),
            Doing::Drag(drag) => {
                if hand.travelled && drag.is_due(touch.t_us) {
                    drag.to(touch.at, touch.t_us, &mut self.scene);
                    effects.damage.extend(self.repaint());
                }
            }
            Doing::Spent => {}
        }
        // An eraser that grew into a palm stays as large as it was seen to be.
        let grown = hand.last.major_um.max(touch.major_um);
        let was_wiping = matches!(hand.doing, Doing::Wipe(_)) && hand.last.is_palm();
        hand.last = if was_wiping { Touch { major_um: grown, nib: Nib::Palm, ..touch } } else { touch };
        self.hands.insert(touch.contact, hand);
        effects
    }

    fn turned_palm(&mut self, hand: &Hand, doing: Doing, touch: &Touch, effects: &mut Effects) -> Doing {
        if touch.t_us.saturating_sub(hand.began_us) <= PALM_DOUBT_US {
            self.retract(doing, effects);
            return self.begin_wipe(touch, hand.start, effects);
        }
        self.complete(doing, hand.person, hand.travelled, touch, effects);
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
            self.retract(hand.doing, &mut effects);
        }
        effects
    }

    /// A contact ends where it was last seen.
    pub fn lift(&mut self, contact: ContactId) -> Effects {
        let mut effects = Effects::default();
        if let Some(hand) = self.hands.remove(&contact) {
            self.complete(hand.doing, hand.person, hand.travelled, &hand.last, &mut effects);
        }
        effects
    }

    /// Time passes: tails of resting pens arrive, resting fingers ask for a palette. Once a frame.
    pub fn tick(&mut self, now_us: u64) -> Effects {
        let mut effects = Effects::default();
        let mut rested = Vec::new();
        for (contact, hand) in &mut self.hands {
            match &mut hand.doing {
                Doing::Ink(wet) => effects.damage.extend(wet.tick(now_us, self.scale)),
                Doing::Loop(round) => effects.damage.extend(round.tick(now_us, self.scale)),
                Doing::Drag(drag) if hand.travelled && drag.is_due(now_us) => {
                    drag.to(hand.last.at, now_us, &mut self.scene);
                }
                Doing::Drag(_) => {}
                Doing::Wipe(_) | Doing::Spent => continue,
            }
            if !hand.travelled && now_us.saturating_sub(hand.began_us) >= REST_US {
                rested.push(*contact);
            }
        }
        for contact in rested {
            if let Some(hand) = self.hands.get_mut(&contact) {
                let at = hand.start;
                let doing = std::mem::replace(&mut hand.doing, Doing::Spent);
                self.retract(doing, &mut effects);
                effects.events.push(BoardEvent::PaletteAsked { at });
            }
        }
        effects.damage.extend(self.repaint());
        effects
    }

    fn retract(&mut self, doing: Doing, effects: &mut Effects) {
        match doing {
            Doing::Ink(wet) => effects.damage.extend(wet.damage()),
            Doing::Loop(round) => effects.damage.extend(round.damage()),
            Doing::Wipe(wipe) => wipe.cancel(&mut self.scene),
            Doing::Drag(drag) => drag.cancel(&mut self.scene),
            Doing::Spent => {}
        }
        effects.damage.extend(self.repaint());
    }

    fn complete(&mut self, doing: Doing, by: PersonId, travelled: bool, last: &Touch, effects: &mut Effects) {
        match doing {
            Doing::Ink(mut wet) => self.commit(&mut wet, by, last.t_us, effects),
            Doing::Loop(round) => self.finish_lasso(*round, by, effects),
            Doing::Drag(drag) => self.finish_drag(drag, by, travelled, last, effects),
            Doing::Wipe(wipe) => {
                let stamp = wipe.stamp();
                let edits = wipe.finish(&mut self.scene);
                if !edits.is_empty() {
                    self.perform(Op { stamp, by, page: self.current, edits }, effects);
                }
            }
            Doing::Spent => {}
        }
    }

    /// Wet ink dries: it becomes an object, and an op.
    fn commit(&mut self, wet: &mut Wet, by: PersonId, now_us: u64, effects: &mut Effects) {
        effects.damage.extend(wet.finish(self.scale));
        let stamp = self.clock.next(now_us);
        let id = ObjectId { made: stamp, index: 0 };
        let content = Content::Stroke(wet.stroke());
        let object = Object { id, page: self.current, by, z: id, piece_of: None, content };
        effects.damage.extend(self.repaint());
        self.scene.add(object.clone());
        effects.damage.extend(self.drawing.lay(&mut self.scene, self.current, id, &wet.mask));
        let edits = vec![Edit::Add(object)];
        self.perform(Op { stamp, by, page: self.current, edits }, effects);
    }
}
