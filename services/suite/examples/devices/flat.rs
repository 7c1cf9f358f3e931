//! Whether a process keeps something of every cycle: its open descriptors and its memory.

use anyhow::{Context, Result, bail};

/// Cycles after which everything that is made once has been made.
const WARM: usize = 10;
/// Whoever started us hears after so many cycles that we go on.
const TOLD: usize = 10;
/// Memory may grow by this over all further cycles, in KiB: the allocator's own unevenness. A leak of one event a cycle
/// in 1,000 cycles is less, so descriptors, of which none may stay, are counted as well.
const GROWTH: u64 = 512;

pub(crate) struct Flat {
    cycles: usize,
    warm_after: usize,
    warm: Option<(usize, u64)>,
}

impl Default for Flat {
    fn default() -> Self {
        Self::warm_after(WARM)
    }
}

impl Flat {
    /// One that needs so many cycles until everything has been made.
    pub(crate) fn warm_after(cycles: usize) -> Self {
        Self { cycles: 0, warm_after: cycles, warm: None }
    }

    /// A cycle has ended.
    pub(crate) fn cycle(&mut self) -> Result<()> {
        self.cycles += 1;
        if self.cycles.is_multiple_of(TOLD) {
            crate::tell(self.cycles);
        }
        if self.cycles == self.warm_after {
            self.warm = Some(now()?);
        }
        Ok(())
    }

    /// What was measured, in words; an error if something grew.
    pub(crate) fn verdict(&self) -> Result<String> {
        let Some((files, memory)) = self.warm else {
            return Ok(format!("{} cycles, too few to tell leaks", self.cycles));
        };
        let (files_now, memory_now) = now()?;
        if files_now != files || memory_now > memory + GROWTH {
            bail!(
                "after {} cycles {files_now} descriptors and {memory_now} KiB, after {} {files} and {memory} KiB",
                self.cycles,
                self.warm_after
            );
        }
        Ok(format!("{} cycles, {files} descriptors, {memory} to {memory_now} KiB", self.cycles))
    }
}

/// Open descriptors, and resident memory in KiB.
fn now() -> Result<(usize, u64)> {
    let files = std::fs::read_dir("/proc/self/fd")?.count();
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("no memory in /proc")?;
    let memory = line.split_whitespace().next().context("no number")?.parse()?;
    Ok((files, memory))
}
