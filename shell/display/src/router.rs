//! Which contact belongs to whom. What a contact first touched keeps it to its lift: the board, one UI surface,
//! or nobody. Decided on the display thread alone, from the surface stack as it was last told.

use crate::compositor::Stack;
use crate::inbox::{Pointer, SurfaceId, ToUi};
use crate::message::Scene;
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
    Board,
    Surface(SurfaceId),
    /// Its whole life is ignored: a second finger on a button, a palm on a palette, a finger on nothing.
    Nobody,
}

#[derive(Clone, Copy, Debug)]
struct Held {
    owner: Owner,
    down_us: u64,
    down_at: PanelPoint,
    at: PanelPoint,
    /// It may still become half of a two-finger hold.
    may_hold: bool,
}

/// All contacts that are down.
#[derive(Default)]
pub(crate) struct Router {
    held: HashMap<ContactId, Held>,
    /// The one pointer of each surface.
    pointers: HashMap<SurfaceId, ContactId>,
}

/// What a contact came to.
pub(crate) enum Routed {
    Board,
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
    /// Routes one contact; `x`, `y` is its place in pixels.
    pub(crate) fn route(
        &mut self,
        contact: &Contact,
        (x, y): (f32, f32),
        now_us: u64,
        stack: &Stack,
        scene: Scene,
    ) -> Routed {
        match contact.phase {
            Phase::Down => {
                let owner = self.owner_of(contact, (x.floor() as i32, y.floor() as i32), stack, scene);
                let may_hold = owner == Owner::Board && contact.tool == ToolKind::Finger && !is_palm(contact);
                let (at, down_at) = (contact.at, contact.at);
                self.held.insert(contact.id, Held { owner, down_us: now_us, down_at, at, may_hold });
                if let Owner::Surface(id) = owner {
                    self.pointers.insert(id, contact.id);
                }
                say(owner, Pointer::Pressed, (x, y), stack)
            }
            Phase::Move => {
                let Some(held) = self.held.get_mut(&contact.id) else { return Routed::Nowhere };
                held.at = contact.at;
                held.may_hold &=
                    !is_palm(contact) && distance_squared(held.down_at, contact.at) <= square(HOLD_STILL_UM);
                say(held.owner, Pointer::Moved, (x, y), stack)
            }
            Phase::Up | Phase::Cancel => {
                let Some(held) = self.held.remove(&contact.id) else { return Routed::Nowhere };
                if let Owner::Surface(id) = held.owner {
                    self.pointers.remove(&id);
                }
                let pointer = if contact.phase == Phase::Up { Pointer::Released } else { Pointer::Cancelled };
                say(held.owner, pointer, (x, y), stack)
            }
        }
    }

    fn owner_of(&self, contact: &Contact, (x, y): (i32, i32), stack: &Stack, scene: Scene) -> Owner {
        match stack.hit(x, y) {
            Some(_) if is_palm(contact) => Owner::Nobody,
            Some(id) if self.pointers.contains_key(&id) => Owner::Nobody,
            Some(id) => Owner::Surface(id),
            None if scene == Scene::Board => Owner::Board,
            None => Owner::Nobody,
        }
    }

    /// When the next hold could come due; `None` if nothing waits.
    pub(crate) fn next_hold_us(&self) -> Option<u64> {
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
        }
        Some(Hold { contacts, at })
    }

    /// Pairs of resting fingers with no third one near: three and more are a hand or a fist.
    fn pairs(&self) -> impl Iterator<Item = ((ContactId, Held), (ContactId, Held))> {
        let mut resting: Vec<_> =
            self.held.iter().filter(|(_, held)| held.may_hold).map(|(id, held)| (*id, *held)).collect();
        resting.sort_unstable_by_key(|(id, _)| *id);
        let board: Vec<_> = self.held.values().filter(|held| held.owner == Owner::Board).copied().collect();
        let near = |a: PanelPoint, b: PanelPoint| distance_squared(a, b) <= square(HOLD_APART_UM);
        let mut pairs = Vec::new();
        for (number, first) in resting.iter().enumerate() {
            for second in resting.iter().skip(number + 1) {
                let together = first.1.down_us.abs_diff(second.1.down_us) <= HOLD_TOGETHER_US;
                let alone = board.iter().filter(|other| near(other.at, first.1.at)).count() == 2;
                if together && alone && near(first.1.at, second.1.at) {
                    pairs.push((*first, *second));
                }
            }
        }
        pairs.into_iter()
    }
}

pub(crate) fn is_palm(contact: &Contact) -> bool {
    contact.tool == ToolKind::Palm || contact.major_um.is_some_and(|major| major > PALM_UM)
}

fn say(owner: Owner, pointer: Pointer, (x, y): (f32, f32), stack: &Stack) -> Routed {
    match owner {
        Owner::Board => Routed::Board,
        Owner::Nobody => Routed::Nowhere,
        Owner::Surface(surface) => match stack.place(surface) {
            Some(rect) => {
                Routed::Ui(ToUi::Pointer { surface, pointer, x: x - rect.x as f32, y: y - rect.y as f32 })
            }
            // Hidden while it was touched: its window has already been told that the pointer left.
            None => Routed::Nowhere,
        },
    }
}

const fn square(length: i64) -> i64 {
    length * length
}

fn distance_squared(a: PanelPoint, b: PanelPoint) -> i64 {
    square(i64::from(a.x_um) - i64::from(b.x_um)) + square(i64::from(a.y_um) - i64::from(b.y_um))
}

#[cfg(test)]
mod tests;
