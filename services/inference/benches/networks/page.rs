//! A whole page of ten lines, 1280x720: ours from pixels to text, theirs the same runs of the same networks alone.

use std::path::Path;
use std::time::{Duration, Instant};

use ab_glyph::{Font, FontVec, ScaleFont, point};
use inference::catalogue::{self, Files};
use inference::{Leave, Raster, Text};

use crate::peer::Peer;
use crate::{folder, processor_ms, row};

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
    let mut runs = Vec::new();
    let lines = text
        .read_watched(&page, &leave, &mut |name, shape, values| {
            runs.push((folder().join(name), shape.to_vec(), values.to_vec()));
        })
        .unwrap();
    let read: Vec<String> = lines.iter().map(|line| line.text.replace(' ', "")).collect();
    let wrong = LINES.iter().zip(&read).filter(|(line, read)| line.replace(' ', "") != **read).count();
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for round in 0..=rounds {
        let start = processor_ms();
        text.read(&page, &leave).unwrap();
        let spent = processor_ms() - start;
        let other: Option<f64> = peer
            .as_mut()
            .map(|peer| runs.iter().map(|(path, shape, values)| peer.run(path, shape, values).0).sum());
        if round > 0 {
            ours.push(spent);
            theirs.extend(other);
        }
    }
    row("page 1280x720, ten lines", ours, theirs, None);
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
