//! Arrows: a straight shaft and its head, in one stroke or with a head drawn afterwards, at one end or at both.
use super::{Dot, Figure, Kind, SMALLEST_UM, bulges_by, corners, levelled, line};
use crate::shape::Outline;

/// A head is at most this part of its shaft.
const HEAD: f64 = 0.4;
/// The second barb of a head may begin this far beyond the tip, as a part of the shaft.
const OVERSHOT: f64 = 0.06;
/// A shaft that goes on into its head strays from straight by at most this part of itself.
const STRAIGHT: f64 = 0.05;
/// A head reaches to each side by at least this part of the shaft.
const BROAD: f64 = 0.025;
/// A barb begins or ends this near to the shaft's end, as a part of the barb's own length.
const AT_TIP: f64 = 0.45;
/// A barb leans away from the shaft by an angle between these, as cosines: 75 and 10 degrees.
const LEAN: (f64, f64) = (0.26, 0.985);
/// A head is drawn in at most so many strokes.
const BARBS: usize = 2;

/// A long straight run to the tip, and from there a short way back and across to both sides: an arrow drawn without
/// lifting the pen.
pub(super) fn in_one(path: &[Dot]) -> Option<Figure> {
    let tail = path[0];
    let far = |at: usize| (path[at] - tail).length();
    let furthest = (0..path.len()).map(far).fold(0.0, f64::max);
    // The pen comes back to the tip between the barbs: it is where it was there first.
    let mut tip_at = (0..path.len()).find(|at| far(*at) >= furthest * (1.0 - OVERSHOT))?;
    while tip_at + 1 < path.len() && far(tip_at + 1) > far(tip_at) {
        tip_at += 1;
    }
    let (shaft, head) = path.split_at(tip_at + 1);
    let tip = path[tip_at];
    let way = tip - tail;
    let length = way.length();
    if length < SMALLEST_UM || bulges_by(shaft) > STRAIGHT {
        return None;
    }
    let mut sides = (0.0_f64, 0.0_f64);
    for dot in head {
        let back = *dot - tip;
        if back.length() > length * HEAD || back.dot(way) > length * length * OVERSHOT {
            return None;
        }
        let across = way.cross(back) / length;
        sides = (sides.0.max(across), sides.1.max(-across));
    }
    let wide = length * BROAD;
    // Out along a barb, back to the tip, and out along the other.
    let there_and_back = corners::length(head) >= 3.0 * sides.0.max(sides.1);
    if sides.0 < wide || sides.1 < wide || !there_and_back {
        return None;
    }
    // Only the shaft is compared with ink: every head is drawn in its own way.
    let (from, to) = levelled(tail, tip);
    let figure = Figure::of(Kind::Arrow, Outline::line(from, to), shaft, length)?;
    Some(Figure { arrows: (false, true), ..figure })
}

/// A shaft and one or two heads, each stroke a way.
pub(super) fn in_several(ways: &[&[Dot]]) -> Option<Figure> {
    let shaft_at =
        (0..ways.len()).max_by(|a, b| corners::size(ways[*a]).total_cmp(&corners::size(ways[*b])))?;
    let shaft = ways[shaft_at];
    let outline = line(shaft)?;
    let (first, last) = (shaft[0], shaft[shaft.len() - 1]);
    let (mut at_first, mut at_last) = (Head::default(), Head::default());
    for (_, barb) in ways.iter().enumerate().filter(|(index, _)| *index != shaft_at) {
        let near = |end: Dot| barb.iter().map(|dot| (*dot - end).length()).fold(f64::INFINITY, f64::min);
        let (head, tip, tail) = if near(last) <= near(first) {
            (&mut at_last, last, first)
        } else {
            (&mut at_first, first, last)
        };
        head.take(barb, tip, tail)?;
    }
    let arrows = (at_first.is_whole()?, at_last.is_whole()?);
    let figure = Figure::of(Kind::Arrow, outline, shaft, (last - first).length())?;
    (arrows != (false, false)).then_some(Figure { arrows, ..figure })
}

/// What there is of a head so far: a barb to each side of the shaft.
#[derive(Default)]
struct Head {
    strokes: usize,
    left: bool,
    right: bool,
}

impl Head {
    /// Takes a stroke as a part of the head; `None` if it is none.
    fn take(&mut self, stroke: &[Dot], tip: Dot, tail: Dot) -> Option<()> {
        let shaft = tail - tip;
        let (from, to) = (stroke[0], stroke[stroke.len() - 1]);
        // A stroke with a corner at the tip is two barbs.
        let corner = stroke.iter().copied().fold(from, |far, dot| {
            let away = |at: Dot| corners::from_side(at, from, to);
            if away(dot) > away(far) { dot } else { far }
        });
        let bent = corners::from_side(corner, from, to) > (to - from).length() * 0.2;
        if bent && (corner - tip).length() < (from - tip).length().min((to - tip).length()) {
            self.barb(corner, from, tip, shaft)?;
            self.barb(corner, to, tip, shaft)?;
        } else {
            line_of(stroke)?;
            let (near, far) =
                if (from - tip).length() <= (to - tip).length() { (from, to) } else { (to, from) };
            self.barb(near, far, tip, shaft)?;
        }
        self.strokes += 1;
        (self.strokes <= BARBS).then_some(())
    }

    fn barb(&mut self, near: Dot, far: Dot, tip: Dot, shaft: Dot) -> Option<()> {
        let barb = far - near;
        let (long, length) = (barb.length(), shaft.length());
        let lean = barb.dot(shaft) / (long * length);
        let fits = long <= length * HEAD * 1.5
            && (near - tip).length() <= long * AT_TIP
            && (LEAN.0..=LEAN.1).contains(&lean);
        let side = if shaft.cross(barb) > 0.0 { &mut self.left } else { &mut self.right };
        (fits && !std::mem::replace(side, true)).then_some(())
    }

    /// Whether there is a head, `None` for half of one.
    fn is_whole(&self) -> Option<bool> {
        (self.left == self.right).then_some(self.left)
    }
}

/// A barb is a short straight stroke.
fn line_of(stroke: &[Dot]) -> Option<()> {
    let (from, to) = (stroke[0], stroke[stroke.len() - 1]);
    let length = (to - from).length();
    stroke.iter().all(|dot| corners::from_side(*dot, from, to) <= length * 0.15).then_some(())
}
