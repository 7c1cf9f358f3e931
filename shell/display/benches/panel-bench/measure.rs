//! Percentiles, and what the kernel says about this process.

use std::fs;

/// Milliseconds from event to pixel.
#[derive(Clone, Copy, Default, Debug)]
pub(crate) struct Latency {
    pub(crate) p50: f64,
    pub(crate) p99: f64,
    pub(crate) max: f64,
}

impl Latency {
    pub(crate) fn of(mut each: Vec<f64>) -> Self {
        each.sort_unstable_by(f64::total_cmp);
        let at =
            |part: usize| each.get(each.len().saturating_sub(1) * part / 100).copied().unwrap_or_default();
        Self { p50: at(50), p99: at(99), max: at(100) }
    }
}

/// Resident memory of this process.
pub(crate) fn memory_kib() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    number(&status, "VmRSS:")
}

/// Voluntary context switches so far: of all threads but the first, and of the first (the UI's).
pub(crate) fn switches() -> (u64, u64) {
    let own = std::process::id().to_string();
    let (mut others, mut first) = (0, 0);
    for task in fs::read_dir("/proc/self/task").into_iter().flatten().flatten() {
        let status = fs::read_to_string(task.path().join("status")).unwrap_or_default();
        let count = number(&status, "voluntary_ctxt_switches:");
        if task.file_name().to_string_lossy() == own { first += count } else { others += count }
    }
    (others, first)
}

fn number(status: &str, name: &str) -> u64 {
    let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default();
    line.split_whitespace().next().and_then(|word| word.parse().ok()).unwrap_or_default()
}

/// The machine's load, one, five and fifteen minutes.
pub(crate) fn load() -> String {
    let text = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split_whitespace().take(3).collect::<Vec<_>>().join(" ")
}
