//! A unit that is sold by time: which screen stands before whom.

use std::rc::Rc;

use api::sessions::SessionOffer;
use slint::PlatformError;

use super::{App, Screen, with_app};
use crate::assets::Assets;
use crate::bridge::FromUi;
use crate::kept::TenantKeeper;
use crate::layout::Layout;
use crate::session::{Duty, SessionScreens, Wishes};
use crate::settings::Settings;
use crate::surface::Easel;

/// The screens of time, which ask this app for what they want.
pub(super) fn screens(
    easel: &Easel,
    layout: &Layout,
    assets: Rc<Assets>,
    settings: &Settings,
) -> Result<Rc<SessionScreens>, PlatformError> {
    let buy = Box::new(|offer: &SessionOffer, count, currency: &str| {
        let (offer, currency) = (offer.clone(), currency.to_owned());
        // From the next turn of the loop, since the screen that asks is being shown anew by its own touch.
        slint::Timer::single_shot(std::time::Duration::ZERO, move || {
            with_app(|app| app.buy_time(&offer, count, &currency));
        });
    });
    SessionScreens::new(
        easel,
        layout,
        assets,
        &settings.session,
        TenantKeeper::new(&settings.state),
        Wishes {
            buy,
            turned: Box::new(|| with_app(App::settle_time)),
            take_along: Box::new(|| with_app(|app| app.wall.class().hand_out())),
        },
    )
}

impl App {
    /// The screen that somebody may see who wants to see this one: behind a lock there is neither board nor home.
    pub(super) fn open_or_locked(&self, screen: Screen) -> Screen {
        match screen {
            Screen::Home | Screen::Board if self.session.locks() => Screen::Session,
            screen => screen,
        }
    }

    /// Somebody wants time; it is paid on the kiosk's screens, over whatever is shown.
    pub(super) fn buy_time(&self, offer: &SessionOffer, count: u32, currency: &str) {
        let begun = self.kiosk.buy_time(offer, count, currency);
        self.session.set_refused(!begun);
        if begun {
            self.go(Screen::Kiosk);
        }
    }

    /// The till has said for certain whose the room is: what somebody else wrote is wiped before the board opens.
    pub(super) fn take_whose(&self, first: Option<&str>) {
        if self.session.take_whose(first) == Duty::Wipe {
            self.wall.end_for_good();
        }
    }

    /// Goes where the till's word leads: the board opens once its time is paid and locks when it is over, and from the
    /// end of a payment the way leads back to where it began.
    pub(super) fn settle_time(&self) {
        self.session.set_till(self.kiosk.is_here(), !self.kiosk.is_open());
        if let (Duty::Ask, room) = self.session.board_duty()
            && !self.asker.ask(FromUi::Whose(room))
        {
            self.session.take_whose(None);
        }
        match self.shown.get().0 {
            Screen::Home | Screen::Board if self.session.locks() => self.go(Screen::Session),
            Screen::Session if !self.session.locks() => self.go(Screen::Board),
            Screen::Session if !self.kiosk.is_idle() => {
                self.kiosk.resume_time();
                self.go(Screen::Kiosk);
            }
            Screen::Kiosk if self.kiosk.is_buying_time() && self.kiosk.is_idle() => {
                let refused = self.kiosk.leave_time();
                self.go(Screen::Board);
                self.session.set_refused(refused);
            }
            _ => {}
        }
    }
}
