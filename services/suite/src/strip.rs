//! The scripted lesson and lunch as two pictures, a strip of frames each: what Dais is, at a glance.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use image::imageops::{FilterType, overlay};
use image::{DynamicImage, Rgba, RgbaImage};

use crate::{Parts, Suite, source_tree};

/// Between frames, in pixels, and its colour: what is behind a picture on most pages.
const GAP: u32 = 12;
const BEHIND: Rgba<u8> = Rgba([0xe4, 0xe2, 0xdc, 0xff]);
/// The lunch's order, any; always the same here, so that the picture only changes with the screens.
const SEED: u64 = 7;
/// Frames of the lesson and of the lunch, by the names of their pictures.
const LESSON: [&str; 6] = ["1-two-write", "3-circled", "4-read", "6-divided", "7-scores", "8-take-away"];
const LUNCH: [&str; 6] = ["1-tray", "2-codes", "5-card-again", "7-asking", "6-not-charged", "3-paid"];

/// Plays both and leaves `lesson.webp` and `lunch.webp` in `target/dev/pictures`.
///
/// # Errors
/// Where a script failed.
pub async fn make() -> Result<Vec<PathBuf>> {
    let folder = source_tree().join("target/dev/pictures");
    let state = tempfile::tempdir()?;
    let mut suite = Suite::start(Parts::all(state.path().join("lesson"))).await?;
    let frames = suite.lesson(&state.path().join("frames/lesson")).await?;
    suite.stop().await?;
    let lesson = strip(&frames, &LESSON, (3, 620), &folder.join("lesson.webp"))?;
    let mut suite = Suite::start(Parts::lunch(state.path().join("lunch"))).await?;
    let lunch = suite.lunch(SEED, &state.path().join("frames/lunch")).await?;
    suite.stop().await?;
    Ok(vec![lesson, strip(&lunch.pictures, &LUNCH, (6, 304), &folder.join("lunch.webp"))?])
}

/// The named frames side by side, so many in a row and each so wide.
fn strip(frames: &[PathBuf], names: &[&str], (columns, width): (u32, u32), to: &Path) -> Result<PathBuf> {
    let mut small = Vec::new();
    for name in names {
        let frame = frames.iter().find(|frame| frame.file_stem().is_some_and(|stem| stem == *name));
        let frame = image::open(frame.with_context(|| format!("there is no picture {name}"))?)?;
        let height = frame.height() * width / frame.width().max(1);
        small.push(DynamicImage::resize_exact(&frame, width, height, FilterType::Lanczos3).into_rgba8());
    }
    let height = small.first().map_or(0, RgbaImage::height);
    let rows = u32::try_from(small.len())?.div_ceil(columns);
    let side = |count: u32, each: u32| count * (each + GAP) + GAP;
    let mut whole = RgbaImage::from_pixel(side(columns, width), side(rows, height), BEHIND);
    for (place, frame) in (0_u32..).zip(&small) {
        let at = |place: u32, each: u32| i64::from(GAP + place * (each + GAP));
        overlay(&mut whole, frame, at(place % columns, width), at(place / columns, height));
    }
    std::fs::create_dir_all(to.parent().context("a picture has a folder")?)?;
    DynamicImage::from(whole).into_rgb8().save(to).with_context(|| format!("{}", to.display()))?;
    Ok(to.to_owned())
}
