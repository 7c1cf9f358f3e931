//! An emulated machine with Debian's kernel: its serial line, on which it is told what to do, and its monitor. It ends
//! with us, whatever happens. Emulated without hardware help, because that works on every machine.

pub(super) mod initrd;
pub(super) mod kernel;

use std::collections::VecDeque;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::{call, say};

/// A boot takes 10 s on a quiet machine of 2024, 80 s on a busy one.
const BOOT: Duration = Duration::from_secs(300);
/// Nothing that a scene waits for takes more than a tenth of this on a quiet machine.
pub(crate) const PATIENCE: Duration = Duration::from_secs(120);
/// The monitor answers between two emulated instructions.
const MONITOR: Duration = Duration::from_secs(30);
/// Between two looks for its socket: it is there within a tenth of a second, and a boot takes a hundred times as long.
const LOOK: Duration = Duration::from_millis(20);
/// Lines that are kept to explain a failure.
const LAST_LINES: usize = 40;
/// Memory in MiB: kernel, archive, what it unpacks to, the buffers of two graphics cards.
const MEMORY: &str = "768";

/// For its kernel. A cursor that blinks would make two pictures of one console differ, and pages of 2 MiB would make a
/// program's memory jump that it does not use.
const WORDS: &str = "console=ttyS0 quiet loglevel=3 panic=-1 vt.global_cursor_default=0 transparent_hugepage=never sysrq_always_enabled";

/// What a machine is made of.
pub(crate) struct Parts<'a> {
    pub(super) kernel: &'a Path,
    pub(super) initrd: &'a Path,
    /// Where its sockets lie.
    pub(super) work: &'a Path,
    /// What it has besides a processor and memory, as the emulator's words.
    pub(super) devices: &'a [String],
}

pub(crate) struct Guest {
    machine: Child,
    serial: ChildStdin,
    lines: Receiver<String>,
    last: VecDeque<String>,
    monitor: BufReader<UnixStream>,
    work: PathBuf,
}

impl Guest {
    /// Starts it and waits until it takes commands.
    pub(crate) fn boot(parts: &Parts<'_>) -> Result<Self> {
        let mut command = Command::new("setpriv");
        // It must not outlive us: it takes a whole processor.
        command.args(["--pdeathsig", "KILL", "qemu-system-x86_64"]).args(["-m", MEMORY]);
        command.args(parts.devices);
        command.arg("-kernel").arg(parts.kernel).arg("-initrd").arg(parts.initrd);
        command.args(["-append", WORDS]);
        Self::start(command, parts.work, BOOT)
    }

    /// Starts a machine as [`Self::power`] does; waits as long as `patience` until it takes commands.
    pub(crate) fn start(command: Command, work: &Path, patience: Duration) -> Result<Self> {
        let mut guest = Self::power(command, work)?;
        match guest.up(patience) {
            Ok(()) => Ok(guest),
            Err(error) => {
                say::line(&guest.last_words());
                Err(error)
            }
        }
    }

    /// Starts an emulator that has been told what the machine boots and what it has, besides one processor, a serial
    /// line and a monitor. Where the machine would start again, it ends.
    pub(crate) fn power(mut command: Command, work: &Path) -> Result<Self> {
        let socket = work.join("monitor");
        if socket.exists() {
            fs::remove_file(&socket)?;
        }
        command.args(["-accel", "tcg", "-machine", "q35", "-cpu", "max,la57=off", "-smp", "1"]);
        command.args(["-nodefaults", "-no-reboot", "-display", "none", "-vga", "none"]);
        // All it says is kept, for people.
        command.arg("-chardev").arg(format!("stdio,id=line,logfile={}", work.join("serial.log").display()));
        command.args(["-serial", "chardev:line"]);
        command.arg("-qmp").arg(format!("unix:{},server=on,wait=off", socket.display()));
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut machine = command.spawn().context("the emulator cannot be started")?;
        let (Some(serial), Some(output)) = (machine.stdin.take(), machine.stdout.take()) else {
            bail!("the machine has no serial line");
        };
        let (to, lines) = channel();
        thread::spawn(move || {
            for line in BufReader::new(output).split(b'\n').map_while(Result::ok) {
                if to.send(String::from_utf8_lossy(&line).trim_end().to_owned()).is_err() {
                    return;
                }
            }
        });
        let monitor = match connect(&socket) {
            Ok(monitor) => monitor,
            Err(error) => {
                machine.kill()?;
                return Err(error);
            }
        };
        let mut guest =
            Self { machine, serial, lines, last: VecDeque::new(), monitor, work: work.to_owned() };
        guest.ask("{\"execute\": \"qmp_capabilities\"}")?;
        Ok(guest)
    }

