//! What may be shown by what stands on the screen. Pure.

use super::Kind;

/// What stands on the screen, as far as it tells whether somebody may be there who touches nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stands {
    /// What sets the unit up or tests it, over whatever else: who opened it comes back to it.
    Works,
    /// The first screen, with any sheet over it.
    Home {
        /// A lesson of the timetable runs, or time is paid.
        taught: bool,
    },
    /// The board, with whatever was left open on it.
    Board {
        /// The same.
        taught: bool,
        /// Something on it is looked at without being touched: a countdown, a noise light, a camera, the past.
        watched: bool,
    },
    /// The canteen's screen.
    Kiosk {
        /// Nobody has begun anything there, and nothing is said that somebody may read.
        untouched: bool,
    },
    /// The screen before a board that is sold by time.
    Locked {
        /// Time can be paid; where not, the screen says why.
        open: bool,
    },
}

/// What may be shown over it. A tool, a sheet or a panel that was only left open is no lesson: like all of a board it is
/// covered after the board's longer time, and is there again at the first touch.
pub fn may_show(stands: Stands) -> Option<Kind> {
    match stands {
        Stands::Home { taught: false } => Some(Kind::Panel),
        Stands::Board { taught: false, watched: false } => Some(Kind::Board),
        Stands::Kiosk { untouched: true } => Some(Kind::Kiosk),
        Stands::Locked { open: true } => Some(Kind::Locked),
        Stands::Works
        | Stands::Home { .. }
        | Stands::Board { .. }
        | Stands::Kiosk { .. }
        | Stands::Locked { .. } => None,
    }
}

#[cfg(test)]
mod tests {
    //! What may be shown, case by case, and after how long.
    use std::time::{Duration, Instant};

    use super::*;
    use crate::signage::SignageSettings;
    use crate::signage::rest::Rest;

    /// With 600 and 2,700 seconds configured: the seconds without a touch after which it is covered.
    const CASES: [(&str, Stands, Option<u64>); 12] = [
        ("the first screen", Stands::Home { taught: false }, Some(600)),
        ("the first screen in a lesson", Stands::Home { taught: true }, None),
        (
            "a board, whatever was left open on it",
            Stands::Board { taught: false, watched: false },
            Some(2_700),
        ),
        ("a board in a lesson", Stands::Board { taught: true, watched: false }, None),
        ("a countdown that runs", Stands::Board { taught: false, watched: true }, None),
        ("the same in a lesson", Stands::Board { taught: true, watched: true }, None),
        ("a menu that nobody uses", Stands::Kiosk { untouched: true }, Some(600)),
        ("a payment, or a meal that is chosen", Stands::Kiosk { untouched: false }, None),
        ("a room that can be paid", Stands::Locked { open: true }, Some(600)),
        ("a room whose till is away", Stands::Locked { open: false }, None),
        ("the first start", Stands::Works, None),
        ("the service page", Stands::Works, None),
    ];

    #[test]
    fn each_is_covered_after_its_time_or_never() {
        let settings =
            SignageSettings { after_seconds: 600, board_after_seconds: 2_700, ..SignageSettings::default() };
        let since = Instant::now();
        let rest = Rest::new(since, &settings);
        for (what, stands, wanted) in CASES {
            let covered = |seconds: u64| {
                may_show(stands).is_some_and(|kind| rest.is_long(kind, since + Duration::from_secs(seconds)))
            };
            let first = (0..=3_000).find(|seconds| covered(*seconds));
            assert_eq!(first, wanted, "{what}");
        }
    }
}
