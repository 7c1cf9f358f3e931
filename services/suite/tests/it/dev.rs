//! `cargo dev` without a display: it visits every screen, guides, answers what is typed by what came of it, and ends
//! without an orphan, however it is ended.

use std::collections::BTreeMap;
use std::process::Stdio;
use std::time::Duration;

use api::kiosk::{DeviceState, PaymentState};
use rustix::process::{Pid, Signal, kill_process_group};
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};

use crate::scanner::until_scanner;
use crate::till::{begin, meal, until_reader};
use crate::{Stage, office};

/// Start, visit and end on a loaded two-core machine.
const DEV_MAX: Duration = Duration::from_secs(150);

struct Dev {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Dev {
    fn start(state: &std::path::Path) -> Self {
        let port = suite::free_port().unwrap().to_string();
        let mut command = Command::new(suite::programs().unwrap().join("dais-suite"));
        command.args(["dev", "--port", &port, "--language", "en", "--state"]).arg(state);
        command.env_remove("DISPLAY").env_remove("WAYLAND_DISPLAY").process_group(0);
        let mut child =
            command.stdin(Stdio::null()).stdout(Stdio::piped()).kill_on_drop(true).spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        Self { child, lines }
    }

    async fn until_line(&mut self, part: &str) -> String {
        let mut seen = String::new();
        let wait = async {
            loop {
                let line = self
                    .lines
                    .next_line()
                    .await
                    .unwrap()
                    .unwrap_or_else(|| panic!("no {part:?} in:\n{seen}"));
                seen.push_str(&line);
                seen.push('\n');
                if line.contains(part) {
                    return seen.clone();
                }
            }
        };
        tokio::time::timeout(DEV_MAX, wait).await.unwrap_or_else(|_| panic!("no {part:?} in time"))
    }

