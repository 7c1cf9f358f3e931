//! What a process holds of the machine, and whether that grew.

use std::fmt;
use std::fs;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

/// How much more a process may hold after the run than after its warm-up. The allocator gives pages back late and
/// rounds up; but a leak of one small block of 128 bytes in each of ten thousand taps is more than this.
const GROWTH_MAX_KB: u64 = 1024;
/// Threads of a child that ended, and the files they hold, are gone a moment after it. Far above that moment.
const SETTLES_WITHIN: Duration = Duration::from_secs(10);

/// What one process holds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Footprint {
    /// Anonymous memory in RAM: heap and stacks. What is mapped from files is shared and comes and goes.
    anonymous_kb: u64,
    /// All of it in RAM, shared pages in proportion.
    proportional_kb: u64,
    files: usize,
    threads: u64,
}

impl Footprint {
    /// Of ourselves.
    pub(crate) fn ours() -> Result<Self> {
        Self::of("self")
    }

    /// Of a child.
    pub(crate) fn of_child(id: u32) -> Result<Self> {
        Self::of(&id.to_string())
    }

    fn of(process: &str) -> Result<Self> {
        let read = |file: &str| {
            fs::read_to_string(format!("/proc/{process}/{file}"))
                .with_context(|| format!("the kernel does not tell {file} of process {process}"))
        };
        let (status, rollup) = (read("status")?, read("smaps_rollup")?);
        Ok(Self {
            anonymous_kb: number(&status, "RssAnon:")?,
            proportional_kb: number(&rollup, "Pss:")?,
            files: fs::read_dir(format!("/proc/{process}/fd"))?.count(),
            threads: number(&status, "Threads:")?,
        })
    }

    /// How much more anonymous memory this is than `earlier`.
    pub(crate) fn growth_kb(self, earlier: Self) -> u64 {
        self.anonymous_kb.saturating_sub(earlier.anonymous_kb)
    }

    fn grew(self, later: Self) -> bool {
        later.growth_kb(self) > GROWTH_MAX_KB || later.files > self.files || later.threads > self.threads
    }
}

impl fmt::Display for Footprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { anonymous_kb, proportional_kb, files, threads } = self;
        write!(f, "{anonymous_kb} KB of its own (Pss {proportional_kb}), {files} files, {threads} threads")
    }
}

fn number(text: &str, name: &str) -> Result<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix(name)).with_context(|| format!("no {name}"))?;
    Ok(line.trim().trim_end_matches(" kB").parse()?)
}

/// Looks again and says so; `before` is from after the warm-up.
///
/// # Errors
/// Where the process holds more than it did.
pub(crate) fn hold(who: &str, before: Footprint, look: impl Fn() -> Result<Footprint>) -> Result<Footprint> {
    let until = Instant::now() + SETTLES_WITHIN;
    loop {
        let now = look()?;
        if !before.grew(now) {
            return Ok(now);
        }
        if Instant::now() >= until {
            bail!("{who} grew: {before} after the warm-up, {now} at the end");
        }
        std::thread::yield_now();
    }
}
