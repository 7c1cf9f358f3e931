//! Papers and colours: what they look like, and that everything written can be read.
use super::{Wall, person};
use crate::{Colour, Content, Fit, Ground, PagePoint, Paper, Pattern, Surface, Text, Zoom};

/// Relative luminance and contrast by WCAG 2.2.
fn contrast(a: u32, b: u32) -> f64 {
    let channel = |value: u32| {
        let value = f64::from(value & 255) / 255.0;
        if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    };
    let luminance =
        |rgb: u32| 0.2126 * channel(rgb >> 16) + 0.7152 * channel(rgb >> 8) + 0.0722 * channel(rgb);
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

#[test]
fn every_pen_is_read_on_every_ground() {
    for ground in [Ground::White, Ground::Green, Ground::Black] {
        for colour in Colour::all() {
            // White on white corrects, and is meant not to be seen.
            if (ground, colour) == (Ground::White, Colour::WHITE) {
                continue;
            }
            let found = contrast(colour.on(ground), ground.rgb());
            assert!(found >= 4.5, "{colour:?} on {ground:?}: {found:.2}");
        }
        let all: std::collections::HashSet<u32> = Colour::all().map(|colour| colour.on(ground)).collect();
        assert_eq!(all.len(), 10, "the pens stay apart on {ground:?}");
    }
}

#[test]
fn what_other_programs_drew_for_white_paper_is_seen_on_a_dark_board() {
    for rgb in [0x000000, 0x101020, 0x202020, 0x333399, 0x3333cc, 0xff0000, 0xffffff] {
        let shown = Colour::own(rgb).on(Ground::Green);
        assert!(contrast(shown, Ground::Green.rgb()) > 1.5, "{rgb:06x} as {shown:06x}");
        assert_eq!(Colour::own(rgb).on(Ground::White), rgb);
    }
}

fn papers() -> Vec<Paper> {
    use Pattern::*;
    [Plain, Grid, Dots, Lines, Staff, Tianzige, Mizige, FourLines]
        .into_iter()
        .enumerate()
        .map(|(index, pattern)| {
            let ground = [Ground::White, Ground::Green, Ground::Black, Ground::Own(0xf3e9d2)][index % 4];
            Paper { ground, pattern, pitch_um: if index > 4 { 90_000 } else { 50_000 }, ..Paper::default() }
        })
        .collect()
}

#[test]
fn every_paper_is_drawn_to_a_picture() {
    let surface = Surface { width_px: 960, height_px: 540, width_um: 947_500, height_um: 533_000 };
    let mut sheet = vec![0_u32; 1_920 * 2_160];
    for (index, paper) in papers().into_iter().enumerate() {
        let mut wall = Wall::sized(surface, 1);
        let effects = wall.board.set_paper(person(1), wall.board.page_id(), paper, wall.now_us);
        wall.show(effects);
        assert!(wall.screen == wall.full());
        for (row, colour) in Colour::all().enumerate() {
            wall.board.set_colour(person(1), colour);
            let y = 60_000 + 42_000 * row as i32;
            wall.stroke(1, &[(80_000, y), (240_000, y + 20_000), (400_000, y - 15_000)]);
            wall.bring(Content::Text(Text {
                at: PagePoint::new(470_000, y - 25_000),
                size_um: 40_000,
                room_um: 0,
                text: "字 Contrast".to_owned(),
                colour,
            }));
        }
        if index % 3 == 2 {
            let ended = Paper { size_um: Some((800_000, 450_000)), ..paper };
            let effects = wall.board.set_paper(person(1), wall.board.page_id(), ended, wall.now_us);
            wall.show(effects);
            let effects = wall.board.fit(0, Fit::Page);
            wall.show(effects);
        }
        assert!(wall.screen == wall.full());
        let (left, top) = (index % 2 * 960, index / 2 * 540);
        for (y, row) in wall.screen.chunks(960).enumerate() {
            sheet[(top + y) * 1_920 + left..][..960].copy_from_slice(row);
        }
        let printed = wall.screen.iter().filter(|pixel| **pixel & 0xff_ffff != paper.ground.rgb()).count();
        assert!(printed > 10_000, "{paper:?}");
    }
    if let Ok(folder) = std::env::var("DAIS_PICTURES") {
        super::look::save(&std::path::Path::new(&folder).join("papers.png"), &sheet, 1_920, 2_160);
    }
}

#[test]
fn a_pattern_too_fine_to_see_fades_away() {
    let mut wall = Wall::new(1);
    let paper = Paper { pattern: Pattern::Grid, pitch_um: 20_000, ..Paper::default() };
    let effects = wall.board.set_paper(person(1), wall.board.page_id(), paper, wall.now_us);
    wall.show(effects);
    let darkest = |wall: &Wall| wall.screen.iter().map(|pixel| pixel & 0xff00).min().unwrap();
    let full = darkest(&wall);
    let mut last = full;
    for zoom in [0.45, 0.3, 0.2] {
        let view = crate::View { zoom: Zoom::new(zoom), ..wall.board.view(0) };
        let effects = wall.board.set_view(0, view);
        wall.show(effects);
        assert!(wall.screen == wall.full());
        assert!(darkest(&wall) >= last, "{zoom}");
        last = darkest(&wall);
    }
    assert!(wall.is_blank() && full < 0xe000);
}
