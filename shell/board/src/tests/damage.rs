//! Damage covers every changed pixel: a screen repainted only where damaged looks as one painted afresh,
//! after every step of any number of hands at once.
use proptest::prelude::*;

use super::{Wall, person};
use ink::{Rect, TILE};

use crate::{Colour, ContactId, Form, Nib, PageRect, PersonId, Tool, Touch};

const TOOLS: [Tool; 11] = [
    Tool::Pen,
    Tool::Highlighter,
    Tool::Eraser,
    Tool::Lasso,
    Tool::Hand,
    Tool::Shape(Form::Line),
    Tool::Shape(Form::Arrow),
    Tool::Shape(Form::Rectangle),
    Tool::Shape(Form::Ellipse),
    Tool::Shape(Form::Triangle),
    Tool::Shape(Form::Diamond),
];

/// One thing that happens at the panel.
#[derive(Clone, Debug)]
pub(crate) enum Act {
    Down { contact: u64, by: u8, x: i32, y: i32, nib: u8, major_um: Option<u32> },
    Go { contact: u64, x: i32, y: i32, major_um: Option<u32> },
    Up { contact: u64 },
    Cancel { contact: u64 },
    Wait { us: u64 },
    Tool { by: u8, tool: u8, colour: u8 },
    Undo { by: u8 },
    Redo { by: u8 },
    Text { by: u8, x: i32, y: i32, edit: bool },
    Delete { by: u8 },
    Page { add: bool, number: usize },
    Clear { by: u8 },
}

pub(crate) fn acts(count: usize) -> impl Strategy<Value = Vec<Act>> {
    let (contact, by) = (0..4_u64, 1..=3_u8);
    let (x, y) = (-10_000..410_000_i32, -10_000..235_000_i32);
    let major = prop::option::weighted(0.2, 5_000..60_000_u32);
    let act = prop_oneof![
        4 => (contact.clone(), by.clone(), x.clone(), y.clone(), 0..12_u8, major.clone())
            .prop_map(|(contact, by, x, y, nib, major_um)| Act::Down { contact, by, x, y, nib, major_um }),
        12 => (contact.clone(), x.clone(), y.clone(), major)
            .prop_map(|(contact, x, y, major_um)| Act::Go { contact, x, y, major_um }),
        4 => contact.clone().prop_map(|contact| Act::Up { contact }),
        1 => contact.prop_map(|contact| Act::Cancel { contact }),
        1 => prop_oneof![Just(40_000_u64), Just(900_000)].prop_map(|us| Act::Wait { us }),
        3 => (by.clone(), 0..11_u8, 0..10_u8).prop_map(|(by, tool, colour)| Act::Tool { by, tool, colour }),
        3 => by.clone().prop_map(|by| Act::Undo { by }),
        2 => by.clone().prop_map(|by| Act::Redo { by }),
        1 => (by.clone(), x, y, any::<bool>()).prop_map(|(by, x, y, edit)| Act::Text { by, x, y, edit }),
        1 => by.clone().prop_map(|by| Act::Delete { by }),
        1 => (any::<bool>(), 0..3_usize).prop_map(|(add, number)| Act::Page { add, number }),
        1 => by.prop_map(|by| Act::Clear { by }),
    ];
    prop::collection::vec(act, 1..count)
}

impl Wall {
    pub(crate) fn act(&mut self, act: &Act) {
        let now = self.now_us;
        let effects = match *act {
            Act::Down { contact, by, x, y, nib, major_um } => {
                let nib = [Nib::Palm, Nib::Eraser].get(usize::from(nib)).copied().unwrap_or(Nib::Finger);
                let touch = Touch { nib, major_um, ..self.touch(contact, by, x, y) };
                self.board.hand_down(&touch)
            }
            Act::Go { contact, x, y, major_um } => {
                let touch = Touch { major_um, ..self.touch(contact, 1, x, y) };
                self.board.hand_move(&touch)
            }
            Act::Up { contact } => self.board.lift(ContactId(contact)),
            Act::Cancel { contact } => self.board.hand_cancel(ContactId(contact)),
            Act::Wait { us } => {
                self.now_us += us;
                self.board.tick(self.now_us)
            }
            Act::Tool { by, tool, colour } => {
                self.board.set_colour(person(by), Colour::new(colour).unwrap());
                self.board.set_tool(person(by), TOOLS[usize::from(tool)])
            }
            Act::Undo { by } => self.board.undo(person(by), now),
            Act::Redo { by } => self.board.redo(person(by), now),
            Act::Text { by, x, y, edit } => self.text(person(by), x, y, edit),
            Act::Delete { by } => self.board.delete_selection(person(by), now),
            Act::Page { add: true, .. } => self.board.add_page(PersonId::FIRST, now),
            Act::Page { number, .. } => self.board.go_to_page(0, number),
            Act::Clear { by } => self.board.clear_page(person(by), now),
        };
        self.show(effects);
    }

    fn text(&mut self, by: PersonId, x: i32, y: i32, edit: bool) -> crate::Effects {
        let texts: Vec<_> =
            self.board.visible().into_iter().filter(|id| self.board.text(*id).is_some()).collect();
        match texts.first() {
            Some(id) if edit => self.board.edit_text(by, *id, "changed\nlonger", self.now_us),
            _ => {
                let replaces: Vec<_> = self.board.visible().into_iter().take(1).collect();
                let rect = PageRect::new(x, y, x + 90_000, y + 30_000);
                self.board.place_text(by, rect, "Dais", &replaces, self.now_us)
            }
        }
    }
}

/// The pen that lifts alone has shown all its ink already: whatever lies below it is not drawn again.
#[test]
fn a_lift_draws_no_tile_again() {
    let mut wall = Wall::new(1);
    for (contact, y) in [(1, 60_000), (2, 62_000)] {
        wall.act(&Act::Down { contact, by: 1, x: 50_000, y, nib: 9, major_um: None });
        for step in 1..=60 {
            wall.now_us += 4_000;
            let x = 50_000 + 2_000 * step.min(40);
            wall.act(&Act::Go { contact, x, y, major_um: None });
        }
        let effects = wall.board.lift(ContactId(contact));
        let pixels: i64 = effects.damage.rects().iter().map(Rect::area).sum();
        assert!(pixels < i64::from(TILE * TILE), "{pixels} pixels");
        wall.show(effects);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn damage_covers_every_changed_pixel(acts in acts(80)) {
        let mut wall = Wall::new(1);
        for (step, act) in acts.iter().enumerate() {
            wall.act(act);
            let full = wall.full();
            if wall.screen != full {
                let at = wall.screen.iter().zip(&full).position(|(shown, is)| shown != is).unwrap();
                prop_assert!(false, "after step {step} ({act:?}) pixel ({}, {}) is stale", at % 480, at / 480);
            }
        }
    }
}
