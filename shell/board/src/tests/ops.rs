//! Ops of every kind, in any order: the same scene, the same tiles, and bytes that come back as they were.
use ink::{Node, Trace};
use proptest::prelude::*;

use super::{Wall, merge::shuffled, person};
use crate::{
    Actor, Affine, Colour, Content, Contour, Dash, Edit, Field, Ground, Media, MediaId, MediaKind, Note,
    Object, ObjectId, Op, Outline, PageId, PagePoint, PageRect, Paper, Pattern, Piece, Shape, Stamp, Stroke,
    Text, decode, encode, placed::Placed,
};

/// So many ops speak of each other.
const OPS: u64 = 14;

fn stamp(number: u64) -> Stamp {
    Stamp { time: 1_000 + number * 10, actor: Actor((number % 3) as u32) }
}

fn page_of(number: u64) -> PageId {
    if number < OPS { PageId(stamp(number)) } else { PageId::FIRST }
}

fn page() -> impl Strategy<Value = PageId> {
    prop_oneof![3 => Just(PageId::FIRST), 1 => (0..OPS).prop_map(page_of)]
}

fn id() -> impl Strategy<Value = ObjectId> {
    (0..OPS, 0..3_u32).prop_map(|(number, index)| ObjectId { made: stamp(number), index })
}

fn ids() -> impl Strategy<Value = Vec<ObjectId>> {
    prop::collection::vec(id(), 1..5)
}

fn point() -> impl Strategy<Value = PagePoint> {
    (-20_000..420_000_i32, -20_000..240_000_i32).prop_map(|(x, y)| PagePoint::new(x, y))
}

fn rect() -> impl Strategy<Value = PageRect> {
    (point(), 1..90_000_i32, 1..90_000_i32)
        .prop_map(|(at, w, h)| PageRect::new(at.x_um, at.y_um, at.x_um + w, at.y_um + h))
}

fn colour() -> impl Strategy<Value = Colour> {
    prop_oneof![
        (0..Colour::COUNT).prop_map(|index| Colour::new(index).unwrap()),
        any::<u32>().prop_map(Colour::own)
    ]
}

fn trace() -> impl Strategy<Value = Trace> {
    prop::collection::vec((point(), 500..6_000_u16), 1..8).prop_map(|nodes| {
        let node = |(number, (at, radius)): (usize, (PagePoint, u16))| {
            Node::nearest(f64::from(at.x_um), f64::from(at.y_um), f64::from(radius), number as u32 * 8)
        };
        nodes.into_iter().enumerate().map(node).collect()
    })
}

fn outline() -> impl Strategy<Value = Outline> {
    prop_oneof![
        prop::collection::vec((prop::collection::vec(point(), 1..5), any::<bool>()), 1..3).prop_map(
            |contours| {
                let contour =
                    |(points, closed): (Vec<PagePoint>, bool)| Contour { points: points.into(), closed };
                Outline::Paths(contours.into_iter().map(contour).collect())
            }
        ),
        (point(), 0..80_000_u32, 0..80_000_u32).prop_map(|(centre, rx_um, ry_um)| Outline::Ellipse {
            centre,
            rx_um,
            ry_um
        }),
    ]
}

fn fill() -> impl Strategy<Value = Option<(Colour, u8)>> {
    prop::option::of((colour(), any::<u8>()))
}

fn content() -> impl Strategy<Value = Content> {
    let dash = prop_oneof![Just(Dash::Solid), Just(Dash::Dashed), Just(Dash::Dotted)];
    let kind = prop_oneof![
        Just(MediaKind::Picture),
        any::<u32>().prop_map(|page| MediaKind::Pdf { page }),
        Just(MediaKind::Video),
        Just(MediaKind::Live)
    ];
    prop_oneof![
        6 => (colour(), any::<bool>(), trace())
            .prop_map(|(colour, highlighter, trace)| Content::Stroke(Stroke { colour, highlighter, trace })),
        2 => (point(), 12_000..40_000_u32, 0..200_000_u32, "[a-c\n ]{0,12}", colour())
            .prop_map(|(at, size_um, room_um, text, colour)| Content::Text(Text { at, size_um, room_um, text, colour })),
        2 => (outline(), colour(), 0..9_000_u16, dash, fill(), any::<(bool, bool)>()).prop_map(
            |(outline, colour, width_um, dash, fill, arrows)| {
                Content::Shape(Shape { outline, colour, width_um, dash, fill, arrows })
            }
        ),
        1 => (rect(), colour(), colour(), "[a-c ]{0,9}").prop_map(|(rect, paper, colour, text)| {
            Content::Note(Note { rect, paper, size_um: 15_000, colour, text })
        }),
        1 => (any::<[u8; 32]>(), kind, rect())
            .prop_map(|(hash, kind, rect)| Content::Media(Media { file: MediaId(hash), kind, rect })),
    ]
}

