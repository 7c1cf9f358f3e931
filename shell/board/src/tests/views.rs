//! Panes and views: what is shown where, what is drawn again and what is not, and that damage covers every change.
use super::{Wall, person};
use crate::{Colour, Content, Fit, Grip, Note, PagePoint, PageRect, PanelPoint, Paper, View, Zoom};

pub(crate) fn grip(x_px: f64, y_px: f64, spread_px: f64) -> Grip {
    Grip { x_px, y_px, spread_px }
}

impl Wall {
    pub(crate) fn look(&mut self, pane: usize, from: Grip, to: Grip) {
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

#[test]
fn a_page_that_ends_is_seen_whole_also_beside_another() {
    let mut wall = Wall::new(1);
    let (page, effects) = wall.board.insert_page(person(1), 1).unwrap();
    wall.show(effects);
    let paper = Paper { size_um: Some((210_000, 297_000)), ..Paper::default() };
    let effects = wall.board.set_paper(person(1), page, paper, 2);
    wall.show(effects);
    let effects = wall.board.go_to_page(0, 1);
    wall.show(effects);
    let whole = |wall: &Wall| {
        let sheet = wall.board.rect_px(0, PageRect::new(0, 0, 210_000, 297_000));
        let pane = wall.board.pane_px(0).unwrap();
        assert_eq!(sheet.intersect(&pane), sheet, "{sheet:?} in {pane:?}");
        assert!(
            f64::from(sheet.height()) > 0.9 * f64::from(pane.height())
                || f64::from(sheet.width()) > 0.9 * f64::from(pane.width())
        );
    };
    whole(&wall);
    let effects = wall.board.split(3);
    wall.show(effects);
    whole(&wall);
    // Whoever looks closely at a part of it keeps it in sight.
    wall.look(0, grip(80.0, 130.0, 50.0), grip(80.0, 130.0, 100.0));
    let closely = wall.board.view(0);
    let effects = wall.board.split(1);
    wall.show(effects);
    assert_eq!(wall.board.view(0), closely);
}