    /// Waits until it takes commands.
    pub(crate) fn up(&mut self, patience: Duration) -> Result<()> {
        self.wait_for(["DAIS up"], patience).map(|_| ())
    }

    /// Waits until it has ended by itself, as it does where it would start again.
    pub(crate) fn ends(&mut self, patience: Duration) -> Result<()> {
        let until = Instant::now() + patience;
        loop {
            match self.lines.recv_timeout(until.saturating_duration_since(Instant::now())) {
                Ok(line) => self.keep(line),
                Err(RecvTimeoutError::Timeout) => bail!("the guest goes on"),
                Err(RecvTimeoutError::Disconnected) => break,
            }
        }
        let status = self.machine.wait()?;
        if !status.success() {
            bail!("the emulator ended with {status}");
        }
        Ok(())
    }

    /// Sends a line: a command for its shell, or a word for the program that reads now.
    pub(crate) fn send(&mut self, line: &str) -> Result<()> {
        writeln!(self.serial, "{line}").and_then(|()| self.serial.flush()).context("the guest has ended")
    }

    /// Waits for a line that has this in it, and answers what follows it there.
    pub(crate) fn wait(&mut self, word: &str) -> Result<String> {
        let [rest] = self.wait_each([word])?;
        Ok(rest)
    }

    /// Waits for a line of each, in whatever order they come.
    pub(crate) fn wait_each<const N: usize>(&mut self, words: [&str; N]) -> Result<[String; N]> {
        self.wait_for(words, PATIENCE)
    }

    fn wait_for<const N: usize>(&mut self, words: [&str; N], patience: Duration) -> Result<[String; N]> {
        let until = Instant::now() + patience;
        let mut found = [const { None }; N];
        while found.iter().any(Option::is_none) {
            let line = self.line(until).with_context(|| format!("waiting for {words:?}"))?;
            for (word, found) in words.iter().zip(&mut found) {
                if let Some((_, rest)) = line.split_once(word).filter(|_| found.is_none()) {
                    *found = Some(rest.trim().to_owned());
                }
            }
            if line.contains("DAIS failed") {
                bail!("a command failed while {words:?} were waited for");
            }
        }
        Ok(found.map(Option::unwrap_or_default))
    }

    fn line(&mut self, until: Instant) -> Result<String> {
        match self.lines.recv_timeout(until.saturating_duration_since(Instant::now())) {
            Ok(line) => {
                self.keep(line.clone());
                Ok(line)
            }
            Err(RecvTimeoutError::Timeout) => bail!("the guest says nothing"),
            Err(RecvTimeoutError::Disconnected) => bail!("the guest has ended"),
        }
    }

    fn keep(&mut self, line: String) {
        self.last.push_back(line);
        if self.last.len() > LAST_LINES {
            self.last.pop_front();
        }
    }

    /// Runs a command of its shell to the end; it must succeed.
    pub(crate) fn run(&mut self, command: &str) -> Result<()> {
        self.send(&format!("{command} && echo DAIS done || echo DAIS failed"))?;
        self.wait("DAIS done").with_context(|| format!("`{command}` in the guest"))?;
        Ok(())
    }

