//! tldraw's colours by name, in its light theme.
use serde_json::Value;

use crate::format::{css::Css, fields::text};

/// The page's colour.
pub(super) const PAGE: u32 = 0xf9_fafb;
/// What hides what is below without having a colour.
const SEMI: u32 = 0xfc_fffe;

/// Line, tint, paper of a note, highlighter, lined fill.
struct Named(&'static str, [u32; 5]);

const NAMED: [Named; 13] = [
    Named("black", [0x1d_1d1d, 0xe8_e8e8, 0xfc_e19c, 0xfd_dd00, 0x36_3636]),
    Named("blue", [0x44_65e9, 0xdc_e1f8, 0x8a_a3ff, 0x10_acff, 0x65_80ec]),
    Named("green", [0x09_9268, 0xd3_e9e3, 0x6f_c896, 0x00_ffc8, 0x0b_ad7c]),
    Named("grey", [0x9f_a8b2, 0xec_eef0, 0xc0_cad3, 0xcb_e7f1, 0xbb_c1c9]),
    Named("light-blue", [0x4b_a1f1, 0xdd_edfa, 0x9b_c4fd, 0x00_f4ff, 0x7a_baf5]),
    Named("light-green", [0x4c_b05e, 0xdb_f0e0, 0x98_d08a, 0x65_f641, 0x7e_c88c]),
    Named("light-red", [0xf8_7777, 0xf4_dadb, 0xf7_a5a1, 0xff_7fa3, 0xf9_9a9a]),
    Named("light-violet", [0xe0_85f4, 0xf5_eafa, 0xdf_b0f9, 0xff_88ff, 0xe9_abf7]),
    Named("orange", [0xe1_6919, 0xf8_e2d4, 0xfa_a475, 0xff_a500, 0xea_8643]),
    Named("red", [0xe0_3131, 0xf4_dadb, 0xfc_8282, 0xff_636e, 0xe7_5f5f]),
    Named("violet", [0xae_3ec9, 0xec_dcf2, 0xdb_91fd, 0xc7_7cff, 0xbe_68d4]),
    Named("yellow", [0xf1_ac4b, 0xf9_f0e6, 0xfe_d49a, 0xfd_dd00, 0xf5_c27a]),
    Named("white", [0xff_ffff, 0xf5_f5f5, 0xff_ffff, 0xff_ffff, 0xff_ffff]),
];

fn named(name: &str) -> &'static [u32; 5] {
    &NAMED.iter().find(|named| named.0 == name).unwrap_or(&NAMED[0]).1
}

pub(super) fn line(name: &str) -> u32 {
    named(name)[0]
}

pub(super) fn note(name: &str) -> u32 {
    named(name)[2]
}

pub(super) fn highlight(name: &str) -> u32 {
    named(name)[3]
}

/// The inside of what has these properties, if it has one.
pub(super) fn fill(props: &Value, opacity: f64) -> Option<Css> {
    let colours = named(text(props, "color").unwrap_or("black"));
    let rgb = match text(props, "fill")? {
        "semi" => SEMI,
        "solid" | "pattern" => colours[1],
        "fill" => colours[0],
        "lined-fill" => colours[4],
        _ => return None,
    };
    Some(Css { rgb, opacity: 255 }.times(opacity))
}
