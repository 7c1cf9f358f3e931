//! The house's own tool: `cargo dev`, `cargo xtask test` and their steps. See `xtask::run`.

use std::process::ExitCode;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    xtask::run(&words)
}
