//! Rectangles, and a list of them that forgets no pixel.

use super::*;

#[test]
fn meeting_and_joining() {
    let a = Area::new(0, 0, 10, 10);
    assert_eq!(a.intersect(Area::new(5, 5, 10, 10)), Area::new(5, 5, 5, 5));
    assert!(a.intersect(Area::new(10, 0, 5, 5)).is_empty());
    assert_eq!(a.union(Area::new(20, 20, 1, 1)), Area::new(0, 0, 21, 21));
    assert_eq!(a.union(Area::default()), a);
    assert_eq!(Area::new(3, 4, -5, 6).width, 0);
    assert!(Area::new(i32::MAX, 0, 10, 10).right() == i32::MAX);
}

#[test]
fn every_added_pixel_is_in_the_list() {
    let screen = Area::new(0, 0, 3840, 2160);
    let mut state = 12345_u32;
    let mut next = |limit: i32| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) as i32 % limit
    };
    for _ in 0..200 {
        let mut dirty = Dirty::default();
        let added: Vec<_> =
            (0..12).map(|_| Area::new(next(3900) - 30, next(2200) - 30, next(90), next(90))).collect();
        dirty.extend(added.iter().copied());
        let list = dirty.take(screen);
        assert!(dirty.is_empty());
        for area in added {
            for (x, y) in [(area.x, area.y), (area.right() - 1, area.bottom() - 1)] {
                if area.contains(x, y) && screen.contains(x, y) {
                    assert!(list.iter().any(|kept| kept.contains(x, y)), "{x},{y} is missing");
                }
            }
        }
        assert!(list.iter().all(|kept| kept.intersect(screen) == *kept && !kept.is_empty()));
    }
}

#[test]
fn ten_pens_in_ten_places_do_not_become_one_screen() {
    let mut dirty = Dirty::default();
    for pen in 0..10 {
        for step in 0..5 {
            dirty.add(Area::new(pen * 380 + step, (pen % 2) * 2000 + step, 12, 12));
        }
    }
    let list = dirty.take(Area::new(0, 0, 3840, 2160));
    assert_eq!(list.len(), 10);
    assert!(list.iter().map(Area::pixels).sum::<i64>() < 10 * 20 * 20);
}
