//! Whether somebody stands before the kiosk: nothing of one student's may surprise the next. Pure; seconds are counted
//! by whoever ticks.

/// Nobody touches a menu for so long while choosing; after it the screen asks.
const IDLE_SECONDS: u32 = 60;
/// How long the question stands before the screen starts anew: time to read it and to reach the screen.
const QUESTION_SECONDS: u32 = 20;

/// What a second brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tick {
    /// Nothing.
    Same,
    /// The question came, or its seconds changed.
    Asks,
    /// Nobody is there: start anew.
    Anew,
}

/// How long nobody has touched the screen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Presence {
    idle: u32,
    left: Option<u32>,
}

impl Presence {
    /// Somebody touched the screen.
    pub(super) fn touched(&mut self) {
        *self = Self::default();
    }

    /// Somebody comes to a screen on which something of somebody's still lies.
    pub(super) fn ask(&mut self) {
        self.left = Some(QUESTION_SECONDS);
    }

    /// The question's seconds, while it is asked.
    pub(super) fn left(&self) -> Option<u32> {
        self.left
    }

    /// A second has gone by. `used`: there is something that the next person should not find. `seen`: the screen is
    /// shown, so that a question can be answered.
    pub(super) fn tick(&mut self, used: bool, seen: bool) -> Tick {
        if !used {
            self.touched();
            return Tick::Same;
        }
        match self.left {
            Some(left) if left > 1 => {
                self.left = Some(left - 1);
                Tick::Asks
            }
            Some(_) => {
                self.touched();
                Tick::Anew
            }
            None => {
                self.idle += 1;
                if self.idle < IDLE_SECONDS {
                    return Tick::Same;
                }
                if seen {
                    self.ask();
                    Tick::Asks
                } else {
                    self.touched();
                    Tick::Anew
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    //! When the screen asks and when it starts anew.
    use super::*;

    fn ticks(presence: &mut Presence, count: u32, seen: bool) -> Vec<Tick> {
        (0..count).map(|_| presence.tick(true, seen)).collect()
    }

    #[test]
    fn it_asks_and_then_starts_anew() {
        let mut presence = Presence::default();
        assert!(ticks(&mut presence, IDLE_SECONDS - 1, true).iter().all(|tick| *tick == Tick::Same));
        assert_eq!(presence.tick(true, true), Tick::Asks);
        assert_eq!(presence.left(), Some(QUESTION_SECONDS));
        assert!(ticks(&mut presence, QUESTION_SECONDS - 1, true).iter().all(|tick| *tick == Tick::Asks));
        assert_eq!(presence.tick(true, true), Tick::Anew);
        assert_eq!(presence, Presence::default());
    }

    #[test]
    fn a_touch_takes_the_question_away() {
        let mut presence = Presence::default();
        presence.ask();
        presence.touched();
        assert_eq!(presence.left(), None);
        assert_eq!(presence.tick(true, true), Tick::Same);
    }

    #[test]
    fn a_screen_that_nobody_sees_asks_nothing() {
        let mut presence = Presence::default();
        ticks(&mut presence, IDLE_SECONDS - 1, false);
        assert_eq!(presence.tick(true, false), Tick::Anew);
    }

    #[test]
    fn an_unused_screen_never_asks() {
        let mut presence = Presence::default();
        for _ in 0..10 * IDLE_SECONDS {
            assert_eq!(presence.tick(false, true), Tick::Same);
        }
    }
}
