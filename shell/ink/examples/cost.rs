//! Instructions a stroke point (gate I1), counted by callgrind: a pen of 4 px goes in steps of 8 px, and
//! every step is composed to pixels.
//!
//! ```sh
//! cargo build --release -p ink --example cost
//! valgrind --tool=callgrind --toggle-collect='cost::one_*' target/release/examples/cost segment
//! ```
//! The collected instructions divided by [`POINTS`] are those of a point. `segment` is what one new node
//! costs; `stroke` is everything a report costs: filters, spring, new ink, the old tail taken away, the
//! new tail drawn, and all of it composed.
use std::hint::black_box;

use ink::{Brush, Layers, Level, Mask, Node, Paper, Rect, Sample, Scale, Stroker, WetTile, tiles_of};

/// Points counted in a run.
const POINTS: i32 = 1_000;
/// A 4K panel of 86 inches, near enough: two pixels a millimetre.
const PX: u32 = 2_000;
const UM: i32 = 1_000_000;
const PAPER: u32 = 0xfffd_fdfb;
const INK: u32 = 0xff00_72b2;

fn main() {
    let whole = match std::env::args().nth(1).as_deref() {
        Some("segment") => false,
        Some("stroke") => true,
        _ => {
            eprintln!("say what to count: segment or stroke");
            std::process::exit(2);
        }
    };
    match std::env::args().nth(2).as_deref() {
        Some("portable") => Level::Portable.prefer(),
        Some("sse2") => Level::Sse2.prefer(),
        _ => {}
    }
    let mut bench = Bench::new();
    for point in 0..POINTS {
        if whole {
            one_report(&mut bench, point);
        } else {
            one_segment(&mut bench, point);
        }
    }
    eprintln!("{POINTS} points, {} pixels, checksum {:08x}", bench.pixels, bench.sum);
}

struct Bench {
    mask: Mask,
    tail: Mask,
    tail_px: Rect,
    stroker: Stroker,
    scale: Scale,
    out: Vec<u32>,
    /// Made before, so that its sines are not counted.
    path: Vec<(i32, i32)>,
    sum: u32,
    pixels: i64,
}

/// A spiral of handwriting size, 8 px (4 mm) a step, so that every direction counts the same.
fn place(point: i32) -> (i32, i32) {
    let angle = f64::from(point) * 0.08;
    let (x, y) = (200_000.0 + 50_000.0 * angle.cos(), 200_000.0 + 50_000.0 * angle.sin());
    (x as i32 + point * 100, y as i32)
}

impl Bench {
    fn sample(&self, point: i32) -> Sample {
        let (x_um, y_um) = self.path[point as usize];
        Sample { x_um, y_um, t_us: point as u64 * 4_167, pressure: None }
    }

    fn node(&self, point: i32) -> Node {
        let (x_um, y_um) = self.path[point as usize];
        Node { x_um, y_um, radius_um: 1_000 }
    }

    fn new() -> Bench {
        let brush = Brush { width_um: 2_000, lively: true };
        Bench {
            mask: Mask::new(),
            tail: Mask::new(),
            tail_px: Rect::EMPTY,
            stroker: Stroker::new(
                brush,
                Sample { x_um: place(0).0, y_um: place(0).1, t_us: 0, pressure: None },
            ),
            scale: Scale::new(PX, UM),
            out: vec![0; 1 << 20],
            path: (0..POINTS + 2).map(place).collect(),
            sum: 0,
            pixels: 0,
        }
    }
}

#[inline(never)]
fn one_segment(bench: &mut Bench, point: i32) {
    let changed = bench.mask.capsule(bench.node(point), bench.node(point + 1), bench.scale);
    compose(bench, changed);
}

#[inline(never)]
fn one_report(bench: &mut Bench, point: i32) {
    let from = bench.stroker.push(bench.sample(point + 1));
    let mut changed = Rect::EMPTY;
    for pair in bench.stroker.nodes()[from.saturating_sub(1)..].windows(2) {
        changed = changed.union(&bench.mask.capsule(pair[0], pair[1], bench.scale));
    }
    bench.tail.clear();
    changed = changed.union(&bench.tail_px);
    bench.tail_px = Rect::EMPTY;
    for pair in bench.stroker.tail(12_000).windows(2) {
        bench.tail_px = bench.tail_px.union(&bench.tail.capsule(pair[0], pair[1], bench.scale));
    }
    changed = changed.union(&bench.tail_px);
    compose(bench, changed);
}

/// What a display thread does with the damage: every pixel written, from paper and wet ink.
fn compose(bench: &mut Bench, changed: Rect) {
    for at in tiles_of(changed) {
        let area = at.rect().intersect(&changed);
        let wet =
            WetTile { mask: bench.mask.tile(at), tail: bench.tail.tile(at), colour: INK, highlighter: false };
        let wets = if wet.mask.is_some() || wet.tail.is_some() { &[wet][..] } else { &[] };
        let layers = Layers { paper: Paper::Colour(PAPER), base: None, glow: None, ink: None, wets };
        let corner = at.rect();
        let inside = Rect::sized(area.x0 - corner.x0, area.y0 - corner.y0, area.width(), area.height());
        layers.area(inside, &mut bench.out, 64);
        bench.pixels += area.area();
        bench.sum = black_box(bench.sum ^ bench.out[0]);
    }
}
