//! The command line that all our daemons share: `--config FILE`, `--check`, `--version`.

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
}

impl Arguments {
    /// Reads this process's command line; `config` is where the configuration lies otherwise.
    pub fn read(config: &str) -> anyhow::Result<Self> {
        Self::parse(lexopt::Parser::from_env(), config)
    }

    fn parse(mut parser: lexopt::Parser, config: &str) -> anyhow::Result<Self> {
        let mut arguments = Self { config: config.into(), check: false, words: Vec::new() };
        while let Some(argument) = parser.next()? {
            match argument {
                Long("config") => arguments.config = parser.value()?.into(),
                Long("check") => arguments.check = true,
                Value(word) => arguments.words.push(word.string()?),
                Long(other) => bail!("--{other} is not known; there are --config FILE and --check"),
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
        Arguments::parse(lexopt::Parser::from_args(line), "/etc/dais/x.toml")
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
        assert!(parse(&["--chekc"]).unwrap_err().to_string().contains("--chekc"));
    }
}
