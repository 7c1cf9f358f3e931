//! What a page of handwriting takes in memory, drawn, halved and packed, and how long that takes:
//! `cargo run --release -p ink --example rest`.
use std::time::Instant;

use ink::{Mask, Node, Plane, Scale, TILE_PIXELS, premultiply};

/// A 4K page in lines of writing: letters 20 mm high, 40 mm from line to line.
const WIDTH_UM: i32 = 1_900_000;
const LINES: i32 = 26;

fn main() {
    let scale = Scale::new(3_840, WIDTH_UM);
    let (mut plane, mut mask) = (Plane::new(), Mask::new());
    let begun = Instant::now();
    let mut strokes = 0;
    for line in 0..LINES {
        for word in 0..19 {
            let nodes: Vec<Node> = (0..160).map(|step| loops(word, line, step)).collect();
            mask.stroke(&nodes, (0, 0), scale, &|_| true);
            let colour = premultiply([0x1a_1a_1a, 0x00_72_b2, 0xd5_5e_00][(word % 3) as usize], 255);
            mask.tiles().for_each(|(at, tile)| plane.lay(at, tile, colour));
            mask.clear();
            strokes += 1;
        }
    }
    report(&format!("{strokes} words drawn"), &plane, begun);
    let begun = Instant::now();
    let half = plane.half();
    report("half size", &half, begun);
    let begun = Instant::now();
    let packed = plane.pack();
    eprintln!("packed: {} bytes in {:?}", packed.bytes(), begun.elapsed());
    let begun = Instant::now();
    let again = packed.unpack();
    report("unpacked", &again, begun);
    assert!(again == plane, "packing must lose nothing");
}

/// A word of connected loops, 80 mm long.
fn loops(word: i32, line: i32, step: i32) -> Node {
    let angle = f64::from(step) * 0.35;
    let x = f64::from(word) * 98_000.0 + f64::from(step) * 500.0 + 9_000.0 * angle.cos();
    let y = f64::from(line) * 40_000.0 + 25_000.0 + 10_000.0 * angle.sin();
    Node { x_um: x as i32, y_um: y as i32, radius_um: 1_500 + (step % 7) as u16 * 60 }
}

fn report(what: &str, plane: &Plane, begun: Instant) {
    let tiles = plane.tiles().count();
    eprintln!("{what}: {tiles} tiles, {} bytes, {:?}", tiles * TILE_PIXELS * 4, begun.elapsed());
}
