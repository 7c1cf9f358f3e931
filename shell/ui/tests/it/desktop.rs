//! The shell in a window, as a screen reader of the desktop has it: on a real AT-SPI bus the first screen's buttons are
//! found by name, in both languages, and are pressed through the bus; so are those of the board behind one of them. Where
//! Xvfb, D-Bus or AT-SPI is missing this is skipped.

use std::cell::RefCell;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
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
/// Its number of the state of a button that is the chosen one.
const PRESSED: u32 = 20;
/// Its numbers of the roles of a button and of a chosen one, as busctl prints them.
const BUTTONS: [&str; 2] = ["u 43", "u 62"];
const ACCESSIBLE: &str = "org.a11y.atspi.Accessible";

/// An object on the bus: whose, and its path.
type Place = (String, String);

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
    shell: Option<Shell>,
    _parts: Vec<Ends>,
}

/// The shell in its window, and what it said.
struct Shell {
    process: RefCell<Ends>,
    said: PathBuf,
}

impl Shell {
    fn assert_lives(&self) {
        let ended = self.process.borrow_mut().0.try_wait().unwrap();
        assert!(ended.is_none(), "the shell has ended: {}", std::fs::read_to_string(&self.said).unwrap());
    }
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
        let mut desktop = Self { display, session, accessible: String::new(), shell: None, _parts: parts };
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
            self.shell.iter().for_each(Shell::assert_lives);
            assert!(begun.elapsed() < PATIENCE, "never: {what}");
            std::thread::yield_now();
        }
    }

    fn start_shell(&mut self, state: &Path, language: &str) {
        // The one before leaves the bus first.
        self.shell = None;
        let said = state.join("said");
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
            .stderr(File::create(&said).unwrap())
            .spawn();
        self.shell = Some(Shell { process: RefCell::new(Ends(shell.unwrap())), said });
    }

    /// Everything below an object.
    fn below(&self, (name, path): (&str, &str), deep: usize, into: &mut Vec<Place>) {
        let said = self.ask(name, path, ACCESSIBLE, "GetChildren", &[]).unwrap_or_default();
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

    fn property(&self, (name, path): &Place, property: &str) -> Option<String> {
        let said = busctl(&self.accessible, &["get-property", name, path, ACCESSIBLE, property])?;
        quoted(&said).into_iter().next()
    }

    /// The buttons of this name; the words on them are called the same.
    fn buttons(&self, wanted: &str) -> Vec<Place> {
        let mut all = Vec::new();
        self.below(("org.a11y.atspi.Registry", ROOT), DEEP, &mut all);
        all.retain(|at| self.property(at, "Name").as_deref() == Some(wanted));
        all.retain(|at| {
            let role = self.ask(&at.0, &at.1, ACCESSIBLE, "GetRole", &[]);
            role.is_some_and(|role| BUTTONS.contains(&role.trim()))
        });
        all
    }

    /// Waits for so many buttons of this name, as many as there are people who have one.
    fn find(&self, name: &str, many: usize) -> Vec<Place> {
        self.until(&format!("{many} of {name:?} are told"), |desktop| {
            Some(desktop.buttons(name)).filter(|found| found.len() == many)
        })
    }

    fn is(&self, at: &Place, state: u32) -> bool {
        let said = self.ask(&at.0, &at.1, ACCESSIBLE, "GetState", &[]).unwrap();
        // How many numbers there are, and the lower 32 states.
        let low: u32 = said.split_whitespace().nth(2).unwrap().parse().unwrap();
        low & 1 << state != 0
    }

    /// As a screen reader does when its user presses a key.
    fn press(&self, at: &Place) {
        let done = self.ask(&at.0, &at.1, "org.a11y.atspi.Action", "DoAction", &["i", "0"]);
        assert_eq!(done.as_deref().map(str::trim), Some("b true"));
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

/// What a test calls by its words in one language.
struct Words {
    language: &'static str,
    doors: [&'static str; 3],
    pen: &'static str,
    highlighter: &'static str,
    insert: &'static str,
    files: &'static str,
    home: &'static str,
}

const WORDS: [Words; 2] = [
    Words {
        language: "en",
        doors: ["Write", "Boards", "Settings"],
        pen: "Pen",
        highlighter: "Highlighter",
        insert: "Insert",
        files: "Look again for files",
        home: "Home",
    },
    Words {
        language: "zh",
        doors: ["书写", "白板", "设置"],
        pen: "笔",
        highlighter: "荧光笔",
        insert: "插入",
        files: "重新查找文件",
        home: "主页",
    },
];

#[test]
fn a_screen_reader_of_the_desktop_writes_on_the_board_by_the_names_of_buttons_in_both_languages() {
    if !assets_folder().join("fonts").is_dir() {
        println!("skipped: assets are not fetched (cargo xtask assets)");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let Some(mut desktop) = Desktop::start(folder.path()) else {
        println!("skipped: Xvfb, dbus-daemon or at-spi2-core is not installed (see image/packages.txt)");
        return;
    };
    for words in WORDS {
        let state = folder.path().join(words.language);
        std::fs::create_dir_all(&state).unwrap();
        desktop.start_shell(&state, words.language);
        let doors = words.doors.map(|name| desktop.find(name, 1).remove(0));
        assert!(doors.iter().all(|door| desktop.is(door, ENABLED)));
        desktop.press(&doors[0]);
        // Two people have a palette each: what one of them presses is theirs alone.
        let pens = desktop.find(words.pen, 2);
        let highlighters = desktop.find(words.highlighter, 2);
        assert!(pens.iter().all(|pen| desktop.is(pen, PRESSED)));
        assert!(highlighters.iter().all(|highlighter| !desktop.is(highlighter, PRESSED)));
        desktop.press(&highlighters[1]);
        desktop.until("the highlighter is told to be the chosen one", |desktop| {
            (desktop.is(&highlighters[1], PRESSED) && !desktop.is(&pens[1], PRESSED)).then_some(())
        });
        assert!(desktop.is(&pens[0], PRESSED) && !desktop.is(&highlighters[0], PRESSED));
        desktop.press(&desktop.find(words.insert, 1)[0]);
        desktop.find(words.files, 1);
        desktop.press(&desktop.find(words.home, 1)[0]);
        desktop.find(words.doors[0], 1);
    }
}
