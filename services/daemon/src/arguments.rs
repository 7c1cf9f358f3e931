//! The command line that all our daemons share: `--config FILE`, `--check`, `--version`.

use std::collections::BTreeMap;
use std::path::PathBuf;

use anyhow::bail;
use lexopt::prelude::*;

/// What a daemon was asked on its command line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arguments {
    /// Its configuration.
    pub config: PathBuf,
    /// Only say whether the configuration is valid.
    pub check: bool,
    /// Words that are not options, for daemons with subcommands.
    pub words: Vec<String>,
    /// Options of a subcommand that take a value, by their names without dashes.
    pub options: BTreeMap<String, String>,
}

impl Arguments {
    /// Reads this process's command line; `config` is where the configuration lies otherwise.
    pub fn read(config: &str) -> anyhow::Result<Self> {
        Self::read_with(config, &[])
    }

    /// The same for a daemon whose subcommands have options, each with a value and given once; `known` are their names.
    pub fn read_with(config: &str, known: &[&str]) -> anyhow::Result<Self> {
        Self::parse(lexopt::Parser::from_env(), config, known)
    }

    fn parse(mut parser: lexopt::Parser, config: &str, known: &[&str]) -> anyhow::Result<Self> {
        let (words, options) = (Vec::new(), BTreeMap::new());
        let mut arguments = Self { config: config.into(), check: false, words, options };
        while let Some(argument) = parser.next()? {
            match argument {
                Long("config") => arguments.config = parser.value()?.into(),
                Long("check") => arguments.check = true,
                Value(word) => arguments.words.push(word.string()?),
                Long(other) if known.contains(&other) => {
                    let name = other.to_owned();
                    let value = parser.value()?.string()?;
                    if arguments.options.insert(name.clone(), value).is_some() {
                        bail!("--{name} is given twice");
                    }
                }
                Long(other) => {
                    let more: String = known.iter().map(|name| format!(", --{name}")).collect();
                    bail!("--{other} is not known; there are --config FILE, --check{more}")
                }
                other => return Err(other.unexpected().into()),
            }
        }
        Ok(arguments)
    }
}

#[cfg(test)]
mod tests {
    use super::Arguments;

    fn parse(line: &[&str]) -> anyhow::Result<Arguments> {
        Arguments::parse(lexopt::Parser::from_args(line), "/etc/dais/x.toml", &["day", "from"])
    }

    #[test]
    fn options_and_words() {
        let plain = parse(&[]).unwrap();
        assert_eq!((plain.config.to_str(), plain.check), (Some("/etc/dais/x.toml"), false));
        let full = parse(&["--config", "a.toml", "--check", "campus", "enrol"]).unwrap();
        assert_eq!((full.config.to_str(), full.check), (Some("a.toml"), true));
        assert_eq!(full.words, ["campus", "enrol"]);
    }

    #[test]
    fn an_unknown_option_is_named() {
        let said = parse(&["--chekc"]).unwrap_err().to_string();
        assert!(said.contains("--chekc") && said.contains("--day"), "{said}");
    }

    #[test]
    fn a_subcommands_options_have_values_and_are_given_once() {
        let full = parse(&["books", "--day", "2026-11-24", "days", "--from=2026-11-01"]).unwrap();
        assert_eq!(full.words, ["books", "days"]);
        let options: Vec<(&str, &str)> = full.options.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
        assert_eq!(options, [("day", "2026-11-24"), ("from", "2026-11-01")]);
        assert!(parse(&["--day"]).is_err());
        assert!(parse(&["--day", "a", "--day", "b"]).unwrap_err().to_string().contains("twice"));
    }
}
