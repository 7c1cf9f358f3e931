//! From boxes and ink to lines in reading order, pure.
//!
//! The detector was trained on print. On a board it overlooks a lone stroke ("1", "一"), splits a line at wide gaps
//! and finds nothing at all in a single large character. On clean ink we know better: every mark was made by
//! somebody, so what no box covers is attached to its line or becomes a line of its own.

use crate::blobs::{Blob, blobs};
use crate::raster::Raster;
use crate::shape::{Area, Turned};

/// More marks than this are a photograph's texture, not strokes: a full board page has some hundreds.
const MARKS_MAX: usize = 2000;
/// Ink that covers more of the picture than this is no writing on a background.
const INK_SHARE_MAX: f32 = 0.3;
/// A mark of fewer pixels is dust.
const MARK_PIXELS_MIN: usize = 6;
/// Which mark's height stands for the height of the writing: taller than this share of all marks.
const WRITING_RANK: f32 = 0.8;
/// Two boxes with this share of rows in common are on one line.
const SAME_LINE: f32 = 0.5;
/// A stray mark smaller than this share of the line height, both ways, is a dot of a line or dust.
const STRAY_SIZE_MIN: f32 = 0.3;
/// How far apart, in line heights, parts of one line may stand: a wide space between words.
const WORD_GAP_MAX: f32 = 1.0;
/// How far apart, in line heights, the strokes of one character may lie one over the other.
const STROKE_GAP_MAX: f32 = 0.35;
/// Ink this much higher than the only line has something else in it.
const ONE_LINE_HEIGHT_MAX: f32 = 1.7;
/// Marks that reach this share of all ink's height are one line: those of two lines reach less than half.
const ONLY_LINE_SHARE: f32 = 0.65;
/// Air around the ink of a whole line, in line heights; a quarter to an eighth reads best, none at all worst.
const LINE_AIR: f32 = 0.2;

/// The marks of a picture.
#[derive(Clone, Debug)]
pub(crate) struct Ink {
    marks: Vec<Blob>,
    /// Writing on an even background rather than a photograph.
    clean: bool,
}

impl Ink {
    /// Finds them.
    pub(crate) fn of(picture: &Raster) -> Self {
        let set = picture.ink();
        let count = set.iter().filter(|&&ink| ink).count();
        let mut marks = blobs(&set, picture.width(), MARKS_MAX);
        let clean = count > 0 && marks.len() < MARKS_MAX && (count as f32) < INK_SHARE_MAX * set.len() as f32;
        marks.retain(|mark| mark.count >= MARK_PIXELS_MIN);
        Self { clean: clean && !marks.is_empty(), marks }
    }

    /// Whether there is anything at all.
    pub(crate) fn is_empty(&self) -> bool {
        self.marks.is_empty()
    }

    /// Height of the writing in pixels, roughly; `None` where it cannot be told.
    pub(crate) fn writing_height(&self) -> Option<f32> {
        if !self.clean {
            return None;
        }
        let mut heights: Vec<i32> = self.marks.iter().map(|mark| mark.area.height()).collect();
        heights.sort_unstable();
        let rank = (heights.len() as f32 * WRITING_RANK) as usize;
        heights.get(rank.min(heights.len() - 1)).map(|&height| height as f32)
    }

    fn bounds(&self) -> Option<Area> {
        self.marks.iter().map(|mark| mark.area).reduce(|all, area| all.union(&area))
    }
}

/// The only line of a picture whose marks are nearly as high as all ink together, without asking the detector: two
/// lines would be twice as high. `None` where that cannot be said.
pub(crate) fn only_line(ink: &Ink) -> Option<Turned> {
    let (bounds, height) = (ink.bounds()?, ink.writing_height()?);
    let mut marks: Vec<Area> = ink.marks.iter().map(|mark| mark.area).collect();
    marks.sort_by_key(|mark| mark.left);
    let mut right = bounds.left;
    for mark in marks {
        if (mark.left - right) as f32 > height * WORD_GAP_MAX {
            return None;
        }
        right = right.max(mark.right);
    }
    (height >= bounds.height() as f32 * ONLY_LINE_SHARE).then(|| Turned::upright(&aired(&bounds)))
}

