//! The screens there are, and on which devices.

use crate::settings::Role;

/// One of the screens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Screen {
    Home,
    Board,
    Kiosk,
    /// Before a board that is sold by time.
    Session,
}

impl Screen {
    pub(super) const ALL: [Self; 3] = [Self::Home, Self::Board, Self::Kiosk];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Home => "home",
            Self::Board => "board",
            Self::Kiosk => "kiosk",
            Self::Session => "session",
        }
    }

    pub(super) fn is_in(self, role: Role) -> bool {
        match role {
            Role::Both => true,
            Role::Panel => self != Self::Kiosk,
            Role::Kiosk => self == Self::Kiosk,
        }
    }
}
