//! Whether anybody is there, and what comes after what. Pure.

use std::time::{Duration, Instant};

use super::{Kind, SignageSettings};

/// Whether somebody is there, by when a touch was last heard of.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rest {
    pub(super) since: Instant,
    after: Option<Duration>,
    board_after: Option<Duration>,
}

impl Rest {
    pub(super) fn new(since: Instant, settings: &SignageSettings) -> Self {
        let wait = |seconds: u32| (seconds > 0).then(|| Duration::from_secs(seconds.into()));
        Self { since, after: wait(settings.after_seconds), board_after: wait(settings.board_after_seconds) }
    }

    /// Somebody was there then.
    pub(super) fn anew(self, since: Instant) -> Self {
        Self { since, ..self }
    }

    pub(super) fn is_ever(&self) -> bool {
        self.after.is_some() || self.board_after.is_some()
    }

    /// Nobody has been there for long enough to show this.
    pub(super) fn is_long(&self, kind: Kind, now: Instant) -> bool {
        let after = if kind == Kind::Board { self.board_after } else { self.after };
        after.is_some_and(|after| now.saturating_duration_since(self.since) >= after)
    }
}

/// What a kiosk shows in its turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Turn {
    Dish(usize),
    Picture,
}

impl Turn {
    /// All dishes, then one picture if there is one.
    pub(super) fn after(self, dishes: usize) -> [Self; 2] {
        match self {
            Self::Dish(at) if at + 1 < dishes => [Self::Dish(at + 1); 2],
            Self::Dish(_) => [Self::Picture, Self::Dish(0)],
            Self::Picture => [if dishes > 0 { Self::Dish(0) } else { Self::Picture }; 2],
        }
    }
}

#[cfg(test)]
mod tests {
    //! When nobody is there, and what comes when.
    use super::*;

    const MINUTE: Duration = Duration::from_secs(60);

    #[test]
    fn nobody_is_there_after_so_long_and_never_where_it_is_off() {
        let since = Instant::now();
        let rest = Rest::new(since, &SignageSettings::default());
        for kind in [Kind::Panel, Kind::Kiosk] {
            assert!(!rest.is_long(kind, since));
            assert!(!rest.is_long(kind, since + 10 * MINUTE - Duration::from_millis(1)));
            assert!(rest.is_long(kind, since + 10 * MINUTE));
        }
        assert!(!rest.is_long(Kind::Board, since + 44 * MINUTE), "a class may only be thinking");
        assert!(rest.is_long(Kind::Board, since + 45 * MINUTE));
        assert!(!rest.is_long(Kind::Panel, since.checked_sub(MINUTE).unwrap_or(since)), "a clock set back");
        let off = SignageSettings { after_seconds: 0, board_after_seconds: 0, ..SignageSettings::default() };
        let never = Rest::new(since, &off);
        assert!(!never.is_ever() && !never.is_long(Kind::Panel, since + 10_000 * MINUTE));
    }

    #[test]
    fn a_kiosk_shows_all_its_dishes_and_then_a_picture() {
        assert_eq!(Turn::Dish(0).after(2), [Turn::Dish(1); 2]);
        assert_eq!(Turn::Dish(1).after(2), [Turn::Picture, Turn::Dish(0)]);
        assert_eq!(Turn::Picture.after(2), [Turn::Dish(0); 2]);
        assert_eq!(
            Turn::Dish(7).after(2),
            [Turn::Picture, Turn::Dish(0)],
            "dishes that were sold out meanwhile"
        );
        assert_eq!(Turn::Dish(0).after(0), [Turn::Picture, Turn::Dish(0)]);
        assert_eq!(Turn::Picture.after(0), [Turn::Picture; 2]);
    }
}
