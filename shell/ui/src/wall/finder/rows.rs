//! Pages that were found, as the panel shows them.

use board::Bitmap;
use slint::{Image, Rgba8Pixel, SharedPixelBuffer};

use crate::search::{Hit, Why};
use screens::{Age, FoundBy, HitRow};

/// One page; its picture comes later than the rest.
pub(super) fn row(hit: &Hit, picture: Option<Image>, now_us: u64) -> HitRow {
    let (age, count) = age(hit.made_us, now_us);
    HitRow {
        page: i32::try_from(hit.number + 1).unwrap_or(i32::MAX),
        age,
        count,
        passage: hit.passage.as_str().into(),
        why: match hit.why {
            Why::Words => FoundBy::Words,
            Why::Meaning => FoundBy::Meaning,
            Why::Some => FoundBy::Some,
        },
        has_picture: picture.is_some(),
        picture: picture.unwrap_or_default(),
    }
}

/// How long ago, as people say it.
pub(crate) fn age(made_us: u64, now_us: u64) -> (Age, i32) {
    let minutes = now_us.saturating_sub(made_us) / 60_000_000;
    let count = |count: u64| i32::try_from(count).unwrap_or(i32::MAX);
    match minutes {
        0..=1 => (Age::Now, 0),
        2..=59 => (Age::Minutes, count(minutes)),
        60..=1_439 => (Age::Hours, count(minutes / 60)),
        1_440..=2_879 => (Age::Yesterday, 1),
        _ => (Age::Days, count(minutes / 1_440)),
    }
}

/// An opaque picture of the board (0xffRRGGBB) for the screens.
pub(crate) fn picture(bitmap: &Bitmap) -> Image {
    let rgba: Vec<u8> = bitmap
        .pixels
        .iter()
        .flat_map(|pixel| {
            let [_, red, green, blue] = pixel.to_be_bytes();
            [red, green, blue, 255]
        })
        .collect();
    Image::from_rgba8(SharedPixelBuffer::<Rgba8Pixel>::clone_from_slice(&rgba, bitmap.width, bitmap.height))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_are_told_as_people_say_them() {
        let hour = 3_600_000_000;
        let ages =
            [0, hour / 2, 5 * hour, 30 * hour, 72 * hour].map(|ago| age(1_000 * hour - ago, 1_000 * hour));
        let told = [(Age::Now, 0), (Age::Minutes, 30), (Age::Hours, 5), (Age::Yesterday, 1), (Age::Days, 3)];
        assert_eq!(ages, told);
        assert_eq!(age(9, 3), (Age::Now, 0), "a clock that was put back");
    }
}
