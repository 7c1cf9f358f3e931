//! What somebody on the bus asks about the screen.

use display::ToDisplay;

use super::{App, Screen};
use crate::bridge::Ask;
use crate::settings::Language;

impl App {
    pub(super) fn answer(&self, ask: Ask) {
        let unheard = match ask {
            Ask::Screenshot(reply) => {
                let hand_on = Box::new(move |picture| {
                    if reply.send(Some(picture)).is_err() {
                        tracing::debug!("nobody waits for the picture any more");
                    }
                });
                self.easel.display.send(ToDisplay::Screenshot(hand_on)).is_err()
            }
            Ask::Elements(reply) => reply.send(self.elements()).is_err(),
            Ask::Show(name, reply) => {
                let screen =
                    Screen::ALL.into_iter().find(|screen| screen.name() == name && screen.is_in(self.role));
                screen.inspect(|screen| {
                    self.signage.touched();
                    self.go(*screen);
                });
                reply.send(screen.is_some()).is_err()
            }
            Ask::Language(name, reply) => {
                let language = Language::parse(&name);
                language.inspect(|language| self.speak(*language));
                reply.send(language.is_some()).is_err()
            }
        };
        if unheard {
            tracing::debug!("nobody waits for the answer any more");
        }
    }
}
