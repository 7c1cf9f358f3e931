//! Colours as CSS writes them, and what a see-through colour looks like on a page: ink on the board has no
//! opacity of its own.
use crate::colour::Colour;

/// A colour and its opacity (255 hides what is below).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Css {
    pub(crate) rgb: u32,
    pub(crate) opacity: u8,
}

/// Names in use in drawings; CSS has 148, programs write these.
const NAMES: [(&str, u32); 20] = [
    ("black", 0x00_0000),
    ("white", 0xff_ffff),
    ("red", 0xff_0000),
    ("green", 0x00_8000),
    ("blue", 0x00_00ff),
    ("yellow", 0xff_ff00),
    ("orange", 0xff_a500),
    ("purple", 0x80_0080),
    ("gray", 0x80_8080),
    ("grey", 0x80_8080),
    ("silver", 0xc0_c0c0),
    ("maroon", 0x80_0000),
    ("olive", 0x80_8000),
    ("lime", 0x00_ff00),
    ("aqua", 0x00_ffff),
    ("cyan", 0x00_ffff),
    ("teal", 0x00_8080),
    ("navy", 0x00_0080),
    ("fuchsia", 0xff_00ff),
    ("pink", 0xff_c0cb),
];

impl Css {
    pub(crate) const BLACK: Css = Css { rgb: 0, opacity: 255 };

    /// Reads `#rgb`, `#rgba`, `#rrggbb`, `#rrggbbaa`, `rgb()`, `rgba()` and names; `None` for `none`,
    /// `transparent` and all else.
    pub(crate) fn parse(text: &str) -> Option<Css> {
        let text = text.trim();
        if let Some(hex) = text.strip_prefix('#') {
            return Css::from_hex(hex);
        }
        if let Some(inside) = text
            .strip_prefix("rgba(")
            .or_else(|| text.strip_prefix("rgb("))
            .and_then(|rest| rest.strip_suffix(')'))
        {
            return Css::from_parts(inside);
        }
        let known = NAMES.iter().find(|(name, _)| name.eq_ignore_ascii_case(text))?;
        Some(Css { rgb: known.1, opacity: 255 })
    }

    fn from_hex(hex: &str) -> Option<Css> {
        if !hex.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return None;
        }
        let number = u32::from_str_radix(hex, 16).ok()?;
        let wide = |short: u32, digits: u32| {
            (0..digits).rev().fold(0_u32, |all, digit| (all << 8) | (((short >> (4 * digit)) & 15) * 17))
        };
        match hex.len() {
            3 => Some(Css { rgb: wide(number, 3), opacity: 255 }),
            4 => Some(Css { rgb: wide(number >> 4, 3), opacity: wide(number & 15, 1) as u8 }),
            6 => Some(Css { rgb: number, opacity: 255 }),
            8 => Some(Css { rgb: number >> 8, opacity: number as u8 }),
            _ => None,
        }
    }

    fn from_parts(inside: &str) -> Option<Css> {
        let mut parts = inside.split([',', '/', ' ']).map(str::trim).filter(|part| !part.is_empty());
        let mut channel = || {
            let part = parts.next()?;
            let value = match part.strip_suffix('%') {
                Some(percent) => percent.parse::<f64>().ok()? * 2.55,
                None => part.parse().ok()?,
            };
            Some(value.round().clamp(0.0, 255.0) as u32)
        };
        let (red, green, blue) = (channel()?, channel()?, channel()?);
        let opacity = match parts.next() {
            None => 1.0,
            Some(part) => match part.strip_suffix('%') {
                Some(percent) => percent.parse::<f64>().ok()? / 100.0,
                None => part.parse().ok()?,
            },
        };
        Some(Css { rgb: red << 16 | green << 8 | blue, opacity: 255 }.times(opacity))
    }

    /// The same colour, more see-through: `by` from 0 to 1.
    pub(crate) fn times(self, by: f64) -> Css {
        let opacity = (f64::from(self.opacity) * by.clamp(0.0, 1.0)).round() as u8;
        Css { opacity, ..self }
    }

    /// The colour of ink that looks the same on a ground of this colour.
    pub(crate) fn on(self, ground: u32) -> Colour {
        let part = u32::from(self.opacity);
        let mixed = [16, 8, 0].iter().fold(0, |all, shift| {
            let (over, under) = (self.rgb >> shift & 255, ground >> shift & 255);
            (all << 8) | ((over * part + under * (255 - part) + 127) / 255)
        });
        Colour::own(mixed)
    }

    /// A figure's inside; nothing if nothing would be seen.
    pub(crate) fn fill(self) -> Option<(Colour, u8)> {
        (self.opacity > 0).then(|| (Colour::own(self.rgb), self.opacity))
    }
}

/// `#rrggbb` of 0x00RRGGBB.
pub(crate) fn hex_rgb(rgb: u32) -> String {
    format!("#{rgb:06x}")
}

/// `#rrggbb`.
pub(crate) fn hex(colour: Colour) -> String {
    hex_rgb(colour.rgb())
}

/// `#rrggbb`, or `#rrggbbaa` where something shows through.
pub(crate) fn hex_with(rgb: u32, opacity: u8) -> String {
    if opacity == 255 { hex_rgb(rgb) } else { format!("#{rgb:06x}{opacity:02x}") }
}
