//! Every instruction set against the twin in plain Rust, byte by byte.
use proptest::prelude::*;

use crate::{
    Layers, Level, MaskTile, Node, Paper, Rect, Scale, TILE_PIXELS, Tile, TileAt, WetTile,
    coverage::{Capsule, Part},
    lerp, over, premultiply, simd, tiles_of,
};

fn others() -> impl Iterator<Item = Level> {
    Level::here().filter(|level| *level != Level::Portable)
}

/// A tile that already has some coverage.
fn worn() -> Box<MaskTile> {
    Box::new(std::array::from_fn(|index| (index * 7 % 251) as u8 / 4))
}

fn raised(level: Level, capsule: &Capsule, at: TileAt, area: &Rect) -> Box<MaskTile> {
    let mut tile = worn();
    simd::raise(level, &mut tile, capsule, &Part::new(at, area));
    tile
}

/// Random bytes that are often 0, often 255, as coverage is.
fn coverage() -> impl Strategy<Value = Box<MaskTile>> {
    (any::<u64>(), 0_u64..4).prop_map(|(seed, rough)| {
        let mut state = seed | 1;
        Box::new(std::array::from_fn(|index| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            match (index as u64 / 24 + seed) % 4 {
                kind if kind < rough => (state >> 56) as u8,
                kind if kind % 2 == 0 => 0,
                _ => 255,
            }
        }))
    })
}

/// Pixels that are transparent, opaque, or something between; premultiplied or not.
fn picture() -> impl Strategy<Value = Box<Tile>> {
    (any::<u64>(), any::<bool>()).prop_map(|(seed, proper)| {
        let mut state = seed | 1;
        Box::new(std::array::from_fn(|index| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let pixel = (state >> 32) as u32;
            match (index as u64 / 24 + seed) % 4 {
                0 => 0,
                1 => pixel | 0xff00_0000,
                _ if proper => premultiply(pixel & 0xff_ffff, (state >> 24) as u8),
                _ => pixel,
            }
        }))
    })
}

