//! A third-party reader: codes must be readable off the picture, not only drawn.

use std::process::Command;

use crate::easel::Drawn;

/// Every text is read by zbarimg off the picture. Where it is not installed, says so and checks nothing.
pub(crate) fn reads(drawn: &Drawn, texts: &[&str]) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("screen.png");
    drawn.save(&path);
    let Ok(output) = Command::new("zbarimg").args(["--quiet", "--raw"]).arg(&path).output() else {
        println!("skipped: zbarimg is not installed");
        return;
    };
    let read = String::from_utf8_lossy(&output.stdout).into_owned();
    for text in texts {
        assert!(read.lines().any(|line| line == *text), "{text} is not among: {read}");
    }
}
