//! Panes and views: what is shown where, what is drawn again and what is not, and that damage covers every change.
use proptest::prelude::*;

use super::{
    Wall,
    damage::{Act, acts},
    objects::bitmap,
    person,
};
use crate::{
    Bitmap, BoardEvent, Colour, Content, Dash, Fit, Grip, Ground, Media, MediaId, MediaKind, Note, Outline,
    PagePoint, PageRect, PanelPoint, Paper, Pattern, Shape, View, Zoom,
};

fn grip(x_px: f64, y_px: f64, spread_px: f64) -> Grip {
    Grip { x_px, y_px, spread_px }
}

impl Wall {
    fn look(&mut self, pane: usize, from: Grip, to: Grip) {
        let effects = self.board.view_gesture(pane, &from, &to);
        self.show(effects);
    }
}

#[test]
fn panning_moves_whole_pixels_and_draws_only_what_comes_into_sight() {
    let mut wall = Wall::new(1);
    wall.stroke(1, &[(60_000, 60_000), (330_000, 170_000)]);
    wall.bring(Content::Note(Note {
        rect: PageRect::new(180_000, 40_000, 260_000, 110_000),
        paper: Colour::YELLOW,
        size_um: 20_000,
        colour: Colour::BLACK,
        text: "note".to_owned(),
    }));
    let before = wall.screen.clone();
    let drawn =
        |wall: &Wall| wall.board.album.picture(wall.board.page_id(), Zoom::ONE).unwrap().drawn().count();
    let tiles = drawn(&wall);
    wall.look(0, grip(200.0, 100.0, 0.0), grip(237.0, 83.0, 0.0));
    assert!(wall.screen == wall.full());
    let pixel = |screen: &[u32], x: usize, y: usize| screen[y * 480 + x];
    for (x, y) in (0..443).flat_map(|x| (17..270).map(move |y| (x, y))) {
        assert_eq!(pixel(&before, x, y), pixel(&wall.screen, x + 37, y - 17), "{x} {y}");
    }
    // A column of tiles came in at the left, a row at the bottom was there in part.
    assert_eq!(drawn(&wall), tiles + 5, "nothing that was drawn is drawn again");
    wall.look(0, grip(237.0, 83.0, 0.0), grip(200.0, 100.0, 0.0));
    assert!(wall.screen == before);
}

#[test]
fn a_resized_view_is_seen_at_once_and_then_sharp() {
    let mut wall = Wall::new(1);
    wall.stroke(1, &[(60_000, 60_000), (330_000, 170_000)]);
    for (factor, zoom) in [(2.0, 2.0), (0.25, 0.5)] {
        let inked = |screen: &[u32]| screen.iter().filter(|pixel| **pixel & 0xff < 0x80).count() as f64;
        let before = inked(&wall.screen);
        let effects =
            wall.board.view_gesture(0, &grip(240.0, 135.0, 100.0), &grip(240.0, 135.0, 100.0 * factor));
        wall.repaint(effects);
        assert_eq!(wall.board.view(0).zoom, Zoom::new(zoom));
        let stretched = wall.screen.clone();
        assert!(stretched == wall.full());
        let ratio = inked(&stretched) / before;
        assert!(ratio > factor * factor * 0.3, "something is seen: {ratio} at {factor}");
        wall.show(crate::Effects::default());
        assert!(wall.board.is_sharp());
        let sharp = wall.screen.clone();
        assert!(sharp != stretched);
        let alike = inked(&sharp) / inked(&stretched);
        assert!((0.7..1.4).contains(&alike), "the same lines, only sharper: {alike}");
    }
    let mut other = Wall::new(2);
    let effects = other.board.replay(wall.ops.clone());
    other.show(effects);
    let effects = other.board.set_view(0, wall.board.view(0));
    other.show(effects);
    assert!(other.screen == wall.screen, "drawn afresh it is the same");
}

#[test]
fn while_fingers_resize_a_view_no_tile_is_drawn() {
    let mut wall = Wall::new(1);
    wall.stroke(1, &[(60_000, 60_000), (330_000, 170_000)]);
    for step in 1..5 {
        let from = grip(240.0, 135.0, 100.0);
        let effects = wall.board.view_gesture(0, &from, &grip(240.0, 135.0, 100.0 + f64::from(step)));
        wall.repaint(effects);
        let effects = wall.board.sharpen(1_000);
        assert!(effects.damage.is_empty() && !wall.board.is_sharp(), "step {step}");
    }
    let effects = wall.board.sharpen(1_000);
    assert!(!effects.damage.is_empty());
    let effects = wall.board.sharpen(1_000);
    assert!(effects.damage.is_empty() && wall.board.is_sharp());
}

