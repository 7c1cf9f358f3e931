//! Pictures as text: `#` is ink, `.` is paper.

use super::*;

fn drawn(rows: &[&str]) -> Raster {
    let bytes: Vec<u8> = rows.concat().bytes().map(|sign| if sign == b'#' { 0 } else { 255 }).collect();
    Raster::from_rows(&bytes, rows[0].len(), rows.len(), rows[0].len()).unwrap()
}

fn shown(picture: &Raster) -> Vec<String> {
    let sign = |&grey: &u8| if grey < 128 { '#' } else { '.' };
    picture.pixels.chunks(picture.width).map(|row| row.iter().map(sign).collect()).collect()
}

#[test]
fn rows_may_have_gaps_and_the_last_may_lack_its_own() {
    let tight = [1, 2, 0, 3, 4];
    let full = [1, 2, 0, 3, 4, 0];
    for bytes in [&tight[..], &full[..]] {
        assert_eq!(Raster::from_rows(bytes, 2, 2, 3).unwrap().pixels(), [1, 2, 3, 4]);
    }
}

#[test]
fn what_does_not_fit_is_refused_with_numbers() {
    let refused = |len: usize, width, height, stride| {
        Raster::from_rows(&vec![0; len], width, height, stride).unwrap_err().to_string()
    };
    for (width, height) in [(0, 5), (5, 0), (3841, 1), (1, 3841)] {
        assert!(refused(0, width, height, width).contains(&format!("{width}x{height}")));
    }
    assert!(refused(12, 4, 3, 3).contains("stride must be at least"));
    assert!(refused(11, 4, 3, 4).starts_with("11 bytes"));
    assert!(refused(13, 4, 3, 4).contains("12 belong"));
    // A stride near the address space's end must not wrap around to something small.
    assert!(Raster::from_rows(&[0; 16], 4, 3840, usize::MAX).is_err());
}

#[test]
fn ink_is_what_differs_from_the_rim_on_paper_and_on_a_chalkboard() {
    let paper = drawn(&["......", ".##...", "......", "......"]);
    let chalk =
        Raster { pixels: paper.pixels.iter().map(|grey| 60 + (255 - grey) / 2).collect(), ..paper.clone() };
    assert_eq!(paper.background(), 255);
    assert_eq!(chalk.background(), 60);
    for picture in [&paper, &chalk] {
        let at: Vec<usize> =
            picture.ink().iter().enumerate().filter(|(_, ink)| **ink).map(|(at, _)| at).collect();
        assert_eq!(at, [7, 8]);
    }
    let noise = Raster { pixels: paper.pixels.iter().map(|grey| 240 + grey / 20).collect(), ..paper };
    assert!(!noise.ink().contains(&true));
}

#[test]
fn a_cut_over_the_rim_goes_on_with_paper() {
    let picture = drawn(&["...", ".#.", "..."]);
    let cut = picture.cut(Area { left: -1, top: 1, right: 2, bottom: 4 });
    assert_eq!(shown(&cut), ["..#", "...", "..."]);
    let beside = picture.cut(Area { left: 10, top: 10, right: 12, bottom: 12 });
    assert_eq!(shown(&beside), ["..", ".."]);
}

#[test]
fn a_turned_cut_comes_out_upright() {
    let picture = drawn(&[".....", "..#..", "..#..", "..#..", "....."]);
    let upright = Turned { x: 2.5, y: 2.5, width: 5.0, height: 5.0, turn: 0.0 };
    assert_eq!(picture.cut_turned(&upright), picture);
    let lying = Turned { turn: std::f32::consts::FRAC_PI_2, ..upright };
    assert_eq!(shown(&picture.cut_turned(&lying)), [".....", ".....", ".###.", ".....", "....."]);
}

#[test]
fn resizing_keeps_the_mean_and_doubles_by_halves() {
    let picture = drawn(&["####....", "####....", "####....", "####...."]);
    assert_eq!(shown(&picture.resized(4, 2)), ["##..", "##.."]);
    let mean = |picture: &Raster| {
        picture.pixels.iter().map(|&grey| f64::from(grey)).sum::<f64>() / picture.pixels.len() as f64
    };
    for (width, height) in [(1, 1), (3, 7), (16, 8), (31, 2)] {
        let other = picture.resized(width, height);
        assert_eq!((other.width(), other.height()), (width, height));
        assert!((mean(&other) - 127.5).abs() < 16.0, "{width}x{height}: {}", mean(&other));
    }
}

#[test]
fn planes_are_normalised_and_the_rest_is_filled() {
    let picture = Raster { width: 2, height: 1, pixels: vec![0, 255] };
    let planes = picture.planes(3, 2, &[(0.5, 0.5), (0.0, 1.0), (0.5, 0.25)], 0.5);
    let expected =
        [[-1.0, 1.0, 0.0, 0.0, 0.0, 0.0], [0.0, 1.0, 0.5, 0.5, 0.5, 0.5], [-2.0, 2.0, 0.0, 0.0, 0.0, 0.0]];
    assert_eq!(planes, expected.concat());
}

#[test]
fn random_pictures_and_cuts_never_panic() {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut random = |below: u64| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state % below
    };
    for _ in 0..300 {
        let (width, height) = (random(40) as usize + 1, random(40) as usize + 1);
        let pixels = (0..width * height).map(|_| random(256) as u8).collect();
        let picture = Raster { width, height, pixels };
        let (left, top) = (random(80) as i32 - 40, random(80) as i32 - 40);
        let area =
            Area { left, top, right: left + random(60) as i32 - 5, bottom: top + random(60) as i32 - 5 };
        let turned = Turned { turn: random(7) as f32 - 3.0, ..Turned::upright(&area) };
        for cut in [picture.cut(area), picture.cut_turned(&turned)] {
            let other = cut.resized(random(50) as usize, random(50) as usize);
            assert_eq!(other.ink().len(), other.width() * other.height());
        }
    }
}
