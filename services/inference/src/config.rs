//! `/etc/dais/inference.toml`. The shipped file is the default, and a test says so.

use std::path::PathBuf;
use std::time::Duration;

use serde::Deserialize;

use crate::voice::Thresholds;
use crate::{Parts, Probe};

/// Longest deadline that may be configured: nobody waits longer for a page.
const DEADLINE_MAX: Duration = Duration::from_secs(120);
/// Longest rest that may be configured: a day.
const REST_AFTER_S_MAX: u64 = 86_400;

/// What an operator may set.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// The folder with the model files.
    pub models: PathBuf,
    /// The manifest that lists them with their hashes.
    pub manifest: PathBuf,
    /// Longest time for one picture, in milliseconds.
    pub deadline_ms: u64,
    /// Models that nobody has used for this many seconds leave the memory.
    pub rest_after_s: u64,
    /// Whether the wake word may be listened for; see `voice` for why it is off.
    pub wake_word: bool,
    /// When a room is too loud.
    pub noise: Thresholds,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            models: "/usr/share/dais/assets/models".into(),
            manifest: "/usr/share/dais/assets/models/manifest.toml".into(),
            deadline_ms: 10_000,
            rest_after_s: 300,
            wake_word: false,
            noise: Thresholds::default(),
        }
    }
}

impl Config {
    /// What the service works with; an error names the setting that makes no sense.
    pub fn parts(self) -> anyhow::Result<Parts> {
        let deadline_max = Duration::from_millis(self.deadline_ms);
        let fits = !deadline_max.is_zero() && deadline_max <= DEADLINE_MAX;
        anyhow::ensure!(
            fits,
            "deadline_ms is {}; it must be 1 to {}",
            self.deadline_ms,
            DEADLINE_MAX.as_millis()
        );
        anyhow::ensure!(
            (1..=REST_AFTER_S_MAX).contains(&self.rest_after_s),
            "rest_after_s is {}; it must be 1 to {REST_AFTER_S_MAX}",
            self.rest_after_s
        );
        anyhow::ensure!(
            self.noise.make_sense(),
            "[noise]: amber_db must be below red_db, both 20 to 130, and full_scale_db 60 to 180"
        );
        Ok(Parts {
            models: self.models,
            manifest: self.manifest,
            deadline_max,
            rest_after: Duration::from_secs(self.rest_after_s),
            wake_word: self.wake_word,
            noise: self.noise,
            probe: Probe::default(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Config;

    const SHIPPED: &str = include_str!("../../../image/rootfs/etc/dais/inference.toml");

    #[test]
    fn the_shipped_file_is_the_default() {
        assert_eq!(toml::from_str::<Config>(SHIPPED).unwrap(), Config::default());
        let keys = ["models", "manifest", "deadline_ms", "rest_after_s", "wake_word"];
        for key in keys.into_iter().chain(["amber_db", "red_db", "full_scale_db"]) {
            assert!(SHIPPED.lines().any(|line| line.starts_with(key)), "{key} is not shown");
        }
    }

    #[test]
    fn an_unknown_key_and_values_without_sense_are_refused() {
        assert!(toml::from_str::<Config>("deadline = 3").is_err());
        for deadline_ms in [0, 120_001] {
            let error = Config { deadline_ms, ..Config::default() }.parts().unwrap_err().to_string();
            assert!(error.contains("deadline_ms"), "{error}");
        }
        let error = Config { rest_after_s: 0, ..Config::default() }.parts().unwrap_err().to_string();
        assert!(error.contains("rest_after_s"), "{error}");
    }

    #[test]
    fn a_light_that_is_red_before_it_is_amber_is_refused() {
        for wrong in ["amber_db = 75", "red_db = 65", "full_scale_db = 0", "red_db = 131"] {
            let config: Config = toml::from_str(&format!("[noise]\n{wrong}")).unwrap();
            assert!(config.parts().unwrap_err().to_string().contains("[noise]"), "{wrong}");
        }
    }
}
