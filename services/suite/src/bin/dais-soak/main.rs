//! `dais-soak`: thousands of card taps, scans and receipts through the real drivers on emulated devices, each counted
//! against what was done there, with memory and open files of this process and of the readers' children watched.
//!
//! The cards lie on emulated PN532 chips behind terminals, read by the real libnfc in real children; the gun is a
//! terminal that the driver opens by its name; the printer is one too. `cargo xtask soak devices` runs this at length,
//! and a test in short.
//!
//! # What was measured
//!
//! 29 November 2026, `dev` profile, two cores of an AMD EPYC. Memory is what is the process's own, after a tenth of the
//! run and at its end.
//!
//! | run | told | memory | open files | time |
//! |---|---|---|---|---|
//! | 10,000 taps at 16 readers, quiet machine | all: 8,130 cards once each (1,880 purses debited, every fen accounted for; 1,218 tags), 653 left too soon, 641 two at once, 1,217 torn, 593 cables pulled, 21 aborts of libnfc | 2,140 to 2,356 KB, the worst child 256 to 304 | 118, 118 | 221 s |
//! | 10,000 scans | all: 9,040 codes, 1,021 of them read twice and told once; 527 torn, 487 garbled, 473 unplugged | 364 to 372 KB | 10, 10 | 186 s |
//! | 1,000 receipts | all, 56 with the cable pulled first and none of those said printed | 1,068 to 1,492 KB | 6, 6 | 11 s |
//!
//! On a machine busy enough (a load of 14 and more), answers of the emulated chip come too late for libnfc, and a run of
//! taps ends with the card that had no answer.
#![allow(clippy::print_stdout, reason = "it speaks to a terminal")]

mod chance;
mod desk;
mod footprint;
mod receipts;
mod scans;
mod taps;

use std::process::ExitCode;
use std::time::Instant;

use anyhow::Result;

const USAGE: &str = "usage: dais-soak [--taps N] [--scans N] [--receipts N] [--seed S]";
/// Of each, unless asked otherwise.
const TAPS: u32 = 10_000;
const SCANS: u32 = 10_000;
const RECEIPTS: u32 = 1_000;

struct Plan {
    taps: u32,
    scans: u32,
    receipts: u32,
    seed: u64,
}

fn main() -> ExitCode {
    let plan = match arguments() {
        Ok(plan) => plan,
        Err(why) => {
            eprintln!("{why}\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    match run(&plan) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // On stdout, for libnfc's complaints about pulled cables fill the other.
            println!("dais-soak: {error:#}\ndais-soak: the same again: --seed {}", plan.seed);
            ExitCode::FAILURE
        }
    }
}

fn arguments() -> Result<Plan, lexopt::Error> {
    use lexopt::prelude::*;
    let mut plan = Plan { taps: TAPS, scans: SCANS, receipts: RECEIPTS, seed: 1 };
    let mut parser = lexopt::Parser::from_env();
    while let Some(argument) = parser.next()? {
        match argument {
            Long("taps") => plan.taps = parser.value()?.parse()?,
            Long("scans") => plan.scans = parser.value()?.parse()?,
            Long("receipts") => plan.receipts = parser.value()?.parse()?,
            Long("seed") => plan.seed = parser.value()?.parse()?,
            other => return Err(other.unexpected()),
        }
    }
    Ok(plan)
}

/// Runs one kind after the other, so that each answers for its own memory.
fn run(plan: &Plan) -> Result<()> {
    type Part = fn(u32, u64) -> Result<()>;
    let parts: [(u32, Part); 3] =
        [(plan.taps, taps::run), (plan.scans, scans::run), (plan.receipts, receipts::run)];
    for (count, part) in parts.into_iter().filter(|(count, _)| *count > 0) {
        let began = Instant::now();
        part(count, plan.seed)?;
        println!("  in {:.1} s", began.elapsed().as_secs_f32());
    }
    Ok(())
}