/// The lines, in reading order, from the detector's boxes and the picture's ink.
pub(crate) fn lines(boxes: &[Turned], ink: &Ink) -> Vec<Turned> {
    let Some(bounds) = ink.bounds().filter(|_| ink.clean) else { return in_reading_order(boxes.to_vec()) };
    let (turned, upright): (Vec<Turned>, Vec<Turned>) = boxes.iter().partition(|found| found.turn != 0.0);
    let height = typical_height(boxes).unwrap_or(bounds.height()).max(1);
    let areas = join(upright.iter().map(Turned::area).collect(), |a, b| one_line(a, b, height));
    let strays = ink.marks.iter().filter(|mark| is_stray(&mark.area, boxes, height)).map(|mark| mark.area);
    let strays = join(strays.collect(), |a, b| one_character(a, b, height) || one_line(a, b, height));
    let all = areas.into_iter().chain(strays.iter().map(aired)).collect();
    let all = join(all, |a, b| one_line(a, b, height));
    if turned.is_empty() && is_one_line(&all, &bounds) {
        return vec![Turned::upright(&aired(&bounds))];
    }
    in_reading_order(all.iter().map(Turned::upright).chain(turned).collect())
}

fn aired(area: &Area) -> Area {
    area.grown(((area.height() as f32 * LINE_AIR).ceil() as i32).max(1))
}

fn typical_height(boxes: &[Turned]) -> Option<i32> {
    let mut heights: Vec<i32> = boxes.iter().map(|found| found.height.round() as i32).collect();
    heights.sort_unstable();
    heights.get(heights.len() / 2).copied()
}

/// Whether no box has the middle of this mark, and it is large enough to be a character or a stroke of one.
fn is_stray(mark: &Area, boxes: &[Turned], height: i32) -> bool {
    let (x, y) = ((mark.left + mark.right) as f32 / 2.0, (mark.top + mark.bottom) as f32 / 2.0);
    let least = height as f32 * STRAY_SIZE_MIN;
    let large = mark.width() as f32 >= least || mark.height() as f32 >= least;
    large && !boxes.iter().any(|found| found.holds(x, y))
}

fn one_line(a: &Area, b: &Area, height: i32) -> bool {
    a.same_rows(b) >= SAME_LINE && a.gap(b) as f32 <= height as f32 * WORD_GAP_MAX
}

fn one_character(a: &Area, b: &Area, height: i32) -> bool {
    let apart = a.top.max(b.top) - a.bottom.min(b.bottom);
    a.gap(b) <= 0 && apart as f32 <= height as f32 * STROKE_GAP_MAX
}

/// One line and nothing else: what is written is hardly higher than the only box, or there is no box at all.
fn is_one_line(areas: &[Area], bounds: &Area) -> bool {
    match areas {
        [] => true,
        [only] => (bounds.height() as f32) <= only.height() as f32 * ONE_LINE_HEIGHT_MAX,
        _ => false,
    }
}

/// Unites areas that belong together until none do.
fn join(mut areas: Vec<Area>, together: impl Fn(&Area, &Area) -> bool) -> Vec<Area> {
    let mut done: Vec<Area> = Vec::with_capacity(areas.len());
    while let Some(mut area) = areas.pop() {
        match done.iter().position(|other| together(&area, other)) {
            // The union may reach others that neither of its parts reached.
            Some(at) => {
                area = area.union(&done.swap_remove(at));
                areas.push(area);
            }
            None => done.push(area),
        }
    }
    done
}

/// Rows from the top, and in a row from the left.
fn in_reading_order(mut found: Vec<Turned>) -> Vec<Turned> {
    found.sort_by(|a, b| a.y.total_cmp(&b.y));
    let mut ordered: Vec<Turned> = Vec::with_capacity(found.len());
    let mut row_start = 0;
    for next in found {
        let same =
            ordered.get(row_start).is_some_and(|first| first.area().same_rows(&next.area()) >= SAME_LINE);
        if !same {
            row_start = ordered.len();
        }
        let at = ordered[row_start..].partition_point(|other| other.x <= next.x);
        ordered.insert(row_start + at, next);
    }
    ordered
}

#[cfg(test)]
mod tests;
