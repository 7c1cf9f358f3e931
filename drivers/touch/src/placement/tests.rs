//! Corners and directions under every turn, libinput's own matrices, and which panel is meant.

use super::*;
use crate::{Axis, Panel, PanelPoint, code};

const SIZE: (i32, i32) = (1_600_000, 900_000);

/// A panel of 1000 by 500 units that lies like this on [`SIZE`].
fn panel(placement: Placement) -> Panel {
    let mut about = Description::default();
    for (axis, max) in [(code::ABS_X, 1000), (code::ABS_Y, 500)] {
        about.axes.insert(axis, Axis { min: 0, max, resolution: 1 });
    }
    for axis in [code::ABS_TILT_X, code::ABS_TILT_Y] {
        about.axes.insert(axis, Axis { min: -90, max: 90, resolution: 57 });
    }
    about.axes.insert(code::ABS_Z, Axis { min: 0, max: 359, resolution: 0 });
    about.axes.insert(code::ABS_MT_ORIENTATION, Axis { min: -1, max: 1, resolution: 0 });
    Panel::placed(&about, Some(SIZE), placement).unwrap()
}

fn at(placement: Placement, x: i32, y: i32) -> (i32, i32) {
    let PanelPoint { x_um, y_um } = panel(placement).point(x, y);
    (x_um, y_um)
}

fn turned(turn: Turn) -> Placement {
    Placement { turn, ..Placement::STRAIGHT }
}

fn by(numbers: [f64; 6]) -> Placement {
    Placement { matrix: Matrix::new(numbers).unwrap(), ..Placement::STRAIGHT }
}

#[test]
fn corners_under_every_turn() {
    let (right, bottom) = SIZE;
    // Where the panel's own top left, top right and bottom right corners lie on the screen.
    for (turn, corners) in [
        (Turn::None, [(0, 0), (right, 0), (right, bottom)]),
        (Turn::Quarter, [(right, 0), (right, bottom), (0, bottom)]),
        (Turn::Half, [(right, bottom), (0, bottom), (0, 0)]),
        (Turn::ThreeQuarters, [(0, bottom), (0, 0), (right, 0)]),
    ] {
        let seen = [(0, 0), (1000, 0), (1000, 500)].map(|(x, y)| at(turned(turn), x, y));
        assert_eq!(seen, corners, "{turn:?}");
    }
    // A quarter of the way along the panel's own width.
    assert_eq!(at(turned(Turn::Quarter), 250, 0), (right, bottom / 4));
}

#[test]
fn libinputs_matrices_turn_as_its_documentation_says() {
    // From libinput's page on absolute axes: 90, 180 and 270 degrees clockwise.
    for (numbers, turn) in [
        ([0.0, -1.0, 1.0, 1.0, 0.0, 0.0], Turn::Quarter),
        ([-1.0, 0.0, 1.0, 0.0, -1.0, 1.0], Turn::Half),
        ([0.0, 1.0, 0.0, -1.0, 0.0, 1.0], Turn::ThreeQuarters),
    ] {
        for (x, y) in [(0, 0), (1000, 0), (1000, 500), (250, 400)] {
            let (matrix, plain) = (at(by(numbers), x, y), at(turned(turn), x, y));
            assert!(
                (matrix.0 - plain.0).abs() <= 1 && (matrix.1 - plain.1).abs() <= 1,
                "{matrix:?} {plain:?}"
            );
        }
        assert_eq!(by(numbers).facing(), turned(turn).facing());
    }
}

#[test]
fn a_matrix_moves_stretches_and_stops_at_the_border() {
    let placement = by([1.1, 0.0, -0.05, 0.0, 1.0, 0.1]);
    assert_eq!(at(placement, 500, 0), (SIZE.0 / 2, SIZE.1 / 10));
    assert_eq!(at(placement, 0, 500), (0, SIZE.1));
    assert_eq!(at(placement, 1000, 500), SIZE);
}

