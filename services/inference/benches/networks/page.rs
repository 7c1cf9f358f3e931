//! A whole page of ten lines, 1280x720: ours from pixels to text, theirs the same runs of the same networks alone.

use std::path::Path;
use std::time::{Duration, Instant};

use ab_glyph::{Font, FontVec, ScaleFont, point};
use inference::catalogue::{self, Files};
use inference::measure::{Run, runs_of};
use inference::{Leave, Raster, Text};

use crate::peer::Peer;
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
    let listed = catalogue::read(&assets.join("manifest.toml")).unwrap();
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
    let bytes = std::fs::read(assets.join("fetched/fonts/NotoSansSC-Regular.ttf")).unwrap();
    let font = FontVec::try_from_vec(bytes).unwrap();
    let scaled = font.as_scaled(44.0);
    let mut pixels = vec![255_u8; SIZE.0 * SIZE.1];
    for (line, text) in LINES.iter().enumerate() {
        let (mut x, y) = (50.0, 66.0 + line as f32 * 66.0);
        for character in text.chars() {
            let glyph = scaled.scaled_glyph(character);
            let advance = scaled.h_advance(glyph.id);
            let glyph = ab_glyph::Glyph { position: point(x, y), ..glyph };
            if let Some(outline) = font.outline_glyph(glyph) {
                let bounds = outline.px_bounds();
                outline.draw(|column, row, share| {
                    let (column, row) =
                        (bounds.min.x as usize + column as usize, bounds.min.y as usize + row as usize);
                    if column < SIZE.0 && row < SIZE.1 {
                        let pixel = &mut pixels[row * SIZE.0 + column];
                        *pixel = (*pixel).min((255.0 * (1.0 - share.min(1.0))) as u8);
                    }
                });
            }
            x += advance;
        }
    }
    Raster::from_rows(&pixels, SIZE.0, SIZE.1, SIZE.0).unwrap()
}
