//! `cargo xtask bench rivals`: the board beside Xournal++, OpenBoard, Excalidraw and tldraw on one virtual display.
//!
//! What only this needs (the two programs from Debian, the two web boards from npm) is fetched here, the latter into
//! `target/rivals`, and bundled there; measured is by `panel-bench`, a benchmark of the display.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::{Context, Result};

use crate::packages::Section;
use crate::{call, packages, say};

/// The pages' sources, by the names they have below `target/rivals`.
const SOURCES: &[(&str, &str)] = &[
    ("package.json", include_str!("rivals/package.json")),
    ("writing.js", include_str!("rivals/writing.js")),
    ("excalidraw.js", include_str!("rivals/excalidraw.js")),
    ("tldraw.js", include_str!("rivals/tldraw.js")),
];
const PAGE: &str = include_str!("rivals/page.html");
const PAGES: &[&str] = &["excalidraw", "tldraw"];

/// `rivals [--quick] [--size WxH] [--only NAME]`.
pub(super) fn run(root: &Path, rest: &[String]) -> Result<ExitCode> {
    // The virtual display and the browser are among what the tests need.
    packages::ensure(root, &[Section::Build, Section::Assets, Section::Test, Section::Rivals])?;
    let folder = root.join("target/rivals");
    let web = folder.join("web");
    if let Err(error) = bundle(&folder, &web) {
        // The programs from Debian can be measured all the same; the table says that the pages were not.
        say::trouble(&format!("the boards for the browser cannot be made: {error:#}"));
    }
    let web = web.to_string_lossy().into_owned();
    let mut words = vec!["rivals", web.as_str()];
    words.extend(rest.iter().map(String::as_str));
    super::bench::panel(root, &words)
}

/// Fetches and bundles the pages where that has not been done for these very sources.
fn bundle(folder: &Path, web: &Path) -> Result<()> {
    let stamp: String = SOURCES.iter().map(|(_, text)| *text).chain([PAGE]).collect();
    let stamp_path = web.join("stamp");
    if fs::read_to_string(&stamp_path).is_ok_and(|old| old == stamp) {
        return Ok(());
    }
    fs::create_dir_all(web).with_context(|| format!("{} cannot be made", web.display()))?;
    for (name, text) in SOURCES {
        fs::write(folder.join(name), text)?;
    }
    say::line("fetching and bundling the boards for the browser, once");
    call::output(
        Command::new("npm")
            .args(["install", "--no-audit", "--no-fund", "--ignore-scripts", "--legacy-peer-deps"])
            .current_dir(folder),
    )?;
    for page in PAGES {
        fs::write(web.join(format!("{page}.html")), PAGE.replace("NAME", page))?;
        call::output(&mut esbuild(folder, web, page))?;
    }
    fs::write(stamp_path, stamp)?;
    Ok(())
}

fn esbuild(folder: &Path, web: &Path, page: &str) -> Command {
    let program: PathBuf = folder.join("node_modules/.bin/esbuild");
    let mut command = Command::new(program);
    command.arg(format!("{page}.js")).args(["--bundle", "--minify", "--format=iife", "--log-level=error"]);
    command.args(["--conditions=production", "--define:process.env.NODE_ENV=\"production\""]);
    command.args([
        "--define:process.env.IS_PREACT=\"false\"",
        "--loader:.woff2=file",
        "--loader:.svg=dataurl",
    ]);
    command.arg(format!("--outfile={}", web.join(format!("{page}.js")).display())).current_dir(folder);
    command
}
