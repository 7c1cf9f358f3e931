//! The programs that are compared, how each is started, and how it is known to be ready.

use std::fs;
use std::os::unix::fs::DirBuilderExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::pen::Pen;
use super::screen::Screen;
use super::xopp;
use rustix::process::{Pid, Signal, kill_process_group};

/// A program takes ink within this time, or is reported as not started.
const READY: Duration = Duration::from_secs(240);
/// A screen that does not change for so long, with little work done meanwhile, is ready.
const STILL: Duration = Duration::from_secs(3);
/// A program that was asked to end has so long before it is killed.
const ENDS: Duration = Duration::from_secs(4);
/// Clock ticks (hundredths of a second) that a program at rest may use while it is still.
const RESTING_TICKS: u64 = 30;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Rival {
    Bare,
    Ours,
    OpenBoard,
    Xournal,
    Excalidraw,
    Tldraw,
}

impl Rival {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Bare => "bare X11 client",
            Self::Ours => "Dais",
            Self::OpenBoard => "OpenBoard",
            Self::Xournal => "Xournal++",
            Self::Excalidraw => "Excalidraw",
            Self::Tldraw => "tldraw",
        }
    }

    /// Boards that it is measured on, by their strokes. OpenBoard has no file that it opens from the command line.
    pub(crate) fn boards(self, quick: bool) -> &'static [usize] {
        match self {
            Self::Bare | Self::OpenBoard => &[0],
            Self::Ours => &[0, 1_000, 10_000, 100_000],
            Self::Xournal if quick => &[0, 1_000],
            Self::Xournal => &[0, 1_000, 10_000, 100_000],
            Self::Excalidraw if quick => &[0],
            Self::Excalidraw => &[0, 1_000, 5_000],
            Self::Tldraw if quick => &[0],
            // More than 4,000 shapes a page it refuses unless told otherwise.
            Self::Tldraw => &[0, 1_000],
        }
    }

    /// The command for a board of so many strokes; `folder` is empty and this run's own.
    fn command(self, strokes: usize, screen: &Screen, folder: &Path, web: Option<u16>) -> Option<Command> {
        let size = format!("{}x{}", screen.size.0, screen.size.1);
        let ourselves = std::env::current_exe().ok()?;
        let mut words: Vec<String> = match self {
            Self::Bare => vec![ourselves.display().to_string(), "bare".into(), size],
            Self::Ours => {
                vec![ourselves.display().to_string(), "window".into(), size, strokes.to_string()]
            }
            Self::OpenBoard => vec!["OpenBoard".into()],
            Self::Xournal => {
                let file = folder.join("board.xopp");
                fs::write(&file, xopp::write(strokes, screen.size)).ok()?;
                vec!["xournalpp".into(), file.display().to_string()]
            }
            Self::Excalidraw | Self::Tldraw => {
                let page = if self == Self::Tldraw { "tldraw" } else { "excalidraw" };
                let mut words: Vec<String> = vec!["chromium".into(), "--kiosk".into()];
                words.extend(["--no-sandbox", "--disable-gpu", "--no-first-run"].map(String::from));
                words.push(format!("--window-size={},{}", screen.size.0, screen.size.1));
                words.push(format!("--user-data-dir={}", folder.join("profile").display()));
                words.push(format!("http://localhost:{}/{page}.html?strokes={strokes}", web?));
                words
            }
        };
        let program = words.remove(0);
        let mut command = Command::new("taskset");
        command.args(["-c", super::THEIR_CPU, &program]).args(words);
        Some(command)
    }

    /// Starts it and waits until it takes ink; what went wrong, if anything did.
    pub(crate) fn start(
        self,
        strokes: usize,
        screen: &Screen,
        pen: &mut Pen,
        folder: &Path,
        web: Option<u16>,
    ) -> Result<Running, String> {
        let home = folder.join("home");
        let private = |folder: &Path| fs::DirBuilder::new().mode(0o700).create(folder);
        private(&home).map_err(|error| error.to_string())?;
        let mut command =
            self.command(strokes, screen, folder, web).ok_or("its pages or files could not be made")?;
        let log = fs::File::create(folder.join("log")).map_err(|error| error.to_string())?;
        let child = command
            .env("DISPLAY", &screen.display)
            .env("HOME", &home)
            .env("XDG_RUNTIME_DIR", &home)
            .env("TMPDIR", &home)
            .env("QTWEBENGINE_DISABLE_SANDBOX", "1")
            .env_remove("WAYLAND_DISPLAY")
            .stdout(Stdio::null())
            .stderr(log)
            .process_group(0)
            .spawn()
            .map_err(|error| error.to_string())?;
        let mut running = Running { child, log: folder.join("log") };
        running.ready(screen, pen)?;
        Ok(running)
    }
}

/// A started program with all its processes; they end with this value.
pub(crate) struct Running {
    child: Child,
    log: PathBuf,
}

impl Running {
    fn ready(&mut self, screen: &Screen, pen: &mut Pen) -> Result<(), String> {
        let until = Instant::now() + READY;
        loop {
            if let Ok(Some(status)) = self.child.try_wait() {
                let said = fs::read_to_string(&self.log).unwrap_or_default();
                let last = said.lines().next_back().unwrap_or_default();
                return Err(format!("it ended by itself ({status}): {last}"));
            }
            pen.spread_windows();
            let (sum, ticks) = (screen.sum(), self.ticks());
            std::thread::sleep(STILL);
            let rests = self.ticks().saturating_sub(ticks) <= RESTING_TICKS;
            if sum == screen.sum() && rests && pen.probe() {
                return Ok(());
            }
            if Instant::now() > until {
                return Err("it never took ink".to_owned());
            }
        }
    }

    /// Processor time of all its processes so far.
    pub(crate) fn ticks(&self) -> u64 {
        self.stats().map(|(ticks, _)| ticks).sum()
    }

    /// Resident memory of all its processes, in MiB.
    pub(crate) fn memory(&self) -> u64 {
        self.stats().map(|(_, pages)| pages).sum::<u64>() * 4 / 1024
    }

    /// Ticks and pages of each process of the group (`proc_pid_stat(5)`: fields 5, 14, 15 and 24).
    fn stats(&self) -> impl Iterator<Item = (u64, u64)> {
        let group = u64::from(self.child.id());
        let all = fs::read_dir("/proc").into_iter().flatten().flatten();
        all.filter_map(move |entry| {
            let text = fs::read_to_string(entry.path().join("stat")).ok()?;
            let fields: Vec<&str> = text.rsplit_once(')')?.1.split_whitespace().collect();
            let number = |field: usize| fields.get(field - 3)?.parse::<u64>().ok();
            (number(5)? == group).then_some(())?;
            Some((number(14)? + number(15)?, number(24)?))
        })
    }
}

impl Drop for Running {
    /// Asks first: a program that is killed leaves locks behind that keep the next one from starting.
    fn drop(&mut self) {
        let Some(group) = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw) else { return };
        for signal in [Signal::TERM, Signal::KILL] {
            if kill_process_group(group, signal).is_err() {
                // It has ended already, which is what is wanted.
                return;
            }
            let until = Instant::now() + ENDS;
            while self.stats().next().is_some() && Instant::now() < until {
                std::thread::sleep(Duration::from_millis(50));
                // Takes the leader's remains away, so that it is no longer counted.
                drop(self.child.try_wait());
            }
        }
    }
}
