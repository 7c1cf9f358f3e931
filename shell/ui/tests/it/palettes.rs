//! Palettes: every tool and colour has a name, and colours are those that ink has on the board.

use board::{Colour, Ground};
use slint::{Color, ComponentHandle};
use ui::screens::*;

use crate::easel::Easel;
use crate::screens::{WALL, both_languages, elements, has, rows};

const SIZE: (u32, u32) = (152, 600);

fn palette(easel: &Easel, colour: i32, ground: Ground) -> PaletteSurface {
    let palette = PaletteSurface::new().unwrap();
    easel.look.dress(&palette);
    let adapter = palette.global::<PaletteAdapter<'_>>();
    adapter.set_person(colour + 1);
    adapter.set_colour(colour);
    let shown = Colour::all().map(|colour| colour.on(ground));
    adapter.set_colours(rows(shown.map(|rgb| Color::from_argb_encoded(0xff00_0000 | rgb))));
    let own = Colour::new(colour as u8).unwrap().on(ground);
    adapter.set_light(!Ground::Own(own).is_dark());
    palette
}

#[test]
fn palettes() {
    Easel::with(WALL, SIZE, |easel| {
        both_languages(|language, chinese| {
            for (colour, ground) in
                [(0, Ground::White), (1, Ground::White), (3, Ground::Green), (8, Ground::Green)]
            {
                let palette = palette(easel, colour, ground);
                let adapter = palette.global::<PaletteAdapter<'_>>();
                adapter.set_closable(colour == 3);
                adapter.set_tool(if colour == 3 { ToolKind::Highlighter } else { ToolKind::Pen });
                adapter.set_can_undo(true);
                easel.show(&palette, language);
                easel.draw(&format!("palette-{language}-{colour}"));
                let found = elements(&palette, SIZE);
                let person = colour + 1;
                assert_eq!(has(&found, &format!("pen-{person}")).label, if chinese { "笔" } else { "Pen" });
                assert!(has(&found, &format!("undo-{person}")).enabled);
                assert!(!has(&found, &format!("redo-{person}")).enabled);
                assert_eq!(found.iter().filter(|element| element.name.starts_with("colour-")).count(), 10);
                assert!(found.iter().all(|element| element.width >= 40 && element.height >= 36), "{found:?}");
            }
        });
    });
}
