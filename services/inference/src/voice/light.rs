//! A classroom's traffic light for noise: green, amber, red, with the level as a sound level meter set to "slow" sees it.
//!
//! Defaults, in dB(A), with their reasons. Amber from 65: two people a metre apart talk at about 60, so above 65 a
//! teacher begins to raise the voice. Red from 75: from there on a teacher must shout to be understood at the back,
//! and it is 5 dB below the 80 dB(A) at which European rules for workplaces (2003/10/EC) begin to ask for hearing
//! protection over a day. Both are configuration, because a band practises at 85 and an exam is loud at 50.

use serde::Deserialize;

/// Between two levels a quarter of a second apart, the mean forgets so much: a time constant of one second.
const KEPT: f64 = 0.778_8;
/// A colour goes down again only so far below its threshold, so that it does not flicker.
const BACK_DB: f64 = 3.0;
/// Levels in a row that must agree before the colour changes, two seconds: a dropped book is no noisy class.
const AGREEING: u32 = 8;

/// How loud it is for a class.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Colour {
    /// Quiet enough to talk.
    #[default]
    Green,
    /// A teacher must raise the voice.
    Amber,
    /// Too loud to teach.
    Red,
}

/// From where on the colours change, in dB(A), and where full scale lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Thresholds {
    /// Amber from here.
    pub amber_db: i32,
    /// Red from here.
    pub red_db: i32,
    /// The level at which the microphone reaches full scale; see `loudness`.
    pub full_scale_db: i32,
}

impl Default for Thresholds {
    fn default() -> Self {
        Self { amber_db: 65, red_db: 75, full_scale_db: 120 }
    }
}

impl Thresholds {
    /// Levels that no room has, an amber above the red, or what is no number cannot be kept to.
    pub fn make_sense(&self) -> bool {
        let in_range = |db: i32| (20..=130).contains(&db);
        in_range(self.amber_db)
            && in_range(self.red_db)
            && self.amber_db < self.red_db
            && (60..=180).contains(&self.full_scale_db)
    }
}

/// See the module.
#[derive(Clone, Debug)]
pub(crate) struct Light {
    thresholds: Thresholds,
    /// Mean power, as a part of a full-scale sine's.
    mean: Option<f64>,
    colour: Colour,
    /// Levels in a row that asked for another colour.
    other: u32,
}

impl Light {
    pub(crate) fn new(thresholds: Thresholds) -> Self {
        Self { thresholds, mean: None, colour: Colour::Green, other: 0 }
    }

    /// Takes a level in dBFS(A) in; the slow level in dB(A), and the colour.
    pub(crate) fn see(&mut self, dbfs: f64) -> (f64, Colour) {
        let power = 10_f64.powf(dbfs / 10.0);
        let mean = self.mean.map_or(power, |mean| KEPT * mean + (1.0 - KEPT) * power);
        self.mean = Some(mean);
        let level = 10.0 * mean.log10() + f64::from(self.thresholds.full_scale_db);
        if self.wanted(level) == self.colour {
            self.other = 0;
        } else {
            self.other += 1;
            if self.other >= AGREEING {
                self.colour = self.wanted(level);
                self.other = 0;
            }
        }
        (level, self.colour)
    }

    fn wanted(&self, level: f64) -> Colour {
        let from = |threshold: i32, colour: Colour| {
            let threshold = f64::from(threshold);
            level >= if self.colour >= colour { threshold - BACK_DB } else { threshold }
        };
        if from(self.thresholds.red_db, Colour::Red) {
            Colour::Red
        } else if from(self.thresholds.amber_db, Colour::Amber) {
            Colour::Amber
        } else {
            Colour::Green
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn colours(levels: &[(usize, f64)]) -> Vec<Colour> {
        let mut light = Light::new(Thresholds::default());
        levels
            .iter()
            .map(|(count, db)| (0..*count).map(|_| light.see(db - 120.0).1).last().unwrap())
            .collect()
    }

    #[test]
    fn it_follows_a_class_and_not_a_book() {
        use Colour::*;
        assert_eq!(
            colours(&[(20, 50.0), (30, 70.0), (30, 80.0), (40, 70.0), (40, 50.0)]),
            [Green, Amber, Red, Amber, Green]
        );
        // A bang of a quarter of a second.
        assert_eq!(colours(&[(20, 50.0), (1, 78.0), (7, 50.0)]), [Green, Green, Green]);
        // Near a threshold it stays what it is.
        assert_eq!(
            colours(&[(20, 50.0), (20, 66.0), (20, 64.0), (20, 63.0), (40, 61.0)]),
            [Green, Amber, Amber, Amber, Green]
        );
    }

    proptest! {
        #[test]
        fn a_colour_stays_for_two_seconds(levels in prop::collection::vec(-120.0..0.0_f64, 1..200)) {
            let mut light = Light::new(Thresholds::default());
            let (mut last, mut held) = (Colour::Green, AGREEING);
            for level in levels {
                let (_, colour) = light.see(level);
                if colour == last { held += 1 } else {
                    prop_assert!(held >= AGREEING);
                    held = 1;
                }
                last = colour;
            }
        }
    }
}
