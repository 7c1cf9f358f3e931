//! Which contact belongs to whom. What a contact first touched keeps it to its lift: the board, one UI surface,
//! or nobody. Decided on the display thread alone, from the surface stack as it was last told.

use crate::compositor::Stack;
use crate::gesture::{Gesture, Gestures, Step};
use crate::inbox::{Pointer, SurfaceId, ToUi};
use crate::message::Scene;
use board::PersonId;
use std::collections::HashMap;
use touch::{Contact, ContactId, PanelPoint, Phase, ToolKind};

/// A contact wider than this is a hand at rest, not a finger: it presses no button.
pub(crate) const PALM_UM: u32 = 22_000;

/// Two fingers ask for a palette when they rest this long ...
const HOLD_US: u64 = 500_000;
/// ... no further apart than one hand reaches ...
const HOLD_APART_UM: i64 = 250_000;
/// ... each within this of where it came down; an infrared frame trembles by 1 to 2 mm.
const HOLD_STILL_UM: i64 = 8_000;
/// ... and both came down as one gesture, not as two people who happen to write side by side.
const HOLD_TOGETHER_US: u64 = 250_000;

/// Who a contact belongs to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Owner {
    Board(PersonId),
    Surface(SurfaceId),
    /// One of two fingers of a gesture.
    Gesture,
    /// Its whole life is ignored: a second finger on a button, a palm on a palette, a finger on nothing.
    Nobody,
}

#[derive(Clone, Copy, Debug)]
struct Held {
    owner: Owner,
    down_us: u64,
    down_at: PanelPoint,
    at: PanelPoint,
    /// The corner of its surface when it came down: a surface that moves with a finger must not move away under the
    /// finger's own count.
    corner: (i32, i32),
    /// It may still become half of a two-finger hold.
    may_hold: bool,
}

/// All contacts that are down.
#[derive(Default)]
pub(crate) struct Router {
    held: HashMap<ContactId, Held>,
    /// The one pointer of each surface.
    pointers: HashMap<SurfaceId, ContactId>,
    gestures: Gestures,
}

/// What a contact came to.
pub(crate) enum Routed {
    /// It is a hand of this person on the board.
    Board(PersonId),
    Ui(ToUi),
    Nowhere,
}

/// Two fingers rested on the board: their contacts stop being hands, and a palette is wanted between them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Hold {
    pub(crate) contacts: [ContactId; 2],
    pub(crate) at: PanelPoint,
}

impl Router {
    /// Routes one contact; `x`, `y` is its place in pixels. `whose` is asked once, when it comes down on the board.
    pub(crate) fn route(
        &mut self,
        contact: &Contact,
        (x, y): (f32, f32),
        now_us: u64,
        (stack, scene): (&Stack, Scene),
        whose: impl FnOnce(&Contact) -> PersonId,
    ) -> Routed {
        match contact.phase {
            Phase::Down => {
                let owner = match self.hit(contact, (x.floor() as i32, y.floor() as i32), stack) {
                    Some(owner) => owner,
                    None if scene == Scene::Board => Owner::Board(whose(contact)),
                    None => Owner::Nobody,
                };
                let corner = corner(owner, stack);
                self.down(contact, owner, corner, now_us);
                say(owner, Pointer::Pressed, (x, y), corner, stack)
            }
            Phase::Move => {
                let Some(held) = self.held.get_mut(&contact.id) else { return Routed::Nowhere };
                held.at = contact.at;
                held.may_hold &=
                    !is_palm(contact) && held.down_at.distance_squared(contact.at) <= square(HOLD_STILL_UM);
                if is_palm(contact) {
                    self.gestures.lifted(contact.id);
                } else {
                    self.gestures.moved(contact.id, contact.at);
                }
                say(held.owner, Pointer::Moved, (x, y), held.corner, stack)
            }
            Phase::Up | Phase::Cancel => {
                let Some(held) = self.held.remove(&contact.id) else { return Routed::Nowhere };
                if let Owner::Surface(id) = held.owner {
                    self.pointers.remove(&id);
                }
                self.gestures.lifted(contact.id);
                let pointer = if contact.phase == Phase::Up { Pointer::Released } else { Pointer::Cancelled };
                say(held.owner, pointer, (x, y), held.corner, stack)
            }
        }
    }

    fn down(&mut self, contact: &Contact, owner: Owner, corner: (i32, i32), now_us: u64) {
        let may_hold =
            matches!(owner, Owner::Board(_)) && contact.tool == ToolKind::Finger && !is_palm(contact);
        let (at, down_at) = (contact.at, contact.at);
        self.held.insert(contact.id, Held { owner, down_us: now_us, down_at, at, corner, may_hold });
        match owner {
            Owner::Surface(id) => drop(self.pointers.insert(id, contact.id)),
            Owner::Board(person) if may_hold => self.gestures.down(contact, person, now_us),
            Owner::Board(_) | Owner::Gesture | Owner::Nobody => {}
        }
    }

    /// The surface that is touched, or nobody where one is but must not be; `None` beside all of them.
    fn hit(&self, contact: &Contact, (x, y): (i32, i32), stack: &Stack) -> Option<Owner> {
        match stack.hit(x, y)? {
            _ if is_palm(contact) => Some(Owner::Nobody),
            id if self.pointers.contains_key(&id) => Some(Owner::Nobody),
            id => Some(Owner::Surface(id)),
        }
    }

