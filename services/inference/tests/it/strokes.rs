//! Handwriting made here: characters as strokes through points, drawn with a round pen.

use inference::Raster;

/// Points of a stroke in pixels.
pub(crate) type Stroke = Vec<(f32, f32)>;

/// A character, its width in percent of its height, and its strokes in a box of 100 by 100, y down.
#[rustfmt::skip]
const CHARACTERS: [(char, u8, &str); 40] = [
    ('中', 100, "18,30 18,62 / 18,30 82,28 80,62 / 18,60 80,60 / 50,5 49,98"),
    ('大', 100, "10,38 90,34 / 52,6 48,45 30,75 8,95 / 50,42 66,72 92,94"),
    ('小', 100, "50,8 50,88 38,80 / 28,38 10,70 / 72,36 92,68"),
    ('人', 100, "50,8 44,45 10,95 / 46,42 64,74 92,94"),
    ('口', 100, "20,22 22,84 / 20,22 80,20 78,84 / 22,80 78,80"),
    ('天', 100, "20,20 80,18 / 10,48 92,46 / 50,20 46,58 10,95 / 50,50 66,76 94,94"),
    ('上', 100, "48,8 48,88 / 48,44 80,42 / 8,90 94,88"),
    ('下', 100, "8,14 94,12 / 48,14 48,96 / 52,38 78,56"),
    ('日', 100, "24,10 24,92 / 24,10 76,10 76,92 / 24,50 76,50 / 24,88 76,88"),
    ('月', 100, "28,8 28,60 12,94 / 28,8 76,8 76,92 64,86 / 28,34 76,34 / 28,60 76,60"),
    ('山', 100, "50,8 50,86 / 16,36 16,88 84,86 / 84,34 84,90"),
    ('王', 100, "14,14 86,12 / 18,50 82,48 / 50,14 50,88 / 6,90 94,88"),
    ('田', 100, "14,14 14,90 / 14,14 86,14 86,90 / 14,50 86,50 / 50,14 50,86 / 14,86 86,86"),
    ('十', 100, "8,46 92,44 / 50,6 50,96"),
    ('木', 100, "8,34 92,32 / 50,6 50,96 / 50,34 34,62 8,82 / 50,34 68,62 94,80"),
    ('一', 100, "6,50 50,46 94,50"),
    ('二', 100, "20,24 80,22 / 6,80 94,78"),
    ('三', 100, "14,14 86,12 / 20,48 80,46 / 6,88 94,86"),
    ('文', 100, "48,4 54,16 / 8,28 92,26 / 72,28 50,66 10,96 / 26,30 52,68 92,94"),
    ('0', 60, "50,5 28,20 22,50 28,82 50,95 70,82 78,50 70,18 50,5"),
    ('1', 45, "38,20 52,5 52,95"),
    ('2', 60, "25,28 35,8 60,5 74,22 70,42 24,92 80,92"),
    ('3', 60, "26,14 50,4 72,18 66,40 44,47 70,56 78,76 60,94 36,94 22,82"),
    ('4', 60, "60,5 18,65 84,65 / 62,40 62,97"),
    ('5', 60, "72,6 32,6 28,44 54,38 74,54 74,78 52,94 24,86"),
    ('6', 60, "66,6 40,28 26,60 34,90 58,94 74,76 66,54 44,52 28,66"),
    ('7', 60, "20,8 78,8 42,96"),
    ('8', 60, "66,14 46,4 30,18 40,40 66,58 72,80 50,95 28,80 36,56 62,36 68,18"),
    ('9', 60, "70,30 56,6 32,12 26,36 44,50 66,40 71,26 66,70 52,96"),
    ('+', 60, "15,52 85,52 / 50,18 50,86"),
    ('=', 60, "15,40 85,39 / 15,64 85,63"),
    ('A', 60, "50,4 16,96 / 50,4 84,96 / 28,64 72,64"),
    ('L', 60, "24,5 24,94 78,94"),
    ('T', 60, "12,8 88,8 / 50,8 50,96"),
    ('O', 60, "50,5 24,18 14,50 24,82 50,95 76,82 86,50 76,18 50,5"),
    ('E', 60, "76,6 24,6 24,94 78,94 / 24,50 68,50"),
    ('H', 60, "20,5 20,96 / 80,5 80,96 / 20,50 80,50"),
    ('K', 60, "22,5 22,96 / 76,6 22,54 80,96"),
    ('C', 60, "80,20 56,5 28,16 16,50 28,84 56,95 82,80"),
    ('N', 60, "20,96 20,6 80,94 80,5"),
];

