//! A card reader that does what the test says: a script in the place of `dais-nfc`, and a pipe that it reads from.

use std::fs::{self, File};
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use kiosk::CardReader;

/// Tells at once that the reader is there, then what the test writes. The device stands after `--device`. It outlives no
/// till, not even one that is killed before the pipe was opened.
const SCRIPT: &str =
    "#!/bin/sh\necho '{\"event\":\"ready\"}'\nexec setpriv --pdeathsig KILL cat \"$2\" 2>/dev/null\n";

/// The cards before the reader.
pub(crate) struct Cards {
    pipe: File,
    pub(crate) reader: CardReader,
}

impl Cards {
    pub(crate) fn new(dir: &Path) -> Self {
        let (program, device) = (dir.join("reader"), dir.join("cards"));
        fs::write(&program, SCRIPT).unwrap();
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
        assert!(Command::new("mkfifo").arg(&device).status().unwrap().success());
        // Open for both, so that what is written waits for a reader that is only starting.
        let pipe = File::options().read(true).write(true).open(&device).unwrap();
        let device = device.display().to_string();
        Self { pipe, reader: CardReader { program, device, link: Default::default() } }
    }

    /// Holds a plain card with this uid to the reader for a moment.
    pub(crate) fn tap(&self, uid: &str) {
        let lines = format!(
            "{{\"event\":\"card\",\"uid\":\"{uid}\",\"kind\":\"ultralight\"}}\n{{\"event\":\"gone\"}}\n"
        );
        (&self.pipe).write_all(lines.as_bytes()).unwrap();
    }
}
