//! Key codes -> characters, by the layout that the gun is set to; the desktop's never matters.
//!
//! A layout is rows of characters in the order of the kernel's key codes, plain and with Shift. What is no ASCII
//! there is no character of a code.

/// The keyboard that a gun plays. Guns come as US keyboards unless somebody set them otherwise.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Layout {
    /// United States, and China.
    #[default]
    Us,
    /// German: Y and Z change places.
    German,
    /// French: digits are on Shift.
    French,
}

/// First key code of a row, its characters, and those with Shift.
type Row = (u16, &'static str, &'static str);

const US: &[Row] = &[
    (2, "1234567890-=", "!@#$%^&*()_+"),
    (16, "qwertyuiop[]", "QWERTYUIOP{}"),
    (30, "asdfghjkl;'`", "ASDFGHJKL:\"~"),
    (43, "\\zxcvbnm,./", "|ZXCVBNM<>?"),
    (86, "<", ">"),
];
const GERMAN: &[Row] = &[
    (2, "1234567890ß´", "!\"§$%&/()=?`"),
    (16, "qwertzuiopü+", "QWERTZUIOPÜ*"),
    (30, "asdfghjklöä^", "ASDFGHJKLÖÄ°"),
    (43, "#yxcvbnm,.-", "'YXCVBNM;:_"),
    (86, "<", ">"),
];
const FRENCH: &[Row] = &[
    (2, "&é\"'(-è_çà)=", "1234567890°+"),
    (16, "azertyuiop^$", "AZERTYUIOP¨£"),
    (30, "qsdfghjklmù²", "QSDFGHJKLM%~"),
    (43, "*wxcvbn,;:!", "µWXCVBN?./§"),
    (86, "<", ">"),
];
/// The same everywhere: the blank, and the keypad, whose digits are digits whatever NumLock says.
const KEYPAD: &[Row] =
    &[(57, " ", " "), (55, "*", "*"), (71, "789-456+1230.", "789-456+1230."), (98, "/", "/")];

/// The keypad's digits, by key code.
const KEYPAD_DIGITS: [u16; 10] = [82, 79, 80, 81, 75, 76, 77, 71, 72, 73];

/// The character of a key. CapsLock turns Shift around for letters alone.
pub(crate) fn character(layout: Layout, key: u16, shift: bool, caps: bool) -> Option<u8> {
    let rows = match layout {
        Layout::Us => US,
        Layout::German => GERMAN,
        Layout::French => FRENCH,
    };
    let nth = |(first, plain, shifted): &Row| {
        let index = usize::from(key.checked_sub(*first)?);
        Some((plain.chars().nth(index)?, shifted.chars().nth(index)?))
    };
    let (plain, shifted) = rows.iter().chain(KEYPAD).find_map(nth)?;
    let shift = if plain.is_ascii_lowercase() { shift != caps } else { shift };
    u8::try_from(if shift { shifted } else { plain }).ok().filter(u8::is_ascii)
}

/// The digit that a key of the keypad is.
pub(crate) fn keypad_digit(key: u16) -> Option<u32> {
    (0..).zip(KEYPAD_DIGITS).find_map(|(digit, own)| (own == key).then_some(digit))
}

/// What Ctrl makes of a character: `Ctrl+]` is GS, which separates GS1 elements; `Ctrl+J` is a line feed.
pub(crate) fn control(character: u8) -> Option<u8> {
    match character {
        b'a'..=b'z' | b'A'..=b'Z' | b'['..=b'_' => Some(character & 0x1f),
        b'{' | b'}' | b'|' => Some(character & 0x1f),
        b'6' => Some(0x1e),
        b'-' => Some(0x1f),
        b'2' | b'@' => Some(0),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
