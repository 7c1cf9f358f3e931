//! Words as targets beside each other, row by row. Pure: places are in design units.

use crate::reading::is_wide;

/// Height of a chip, and its least width.
pub const CHIP: f32 = 56.0;
/// Between two of them.
const GAP: f32 = 8.0;
/// Around the word inside.
const PAD: f32 = 16.0;
/// The size of the letters.
const SIZE: f32 = 28.0;

/// Where one chip goes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Place {
    /// Left edge.
    pub x: f32,
    /// Top edge.
    pub y: f32,
    /// Width.
    pub width: f32,
}

/// Places chips for `words` in rows of `room`; a word for which `breaks` holds begins a row. Also the height of all.
pub fn lay<'a>(words: impl IntoIterator<Item = (&'a str, bool)>, room: f32) -> (Vec<Place>, f32) {
    let (mut x, mut y) = (0.0_f32, 0.0_f32);
    let mut places = Vec::new();
    for (word, breaks) in words {
        let width = (2.0 * PAD + word.chars().map(advance).sum::<f32>()).clamp(CHIP, room.max(CHIP));
        if x > 0.0 && (breaks || x + width > room) {
            (x, y) = (0.0, y + CHIP + GAP);
        }
        places.push(Place { x, y, width });
        x += width + GAP;
    }
    let height = if places.is_empty() { 0.0 } else { y + CHIP };
    (places, height)
}

/// About how wide a letter of the screens' font is, rather too much than too little.
fn advance(letter: char) -> f32 {
    let em = match letter {
        'i' | 'j' | 'l' | 'I' | '.' | ',' | '\'' | ':' | ';' | '!' | '|' => 0.32,
        'm' | 'w' | 'M' | 'W' | '@' | '%' => 0.95,
        'A'..='Z' => 0.72,
        letter if is_wide(letter) => 1.0,
        _ => 0.6,
    };
    em * SIZE
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_filled_and_nothing_is_wider_than_its_room() {
        let words = [("光", false), ("photosynthesis", false), ("合", false), ("作用", true), ("x", false)];
        let (places, height) = lay(words, 340.0);
        assert_eq!(places[0], Place { x: 0.0, y: 0.0, width: 60.0 });
        let rows: Vec<f32> = places.iter().map(|place| place.y).collect();
        assert_eq!(rows, [0.0, 0.0, 64.0, 128.0, 128.0], "{places:?}");
        assert_eq!(height, 184.0);
        assert!(
            places.iter().all(|place| place.x + place.width <= 340.0 && place.width >= CHIP),
            "{places:?}"
        );
        let long = "long".repeat(200);
        assert_eq!(lay([(long.as_str(), false)], 320.0).0[0].width, 320.0);
        assert_eq!(lay([], 320.0), (Vec::new(), 0.0));
    }
}
