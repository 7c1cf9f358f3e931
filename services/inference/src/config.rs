//! `/etc/dais/inference.toml`. The shipped file is the default, and a test says so.

use std::path::PathBuf;
use std::time::Duration;

use serde::Deserialize;

use crate::Parts;
use crate::voice::Thresholds;

/// Longest deadline that may be configured: nobody waits longer for a page.
const DEADLINE_MAX: Duration = Duration::from_secs(120);

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
    /// When a room is too loud.
    pub noise: Thresholds,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            models: "/usr/share/dais/assets/models".into(),
            manifest: "/usr/share/dais/assets/manifest.toml".into(),
            deadline_ms: 10_000,
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
        let noise = self.noise;
        anyhow::ensure!(
            noise.make_sense(),
            "[noise]: amber_db must be below red_db, both 20 to 130, and full_scale_db 60 to 180"
        );
        Ok(Parts { models: self.models, manifest: self.manifest, deadline_max, noise })
    }
}

#[cfg(test)]
mod tests {
    use super::Config;

    const SHIPPED: &str = include_str!("../../../image/rootfs/etc/dais/inference.toml");

    #[test]
    fn the_shipped_file_is_the_default() {
        assert_eq!(toml::from_str::<Config>(SHIPPED).unwrap(), Config::default());
        for key in ["models", "manifest", "deadline_ms", "amber_db", "red_db", "full_scale_db"] {
            assert!(SHIPPED.lines().any(|line| line.starts_with(key)), "{key} is not shown");
        }
    }

    #[test]
    fn an_unknown_key_and_an_endless_deadline_are_refused() {
        assert!(toml::from_str::<Config>("deadline = 3").is_err());
        for deadline_ms in [0, 120_001] {
            let error = Config { deadline_ms, ..Config::default() }.parts().unwrap_err().to_string();
            assert!(error.contains("deadline_ms"), "{error}");
        }
    }

    #[test]
    fn a_light_that_is_red_before_it_is_amber_is_refused() {
        for wrong in ["amber_db = 75", "red_db = 65", "full_scale_db = 0", "red_db = 131"] {
            let config: Config = toml::from_str(&format!("[noise]\n{wrong}")).unwrap();
            assert!(config.parts().unwrap_err().to_string().contains("[noise]"), "{wrong}");
        }
    }
}
