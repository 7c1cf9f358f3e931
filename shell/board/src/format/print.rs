//! What is printed on paper as lines, and letters as contours: for formats that have neither.
use crate::{
    affine::Affine,
    format::lettering::{Lettering, Line},
    object::Text,
    paper::{Paper, Pattern},
    point::{PagePoint, PageRect},
    print::{self, DASHES, FINE, STRONG},
};

/// A printed line.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Rule {
    pub(crate) from: PagePoint,
    pub(crate) to: PagePoint,
    /// 0x00RRGGBB.
    pub(crate) rgb: u32,
    pub(crate) width_um: f64,
    /// How long each dash is and how far it is to the next, in micrometres.
    pub(crate) steps: Option<(f64, f64)>,
}

const LINE_UM: f64 = print::LINE_UM as f64;
const DOT_UM: f64 = print::DOT_UM as f64;
/// More lines than this are no paper but a grey page.
const MOST_RULES: usize = 20_000;

/// The lines printed on a part of a page.
pub(crate) fn rules(paper: &Paper, frame: PageRect) -> Vec<Rule> {
    let pitch = f64::from(paper.pitch_um.max(1));
    let mut printer = Printer::new(paper, frame);
    match paper.pattern {
        Pattern::Plain => {}
        Pattern::Grid => {
            printer.across(pitch, 0.0, FINE);
            printer.down(pitch, FINE);
        }
        Pattern::Lines => printer.across(pitch, 0.0, STRONG),
        Pattern::Dots => printer.dots(pitch),
        Pattern::Staff => printer.groups(pitch / 4.0, 5, pitch * 2.0),
        Pattern::FourLines => printer.groups(pitch / 3.0, 4, pitch * 2.0),
        Pattern::Tianzige | Pattern::Mizige => {
            printer.across(pitch, 0.0, STRONG);
            printer.down(pitch, STRONG);
            printer.inside(pitch, paper.pattern == Pattern::Mizige);
        }
    }
    printer.rules
}

struct Printer {
    frame: PageRect,
    ground: u32,
    print: u32,
    rules: Vec<Rule>,
}

impl Printer {
    fn new(paper: &Paper, frame: PageRect) -> Printer {
        Printer { frame, ground: paper.ground.rgb(), print: print::colour(paper.ground), rules: Vec::new() }
    }

    fn rule(
        &mut self,
        (from, to): ((f64, f64), (f64, f64)),
        strength: u8,
        width_um: f64,
        steps: Option<(f64, f64)>,
    ) {
        let rgb = ink::lerp(self.ground | 0xff00_0000, self.print | 0xff00_0000, strength) & 0xff_ffff;
        let place = |(x, y): (f64, f64)| PagePoint::new(x.round() as i32, y.round() as i32);
        if self.rules.len() < MOST_RULES {
            self.rules.push(Rule { from: place(from), to: place(to), rgb, width_um, steps });
        }
    }

    /// The multiples of a step inside the frame, moved by `shift`.
    fn steps(from: i32, to: i32, step: f64, shift: f64) -> impl Iterator<Item = f64> {
        let (first, last) = ((f64::from(from) - shift) / step, (f64::from(to) - shift) / step);
        let (first, last) = (first.ceil() as i64, last.floor() as i64);
        (first..=last).take(MOST_RULES).map(move |index| index as f64 * step + shift)
    }

    /// As on the panel a line's upper or left edge lies on its place, so that a page's first is seen in full.
    fn across(&mut self, step: f64, shift: f64, strength: u8) {
        let (x0, x1) = (f64::from(self.frame.x0_um), f64::from(self.frame.x1_um));
        for y in Printer::steps(self.frame.y0_um, self.frame.y1_um, step, shift + LINE_UM / 2.0) {
            self.rule(((x0, y), (x1, y)), strength, LINE_UM, None);
        }
    }

