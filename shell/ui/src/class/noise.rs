//! How loud a room is, as one of three lights. Levels are in dBFS: 0 is the loudest a microphone can say.

use std::time::Duration;

/// Nothing below is told apart; the bar begins here.
const FLOOR: f32 = -70.0;
/// The bar ends here.
const CEILING: f32 = -10.0;
/// A light changes back only once it is so much quieter than where it came on.
const BACK: f32 = 3.0;
/// A shout is seen at once, and a pause between two words is no silence: the level rises and falls this fast.
const RISE: Duration = Duration::from_millis(250);
const FALL: Duration = Duration::from_millis(1_800);
/// A light stays at least this long, so that nobody sees it flicker.
const STAY: Duration = Duration::from_millis(1_200);

/// How much talk is wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Talk {
    /// Work in silence.
    Silence,
    /// Two talk to each other.
    #[default]
    Pairs,
    /// Groups do.
    Groups,
}

impl Talk {
    /// Where amber and red begin, in dBFS of a microphone two to six metres away.
    pub fn limits(self) -> (f32, f32) {
        match self {
            Self::Silence => (-50.0, -42.0),
            Self::Pairs => (-40.0, -31.0),
            Self::Groups => (-32.0, -24.0),
        }
    }
}

/// A light.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Light {
    /// As it should be.
    Green,
    /// Louder than that.
    Amber,
    /// Much louder.
    Red,
}

/// The traffic light.
#[derive(Clone, Debug, Default)]
pub struct Noise {
    talk: Talk,
    heard: Option<Heard>,
}

#[derive(Clone, Debug)]
struct Heard {
    /// What came last, and when.
    newest: f32,
    at: Duration,
    /// As an ear would have it.
    level: f32,
    light: Light,
    since: Duration,
}

impl Noise {
    /// How much talk is wanted from now on.
    pub fn set_talk(&mut self, talk: Talk, now: Duration) {
        self.talk = talk;
        if let Some(heard) = &mut self.heard {
            // Somebody has just pressed a button and looks at it: the light answers at once.
            heard.light = light(heard.level, talk, Light::Green);
            heard.since = now;
        }
    }

    /// How much that is.
    pub fn talk(&self) -> Talk {
        self.talk
    }

    /// A microphone tells how loud it is; `None`: there is none.
    pub fn hear(&mut self, level: Option<f32>, now: Duration) {
        let Some(newest) = level.filter(|level| !level.is_nan()).map(|level| level.clamp(FLOOR, 0.0)) else {
            self.heard = None;
            return;
        };
        self.pass(now);
        match &mut self.heard {
            Some(heard) => heard.newest = newest,
            None => {
                let light = light(newest, self.talk, Light::Green);
                self.heard = Some(Heard { newest, at: now, level: newest, light, since: now });
            }
        }
    }

    /// Lets the time pass: what is seen goes towards what was heard.
    pub fn pass(&mut self, now: Duration) {
        let talk = self.talk;
        let Some(heard) = &mut self.heard else { return };
        let passed = now.saturating_sub(heard.at).as_secs_f32();
        heard.at = heard.at.max(now);
        let pace = if heard.newest > heard.level { RISE } else { FALL };
        heard.level += (heard.newest - heard.level) * (1.0 - (-passed / pace.as_secs_f32()).exp());
        let next = light(heard.level, talk, heard.light);
        if next != heard.light && (next > heard.light || now.saturating_sub(heard.since) >= STAY) {
            (heard.light, heard.since) = (next, now);
        }
    }

    /// The light; `None` where nobody listens.
    pub fn light(&self) -> Option<Light> {
        self.heard.as_ref().map(|heard| heard.light)
    }

    /// How high the bar is, from 0 to 1.
    pub fn height(&self) -> f32 {
        self.heard.as_ref().map_or(0.0, |heard| height(heard.level))
    }

    /// Where amber and red begin on it.
    pub fn limits(&self) -> (f32, f32) {
        let (amber, red) = self.talk.limits();
        (height(amber), height(red))
    }
}

fn height(level: f32) -> f32 {
    ((level - FLOOR) / (CEILING - FLOOR)).clamp(0.0, 1.0)
}

/// The light of a level, where another was on before.
fn light(level: f32, talk: Talk, before: Light) -> Light {
    let (amber, red) = talk.limits();
    let reaches = |limit: f32, light: Light| level >= if before >= light { limit - BACK } else { limit };
    if reaches(red, Light::Red) {
        Light::Red
    } else if reaches(amber, Light::Amber) {
        Light::Amber
    } else {
        Light::Green
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ms(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    /// Hears one level ten times a second.
    fn hear_for(noise: &mut Noise, level: f32, from: u64, long: u64) {
        (from..from + long).step_by(100).for_each(|at| noise.hear(Some(level), ms(at)));
    }

    #[test]
    fn no_microphone_has_no_light() {
        let mut noise = Noise::default();
        assert_eq!((noise.light(), noise.height()), (None, 0.0));
        noise.hear(Some(-60.0), ms(0));
        assert_eq!(noise.light(), Some(Light::Green));
        for nothing in [None, Some(f32::NAN)] {
            noise.hear(Some(-20.0), ms(1));
            noise.hear(nothing, ms(10));
            assert_eq!(noise.light(), None);
        }
        noise.hear(Some(f32::NEG_INFINITY), ms(20));
        assert_eq!((noise.light(), noise.height()), (Some(Light::Green), 0.0));
    }

    #[test]
    fn a_shout_is_seen_soon_and_a_click_is_not() {
        let mut noise = Noise::default();
        hear_for(&mut noise, -60.0, 0, 3_000);
        noise.hear(Some(-5.0), ms(3_000));
        noise.hear(Some(-60.0), ms(3_030));
        noise.pass(ms(3_100));
        assert_eq!(noise.light(), Some(Light::Green), "a chair was moved");
        hear_for(&mut noise, -15.0, 4_000, 700);
        assert_eq!(noise.light(), Some(Light::Red));
    }

    #[test]
    fn a_light_does_not_flicker_at_its_limit() {
        let mut noise = Noise::default();
        let (amber, _) = Talk::Pairs.limits();
        let mut changes = 0;
        let mut last = None;
        for at in 0..300 {
            let level = amber + if at % 2 == 0 { 1.0 } else { -1.0 };
            noise.hear(Some(level), ms(at * 100));
            changes += usize::from(noise.light() != last);
            last = noise.light();
        }
        assert!(changes <= 2, "{changes} changes");
    }

    #[test]
    fn what_is_wanted_moves_the_limits() {
        let mut noise = Noise::default();
        hear_for(&mut noise, -36.0, 0, 3_000);
        let mut seen = Vec::new();
        for talk in [Talk::Silence, Talk::Pairs, Talk::Groups] {
            noise.set_talk(talk, ms(3_000));
            let (amber, red) = noise.limits();
            assert!(0.0 < amber && amber < red && red < 1.0);
            seen.push(noise.light());
        }
        assert_eq!(seen, [Some(Light::Red), Some(Light::Amber), Some(Light::Green)]);
    }

    #[test]
    fn time_that_goes_back_changes_nothing() {
        let mut noise = Noise::default();
        noise.hear(Some(-20.0), ms(5_000));
        let before = (noise.light(), noise.height());
        noise.pass(ms(10));
        assert_eq!((noise.light(), noise.height()), before);
    }
}