#[test]
fn a_contact_belongs_to_the_pane_where_it_went_down_and_its_ink_stays_there() {
    let mut wall = Wall::new(1);
    let effects = wall.board.split(2);
    wall.show(effects);
    let effects = wall.board.add_page(person(1), wall.now_us);
    wall.show(effects);
    assert_eq!((wall.board.page_in(0), wall.board.page_in(1)), (1, 0));
    let before = wall.screen.clone();
    wall.stroke(2, &[(320_000, 60_000), (60_000, 150_000)]);
    assert_eq!(wall.board.seat(person(2)), 1);
    let left = wall.board.pane_px(0).unwrap();
    for y in 0..270 {
        let row = (y * 480) as usize..(y * 480 + left.x1 + 4) as usize;
        assert!(wall.screen[row.clone()] == before[row], "the other pane and the divider stay as they were");
    }
    assert!(wall.screen != before);
    assert_eq!((wall.board.visible_in(0).len(), wall.board.visible_in(1).len()), (0, 1));
    let effects = wall.board.undo(person(2), wall.now_us);
    wall.show(effects);
    assert!(wall.screen == before, "a person's undo works on the page they touched last");
}

#[test]
fn splitting_leaves_what_is_shown_in_its_place() {
    let mut wall = Wall::new(1);
    wall.stroke(1, &[(20_000, 40_000), (380_000, 190_000)]);
    let before = wall.screen.clone();
    for count in [2, 1, 3, 1, 4, 1] {
        let effects = wall.board.split(count);
        wall.show(effects);
        assert!(wall.screen == wall.full());
        assert_eq!(wall.board.panes(), count);
        let panes: Vec<_> = (0..count).map(|pane| wall.board.pane_px(pane).unwrap()).collect();
        for (x, y) in (0..480).flat_map(|x| (0..270).map(move |y| (x, y))) {
            if panes.iter().any(|pane| pane.contains(x, y)) {
                assert_eq!(
                    wall.screen[(y * 480 + x) as usize],
                    before[(y * 480 + x) as usize],
                    "{count} {x} {y}"
                );
            }
        }
    }
}

#[test]
fn places_on_the_glass_and_on_the_page_lead_to_each_other() {
    let mut wall = Wall::new(1);
    let at = PanelPoint::new(123_456, 65_432);
    assert_eq!(
        wall.board.to_page(0, at),
        PagePoint::new(123_456, 65_432),
        "a page begins at the glass's corner"
    );
    wall.look(0, grip(100.0, 80.0, 50.0), grip(180.0, 20.0, 170.0));
    let there = wall.board.to_page(0, at);
    let back = wall.board.to_panel(0, there);
    assert!((back.x_um - at.x_um).abs() <= 4 && (back.y_um - at.y_um).abs() <= 4, "{back:?}");
    let fixed = wall.board.to_page(0, PanelPoint::new(150_000, 16_667));
    assert!(
        (fixed.x_um - 83_333).abs() < 900 && (fixed.y_um - 66_667).abs() < 900,
        "under the fingers: {fixed:?}"
    );
}

#[test]
fn a_page_is_fitted_and_one_that_ends_stays_in_sight() {
    let mut wall = Wall::new(1);
    let paper = Paper { size_um: Some((210_000, 297_000)), ..Paper::default() };
    let effects = wall.board.set_paper(person(1), wall.board.page_id(), paper, wall.now_us);
    wall.show(effects);
    assert!(wall.screen == wall.full());
    let effects = wall.board.fit(0, Fit::Page);
    wall.show(effects);
    let page = wall.board.rect_px(0, PageRect::new(0, 0, 210_000, 297_000));
    assert!(wall.board.panel_px().covers(&page) && page.height() > 250, "{page:?}");
    assert!((page.x0 + page.x1 - 480).abs() < 4, "in the middle: {page:?}");
    let effects = wall.board.fit(0, Fit::Width);
    wall.show(effects);
    let page = wall.board.rect_px(0, PageRect::new(0, 0, 210_000, 297_000));
    assert!(page.width() > 450 && page.width() <= 484 && page.y0 >= -2, "{page:?}");
    let far = View { origin: PagePoint::new(50_000_000, -50_000_000), zoom: Zoom::ONE };
    let effects = wall.board.set_view(0, far);
    wall.show(effects);
    let page = wall.board.rect_px(0, PageRect::new(0, 0, 210_000, 297_000));
    assert!(!page.intersect(&wall.board.panel_px()).is_empty(), "{page:?}");
    let effects = wall.board.fit(0, Fit::Full);
    wall.show(effects);
    assert_eq!(wall.board.view(0).zoom, Zoom::ONE);
    wall.undo(1);
    assert!(wall.screen == wall.full(), "the paper's step is undone like any other");
}

