//! Forty contacts at once are forty contacts: whatever they do, however fast each of them reports, and whichever pane
//! they are in, they leave what they would have left one after another.
use proptest::prelude::*;

use super::{Wall, person};
use crate::{
    BoardEvent, Colour, ContactId, Form, Nib, PagePoint, PanelPoint, Surface, Tool, Touch, View, Width, Zoom,
};

const CONTACTS: usize = 40;
const COLUMNS: i32 = 8;
/// A contact has this much of the glass to itself, in micrometres, and keeps so far from its edges: what it writes,
/// rubs out or circles is its own.
const CELL_UM: (i32, i32) = (237_000, 213_000);
const MARGIN_UM: i32 = 60_000;

#[derive(Clone, Copy, Debug)]
enum Kind {
    /// What the person's tool does, by a finger or by a pen.
    Finger,
    Pen,
    Eraser,
    Palm,
    /// A finger at first, seen to be a palm with its third report.
    Turned,
}

/// One contact: when it comes, how often it reports, and where it goes in its cell.
#[derive(Clone, Debug)]
struct Way {
    kind: Kind,
    start_us: u64,
    period_us: u64,
    places: Vec<(i32, i32)>,
}

/// A report of one of the contacts.
struct Report {
    t_us: u64,
    way: usize,
    place: usize,
}

fn way() -> impl Strategy<Value = Way> {
    let kind = prop_oneof![
        4 => Just(Kind::Finger),
        2 => Just(Kind::Pen),
        1 => Just(Kind::Eraser),
        1 => Just(Kind::Palm),
        1 => Just(Kind::Turned)
    ];
    let place = (0..CELL_UM.0 - 2 * MARGIN_UM, 0..CELL_UM.1 - 2 * MARGIN_UM);
    (kind, 0..200_000_u64, 2_000..16_000_u64, prop::collection::vec(place, 2..24))
        .prop_map(|(kind, start_us, period_us, places)| Way { kind, start_us, period_us, places })
}

/// How the board is shown, and the tools of the ten.
#[derive(Clone, Debug)]
struct Setting {
    panes: usize,
    zooms: Vec<f64>,
    tools: Vec<u8>,
}

fn setting() -> impl Strategy<Value = Setting> {
    let zooms = prop::collection::vec(prop_oneof![Just(1.0), 0.5..3.0], 4);
    (1..5_usize, zooms, prop::collection::vec(0..7_u8, 10)).prop_map(|(panes, zooms, tools)| Setting {
        panes,
        zooms,
        tools,
    })
}

fn by(way: usize) -> u8 {
    (way % 10) as u8 + 1
}

fn corner(way: usize) -> (i32, i32) {
    let (column, row) = (way as i32 % COLUMNS, way as i32 / COLUMNS);
    (column * CELL_UM.0 + MARGIN_UM, row * CELL_UM.1 + MARGIN_UM)
}

impl Way {
    fn touch(&self, way: usize, place: usize, t_us: u64) -> Touch {
        let ((x, y), (left, top)) = (self.places[place], corner(way));
        let wide = |um: u32| Some(um);
        let (nib, major_um, pressure) = match self.kind {
            Kind::Finger => (Nib::Finger, wide(9_000), None),
            Kind::Pen => (Nib::Pen, None, Some((place * 2_500 + 9_000) as u16)),
            Kind::Eraser => (Nib::Eraser, None, None),
            Kind::Palm => (Nib::Palm, wide(60_000), None),
            Kind::Turned => (Nib::Finger, wide(if place < 2 { 9_000 } else { 50_000 }), None),
        };
        Touch {
            contact: ContactId(way as u64),
            person: person(by(way)),
            at: PanelPoint::new(left + x, top + y),
            t_us,
            pressure,
            major_um,
            minor_um: major_um,
            nib,
        }
    }
}

