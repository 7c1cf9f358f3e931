//! The shell in a window, as a screen reader of the desktop has it: on a real AT-SPI bus the first screen's buttons are
//! found by name, in both languages, and said to be usable. Where Xvfb, D-Bus or AT-SPI is missing this is skipped.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::easel::assets_folder;

/// Long enough for a loaded machine; nothing waits this long where all is well.
const PATIENCE: Duration = Duration::from_secs(60);
const LAUNCHER: &str = "/usr/libexec/at-spi-bus-launcher";
const ROOT: &str = "/org/a11y/atspi/accessible/root";
/// Deeper than the shell's tree: application, window, surface, element.
const DEEP: usize = 5;
/// AT-SPI's number of the state of what can be pressed (atspi-constants.h).
const ENABLED: u32 = 8;
/// Its number of a button's role, as busctl prints it.
const BUTTON: &str = "u 43";

/// Ends a process with the test.
struct Ends(Child);

impl Drop for Ends {
    fn drop(&mut self) {
        // It is asked, so that it ends what it has started itself: the launcher has a bus of its own.
        let pid = i32::try_from(self.0.id()).ok().and_then(rustix::process::Pid::from_raw).unwrap();
        rustix::process::kill_process(pid, rustix::process::Signal::TERM).unwrap();
        let begun = Instant::now();
        while self.0.try_wait().unwrap().is_none() {
            if begun.elapsed() > PATIENCE {
                self.0.kill().unwrap();
            }
            std::thread::yield_now();
        }
    }
}

/// Starts a program and reads the first line it says.
fn first_line(command: &mut Command) -> Option<(Ends, String)> {
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().ok()?;
    let said = BufReader::new(child.stdout.take().unwrap()).lines().next();
    let child = Ends(child);
    Some((child, said?.ok()?.trim().to_owned()))
}

/// A desktop with nothing but a screen and its assistive programs' bus.
struct Desktop {
    display: String,
    session: String,
    accessible: String,
    _parts: Vec<Ends>,
}

impl Desktop {
    fn start(folder: &Path) -> Option<Self> {
        let (server, number) = first_line(Command::new("Xvfb").args([
            "-displayfd",
            "1",
            "-screen",
            "0",
            "1920x1080x24",
            "-nolisten",
            "tcp",
        ]))?;
        let (bus, session) =
            first_line(Command::new("dbus-daemon").args(["--session", "--nofork", "--print-address=1"]))?;
        let display = format!(":{number}");
        let launcher = Command::new(LAUNCHER)
            .arg("--launch-immediately")
            .envs([("DISPLAY", display.as_str()), ("DBUS_SESSION_BUS_ADDRESS", &session)])
            .env("XDG_RUNTIME_DIR", folder)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .ok()?;
        let parts = vec![Ends(launcher), server, bus];
        let mut desktop = Self { display, session, accessible: String::new(), _parts: parts };
        let told = desktop.until("the assistive bus is there", |desktop| {
            busctl(&desktop.session, &["call", "org.a11y.Bus", "/org/a11y/bus", "org.a11y.Bus", "GetAddress"])
        });
        desktop.accessible = quoted(&told).remove(0);
        // As a screen reader does when it starts.
        let status = ["org.a11y.Bus", "/org/a11y/bus", "org.a11y.Status", "IsEnabled", "b", "true"];
        busctl(&desktop.session, &[&["set-property"], &status[..]].concat()).unwrap();
        Some(desktop)
    }

    fn until<T>(&self, what: &str, mut look: impl FnMut(&Self) -> Option<T>) -> T {
        let begun = Instant::now();
        loop {
            if let Some(found) = look(self) {
                return found;
            }
            assert!(begun.elapsed() < PATIENCE, "never: {what}");
            std::thread::yield_now();
        }
    }

