//! The hours in which the buzzer is soft at most.

/// Milliseconds of a minute.
const MINUTE_MS: u64 = 60_000;
/// GMT+8, in which the school lives.
const OFFSET_MINUTES: u64 = 8 * 60;
const DAY_MINUTES: u64 = 24 * 60;

/// From one minute of the day until before another, over midnight where the second is smaller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QuietHours {
    from: u64,
    until: u64,
}

/// Why a line names no hours.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" names no hours: write them as \"21:00-07:00\"")]
pub struct HoursError(pub String);

impl QuietHours {
    /// Reads `HH:MM-HH:MM`.
    ///
    /// # Errors
    /// [`HoursError`]: anything else, and an hour that begins when it ends.
    pub fn parse(line: &str) -> Result<Self, HoursError> {
        let hours = line.split_once('-').and_then(|(from, until)| Some((minute(from)?, minute(until)?)));
        let (from, until) =
            hours.filter(|(from, until)| from != until).ok_or_else(|| HoursError(line.to_owned()))?;
        Ok(Self { from, until })
    }

    /// Whether this moment, in milliseconds since 1970 UTC, is one of them.
    pub fn contain(self, now_ms: u64) -> bool {
        let minute = (now_ms / MINUTE_MS + OFFSET_MINUTES) % DAY_MINUTES;
        if self.from < self.until {
            (self.from..self.until).contains(&minute)
        } else {
            minute >= self.from || minute < self.until
        }
    }
}

/// Of the day.
fn minute(text: &str) -> Option<u64> {
    let (hour, minute) = text.split_once(':')?;
    let number = |text: &str, below: u64| {
        let digits = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
        text.parse::<u64>().ok().filter(|number| digits && *number < below)
    };
    Some(number(hour, 24)? * 60 + number(minute, 60)?)
}
