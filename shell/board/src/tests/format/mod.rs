//! Files of other programs: what goes out comes back, other programs see what we see, and hostile files end in a
//! clear error within bounded memory.
mod hostile;
mod look;
mod pdf;
mod picture;
mod sample;
mod sniff;
mod svg;
mod xopp;
mod xournalpp;

use std::process::Command;

/// Whether a program is installed. CI has them all (image/packages.txt).
fn is_installed(program: &str) -> bool {
    let found = Command::new("sh").args(["-c", &format!("command -v {program}")]).output();
    let found = found.is_ok_and(|output| output.status.success());
    assert!(
        found || std::env::var_os("CI").is_none(),
        "{program} is missing: `cargo xtask test` installs it"
    );
    found
}
