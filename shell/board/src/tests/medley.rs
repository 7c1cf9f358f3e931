//! Everything that can be done to a board at once: hands, things, instruments, figures, views, panes, pages. Whatever
//! is done, damage covers every changed pixel, and what was drawn bit by bit is what is drawn in one go.
use proptest::prelude::*;

use super::{
    Wall,
    damage::{Act, acts},
    objects::bitmap,
    person,
    views::grip,
};
use crate::{
    Affine, Bitmap, BoardEvent, Colour, Content, Dash, Ground, InstrumentTool, Media, MediaId, MediaKind,
    Note, Outline, PagePoint, PageRect, PanelPoint, Paper, Pattern, PersonId, Pile, Shape,
};

const INSTRUMENTS: [InstrumentTool; 5] = [
    InstrumentTool::Ruler,
    InstrumentTool::HalfSquare,
    InstrumentTool::ThirdSquare,
    InstrumentTool::Protractor,
    InstrumentTool::Compass,
];

/// Things done to views and objects, between what hands do.
#[derive(Clone, Debug)]
enum Step {
    Hands(Act),
    Bring {
        kind: u8,
        x: i32,
        y: i32,
    },
    Split(usize),
    Look {
        pane: usize,
        dx: i32,
        dy: i32,
        spread: u32,
    },
    Paper {
        by: u8,
        kind: u8,
    },
    Decode {
        width: u32,
    },
    Lay {
        tool: u8,
        x: i32,
        y: i32,
    },
    PutAway {
        which: usize,
    },
    /// A stroke that is held still at its end until it becomes a figure.
    Held {
        by: u8,
        kind: u8,
        x: i32,
        y: i32,
        size: i32,
    },
    /// Something done to all that may be selected on a person's page.
    Selected {
        by: u8,
        what: u8,
    },
    Turn {
        by: u8,
        what: u8,
        number: usize,
    },
    TurnTo {
        pane: usize,
        number: usize,
    },
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let hands = acts(4).prop_map(|acts| acts.into_iter().map(Step::Hands).collect::<Vec<_>>());
    let one = |step: BoxedStrategy<Step>| step.prop_map(|step| vec![step]);
    let (x, y) = (-40_000..440_000, -40_000..260_000);
    let some = prop_oneof![
        6 => hands,
        4 => one((0..8_u8, x.clone(), y.clone()).prop_map(|(kind, x, y)| Step::Bring { kind, x, y }).boxed()),
        1 => one((1..5_usize).prop_map(Step::Split).boxed()),
        3 => one((0..4_usize, -200..200, -150..150, 40..250_u32)
            .prop_map(|(pane, dx, dy, spread)| Step::Look { pane, dx, dy, spread }).boxed()),
        1 => one((1..4_u8, 0..10_u8).prop_map(|(by, kind)| Step::Paper { by, kind }).boxed()),
        1 => one((1..300_u32).prop_map(|width| Step::Decode { width }).boxed()),
        2 => one((0..5_u8, x.clone(), y.clone()).prop_map(|(tool, x, y)| Step::Lay { tool, x, y }).boxed()),
        1 => one((0..4_usize).prop_map(|which| Step::PutAway { which }).boxed()),
        2 => one((1..4_u8, 0..3_u8, x, y, 10_000..150_000)
            .prop_map(|(by, kind, x, y, size)| Step::Held { by, kind, x, y, size }).boxed()),
        2 => one((1..4_u8, 0..11_u8).prop_map(|(by, what)| Step::Selected { by, what }).boxed()),
        2 => one((1..4_u8, 0..4_u8, 0..4_usize)
            .prop_map(|(by, what, number)| Step::Turn { by, what, number }).boxed()),
        1 => one((0..4_usize, 0..4_usize).prop_map(|(pane, number)| Step::TurnTo { pane, number }).boxed()),
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
            Step::Lay { tool, x, y } => {
                let tool = INSTRUMENTS[usize::from(tool)];
                let (_, effects) = self.board.lay_instrument(tool, PanelPoint::new(x, y));
                self.show(effects);
            }
            Step::PutAway { which } => {
                let found = self.board.instruments().nth(which).map(|(id, _)| id);
                let effects = found.map(|id| self.board.put_away(id));
                self.show(effects.unwrap_or_default());
            }
            Step::Held { by, kind, x, y, size } => self.held(by, kind, (x, y), size),
            Step::Selected { by, what } => self.selected(person(by), what),
            Step::Turn { by, what, number } => self.turn(person(by), what, number),
            Step::TurnTo { pane, number } => {
                let effects = self.board.go_to_page(pane, number);
                self.show(effects);
            }
        }
    }

    /// A line, a box or a triangle, and a rest at its end.
    fn held(&mut self, by: u8, kind: u8, (x, y): (i32, i32), size: i32) {
        let corners: &[(i32, i32)] = match kind {
            0 => &[(0, 0), (2, 1)],
            1 => &[(0, 0), (1, 0), (1, 1), (0, 1), (0, 0)],
            _ => &[(0, 0), (1, 1), (0, 1), (0, 0)],
        };
        let at = |(a, b): (i32, i32)| (x + a * size, y + b * size);
        let contact = 1_000 + self.now_us;
        let mut last = self.touch(contact, by, at(corners[0]).0, at(corners[0]).1);
        self.down(&last);
        for pair in corners.windows(2) {
            let (from, to) = (at(pair[0]), at(pair[1]));
            for step in 1..=8 {
                let mix = |a: i32, b: i32| a + (b - a) * step / 8;
                last = self.touch(contact, by, mix(from.0, to.0), mix(from.1, to.1));
                self.go(&last);
            }
        }
        self.act(&Act::Wait { us: 700_000 });
        self.act(&Act::Wait { us: 16_000 });
        self.up(&last);
    }

    fn selected(&mut self, by: PersonId, what: u8) {
        let now = self.now_us;
        let effects = self.board.select_all(by);
        self.show(effects);
        let effects = match what {
            0 => self.board.duplicate_selection(by, now),
            1 => {
                self.board.copy_selection(by);
                self.board.paste(by, 20_000, -15_000, now)
            }
            2 => self.board.recolour_selection(by, Colour::ORANGE, now),
            3 => self.board.rewidth_selection(by, 9_000, now),
            4 => self.board.fill_selection(by, Some((Colour::SKY, 90)), now),
            5 => self.board.pin_selection(by, true, now),
            6 => self.board.group_selection(by, now),
            7 => self.board.stack_selection(by, Pile::Bottom, now),
            8 => self.board.stack_selection(by, Pile::Up, now),
            _ => {
                let middle = PagePoint::new(150_000, 100_000);
                let scale = if what == 9 { 1.0 } else { 0.6 };
                let by_affine = Affine::about(middle, scale, 1.0, f64::from(what) * 0.13).unwrap();
                self.board.transform_selection(by, by_affine, now)
            }
        };
        self.show(effects);
    }

    /// Pages come, go and move while they are shown and written on.
    fn turn(&mut self, by: PersonId, what: u8, number: usize) {
        let pages = self.board.page_ids();
        let page = pages[number.min(pages.len() - 1)];
        let effects = match what {
            0 | 1 => self.board.insert_page(by, self.now_us).map(|(_, effects)| effects).unwrap_or_default(),
            2 => self.board.drop_page(by, page, self.now_us),
            _ => self.board.move_page(by, page, number / 2, self.now_us),
        };
        self.show(effects);
    }
}

fn holds(steps: &[Step]) -> Result<(), TestCaseError> {
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
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn damage_covers_every_changed_pixel_of_all_things_in_all_panes_and_views(steps in steps()) {
        holds(&steps)?;
    }
}

#[test]
fn a_sharper_picture_replaces_one_that_was_sharp_enough() {
    let picture = Step::Bring { kind: 6, x: 0, y: 0 };
    holds(&[picture, Step::Decode { width: 81 }, Step::Decode { width: 82 }]).unwrap();
}
