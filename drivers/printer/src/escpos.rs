//! The commands of ESC/POS that receipts need, as Epson's reference has them and cheaper printers share them.

use std::fmt;

use crate::picture::Picture;

/// `DLE`, with which commands begin that a printer obeys at once, wherever they stand.
pub const DLE: u8 = 0x10;
/// What follows [`DLE`] in a command that is obeyed at once: `EOT`, `ENQ`, `DC4`.
const AT_ONCE: [u8; 3] = [0x04, 0x05, 0x14];
/// Rows of dots in one picture command: a printer with a buffer of 4 KiB takes it as it comes at any width.
const BAND_ROWS: usize = 48;
/// Kick of the drawer's solenoid, on and off, in units of 2 ms: 50 ms and 500 ms, which every drawer takes.
const KICK_ON: u8 = 25;
const KICK_OFF: u8 = 250;

/// What a printer answers once all before it is on paper: four characters from space to tilde, the last a check of the
/// others, so that no single byte of noise makes one mark into another.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Mark([u8; 4]);

/// Characters that a mark may have.
const DIGITS: u32 = 95;

impl Mark {
    /// From four characters; none where they are no mark.
    pub fn new(bytes: [u8; 4]) -> Option<Self> {
        let digits = bytes.map(|byte| u32::from(byte).wrapping_sub(u32::from(b' ')));
        let [a, b, c, check] = digits;
        (digits.iter().all(|digit| *digit < DIGITS) && check == Self::check(a, b, c)).then_some(Self(bytes))
    }

    /// The mark with this number; the first comes again after 857,375, far more than one printer's receipts in doubt.
    pub fn numbered(number: u32) -> Self {
        let [a, b, c] = [number, number / DIGITS, number / (DIGITS * DIGITS)].map(|rest| rest % DIGITS);
        Self([a, b, c, Self::check(a, b, c)].map(|digit| b' ' + u8::try_from(digit).unwrap_or(0)))
    }

    /// 1, 2 and 3 have no factor in common with 95, so that every change of one digit changes the check.
    fn check(a: u32, b: u32, c: u32) -> u32 {
        (a + 2 * b + 3 * c) % DIGITS
    }

    /// Its characters.
    pub fn bytes(self) -> [u8; 4] {
        self.0
    }
}

impl fmt::Display for Mark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{}", char::from(*byte)))
    }
}

impl fmt::Debug for Mark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Mark({self})")
    }
}

/// Which of the two wires a drawer hangs on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Pin {
    /// Pin 2, where nearly all do.
    #[default]
    Two,
    /// Pin 5, a second drawer.
    Five,
}

/// Commands one after the other.
#[derive(Clone, Default)]
pub struct Commands(Vec<u8>);

impl Commands {
    /// None yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// All of it.
    pub fn into_bytes(self) -> Vec<u8> {
        self.0
    }

    fn put(&mut self, bytes: &[u8]) -> &mut Self {
        self.0.extend_from_slice(bytes);
        self
    }

    /// `ESC @`: settings as after switching on.
    pub fn start(&mut self) -> &mut Self {
        self.put(b"\x1b@")
    }

    /// `GS a`: tell by itself what changes of drawer, cover, paper and faults.
    pub fn tell_changes(&mut self) -> &mut Self {
        self.put(b"\x1da\x0f")
    }

    /// `FS &`: two bytes are one Chinese character of GBK.
    pub fn chinese(&mut self) -> &mut Self {
        self.put(b"\x1c&")
    }

    /// `ESC a`: to the left, in the middle, to the right (0, 1, 2).
    pub fn align(&mut self, how: u8) -> &mut Self {
        self.put(&[0x1b, b'a', how.min(2)])
    }

    /// `GS !`: letters so many times as wide and as high, 1 to 8.
    pub fn size(&mut self, wide: u8, high: u8) -> &mut Self {
        let n = (wide.clamp(1, 8) - 1) << 4 | (high.clamp(1, 8) - 1);
        self.put(&[0x1d, b'!', n])
    }

    /// `ESC E`: bold.
    pub fn bold(&mut self, on: bool) -> &mut Self {
        self.put(&[0x1b, b'E', u8::from(on)])
    }

    /// `GS B`: white on black.
    pub fn inverse(&mut self, on: bool) -> &mut Self {
        self.put(&[0x1d, b'B', u8::from(on)])
    }