proptest! {
    #[test]
    fn coverage_is_the_same_bit_for_bit(
        ax in -60_000..190_000_i32, ay in -60_000..190_000_i32, bx in -60_000..190_000_i32, by in -60_000..190_000_i32,
        ra in 0_u16..60_000, rb in 0_u16..60_000, px in 200_u32..3_000, dot: bool,
    ) {
        let scale = Scale::new(px, 1_000_000);
        let a = Node { x_um: ax, y_um: ay, radius_um: ra };
        let b = if dot { Node { radius_um: rb, ..a } } else { Node { x_um: bx, y_um: by, radius_um: rb } };
        let capsule = Capsule::new(a, b, (0, 0), scale);
        for at in tiles_of(capsule.bounds()) {
            let area = at.rect().intersect(&capsule.bounds());
            let twin = raised(Level::Portable, &capsule, at, &area);
            for level in others() {
                prop_assert!(twin == raised(level, &capsule, at, &area), "{level:?} differs at {at:?}");
            }
        }
    }

    /// Rows are cut and insides filled only to save time.
    #[test]
    fn a_wide_capsule_is_the_same_as_pixel_by_pixel(
        ax in 0.0_f32..200.0, ay in 0.0_f32..200.0, bx in 0.0_f32..200.0, by in 0.0_f32..200.0,
        ra in 0.1_f32..60.0, rb in 0.1_f32..60.0, level: bool,
    ) {
        let by = if level { ay } else { by };
        let node = |x: f32, y: f32, radius: f32| Node {
            x_um: (x * 1000.0) as i32, y_um: (y * 1000.0) as i32, radius_um: (radius * 1000.0) as u16,
        };
        let capsule = Capsule::new(node(ax, ay, ra), node(bx, by, rb), (0, 0), Scale::new(1_000, 1_000_000));
        for at in tiles_of(capsule.bounds()) {
            let area = at.rect().intersect(&capsule.bounds());
            let whole = raised(Level::used(), &capsule, at, &area);
            let mut pieces = worn();
            // Strips this narrow are never cut.
            let strips = (0..8).map(|strip| at.rect().x0 + strip * 8);
            let strips = strips.map(|x0| area.intersect(&Rect { x0, x1: x0 + 8, ..at.rect() }));
            for strip in strips.filter(|strip| !strip.is_empty()) {
                simd::raise(Level::used(), &mut pieces, &capsule, &Part::new(at, &strip));
            }
            prop_assert!(whole == pieces, "{at:?}");
        }
    }

    #[test]
    fn laying_and_replacing_are_the_same_bit_for_bit(
        under in picture(), mask in coverage(), colour: u32,
    ) {
        let laid: Vec<u32> = (0..TILE_PIXELS).map(|at| over(under[at], colour, mask[at])).collect();
        let marked: Vec<u32> = (0..TILE_PIXELS).map(|at| lerp(under[at], colour, mask[at])).collect();
        for level in Level::here() {
            let mut tile = under.clone();
            simd::lay(level, &mut tile, &mask, colour);
            prop_assert!(tile[..] == laid[..], "{level:?} lays otherwise");
            let mut tile = under.clone();
            simd::replace(level, &mut tile, &mask, colour);
            prop_assert!(tile[..] == marked[..], "{level:?} replaces otherwise");
        }
    }

    #[test]
    fn composing_is_the_definition_on_every_level(
        paper in picture(), base in picture(), glow in picture(), ink in picture(), present in 0_u8..16,
        masks in prop::collection::vec((coverage(), coverage(), any::<u32>(), any::<bool>(), 0_u8..4), 0..4),
        y in 0..64_i32, x in 0..64_i32, width in 1..80_usize,
    ) {
        let given = |bit: u8, tile| (present & bit != 0).then_some(tile);
        let wets: Vec<WetTile<'_>> = masks
            .iter()
            .map(|(mask, tail, colour, highlighter, has)| WetTile {
                mask: (has & 1 != 0).then_some(&**mask),
                tail: (has & 2 != 0).then_some(&**tail),
                colour: premultiply(colour & 0xff_ffff, (colour >> 24) as u8),
                highlighter: *highlighter,
            })
            .collect();
        let layers = Layers {
            paper: given(1, &*paper).map_or(Paper::Colour(0xfffd_fdfb), Paper::Tile),
            base: given(2, &*base),
            glow: given(4, &*glow),
            ink: given(8, &*ink),
            wets: &wets,
        };
        let inside = width.min(64 - x as usize);
        let expected: Vec<u32> = (0..inside).map(|step| defined(&layers, y as usize * 64 + x as usize + step)).collect();
        for level in Level::here() {
            let mut out = vec![0x1234_5678; inside];
            let x = x as usize;
            simd::compose(level, &mut out, inside, (y as usize..y as usize + 1, x..x + inside), &layers);
            prop_assert_eq!(&out, &expected, "{:?}", level);
        }
        let mut out = vec![0x1234_5678; inside];
        layers.row(y, x, &mut out);
        prop_assert_eq!(&out[..], &expected[..]);
    }

    #[test]
    fn an_area_is_its_rows(
        base in picture(), mask in coverage(), x in 0..64_i32, y in 0..64_i32, w in 1..64_i32, h in 1..64_i32, more in 0..9_usize,
    ) {
        let area = Rect::sized(x, y, w, h).intersect(&Rect::new(0, 0, 64, 64));
        let wets = [WetTile { mask: Some(&mask), tail: None, colour: 0xff00_72b2, highlighter: false }];
        let layers = Layers { paper: Paper::Colour(0xffff_ffff), base: Some(&base), glow: None, ink: None, wets: &wets };
        let (width, stride) = (area.width() as usize, area.width() as usize + more);
        let mut out = vec![0x1234_5678; stride * area.height() as usize];
        layers.area(area, &mut out, stride);
        for (y, row) in (area.y0..).zip(out.chunks(stride)) {
            let mut alone = vec![0; width];
            layers.row(y, area.x0, &mut alone);
            prop_assert_eq!(&row[..width], &alone[..]);
            prop_assert!(row[width..].iter().all(|pixel| *pixel == 0x1234_5678), "beside the area");
        }
    }
}

#[test]
fn what_has_no_room_is_not_composed() {
    let layers = Layers { paper: Paper::Colour(1), base: None, glow: None, ink: None, wets: &[] };
    let mut out = [7; 100];
    layers.area(Rect::new(60, 0, 65, 1), &mut out, 10);
    layers.area(Rect::new(0, 0, 11, 1), &mut out, 10);
    layers.area(Rect::new(0, 0, 10, 11), &mut out, 10);
    layers.area(Rect::new(5, 5, 5, 9), &mut out, 10);
    layers.row(64, 0, &mut out);
    layers.row(0, -1, &mut out);
    assert_eq!(out, [7; 100]);
}

/// One pixel, layer by layer, without any shortcut.
fn defined(layers: &Layers<'_>, index: usize) -> u32 {
    let pixel = |tile: Option<&Tile>| tile.map_or(0, |tile| tile[index]);
    let (mut marked, mut inked) = (pixel(layers.glow), pixel(layers.ink));
    for wet in layers.wets {
        let at = |mask: Option<&MaskTile>| mask.map_or(0, |mask| mask[index]);
        let cover = at(wet.mask).max(at(wet.tail));
        if wet.highlighter {
            marked = lerp(marked, wet.colour, cover);
        } else {
            inked = over(inked, wet.colour, cover);
        }
    }
    let paper = match layers.paper {
        Paper::Colour(colour) => colour,
        Paper::Tile(tile) => tile[index],
    };
    [pixel(layers.base), marked, inked].into_iter().fold(paper, |shown, layer| over(shown, layer, 255))
}

#[test]
fn every_machine_has_a_level_and_the_twin() {
    let here: Vec<Level> = Level::here().collect();
    assert_eq!(here.last(), Some(&Level::Portable));
    assert!(here.iter().all(|level| level.is_there()));
    assert!(here.contains(&Level::used()));
}