    fn shell(&self, state: &Path, language: &str) -> Ends {
        let shell = Command::new(env!("CARGO_BIN_EXE_dais-shell"))
            .args(["--output", "window", "--role", "panel", "--size", "1920x1080", "--language", language])
            .arg("--state")
            .arg(state)
            .arg("--assets")
            .arg(assets_folder())
            .envs([("DISPLAY", self.display.as_str()), ("DBUS_SESSION_BUS_ADDRESS", &self.session)])
            .env("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/nonexistent")
            .env("XDG_RUNTIME_DIR", state)
            .env_remove("WAYLAND_DISPLAY")
            .stderr(Stdio::null())
            .spawn();
        Ends(shell.unwrap())
    }

    /// Everything below an object, each as its place on the bus.
    fn below(&self, (name, path): (&str, &str), deep: usize, into: &mut Vec<(String, String)>) {
        let said = self.ask(name, path, "org.a11y.atspi.Accessible", "GetChildren", &[]).unwrap_or_default();
        for pair in quoted(&said).chunks_exact(2) {
            into.push((pair[0].clone(), pair[1].clone()));
            if deep > 0 {
                self.below((&pair[0], &pair[1]), deep - 1, into);
            }
        }
    }

    fn ask(&self, name: &str, path: &str, interface: &str, member: &str, with: &[&str]) -> Option<String> {
        busctl(&self.accessible, &[&["call", name, path, interface, member], with].concat())
    }

    fn property(&self, (name, path): &(String, String), property: &str) -> Option<String> {
        let said =
            busctl(&self.accessible, &["get-property", name, path, "org.a11y.atspi.Accessible", property])?;
        quoted(&said).into_iter().next()
    }

    /// The button of this name; the words on it are called the same.
    fn button(&self, wanted: &str) -> Option<(String, String)> {
        let mut all = Vec::new();
        self.below(("org.a11y.atspi.Registry", ROOT), DEEP, &mut all);
        all.into_iter().filter(|at| self.property(at, "Name").as_deref() == Some(wanted)).find(|at| {
            let role = self.ask(&at.0, &at.1, "org.a11y.atspi.Accessible", "GetRole", &[]);
            role.is_some_and(|role| role.trim() == BUTTON)
        })
    }
}

fn busctl(address: &str, with: &[&str]) -> Option<String> {
    let said = Command::new("busctl").arg(format!("--address={address}")).args(with).output().ok()?;
    said.status.success().then(|| String::from_utf8(said.stdout).unwrap())
}

/// The strings of what busctl prints, which writes other bytes than ASCII's as three octal digits.
fn quoted(said: &str) -> Vec<String> {
    // Nothing that is asked for here has a quote in it.
    said.split('"').skip(1).step_by(2).map(unescaped).collect()
}

fn unescaped(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let octal = |digits: &[u8]| u8::from_str_radix(std::str::from_utf8(digits).ok()?, 8).ok();
        match (first, after.get(..3).and_then(octal)) {
            (b'\\', Some(byte)) => {
                bytes.push(byte);
                rest = &after[3..];
            }
            // Before a sign of its own.
            (b'\\', None) => rest = after,
            _ => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8(bytes).unwrap()
}

#[test]
fn a_screen_reader_of_the_desktop_finds_the_first_screens_buttons_in_both_languages() {
    if !assets_folder().join("fonts").is_dir() {
        println!("skipped: assets are not fetched (cargo xtask assets)");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let Some(desktop) = Desktop::start(folder.path()) else {
        println!("skipped: Xvfb, dbus-daemon or at-spi2-core is not installed (see image/packages.txt)");
        return;
    };
    for (language, doors) in [("en", ["Write", "Boards", "Settings"]), ("zh", ["书写", "白板", "设置"])]
    {
        let state = folder.path().join(language);
        std::fs::create_dir_all(&state).unwrap();
        let _shell = desktop.shell(&state, language);
        for name in doors {
            let door = desktop.until(&format!("{name:?} is told"), |desktop| desktop.button(name));
            let states = desktop.ask(&door.0, &door.1, "org.a11y.atspi.Accessible", "GetState", &[]).unwrap();
            let low: u32 = states.split_whitespace().nth(2).unwrap().parse().unwrap();
            assert!(low & 1 << ENABLED != 0, "{states}");
        }
    }
}
