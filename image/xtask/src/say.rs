//! What the tool tells its user: plain lines, flushed at once so that they stay in order with what children print.

use std::io::{self, Write};
use std::process;
use std::time::Duration;

/// One line on standard output. A reader that went away ends the tool, as it would end any Unix program.
pub(crate) fn line(text: &str) {
    let mut out = io::stdout().lock();
    if writeln!(out, "{text}").and_then(|()| out.flush()).is_err() {
        process::exit(1);
    }
}

/// The name of the step that starts now.
pub(crate) fn heading(step: &str) {
    line(&format!("\n== {step}"));
}

/// How the step ended and how long it took.
pub(crate) fn ended(step: &str, good: bool, took: Duration) {
    let word = if good { "ok" } else { "FAILED" };
    line(&format!("== {step}: {word} in {:.1} s", took.as_secs_f32()));
}

/// What went wrong, on standard error.
pub(crate) fn trouble(text: &str) {
    let mut err = io::stderr().lock();
    if writeln!(err, "error: {text}").is_err() {
        process::exit(1);
    }
}
