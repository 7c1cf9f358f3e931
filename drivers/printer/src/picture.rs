//! A receipt as dots: for printers that have no Chinese letters, and because it is the most beautiful.

use qrcodegen::{QrCode, QrCodeEcc};

use crate::fonts::{Fonts, Weight};
use crate::receipt::{Row, Size};
use crate::wrap::wrap;

/// Dots on paper: black or not.
#[derive(Clone, PartialEq, Eq)]
pub struct Picture {
    across: usize,
    packed: Vec<u8>,
}

impl std::fmt::Debug for Picture {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Picture({} x {})", self.width(), self.height())
    }
}

/// Highest picture, in dots: two metres of paper. An order has at most 64 lines, which is a quarter of it.
const HEIGHT_MAX: usize = 16_000;

impl Picture {
    /// White, and no row of it yet; `width` in dots, a multiple of eight.
    pub fn new(width: u16) -> Self {
        Self { across: usize::from(width / 8), packed: Vec::new() }
    }

    /// Dots across.
    pub fn width(&self) -> usize {
        self.across * 8
    }

    /// Rows of dots.
    pub fn height(&self) -> usize {
        self.packed.len().checked_div(self.across).unwrap_or(0)
    }

    /// Bytes in a row of dots.
    pub fn bytes_across(&self) -> usize {
        self.across
    }

    /// Row after row, eight dots a byte, the leftmost in the highest bit, 1 is black.
    pub fn packed(&self) -> &[u8] {
        &self.packed
    }

    /// Whether a dot is black.
    pub fn is_black(&self, x: usize, y: usize) -> bool {
        let byte = self.packed.get(y * self.across + x / 8);
        x < self.width() && byte.is_some_and(|byte| byte & (0x80 >> (x % 8)) != 0)
    }

    /// Makes it at least so high.
    pub fn grow(&mut self, height: usize) {
        let bytes = height.min(HEIGHT_MAX) * self.across;
        if self.packed.len() < bytes {
            self.packed.resize(bytes, 0);
        }
    }

    /// Makes a dot black; outside of the paper it is none.
    pub fn burn(&mut self, x: i64, y: i64) {
        self.change(x, y, |byte, bit| *byte |= bit);
    }

    fn change(&mut self, x: i64, y: i64, how: impl FnOnce(&mut u8, u8)) {
        let (Ok(x), Ok(y)) = (usize::try_from(x), usize::try_from(y)) else { return };
        if x < self.width() && y < HEIGHT_MAX {
            self.grow(y + 1);
            how(&mut self.packed[y * self.across + x / 8], 0x80 >> (x % 8));
        }
    }

    /// Turns a rectangle's black and white around.
    pub fn invert(&mut self, x: usize, y: usize, wide: usize, high: usize) {
        for (x, y) in (y..y + high).flat_map(|y| (x..x + wide).map(move |x| (x, y))) {
            let at = |of| i64::try_from(of).unwrap_or(i64::MAX);
            self.change(at(x), at(y), |byte, bit| *byte ^= bit);
        }
    }

    /// Adds rows of dots below, of the same width.
    pub fn append(&mut self, rows: &[u8]) {
        let room = (HEIGHT_MAX * self.across).saturating_sub(self.packed.len());
        let whole = rows.len().min(room);
        self.packed.extend_from_slice(&rows[..whole]);
    }
}

/// How letters are set on a width of paper, in dots.
struct Setting {
    small: f32,
    body: f32,
    large: f32,
    huge: f32,
}

/// Paper of 80 mm has 576 dots (or 512), paper of 58 mm 384: eight a millimetre.
const WIDE: Setting = Setting { small: 24.0, body: 28.0, large: 44.0, huge: 104.0 };
const NARROW: Setting = Setting { small: 20.0, body: 24.0, large: 34.0, huge: 80.0 };
/// From so many dots on, the wider setting fits.
const WIDE_FROM: usize = 480;
/// Room between the two ends of a row, at least.
const BETWEEN: f32 = 16.0;
/// A QR code is about so wide, which phones read at arm's length, but for long addresses.
const CODE_WIDE: usize = 208;
/// A QR code's white edge, in modules.
const QUIET: usize = 4;

/// Draws rows, one below the other, on paper so many dots wide.
pub fn draw(rows: &[Row], width: u16, fonts: &Fonts) -> Picture {
    let mut pen = Pen { picture: Picture::new(width), fonts, y: 0.0 };
    for row in rows {
        pen.row(row);
    }
    let height = whole(pen.y);
    pen.picture.grow(height);
    pen.picture
}

struct Pen<'a> {
    picture: Picture,
    fonts: &'a Fonts,
    y: f32,
}

enum Align {
    Left,
    Centre,
    Right,
}

