//! How well and how fast people are counted in pictures, and how fast a face is found in a camera's frame.
//!
//! `cargo run -p inference --example vision-accuracy -- FOLDER`, where FOLDER holds pictures and `truth.txt` with a
//! line `FILE FACES` for each. Every picture is counted whole at 1280x720 and at 3840x2160, and as a class: all of
//! them side by side, so that faces are small. Pictures of people are others': none lies in git or ships.

// A measurement is there to print, and where it cannot go on it says so.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use image::{RgbImage, imageops};
use inference::Leave;
use inference::catalogue::{self, Files};
use inference::vision::{Format, Frame, Vision};

/// Frames for the time of a face box.
const ROUNDS: usize = 300;
/// Pictures beside each other in a class, by frame width.
const CLASSES: [(u32, u32, u32); 3] = [(1280, 720, 3), (1280, 720, 4), (3840, 2160, 6)];

fn main() {
    let folder = PathBuf::from(std::env::args().nth(1).expect("a folder of pictures with truth.txt"));
    let assets = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../assets");
    let listed = catalogue::read(&assets.join("models/manifest.toml")).unwrap();
    let vision = Vision::open(&Files::new(&assets.join("fetched/models"), listed)).unwrap();
    let pictures = pictures(&folder);
    for (width, height) in [(1280, 720), (3840, 2160)] {
        println!("one by one at {width}x{height}: faces, found, persons, ms");
        let (mut faces, mut off) = (0, 0);
        for (name, picture, truth) in &pictures {
            let frame = frame(&fitted(picture, width, height));
            let started = Instant::now();
            let count = vision.count(&frame, &leave()).unwrap();
            println!(
                "  {name:24} {truth:3} {:3} {:3} {:6}",
                count.faces.len(),
                count.persons,
                started.elapsed().as_millis()
            );
            faces += truth;
            off += truth.abs_diff(count.faces.len());
        }
        println!("  {off} of {faces} wrong");
    }
    for (width, height, across) in CLASSES {
        class(&vision, &pictures, width, height, across);
    }
    face_box(&vision, &frame(&fitted(&pictures[0].1, 1280, 720)));
}

/// Picture after picture beside each other, as a class that sits in rows.
fn class(vision: &Vision, pictures: &[(String, RgbImage, usize)], width: u32, height: u32, across: u32) {
    let mut canvas = RgbImage::from_pixel(width, height, image::Rgb([150, 146, 138]));
    let (cell_width, cell_height) = (width / across, width / across * 3 / 4);
    let mut truth = 0;
    for at in 0..across * (height / cell_height) {
        let (_, picture, faces) = &pictures[at as usize % pictures.len()];
        let cell = fitted(picture, cell_width, cell_height);
        let (x, y) = (at % across * cell_width, at / across * cell_height);
        imageops::replace(&mut canvas, &cell, x.into(), y.into());
        truth += faces;
    }
    let frame = frame(&canvas);
    let started = Instant::now();
    let count = vision.count(&frame, &leave()).unwrap();
    let took = started.elapsed().as_millis();
    let mut sides: Vec<u32> = count.faces.iter().map(|face| face.place.width() as u32).collect();
    sides.sort_unstable();
    let median = sides.get(sides.len() / 2).copied().unwrap_or_default();
    println!(
        "a class at {width}x{height}: {truth} faces, {} found, median {median} pixels wide, {took} ms",
        count.faces.len()
    );
}

/// From a frame to the box of a face, the frame's shrinking included.
fn face_box(vision: &Vision, frame: &Frame) {
    let mut times = Vec::new();
    for round in 0..=ROUNDS {
        let started = Instant::now();
        let faces = vision.near_faces(frame, &leave()).unwrap();
        if round > 0 {
            times.push(started.elapsed());
        }
        assert!(faces.len() < 100);
    }
    times.sort_unstable();
    let at = |part: usize| times[(times.len() * part / 100).min(times.len() - 1)].as_secs_f64() * 1e3;
    println!("a face box in a 1280x720 frame: {:.1} ms p50, {:.1} ms p99", at(50), at(99));
}

fn leave() -> Leave {
    Leave::until(Instant::now() + Duration::from_secs(600))
}

fn pictures(folder: &Path) -> Vec<(String, RgbImage, usize)> {
    let truth = std::fs::read_to_string(folder.join("truth.txt")).expect("truth.txt with `FILE FACES` lines");
    let picture = |line: &str| {
        let (name, faces) = line.rsplit_once(' ').expect("`FILE FACES`");
        let picture = image::open(folder.join(name)).unwrap().into_rgb8();
        (name.to_owned(), picture, faces.parse().unwrap())
    };
    truth.lines().filter(|line| !line.is_empty()).map(picture).collect()
}

/// A picture as large as fits into a frame, in its middle.
fn fitted(picture: &RgbImage, width: u32, height: u32) -> RgbImage {
    let scale = (width as f32 / picture.width() as f32).min(height as f32 / picture.height() as f32);
    let side = |length: u32| ((length as f32 * scale).round() as u32).max(1);
    let resized = imageops::resize(
        picture,
        side(picture.width()),
        side(picture.height()),
        imageops::FilterType::Triangle,
    );
    let mut canvas = RgbImage::from_pixel(width, height, image::Rgb([150, 146, 138]));
    let (x, y) = ((width - resized.width()) / 2, (height - resized.height()) / 2);
    imageops::replace(&mut canvas, &resized, x.into(), y.into());
    canvas
}

/// As a camera sends it.
fn frame(picture: &RgbImage) -> Frame {
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    Frame::new(Format::Rgb8, width, height, 3 * width, picture.as_raw().clone()).unwrap()
}
