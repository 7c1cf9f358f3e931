//! Print in the bundled font: single lines, pages, slant, chalk, and how long it takes.

use std::time::Instant;

use ab_glyph::{Font, FontVec, ScaleFont, point};
use inference::Raster;

use crate::{assets, edits, read, recogniser, texts};

const LINES: [&str; 24] = [
    "你好，世界",
    "三年级二班",
    "语文数学英语物理化学生物",
    "今天的作业：第三十二页，第五题。",
    "请打开课本，我们一起读。",
    "北京时间上午九点三十分",
    "光合作用需要阳光和水",
    "春眠不觉晓，处处闻啼鸟。",
    "红烧牛肉面 18.50元",
    "番茄炒蛋套餐",
    "下课后请把垃圾带走",
    "小组讨论：怎样保护环境？",
    "Hello World",
    "The quick brown fox jumps",
    "over the lazy dog",
    "Homework: read pages 12 to 18",
    "Open your books, please.",
    "12+34=46",
    "3.14159265",
    "2026-11-22 21:30",
    "Newton's second law: F = ma",
    "Dais 数字教室 2026",
    "Room 305, Building B",
    "x = 7, y = 24, z = 25",
];

/// Share of wrong characters that is too many; the networks' own rate on print is 0.3 percent.
const WRONG_SHARE_MAX: f64 = 0.01;

fn font() -> FontVec {
    let bytes = std::fs::read(assets().join("fetched/fonts/NotoSansSC-Regular.ttf"));
    FontVec::try_from_vec(bytes.expect("run `cargo xtask assets` first")).unwrap()
}

/// Pixels of `ink` on `paper`.
struct Sheet {
    width: usize,
    height: usize,
    coverage: Vec<f32>,
}

impl Sheet {
    fn new(width: usize, height: usize) -> Self {
        Self { width, height, coverage: vec![0.0; width * height] }
    }

    /// Sets a line with its left end at `x` and its baseline at `y`, and returns where it ends.
    fn set(&mut self, font: &FontVec, text: &str, size: f32, x: f32, y: f32) -> f32 {
        let scaled = font.as_scaled(size);
        let mut x = x;
        for character in text.chars() {
            let glyph = scaled.scaled_glyph(character);
            let advance = scaled.h_advance(glyph.id);
            let glyph = ab_glyph::Glyph { position: point(x, y), ..glyph };
            if let Some(outline) = font.outline_glyph(glyph) {
                let bounds = outline.px_bounds();
                outline.draw(|column, row, share| {
                    let (column, row) =
                        (bounds.min.x as usize + column as usize, bounds.min.y as usize + row as usize);
                    if column < self.width && row < self.height {
                        let pixel = &mut self.coverage[row * self.width + column];
                        *pixel = share.max(*pixel);
                    }
                });
            }
            x += advance;
        }
        x
    }

    fn picture(&self, paper: f32, ink: f32) -> Raster {
        let pixels: Vec<u8> = self
            .coverage
            .iter()
            .map(|share| (paper + (ink - paper) * share.min(1.0)).round() as u8)
            .collect();
        Raster::from_rows(&pixels, self.width, self.height, self.width).unwrap()
    }
}

fn line(font: &FontVec, text: &str, size: f32) -> Raster {
    let end = Sheet::new(1, 1).set(font, text, size, 12.0, 0.0);
    let mut sheet = Sheet::new(end.ceil() as usize + 12, (size * 1.6) as usize);
    sheet.set(font, text, size, 12.0, size * 1.15);
    sheet.picture(255.0, 0.0)
}