impl Pen<'_> {
    fn wide(&self) -> bool {
        self.picture.width() >= WIDE_FROM
    }

    fn em(&self, size: Size) -> f32 {
        let setting = if self.wide() { WIDE } else { NARROW };
        match size {
            Size::Small => setting.small,
            Size::Body => setting.body,
            Size::Large => setting.large,
            Size::Huge => setting.huge,
        }
    }

    fn room(&self) -> f32 {
        length(self.picture.width())
    }

    fn row(&mut self, row: &Row) {
        match row {
            Row::Centre(size, text) => self.paragraph(*size, text, Align::Centre),
            Row::Left(size, text) => self.paragraph(*size, text, Align::Left),
            Row::Pair(size, left, right) => self.pair(*size, left, right),
            Row::Banner(text) => self.banner(text),
            Row::Rule => self.rule(),
            Row::Gap => self.y += self.em(Size::Small) * 0.6,
            Row::Hair => self.y += self.em(Size::Small) * 0.35,
            Row::Code(text) => self.code(text),
        }
    }

    fn width(&self, size: Size, text: &str) -> f32 {
        self.fonts.width(text, self.em(size), weight(size))
    }

    /// One line of letters without going on to the next.
    fn set(&mut self, size: Size, text: &str, align: &Align) {
        let em = self.em(size);
        let x = match align {
            Align::Left => 0.0,
            Align::Centre => (self.room() - self.width(size, text)) / 2.0,
            Align::Right => self.room() - self.width(size, text),
        };
        // Chinese letters reach from 0.88 above to 0.12 below the baseline of their square.
        let baseline = self.y + leading(em) / 2.0 - em / 2.0 + em * 0.88;
        self.fonts.draw(&mut self.picture, text, em, weight(size), x.max(0.0), baseline);
    }

    fn paragraph(&mut self, size: Size, text: &str, align: Align) {
        for line in wrap(text, self.room(), |line| self.width(size, line)) {
            self.set(size, &line, &align);
            self.y += leading(self.em(size));
        }
    }

    fn pair(&mut self, size: Size, left: &str, right: &str) {
        let room = self.room() - self.width(size, right) - BETWEEN;
        if room < self.width(size, left).min(self.room() / 3.0) {
            // The right one takes a row of its own.
            self.paragraph(size, left, Align::Left);
            return self.paragraph(size, right, Align::Right);
        }
        for (at, line) in wrap(left, room, |line| self.width(size, line)).iter().enumerate() {
            if at == 0 {
                self.set(size, right, &Align::Right);
            }
            self.set(size, line, &Align::Left);
            self.y += leading(self.em(size));
        }
    }

    fn banner(&mut self, text: &str) {
        let top = whole(self.y);
        self.y += 4.0;
        self.paragraph(Size::Large, text, Align::Centre);
        self.y += 4.0;
        let high = whole(self.y).saturating_sub(top);
        self.picture.invert(0, top, self.picture.width(), high);
    }

    fn rule(&mut self) {
        let space = if self.wide() { 12.0 } else { 9.0 };
        let top = whole(self.y + space);
        let across = self.picture.width();
        for (y, x) in (top..top + 2).flat_map(|y| (0..across).map(move |x| (y, x))) {
            self.picture.burn(signed(x), signed(y));
        }
        self.y = length(top + 2) + space;
    }

    fn code(&mut self, text: &str) {
        // Longer than any QR code: then there is none, and what stands below says nothing wrong.
        let Ok(code) = QrCode::encode_text(text, QrCodeEcc::Medium) else { return };
        let modules = usize::try_from(code.size()).unwrap_or(0);
        let dot = (CODE_WIDE / modules.max(1)).clamp(3, 8);
        let side = modules * dot;
        let (left, top) = (self.picture.width().saturating_sub(side) / 2, whole(self.y) + QUIET * dot / 2);
        for (dy, dx) in (0..side).flat_map(|y| (0..side).map(move |x| (y, x))) {
            let module = |at: usize| i32::try_from(at / dot).unwrap_or(0);
            if code.get_module(module(dx), module(dy)) {
                self.picture.burn(signed(left + dx), signed(top + dy));
            }
        }
        self.y = length(top + side + QUIET * dot / 2);
    }
}

fn weight(size: Size) -> Weight {
    match size {
        Size::Small | Size::Body => Weight::Medium,
        Size::Large | Size::Huge => Weight::Bold,
    }
}

/// From one line of letters to the next.
fn leading(em: f32) -> f32 {
    (em * 1.35).round()
}

fn length(dots: usize) -> f32 {
    dots as f32
}

fn whole(dots: f32) -> usize {
    dots.max(0.0).round() as usize
}

fn signed(dots: usize) -> i64 {
    i64::try_from(dots).unwrap_or(i64::MAX)
}
