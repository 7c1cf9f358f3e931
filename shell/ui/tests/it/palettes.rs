//! Palettes: every tool and colour has a name, and colours are those that ink has on the board.

use board::{Colour, Ground};
use screens::*;
use slint::{Color, ComponentHandle};
use std::cell::RefCell;
use std::rc::Rc;

use crate::choices::press;
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
                assert!(found.iter().all(|element| element.width >= 36 && element.height >= 36), "{found:?}");
            }
        });
    });
}

#[test]
fn an_eraser_is_of_two_kinds_and_a_page_is_cleared_by_a_slider_only() {
    Easel::with(WALL, SIZE, |easel| {
        both_languages(|language, _| {
            let palette = palette(easel, 2, Ground::White);
            let adapter = palette.global::<PaletteAdapter<'_>>();
            adapter.set_tool(ToolKind::StrokeEraser);
            let told = Rc::new(RefCell::new(Vec::new()));
            let tell = told.clone();
            adapter.on_choose_tool(move |tool| tell.borrow_mut().push(format!("{tool:?}")));
            let tell = told.clone();
            adapter.on_clear_page(move || tell.borrow_mut().push("clear".to_owned()));
            let tell = told.clone();
            adapter.on_choose_width(move |place| tell.borrow_mut().push(place.to_string()));
            easel.show(&palette, language);
            easel.draw(&format!("palette-eraser-{language}"));
            let found = elements(&palette, SIZE);
            assert!(has(&found, "eraser-3").chosen && has(&found, "stroke-eraser-3").chosen);
            assert!(found.iter().all(|element| !element.name.starts_with("colour-")));
            press(&palette, "area-eraser-3");
            press(&palette, "width-2-3");
            assert_eq!(*told.borrow(), ["Eraser", "2"]);
            // A touch does nothing; a pull to the end does.
            let clear = has(&found, "clear-3");
            let (y, from) = ((clear.y + clear.height / 2) as f32, clear.x as f32 + 20.0);
            slide(&palette, (from, y), (from, y));
            slide(&palette, (from, y), (from + 40.0, y));
            assert_eq!(told.borrow().len(), 2);
            slide(&palette, (from, y), (from + clear.width as f32, y));
            assert_eq!(told.borrow().last().unwrap(), "clear");
        });
    });
}

/// A finger goes down, along and up.
pub(crate) fn slide(surface: &impl ComponentHandle, from: (f32, f32), to: (f32, f32)) {
    use slint::platform::{PointerEventButton, WindowEvent};
    let at = |(x, y)| slint::LogicalPosition::new(x, y);
    let button = PointerEventButton::Left;
    let window = surface.window();
    window.dispatch_event(WindowEvent::PointerMoved { position: at(from) });
    window.dispatch_event(WindowEvent::PointerPressed { position: at(from), button });
    window.dispatch_event(WindowEvent::PointerMoved { position: at(to) });
    window.dispatch_event(WindowEvent::PointerReleased { position: at(to), button });
    window.dispatch_event(WindowEvent::PointerExited);
}

#[test]
fn figures_are_on_a_second_level_and_the_chosen_one_is_shown_on_the_first() {
    Easel::with(WALL, SIZE, |easel| {
        both_languages(|language, _| {
            let palette = palette(easel, 4, Ground::White);
            let adapter = palette.global::<PaletteAdapter<'_>>();
            adapter.set_moving(true);
            let told = Rc::new(RefCell::new(Vec::new()));
            let tell = told.clone();
            adapter.on_choose_tool(move |tool| tell.borrow_mut().push(format!("{tool:?}")));
            let tell = told.clone();
            adapter.on_note(move || tell.borrow_mut().push("note".to_owned()));
            let tell = told.clone();
            adapter.on_move(move || tell.borrow_mut().push("move".to_owned()));
            easel.show(&palette, language);
            press(&palette, "more-5");
            easel.draw(&format!("palette-figures-{language}"));
            let found = elements(&palette, SIZE);
            let figures = ["line", "arrow", "rectangle", "ellipse", "triangle", "diamond", "note", "move"];
            for name in figures {
                has(&found, &format!("{name}-5"));
                if name != "line" {
                    press(&palette, "tools-again-5");
                    press(&palette, "more-5");
                }
                press(&palette, &format!("{name}-5"));
                // Back on the first level.
                has(&elements(&palette, SIZE), "pen-5");
                press(&palette, "more-5");
            }
            assert_eq!(
                *told.borrow(),
                ["Line", "Arrow", "Rectangle", "Ellipse", "Triangle", "Diamond", "note", "move"]
            );
            press(&palette, "tools-again-5");
            adapter.set_tool(ToolKind::Ellipse);
            easel.draw(&format!("palette-ellipse-{language}"));
            assert!(has(&elements(&palette, SIZE), "more-5").chosen);
        });
    });
}