    /// The panel sees a contact no more; it may only be shadowed. A button must not wait to find out, so its pointer
    /// lifts now; if the finger is seen again it is nobody's, and presses nothing twice.
    pub(crate) fn missing(
        &mut self,
        id: ContactId,
        px: impl FnOnce(PanelPoint) -> (f32, f32),
        stack: &Stack,
    ) -> Option<ToUi> {
        let held = self.held.get_mut(&id)?;
        let owner = held.owner;
        let Owner::Surface(surface) = owner else { return None };
        held.owner = Owner::Nobody;
        self.pointers.remove(&surface);
        match say(owner, Pointer::Released, px(held.at), held.corner, stack) {
            Routed::Ui(message) => Some(message),
            Routed::Board(_) | Routed::Nowhere => None,
        }
    }

    /// A contact has taken hold of something on the board: it makes no gesture and asks for no palette.
    pub(crate) fn claim(&mut self, id: ContactId) {
        self.gestures.lifted(id);
        if let Some(held) = self.held.get_mut(&id) {
            held.may_hold = false;
        }
    }

    /// What two fingers have done since the last call: at the end of each frame, and when it is due. The contacts
    /// of a gesture that begins are no hands any more.
    pub(crate) fn take_gestures(&mut self, now_us: u64) -> Vec<Gesture> {
        let steps = self.gestures.take(now_us);
        for step in steps.iter().filter(|step| step.step == Step::Begin) {
            for id in step.contacts {
                if let Some(held) = self.held.get_mut(&id) {
                    held.owner = Owner::Gesture;
                }
            }
        }
        steps
    }

    /// When something comes due without a frame; `None` if nothing waits.
    pub(crate) fn due_us(&self) -> Option<u64> {
        self.next_hold_us().into_iter().chain(self.gestures.due_us()).min()
    }

    fn next_hold_us(&self) -> Option<u64> {
        self.pairs().map(|(a, b)| a.1.down_us.max(b.1.down_us) + HOLD_US).min()
    }

    /// A hold that has come due. Its contacts belong to nobody from now on.
    pub(crate) fn take_hold(&mut self, now_us: u64) -> Option<Hold> {
        let (a, b) =
            self.pairs().find(|(a, b)| now_us >= a.1.down_us.max(b.1.down_us).saturating_add(HOLD_US))?;
        let middle = |a: i32, b: i32| a.midpoint(b);
        let at =
            PanelPoint { x_um: middle(a.1.at.x_um, b.1.at.x_um), y_um: middle(a.1.at.y_um, b.1.at.y_um) };
        let contacts = [a.0, b.0];
        for id in contacts {
            if let Some(held) = self.held.get_mut(&id) {
                (held.owner, held.may_hold) = (Owner::Nobody, false);
            }
            self.gestures.end(id);
        }
        Some(Hold { contacts, at })
    }

    /// Pairs of resting fingers with no third one near: three and more are a hand or a fist.
    fn pairs(&self) -> impl Iterator<Item = ((ContactId, Held), (ContactId, Held))> {
        let mut resting: Vec<_> =
            self.held.iter().filter(|(_, held)| held.may_hold).map(|(id, held)| (*id, *held)).collect();
        resting.sort_unstable_by_key(|(id, _)| *id);
        let hand = |held: &&Held| matches!(held.owner, Owner::Board(_) | Owner::Gesture);
        let board: Vec<_> = self.held.values().filter(hand).copied().collect();
        let near = |a: PanelPoint, b: PanelPoint| a.distance_squared(b) <= square(HOLD_APART_UM);
        let mut pairs = Vec::new();
        for (number, first) in resting.iter().enumerate() {
            // Counted once for each finger, so that forty of them are not compared forty times over.
            if board.iter().filter(|other| near(other.at, first.1.at)).count() != 2 {
                continue;
            }
            for second in resting.iter().skip(number + 1) {
                let together = first.1.down_us.abs_diff(second.1.down_us) <= HOLD_TOGETHER_US;
                if together && near(first.1.at, second.1.at) {
                    pairs.push((*first, *second));
                }
            }
        }
        pairs.into_iter()
    }
}

/// What has a class was judged by its size over time, so that a finger laid flat is none; size alone speaks where
/// nothing else does.
pub(crate) fn is_palm(contact: &Contact) -> bool {
    let wide = || contact.class.is_none() && contact.major_um.is_some_and(|major| major > PALM_UM);
    contact.tool == ToolKind::Palm || wide()
}

/// The corner of the surface that is touched.
fn corner(owner: Owner, stack: &Stack) -> (i32, i32) {
    let Owner::Surface(surface) = owner else { return (0, 0) };
    stack.place(surface).map_or((0, 0), |rect| (rect.x, rect.y))
}

fn say(owner: Owner, pointer: Pointer, (x, y): (f32, f32), corner: (i32, i32), stack: &Stack) -> Routed {
    match owner {
        Owner::Board(person) => Routed::Board(person),
        Owner::Gesture | Owner::Nobody => Routed::Nowhere,
        // Hidden while it was touched: its window has already been told that the pointer left.
        Owner::Surface(surface) if stack.place(surface).is_none() => Routed::Nowhere,
        Owner::Surface(surface) => {
            let (x, y) = (x - corner.0 as f32, y - corner.1 as f32);
            Routed::Ui(ToUi::Pointer { surface, pointer, x, y })
        }
    }
}

const fn square(length: i64) -> i64 {
    length * length
}

#[cfg(test)]
mod tests;
