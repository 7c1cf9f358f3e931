//! Single pictures: what our decoders read in each, and what it costs.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use camera::Code;
use camera::decode::{look, look_by};
use camera::fake::{Shot, Symbol};
use camera::picture::Picture;
use camera::steps::Step;
use image::GrayImage;
use rustix::time::{ClockId, clock_gettime};

/// Pictures that are larger are made smaller, to what a kiosk's camera delivers; peers get the same.
const SIDE_MAX: u32 = 1280;

/// Reads every picture of `folder`; writes a line each and decoder: decoder, picture, milliseconds, texts in hexadecimal.
pub(crate) fn read(folder: &Path, file: &Path) {
    let mut lines = String::new();
    for path in pictures(folder) {
        let gray = load(&path);
        let (width, height) = (gray.width() as usize, gray.height() as usize);
        let picture = Picture::new(gray.as_raw(), width, height).unwrap();
        let name = path.file_name().unwrap().to_string_lossy();
        for (decoder, decode) in DECODERS {
            let began = computed();
            let codes = decode(&picture);
            let milliseconds = computed() - began;
            let texts: Vec<String> = codes.iter().map(|code| hex(code.reveal())).collect();
            writeln!(lines, "{decoder}\t{name}\t{milliseconds:.3}\t{}", texts.join(" ")).unwrap();
        }
    }
    fs::write(file, lines).unwrap();
}

type Decode = fn(&Picture<'_>) -> Vec<Code>;

const DECODERS: [(&str, Decode); 3] =
    [("dais, plain look", plain), ("dais, all steps", cascade), ("rqrr alone", rqrr)];

fn plain(picture: &Picture<'_>) -> Vec<Code> {
    look(picture).map(|found| found.codes).unwrap_or_default()
}

fn cascade(picture: &Picture<'_>) -> Vec<Code> {
    camera::decode::codes(picture.gray(), picture.width(), picture.height()).unwrap_or_default()
}

/// As the product uses it, on black and white.
fn rqrr(picture: &Picture<'_>) -> Vec<Code> {
    look_by(Step::Second, picture).unwrap_or_default()
}

fn pictures(folder: &Path) -> Vec<PathBuf> {
    let is_picture = |path: &PathBuf| {
        let ending = path.extension().map(|ending| ending.to_string_lossy().to_ascii_lowercase());
        matches!(ending.as_deref(), Some("png" | "jpg" | "jpeg" | "webp"))
    };
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut paths: Vec<PathBuf> = entries.filter(is_picture).collect();
    paths.sort();
    paths
}

fn load(path: &Path) -> GrayImage {
    let picture = image::open(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    if picture.width().max(picture.height()) <= SIDE_MAX {
        return picture.into_luma8();
    }
    picture.resize(SIDE_MAX, SIDE_MAX, image::imageops::FilterType::Triangle).into_luma8()
}

/// What this thread has computed, in milliseconds: other work on the machine does not count.
fn computed() -> f64 {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    time.tv_sec as f64 * 1e3 + time.tv_nsec as f64 / 1e6
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Pictures in which nothing may be read, though much in them looks like codes: bars, chequers, squares in squares.
pub(crate) fn blank(folder: &Path) {
    fs::create_dir_all(folder).unwrap();
    let mut draw = Draw { state: 17 };
    for n in 0..60 {
        let picture = match n % 6 {
            0 => draw.of(|draw, _, _| draw.below(256) as u8),
            1 => draw.bars(),
            2 => draw.squares(1),
            3 => draw.squares(4),
            4 => draw.finders(),
            _ => draw.broken(),
        };
        picture.save(folder.join(format!("blank-{n:02}.png"))).unwrap();
    }
}

const SIZE: (u32, u32) = (640, 480);

struct Draw {
    state: u64,
}

impl Draw {
    fn below(&mut self, limit: u64) -> u64 {
        self.state =
            self.state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.state >> 33) % limit
    }

    fn of(&mut self, mut grey: impl FnMut(&mut Self, u32, u32) -> u8) -> GrayImage {
        let mut picture = GrayImage::new(SIZE.0, SIZE.1);
        for y in 0..SIZE.1 {
            for x in 0..SIZE.0 {
                picture.get_pixel_mut(x, y).0[0] = grey(self, x, y);
            }
        }
        picture
    }

    /// Bars of one to four modules, as in all linear codes, by chance.
    fn bars(&mut self) -> GrayImage {
        let mut row = Vec::new();
        while row.len() < SIZE.0 as usize {
            let (wide, grey) = (self.below(4) + 1, if row.last() == Some(&20) { 230 } else { 20 });
            row.extend(std::iter::repeat_n(grey, wide as usize * 2));
        }
        self.of(
            |_, x, y| if (60..420).contains(&y) && (40..600).contains(&x) { row[x as usize] } else { 230 },
        )
    }

    /// Squares of 4 pixels times `size`, dark or light by chance.
    fn squares(&mut self, size: u32) -> GrayImage {
        let side = 4 * size;
        let dark: Vec<bool> = (0..SIZE.0 * SIZE.1).map(|_| self.below(2) == 0).collect();
        self.of(|_, x, y| if dark[((y / side) * SIZE.0 + x / side) as usize] { 30 } else { 225 })
    }

    /// A QR code's three finder patterns around chance.
    fn finders(&mut self) -> GrayImage {
        let (left, top) = (self.below(200) as i32 + 100, self.below(150) as i32 + 80);
        let dark: Vec<bool> = (0..625).map(|_| self.below(2) == 0).collect();
        self.of(|_, x, y| {
            let (x, y) = ((x as i32 - left).div_euclid(6), (y as i32 - top).div_euclid(6));
            if !(0..25).contains(&x) || !(0..25).contains(&y) {
                return 230;
            }
            let corners = [(0, 0), (18, 0), (0, 18)];
            let in_finder =
                corners.iter().find(|(cx, cy)| (-1..8).contains(&(x - cx)) && (-1..8).contains(&(y - cy)));
            let is_dark = match in_finder {
                Some((cx, cy)) => matches!((x - cx - 3).abs().max((y - cy - 3).abs()), 0 | 1 | 3),
                None => dark[(y * 25 + x) as usize],
            };
            if is_dark { 20 } else { 230 }
        })
    }

    /// A real code with a third of its data turned over, beyond any correction.
    fn broken(&mut self) -> GrayImage {
        let symbol = Symbol::qr(b"281234567890123456").unwrap();
        let mut gray = Shot::GOOD.of(&symbol, 0);
        for module in 0..441 {
            let (x, y) = (module % 21, module / 21);
            let data = x > 8 && y > 8;
            if data && self.below(3) == 0 {
                for row in 0..6 {
                    let from = (240 - 63 + y * 6 + row) * 640 + 320 - 63 + x * 6;
                    gray[from..from + 6].iter_mut().for_each(|grey| *grey = 240 - *grey);
                }
            }
        }
        GrayImage::from_raw(SIZE.0, SIZE.1, gray).unwrap()
    }
}
