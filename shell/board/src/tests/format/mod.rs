//! Files of other programs: what goes out comes back, other programs see what we see, and hostile files end in a
//! clear error within bounded memory.
mod drawn;
mod hostile;
mod look;
mod pdf;
mod picture;
mod sample;
mod sniff;
mod svg;
mod xopp;
mod xournalpp;

use std::{path::Path, process::Command};

use look::Look;

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

/// Keeps a picture to be looked at, in the folder that `DAIS_KEEP_PICTURES` names.
fn keep(name: &str, look: &Look) {
    if let Some(folder) = std::env::var_os("DAIS_KEEP_PICTURES") {
        let pixels = look.pixels.clone().into();
        let bitmap = crate::Bitmap { width: look.width, height: look.height, pixels };
        std::fs::write(Path::new(&folder).join(name), crate::format::picture::png(&bitmap).unwrap()).unwrap();
    }
}
