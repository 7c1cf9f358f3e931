//! `dais-board`: boards on the command line. Converts between the formats that the board knows, tells what is in a
//! file, and takes boards out of a panel's own folder.
use std::{
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
};

use anyhow::{Context, Result, bail};
use board::{
    Actor, Board, Document, Journal, MediaId, Surface,
    format::{Format, Lettering, Limits, open, save},
};

const HELP: &str = "\
dais-board convert IN OUT [--font FILE]   write a board as another format; OUT's ending says which
dais-board info IN                        what is in a file

IN:  .xopp .svg .pdf .png .jpg .webp .excalidraw .tldr .rnote .ubz .iwb .inkml, or a panel's folder with its board.journal
OUT: .xopp .svg .pdf .png .excalidraw .iwb .inkml (.svg and .png: one file for each page)
--font: the font that texts are set in (assets/fetched/fonts/NotoSansSC-Regular.ttf)
";

/// Where `cargo xtask assets` puts the board's font, from the working folder or the build's, and where the image has it.
const FETCHED: &str = "assets/fetched/fonts/NotoSansSC-Regular.ttf";
const INSTALLED: &str = "/usr/share/dais/fonts/NotoSansSC-Regular.ttf";

enum Ask {
    Convert { from: PathBuf, to: PathBuf, font: Option<PathBuf> },
    Info { from: PathBuf, font: Option<PathBuf> },
    Help,
}

fn main() -> ExitCode {
    match arguments().and_then(run) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("dais-board: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn arguments() -> Result<Ask> {
    use lexopt::prelude::*;
    let mut parser = lexopt::Parser::from_env();
    let (mut words, mut font) = (Vec::new(), None);
    while let Some(argument) = parser.next()? {
        match argument {
            Long("font") => font = Some(PathBuf::from(parser.value()?)),
            Short('h') | Long("help") => return Ok(Ask::Help),
            Value(word) => words.push(word),
            other => return Err(other.unexpected().into()),
        }
    }
    let path = |index: usize| PathBuf::from(&words[index]);
    match words.first().and_then(|word| word.to_str()) {
        Some("convert") if words.len() == 3 => Ok(Ask::Convert { from: path(1), to: path(2), font }),
        Some("info") if words.len() == 2 => Ok(Ask::Info { from: path(1), font }),
        None => Ok(Ask::Help),
        _ => bail!("this is not how it is called; see `dais-board --help`"),
    }
}

fn run(ask: Ask) -> Result<()> {
    match ask {
        Ask::Help => say(HELP),
        Ask::Info { from, font } => info(&from, &read(&from, font.as_deref())?),
        Ask::Convert { from, to, font } => {
            let name = to.to_string_lossy();
            let format = Format::of_name(&name)
                .with_context(|| format!("{name}: no format has this ending; see `dais-board --help`"))?;
            if let (Ok(from), Ok(to)) = (from.canonicalize(), to.canonicalize())
                && from == to
            {
                bail!("{name} would be written over itself: name another file");
            }
            let document = read(&from, font.as_deref())?;
            let saved = save(&document, format, &Lettering::new(letters(font.as_deref())?)?)?;
            let stem = to.with_extension("");
            for file in &saved.files {
                let path = PathBuf::from(format!("{}{}", stem.display(), file.ending));
                std::fs::write(&path, &file.bytes)
                    .with_context(|| format!("{} cannot be written", path.display()))?;
                say(&format!("{}\n", path.display()))?;
            }
            saved.remarks.iter().try_for_each(|remark| say(&format!("  {remark}\n")))
        }
    }
}

/// The font's bytes: the one that was named, else the board's own.
fn letters(font: Option<&Path>) -> Result<Vec<u8>> {
    let built = std::env::current_exe().unwrap_or_default();
    let mut folders = vec![Path::new("")];
    folders.extend(built.ancestors().skip(1));
    let mut ours: Vec<PathBuf> = folders.into_iter().map(|folder| folder.join(FETCHED)).collect();
    ours.push(PathBuf::from(INSTALLED));
    let ours = || ours.iter().find(|path| path.exists()).map(PathBuf::as_path);
    let font = font.or_else(ours).context("no font: run `cargo xtask assets`, or name one with --font")?;
    std::fs::read(font).with_context(|| format!("{} cannot be read", font.display()))
}

/// Reads a file of another program, or a panel's own folder.
fn read(path: &Path, font: Option<&Path>) -> Result<Document> {
    let failed = || format!("{} cannot be read", path.display());
    if path.is_dir() {
        return kept(path, font);
    }
    let bytes = std::fs::read(path).with_context(failed)?;
    if bytes.is_empty() {
        bail!("{} is empty: save it again", path.display());
    }
    let beside = |name: &str| {
        // Xournal++ writes NAME.xopp.bg.pdf beside NAME.xopp.
        let file = format!("{}.{name}", path.display());
        std::fs::read(&file).or_else(|_| std::fs::read(path.with_file_name(name))).ok().map(Arc::from)
    };
    let opened = open(&bytes, &beside, &Limits::BOARD).with_context(failed)?;
    opened.remarks.iter().try_for_each(|remark| say(&format!("  {remark}\n")))?;
    Ok(opened.document)
}

/// A panel's board: its journal, and the pictures beside it.
fn kept(folder: &Path, font: Option<&Path>) -> Result<Document> {
    let path = folder.join("board.journal");
    if !path.exists() {
        bail!("{} has no board.journal: name the panel's folder, or a file", folder.display());
    }
    let (_, ops, recovery) = Journal::open(&path)?;
    if !recovery.is_clean() {
        say(&format!(
            "  {} bytes of the journal are damaged; the rest was read\n",
            recovery.torn_bytes + recovery.damaged_bytes
        ))?;
    }
    // Any panel will do: nothing is drawn here.
    let surface = Surface { width_px: 1920, height_px: 1080, width_um: 1_895_000, height_um: 1_066_000 };
    let mut board = Board::new(surface, Actor::default(), letters(font)?)?;
    drop(board.replay(ops));
    let mut document = board.document();
    for id in document.shown() {
        if let Ok(bytes) = std::fs::read(folder.join("media").join(id.to_string()))
            && MediaId::of(&bytes) == id
        {
            document.media.insert(id, bytes.into());
        } else {
            say("  a picture's file is missing or damaged\n")?;
        }
    }
    Ok(document)
}

fn info(path: &Path, document: &Document) -> Result<()> {
    say(&format!(
        "{}: {} pages, {} files shown\n",
        path.display(),
        document.sheets.len(),
        document.media.len()
    ))?;
    for (number, sheet) in document.sheets.iter().enumerate() {
        let size = match sheet.paper.size_um {
            Some((width, height)) => format!("{} x {} mm", width / 1000, height / 1000),
            None => "no end".to_owned(),
        };
        say(&format!(
            "  page {}: {} things on {:?}, {:?}, {size}\n",
            number + 1,
            sheet.things.len(),
            sheet.paper.ground,
            sheet.paper.pattern
        ))?;
    }
    Ok(())
}

fn say(text: &str) -> Result<()> {
    use std::io::Write;
    std::io::stdout().write_all(text.as_bytes()).context("the answer cannot be written")
}