/// A wall of 1.9 m with a page in each pane, ink in every cell, and ten people with a tool each.
fn set_up(setting: &Setting) -> Wall {
    let mut wall =
        Wall::sized(Surface { width_px: 480, height_px: 270, width_um: 1_896_000, height_um: 1_066_000 }, 1);
    for _ in 1..setting.panes {
        let effects = wall.board.add_page(person(1), wall.now_us);
        wall.show(effects);
    }
    let effects = wall.board.go_to_page(0, 0);
    wall.show(effects);
    let effects = wall.board.split(setting.panes);
    wall.show(effects);
    for (pane, zoom) in setting.zooms.iter().enumerate().take(setting.panes) {
        let view = View { origin: PagePoint::new(0, 0), zoom: Zoom::new(*zoom) };
        let effects = wall.board.set_view(pane, view);
        wall.show(effects);
    }
    for way in 0..CONTACTS {
        let ((left, top), right) = (corner(way), CELL_UM.0 - 2 * MARGIN_UM);
        let middle = top + CELL_UM.1 / 2 - MARGIN_UM;
        wall.stroke(by(way), &[(left, middle), (left + right, middle + 20_000)]);
    }
    for (seat, tool) in setting.tools.iter().enumerate() {
        let tools = [
            Tool::Pen,
            Tool::Pen,
            Tool::Highlighter,
            Tool::Eraser,
            Tool::Lasso,
            Tool::Shape(Form::Ellipse),
            Tool::Shape(Form::Arrow),
        ];
        let who = person(seat as u8 + 1);
        let effects = wall.board.set_tool(who, tools[usize::from(*tool)]);
        wall.show(effects);
        wall.board.set_colour(who, Colour::new(seat as u8).unwrap());
        wall.board.set_width(who, [Width::Fine, Width::Medium][seat % 2]);
    }
    wall.events.clear();
    wall
}

fn play(wall: &mut Wall, ways: &[Way], mut reports: Vec<Report>) {
    reports.sort_by_key(|report| (report.t_us, report.way));
    for Report { t_us, way, place } in reports {
        let touch = ways[way].touch(way, place, t_us);
        match place {
            0 => wall.down(&touch),
            _ => wall.go(&touch),
        }
        let effects = wall.board.tick(t_us);
        wall.show(effects);
        if place + 1 == ways[way].places.len() {
            wall.up(&touch);
        }
    }
}

fn reports(ways: &[Way], start_us: impl Fn(usize, &Way) -> u64) -> Vec<Report> {
    let of = |(way, path): (usize, &Way)| {
        let (start_us, period_us) = (start_us(way, path), path.period_us);
        let report = move |place: usize| Report { t_us: start_us + place as u64 * period_us, way, place };
        (0..path.places.len()).map(report)
    };
    ways.iter().enumerate().flat_map(of).collect()
}

/// What lies on the pages and whose it is, in no order, and what was circled.
fn left(wall: &Wall) -> (Vec<String>, Vec<String>) {
    let thing = |id| {
        let object = wall.board.object(id).unwrap();
        (object.by, object.page, object.content)
    };
    let mut things = Vec::new();
    for (number, page) in wall.board.page_ids().into_iter().enumerate() {
        let ids = wall.board.scene.visible(page);
        // A page is named by the time it came: its number says the same.
        things.extend(
            ids.into_iter().map(thing).map(|(by, _, content)| format!("{number} {by:?} {content:?}")),
        );
    }
    let mut circled: Vec<String> = Vec::new();
    for event in &wall.events {
        if let BoardEvent::Selected { person, ids, bounds } = event {
            let mut things: Vec<_> = ids.iter().map(|id| format!("{:?}", thing(*id).2)).collect();
            things.sort();
            circled.push(format!("{person:?} {things:?} {bounds:?}"));
        }
    }
    things.sort();
    circled.sort();
    (things, circled)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn forty_interleaved_contacts_leave_what_forty_separate_ones_do(
        setting in setting(), ways in prop::collection::vec(way(), CONTACTS),
    ) {
        let began_us = 10_000_000;
        let mut together = set_up(&setting);
        play(&mut together, &ways, reports(&ways, |_, way| began_us + way.start_us));
        let mut apart = set_up(&setting);
        play(&mut apart, &ways, reports(&ways, |number, _| began_us + 1_000_000 * number as u64));
        let (one, two) = (left(&together), left(&apart));
        for (one, two) in one.0.iter().zip(&two.0).chain(one.1.iter().zip(&two.1)) {
            prop_assert_eq!(one, two);
        }
        prop_assert_eq!((one.0.len(), one.1.len()), (two.0.len(), two.1.len()));
        prop_assert_eq!(together.board.hands() + apart.board.hands(), 0);
        for wall in [&mut together, &mut apart] {
            prop_assert!(wall.screen == wall.full(), "damage did not cover every change");
            for by in 1..=10 {
                let effects = wall.board.deselect(person(by));
                wall.show(effects);
            }
        }
        prop_assert!(together.screen == apart.screen, "the pictures differ");
    }
}
