//! `cargo xtask view`: every surface of the shell by itself in Slint's own viewer, with the example values that lie beside
//! the screens; with the name of one it stays open and follows what a designer writes.

use std::fs;
use std::path::Path;
use std::process::{Command, ExitCode};

use anyhow::{Context, Result, bail};

use crate::{assets, call, say};

/// All surfaces, with the globals they show.
const SHELL: &str = "shell/screens/ui/shell.slint";
/// What the globals hold for a designer.
const EXAMPLES: &str = "shell/screens/examples.json";
/// The versions of viewer and compiler are one.
const INSTALL: &str = "cargo install slint-viewer --version 1.18.1 --no-default-features --features backend-winit,renderer-software";
/// The size of a surface is the wall's or the kiosk's; each is laid out for both.
const SIZES: [&str; 2] = ["1920x1080", "1080x1920"];

/// `[SURFACE]`.
pub(crate) fn run(root: &Path, words: &[String]) -> Result<ExitCode> {
    assets::fetch(root)?;
    let shell = fs::read_to_string(root.join(SHELL)).with_context(|| format!("{SHELL} cannot be read"))?;
    let all = surfaces(&shell);
    match words {
        [] => pictures(root, &all),
        [one] if all.contains(&one.as_str()) => {
            let ended = call::status(viewer(root, one).arg("--auto-reload")).context(INSTALL)?;
            Ok(if ended.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
        }
        _ => bail!("it is `cargo xtask view` or `cargo xtask view SURFACE`, one of: {}", all.join(" ")),
    }
}

fn pictures(root: &Path, all: &[&str]) -> Result<ExitCode> {
    let folder = root.join("target/viewer");
    fs::create_dir_all(&folder).with_context(|| format!("{} cannot be made", folder.display()))?;
    let mut faults = Vec::new();
    for surface in all {
        for size in SIZES {
            let picture = folder.join(format!("{surface}-{size}.png"));
            let mut viewer = viewer(root, surface);
            viewer.args(["--size", size, "--screenshot"]).arg(&picture);
            let done = viewer.output().with_context(|| format!("no slint-viewer: {INSTALL}"))?;
            // A value that a screen no longer has is a warning to the viewer.
            let told = String::from_utf8_lossy(&done.stderr).trim().to_owned();
            if !done.status.success() || told.contains("Warning") {
                faults.push(format!("{surface} ({size}): {told}"));
            }
        }
    }
    faults.iter().for_each(|fault| say::trouble(fault));
    say::line(&format!("{} surfaces by themselves are in {}", all.len(), folder.display()));
    Ok(if faults.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn viewer(root: &Path, surface: &str) -> Command {
    let mut viewer = Command::new("slint-viewer");
    viewer.current_dir(root).args([SHELL, "--component", surface, "--load-data", EXAMPLES]);
    viewer.env("SLINT_BACKEND", "winit-software");
    viewer
}

/// What a window is made of, by the names with which `shell.slint` exports them.
fn surfaces(shell: &str) -> Vec<&str> {
    let names = shell.lines().filter(|line| line.starts_with("export")).flat_map(|line| {
        let inside = line.split_once('{').and_then(|(_, rest)| rest.split_once('}'));
        inside.map_or("", |(names, _)| names).split(',').map(str::trim)
    });
    names.filter(|name| name.ends_with("Surface") || name.ends_with("Screen")).collect()
}

#[cfg(test)]
mod tests {
    //! Names are found where they stand.
    use super::surfaces;

    #[test]
    fn surfaces_are_what_the_shell_exports_as_such() {
        let shell = "// The EndSurface.\nexport { A, EndSurface, EndedSurface } from \"end.slint\";\nexport { HomeScreen } from \"home.slint\";\nimport { NoSurface } from \"no.slint\";\n";
        assert_eq!(surfaces(shell), ["EndSurface", "EndedSurface", "HomeScreen"]);
    }
}
