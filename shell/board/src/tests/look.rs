//! How it looks: a page of two people's handwriting, a highlighter and texts, as a picture to look at; and
//! that drawing costs the same on a full board as on an empty one.
use std::time::Instant;

use super::{Wall, font, person};
use crate::{Colour, PageRect, PersonId, Surface, Tool, Touch, Width};

/// A development window's view of an 86-inch panel.
fn panel() -> Surface {
    Surface { width_px: 1_920, height_px: 1_080, width_um: 1_895_000, height_um: 1_066_000 }
}

impl Wall {
    /// Writes a curve, in millimetres, as a hand would: slower in its bends, 120 reports a second.
    fn curve(&mut self, by: u8, from: f64, to: f64, speed: f64, at: impl Fn(f64) -> (f64, f64)) {
        let contact = 50_000 + self.now_us;
        let place = |part: f64| {
            let (x, y) = at(part);
            ((x * 1000.0) as i32, (y * 1000.0) as i32)
        };
        let mut part = from;
        let mut touch = self.touch(contact, by, place(part).0, place(part).1);
        self.down(&touch);
        while part < to {
            part = (part + (to - from) * speed / 120.0).min(to);
            let (x, y) = place(part);
            touch = Touch { at: crate::PanelPoint::new(x, y), t_us: touch.t_us + 8_333, ..touch };
            self.go(&touch);
        }
        self.up(&touch);
        self.now_us = touch.t_us;
    }

    fn letters(&mut self, by: u8, left: f64, top: f64, size: f64, strokes: &[&[(f64, f64)]]) {
        for stroke in strokes {
            let last = (stroke.len() - 1) as f64;
            self.curve(by, 0.0, last, 2.2 / last.sqrt(), |part| {
                // Catmull-Rom through the points: what a hand does between them.
                let index = (part.floor() as usize).min(stroke.len() - 2);
                let t = part - index as f64;
                let point = |offset: isize| {
                    stroke[(index as isize + offset).clamp(0, stroke.len() as isize - 1) as usize]
                };
                let spline = |a: f64, b: f64, c: f64, d: f64| {
                    b + 0.5
                        * t
                        * (c - a + t * (2.0 * a - 5.0 * b + 4.0 * c - d + t * (3.0 * (b - c) + d - a)))
                };
                let (a, b, c, d) = (point(-1), point(0), point(1), point(2));
                (left + size * spline(a.0, b.0, c.0, d.0), top + size * spline(a.1, b.1, c.1, d.1))
            });
        }
    }
}

const ABC: [&[(f64, f64)]; 4] = [
    &[
        (0.75, 0.45),
        (0.45, 0.3),
        (0.1, 0.5),
        (0.08, 0.85),
        (0.4, 0.98),
        (0.72, 0.7),
        (0.76, 0.42),
        (0.74, 0.8),
        (0.9, 1.0),
    ],
    &[
        (1.15, -0.1),
        (1.12, 0.5),
        (1.12, 0.95),
        (1.2, 0.6),
        (1.5, 0.4),
        (1.75, 0.65),
        (1.55, 0.97),
        (1.2, 0.9),
    ],
    &[(2.6, 0.5), (2.35, 0.36), (2.05, 0.6), (2.1, 0.92), (2.4, 1.0), (2.65, 0.86)],
    &[(0.0, 1.3), (0.9, 1.24), (1.8, 1.33), (2.7, 1.25)],
];
/// 大, 中: the strokes in their order.
const DA_ZHONG: [&[(f64, f64)]; 7] = [
    &[(0.08, 0.38), (0.5, 0.35), (0.95, 0.32)],
    &[(0.52, 0.02), (0.5, 0.4), (0.35, 0.75), (0.05, 1.0)],
    &[(0.52, 0.4), (0.68, 0.72), (1.0, 1.0)],
    &[(1.4, 0.28), (1.42, 0.5), (1.46, 0.68)],
    &[(1.42, 0.28), (1.9, 0.26), (2.2, 0.27), (2.16, 0.5), (2.1, 0.66)],
    &[(1.46, 0.66), (1.8, 0.65), (2.12, 0.64)],
    &[(1.79, 0.0), (1.79, 0.5), (1.78, 1.05)],
];

