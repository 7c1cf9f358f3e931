//! Figures, notes, pictures and texts: what they look like, and that it does not matter when a tile is drawn.
use std::sync::Arc;

use super::{Wall, font};
use crate::{
    Actor, Bitmap, BoardEvent, Colour, Content, Contour, Dash, Media, MediaId, MediaKind, Note, Object,
    ObjectId, Op, Outline, PagePoint, PageRect, PersonId, Shape, Stamp, Surface, Text, Tool, op::Edit,
};

fn at(x: i32, y: i32) -> PagePoint {
    PagePoint::new(x * 1_000, y * 1_000)
}

fn shape(outline: Outline) -> Shape {
    Shape {
        outline,
        colour: Colour::BLACK,
        width_um: 4_000,
        dash: Dash::Solid,
        fill: None,
        arrows: (false, false),
    }
}

/// A picture of a gradient with a cross, `width` pixels wide.
pub(crate) fn bitmap(width: u32, height: u32) -> Bitmap {
    let pixels: Vec<u32> = (0..height)
        .flat_map(|y| (0..width).map(move |x| (x, y)))
        .map(|(x, y)| {
            let cross = x.abs_diff(width / 2) < width / 32 || y.abs_diff(height / 2) < height / 32;
            let (r, b) = (x * 255 / width, y * 255 / height);
            if cross { 0xffff_ffff } else { 0xff00_5000 | r << 16 | b }
        })
        .collect();
    Bitmap { width, height, pixels: pixels.into() }
}

impl Wall {
    /// Brings an object onto the first page.
    pub(crate) fn bring(&mut self, content: Content) -> ObjectId {
        self.now_us += 1_000;
        let stamp = Stamp { time: self.now_us, actor: Actor(9) };
        let id = ObjectId { made: stamp, index: 0 };
        let (page, by) = (self.board.page_id(), PersonId::FIRST);
        let object = Object { id, page, by, z: id, piece_of: None, content };
        let effects = self.board.merge(Op { stamp, by, page, edits: vec![Edit::Add(object)] });
        self.show(effects);
        id
    }
}

fn everything(wall: &mut Wall) {
    let star: Vec<PagePoint> = [(0, -80), (47, 65), (-76, -25), (76, -25), (-47, 65)]
        .iter()
        .map(|(x, y)| at(260 + x, 200 + y))
        .collect();
    let star = Contour { points: star.into(), closed: true };
    wall.bring(Content::Shape(Shape {
        fill: Some((Colour::YELLOW, 255)),
        ..shape(Outline::Paths([star].into()))
    }));
    let circle = Outline::Ellipse { centre: at(520, 200), rx_um: 110_000, ry_um: 80_000 };
    wall.bring(Content::Shape(Shape {
        fill: Some((Colour::SKY, 90)),
        colour: Colour::BLUE,
        dash: Dash::Dashed,
        ..shape(circle)
    }));
    wall.bring(Content::Shape(Shape {
        arrows: (false, true),
        colour: Colour::VERMILION,
        width_um: 7_000,
        ..shape(Outline::line(at(150, 380), at(620, 330)))
    }));
    wall.bring(Content::Shape(Shape {
        arrows: (true, true),
        width_um: 2_500,
        ..shape(Outline::open(&[at(150, 450), at(400, 420), at(620, 470)]))
    }));
    wall.bring(Content::Shape(Shape {
        dash: Dash::Dotted,
        colour: Colour::GREEN,
        ..shape(Outline::rectangle(PageRect::new(690_000, 100_000, 900_000, 260_000)))
    }));
    wall.stroke(1, &[(950_000, 100_000), (1_400_000, 300_000), (960_000, 320_000)]);
    wall.bring(Content::Note(Note {
        rect: PageRect::new(1_000_000, 120_000, 1_200_000, 300_000),
        paper: Colour::own(0x00ff_e97a),
        size_um: 40_000,
        colour: Colour::BLACK,
        text: "光合作用\nPhotosynthesis needs light, water and CO₂".to_owned(),
    }));
    wall.bring(Content::Note(Note {
        rect: PageRect::new(1_160_000, 220_000, 1_330_000, 380_000),
        paper: Colour::own(0x00b8_e3ff),
        size_um: 50_000,
        colour: Colour::PURPLE,
        text: "为什么?".to_owned(),
    }));
    media(wall);
    wall.bring(Content::Text(Text {
        at: at(150, 520),
        size_um: 60_000,
        room_um: 500_000,
        text: "Texts break at their own width. 文字也会换行。".to_owned(),
        colour: Colour::GREY,
    }));
    wall.stroke(2, &[(1_380_000, 200_000), (1_700_000, 260_000)]);
}

fn media(wall: &mut Wall) {
    let file = MediaId([7; 32]);
    wall.bring(Content::Media(Media {
        file,
        kind: MediaKind::Picture,
        rect: PageRect::new(1_400_000, 120_000, 1_640_000, 300_000),
    }));
    let file = MediaId([8; 32]);
    wall.bring(Content::Media(Media {
        file,
        kind: MediaKind::Video,
        rect: PageRect::new(1_400_000, 340_000, 1_640_000, 475_000),
    }));
    wall.bring(Content::Media(Media {
        file: MediaId([9; 32]),
        kind: MediaKind::Pdf { page: 3 },
        rect: PageRect::new(1_680_000, 120_000, 1_800_000, 290_000),
    }));
}

