//! One fault each, with the code's corners known and without.

use super::*;
use crate::decode::look;
use crate::fake::{Shot, Symbol};

const SIZE: (usize, usize) = (640, 480);

fn shot(shot: Shot) -> Vec<u8> {
    shot.of(&Symbol::qr(b"https://example.org/order/281234567890123456").unwrap(), 1)
}

/// What is told of a frame in which this place is held up.
fn told(gray: &[u8], held: Option<Region>) -> Why {
    let picture = Picture::new(gray, SIZE.0, SIZE.1).unwrap();
    let found = look(&picture).unwrap();
    assert_eq!(found.codes, [], "it must not be readable");
    why(&picture, found.unread.first(), held)
}

fn phone() -> Option<Region> {
    Some(Region { left: 140, top: 60, width: 360, height: 360 })
}

#[test]
fn one_fault_each() {
    for (expected, fault) in [
        (Why::Blurred, Shot { blur: 4.0, ..Shot::GOOD }),
        (Why::Blurred, Shot { motion: 16.0, ..Shot::GOOD }),
        (Why::Glare, Shot { glare: Some(((325.0, 245.0), 60.0)), ..Shot::GOOD }),
        (Why::Glare, Shot { glare: Some(((260.0, 180.0), 60.0)), greys: [10, 160, 20], ..Shot::GOOD }),
        (Why::Dark, Shot { greys: [1, 5, 0], noise: 3.0, ..Shot::GOOD }),
        (Why::Tilted, Shot { tilt: 65.0, module: 2.5, ..Shot::GOOD }),
    ] {
        assert_eq!(told(&shot(fault), phone()), expected, "{fault:?}");
    }
}

#[test]
fn too_far_and_too_near() {
    let far = Shot { module: 1.0, blur: 0.8, ..Shot::GOOD };
    let phone = Region { left: 295, top: 215, width: 50, height: 50 };
    assert_eq!(told(&shot(far), Some(phone)), Why::Small);
    let near = Shot { module: 24.0, ..Shot::GOOD };
    assert_eq!(told(&shot(near), Some(Picture::new(&shot(near), 640, 480).unwrap().all())), Why::Large);
}

#[test]
fn a_blank_screen_and_nothing_at_all_are_unknown() {
    let blank = vec![230; SIZE.0 * SIZE.1];
    assert_eq!(told(&blank, phone()), Why::Unknown);
    assert_eq!(told(&blank, None), Why::Unknown);
}
