//! Small pictures of every screen as it was last looked at and found good: what has moved, vanished or changed its
//! colour is told. They are small, and a little difference counts as none, so that another processor's rounding does not.
//!
//! `cargo xtask screens` leaves every screen as a picture; `cargo xtask screens --accept` keeps them as the good ones.

use std::fs;
use std::path::{Path, PathBuf};

use image::RgbImage;
use slint::platform::software_renderer::PremultipliedRgbaColor;

/// Pixels of the longer side.
const SIDE: u32 = 112;
/// How far a channel may be off: less than a faint word differs from its ground at this size.
const OFF_MAX: u8 = 10;
/// What shows through where a surface is transparent.
const BEHIND: u32 = 205;

/// What is different, or that there is nothing to compare with.
pub(crate) fn fault(name: &str, size: (u32, u32), pixels: &[PremultipliedRgbaColor]) -> Option<String> {
    let drawn = small(size, pixels);
    let path = folder().join(format!("{name}.png"));
    if std::env::var_os("DAIS_GOLDEN").is_some_and(|wish| wish == "accept") {
        fs::create_dir_all(folder()).unwrap();
        drawn.save(path).unwrap();
        return None;
    }
    let Ok(good) = image::open(path) else {
        return Some("nobody has found it good: look at it, then `cargo xtask screens --accept`".into());
    };
    let good = good.to_rgb8();
    if good.dimensions() != drawn.dimensions() {
        return Some(format!("{:?} before, {:?} now", good.dimensions(), drawn.dimensions()));
    }
    let off: Vec<(u32, u32)> = drawn
        .enumerate_pixels()
        .filter(|(x, y, now)| {
            now.0.iter().zip(good.get_pixel(*x, *y).0).any(|(now, good)| now.abs_diff(good) > OFF_MAX)
        })
        .map(|(x, y, _)| (x * size.0 / drawn.width(), y * size.1 / drawn.height()))
        .collect();
    let first = off.first()?;
    let much = off.len() * 100 / drawn.pixels().len();
    Some(format!(
        "looks different from {first:?} on, {much} % of it: look at it, then `cargo xtask screens --accept`"
    ))
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden")
}

/// Each pixel is the mean of those it stands for.
fn small((width, height): (u32, u32), pixels: &[PremultipliedRgbaColor]) -> RgbImage {
    let longer = width.max(height);
    let (columns, rows) = ((width * SIDE / longer).max(1), (height * SIDE / longer).max(1));
    RgbImage::from_fn(columns, rows, |x, y| {
        let (across, down) =
            (x * width / columns..(x + 1) * width / columns, y * height / rows..(y + 1) * height / rows);
        let (mut sum, mut count) = ([0_u32; 3], 0);
        for line in down {
            let line = (line * width) as usize;
            for pixel in &pixels[line + across.start as usize..line + across.end as usize] {
                let behind = (255 - u32::from(pixel.alpha)) * BEHIND / 255;
                for (sum, part) in sum.iter_mut().zip([pixel.red, pixel.green, pixel.blue]) {
                    *sum += u32::from(part) + behind;
                }
                count += 1;
            }
        }
        image::Rgb(sum.map(|sum| (sum / count.max(1)).min(255) as u8))
    })
}

#[test]
fn a_button_that_moved_is_told_and_rounding_is_not() {
    let screen = |left: u32, shade: u8| -> Vec<PremultipliedRgbaColor> {
        (0..320 * 200)
            .map(|at: u32| {
                let on = (left..left + 40).contains(&(at % 320)) && (80..120).contains(&(at / 320));
                let grey = if on { shade } else { 255 };
                PremultipliedRgbaColor { red: grey, green: grey, blue: grey, alpha: 255 }
            })
            .collect()
    };
    let off = |one: &[PremultipliedRgbaColor], two: &[PremultipliedRgbaColor]| {
        let (one, two) = (small((320, 200), one), small((320, 200), two));
        one.pixels().zip(two.pixels()).any(|(one, two)| one.0[0].abs_diff(two.0[0]) > OFF_MAX)
    };
    assert!(!off(&screen(100, 60), &screen(100, 62)));
    assert!(off(&screen(100, 60), &screen(104, 60)));
}