#[test]
fn lines_of_chinese_and_english_are_read() {
    let (font, recogniser) = (font(), recogniser());
    let (mut wrong, mut all, mut exact) = (0, 0, 0);
    for text in LINES {
        for size in [28.0, 48.0, 120.0] {
            let lines = read(&recogniser, &line(&font, text, size));
            // The networks are careless with spaces between Chinese and Latin, and so are people.
            let (found, text) = (texts(&lines).concat().replace(' ', ""), text.replace(' ', ""));
            let edits = edits(&found, &text);
            if edits > 0 {
                println!("{size}: {text:?} was read as {found:?}");
            }
            (wrong, all, exact) =
                (wrong + edits, all + text.chars().count(), exact + usize::from(edits == 0));
        }
    }
    println!("{exact} of {} lines exact, {wrong} of {all} characters wrong", 3 * LINES.len());
    assert!((wrong as f64) <= all as f64 * WRONG_SHARE_MAX, "{wrong} of {all}");
}

#[test]
fn a_page_is_read_in_order_with_places() {
    let (font, recogniser) = (font(), recogniser());
    let mut sheet = Sheet::new(1280, 720);
    sheet.set(&font, "第三课：光的反射", 56.0, 60.0, 100.0);
    sheet.set(&font, "入射角等于反射角。", 36.0, 60.0, 220.0);
    sheet.set(&font, "The angle of incidence equals", 36.0, 60.0, 290.0);
    sheet.set(&font, "the angle of reflection.", 36.0, 60.0, 360.0);
    sheet.set(&font, "作业：第12页", 36.0, 900.0, 660.0);
    let expected = [
        "第三课：光的反射",
        "入射角等于反射角。",
        "The angle of incidence equals",
        "the angle of reflection.",
        "作业：第12页",
    ];
    // Black on white, and chalk.
    for (paper, ink) in [(255.0, 0.0), (45.0, 235.0)] {
        let started = Instant::now();
        let lines = read(&recogniser, &sheet.picture(paper, ink));
        println!("page on {paper}: {:?}", started.elapsed());
        assert_eq!(texts(&lines), expected, "on {paper}");
        let last = &lines[4];
        assert!(
            (870..=905).contains(&last.area.left) && (600..=640).contains(&last.area.top),
            "{:?}",
            last.area
        );
        assert!(lines.iter().all(|line| line.confidence > 0.8));
    }
}

#[test]
fn a_slanted_line_is_turned_upright() {
    let (font, recogniser) = (font(), recogniser());
    let mut sheet = Sheet::new(900, 900);
    sheet.set(&font, "今天的作业是第五题", 64.0, 100.0, 470.0);
    let flat = sheet.coverage.clone();
    let (sin, cos) = 12.0_f32.to_radians().sin_cos();
    for y in 0..900 {
        for x in 0..900 {
            let (dx, dy) = (x as f32 - 450.0, y as f32 - 450.0);
            let (x_from, y_from) = (450.0 + dx * cos + dy * sin, 450.0 + dy * cos - dx * sin);
            let inside = (0.0..900.0).contains(&x_from) && (0.0..900.0).contains(&y_from);
            let from = if inside { flat[y_from as usize * 900 + x_from as usize] } else { 0.0 };
            sheet.coverage[y * 900 + x] = from;
        }
    }
    assert_eq!(texts(&read(&recogniser, &sheet.picture(255.0, 0.0))), ["今天的作业是第五题"]);
}

#[test]
fn how_long_it_takes() {
    let (font, recogniser) = (font(), recogniser());
    let word = line(&font, "你好", 96.0);
    let long = line(&font, "今天的作业：第三十二页", 96.0);
    let mut sheet = Sheet::new(1280, 720);
    for (row, text) in LINES.iter().enumerate().take(10) {
        sheet.set(&font, text, 36.0, 60.0, 60.0 + row as f32 * 66.0);
    }
    let page = sheet.picture(255.0, 0.0);
    for (what, picture) in [("word", &word), ("line", &long), ("page of 10 lines", &page)] {
        let mut times: Vec<_> = (0..6)
            .map(|_| {
                let started = Instant::now();
                assert!(!read(&recogniser, picture).is_empty());
                started.elapsed()
            })
            .collect();
        let first = times.remove(0);
        times.sort();
        println!(
            "{what}: {:?} the first time, then {:?} (median of {})",
            first,
            times[times.len() / 2],
            times.len()
        );
    }
}