    /// Runs a program of the guest's to the end; it must succeed, and say on its error output that it goes on, if it
    /// takes longer than `silence`: `heard` is told that. What it printed, on one line.
    pub(crate) fn answer(
        &mut self,
        command: &str,
        silence: Duration,
        heard: impl Fn(&str),
    ) -> Result<String> {
        self.send(&format!("said=$({command}) && echo DAIS good $said || echo DAIS failed: $said"))?;
        let mut last = "nothing".to_owned();
        loop {
            let line = match self.line(Instant::now() + silence) {
                Ok(line) => line,
                Err(error) => {
                    self.stacks();
                    return Err(error.context(format!("`{command}` in the guest, which last said {last}")));
                }
            };
            if let Some((_, said)) = line.split_once("DAIS good") {
                return Ok(said.trim().to_owned());
            }
            if let Some((_, why)) = line.split_once("DAIS failed:") {
                bail!("`{command}` in the guest: {}", why.trim());
            }
            heard(&line);
            last = line;
        }
    }

    /// Has the kernel tell where it waits (`Documentation/admin-guide/sysrq.rst`): all messages shown, then tasks that
    /// nothing can wake. A guest that has ended has no keyboard, and its end is told already.
    fn stacks(&mut self) {
        for key in ["9", "w"] {
            let keys =
                ["alt", "sysrq", key].map(|key| format!("{{\"type\": \"qcode\", \"data\": \"{key}\"}}"));
            let command =
                format!("{{\"execute\": \"send-key\", \"arguments\": {{\"keys\": [{}]}}}}", keys.join(", "));
            drop(self.ask(&command));
        }
        // What it says then is among the last lines.
        let until = Instant::now() + MONITOR;
        while self.line(until).is_ok() {}
    }

    /// Where its sockets and pictures lie.
    pub(crate) fn work(&self) -> &Path {
        &self.work
    }

    /// One command of the monitor; its events between are not for us.
    pub(crate) fn ask(&mut self, command: &str) -> Result<()> {
        writeln!(self.monitor.get_mut(), "{command}")?;
        loop {
            let mut answer = String::new();
            if self.monitor.read_line(&mut answer).context("the monitor does not answer")? == 0 {
                bail!("the monitor has ended");
            }
            if answer.contains("\"error\"") {
                bail!("the monitor refused {command}: {answer}");
            }
            if answer.contains("\"return\"") {
                return Ok(());
            }
        }
    }

    /// The last lines it said.
    pub(crate) fn last_words(&mut self) -> String {
        self.last.extend(self.lines.try_iter());
        self.last.iter().map(|line| format!("  guest: {line}\n")).collect()
    }
}

/// Builds one of our programs (`--bin` or `--example`) for a guest, without what a debugger would need.
pub(super) fn program(root: &Path, work: &Path, package: &str, kind: &str, name: &str) -> Result<PathBuf> {
    say::line(&format!("building {name}"));
    if !call::status(&mut call::cargo(root, &["build", "-q", "-p", package, kind, name]))?.success() {
        bail!("{name} does not build; the reason stands above");
    }
    let folder = if kind == "--example" { "target/debug/examples" } else { "target/debug" };
    let small = work.join(name);
    call::output(Command::new("strip").arg("-o").args([&small, &root.join(folder).join(name)]))?;
    Ok(small)
}

/// The monitor's socket appears when the machine has been made.
fn connect(socket: &Path) -> Result<BufReader<UnixStream>> {
    let until = Instant::now() + MONITOR;
    loop {
        match UnixStream::connect(socket) {
            Ok(stream) => {
                stream.set_read_timeout(Some(MONITOR))?;
                return Ok(BufReader::new(stream));
            }
            Err(error) if Instant::now() > until => {
                return Err(error).context("the machine did not start; its reason stands above");
            }
            Err(_) => thread::sleep(LOOK),
        }
    }
}

impl Drop for Guest {
    fn drop(&mut self) {
        // One that has ended already cannot be ended, and its exit status says nothing.
        drop(self.machine.kill());
        drop(self.machine.wait());
    }
}

#[cfg(test)]
mod tests;
