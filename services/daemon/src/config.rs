//! One TOML file a service; a key it does not know is an error that names it, never a silent default.

use std::path::Path;

use anyhow::Context;
use serde::de::DeserializeOwned;

/// Reads a configuration. Give the type `#[serde(deny_unknown_fields, default)]`.
pub fn load<C: DeserializeOwned>(path: &Path) -> anyhow::Result<C> {
    let text = std::fs::read_to_string(path)
        .with_context(|| format!("the configuration {} cannot be read", path.display()))?;
    toml::from_str(&text).with_context(|| format!("the configuration {} is not valid", path.display()))
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::load;

    #[derive(Debug, Default, Deserialize)]
    #[serde(deny_unknown_fields, default)]
    struct Lamp {
        bright: u8,
    }

    #[test]
    fn a_misspelt_key_is_named() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("lamp.toml");
        std::fs::write(&path, "brigth = 3").unwrap();
        let error = format!("{:#}", load::<Lamp>(&path).unwrap_err());
        assert!(error.contains("brigth") && error.contains("lamp.toml"), "{error}");
        std::fs::write(&path, "bright = 3").unwrap();
        assert_eq!(load::<Lamp>(&path).unwrap().bright, 3);
    }
}
