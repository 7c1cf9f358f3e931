//! Ink to pictures: the width, slant and margins that the reader is shown.

use super::super::stroke::Point;
use super::*;

const PEN: Pen = Pen { width: 2.0, slant: 0.0, margin: 5.0 };

fn line(points: &[(f32, f32)]) -> Stroke {
    Stroke(points.iter().map(|&(x, y)| Point { x, y, t: 0 }).collect())
}

#[test]
fn ink_fills_the_height_between_the_margins_at_any_scale() {
    for scale in [0.01, 1.0, 40_000.0] {
        let ink = line(&[(3.0 * scale, scale), (3.0 * scale, 5.0 * scale)]);
        let place = Place::of(&Bounds::of([&ink]).unwrap(), PEN, 960);
        let plane = &draw(&[&ink], &place, PEN, 96)[..HEIGHT * 96];
        let inked: Vec<usize> =
            (0..HEIGHT).filter(|y| plane[y * 96..][..96].iter().any(|&value| value < 0.0)).collect();
        assert!(
            (4..=5).contains(&inked[0]) && (42..=43).contains(&inked[inked.len() - 1]),
            "{inked:?} at {scale}"
        );
    }
}

#[test]
fn what_lies_right_of_the_picture_is_neither_paper_nor_ink() {
    let ink = line(&[(0.0, 0.0), (0.0, 10.0)]);
    let place = Place::of(&Bounds::of([&ink]).unwrap(), PEN, 960);
    let planes = draw(&[&ink], &place, PEN, 96);
    assert_eq!(planes.len(), 3 * HEIGHT * 96);
    assert_eq!((planes[0], planes[95]), (PAPER, REST));
    assert_eq!(planes[..HEIGHT * 96], planes[2 * HEIGHT * 96..]);
}

#[test]
fn a_long_line_is_squeezed_into_the_widest_canvas() {
    let ink = line(&[(0.0, 0.0), (5_000.0, 40.0)]);
    let place = Place::of(&Bounds::of([&ink]).unwrap(), PEN, 960);
    assert_eq!(place.width, 960);
    let (right, _) = place.pixel(5_000.0, 40.0);
    assert!(right <= 960.0 - PEN.margin + 0.5, "{right}");
}

#[test]
fn taking_the_slant_out_makes_a_leaning_stroke_upright() {
    let pen = Pen { slant: 0.5, ..PEN };
    let ink = line(&[(10.0, 0.0), (5.0, 10.0)]);
    let place = Place::of(&Bounds::of([&ink]).unwrap(), pen, 960);
    assert!((place.pixel(10.0, 0.0).0 - place.pixel(5.0, 10.0).0).abs() < 1e-3);
}