/// Space between characters, in percent of their height.
const GAP: f32 = 14.0;
/// Space between words, likewise.
const WORD_GAP: f32 = 60.0;
/// Paper around the ink in pixels.
const MARGIN: f32 = 20.0;

/// A hand: how large and thick it writes, and how unevenly.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Hand {
    /// Height of a character in pixels.
    pub(crate) height: f32,
    /// Thickness of the pen in pixels.
    pub(crate) pen: f32,
    /// How far points stray, in percent of the height.
    pub(crate) wobble: f32,
    /// Rise of the line, pixels a pixel.
    pub(crate) rise: f32,
}

/// A picture of these lines, one under the other, each as wide as it gets.
pub(crate) fn written(lines: &[&str], hand: Hand) -> Raster {
    draw(&strokes_of(lines, hand), hand.pen)
}

/// The same as the pen gave it.
pub(crate) fn strokes_of(lines: &[&str], hand: Hand) -> Vec<Stroke> {
    let mut strokes = Vec::new();
    let mut wobble = Wobble(0x9e37_79b9_7f4a_7c15);
    for (row, line) in lines.iter().enumerate() {
        let top = row as f32 * hand.height * 1.4;
        strokes.extend(line_strokes(line, hand, top, &mut wobble));
    }
    strokes
}

fn line_strokes(line: &str, hand: Hand, top: f32, wobble: &mut Wobble) -> Vec<Stroke> {
    let (mut strokes, mut left) = (Vec::new(), 0.0);
    for character in line.chars() {
        if character == ' ' {
            left += WORD_GAP;
            continue;
        }
        let (_, width, drawn) = CHARACTERS.iter().find(|(of, ..)| *of == character).unwrap();
        let width = f32::from(*width);
        for stroke in drawn.split(" / ") {
            let point = |pair: &str| {
                let (x, y) = pair.split_once(',').unwrap();
                let x = left + x.parse::<f32>().unwrap() * width / 100.0 + wobble.next(hand.wobble);
                let y = y.parse::<f32>().unwrap() + wobble.next(hand.wobble) - x * hand.rise;
                (x * hand.height / 100.0, top + y * hand.height / 100.0)
            };
            strokes.push(stroke.split(' ').map(point).collect());
        }
        left += width + GAP;
    }
    strokes
}

fn draw(strokes: &[Stroke], pen: f32) -> Raster {
    let points = || strokes.iter().flatten();
    let left = points().map(|point| point.0).fold(f32::MAX, f32::min) - MARGIN;
    let top = points().map(|point| point.1).fold(f32::MAX, f32::min) - MARGIN;
    let width = (points().map(|point| point.0).fold(f32::MIN, f32::max) - left + MARGIN).ceil() as usize;
    let height = (points().map(|point| point.1).fold(f32::MIN, f32::max) - top + MARGIN).ceil() as usize;
    let mut pixels = vec![255_u8; width * height];
    for ((x0, y0), (x1, y1)) in strokes.iter().flat_map(|stroke| stroke.iter().zip(&stroke[1..])) {
        let (x0, y0, x1, y1) = (x0 - left, y0 - top, x1 - left, y1 - top);
        let columns = (x0.min(x1) - pen) as usize..=((x0.max(x1) + pen) as usize).min(width - 1);
        for y in (y0.min(y1) - pen) as usize..=((y0.max(y1) + pen) as usize).min(height - 1) {
            for x in columns.clone() {
                let away = distance((x as f32, y as f32), (x0, y0), (x1, y1));
                let grey = ((away - pen / 2.0 + 0.5).clamp(0.0, 1.0) * 255.0) as u8;
                let pixel = &mut pixels[y * width + x];
                *pixel = grey.min(*pixel);
            }
        }
    }
    Raster::from_rows(&pixels, width, height, width).unwrap()
}

fn distance(point: (f32, f32), from: (f32, f32), to: (f32, f32)) -> f32 {
    let (dx, dy) = (to.0 - from.0, to.1 - from.1);
    let along = ((point.0 - from.0) * dx + (point.1 - from.1) * dy) / (dx * dx + dy * dy).max(1e-6);
    let along = along.clamp(0.0, 1.0);
    (point.0 - from.0 - along * dx).hypot(point.1 - from.1 - along * dy)
}

/// The same unsteadiness every time.
struct Wobble(u64);

impl Wobble {
    fn next(&mut self, most: f32) -> f32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        ((self.0 % 2001) as f32 / 1000.0 - 1.0) * most
    }
}