    /// As a terminal does it: to everyone in its group.
    fn signal(&self, signal: Signal) {
        let pid = i32::try_from(self.child.id().unwrap()).unwrap();
        kill_process_group(Pid::from_raw(pid).unwrap(), signal).unwrap();
    }
}

/// Every process below `root`, with its name.
fn family(root: u32) -> BTreeMap<u32, String> {
    let mut parents = BTreeMap::new();
    for entry in std::fs::read_dir("/proc").unwrap().flatten() {
        let Ok(pid) = entry.file_name().to_string_lossy().parse::<u32>() else { continue };
        let Ok(stat) = std::fs::read_to_string(entry.path().join("stat")) else { continue };
        let (head, tail) = stat.rsplit_once(')').unwrap();
        let name = head.split_once('(').unwrap().1.to_owned();
        let parent = tail.split_whitespace().nth(1).unwrap().parse::<u32>().unwrap();
        parents.insert(pid, (parent, name));
    }
    let mut found = BTreeMap::new();
    let mut open = vec![root];
    while let Some(parent) = open.pop() {
        for (pid, (_, name)) in parents.iter().filter(|(_, (its, _))| *its == parent) {
            found.insert(*pid, name.clone());
            open.push(*pid);
        }
    }
    found
}

/// Waits until none of them runs; a process that was ended and not yet reaped by init counts as gone.
async fn until_gone(family: &BTreeMap<u32, String>) {
    let alive = |pid: &u32| {
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        stat.rsplit_once(')').is_some_and(|(_, tail)| !tail.trim_start().starts_with('Z'))
    };
    let deadline = tokio::time::Instant::now() + Duration::from_secs(20);
    let mut beat = tokio::time::interval(Duration::from_millis(50));
    while family.keys().any(alive) {
        let left: Vec<_> = family.iter().filter(|(pid, _)| alive(pid)).collect();
        assert!(tokio::time::Instant::now() < deadline, "orphans: {left:?}");
        beat.tick().await;
    }
}

/// What must run in a suite, by the name that the kernel keeps of it (15 letters).
const CAST: [&str; 10] = [
    "dbus-daemon",
    "dais-sandbox",
    "dais-pn532",
    "dais-gun",
    "dais-receipts",
    "dais-kiosk",
    "dais-inference",
    "dais-sense",
    "dais-admin",
    "dais-shell",
];

#[tokio::test(flavor = "multi_thread")]
async fn it_visits_and_guides_and_ctrl_c_ends_everything() {
    let state = tempfile::tempdir().unwrap();
    let mut dev = Dev::start(state.path());
    let said = dev.until_line("Ctrl-C ends everything").await;
    assert!(
        said.contains("No display is set")
            && said.contains("/wallet")
            && said.contains("busctl")
            && said.contains("  service    http://127.0.0.1:"),
        "{said}"
    );
    let pictures = std::fs::read_dir(state.path().join("pictures")).unwrap().count();
    assert_eq!(pictures, 7);
    let family = family(dev.child.id().unwrap());
    for name in CAST {
        assert!(family.values().any(|its| name.starts_with(its.as_str())), "{name} does not run: {family:?}");
    }
    dev.signal(Signal::INT);
    dev.until_line("everything ended").await;
    assert!(dev.child.wait().await.unwrap().success());
    until_gone(&family).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn even_a_killed_dev_leaves_no_orphan() {
    let state = tempfile::tempdir().unwrap();
    let mut dev = Dev::start(state.path());
    dev.until_line("No display is set").await;
    let family = family(dev.child.id().unwrap());
    assert!(family.len() >= CAST.len(), "{family:?}");
    dev.signal(Signal::KILL);
    dev.child.wait().await.unwrap();
    until_gone(&family).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_port_that_somebody_has_is_told_with_the_way_out() {
    let state = tempfile::tempdir().unwrap();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let mut command = Command::new(suite::programs().unwrap().join("dais-suite"));
    command.args(["dev", "--visit", "--port", &port, "--state"]).arg(state.path());
    let output = command.stdin(Stdio::null()).output().await.unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success() && said.contains(&port) && said.contains("--port"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_visit_of_a_first_start_is_refused_in_words() {
    let state = tempfile::tempdir().unwrap();
    let mut command = Command::new(suite::programs().unwrap().join("dais-suite"));
    command.args(["dev", "--visit", "--first-start", "--state"]).arg(state.path());
    let output = command.stdin(Stdio::null()).output().await.unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success() && said.contains("--visit and --first-start"), "{said}");
    assert_eq!(std::fs::read_dir(state.path()).unwrap().count(), 0, "something was started");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_typed_is_answered_by_what_the_till_made_of_it() {
    let stage = Stage::till().await;
    let suite = &stage.suite;
    let typed = async |line: &str, part: &str| {
        let said = suite.obey(line, drop).await.unwrap();
        assert!(said.contains(part), "{line}: {said}");
    };
    until_reader(suite, DeviceState::Ready).await;
    until_scanner(suite, DeviceState::Ready).await;
    typed("scan 123", "nothing took the code").await;
    typed("tap", "nothing took the card").await;
    typed("take", "ok").await;
    begin(suite, "typed-1").await;
    suite.until_payment(&[PaymentState::Waiting]).await.unwrap();
    for _twice in 0..2 {
        typed("scan 123", "nothing was charged: this is no pay code").await;
    }
    typed("stranger", "nothing was charged: nobody enrolled this card").await;
    typed("take", "ok").await;
    typed("bank", "type present approved").await;
    typed("present declined", "nothing was charged").await;
    typed("take", "ok").await;
    typed("bank", "type present approved").await;
    typed("present pin", "pin right").await;
    typed("pin right", "paid by the card terminal").await;
    suite.till().await.unwrap().dismiss("typed-1").await.unwrap();
    typed("take", "ok").await;
    begin(suite, "typed-2").await;
    suite.until_payment(&[PaymentState::Waiting]).await.unwrap();
    typed("tap", "paid by the campus card").await;
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_price_without_offers_and_a_day_that_goes_on_are_told_as_they_are() {
    let stage = Stage::till().await;
    let suite = &stage.suite;
    let (lines, ..) = meal(&suite.till().await.unwrap()).await;
    let said = suite.obey(&format!("quote {}", lines[0].sku), drop).await.unwrap();
    assert!(said.contains("to pay") && !said.contains("points"), "{said}");
    let said = suite.obey(&format!("quote {} NOTHING", lines[0].sku), drop).await.unwrap();
    assert!(said.contains("offer 0 does not count") && !said.contains("points"), "{said}");
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    let today = office::kiosk_day(i64::try_from(now.as_millis()).unwrap());
    let said = format!("{:#}", suite.obey(&format!("close {today}"), drop).await.unwrap_err());
    assert!(said.contains("midnight in China (UTC+8)"), "{said}");
    stage.end().await;
}