/// Things done to views and objects, between what hands do.
#[derive(Clone, Debug)]
enum Step {
    Hands(Act),
    Bring { kind: u8, x: i32, y: i32 },
    Split(usize),
    Look { pane: usize, dx: i32, dy: i32, spread: u32 },
    Paper { by: u8, kind: u8 },
    Decode { width: u32 },
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let hands = acts(4).prop_map(|acts| acts.into_iter().map(Step::Hands).collect::<Vec<_>>());
    let one = |step: BoxedStrategy<Step>| step.prop_map(|step| vec![step]);
    let (x, y) = (-40_000..440_000, -40_000..260_000);
    let some = prop_oneof![
        6 => hands,
        4 => one((0..8_u8, x, y).prop_map(|(kind, x, y)| Step::Bring { kind, x, y }).boxed()),
        1 => one((1..5_usize).prop_map(Step::Split).boxed()),
        3 => one((0..4_usize, -200..200, -150..150, 40..250_u32)
            .prop_map(|(pane, dx, dy, spread)| Step::Look { pane, dx, dy, spread }).boxed()),
        1 => one((1..4_u8, 0..10_u8).prop_map(|(by, kind)| Step::Paper { by, kind }).boxed()),
        1 => one((1..300_u32).prop_map(|width| Step::Decode { width }).boxed()),
    ];
    prop::collection::vec(some, 1..25).prop_map(|steps| steps.into_iter().flatten().collect())
}

fn thing(kind: u8, x: i32, y: i32) -> Content {
    let (to, rect) = (PagePoint::new(x + 90_000, y + 50_000), PageRect::new(x, y, x + 80_000, y + 60_000));
    let shape = Shape {
        outline: Outline::line(PagePoint::new(x, y), to),
        colour: Colour::PURPLE,
        width_um: 5_000,
        dash: [Dash::Solid, Dash::Dashed, Dash::Dotted][usize::from(kind % 3)],
        fill: None,
        arrows: (kind == 0, kind < 2),
    };
    let fill = Some((Colour::GREEN, 140));
    match kind {
        0 | 1 => Content::Shape(shape),
        2 => Content::Shape(Shape { outline: Outline::rectangle(rect), fill, ..shape }),
        3 => {
            let outline = Outline::Ellipse { centre: to, rx_um: 40_000, ry_um: 25_000 };
            Content::Shape(Shape { outline, fill, ..shape })
        }
        4 | 5 => Content::Note(Note {
            rect,
            paper: Colour::SKY,
            size_um: 20_000,
            colour: Colour::BLACK,
            text: "words".to_owned(),
        }),
        _ => {
            let file = MediaId([kind; 32]);
            Content::Media(Media {
                file,
                kind: [MediaKind::Picture, MediaKind::Video][usize::from(kind - 6)],
                rect,
            })
        }
    }
}

impl Wall {
    fn step(&mut self, step: &Step) {
        match *step {
            Step::Hands(ref act) => self.act(act),
            Step::Bring { kind, x, y } => drop(self.bring(thing(kind, x, y))),
            Step::Split(count) => {
                let effects = self.board.split(count);
                self.show(effects);
            }
            Step::Look { pane, dx, dy, spread } => {
                let (dx, dy) = (f64::from(dx), f64::from(dy));
                self.look(pane, grip(240.0, 135.0, 100.0), grip(240.0 + dx, 135.0 + dy, f64::from(spread)));
            }
            Step::Paper { by, kind } => {
                let ground = [Ground::White, Ground::Green, Ground::Black][usize::from(kind % 3)];
                let pattern = [Pattern::Plain, Pattern::Grid, Pattern::Mizige][usize::from(kind / 4)];
                let size_um = (kind == 9).then_some((300_000, 200_000));
                let paper = Paper { ground, pattern, size_um, ..Paper::default() };
                let effects =
                    self.board.set_paper(person(by), self.board.page_of(person(by)), paper, self.now_us);
                self.show(effects);
            }
            Step::Decode { width } => {
                let asked = self.events.iter().rev().find_map(|event| match event {
                    BoardEvent::MediaWanted { file, kind, .. } => Some((*file, *kind)),
                    _ => None,
                });
                if let Some((file, kind)) = asked {
                    let picture: Bitmap = bitmap(width, width / 2 + 1);
                    let effects = self.board.media_ready(file, kind, picture);
                    self.show(effects);
                }
                let frame = (width % 5 > 0).then(|| bitmap(width, width));
                let effects = self.board.video_frame(MediaId([7; 32]), frame);
                self.show(effects);
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn damage_covers_every_changed_pixel_of_all_things_in_all_panes_and_views(steps in steps()) {
        let mut wall = Wall::new(1);
        wall.patience = Some(3);
        for (index, step) in steps.iter().enumerate() {
            wall.step(step);
            let full = wall.full();
            if wall.screen != full {
                let at = wall.screen.iter().zip(&full).position(|(shown, is)| shown != is).unwrap();
                prop_assert!(false, "after step {index} ({step:?}) pixel ({}, {}) is stale", at % 480, at / 480);
            }
        }
        // Sharp at last, it is as if it had been drawn in one go.
        for contact in 0..4 {
            wall.act(&Act::Up { contact });
        }
        wall.patience = None;
        wall.show(crate::Effects::default());
        let slow = wall.full();
        for page in wall.board.album.pages() {
            wall.board.album.forget_page(page);
        }
        wall.board.blurred = true;
        wall.show(crate::Effects::default());
        prop_assert!(wall.full() == slow, "drawn bit by bit it looks otherwise than drawn in one go");
    }
}
