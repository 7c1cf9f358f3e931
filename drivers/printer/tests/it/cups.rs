//! Receipts through a real CUPS: Debian's cupsd with a configuration of its own, whose socket backend prints on the
//! emulated printer.

#![allow(clippy::unwrap_used, reason = "what fails here is a failed test")]

use std::fs::{self, Permissions};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use printer::{PrinterError, QueueName, Trouble, Why};

use super::*;

const QUEUE: &str = "till";
/// The backend tries a printer that was not there again after five seconds, then ten.
const RETRIED: Duration = Duration::from_secs(60);

/// A running cupsd. Dropping it ends it.
struct Cupsd {
    child: Child,
    server: String,
    _dir: tempfile::TempDir,
}

impl Cupsd {
    /// Starts one with a queue to this printer.
    fn start(fake: &Fake) -> Self {
        let dir = tempfile::tempdir().unwrap();
        // Its backends run as another user.
        fs::set_permissions(dir.path(), Permissions::from_mode(0o755)).unwrap();
        for part in ["root", "cache", "spool", "run", "log"] {
            fs::create_dir(dir.path().join(part)).unwrap();
        }
        let port = TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port();
        let server = format!("127.0.0.1:{port}");
        let child = spawn(dir.path(), &server);
        let mut cupsd = Self { child, server, _dir: dir };
        until("cupsd runs", || {
            assert_eq!(cupsd.child.try_wait().unwrap(), None, "cupsd ended");
            cupsd.run("lpstat", &["-r"]).stdout.starts_with(b"scheduler is running")
        });
        let uri = format!("socket://{}", fake.address().unwrap());
        cupsd.done("lpadmin", &["-p", QUEUE, "-E", "-v", &uri]);
        cupsd
    }

    fn run(&self, program: &str, words: &[&str]) -> Output {
        Command::new(program)
            .args(["-h", &self.server])
            .args(words)
            .env("LC_ALL", "C")
            .env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin")
            .output()
            .expect("a program of the Debian package cups-client")
    }

    fn done(&self, program: &str, words: &[&str]) {
        let output = self.run(program, words);
        assert!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
    }

    fn printer(&self, queue: &str) -> Printer {
        let name = QueueName { server: Some(self.server.clone()), queue: queue.to_owned() };
        Printer::new(Place::Queue(name), limits())
    }
}

impl Drop for Cupsd {
    fn drop(&mut self) {
        if self.child.kill().is_ok() {
            self.child.wait().unwrap();
        }
    }
}

/// Everybody on this machine may do everything, nothing is asked, nothing is announced.
fn spawn(dir: &Path, server: &str) -> Child {
    let at = |part: &str| dir.join(part).display().to_string();
    fs::write(
        dir.join("cups-files.conf"),
        format!(
            "SystemGroup root\nServerRoot {}\nCacheDir {}\nRequestRoot {}\nStateDir {}\nTempDir {}\nErrorLog {}/error\n\
             AccessLog {}/access\nPageLog {}/page\nSandboxing relaxed\n",
            at("root"),
            at("cache"),
            at("spool"),
            at("run"),
            at("cache"),
            at("log"),
            at("log"),
            at("log"),
        ),
    )
    .unwrap();
    fs::write(
        dir.join("cupsd.conf"),
        format!(
            "Listen {server}\nBrowsing No\nDefaultAuthType None\nLogLevel warn\nWebInterface No\n\
             <Location />\nOrder allow,deny\nAllow all\n</Location>\n\
             <Policy default>\n<Limit All>\nOrder allow,deny\n</Limit>\n</Policy>\n"
        ),
    )
    .unwrap();
    Command::new("/usr/sbin/cupsd")
        .args(["-f", "-c", &at("cupsd.conf"), "-s", &at("cups-files.conf")])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the Debian package cups")
}

fn handed(printer: &mut Printer, mark: u32) {
    assert_eq!(print(printer, &job(&receipt(), Mark::numbered(mark))), Outcome::Unproved(Why::NoProof));
}

#[test]
fn a_receipt_through_cups_comes_out_as_it_was_sent_and_counts_as_handed_on_only() {
    let (fake, _) = network(WIDE);
    let cupsd = Cupsd::start(&fake);
    let mut printer = cupsd.printer(QUEUE);
    assert_eq!(printer.ask().unwrap().trouble(), None);
    for mark in 1..=2 {
        handed(&mut printer, mark);
    }
    until("both came out", || fake.sheets().len() == 2);
    assert_eq!(fake.failure(), None);
    for (sheet, mark) in fake.sheets().iter().zip(1..) {
        assert!(sheet.cut && sheet.text.contains("红烧牛肉面"), "{}", sheet.text);
        assert_eq!(sheet.marks, [Mark::numbered(mark).bytes()]);
    }
}

#[test]
fn a_queue_that_is_not_there_or_takes_nothing_is_told_and_nothing_was_begun() {
    let (fake, _) = network(WIDE);
    let cupsd = Cupsd::start(&fake);
    let mut nowhere = cupsd.printer("nowhere");
    assert!(matches!(nowhere.ask(), Err(PrinterError::Queue(_))));
    let lost = Outcome::NotBegun(Why::Lost);
    assert_eq!(print(&mut nowhere, &job(&receipt(), Mark::numbered(1))), lost);
    let mut printer = cupsd.printer(QUEUE);
    cupsd.done("cupsreject", &[QUEUE]);
    assert_eq!(print(&mut printer, &job(&receipt(), Mark::numbered(2))), lost);
    cupsd.done("cupsaccept", &[QUEUE]);
    cupsd.done("cupsdisable", &[QUEUE]);
    assert_eq!(printer.ask().unwrap().trouble(), Some(Trouble::Offline));
    cupsd.done("cupsenable", &[QUEUE]);
    assert_eq!(printer.ask().unwrap().trouble(), None);
    assert_eq!(fake.sheets().len(), 0);
}

#[test]
fn a_printer_behind_cups_that_is_unplugged_is_told_and_prints_when_it_is_back() {
    let (fake, _) = network(WIDE);
    let cupsd = Cupsd::start(&fake);
    let mut printer = cupsd.printer(QUEUE);
    fake.plug(false, false);
    handed(&mut printer, 1);
    until("told", || printer.ask().unwrap().trouble() == Some(Trouble::Offline));
    fake.plug(true, true);
    let deadline = Instant::now() + RETRIED;
    while fake.sheets().is_empty() {
        assert!(Instant::now() < deadline, "never printed");
        std::thread::yield_now();
    }
    assert_eq!(fake.sheets()[0].marks, [Mark::numbered(1).bytes()]);
}
