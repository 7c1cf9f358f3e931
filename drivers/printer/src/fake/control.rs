//! Lines that tell an emulated printer in a process what happens to it, and the pictures of what it printed.

use std::io::{self, BufRead, BufReader, Write};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};

use image::{GrayImage, Luma};

use super::Fake;
use super::machine::Sheet;
use crate::picture::Picture;

/// Longest line of a caller.
const LINE_MAX: u64 = 200;
/// White paper around a picture, in dots.
const EDGE: usize = 24;

/// What can be said.
pub const COMMANDS: &str = "paper ROWS, cover open|closed, cutter stuck|free, drawer open|closed, mute on|off, marks on|off, \
                            unplug, plug, power, sheets, kicks, failure, quit";

/// Obeys lines at a socket until `quit`. Each is answered `ok ...` or `error: ...`.
///
/// # Errors
/// Where the socket cannot be made or fails.
pub fn serve(fake: &Fake, socket: &Path) -> io::Result<()> {
    match std::fs::remove_file(socket) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let listener = UnixListener::bind(socket)?;
    for stream in listener.incoming() {
        match talk(fake, stream?) {
            Ok(true) => break,
            Ok(false) => {}
            Err(error) => tracing::debug!(%error, "a control client left"),
        }
    }
    std::fs::remove_file(socket)
}

/// One caller; true on `quit`.
fn talk(fake: &Fake, stream: UnixStream) -> io::Result<bool> {
    let mut lines = BufReader::new(stream.try_clone()?);
    let mut stream = stream;
    loop {
        let mut line = String::new();
        if io::Read::take(&mut lines, LINE_MAX).read_line(&mut line)? == 0 {
            return Ok(false);
        }
        let answer = obey(fake, line.trim());
        writeln!(stream, "{answer}")?;
        if line.trim() == "quit" {
            return Ok(true);
        }
    }
}

fn obey(fake: &Fake, line: &str) -> String {
    let words: Vec<&str> = line.split_whitespace().collect();
    match words[..] {
        ["paper", rows] => match rows.parse() {
            Ok(rows) => fake.change(|health| health.paper = rows),
            Err(_) => return "error: paper in rows of dots, eight a millimetre".to_owned(),
        },
        ["cover", how @ ("open" | "closed")] => fake.change(|health| health.cover_open = how == "open"),
        ["cutter", how @ ("stuck" | "free")] => fake.change(|health| health.cutter = how == "stuck"),
        ["drawer", how @ ("open" | "closed")] => fake.change(|health| health.drawer_open = how == "open"),
        ["mute", how @ ("on" | "off")] => fake.change(|health| health.mute = how == "on"),
        ["marks", how @ ("on" | "off")] => fake.change(|health| health.markless = how == "off"),
        ["unplug"] => fake.plug(false, false),
        ["plug"] => fake.plug(true, false),
        ["power"] => fake.plug(true, true),
        ["sheets"] => return format!("ok {}", fake.sheets().len()),
        ["kicks"] => return format!("ok {}", fake.kicks()),
        ["failure"] => return format!("ok {}", fake.failure().unwrap_or_default()),
        ["quit"] => {}
        _ => return format!("error: there are {COMMANDS}"),
    }
    "ok".to_owned()
}

/// A sheet as a PNG file: what lies on the counter.
///
/// # Errors
/// Where the file cannot be written.
pub fn save(sheet: &Sheet, path: &Path) -> io::Result<()> {
    let PictureOnPaper(image) = PictureOnPaper::of(&sheet.picture);
    // Whoever watches the folder sees whole pictures only.
    let fresh: PathBuf = path.with_extension("part");
    image.save_with_format(&fresh, image::ImageFormat::Png).map_err(io::Error::other)?;
    std::fs::rename(fresh, path)
}

struct PictureOnPaper(GrayImage);

impl PictureOnPaper {
    fn of(picture: &Picture) -> Self {
        let side = |dots: usize| u32::try_from(dots + 2 * EDGE).unwrap_or(u32::MAX);
        let black = |x: u32, y: u32| {
            let inside = |at: u32| usize::try_from(at).ok().and_then(|at| at.checked_sub(EDGE));
            inside(x).zip(inside(y)).is_some_and(|(x, y)| picture.is_black(x, y))
        };
        Self(GrayImage::from_fn(side(picture.width()), side(picture.height()), |x, y| {
            Luma([if black(x, y) { 20 } else { 252 }])
        }))
    }
}
