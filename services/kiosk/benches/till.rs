//! How many payments a second the till makes durable, beside what the disk and RSA alone allow in the same run.
//!
//! The till's side is the real one: `Till`, `Ledger` with its file, one writer that takes the letters that wait
//! together as the actor does, and for each payment one RSA signature and one verification on a thread of its own, as
//! a channel's call makes. The bare side writes the same rows in the same commits by plain SQL, and does the same RSA
//! work, alone and both at once. `cargo xtask bench till [--payments N] [--lanes N]`.
#![allow(clippy::unwrap_used, clippy::print_stdout)] // a measurement ends where something is not as it must be

#[path = "till/bare.rs"]
mod bare;
#[path = "till/lanes.rs"]
mod lanes;
#[path = "till/rsa.rs"]
mod rsa;

use std::time::Duration;

use kiosk::ledger::Ledger;

/// Payments measured, after as many as a tenth of them to warm up.
const PAYMENTS: usize = 20_000;
/// Payments under way at once: what a busy canteen's hub sees, and as many letters as the actor takes at once.
const LANES: usize = 64;
/// Runs of each side; the best of each is compared, because everything else on the machine only makes them slower.
const RUNS: usize = 3;

/// What one side reached.
#[derive(Clone, Copy)]
struct Rate {
    per_second: f64,
    p99: Duration,
}

impl Rate {
    fn of(payments: usize, took: Duration, mut each: Vec<Duration>) -> Self {
        each.sort_unstable();
        let p99 = each.get(each.len().saturating_sub(1) * 99 / 100).copied().unwrap_or_default();
        Self { per_second: payments as f64 / took.as_secs_f64(), p99 }
    }

    fn better(self, other: Option<Self>) -> Option<Self> {
        Some(other.filter(|other| other.per_second > self.per_second).unwrap_or(self))
    }
}

fn main() {
    let (payments, lanes) = words();
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let keys = rsa::Keys::make();
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    println!(
        "{payments} payments, {lanes} at once, {threads} threads for RSA, {RUNS} runs, the best of each"
    );
    println!("load before: {}", std::fs::read_to_string("/proc/loadavg").unwrap_or_default().trim());

    let (mut till, mut disk, mut sums, mut both) = (None, None, None, None);
    let mut commits = 0;
    for run in 0..RUNS {
        let path = folder.path().join(format!("till{run}"));
        let (mut ledger, memory) = Ledger::open(&path).unwrap();
        lanes::run(&mut ledger, &memory.tag, "w", payments / 10, lanes, threads, &keys);
        let (rate, log) = lanes::run(&mut ledger, &memory.tag, "p", payments, lanes, threads, &keys);
        drop(ledger);
        commits = log.len();
        till = rate.better(till);
        let write =
            |name: &str| bare::write(&path, &folder.path().join(format!("{name}{run}")), &log, payments);
        disk = write("disk").better(disk);
        sums = keys.work(payments, threads).better(sums);
        let started = std::time::Instant::now();
        let alone = std::thread::scope(|scope| {
            let writer = scope.spawn(|| write("both"));
            keys.work(payments, threads);
            writer.join().unwrap()
        });
        both = Rate::of(payments, started.elapsed(), vec![alone.p99]).better(both);
    }
    println!("load after:  {}", std::fs::read_to_string("/proc/loadavg").unwrap_or_default().trim());

    let (till, disk, sums, both) = (till.unwrap(), disk.unwrap(), sums.unwrap(), both.unwrap());
    println!("{:34} {:>9} {:>12} {:>8}", "", "per s", "p99", "ratio");
    for (name, rate) in [
        ("till: ledger and RSA", till),
        ("bare: same rows, same commits", disk),
        ("bare: same RSA", sums),
        ("bare: rows and RSA at once", both),
    ] {
        let p99 = format!("{:.2} ms", rate.p99.as_secs_f64() * 1e3);
        println!("{name:34} {:>9.0} {p99:>12} {:>8.2}", rate.per_second, till.per_second / rate.per_second);
    }
    println!("{:.1} payments a commit, {commits} commits", payments as f64 / commits as f64);
    println!("the till reaches {:.2} of the bare limit (goal 0.80)", till.per_second / both.per_second);
}

/// `--payments N`, `--lanes N`; whatever else cargo passes is ignored.
fn words() -> (usize, usize) {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let number = |name: &str| {
        words.iter().position(|word| word == name).and_then(|at| words.get(at + 1)?.parse().ok())
    };
    (number("--payments").unwrap_or(PAYMENTS), number("--lanes").unwrap_or(LANES))
}