fn affine() -> impl Strategy<Value = Affine> {
    let near = (point(), 0.2..3.0_f64, 0.2..3.0_f64, -3.2..3.2_f64)
        .prop_map(|(at, x, y, turn)| Affine::about(at, x, y, turn).unwrap());
    let far = any::<[i32; 4]>().prop_map(|[a, b, c, d]| Affine { a, b, c, d, dx_um: a / 4, dy_um: b / 4 });
    prop_oneof![6 => near, 1 => far]
}

fn field() -> impl Strategy<Value = Field> {
    prop_oneof![
        colour().prop_map(Field::Colour),
        (0..30_000_u16).prop_map(Field::Width),
        fill().prop_map(Field::Fill),
        id().prop_map(Field::Depth),
        prop::option::of((0..OPS).prop_map(stamp)).prop_map(Field::Group),
        any::<bool>().prop_map(Field::Pinned),
    ]
}

fn paper() -> impl Strategy<Value = Paper> {
    let ground = prop_oneof![Just(Ground::Green), Just(Ground::Black), any::<u32>().prop_map(Ground::Own)];
    (ground, 1..90_000_u32, prop::option::of((1..900_000_u32, 1..900_000_u32)))
        .prop_map(|(ground, pitch_um, size_um)| Paper { ground, pattern: Pattern::Staff, pitch_um, size_um })
}

/// The edits of the op of this number.
fn edit(number: u64) -> impl Strategy<Value = Vec<Edit>> {
    let made = stamp(number);
    let object = (0..3_u32, page(), id(), any::<bool>(), content());
    let object = object
        .prop_map(move |(index, page, z, top, content)| {
            let id = ObjectId { made, index };
            let by = person(1 + (number % 3) as u8);
            Object { id, page, by, z: if top { id } else { z }, piece_of: None, content }
        })
        .boxed();
    let cut = (id(), 0..6_u64 << 16, 1..3_u64 << 16, object.clone());
    let cut = cut.prop_map(|(of, from, length, mut object)| {
        object.piece_of = Some(Piece { of, from, to: from + length });
        vec![Edit::Erase { ids: vec![of] }, Edit::Add(object)]
    });
    prop_oneof![
        8 => object.prop_map(|object| vec![Edit::Add(object)]),
        3 => cut,
        2 => ids().prop_map(|ids| vec![Edit::Erase { ids }]),
        2 => (ids(), point()).prop_map(|(ids, by)| vec![Edit::Move { ids, dx_um: by.x_um / 3, dy_um: by.y_um / 3 }]),
        2 => (ids(), affine()).prop_map(|(ids, by)| vec![Edit::Transform { ids, by }]),
        3 => (ids(), field()).prop_map(|(ids, field)| vec![Edit::Set { ids, field }]),
        1 => (id(), "[a-c]{0,9}").prop_map(|(id, text)| vec![Edit::Say { id, text }]),
        3 => ((0..OPS).prop_map(stamp), any::<bool>()).prop_map(|(op, void)| vec![Edit::Void { op, void }]),
        2 => Just(vec![Edit::AddPage]),
        1 => paper().prop_map(|paper| vec![Edit::SetPaper(paper)]),
        1 => Just(vec![Edit::DropPage]),
        1 => (0..OPS).prop_map(|place| vec![Edit::MovePage { place: stamp(place) }]),
    ]
}

