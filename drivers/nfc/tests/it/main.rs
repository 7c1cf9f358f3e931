//! The real child, the real libnfc and Debian's own `nfc-list`, all on the emulated chip behind a real terminal.

#![allow(clippy::unwrap_used, reason = "a failed test says where it failed")]

mod commands;
mod crowd;
mod faults;
mod phones;
mod service;
mod storage;
mod usage;

use std::io::{BufRead, BufReader};
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use nfc::event::Missing;
use nfc::fake::Fake;
use nfc::fake::control::Control;
use nfc::{Card, CardKind, Reader, ReaderError, Tap, Uid};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{Pid, PidfdFlags, Signal, kill_process, pidfd_open};

const DAIS_NFC: &str = env!("CARGO_BIN_EXE_dais-nfc");
const DAIS_PN532: &str = env!("CARGO_BIN_EXE_dais-pn532");
/// Long enough for a machine that compiles at the same time.
const PATIENCE: Duration = Duration::from_secs(20);
const STUDENT: &str = "04A1B2C3D4E5F6";

struct Bench {
    // Fields drop in this order: the reader's child before its chip, the directory last.
    reader: Reader,
    control: Control,
    _fake: Fake,
    connstring: String,
    _dir: tempfile::TempDir,
}

impl Bench {
    /// A ready reader on an emulated chip.
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let link = dir.path().join("reader");
        let fake = Fake::start(&link, &dir.path().join("control")).unwrap();
        let connstring = connstring(&link);
        let reader = Reader::spawn(Path::new(DAIS_NFC), &connstring).unwrap();
        let control = fake.control().unwrap();
        let mut bench = Self { reader, control, _fake: fake, connstring, _dir: dir };
        bench.until_ready();
        bench
    }

    fn send(&mut self, line: &str) {
        self.control.send(line).unwrap();
    }

    fn until_ready(&mut self) {
        let end = Instant::now() + PATIENCE;
        while !self.reader.is_ready() {
            let soon = Instant::now() + Duration::from_millis(5);
            match self.reader.next(soon) {
                Ok(None) => assert!(Instant::now() < end, "not ready"),
                Ok(other) => panic!("a tap before any card: {other:?}"),
                Err(ReaderError::Missing(_)) => {}
                Err(error) => panic!("{error}"),
            }
        }
    }

    fn tap(&mut self) -> Tap {
        self.reader.next(Instant::now() + PATIENCE).unwrap().expect("a tap")
    }

    fn quiet_for(&mut self, time: Duration) {
        assert_eq!(self.reader.next(Instant::now() + time).unwrap(), None);
    }
}

fn connstring(link: &Path) -> String {
    format!("pn532_uart:{}:115200", link.display())
}

fn card(uid: &str, kind: CardKind) -> Tap {
    Tap::Card(Card { uid: Uid::from_hex(uid).unwrap(), kind })
}

#[test]
fn every_kind_of_card_is_told_once_and_leaves_once() {
    let mut bench = Bench::new();
    for (uid, kind, word) in [
        (STUDENT, CardKind::Ultralight, "ultralight"),
        ("DEADBEEF", CardKind::Classic, "classic"),
        ("04112233445566", CardKind::Classic, "classic"),
        ("04998877665544", CardKind::IsoDep, "iso_dep"),
        ("0102030405060708090A", CardKind::IsoDep, "iso_dep"),
    ] {
        let put = Instant::now();
        bench.send(&format!("put {uid} {word}"));
        assert_eq!(bench.tap(), card(uid, kind));
        println!("{word}: told {} ms after it was laid down", put.elapsed().as_millis());
        bench.quiet_for(Duration::from_millis(700));
        bench.send("take");
        assert_eq!(bench.tap(), Tap::Gone);
    }
}

#[test]
fn one_card_after_another_without_a_pause() {
    let mut bench = Bench::new();
    bench.send(&format!("put {STUDENT}"));
    assert_eq!(bench.tap(), card(STUDENT, CardKind::Ultralight));
    bench.send("put DEADBEEF");
    assert_eq!(bench.tap(), Tap::Gone);
    assert_eq!(bench.tap(), card("DEADBEEF", CardKind::Classic));
}

#[test]
fn a_card_pulled_away_in_the_exchange_left_too_soon() {
    let mut bench = Bench::new();
    for kind in ["ultralight", "classic", "iso_dep"] {
        bench.send("tear");
        bench.send(&format!("put {STUDENT} {kind}"));
        assert_eq!(bench.tap(), Tap::LeftTooSoon, "{kind}");
        bench.send(&format!("put {STUDENT} {kind}"));
        assert!(matches!(bench.tap(), Tap::Card(_)), "{kind}");
        bench.send("take");
        assert_eq!(bench.tap(), Tap::Gone, "{kind}");
    }
}

