//! Control groups as the units have them: the board's with a thousand's weight, the service's idle. Without them both
//! would be one session to the kernel's scheduler, and what the service takes the board would have had. The board lets its
//! ink come first by itself, as `LimitRTPRIO=1` of its unit allows it.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// Where the hierarchy of the processor's time is, in either version of control groups; the second has all in one.
const ONE: &str = "/sys/fs/cgroup/cpu";
const TWO: &str = "/sys/fs/cgroup";
/// `CPUWeight=1000` of the shell's unit, as either version has it.
const WEIGHTS: [(&str, &str); 2] = [("cpu.weight", "1000"), ("cpu.shares", "10240")];
/// What a group may run in real time of each second, where the first version of groups keeps count of it, in microseconds:
/// two such benches at once fit into what the kernel leaves for it.
const BUDGET: (&str, &str) = ("cpu.rt_runtime_us", "400000");
/// Who is in a group; writing 0 puts the writer there.
const MEMBERS: &str = "cgroup.procs";

/// Two groups, gone with this value.
pub(super) struct Groups {
    /// The board's.
    board: PathBuf,
    /// The service's, for whom `CPUWeight=idle` stands.
    service: PathBuf,
    home: PathBuf,
}

impl Groups {
    /// Makes them, where whoever runs this may.
    pub(super) fn make() -> Result<Self> {
        let ours = fs::read_to_string("/proc/self/cgroup")?;
        let top = Path::new(if Path::new(ONE).is_dir() { ONE } else { TWO });
        let home = ours.lines().find_map(|line| ours_of(line, top == Path::new(ONE)));
        let home = top.join(home.context("this process is in no group")?.trim_start_matches('/'));
        let group = |name: &str| top.join(format!("dais-bench-{name}-{}", std::process::id()));
        let groups = Self { board: group("board"), service: group("service"), home };
        for folder in [&groups.board, &groups.service] {
            fs::create_dir(folder).with_context(|| format!("{} cannot be made", folder.display()))?;
        }
        let weight = WEIGHTS.iter().find(|(file, _)| groups.board.join(file).exists());
        let (file, weight) = weight.context("groups here have no weight")?;
        fs::write(groups.board.join(file), weight)?;
        if groups.board.join(BUDGET.0).exists() {
            fs::write(groups.board.join(BUDGET.0), BUDGET.1)
                .context("groups here have no real-time budget")?;
        }
        fs::write(groups.service.join("cpu.idle"), "1").context("groups here cannot be idle")?;
        Ok(groups)
    }

    /// Does something as the board's unit would.
    pub(super) fn as_board<T>(&self, work: impl FnOnce() -> Result<T>) -> Result<T> {
        self.within(&self.board, work)
    }

    /// Does something as the service's unit would.
    pub(super) fn as_service<T>(&self, work: impl FnOnce() -> Result<T>) -> Result<T> {
        self.within(&self.service, work)
    }

    /// Does something in a group; what is started by it stays there.
    fn within<T>(&self, group: &Path, work: impl FnOnce() -> Result<T>) -> Result<T> {
        fs::write(group.join(MEMBERS), "0").context("the group cannot be entered")?;
        let outcome = work();
        fs::write(self.home.join(MEMBERS), "0").context("the group cannot be left")?;
        outcome
    }
}

impl Drop for Groups {
    fn drop(&mut self) {
        for folder in [&self.board, &self.service] {
            if folder.is_dir() && fs::remove_dir(folder).is_err() {
                crate::say::line(&format!("{} is left behind", folder.display()));
            }
        }
    }
}

/// Our path in the hierarchy, from its line of `/proc/self/cgroup`: number, controllers, path.
fn ours_of(line: &str, first_version: bool) -> Option<&str> {
    let (_, rest) = line.split_once(':')?;
    let (controllers, path) = rest.split_once(':')?;
    let is_it =
        if first_version { controllers.split(',').any(|one| one == "cpu") } else { controllers.is_empty() };
    is_it.then_some(path)
}
