//! Each network of the text path beside what onnxruntime gave for the same pictures: `tests/golden/make.py`.

use std::path::Path;

use inference::measure::Network;
use inference::{DETECTOR, READER};

use crate::models;

/// Furthest that a likelihood may be from onnxruntime's.
const APART_MAX: f32 = 1e-3;
/// Which of its seven bars a digit has: top, left and right above, middle, left and right below, bottom.
const DIGITS: [&str; 10] = [
    "1110111", "0010010", "1011101", "1011011", "0111010", "1101011", "1101111", "1010010", "1111111",
    "1111011",
];

fn golden(name: &str) -> Vec<Vec<f32>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(name).with_extension("txt");
    let text = std::fs::read_to_string(path).unwrap();
    text.lines().map(|line| line.split(' ').map(|number| number.parse().unwrap()).collect()).collect()
}

/// The network as it is used, and wholly in tract.
fn both(name: &str) -> [(&'static str, Network); 2] {
    let bytes = std::fs::read(models().join(name)).expect("run `cargo xtask assets` first");
    [("own", Network::open(name, &bytes).unwrap()), ("tract", Network::open_in_tract(name, &bytes).unwrap())]
}

struct Picture {
    width: usize,
    pixels: Vec<f32>,
}

impl Picture {
    fn new(width: usize, height: usize) -> Self {
        Self { width, pixels: vec![255.0; width * height] }
    }

    fn write(&mut self, text: &str, left: usize, top: usize, size: usize) {
        let (thick, half) = (size / 8, size / 2);
        let bars = [
            (0, 0, half, thick),
            (0, 0, thick, half),
            (half - thick, 0, thick, half),
            (0, half - thick / 2, half, thick),
            (0, half, thick, half),
            (half - thick, half, thick, half),
            (0, size - thick, half, thick),
        ];
        for (place, digit) in text.chars().enumerate() {
            let has = DIGITS[digit.to_digit(10).unwrap() as usize];
            for (_, (x, y, wide, high)) in has.chars().zip(bars).filter(|(bar, _)| *bar == '1') {
                let x = x + left + place * size * 3 / 4;
                for row in top + y..top + y + high {
                    self.pixels[row * self.width..][x..x + wide].fill(0.0);
                }
            }
        }
    }

    fn planes(&self, norm: [(f32, f32); 3]) -> Vec<f32> {
        let plane = |&(mean, deviation): &(f32, f32)| {
            self.pixels.iter().map(move |grey| (grey / 255.0 - mean) / deviation).collect::<Vec<_>>()
        };
        norm.iter().flat_map(plane).collect()
    }
}

#[test]
fn the_detector_gives_what_onnxruntime_gives() {
    for (engine, network) in both(DETECTOR) {
        for line in golden(DETECTOR) {
            let (height, width) = (line[0] as usize, line[1] as usize);
            let mut picture = Picture::new(width, height);
            picture.write("20261129", 20, 20, 32);
            picture.write("314", width / 2, height - 45, 24);
            let input = picture.planes([(0.485, 0.229), (0.456, 0.224), (0.406, 0.225)]);
            let map = network.run(&[1, 3, height, width], &input).unwrap();
            let sample = map.chunks(width).step_by(16).flat_map(|row| row.iter().step_by(16));
            let mut count = 0;
            for (at, (ours, theirs)) in sample.zip(&line[2..]).enumerate() {
                assert!(
                    (ours - theirs).abs() <= APART_MAX,
                    "{engine} {height}x{width} at {at}: {ours}, not {theirs}"
                );
                count += 1;
            }
            assert_eq!(count, line.len() - 2);
            assert!(line[2..].iter().any(|&likely| likely > 0.8), "nothing is found in {height}x{width}");
        }
    }
}

#[test]
fn the_reader_gives_what_onnxruntime_gives() {
    let texts = ["407", "27182", "3141592653", "98765432101"];
    for (engine, network) in both(READER) {
        for (line, text) in golden(READER).iter().zip(texts) {
            let (height, width) = (line[0] as usize, line[1] as usize);
            let mut picture = Picture::new(width, height);
            picture.write(text, 8, 7, 34);
            let steps = network.run(&[1, 3, height, width], &picture.planes([(0.5, 0.5); 3])).unwrap();
            let count = (line.len() - 2) / 2;
            for (at, (step, expected)) in
                steps.chunks(steps.len() / count).zip(line[2..].chunks(2)).enumerate()
            {
                let likeliest = step.iter().copied().enumerate().max_by(|a, b| a.1.total_cmp(&b.1)).unwrap();
                assert_eq!(likeliest.0, expected[0] as usize, "{engine} {text} step {at}");
                assert!(
                    (likeliest.1 - expected[1]).abs() <= APART_MAX,
                    "{engine} {text} step {at}: {likeliest:?}"
                );
            }
        }
    }
}

#[test]
fn networks_of_our_own_take_any_size() {
    for (name, sizes) in
        [(DETECTOR, [(32, 32), (64, 416), (352, 96)]), (READER, [(48, 16), (48, 104), (48, 1000)])]
    {
        let [(_, own), (_, _)] = both(name);
        for (height, width) in sizes {
            let bytes = std::fs::read(models().join(name)).unwrap();
            let tract = Network::open_in_tract(name, &bytes).unwrap();
            let mut picture = Picture::new(width, height);
            picture.write("8", 4, 4, 24.min(width - 8));
            let (shape, input) = ([1, 3, height, width], picture.planes([(0.5, 0.5); 3]));
            let (ours, theirs) = (own.run(&shape, &input).unwrap(), tract.run(&shape, &input).unwrap());
            assert_eq!(ours.len(), theirs.len());
            let apart = ours.iter().zip(&theirs).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
            assert!(apart <= APART_MAX, "{name} {height}x{width}: {apart}");
        }
    }
}
