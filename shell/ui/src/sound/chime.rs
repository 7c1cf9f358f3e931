//! A bell, worked out: a few decaying partials of a struck tube, three strikes going up.

/// Samples a second, one channel.
pub(super) const RATE: u32 = 48_000;

/// The partials of a tubular bell, as multiples of what is heard, with their loudness and how fast they fade.
const PARTIALS: [(f32, f32, f32); 4] =
    [(1.0, 0.55, 2.2), (2.0, 0.25, 3.5), (3.0, 0.14, 5.0), (4.2, 0.06, 8.0)];
/// C6, E6, G6: high enough to be heard through talk, and from small loudspeakers.
const STRIKES: [(f32, f32); 3] = [(0.0, 1046.5), (0.28, 1318.5), (0.56, 1568.0)];
/// All of it, in seconds.
const LONG: f32 = 2.2;
/// Loudest value, with room for what a loudspeaker adds.
const PEAK: f32 = 0.7;

/// The bell.
pub(super) fn bell() -> Vec<i16> {
    let count = (LONG * RATE as f32) as usize;
    let heard = |at: usize| {
        let time = at as f32 / RATE as f32;
        STRIKES.iter().map(|(from, tone)| struck(time - from, *tone)).sum::<f32>()
    };
    let raw: Vec<f32> = (0..count).map(heard).collect();
    let loudest = raw.iter().fold(f32::EPSILON, |most, value| most.max(value.abs()));
    // It ends in silence, not in a click.
    let fade = |at: usize| ((count - at) as f32 / (0.05 * RATE as f32)).min(1.0);
    let whole = |(at, value): (usize, &f32)| (value / loudest * PEAK * fade(at) * f32::from(i16::MAX)) as i16;
    raw.iter().enumerate().map(whole).collect()
}

/// Short strikes, one after the other: a class walks past a reader, and each is to be heard apart.
pub(super) fn short(tones: &[f32]) -> Vec<i16> {
    let (apart, long) = (0.12, 0.24);
    let seconds = apart * tones.len().saturating_sub(1) as f32 + long;
    let count = (seconds * RATE as f32) as usize;
    let value = |at: usize| {
        let time = at as f32 / RATE as f32;
        let strikes = tones.iter().enumerate().map(|(nth, tone)| struck(time - nth as f32 * apart, *tone));
        let fade = ((count - at) as f32 / (0.1 * RATE as f32)).min(1.0);
        (strikes.sum::<f32>() * fade * 0.5 * PEAK * f32::from(i16::MAX)) as i16
    };
    (0..count).map(value).collect()
}

fn struck(time: f32, tone: f32) -> f32 {
    if time < 0.0 {
        return 0.0;
    }
    let rise = (time / 0.004).min(1.0);
    let partial = |(multiple, loud, fade): &(f32, f32, f32)| {
        loud * (-fade * time).exp() * (std::f32::consts::TAU * tone * multiple * time).sin()
    };
    rise * PARTIALS.iter().map(partial).sum::<f32>()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bell_is_loud_ends_and_does_not_click() {
        let bell = bell();
        assert_eq!(bell.len(), 105_600);
        let loudest = bell.iter().map(|value| value.unsigned_abs()).max().unwrap();
        assert!((22_000..24_000).contains(&loudest), "{loudest}");
        assert_eq!(bell[0], 0);
        assert!(bell.last().unwrap().unsigned_abs() < 20);
        let jump = bell.windows(2).map(|pair| pair[0].abs_diff(pair[1])).max().unwrap();
        assert!(jump < 14_000, "{jump}");
    }

    #[test]
    fn a_short_strike_is_short_quieter_and_does_not_click() {
        let (tick, ask) = (short(&[1568.0]), short(&[1046.5, 784.0]));
        assert_eq!((tick.len(), ask.len()), (11_520, 17_280));
        for sound in [tick, ask] {
            let loudest = sound.iter().map(|value| value.unsigned_abs()).max().unwrap();
            assert!((4_000..20_000).contains(&loudest), "{loudest}");
            assert!(sound[0] == 0 && sound.last().unwrap().unsigned_abs() < 20);
        }
    }

    #[test]
    fn it_has_the_tones_it_should() {
        // Goertzel's algorithm over the last strike, when all three sound.
        let samples = &bell()[30_000..40_000];
        let power = |tone: f32| {
            let turn = 2.0 * (std::f32::consts::TAU * tone / RATE as f32).cos();
            let step =
                |(one, two): (f32, f32), value: &i16| (f32::from(*value) / 32_768.0 + turn * one - two, one);
            let (one, two) = samples.iter().fold((0.0, 0.0), step);
            one * one + two * two - turn * one * two
        };
        for (_, tone) in STRIKES {
            assert!(power(tone) > 50.0 * power(tone * 1.09), "{tone}");
        }
    }
}