    /// A row of text in GBK. What is no letter of it, and every control character, becomes `?`.
    pub fn row(&mut self, text: &str) -> &mut Self {
        for letter in text.chars() {
            self.0.extend(gbk(letter));
        }
        self.put(b"\n")
    }

    /// `ESC d`: so many rows on.
    pub fn feed(&mut self, rows: u8) -> &mut Self {
        self.put(&[0x1b, b'd', rows])
    }

    /// `GS ( k`: a QR code by the printer itself, `dot` of its dots a module, error correction M.
    pub fn code(&mut self, text: &str, dot: u8) -> &mut Self {
        let kept = &text.as_bytes()[..text.len().min(CODE_MAX)];
        self.put(&[0x1d, b'(', b'k', 4, 0, 49, 65, 50, 0]);
        self.put(&[0x1d, b'(', b'k', 3, 0, 49, 67, dot.clamp(1, 16)]);
        self.put(&[0x1d, b'(', b'k', 3, 0, 49, 69, 49]);
        let [low, high] = length(kept.len() + 3);
        self.put(&[0x1d, b'(', b'k', low, high, 49, 80, 48]).put(kept);
        self.put(&[0x1d, b'(', b'k', 3, 0, 49, 81, 48])
    }

    /// `GS v 0`: dots, in bands. Where dots would read as a command that is obeyed at once, one more is printed.
    pub fn picture(&mut self, picture: &Picture) -> &mut Self {
        let across = picture.bytes_across();
        for band in picture.packed().chunks(across * BAND_ROWS) {
            let ([xl, xh], [yl, yh]) = (length(across), length(band.len() / across));
            self.put(&[0x1d, b'v', b'0', 0, xl, xh, yl, yh]);
            let start = self.0.len();
            self.put(band);
            defuse(&mut self.0[start..]);
        }
        self
    }

    /// `GS V`: on to the cutter, and cut but for a bridge.
    pub fn cut(&mut self) -> &mut Self {
        self.put(&[0x1d, b'V', 66, 0])
    }

    /// `ESC p`: kick the drawer open.
    pub fn kick(&mut self, pin: Pin) -> &mut Self {
        self.put(&[0x1b, b'p', u8::from(pin == Pin::Five), KICK_ON, KICK_OFF])
    }

    /// `GS r 1`: tell how the paper is, in its turn: once all before is worked off.
    pub fn status(&mut self) -> &mut Self {
        self.put(b"\x1dr\x01")
    }

    /// Commands as they are.
    pub fn raw(&mut self, bytes: &[u8]) -> &mut Self {
        self.put(bytes)
    }

    /// `GS ( H`: answer with this mark once all before is on paper.
    pub fn mark(&mut self, mark: Mark) -> &mut Self {
        self.put(&[0x1d, b'(', b'H', 6, 0, 48, 48]).put(&mark.0)
    }
}

/// `DLE EOT n`: what a printer answers at once, also while its cover is open. n: 1 printer, 2 why offline, 3 faults,
/// 4 paper.
pub fn ask(n: u8) -> [u8; 3] {
    [DLE, 0x04, n]
}

/// Most bytes in a QR code with error correction M that printers take.
const CODE_MAX: usize = 1024;

/// A length as printers read it.
fn length(of: usize) -> [u8; 2] {
    u16::try_from(of).unwrap_or(u16::MAX).to_le_bytes()
}

/// Printers obey `DLE EOT`, `DLE ENQ` and `DLE DC4` also inside a picture: a grey area could open the drawer or throw
/// the rest of a receipt away. One more dot, which nobody sees, makes it a picture again.
fn defuse(dots: &mut [u8]) {
    for at in 1..dots.len() {
        if dots[at - 1] == DLE && AT_ONCE.contains(&dots[at]) {
            dots[at - 1] |= 0x08;
        }
    }
}

/// A letter in GBK.
fn gbk(letter: char) -> Vec<u8> {
    let letter = match letter {
        '¥' => '￥', // GBK has the wide one only
        letter if letter.is_control() => '?',
        letter => letter,
    };
    let mut buffer = [0; 4];
    match encoding_rs::GBK.encode(letter.encode_utf8(&mut buffer)) {
        // Printers know two bytes a letter, not the four of GB 18030.
        (bytes, _, false) if bytes.len() <= 2 => bytes.into_owned(),
        _ => b"?".to_vec(),
    }
}

/// How many half-wide places a letter takes in the printer's own letters.
pub fn columns(letter: char) -> usize {
    gbk(letter).len()
}

#[cfg(test)]
mod tests;