#[test]
fn an_abort_of_libnfc_costs_half_a_second_and_no_second_tap() {
    let mut bench = Bench::new();
    bench.send(&format!("put {STUDENT}"));
    assert_eq!(bench.tap(), card(STUDENT, CardKind::Ultralight));
    let before = bench.reader.child_id();
    bench.send("poison");
    let mut ended = None;
    let end = Instant::now() + PATIENCE;
    while bench.reader.child_id() == before || !bench.reader.is_ready() {
        assert!(Instant::now() < end, "no new child");
        assert_eq!(bench.reader.next(Instant::now() + Duration::from_millis(1)).unwrap(), None);
        if !bench.reader.is_ready() {
            ended.get_or_insert_with(Instant::now);
        }
    }
    let took = ended.expect("libnfc did not abort").elapsed();
    println!("a new child was ready {} ms after libnfc aborted", took.as_millis());
    assert!(took < Duration::from_millis(500), "{took:?}");
    bench.quiet_for(Duration::from_millis(700));
    bench.send("take");
    assert_eq!(bench.tap(), Tap::Gone);
}

#[test]
fn an_unplugged_reader_is_missing_and_comes_back() {
    let mut bench = Bench::new();
    for _ in 0..3 {
        bench.send("unplug");
        match bench.reader.next(Instant::now() + PATIENCE) {
            Err(ReaderError::Missing(Missing::Unplugged)) => {}
            other => panic!("{other:?}"),
        }
        assert!(!bench.reader.is_ready());
        bench.quiet_for(Duration::from_millis(600));
        let plugged = Instant::now();
        bench.send("plug");
        bench.until_ready();
        println!("ready {} ms after it was plugged in", plugged.elapsed().as_millis());
        bench.send(&format!("put {STUDENT}"));
        assert_eq!(bench.tap(), card(STUDENT, CardKind::Ultralight));
        bench.send("take");
        assert_eq!(bench.tap(), Tap::Gone);
    }
}

/// The reader comes back and finds something else than a card that was read: the card's next tap must not be lost.
#[test]
fn a_card_that_left_unseen_is_told_when_it_comes_back() {
    let mut bench = Bench::new();
    let unplug = |bench: &mut Bench| {
        bench.send(&format!("put {STUDENT}"));
        assert_eq!(bench.tap(), card(STUDENT, CardKind::Ultralight));
        bench.send("unplug");
        match bench.reader.next(Instant::now() + PATIENCE) {
            Err(ReaderError::Missing(Missing::Unplugged)) => {}
            other => panic!("{other:?}"),
        }
    };
    unplug(&mut bench);
    bench.send("tear");
    bench.send("plug");
    assert_eq!(bench.tap(), Tap::LeftTooSoon);
    unplug(&mut bench);
    bench.send("both DEADBEEF classic 04998877665544 iso_dep");
    bench.send("plug");
    assert_eq!(bench.tap(), Tap::TwoCards);
    bench.send("take");
    bench.send(&format!("put {STUDENT}"));
    assert_eq!(bench.tap(), card(STUDENT, CardKind::Ultralight));
}

#[test]
fn a_chip_that_falls_silent_is_missing_and_comes_back() {
    let mut bench = Bench::new();
    bench.send("mute 1000000");
    match bench.reader.next(Instant::now() + PATIENCE) {
        Err(ReaderError::Missing(Missing::Silent)) => {}
        other => panic!("{other:?}"),
    }
    bench.send("mute 0");
    bench.until_ready();
}

#[test]
fn two_programs_do_not_share_a_reader() {
    let bench = Bench::new();
    let mut second = Reader::spawn(Path::new(DAIS_NFC), &bench.connstring).unwrap();
    match second.next(Instant::now() + PATIENCE) {
        Err(ReaderError::Missing(Missing::InUse)) => {}
        other => panic!("{other:?}"),
    }
    drop(bench);
}

#[test]
fn a_missing_program_says_so() {
    let error = Reader::spawn(Path::new("/nowhere/dais-nfc"), "pn532_uart:/nowhere").unwrap_err();
    assert!(matches!(error, ReaderError::Program { .. }), "{error}");
}

#[test]
fn a_program_that_only_dies_is_told_and_does_not_spin() {
    let mut reader = Reader::spawn(Path::new("/bin/false"), "pn532_uart:/nowhere").unwrap();
    let began = Instant::now();
    match reader.next(began + PATIENCE) {
        Err(ReaderError::KeepsFailing(deaths)) => assert_eq!(deaths, 5),
        other => panic!("{other:?}"),
    }
    assert!(began.elapsed() >= Duration::from_millis(50 + 100 + 200), "backs off");
}

/// Runs only as the child of the next test: owns a reader until it is killed.
#[test]
fn owner_of_a_reader() {
    let Ok(connstring) = std::env::var("DAIS_NFC_TEST_OWNER") else {
        return;
    };
    let mut reader = Reader::spawn(Path::new(DAIS_NFC), &connstring).unwrap();
    while !reader.is_ready() {
        reader.next(Instant::now() + Duration::from_millis(20)).unwrap();
    }
    println!("\nchild={}", reader.child_id().unwrap());
    loop {
        reader.next(Instant::now() + PATIENCE).unwrap();
    }
}

