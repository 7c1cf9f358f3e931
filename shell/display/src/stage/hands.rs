//! Contacts that are hands on the board, and what is drawn around those that erase.

use super::Stage;
use crate::compositor::Ring;
use crate::inbox::ToUi;
use crate::message::FromDisplay;
use crate::presenter::Place;
use board::{Nib, PersonId, Touch};
use touch::{Contact, Phase, ToolKind};

/// The most of a palm's reach that is drawn: a forearm laid on the panel.
const RING_LIMIT_UM: u32 = 300_000;

impl Stage {
    pub(super) fn hand(&mut self, contact: &Contact, person: PersonId, t_us: u64) {
        let raised = self.raised(contact.at);
        let at = board::PanelPoint::new(raised.x_um, raised.y_um);
        if contact.phase == Phase::Up {
            self.owners.wrote(person, contact.at, t_us);
        }
        let (x, y) = self.px(contact.at);
        if contact.phase == Phase::Down && self.tells_touches {
            self.to_ui.push(ToUi::Event(FromDisplay::Touched { x: x as i32, y: y as i32 }));
        }
        let place = Place { contact: contact.id, person, phase: contact.phase, x, y, t_us };
        if self.presenter.touch(&place, &mut self.dirty) || self.moves(contact, person, t_us) {
            return;
        }
        if contact.phase == Phase::Down && self.is_above(contact.at) {
            return;
        }
        let nib = match contact.tool {
            ToolKind::Finger => Nib::Finger,
            ToolKind::Pen => Nib::Pen,
            ToolKind::Eraser => Nib::Eraser,
            ToolKind::Palm => Nib::Palm,
        };
        let touch = Touch {
            contact: board::ContactId(contact.id.0),
            person,
            at,
            t_us,
            pressure: contact.pressure,
            // The board takes what is wide for a palm: only what is one may say how wide it is.
            major_um: contact.major_um.filter(|_| crate::router::is_palm(contact)),
            minor_um: contact.minor_um,
            nib,
        };
        let effects = match contact.phase {
            Phase::Down => self.board.hand_down(&touch),
            Phase::Move => self.board.hand_move(&touch),
            Phase::Up => self.board.hand_up(&touch),
            Phase::Cancel => self.board.hand_cancel(touch.contact),
        };
        self.apply(effects);
        if contact.phase == Phase::Down && self.board.is_holding(touch.contact) {
            // What carries something is no finger of a pinch.
            self.router.claim(contact.id);
        }
        self.ring(contact);
    }

    /// Keeps the outline around a hand that erases where the hand is.
    fn ring(&mut self, contact: &Contact) {
        let over = matches!(contact.phase, Phase::Up | Phase::Cancel);
        let old = self.rings.remove(&contact.id);
        self.dirty.extend(old.iter().map(Ring::area));
        // Once a palm, a palm to its lift, as on the board.
        if over || !(crate::router::is_palm(contact) || old.is_some()) {
            return;
        }
        let px_per_um = self.width as f32 / self.size_um.0 as f32;
        let major = contact.major_um.unwrap_or(crate::router::PALM_UM).min(RING_LIMIT_UM);
        let minor = contact.minor_um.unwrap_or(0).clamp(major / 2, major);
        // The panel does not say how the ellipse lies, so the board erases a disc of its area.
        let radius = ((f64::from(major) * f64::from(minor)).sqrt() / 2.0) as f32 * px_per_um;
        let radius = old.map_or(radius, |old| old.radius_x.max(radius));
        let (x, y) = self.px(contact.at);
        let ring = Ring { x, y, radius_x: radius, radius_y: radius };
        self.dirty.add(ring.area());
        self.rings.insert(contact.id, ring);
    }
}
