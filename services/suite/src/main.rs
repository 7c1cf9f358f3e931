//! `dais-suite dev`: everything on one machine, for developers and for whoever wants to see Dais; `dais-suite strip`
//! plays a lesson and a lunch on it for the pictures of the README.
#![allow(clippy::print_stdout, reason = "it speaks to a terminal")]

use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use lexopt::prelude::*;
use suite::dev::Dev;

const USAGE: &str = include_str!("usage.txt");

fn main() -> ExitCode {
    if std::env::args().nth(1).is_some_and(|word| word == "strip") {
        return ended(strip());
    }
    ended(arguments().and_then(|dev| {
        let Some(dev) = dev else {
            print!("{USAGE}");
            return Ok(());
        };
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
        let outcome = runtime.block_on(dev.run());
        // A thread may still wait for a line from the terminal; nothing depends on it.
        runtime.shutdown_background();
        outcome
    }))
}

fn ended(outcome: Result<()>) -> ExitCode {
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("dais: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// The pictures of the README.
fn strip() -> Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    for picture in runtime.block_on(suite::strip::make())? {
        println!("{}", picture.display());
    }
    Ok(())
}

/// What was asked; none where only help was.
fn arguments() -> Result<Option<Dev>> {
    let mut dev = Dev::default();
    let mut parser = lexopt::Parser::from_env();
    while let Some(argument) = parser.next()? {
        match argument {
            Value(word) if word == "dev" => {}
            Long("help") | Short('h') => return Ok(None),
            Long("visit") => dev.only_visit = true,
            Long("first-start") => dev.first_start = true,
            Long("pictures") => dev.pictures = Some(parser.value()?.into()),
            Long("state") => dev.state = parser.value()?.into(),
            Long("camera") => dev.senses.camera = parser.value()?.string()?,
            Long("microphone") => dev.senses.microphone = parser.value()?.string()?,
            Long("port") => {
                let port = parser.value()?.string()?;
                dev.port =
                    port.parse().ok().with_context(|| format!("--port {port} is no port: 1 to 65535"))?;
            }
            Long("language") => {
                dev.language = match parser.value()?.string()?.as_str() {
                    "zh" => "zh",
                    "en" => "en",
                    other => bail!("--language {other} is not known; there are zh and en"),
                }
            }
            Long("size") => dev.size = size(&parser.value()?.string()?)?,
            other => bail!("{}\n{USAGE}", other.unexpected()),
        }
    }
    if dev.only_visit && dev.first_start {
        bail!(
            "--visit and --first-start do not go together: a visit is of a unit that was set up, and a first start waits for \
             a person's answers; leave one of them out"
        );
    }
    Ok(Some(dev))
}

fn size(text: &str) -> Result<(u32, u32)> {
    let sides =
        text.split_once('x').and_then(|(width, height)| Some((width.parse().ok()?, height.parse().ok()?)));
    sides.with_context(|| format!("--size {text} is no size: WIDTHxHEIGHT in pixels, such as 1920x1080"))
}
