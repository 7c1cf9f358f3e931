//! `dais-suite dev`: everything on one machine, for developers and for whoever wants to see Dais.

use std::process::ExitCode;

use lexopt::prelude::*;
use suite::dev::Dev;

fn main() -> ExitCode {
    let outcome = arguments().and_then(|dev| {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
        let outcome = runtime.block_on(dev.run());
        // A thread may still wait for a line from the terminal; nothing depends on it.
        runtime.shutdown_background();
        outcome
    });
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("dais: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn arguments() -> anyhow::Result<Dev> {
    let mut dev = Dev::default();
    let mut parser = lexopt::Parser::from_env();
    while let Some(argument) = parser.next()? {
        match argument {
            Value(word) if word == "dev" => {}
            Long("visit") => dev.only_visit = true,
            Long("pictures") => dev.pictures = Some(parser.value()?.into()),
            Long("state") => dev.state = parser.value()?.into(),
            Long("port") => dev.port = parser.value()?.parse()?,
            Long("language") => dev.language = if parser.value()? == "en" { "en" } else { "zh" },
            Long("size") => {
                let size = parser.value()?.string()?;
                let (width, height) =
                    size.split_once('x').ok_or_else(|| anyhow::anyhow!("--size is WIDTHxHEIGHT"))?;
                dev.size = (width.parse()?, height.parse()?);
            }
            other => return Err(other.unexpected().into()),
        }
    }
    Ok(dev)
}
