//! Is something bright held up to the camera? Pure.
//!
//! The frame is reduced to a coarse grid of brightness. What has been there for long is background, so a lamp or a
//! window is forgotten; a phone that came a moment ago is not.

use std::time::Instant;

use crate::picture::{Picture, Region};

/// Cells across and down: a phone at arm's length covers a few of them.
const ACROSS: usize = 16;
const DOWN: usize = 12;
const CELLS: usize = ACROSS * DOWN;
/// A cell is bright when it is at least this, of 255, ...
const BRIGHT_MIN: f32 = 96.0;
/// ... and this much brighter than its background.
const BRIGHTER_BY: f32 = 40.0;
/// At least this many bright cells (3 % of the view): less is a reflection.
const CELLS_MIN: usize = 6;
/// The background follows a change within about this many seconds, a few times longer than anybody holds a phone.
const BACKGROUND_SECONDS: f32 = 20.0;

/// The memory of what the view looks like without anything held up.
#[derive(Debug, Default)]
pub struct Held {
    background: Vec<f32>,
    last: Option<Instant>,
}

impl Held {
    /// Looks at one frame taken at `now`: where is something bright held up?
    pub fn look(&mut self, picture: &Picture<'_>, now: Instant) -> Option<Region> {
        if picture.width() < ACROSS || picture.height() < DOWN {
            return None;
        }
        let cells = grid(picture);
        let seconds = self.last.map_or(0.0, |last| now.duration_since(last).as_secs_f32());
        self.last = Some(now);
        if self.background.is_empty() {
            // Nothing is known yet: the view's own darker half stands for it, so that a phone already there shows.
            let mut sorted = cells;
            sorted.sort_by(f32::total_cmp);
            self.background = cells.iter().map(|cell| cell.min(sorted[CELLS / 4])).collect();
        }
        let is_bright =
            |cell: &usize| cells[*cell] >= BRIGHT_MIN && cells[*cell] >= self.background[*cell] + BRIGHTER_BY;
        let bright: Vec<usize> = (0..CELLS).filter(is_bright).collect();
        let share = (seconds / BACKGROUND_SECONDS).min(1.0);
        for (behind, cell) in self.background.iter_mut().zip(cells) {
            *behind += (cell - *behind) * share;
        }
        (bright.len() >= CELLS_MIN).then(|| around(&bright, picture.width(), picture.height()))
    }
}

/// The smallest place that holds all these cells.
fn around(cells: &[usize], width: usize, height: usize) -> Region {
    let span = |places: &mut dyn Iterator<Item = usize>| {
        places.fold((usize::MAX, 0), |(least, most), place| (least.min(place), most.max(place + 1)))
    };
    let (left, right) = span(&mut cells.iter().map(|cell| cell % ACROSS));
    let (top, bottom) = span(&mut cells.iter().map(|cell| cell / ACROSS));
    // The first pixel that belongs to a cell, as `grid` divides them.
    let x = |cell: usize| (cell * width).div_ceil(ACROSS);
    let y = |cell: usize| (cell * height).div_ceil(DOWN);
    Region { left: x(left), top: y(top), width: x(right) - x(left), height: y(bottom) - y(top) }
}

/// The mean brightness of each cell, from every second pixel of every second row.
fn grid(picture: &Picture<'_>) -> [f32; CELLS] {
    let (width, height) = (picture.width(), picture.height());
    let mut sums = [0u32; CELLS];
    let mut counts = [0u32; CELLS];
    for y in (0..height).step_by(2) {
        let row = picture.row(y);
        let down = y * DOWN / height * ACROSS;
        for x in (0..width).step_by(2) {
            let cell = down + x * ACROSS / width;
            sums[cell] += u32::from(row[x]);
            counts[cell] += 1;
        }
    }
    std::array::from_fn(|cell| sums[cell] as f32 / counts[cell].max(1) as f32)
}

#[cfg(test)]
mod tests {
    //! A phone is seen, a uniform view and an old lamp are not.
    use super::*;
    use std::time::Duration;

    const WIDTH: usize = 320;
    const HEIGHT: usize = 240;

    fn view(behind: u8, patch: Option<(u8, usize)>) -> Vec<u8> {
        let mut gray = vec![behind; WIDTH * HEIGHT];
        if let Some((value, side)) = patch {
            for y in 60..60 + side {
                gray[y * WIDTH + 100..][..side].fill(value);
            }
        }
        gray
    }

    fn looks(views: &[(Vec<u8>, u64)]) -> Vec<bool> {
        places(views).iter().map(Option::is_some).collect()
    }

    fn places(views: &[(Vec<u8>, u64)]) -> Vec<Option<Region>> {
        let (mut held, mut now) = (Held::default(), Instant::now());
        views
            .iter()
            .map(|(gray, seconds)| {
                now += Duration::from_secs(*seconds);
                held.look(&Picture::new(gray, WIDTH, HEIGHT).unwrap(), now)
            })
            .collect()
    }

    #[test]
    fn a_phone_comes_and_goes() {
        let (desk, phone) = (view(110, None), view(110, Some((220, 100))));
        let seen = looks(&[(desk.clone(), 0), (desk.clone(), 1), (phone.clone(), 1), (phone, 1), (desk, 1)]);
        assert_eq!(seen, [false, false, true, true, false]);
    }

    #[test]
    fn the_place_holds_what_is_held() {
        let seen = places(&[(view(110, None), 0), (view(110, Some((220, 100))), 1)]);
        // The patch, out to the next cells of 20 pixels.
        assert_eq!(seen[1], Some(Region { left: 100, top: 60, width: 100, height: 100 }));
    }

    #[test]
    fn a_phone_that_is_there_from_the_start_is_seen() {
        assert_eq!(looks(&[(view(60, Some((200, 120))), 0)]), [true]);
    }

    #[test]
    fn uniform_views_small_spots_and_dark_things_are_nothing() {
        for gray in [view(0, None), view(255, None), view(100, Some((255, 20))), view(200, Some((20, 120)))] {
            assert_eq!(looks(&[(gray.clone(), 0), (gray, 1)]), [false, false]);
        }
    }

    #[test]
    fn a_lamp_is_forgotten_after_a_minute() {
        let lamp = view(60, Some((200, 120)));
        let views: Vec<_> = (0..60).map(|_| (lamp.clone(), 1)).collect();
        let seen = looks(&views);
        assert!(seen[0] && seen[5]);
        assert!(!seen[59]);
    }

    #[test]
    fn a_frame_smaller_than_the_grid_is_nothing() {
        let mut held = Held::default();
        assert_eq!(held.look(&Picture::new(&[], 0, 0).unwrap(), Instant::now()), None);
        assert_eq!(held.look(&Picture::new(&[255; 99], 9, 11).unwrap(), Instant::now()), None);
    }
}
