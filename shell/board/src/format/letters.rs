//! How wide text is, roughly, for formats that want to be told: the board's own font is not asked, so that a file is
//! the same wherever it is written.

/// Widths of a letter in heights of its font: scripts of squares, and all else on average.
const WIDE: f64 = 1.0;
const NARROW: f64 = 0.6;

fn letter(letter: char) -> f64 {
    if u32::from(letter) >= 0x2e80 { WIDE } else { NARROW }
}

/// The width of the longest line, in heights of the font.
pub(crate) fn width(text: &str) -> f64 {
    text.lines().map(|line| line.chars().map(letter).sum()).fold(0.0, f64::max)
}

/// The text with lines broken to a width in heights of the font: after spaces, and inside words that are longer.
pub(crate) fn wrapped(text: &str, room: f64) -> String {
    let mut out = String::with_capacity(text.len());
    for (number, line) in text.split('\n').enumerate() {
        if number > 0 {
            out.push('\n');
        }
        let mut taken = 0.0;
        for word in line.split_inclusive(' ') {
            let wide: f64 = word.trim_end().chars().map(letter).sum();
            if taken > 0.0 && taken + wide > room {
                while out.ends_with(' ') {
                    out.pop();
                }
                out.push('\n');
                taken = 0.0;
            }
            for next in word.chars() {
                if taken > 0.0 && taken + letter(next) > room && next != ' ' {
                    out.push('\n');
                    taken = 0.0;
                }
                out.push(next);
                taken += letter(next);
            }
        }
    }
    out
}
