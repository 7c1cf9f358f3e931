//! Pictures as text: `#` is set.

use super::*;

fn found(rows: &[&str], most: usize) -> Vec<Blob> {
    let set: Vec<bool> = rows.concat().bytes().map(|sign| sign == b'#').collect();
    blobs(&set, rows[0].len(), most)
}

#[test]
fn corners_connect_and_gaps_part() {
    let blobs = found(&["#...#", ".#..#", ".....", "###.."], 9);
    let areas: Vec<_> =
        blobs.iter().map(|blob| (blob.area.left, blob.area.top, blob.area.size(), blob.count)).collect();
    assert_eq!(areas, [(0, 0, (2, 2), 2), (4, 0, (1, 2), 2), (0, 3, (3, 1), 3)]);
    assert_eq!(blobs[2].rim, [(0, 3), (2, 3)]);
}

#[test]
fn a_ring_is_one_blob_whose_rim_is_its_outside() {
    let blobs = found(&[".##.", "#..#", ".##."], 9);
    assert_eq!(blobs.len(), 1);
    assert_eq!(blobs[0].rim, [(1, 0), (2, 0), (0, 1), (3, 1), (1, 2), (2, 2)]);
}

#[test]
fn the_limit_holds_and_emptiness_is_fine() {
    assert_eq!(found(&["#.#.#.#"], 2).len(), 2);
    assert_eq!(found(&["...."], 2), []);
    assert_eq!(blobs(&[], 0, 5), []);
}
