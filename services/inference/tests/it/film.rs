//! Films of people and hands: pictures moved, turned and blurred over a room, as a camera of 1280x720 would send them.

use std::path::Path;

use image::{RgbaImage, imageops};
use inference::vision::{Format, Frame};

use crate::assets;

/// A camera's usual frame.
pub(crate) const SIZE: (usize, usize) = (1280, 720);
/// Places between one frame and the next at which a moving thing is exposed.
const EXPOSURES: usize = 5;

/// A picture to be moved about, cut to what is drawn.
pub(crate) struct Actor(RgbaImage);

/// Where an actor is in a frame.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Pose {
    /// Its middle.
    pub(crate) x: f32,
    pub(crate) y: f32,
    /// Its height.
    pub(crate) height: f32,
    /// Turned clockwise, in radians.
    pub(crate) turn: f32,
}

impl Pose {
    pub(crate) fn at(x: f32, y: f32, height: f32) -> Self {
        Self { x, y, height, turn: 0.0 }
    }
}

impl Actor {
    /// One of the fetched pictures.
    pub(crate) fn load(name: &str) -> Self {
        let path = assets().join("fetched/pictures").join(name);
        Self::open(&path).expect("run `cargo xtask assets` first")
    }

    fn open(path: &Path) -> image::ImageResult<Self> {
        let picture = image::open(path)?.into_rgba8();
        let drawn = |x: u32, y: u32| picture.get_pixel(x, y)[3] > 128;
        let (width, height) = picture.dimensions();
        let columns: Vec<u32> = (0..width).filter(|x| (0..height).any(|y| drawn(*x, y))).collect();
        let rows: Vec<u32> = (0..height).filter(|y| (0..width).any(|x| drawn(x, *y))).collect();
        let (left, top) = (columns[0], rows[0]);
        let (right, bottom) = (columns[columns.len() - 1], rows[rows.len() - 1]);
        Ok(Self(imageops::crop_imm(&picture, left, top, right - left + 1, bottom - top + 1).to_image()))
    }
}

/// One frame as it is drawn.
#[derive(Clone)]
pub(crate) struct Scene {
    pixels: Vec<[f32; 3]>,
}

impl Scene {
    /// A room: a wall with light from one side, a board, desks, and the noise of a webcam that differs by `seed`.
    pub(crate) fn room(seed: u32) -> Self {
        let (width, height) = SIZE;
        let mut state = seed.wrapping_mul(2_654_435_761).wrapping_add(1);
        let mut pixels = Vec::with_capacity(width * height);
        for y in 0..height {
            for x in 0..width {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                let noise = ((state >> 24) as f32 - 128.0) / 24.0;
                let light = 40.0 * x as f32 / width as f32;
                let board = (200..1000).contains(&x) && (60..330).contains(&y);
                let desk = y > 560 && (x / 160 + y / 90) % 2 == 0;
                let colour = match (board, desk) {
                    (true, _) => [38.0, 70.0, 58.0],
                    (_, true) => [120.0, 88.0, 60.0],
                    _ => [168.0, 164.0, 150.0],
                };
                pixels.push(colour.map(|part: f32| (part + light + noise).clamp(0.0, 255.0)));
            }
        }
        Self { pixels }
    }

    /// Draws an actor where it stands still.
    pub(crate) fn draw(&mut self, actor: &Actor, pose: Pose) {
        self.draw_moving(actor, pose, pose);
    }

    /// Draws an actor that goes from one pose to another while the shutter is open.
    pub(crate) fn draw_moving(&mut self, actor: &Actor, from: Pose, to: Pose) {
        let exposures = if from == to { 1 } else { EXPOSURES };
        let reach = from.height.max(to.height) * 1.5;
        let (left, right) = (from.x.min(to.x) - reach, from.x.max(to.x) + reach);
        let (top, bottom) = (from.y.min(to.y) - reach, from.y.max(to.y) + reach);
        let inside =
            |low: f32, high: f32, side: usize| (low.max(0.0) as usize)..(high.max(0.0) as usize).min(side);
        for y in inside(top, bottom, SIZE.1) {
            for x in inside(left, right, SIZE.0) {
                let mut sum = [0.0_f32; 4];
                for exposure in 0..exposures {
                    let part = exposure as f32 / exposures as f32;
                    let blend = |from: f32, to: f32| from + (to - from) * part;
                    let pose = Pose {
                        x: blend(from.x, to.x),
                        y: blend(from.y, to.y),
                        height: blend(from.height, to.height),
                        turn: blend(from.turn, to.turn),
                    };
                    let colour = sample(&actor.0, &pose, x as f32, y as f32);
                    for (sum, part) in sum.iter_mut().zip(colour) {
                        *sum += part / exposures as f32;
                    }
                }
                let pixel = &mut self.pixels[y * SIZE.0 + x];
                for (below, above) in pixel.iter_mut().zip(sum) {
                    *below = *below * (1.0 - sum[3]) + above;
                }
            }
        }
    }

    /// The frame as a camera sends it.
    pub(crate) fn frame(&self) -> Frame {
        Frame::new(Format::Nv12, SIZE.0, SIZE.1, SIZE.0, self.nv12()).unwrap()
    }

    /// Its bytes in NV12, rows as long as the frame is wide.
    pub(crate) fn nv12(&self) -> Vec<u8> {
        let (width, height) = SIZE;
        let mut bytes = vec![128_u8; width * height * 3 / 2];
        for (at, [red, green, blue]) in self.pixels.iter().enumerate() {
            bytes[at] = (16.0 + 0.257 * red + 0.504 * green + 0.098 * blue).round() as u8;
        }
        for y in (0..height).step_by(2) {
            for x in (0..width).step_by(2) {
                let [red, green, blue] = self.pixels[y * width + x];
                let pair = (height + y / 2) * width + x;
                bytes[pair] = (128.0 - 0.148 * red - 0.291 * green + 0.439 * blue).round() as u8;
                bytes[pair + 1] = (128.0 + 0.439 * red - 0.368 * green - 0.071 * blue).round() as u8;
            }
        }
        bytes
    }
}

/// An actor's colour (times its cover) and cover at a place of the frame.
fn sample(picture: &RgbaImage, pose: &Pose, x: f32, y: f32) -> [f32; 4] {
    let scale = picture.height() as f32 / pose.height;
    let (sine, cosine) = pose.turn.sin_cos();
    let (x, y) = (x - pose.x, y - pose.y);
    let (along, down) = ((x * cosine + y * sine) * scale, (y * cosine - x * sine) * scale);
    let (along, down) = (along + picture.width() as f32 / 2.0, down + picture.height() as f32 / 2.0);
    // The mean over the picture's pixels that the frame's pixel covers, up to four by four.
    let taps = scale.round().clamp(1.0, 4.0) as usize;
    let mut sum = [0.0; 4];
    for row in 0..taps {
        for column in 0..taps {
            let offset = |tap: usize| ((tap as f32 + 0.5) / taps as f32 - 0.5) * scale;
            let (x, y) = (along + offset(column), down + offset(row));
            if x < 0.0 || y < 0.0 || x >= picture.width() as f32 || y >= picture.height() as f32 {
                continue;
            }
            let pixel = picture.get_pixel(x as u32, y as u32).0;
            let cover = f32::from(pixel[3]) / 255.0 / (taps * taps) as f32;
            for (sum, part) in sum.iter_mut().zip(&pixel[..3]) {
                *sum += f32::from(*part) * cover;
            }
            sum[3] += cover;
        }
    }
    sum
}
