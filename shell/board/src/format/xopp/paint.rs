//! Colours as `.xopp` writes them: a name, or `#RRGGBBAA`.
use crate::colour::Colour;

/// Names of pens' colours; values after Xournal's manual and Xournal++'s palette.
const NAMES: [(&str, u32); 11] = [
    ("black", 0x000000),
    ("blue", 0x3333cc),
    ("red", 0xff0000),
    ("green", 0x008000),
    ("gray", 0x808080),
    ("lightblue", 0x00c0ff),
    ("lightgreen", 0x00ff00),
    ("magenta", 0xff00ff),
    ("orange", 0xff8000),
    ("yellow", 0xffff00),
    ("white", 0xffffff),
];

/// Names of papers' colours, which are paler.
const PAPERS: [(&str, u32); 5] =
    [("blue", 0xa0e8ff), ("pink", 0xffc0d4), ("green", 0x80ffc0), ("orange", 0xffc080), ("yellow", 0xffff80)];

/// 0x00RRGGBB of a pen; black where nothing is understood.
pub(super) fn pen(colour: Option<&str>) -> Colour {
    Colour::own(colour.and_then(|colour| code(colour).or_else(|| named(&NAMES, colour))).unwrap_or(0))
}

/// 0x00RRGGBB of a paper; white where nothing is understood.
pub(super) fn paper(colour: Option<&str>) -> u32 {
    let known =
        |colour: &str| code(colour).or_else(|| named(&PAPERS, colour)).or_else(|| named(&NAMES, colour));
    colour.and_then(known).unwrap_or(0xff_ffff)
}

fn named(names: &[(&str, u32)], colour: &str) -> Option<u32> {
    names.iter().find(|(name, _)| *name == colour.trim()).map(|(_, rgb)| *rgb)
}

/// `#RRGGBBAA`, or `#RRGGBB`; the opacity is the tool's matter.
fn code(colour: &str) -> Option<u32> {
    let digits = colour.trim().strip_prefix('#')?;
    let number = u32::from_str_radix(digits, 16).ok()?;
    match digits.len() {
        8 => Some(number >> 8),
        6 => Some(number),
        _ => None,
    }
}

pub(super) fn write(rgb: u32, alpha: u8) -> String {
    format!("#{rgb:06x}{alpha:02x}")
}
