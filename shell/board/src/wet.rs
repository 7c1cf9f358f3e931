//! Ink still being written: its own coverage, and the predicted tail that is replaced with every sample.
use ink::{Brush, Damage, Mask, Node, Rect, Sample, Scale, Stroker, Trace};

use crate::{
    colour::Colour,
    hand::Tip,
    object::Stroke,
    person::{Person, Tool},
    view::Zoom,
};

/// How far ahead the tail is drawn, in microseconds: composing a frame and half a refresh at 60 Hz. Longer
/// guesses are seen to jump.
const AHEAD_US: u32 = 12_000;
/// A contact that has said nothing for so long stands still, in microseconds: three reports of a slow panel.
const STILL_US: u64 = 30_000;
/// The width of a lasso's line, in micrometres.
const LASSO_UM: u16 = 2_000;

pub(crate) struct Wet {
    stroker: Stroker,
    pub(crate) mask: Mask,
    pub(crate) tail: Mask,
    tail_px: Rect,
    last_us: u64,
    still: bool,
    pub(crate) colour: Colour,
    pub(crate) highlighter: bool,
    /// Of the page's pixels that the masks are in.
    pub(crate) scale: Scale,
    /// Whether it is a figure has been asked since the pen came to rest.
    pub(crate) asked: bool,
    width_um: u16,
}

impl Wet {
    pub(crate) fn begin(person: &Person, touch: &Tip, zoom: Zoom, scale: Scale) -> (Wet, Damage) {
        let (wide_um, lively) = match person.tool {
            Tool::Highlighter => (person.width.highlighter_um(), false),
            Tool::Lasso => (LASSO_UM, false),
            Tool::Shape(_) => (person.width.pen_um(), false),
            Tool::Pen | Tool::Eraser | Tool::StrokeEraser | Tool::Hand => (person.width.pen_um(), true),
        };
        // A pen is as wide on the glass at every zoom: who zooms in, writes small.
        let width_um = zoom.on_page(u32::from(wide_um)).min(u32::from(u16::MAX)) as u16;
        let brush = Brush { width_um, lively };
        let mut wet = Wet {
            stroker: Stroker::new(brush, sample(touch)),
            mask: Mask::new(),
            tail: Mask::new(),
            tail_px: Rect::EMPTY,
            last_us: touch.t_us,
            still: true,
            colour: person.colour,
            highlighter: person.tool == Tool::Highlighter,
            scale,
            asked: false,
            width_um,
        };
        let mut damage = Damage::none();
        if let Some(first) = wet.stroker.nodes().first().copied() {
            damage.add(wet.mask.capsule(first, first, scale));
        }
        (wet, damage)
    }

    pub(crate) fn go_on(&mut self, touch: &Tip) -> Damage {
        let from = self.stroker.push(sample(touch));
        let mut damage = Damage::none();
        self.draw_from(from, &mut damage);
        self.last_us = touch.t_us;
        self.still = false;
        self.draw_tail(AHEAD_US, &mut damage);
        damage
    }

    /// A contact that stands still is no longer going anywhere: the tail ends where the contact is.
    pub(crate) fn tick(&mut self, now_us: u64) -> Damage {
        let mut damage = Damage::none();
        if !self.still && now_us.saturating_sub(self.last_us) > STILL_US {
            self.still = true;
            self.draw_tail(0, &mut damage);
        }
        damage
    }

    /// Ends the stroke where the contact was lifted: the tail goes, the ink arrives.
    pub(crate) fn finish(&mut self) -> Damage {
        let mut damage = Damage::of(self.tail_px);
        self.tail.clear();
        self.tail_px = Rect::EMPTY;
        let from = self.stroker.finish();
        self.draw_from(from, &mut damage);
        damage
    }

    /// All pixels this ink has touched.
    pub(crate) fn damage(&self) -> Damage {
        let mut damage = Damage::of(self.tail_px);
        let mut tiles: Vec<_> = self.mask.tiles().map(|(at, _)| at).collect();
        tiles.sort_unstable_by_key(|at| (at.y, at.x));
        tiles.into_iter().for_each(|at| damage.add(at.rect()));
        damage
    }

    /// The line's nominal width, in micrometres of the page.
    pub(crate) fn width_um(&self) -> u16 {
        self.width_um
    }

    /// Other nodes in place of all that was drawn: a figure that changes its size.
    pub(crate) fn redraw(&mut self, nodes: &[Node]) -> Damage {
        let mut damage = self.damage();
        self.mask.clear();
        self.mask.stroke(nodes, (0, 0), self.scale, &|_| true);
        damage.extend(self.damage());
        damage
    }

    pub(crate) fn nodes(&self) -> &[Node] {
        self.stroker.nodes()
    }

    pub(crate) fn stroke(&self) -> Stroke {
        Stroke { colour: self.colour, highlighter: self.highlighter, trace: Trace::new(self.stroker.nodes()) }
    }

    /// The page is shown at another scale now: what was written is drawn again.
    pub(crate) fn rescale(&mut self, scale: Scale) {
        self.scale = scale;
        self.mask.clear();
        self.tail.clear();
        self.tail_px = Rect::EMPTY;
        self.mask.stroke(self.stroker.nodes(), (0, 0), scale, &|_| true);
        if let Some(first) = self.stroker.nodes().first().copied() {
            self.mask.capsule(first, first, scale);
        }
        if !self.still {
            let mut damage = Damage::none();
            self.draw_tail(AHEAD_US, &mut damage);
        }
    }

    fn draw_from(&mut self, from: usize, damage: &mut Damage) {
        let mut changed = Rect::EMPTY;
        for pair in self.stroker.nodes()[from.saturating_sub(1)..].windows(2) {
            changed = changed.union(&self.mask.capsule(pair[0], pair[1], self.scale));
        }
        damage.add(changed);
    }

    fn draw_tail(&mut self, ahead_us: u32, damage: &mut Damage) {
        self.tail.clear();
        damage.add(self.tail_px);
        self.tail_px = Rect::EMPTY;
        for pair in self.stroker.tail(ahead_us).windows(2) {
            self.tail_px = self.tail_px.union(&self.tail.capsule(pair[0], pair[1], self.scale));
        }
        damage.add(self.tail_px);
    }
}

fn sample(touch: &Tip) -> Sample {
    Sample { x_um: touch.at.x_um, y_um: touch.at.y_um, t_us: touch.t_us, pressure: touch.pressure }
}
