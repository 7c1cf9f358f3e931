//! The converted networks beside onnxruntime's numbers for the same files and LiteRT's for the originals, made by
//! `tests/golden/vision.py`.

use std::path::Path;
use std::time::{Duration, Instant};

use super::*;
use crate::catalogue;
use crate::vision::VISION_MODELS;

const GOLDEN: &str = include_str!("../../../tests/golden/vision.txt");
/// Sides and blacks of the networks' pictures, in the order of [`VISION_MODELS`].
const PICTURES: [(usize, f32); 6] =
    [(128, -1.0), (192, -1.0), (192, 0.0), (224, 0.0), (224, -1.0), (256, 0.0)];
/// Differences in the order of sums, relative to 1 or the number itself.
const TOLERANCE: f32 = 5e-4;

fn picture(side: usize, black: f32) -> Vec<f32> {
    let mut planes = Vec::new();
    for (right, down, period) in [(5, 3, 61_i32), (3, 7, 83), (2, 11, 97)] {
        for row in 0..side as i32 {
            for column in 0..side as i32 {
                let wave = ((column * right + row * down) % (2 * period) - period).abs();
                planes.push(wave as f32 / period as f32 * (1.0 - black) + black);
            }
        }
    }
    planes
}

#[test]
fn every_network_gives_the_numbers_of_two_other_engines() {
    let assets = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../assets");
    let listed = catalogue::read(&assets.join("models/manifest.toml")).unwrap();
    let files = Files::new(&assets.join("fetched/models"), listed);
    let leave = Leave::until(Instant::now() + Duration::from_secs(300));
    let mut compared = 0;
    for (name, (side, black)) in VISION_MODELS.into_iter().zip(PICTURES) {
        let model = Network::new(name, &files).load().expect("run `cargo xtask assets` first");
        let values = picture(side, black);
        let outputs = model.run(&[Input { shape: &[1, 3, side, side], values: &values }], &leave).unwrap();
        for line in GOLDEN.lines().filter(|line| name.strip_suffix(".onnx") == line.split(' ').next()) {
            let numbers: Vec<&str> = line.split(' ').skip(1).collect();
            let [output, place, onnx, lite] = numbers[..] else { panic!("{line}") };
            let ours = outputs[output.parse::<usize>().unwrap()].values[place.parse::<usize>().unwrap()];
            for theirs in [onnx, lite].map(|number| number.parse::<f32>().unwrap()) {
                let off = (ours - theirs).abs() / theirs.abs().max(1.0);
                assert!(off <= TOLERANCE, "{line}: {ours}");
            }
            compared += 1;
        }
    }
    assert_eq!(compared, GOLDEN.lines().count());
}