#[test]
fn no_orphan_when_the_owner_is_killed() {
    let dir = tempfile::tempdir().unwrap();
    let link = dir.path().join("reader");
    let _fake = Fake::start(&link, &dir.path().join("control")).unwrap();
    let mut owner = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "owner_of_a_reader", "--nocapture"])
        .env("DAIS_NFC_TEST_OWNER", connstring(&link))
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(owner.stdout.take().unwrap()).lines();
    let child: i32 = lines
        .map(|line| line.unwrap())
        .find_map(|line| line.strip_prefix("child=").map(|id| id.parse().unwrap()))
        .expect("the owner's child");
    let watched = watch(child);
    kill_process(Pid::from_raw(owner.id().cast_signed()).unwrap(), Signal::KILL).unwrap();
    owner.wait().unwrap();
    assert!(ends(&watched), "the child outlived its killed owner");
}

/// Its stdout stays open here, so only the lifeline can end it.
#[test]
fn the_program_ends_when_its_stdin_closes() {
    let mut child = Command::new(DAIS_NFC)
        .args(["--device", "pn532_uart:/nowhere:115200"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let watched = watch(child.id().cast_signed());
    drop(child.stdin.take());
    let ended = ends(&watched);
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(ended, "the child outlived its stdin");
}

fn watch(process: i32) -> OwnedFd {
    pidfd_open(Pid::from_raw(process).unwrap(), PidfdFlags::empty()).unwrap()
}

/// Whether the process ends within ten seconds.
fn ends(watched: &OwnedFd) -> bool {
    let mut ended = [PollFd::new(watched, PollFlags::IN)];
    let limit = Timespec { tv_sec: 10, tv_nsec: 0 };
    poll(&mut ended, Some(&limit)).unwrap() == 1
}

#[test]
fn dropping_a_reader_ends_its_child() {
    let bench = Bench::new();
    let child = bench.reader.child_id().unwrap().cast_signed();
    drop(bench);
    assert!(pidfd_open(Pid::from_raw(child).unwrap(), PidfdFlags::empty()).is_err(), "reaped");
}

#[test]
fn debians_nfc_list_finds_the_emulated_card() {
    if Command::new("nfc-list").arg("-h").output().is_err() {
        println!("skipped: nfc-list is not installed (Debian package libnfc-bin)");
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let (link, socket) = (dir.path().join("reader"), dir.path().join("control"));
    let mut emulator = Emulator::start(&link, &socket);
    let mut control = emulator.control(&socket);
    for (put, uid, sak) in [
        ("put 04A1B2C3D4E5F6", "04  a1  b2  c3  d4  e5  f6", "00"),
        ("put DEADBEEF", "de  ad  be  ef", "08"),
        ("put 04998877665544 iso_dep", "04  99  88  77  66  55  44", "20"),
    ] {
        control.send(put).unwrap();
        let output =
            Command::new("nfc-list").env("LIBNFC_DEFAULT_DEVICE", connstring(&link)).output().unwrap();
        let text = String::from_utf8_lossy(&output.stdout);
        assert!(text.contains("1 ISO14443A passive target(s) found"), "{text}");
        assert!(text.contains(uid), "{text}");
        assert!(text.contains(&format!("SAK (SEL_RES): {sak}")), "{text}");
    }
    control.send("take").unwrap();
    let output = Command::new("nfc-list").env("LIBNFC_DEFAULT_DEVICE", connstring(&link)).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && !text.contains("ISO14443A"), "{text}");
    control.send("quit").unwrap();
    assert!(emulator.0.wait().unwrap().success());
    assert!(!link.exists() && !socket.exists(), "port and socket are taken away");
}

#[test]
fn the_emulator_ends_with_its_owner_and_refuses_nonsense() {
    let dir = tempfile::tempdir().unwrap();
    let (link, socket) = (dir.path().join("reader"), dir.path().join("control"));
    let mut emulator = Emulator::start(&link, &socket);
    let mut control = emulator.control(&socket);
    let error = control.send("put 12").unwrap_err().to_string();
    assert!(error.contains("4, 7 or 10 bytes"), "{error}");
    control.send("take").unwrap();
    drop(emulator.0.stdin.take());
    assert!(emulator.0.wait().unwrap().success());
}

struct Emulator(std::process::Child);

impl Emulator {
    fn start(link: &PathBuf, socket: &PathBuf) -> Self {
        Self(
            Command::new(DAIS_PN532)
                .arg("--link")
                .arg(link)
                .arg("--control")
                .arg(socket)
                .arg("--end-with-stdin")
                .stdin(Stdio::piped())
                .spawn()
                .unwrap(),
        )
    }

    fn control(&mut self, socket: &Path) -> Control {
        let end = Instant::now() + PATIENCE;
        loop {
            if let Ok(control) = Control::connect(socket) {
                return control;
            }
            assert!(Instant::now() < end && self.0.try_wait().unwrap().is_none(), "no emulator");
            std::thread::yield_now();
        }
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        if self.0.kill().is_ok() {
            self.0.wait().unwrap();
        }
    }
}
