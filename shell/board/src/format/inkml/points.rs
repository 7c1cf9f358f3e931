//! The points of a trace: numbers by channel, explicit or as first or second differences, and marks for what has no
//! value or has not changed.
use super::format::TraceFormat;

/// How a channel's numbers are meant until it is told otherwise.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
enum Mode {
    #[default]
    Explicit,
    First,
    Second,
}

#[derive(Clone, Copy, Default, Debug)]
struct State {
    mode: Mode,
    value: f64,
    speed: f64,
    /// The last number that was written.
    written: f64,
}

impl State {
    fn take(&mut self, number: f64) {
        self.written = number;
        let before = self.value;
        match self.mode {
            Mode::Explicit => (self.value, self.speed) = (number, number - before),
            Mode::First => (self.value, self.speed) = (before + number, number),
            Mode::Second => {
                self.speed += number;
                self.value = before + self.speed;
            }
        }
    }
}

/// Gives each point's values in the format's order; `None` where there is none. Says whether all of the trace is
/// made of points.
pub(super) fn each(text: &str, format: &TraceFormat, mut take: impl FnMut(&[Option<f64>])) -> Option<()> {
    let mut states = vec![State::default(); format.channels.len()];
    let mut values = Vec::with_capacity(states.len());
    for point in text.split(',') {
        let mut rest = point.trim();
        if rest.is_empty() {
            continue;
        }
        values.clear();
        for (state, channel) in states.iter_mut().zip(&format.channels) {
            rest = rest.trim_start();
            if rest.is_empty() && channel.intermittent {
                break;
            }
            rest = mode(rest, state);
            values.push(value(&mut rest, state)?);
        }
        take(&values);
    }
    Some(())
}

/// Takes the marks before a number that say how it is meant.
fn mode<'a>(mut rest: &'a str, state: &mut State) -> &'a str {
    loop {
        let mode = match rest.bytes().next() {
            Some(b'!') => Mode::Explicit,
            Some(b'\'') => Mode::First,
            Some(b'"') => Mode::Second,
            _ => return rest,
        };
        state.mode = mode;
        rest = rest[1..].trim_start();
    }
}

/// Takes one value. The outer `None` is a word that is none.
fn value(rest: &mut &str, state: &mut State) -> Option<Option<f64>> {
    let all = *rest;
    match all.bytes().next()? {
        b'*' => {
            *rest = &all[1..];
            state.take(state.written);
            Some(Some(state.value))
        }
        b'?' => {
            *rest = &all[1..];
            Some(None)
        }
        b'T' | b'F' => {
            *rest = &all[1..];
            state.take(f64::from(u8::from(all.starts_with('T'))));
            Some(Some(state.value))
        }
        b'#' => {
            let end =
                all[1..].find(|digit: char| !digit.is_ascii_hexdigit()).map_or(all.len(), |end| end + 1);
            *rest = &all[end..];
            state.take(u32::from_str_radix(&all[1..end], 16).ok()?.into());
            Some(Some(state.value))
        }
        _ => {
            // Numbers may stand without a space between them: `12-3'4`.
            let length = all
                .char_indices()
                .skip(1)
                .find(|(at, letter)| {
                    let exponent = all[..*at].ends_with(['e', 'E']) && matches!(letter, '-' | '+');
                    !(letter.is_ascii_digit() || matches!(letter, '.' | 'e' | 'E') || exponent)
                })
                .map_or(all.len(), |(at, _)| at);
            *rest = &all[length..];
            state.take(all[..length].parse().ok()?);
            Some(Some(state.value))
        }
    }
}