fn sample_page() -> Wall {
    let mut wall = Wall::sized(panel(), 1);
    wall.board.set_colour(person(1), Colour::BLUE);
    wall.board.set_colour(person(2), Colour::VERMILION);
    wall.letters(1, 140.0, 140.0, 150.0, &ABC);
    wall.board.set_width(person(2), Width::Broad);
    wall.letters(2, 980.0, 130.0, 190.0, &DA_ZHONG);
    wall.board.set_width(person(2), Width::Fine);
    wall.curve(2, 0.0, 25.0, 0.25, |t| (1_000.0 + t * 26.0, 480.0 + 45.0 * (t * 1.3).sin()));
    wall.curve(1, 0.0, 12.6, 0.4, |t| {
        (420.0 + (20.0 + t * 9.0) * t.cos(), 560.0 + (20.0 + t * 9.0) * t.sin())
    });
    let by = PersonId::FIRST;
    let effects = wall.board.set_tool(by, Tool::Highlighter);
    wall.show(effects);
    wall.board.set_colour(by, Colour::YELLOW);
    wall.curve(1, 0.0, 1.0, 0.9, |t| (130.0 + t * 460.0, 255.0 + 8.0 * (t * 9.0).sin()));
    wall.curve(1, 0.0, 3.0, 0.5, |t| (1_000.0 + 300.0 * (t * 3.0).sin().abs(), 830.0 + t * 22.0));
    for (y, text) in [(760_000, "今天下雨。 It rains today."), (880_000, "Dais 白板 — 12:30, f(x) = x² + 1")]
    {
        let rect = PageRect::new(1_000_000, y, 1_760_000, y + 80_000);
        let effects = wall.board.place_text(person(2), rect, text, &[], wall.now_us);
        wall.show(effects);
    }
    wall.board.set_colour(by, Colour::BLUE);
    let effects = wall.board.set_tool(by, Tool::Lasso);
    wall.show(effects);
    wall.curve(1, 0.0, 1.0, 0.6, |t| {
        let angle = t * std::f64::consts::TAU;
        (1_380.0 + 420.0 * angle.cos(), 490.0 + 100.0 * angle.sin())
    });
    wall
}

pub(crate) fn save(path: &std::path::Path, pixels: &[u32], width: u32, height: u32) {
    let mut picture = image::RgbImage::new(width, height);
    for (target, pixel) in picture.pixels_mut().zip(pixels) {
        *target = image::Rgb([(pixel >> 16) as u8, (pixel >> 8) as u8, *pixel as u8]);
    }
    picture.save(path).unwrap();
}

/// Keeps its pictures where DAIS_PICTURES says, for a person to look at.
#[test]
fn a_page_of_two_people_is_drawn_to_a_picture() {
    let wall = sample_page();
    assert!(wall.screen == wall.full(), "built up from damage alone");
    let folder = tempfile::tempdir().unwrap();
    let folder = std::env::var("DAIS_PICTURES").map_or(folder.path().to_owned(), Into::into);
    let path = folder.join("page.png");
    save(&path, &wall.screen, 1_920, 1_080);
    let strokes = wall.board.visible();
    let gray = wall.board.raster(&strokes[..4], 128).unwrap();
    image::GrayImage::from_raw(gray.width, gray.height, gray.pixels)
        .unwrap()
        .save(folder.join("raster.png"))
        .unwrap();
    let picture = image::open(&path).unwrap().to_rgb8();
    for colour in [Colour::BLUE, Colour::VERMILION] {
        let [_, r, g, b] = colour.on(crate::Ground::White).to_be_bytes();
        let count = picture.pixels().filter(|pixel| pixel.0 == [r, g, b]).count();
        assert!(count > 3_000, "{count} pixels of {colour:?}");
    }
    let edges =
        picture.pixels().filter(|pixel| pixel.0[2] > 0xc0 && pixel.0[0] > 0x20 && pixel.0[0] < 0xe0).count();
    assert!(edges > 2_000, "soft edges: {edges}");
    assert!(font().len() > 100_000);
}

/// Time of the steps of one stroke on a board that holds so many already, in microseconds: the least of many,
/// because other work on the machine only ever adds.
fn time_of_a_step(strokes: usize) -> f64 {
    let mut wall = Wall::sized(panel(), 1);
    for index in 0..strokes {
        let (x, y) = ((index * 7_919) % 1_800_000, (index * 104_729) % 1_000_000);
        wall.stroke(2, &[(x as i32, y as i32), (x as i32 + 40_000, y as i32 + 30_000)]);
    }
    let touch = wall.touch(1, 1, 100_000, 500_000);
    wall.down(&touch);
    let mut least = f64::INFINITY;
    for step in 1..400 {
        let touch = wall.touch(1, 1, 100_000 + step * 4_000, 500_000);
        let begun = Instant::now();
        let effects = wall.board.hand_move(&touch);
        least = least.min(begun.elapsed().as_secs_f64() * 1e6);
        wall.show(effects);
    }
    least
}

#[test]
fn a_point_costs_the_same_on_a_full_board() {
    let (empty, full) = (time_of_a_step(0), time_of_a_step(4_000));
    println!("a point: {empty:.1} us on an empty board, {full:.1} us on 4000 strokes");
    assert!(full < empty * 2.0 + 20.0, "{empty} us on an empty board, {full} us on a full one");
}