#[test]
fn directions_turn_with_the_panel() {
    let lean = |placement: Placement| {
        let tilt = panel(placement).tilt(30, 10).unwrap();
        // The axis' unit is a 57th of a radian, so a whole degree is a little more.
        (tilt.x_cdeg / 100, tilt.y_cdeg / 100)
    };
    assert_eq!(lean(turned(Turn::None)), (30, 10));
    assert_eq!(lean(turned(Turn::Quarter)), (-10, 30));
    assert_eq!(lean(turned(Turn::Half)), (-30, -10));
    assert_eq!(lean(turned(Turn::ThreeQuarters)), (10, -30));
    let mirrored = by([-1.0, 0.0, 1.0, 0.0, 1.0, 0.0]);
    assert_eq!(lean(mirrored), (-30, 10));
    // Left and right exchanged on the panel, which is then turned: what points right on it points up on the screen.
    let both = Placement { turn: Turn::ThreeQuarters, ..mirrored };
    assert_eq!(at(both, 1000, 0), (SIZE.0, 0));
    assert_eq!(lean(both), (-10, -30));

    let lies = |placement: Placement| panel(placement).orientation(1).unwrap();
    assert_eq!((lies(turned(Turn::None)), lies(turned(Turn::Quarter))), (9_000, 18_000));
    assert_eq!((lies(turned(Turn::Half)), lies(mirrored)), (-9_000, -9_000));
    let twist = |placement: Placement| panel(placement).twist(300).unwrap();
    assert_eq!(
        (twist(turned(Turn::None)), twist(turned(Turn::Quarter)), twist(mirrored)),
        (30_000, 3_000, 6_000)
    );
}

#[test]
fn what_cannot_be_is_refused() {
    for numbers in [
        [1.0, 0.0, 0.0, 0.0, f64::NAN, 0.0],
        [f64::INFINITY, 0.0, 0.0, 0.0, 1.0, 0.0],
        [1.0, 1.0, 0.0, 1.0, 1.0, 0.0],
        [0.2, 0.0, 0.0, 0.0, 0.2, 0.0],
        [5.0, 0.0, 0.0, 0.0, 1.0, 0.0],
    ] {
        assert!(Matrix::new(numbers).is_err(), "{numbers:?}");
    }
    for turn in Turn::ALL {
        assert_eq!(Turn::from_degrees(turn.degrees()).unwrap(), turn);
    }
    assert!(Turn::from_degrees(45).unwrap_err().to_string().contains("45"));
}

#[test]
fn the_name_that_fits_fewest_panels_counts() {
    let mut about = Description::default();
    (about.identity.vendor, about.identity.product) = (0x1ff7, 0xf27);
    about.serial = "A7".to_owned();
    let spec = |path: &str| SourceSpec { path: path.into(), desc: None };
    let mut placements = Placements::default();
    placements.set("1ff7:0f27", turned(Turn::Half));
    assert_eq!(placements.of(&spec("/dev/input/event3"), &about).turn, Turn::Half);
    placements.set("1ff7:0f27:A7", turned(Turn::Quarter));
    assert_eq!(placements.of(&spec("/dev/input/event3"), &about).turn, Turn::Quarter);
    placements.set("/dev/input/event3", turned(Turn::ThreeQuarters));
    assert_eq!(placements.of(&spec("/dev/input/event3"), &about).turn, Turn::ThreeQuarters);
    assert_eq!(placements.of(&spec("/dev/input/event4"), &about).turn, Turn::Quarter);
    about.identity.product = 1;
    assert_eq!(placements.of(&spec("/dev/input/event4"), &about), Placement::STRAIGHT);
    placements.set("1ff7:0001", turned(Turn::Half));
    placements.set("1ff7:0001", turned(Turn::Quarter));
    assert_eq!(placements.of(&spec("/dev/input/event4"), &about).turn, Turn::Quarter);
}

#[test]
fn a_turned_panel_without_a_screen_is_as_high_as_it_was_wide() {
    let mut about = Description::default();
    for (axis, max) in [(code::ABS_X, 1000), (code::ABS_Y, 500)] {
        about.axes.insert(axis, Axis { min: 0, max, resolution: 1 });
    }
    let size = |turn| Panel::placed(&about, None, turned(turn)).unwrap().size_um();
    assert_eq!(size(Turn::Half), (1_000_000, 500_000));
    assert_eq!(size(Turn::Quarter), (500_000, 1_000_000));
}
