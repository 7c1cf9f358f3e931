//! What the screen shows, and fingers on it.

use std::fs;
use std::path::PathBuf;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::proof::display::picture::Picture;
use crate::proof::guest::Guest;

/// The graphics card, as the emulator's monitor knows it.
pub(super) const CARD: &str = "gpu0";
/// The panel counts from 0 to this in both directions.
const PANEL_MAX: u32 = 32_767;
/// Between two looks at the screen: a picture takes the emulated processor longer.
const LOOK: Duration = Duration::from_millis(500);

/// A hand's touch; a panel takes much shorter ones for dirt.
const HOLD: Duration = Duration::from_millis(300);
/// One part in so many of a picture changes from one of our screens to another.
const OTHER_PART: usize = 4;
/// Whether any finger is on the panel, as such panels tell besides.
const DOWN: &str = "{\"type\": \"btn\", \"data\": {\"button\": \"touch\", \"down\": true}}";
const UP: &str = "{\"type\": \"btn\", \"data\": {\"button\": \"touch\", \"down\": false}}";
/// A stroke of ink changes at least so many pixels: our ways are a hundred pixels long and more.
const INK_MIN: usize = 100;

/// A place on the screen, in thousandths of its width and height.
pub(super) type Place = (u32, u32);

/// What the screen shows now.
pub(super) fn picture(guest: &mut Guest) -> Result<Picture> {
    let file = guest.work().join("screen.ppm");
    guest.ask(&screendump(&file, "ppm"))?;
    Picture::parse(&fs::read(&file)?).context("the picture of the screen")
}

/// Keeps what the screen shows now for people.
pub(super) fn keep(guest: &mut Guest, name: &str) -> Result<PathBuf> {
    let file = guest.work().join(format!("{name}.png"));
    guest.ask(&screendump(&file, "png"))?;
    Ok(file)
}

fn screendump(file: &std::path::Path, format: &str) -> String {
    format!(
        "{{\"execute\": \"screendump\", \"arguments\": {{\"device\": \"{CARD}\", \"format\": \"{format}\", \"filename\": \"{}\"}}}}",
        file.display()
    )
}

/// Looks until the screen shows what fits, `patience` long.
pub(super) fn wait(
    guest: &mut Guest,
    what: &str,
    patience: Duration,
    fits: impl Fn(&Picture) -> bool,
) -> Result<Picture> {
    let until = Instant::now() + patience;
    loop {
        let seen = picture(guest)?;
        if fits(&seen) {
            return Ok(seen);
        }
        if Instant::now() > until {
            let file = keep(guest, "instead")?;
            bail!("{what} did not come; {} shows what was there instead", file.display());
        }
        thread::sleep(LOOK);
    }
}

/// Looks until two pictures in a row are the same.
pub(super) fn still(guest: &mut Guest, what: &str, patience: Duration) -> Result<Picture> {
    let mut last = picture(guest)?;
    let until = Instant::now() + patience;
    loop {
        thread::sleep(LOOK);
        let seen = picture(guest)?;
        if seen == last {
            return Ok(seen);
        }
        if Instant::now() > until {
            bail!("{what} never stood still");
        }
        last = seen;
    }
}

/// Fingers that go along these ways together, one step at a time; each way has the same number of places.
pub(super) fn strokes(guest: &mut Guest, ways: &[Vec<Place>]) -> Result<()> {
    let steps = ways.first().map_or(0, Vec::len);
    for step in 0..steps {
        for (finger, way) in ways.iter().enumerate() {
            let kind = if step == 0 { "begin" } else { "update" };
            let (x, y) = way[step];
            send(
                guest,
                &[contact(kind, finger, None), DOWN.to_owned(), moved(finger, "x", x), moved(finger, "y", y)],
            )?;
        }
    }
    for finger in 0..ways.len() {
        send(guest, &[contact("end", finger, None)])?;
    }
    send(guest, &[UP.to_owned()])
}

/// One finger, as long as a hand stays.
pub(super) fn touch(guest: &mut Guest, place: Place) -> Result<()> {
    let (x, y) = place;
    send(guest, &[contact("begin", 0, None), DOWN.to_owned(), moved(0, "x", x), moved(0, "y", y)])?;
    thread::sleep(HOLD);
    send(guest, &[contact("end", 0, None), UP.to_owned()])
}

/// Another screen: much of the picture is another one, which no pressed button makes of it.
pub(super) fn another(seen: &Picture, before: &Picture) -> bool {
    let all = seen.width * seen.height;
    seen.changed(before, 0..=seen.width, 0..=seen.height) > all / OTHER_PART
}

/// Every way has ink along it that was not there before.
pub(super) fn ink(before: &Picture, after: &Picture, ways: &[Vec<Place>]) -> bool {
    ways.iter().all(|way| {
        let span = |axis: fn(&Place) -> u32| {
            let of = way.iter().map(axis);
            (of.clone().min().unwrap_or_default() as usize, of.max().unwrap_or_default() as usize)
        };
        let ((left, right), (top, bottom)) = (span(|place| place.0), span(|place| place.1));
        let pixels = |thousandths: usize, all: usize| thousandths * all / 1000;
        let columns = pixels(left, after.width)..=pixels(right, after.width);
        let rows = pixels(top, after.height)..=pixels(bottom, after.height);
        after.changed(before, columns, rows) >= INK_MIN
    })
}

fn send(guest: &mut Guest, events: &[String]) -> Result<()> {
    guest.ask(&format!(
        "{{\"execute\": \"input-send-event\", \"arguments\": {{\"device\": \"{CARD}\", \"head\": 0, \"events\": [{}]}}}}",
        events.join(", ")
    ))
}

fn moved(finger: usize, axis: &str, thousandths: u32) -> String {
    contact("data", finger, Some((axis, thousandths * PANEL_MAX / 1000)))
}

/// `InputMultiTouchEvent` of QEMU's `qapi/ui.json`.
fn contact(kind: &str, finger: usize, value: Option<(&str, u32)>) -> String {
    let (axis, value) = value.unwrap_or(("x", 0));
    let id = if kind == "end" { -1 } else { i64::try_from(finger).unwrap_or_default() };
    format!(
        "{{\"type\": \"mtt\", \"data\": {{\"type\": \"{kind}\", \"slot\": {finger}, \"tracking-id\": {id}, \"axis\": \"{axis}\", \"value\": {value}}}}}"
    )
}