fn op(number: u64) -> impl Strategy<Value = Op> {
    let edits = prop::collection::vec(edit(number), 1..3);
    (page(), edits).prop_map(move |(page, edits)| {
        let edits: Vec<Edit> = edits.into_iter().flatten().collect();
        let page = if edits.contains(&Edit::AddPage) { PageId(stamp(number)) } else { page };
        Op { stamp: stamp(number), by: person(1 + (number % 3) as u8), page, edits }
    })
}

fn ops() -> impl Strategy<Value = Vec<Op>> {
    (0..OPS).map(op).collect::<Vec<_>>()
}

type Look = (PageId, Paper, Vec<(ObjectId, Option<Placed>)>);

/// Everything that holds, page by page.
fn resolved(wall: &Wall) -> Vec<Look> {
    let scene = &wall.board.scene;
    let all = |page| scene.visible(page).into_iter().map(|id| (id, scene.placed(id))).collect();
    scene.pages().into_iter().map(|page| (page, scene.paper(page), all(page))).collect()
}

/// What lies on each page is found there, and nothing else.
fn assert_found(wall: &Wall) {
    let scene = &wall.board.scene;
    let names = (0..OPS).flat_map(|number| (0..3).map(move |index| ObjectId { made: stamp(number), index }));
    for id in names.filter(|id| scene.is_shown(*id)) {
        let (object, bounds) = (scene.object(id).unwrap(), scene.bounds(&[id]).unwrap());
        let cells = scene.cells(id);
        // What was moved off the page, or is nothing, lies nowhere.
        if cells.as_ref().is_none_or(|cells| !cells.is_empty()) {
            assert!(scene.visible(object.page).contains(&id), "{id:?} is not on its page");
            assert!(scene.near(object.page, bounds).contains(&id), "{id:?} is not where it is: {bounds:?}");
        }
    }
    for page in scene.pages() {
        let visible = scene.visible(page);
        assert!(visible.iter().all(|id| scene.is_shown(*id)), "something stayed behind in a cell");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn any_ops_in_any_order_give_the_same_board(ops in ops(), seeds: [u64; 2]) {
        let mut walls = seeds.map(|seed| {
            let mut wall = Wall::new(9);
            for op in shuffled(&ops, seed) {
                let effects = wall.board.merge(op);
                wall.show(effects);
            }
            assert_found(&wall);
            wall
        });
        let [one, two] = &walls;
        prop_assert_eq!(resolved(one), resolved(two));
        let effects = walls.each_mut().map(|wall| wall.board.go_to_page(0, 0));
        for (wall, effects) in walls.iter_mut().zip(effects) {
            wall.show(effects);
        }
        prop_assert!(walls[0].full() == walls[1].full(), "the boards look different");
    }

    #[test]
    fn any_op_comes_back_from_its_bytes(ops in ops()) {
        for op in ops {
            prop_assert_eq!(decode(&encode(&op)), Ok(op));
        }
    }

    #[test]
    fn any_op_with_flipped_bytes_is_safe(ops in ops(), flips in prop::collection::vec((any::<usize>(), any::<u8>()), 1..4)) {
        let mut wall = Wall::new(9);
        for op in ops {
            let mut bytes = encode(&op);
            for (at, with) in &flips {
                let at = at % bytes.len();
                bytes[at] ^= with;
            }
            if let Ok(op) = decode(&bytes) {
                prop_assert_eq!(decode(&encode(&op)), Ok(op.clone()), "what is read can be written");
                let effects = wall.board.merge(op);
                wall.show(effects);
            }
        }
    }

    #[test]
    fn undoing_every_op_is_blank(ops in ops(), seed: u64) {
        let mut wall = Wall::new(9);
        let void = |op: &Op| {
            let stamp = Stamp { time: op.stamp.time + 5_000, actor: Actor(7) };
            Op { stamp, edits: vec![Edit::Void { op: op.stamp, void: true }], ..op.clone() }
        };
        let voids: Vec<Op> = ops.iter().map(void).collect();
        for op in shuffled(&[ops, voids].concat(), seed) {
            let effects = wall.board.merge(op);
            wall.show(effects);
        }
        for (page, paper, things) in resolved(&wall) {
            prop_assert_eq!(things, vec![], "on {:?}", page);
            prop_assert_eq!(paper, Paper::default());
        }
    }
}