    fn down(&mut self, step: f64, strength: u8) {
        let (y0, y1) = (f64::from(self.frame.y0_um), f64::from(self.frame.y1_um));
        for x in Printer::steps(self.frame.x0_um, self.frame.x1_um, step, LINE_UM / 2.0) {
            self.rule(((x, y0), (x, y1)), strength, LINE_UM, None);
        }
    }

    fn dots(&mut self, step: f64) {
        for y in Printer::steps(self.frame.y0_um, self.frame.y1_um, step, 0.0) {
            for x in Printer::steps(self.frame.x0_um, self.frame.x1_um, step, 0.0) {
                self.rule(((x, y), (x, y)), STRONG, DOT_UM, None);
            }
        }
    }

    /// Groups of lines, each group one `period` below the last, with half a gap above the first.
    fn groups(&mut self, step: f64, lines: u8, period: f64) {
        let margin = (period - step * f64::from(lines - 1)) / 2.0;
        for line in 0..lines {
            self.across(period, margin + f64::from(line) * step, STRONG);
        }
    }

    /// The dashed lines inside the squares for characters. Each square begins with a dash; their ends are round in
    /// files, so they are drawn shorter by what the ends add.
    fn inside(&mut self, side: f64, diagonals: bool) {
        let dash = side / f64::from(DASHES);
        let (frame, end) = (self.frame, LINE_UM / 2.0);
        let first = |edge: i32| (f64::from(edge) / side).floor() * side + end;
        let (x0, x1) = (first(frame.x0_um), f64::from(frame.x1_um));
        let (y0, y1) = (first(frame.y0_um), f64::from(frame.y1_um));
        let straight = Some((dash - LINE_UM, dash * 2.0));
        for y in Printer::steps(frame.y0_um, frame.y1_um, side, side / 2.0) {
            self.rule(((x0, y), (x1, y)), FINE, LINE_UM, straight);
        }
        for x in Printer::steps(frame.x0_um, frame.x1_um, side, side / 2.0) {
            self.rule(((x, y0), (x, y1)), FINE, LINE_UM, straight);
        }
        if !diagonals {
            return;
        }
        let slanted = dash * std::f64::consts::SQRT_2;
        let (steps, end) = (Some((slanted - LINE_UM, slanted * 2.0)), end * std::f64::consts::FRAC_1_SQRT_2);
        let squares = |from: i32, to: i32| Printer::steps(from - side as i32, to, side, 0.0);
        for y in squares(frame.y0_um, frame.y1_um) {
            for x in squares(frame.x0_um, frame.x1_um) {
                let (left, right) = (x + end, x + side);
                self.rule(((left, y + end), (right, y + side)), FINE, LINE_UM, steps);
                self.rule(((left, y + side - end), (right, y)), FINE, LINE_UM, steps);
            }
        }
    }
}

/// The contours of a text's letters where they lie, letter by letter.
pub(crate) fn letters(
    lines: &[Line],
    text: &Text,
    placing: &Affine,
    lettering: &Lettering,
) -> Vec<Vec<Vec<PagePoint>>> {
    let ascent = lettering.ascent_um(text.size_um);
    let mut glyphs = Vec::new();
    for (row, line) in lines.iter().enumerate() {
        let y = f64::from(text.at.y_um) + row as f64 * f64::from(text.size_um) + ascent;
        for letter in &line.letters {
            let x = f64::from(text.at.x_um) + letter.x_um;
            let place = |(dx, dy): &(f64, f64)| {
                let (x, y) = placing.exact(x + dx, y + dy);
                PagePoint::new(x.round() as i32, y.round() as i32)
            };
            let contours = lettering.outline(letter.glyph, text.size_um);
            let contours: Vec<Vec<PagePoint>> =
                contours.iter().map(|contour| contour.iter().map(place).collect()).collect();
            if !contours.is_empty() {
                glyphs.push(contours);
            }
        }
    }
    glyphs
}
