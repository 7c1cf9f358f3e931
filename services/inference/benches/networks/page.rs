//! A whole page of ten lines, 1280x720: ours from pixels to text, theirs the same runs of the same networks alone.

use std::path::Path;
use std::time::{Duration, Instant};

use inference::catalogue::{self, Files};
use inference::measure::{Run, runs_of};
use inference::{Leave, Raster, Text};

use crate::peer::Peer;
use crate::sheet::{Font, Sheet};
use crate::{Times, folder, processor_ms};

const SIZE: (usize, usize) = (1280, 720);
const LINES: [&str; 10] = [
    "第三课：光合作用",
    "植物的叶子里有叶绿素，",
    "阳光照到叶子上，水和二氧化碳变成糖。",
    "Photosynthesis needs light, water and air.",
    "1. 阳光  2. 水  3. 二氧化碳",
    "The leaf gives oxygen back.",
    "今天的作业：第三十二页，第五题。",
    "Read pages 12 to 18 of the book.",
    "实验：把一片叶子放在黑暗里。",
    "下一课 Friday 14:30，实验室 B-305",
];
/// Far more than a loaded machine needs.
const PATIENCE: Duration = Duration::from_secs(600);

pub(crate) fn measure(rounds: usize, mut peer: Option<&mut Peer>) {
    let assets = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../assets");
    let listed = catalogue::read(&assets.join("models/manifest.toml")).unwrap();
    let leave = Leave::until(Instant::now() + PATIENCE);
    let text = Text::open(&Files::new(&folder(), listed), &leave).unwrap();
    let page = page(&assets);
    let (lines, runs) = runs_of(|| text.read(&page, &leave).unwrap());
    let read: Vec<String> = lines.iter().map(|line| line.text.replace(' ', "")).collect();
    let wrong = LINES.iter().zip(&read).filter(|(line, read)| line.replace(' ', "") != **read).count();
    let mut times = Times::default();
    for round in 0..=rounds {
        let start = processor_ms();
        text.read(&page, &leave).unwrap();
        let spent = processor_ms() - start;
        let other: Option<f64> = peer.as_mut().map(|peer| {
            let run = |(name, inputs): &Run| {
                let (shape, values) = inputs.first().unwrap();
                peer.run(&folder().join(name), shape, values).0
            };
            runs.iter().map(run).sum()
        });
        if round > 0 {
            times.ours.push(spent);
            times.theirs.extend(other);
        }
    }
    times.print("page 1280x720, ten lines", None);
    println!("  {} runs of networks, {} lines read, {wrong} of them wrongly", runs.len(), read.len());
}

fn page(assets: &Path) -> Raster {
    let font = Font::bundled(assets);
    let mut sheet = Sheet::blank(SIZE.0, SIZE.1);
    for (line, text) in LINES.iter().enumerate() {
        sheet.write(&font, 44.0, (50.0, 66.0 + line as f32 * 66.0), text);
    }
    sheet.raster()
}
