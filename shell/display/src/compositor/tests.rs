//! Which surface is on top, what a change damages, and how pixels meet.

use super::*;

const SCREEN: Area = Area::new(0, 0, 40, 30);

fn stack(surfaces: &[(u64, Area, i32, bool)]) -> Stack {
    let mut stack = Stack::default();
    let mut dirty = Dirty::default();
    for (id, rect, z, opaque) in surfaces {
        let id = SurfaceId(*id);
        stack.change(id, SurfaceChange::New { opaque: *opaque }, &mut dirty);
        stack.change(id, SurfaceChange::Place { rect: *rect, z: *z }, &mut dirty);
        stack.change(id, SurfaceChange::Visible(true), &mut dirty);
    }
    stack
}

fn fill(stack: &mut Stack, id: u64, rect: Area, pixel: u32) -> Vec<Area> {
    let mut dirty = Dirty::default();
    let pixels = vec![pixel; rect.pixels() as usize];
    let (size, area) = ((rect.width, rect.height), Area::new(0, 0, rect.width, rect.height));
    stack.change(SurfaceId(id), SurfaceChange::Patch { size, area, pixels }, &mut dirty);
    dirty.take(SCREEN)
}

#[test]
fn the_topmost_takes_the_touch() {
    let (low, high) = (Area::new(0, 0, 20, 20), Area::new(10, 0, 20, 20));
    let mut stack = stack(&[(1, high, 5, true), (2, low, 1, true), (3, low, 1, true)]);
    assert_eq!(stack.hit(15, 5), Some(SurfaceId(1)));
    assert_eq!(stack.hit(5, 5), Some(SurfaceId(3)), "among equals the later one");
    let mut dirty = Dirty::default();
    stack.change(SurfaceId(2), SurfaceChange::Raise, &mut dirty);
    assert_eq!(stack.hit(5, 5), Some(SurfaceId(2)));
    stack.change(SurfaceId(2), SurfaceChange::Gone, &mut dirty);
    assert_eq!(stack.hit(5, 5), Some(SurfaceId(3)));
    stack.change(SurfaceId(3), SurfaceChange::Visible(false), &mut dirty);
    assert_eq!(stack.hit(5, 5), None);
    assert_eq!(stack.hit(35, 29), None);
}

#[test]
fn only_pixels_that_are_there_take_touches_unless_opaque() {
    let rect = Area::new(0, 0, 10, 10);
    let mut stack = stack(&[(1, rect, 0, false)]);
    assert_eq!(stack.hit(5, 5), None, "nothing is drawn yet");
    fill(&mut stack, 1, rect, 0x4000_0000);
    assert_eq!(stack.hit(5, 5), Some(SurfaceId(1)));
    fill(&mut stack, 1, rect, 0);
    assert_eq!(stack.hit(5, 5), None);
}

#[test]
fn a_patch_damages_only_itself_and_a_move_both_places() {
    let rect = Area::new(10, 10, 20, 10);
    let mut stack = stack(&[(1, rect, 0, true)]);
    assert_eq!(fill(&mut stack, 1, rect, 0xff11_2233), [rect], "another size: all of it");
    let mut dirty = Dirty::default();
    let patch =
        SurfaceChange::Patch { size: (20, 10), area: Area::new(2, 3, 2, 1), pixels: vec![0xffff_ffff; 2] };
    stack.change(SurfaceId(1), patch, &mut dirty);
    assert_eq!(dirty.take(SCREEN), [Area::new(12, 13, 2, 1)]);
    stack.change(SurfaceId(1), SurfaceChange::Place { rect: Area::new(0, 0, 20, 10), z: 0 }, &mut dirty);
    let list = dirty.take(SCREEN);
    assert!([(29, 19), (0, 0)].iter().all(|(x, y)| list.iter().any(|area| area.contains(*x, *y))));
}

#[test]
fn premultiplied_colours_lie_over_one_another() {
    let rect = Area::new(0, 0, 4, 4);
    let mut stack = stack(&[(1, rect, 0, false), (2, rect, 1, false)]);
    fill(&mut stack, 1, rect, 0xff00_00ff);
    fill(&mut stack, 2, rect, 0x8080_0000);
    let mut frame = vec![0x00ff_ffff; 40 * 30];
    stack.draw(&mut frame, 40, SCREEN);
    assert_eq!(frame[0], 0x0080_007f);
    assert_eq!(frame[4], 0x00ff_ffff);
    // A surface drawn beyond the screen's edges, and one larger than its pixels.
    let mut dirty = Dirty::default();
    stack.change(SurfaceId(1), SurfaceChange::Place { rect: Area::new(-2, 28, 50, 50), z: 2 }, &mut dirty);
    stack.draw(&mut frame, 40, SCREEN);
    assert_eq!((frame[28 * 40], frame[28 * 40 + 2]), (0x0000_00ff, 0x00ff_ffff));
}

#[test]
fn nonsense_patches_change_nothing() {
    let rect = Area::new(0, 0, 4, 4);
    let mut stack = stack(&[(1, rect, 0, true)]);
    fill(&mut stack, 1, rect, 0xff00_00ff);
    let mut dirty = Dirty::default();
    for (area, count) in
        [(Area::new(3, 3, 5, 5), 25), (Area::new(-1, 0, 2, 1), 2), (Area::new(0, 0, 4, 4), 3)]
    {
        let patch = SurfaceChange::Patch { size: (4, 4), area, pixels: vec![0xffff_ffff; count] };
        stack.change(SurfaceId(1), patch, &mut dirty);
    }
    stack.change(SurfaceId(9), SurfaceChange::Raise, &mut dirty);
    let mut frame = vec![0; 40 * 30];
    stack.draw(&mut frame, 40, SCREEN);
    assert!((0..4).all(|x| frame[x] == 0x0000_00ff));
    assert!(stack.covers(rect) && !stack.covers(Area::new(0, 0, 5, 4)));
}

#[test]
fn a_ring_stays_in_its_area() {
    let ring = Ring { x: 20.0, y: 15.0, radius_x: 8.0, radius_y: 8.0 };
    let mut frame = vec![0x00ff_ffff; 40 * 30];
    ring.draw(&mut frame, 40, SCREEN);
    let changed = |x: i32, y: i32| frame[(y * 40 + x) as usize] != 0x00ff_ffff;
    assert!(changed(12, 15) && changed(28, 15) && !changed(20, 15) && !changed(2, 2));
    for (x, y) in (0..30).flat_map(|y| (0..40).map(move |x| (x, y))) {
        assert!(!changed(x, y) || ring.area().contains(x, y));
    }
}