#[test]
fn every_kind_of_object_is_drawn_to_a_picture() {
    let mut wall = Wall::sized(
        Surface { width_px: 1_920, height_px: 1_080, width_um: 1_895_000, height_um: 1_066_000 },
        1,
    );
    everything(&mut wall);
    let asked: Vec<_> = wall
        .events
        .iter()
        .filter_map(|event| match event {
            BoardEvent::MediaWanted { file, kind, width_px } => Some((*file, *kind, *width_px)),
            _ => None,
        })
        .collect();
    assert_eq!(asked.len(), 2, "a video is not decoded here: {asked:?}");
    assert!((240..250).contains(&asked[0].2), "as wide as it is shown: {asked:?}");
    let effects = wall.board.media_ready(asked[0].0, asked[0].1, bitmap(1_000, 750));
    wall.show(effects);
    assert!(wall.screen == wall.full(), "built up from damage alone");
    let pixel =
        |x_mm: usize, y_mm: usize| wall.screen[y_mm * 1080 / 1066 * 1920 + x_mm * 1920 / 1895] & 0xff_ffff;
    assert_eq!(pixel(1_520, 210), 0xff_ffff, "the cross of the picture");
    assert_eq!(pixel(260, 200), Colour::YELLOW.rgb(), "nonzero: the middle of the star is inside");
    if let Ok(folder) = std::env::var("DAIS_PICTURES") {
        super::look::save(&std::path::Path::new(&folder).join("objects.png"), &wall.screen, 1_920, 1_080);
    }
    assert!(font().len() > 100_000);
    let shared: Arc<[u32]> = vec![0; 4].into();
    let broken = Bitmap { width: 3, height: 3, pixels: shared };
    let effects = wall.board.media_ready(MediaId([9; 32]), MediaKind::Pdf { page: 3 }, broken);
    assert!(effects.is_empty(), "a picture whose size is not true is not shown");
}

#[test]
fn a_video_is_shown_over_pictures_and_under_ink_frame_by_frame() {
    let mut wall = Wall::new(1);
    let file = MediaId([5; 32]);
    let rect = PageRect::new(100_000, 50_000, 260_000, 140_000);
    let id = wall.bring(Content::Media(Media { file, kind: MediaKind::Video, rect }));
    let shown: Vec<_> = wall
        .events
        .iter()
        .filter_map(|event| match event {
            BoardEvent::VideoShown { file, rect_px, .. } => Some((*file, *rect_px)),
            _ => None,
        })
        .collect();
    assert_eq!(shown.len(), 1);
    assert_eq!((shown[0].0, shown[0].1.width() / 2), (file, 97));
    wall.stroke(1, &[(60_000, 95_000), (320_000, 95_000)]);
    for colour in [0x00ff_0000_u32, 0x0000_ff00] {
        let frame = Bitmap { width: 16, height: 9, pixels: vec![colour; 144].into() };
        let effects = wall.board.video_frame(file, Some(frame));
        assert_eq!(effects.damage.bounds(), shown[0].1, "nothing else is shown again");
        wall.show(effects);
        assert!(wall.screen == wall.full());
        let pixel = |x: usize, y: usize| wall.screen[y * 480 + x] & 0xff_ffff;
        assert_eq!((pixel(200, 70), pixel(200, 114)), (colour, Colour::BLACK.rgb()));
        assert_eq!(pixel(100, 70), 0xfd_fdfb);
    }
    let effects = wall.board.move_by(PersonId::FIRST, &[id], 60_000, 0, wall.now_us);
    wall.show(effects);
    assert!(wall.screen == wall.full());
    assert_eq!(wall.screen[70 * 480 + 340] & 0xff_ffff, 0x00_ff00, "the frame goes where the video goes");
    wall.undo(1);
    wall.events.clear();
    let effects = wall.board.clear_page(PersonId::FIRST, wall.now_us);
    wall.show(effects);
    assert!(wall.is_blank() && wall.events.contains(&BoardEvent::VideoHidden { file }));
}

#[test]
fn a_tap_on_a_video_with_the_hand_is_told_and_a_drag_is_none() {
    let mut wall = Wall::new(1);
    let file = MediaId([5; 32]);
    let rect = PageRect::new(100_000, 50_000, 260_000, 140_000);
    wall.bring(Content::Media(Media { file, kind: MediaKind::Video, rect }));
    wall.bring(Content::Media(Media {
        file: MediaId([6; 32]),
        kind: MediaKind::Picture,
        rect: PageRect::new(300_000, 50_000, 460_000, 140_000),
    }));
    let effects = wall.board.set_tool(PersonId::FIRST, Tool::Hand);
    wall.show(effects);
    wall.events.clear();
    let taps = |wall: &Wall| {
        wall.events.iter().filter(|event| matches!(event, BoardEvent::VideoTapped { .. })).count()
    };
    wall.stroke(1, &[(380_000, 90_000), (380_000, 90_000)]);
    assert_eq!(taps(&wall), 0, "a picture does not play");
    wall.stroke(1, &[(180_000, 90_000), (180_000, 90_000)]);
    assert!(wall.events.contains(&BoardEvent::VideoTapped { person: PersonId::FIRST, file }));
    wall.stroke(1, &[(180_000, 90_000), (181_000, 90_000)]);
    assert_eq!(taps(&wall), 2, "tapped again, selected as it is");
    wall.stroke(1, &[(180_000, 90_000), (220_000, 90_000)]);
    assert_eq!(taps(&wall), 2, "it was moved");
}
