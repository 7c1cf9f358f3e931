//! What people are told of troubles: the display's, and a bus that is gone.

use super::{App, BUS_GRACE, with_app};
use screens::Trouble;

impl App {
    pub(super) fn take_trouble(&self, trouble: display::Trouble) {
        match trouble {
            display::Trouble::JournalFull => self.messages.say(Trouble::JournalFull, false),
            display::Trouble::JournalRoom => self.messages.say(Trouble::JournalRoom, true),
            display::Trouble::JournalBroken => self.messages.say(Trouble::JournalBroken, false),
            display::Trouble::RecoveredTail => self.messages.say(Trouble::RecoveredTail, false),
            display::Trouble::TouchLost => self.messages.say(Trouble::TouchLost, false),
            display::Trouble::TouchBack => self.messages.say(Trouble::TouchBack, true),
        }
    }

    pub(super) fn take_bus(&self, there: bool) {
        if there {
            self.bus_timer.stop();
            if self.bus_complained.take() {
                self.messages.say(Trouble::BusBack, true);
            }
            return;
        }
        self.kiosk.lose();
        self.wall.set_reading(false);
        self.home.adapter().set_reading_ready(false);
        self.bus_timer.start(slint::TimerMode::SingleShot, BUS_GRACE, || {
            with_app(|app| {
                app.bus_complained.set(true);
                app.messages.say(Trouble::BusLost, false);
            });
        });
    }
}
