//! Panes: the board's area is one to four of them, each with a page and a view of its own.
//!
//! Pixels of a page count from its top left, at the pane's zoom; a pane shows them from `corner` on. So moving a
//! view moves whole pixels, and no tile has to be drawn again for it.
use ink::{Rect, Scale};

use crate::{
    page::PageId,
    paper::Paper,
    point::{PagePoint, PageRect, PanelPoint},
    view::{Fit, Grip, View, Zoom},
};

/// The most panes: two people in front of each is what fits before a panel.
pub const MOST_PANES: usize = 4;
/// Between panes, in micrometres: a gap that no line of writing crosses unnoticed.
const DIVIDER_UM: f32 = 6_000.0;
/// No view goes further than this from a page's beginning, in pixels: 26 bits keep every sum in range.
const FURTHEST_PX: f64 = 67_108_864.0;
/// What is shown whole has so much of the pane around it.
const FIT_PART: f64 = 0.96;

/// One pane.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Pane {
    /// Where it is on the panel, in pixels.
    pub(crate) rect: Rect,
    pub(crate) page: PageId,
    pub(crate) zoom: Zoom,
    /// The page's pixel at the pane's top left.
    pub(crate) corner: (i32, i32),
    /// The panel's own scale.
    panel: Scale,
    /// Where on the panel the last gesture was: what is nearest to it is drawn first.
    pub(crate) focus: (i32, i32),
    /// The zoom whose picture is shown where this one's is not drawn yet.
    pub(crate) stand_in: Option<Zoom>,
    /// The zoom has been the same for a frame.
    pub(crate) settled: bool,
}

impl Pane {
    pub(crate) fn new(rect: Rect, page: PageId, panel: Scale) -> Pane {
        let focus = (rect.x0 + rect.width() / 2, rect.y0 + rect.height() / 2);
        Pane { rect, page, zoom: Zoom::ONE, corner: (0, 0), panel, focus, stand_in: None, settled: true }
    }

    /// The same, with another size of the pane.
    pub(crate) fn resized(&self, rect: Rect) -> Pane {
        Pane { focus: Pane::new(rect, self.page, self.panel).focus, rect, ..*self }
    }

    /// The part of the same page that lies under another rectangle of the panel.
    pub(crate) fn beside(&self, rect: Rect) -> Pane {
        let (dx, dy) = (rect.x0 - self.rect.x0, rect.y0 - self.rect.y0);
        Pane { corner: (self.corner.0 + dx, self.corner.1 + dy), ..self.resized(rect) }
    }

    /// Pixels of the page per micrometre.
    pub(crate) fn scale(&self) -> Scale {
        self.zoom.scale(self.panel)
    }

    /// From a pixel of the page to one of the panel: add this.
    pub(crate) fn offset(&self) -> (i32, i32) {
        (self.rect.x0 - self.corner.0, self.rect.y0 - self.corner.1)
    }

    /// The pixels of the page that are shown.
    pub(crate) fn shown(&self) -> Rect {
        Rect::sized(self.corner.0, self.corner.1, self.rect.width(), self.rect.height())
    }

    /// Pixels of the page as pixels of the panel, cut to the pane.
    pub(crate) fn on_panel(&self, px: Rect) -> Rect {
        let (dx, dy) = self.offset();
        let far = |at: i32, by: i32| at.saturating_add(by);
        Rect::new(far(px.x0, dx), far(px.y0, dy), far(px.x1, dx), far(px.y1, dy)).intersect(&self.rect)
    }

    /// A rectangle of this pane's page as it lies at another zoom, or from there; what is cut at its edges is in it.
    pub(crate) fn at_zoom(px: Rect, from: Zoom, to: Zoom) -> Rect {
        let factor = to.factor() / from.factor();
        let low = |at: i32| (f64::from(at) * factor).floor() as i32 - 2;
        let high = |at: i32| (f64::from(at) * factor).ceil() as i32 + 2;
        Rect::new(low(px.x0), low(px.y0), high(px.x1), high(px.y1))
    }

    fn um_per_px(&self) -> f64 {
        1.0 / f64::from(self.scale().px(1.0))
    }

    /// The place of the page under a place of the glass.
    pub(crate) fn to_page(self, at: PanelPoint) -> PagePoint {
        let (dx, dy) = self.offset();
        let place = |um: i32, offset: i32| {
            (f64::from(um) / self.zoom.factor() - f64::from(offset) * self.um_per_px()).round() as i32
        };
        PagePoint::new(place(at.x_um, dx), place(at.y_um, dy))
    }

    /// The place of the glass over a place of the page, in the pane or not.
    pub(crate) fn to_panel(self, at: PagePoint) -> PanelPoint {
        let (dx, dy) = self.offset();
        let place = |um: i32, offset: i32| {
            ((f64::from(um) + f64::from(offset) * self.um_per_px()) * self.zoom.factor()).round() as i32
        };
        PanelPoint::new(place(at.x_um, dx), place(at.y_um, dy))
    }

    pub(crate) fn view(&self) -> View {
        let um = |px: i32| (f64::from(px) * self.um_per_px()).round() as i32;
        View { origin: PagePoint::new(um(self.corner.0), um(self.corner.1)), zoom: self.zoom }
    }

    pub(crate) fn set_view(&mut self, view: View, paper: &Paper) {
        self.zoom = view.zoom;
        let per_um = f64::from(self.scale().px(1.0));
        self.go_to(f64::from(view.origin.x_um) * per_um, f64::from(view.origin.y_um) * per_um, paper);
    }

    /// Follows fingers: what was under their middle stays under it.
    pub(crate) fn follow(&mut self, from: &Grip, to: &Grip, paper: &Paper) {
        if !from.is_sound() || !to.is_sound() {
            return;
        }
        let zoom = Zoom::new(self.zoom.factor() * from.factor(to));
        let factor = zoom.factor() / self.zoom.factor();
        let under = |at: f64, pane: i32, corner: i32| at - f64::from(pane) + f64::from(corner);
        let x = under(from.x_px, self.rect.x0, self.corner.0) * factor - (to.x_px - f64::from(self.rect.x0));
        let y = under(from.y_px, self.rect.y0, self.corner.1) * factor - (to.y_px - f64::from(self.rect.y0));
        self.zoom = zoom;
        self.focus = (to.x_px as i32, to.y_px as i32);
        self.go_to(x, y, paper);
    }

    /// Shows `all` of a page without end, or a page that has one, as wished.
    pub(crate) fn fit(&mut self, fit: Fit, all: Option<PageRect>, paper: &Paper) {
        let page = paper.size_um.map(|(width, height)| PageRect::new(0, 0, width as i32, height as i32));
        let (wide, high) = (f64::from(self.rect.width()), f64::from(self.rect.height()));
        let rect = match (fit, page.or(all)) {
            (Fit::Page | Fit::Width, Some(rect)) if rect.width_um() > 0 && rect.height_um() > 0 => rect,
            (Fit::Full, _) => {
                let middle = (f64::from(self.rect.x0) + wide / 2.0, f64::from(self.rect.y0) + high / 2.0);
                let grip = |spread_px| Grip { x_px: middle.0, y_px: middle.1, spread_px };
                self.follow(&grip(1000.0), &grip(1000.0 / self.zoom.factor()), paper);
                return;
            }
            _ => return self.set_view(View::default(), paper),
        };
        let per_um = f64::from(self.panel.px(1.0));
        let by_width = wide / (f64::from(rect.width_um()) * per_um);
        let by_height = high / (f64::from(rect.height_um()) * per_um);
        let whole = if fit == Fit::Page { by_width.min(by_height) } else { by_width };
        self.zoom = Zoom::new(whole * FIT_PART);
        let per_um = f64::from(self.scale().px(1.0));
        let middle = |low: i32, high: i32| (f64::from(low) + f64::from(high)) / 2.0 * per_um;
        let top = f64::from(rect.y0_um) * per_um - high * (1.0 - FIT_PART) / 2.0;
        let y = if fit == Fit::Page { middle(rect.y0_um, rect.y1_um) - high / 2.0 } else { top };
        self.go_to(middle(rect.x0_um, rect.x1_um) - wide / 2.0, y, paper);
    }

    /// Shows from a pixel on. A page that ends always has some of itself in the middle.
    fn go_to(&mut self, x: f64, y: f64, paper: &Paper) {
        let scale = self.scale();
        let keep = |at: f64, side: i32, page_um: Option<u32>| {
            let half = f64::from(side) / 2.0;
            let (low, high) = match page_um {
                Some(um) => (-half, f64::from(scale.px(um as f32)) - half),
                None => (-FURTHEST_PX, FURTHEST_PX),
            };
            at.clamp(low, high.max(low)).round() as i32
        };
        let size = paper.size_um;
        self.corner = (
            keep(x, self.rect.width(), size.map(|size| size.0)),
            keep(y, self.rect.height(), size.map(|size| size.1)),
        );
    }
}

/// The panes of a panel that is split in so many: beside one another, or two by two.
pub(crate) fn split(panel: Rect, scale: Scale, count: usize) -> Vec<Rect> {
    let gap = (scale.px(DIVIDER_UM).round() as i32).max(2);
    let count = count.clamp(1, MOST_PANES) as i32;
    let (columns, rows) = if count == 4 { (2, 2) } else { (count, 1) };
    let part = |length: i32, index: i32, of: i32| {
        let whole = length - gap * (of - 1);
        (index * (whole + gap * of) / of, ((index + 1) * (whole + gap * of) / of - gap).min(length))
    };
    let mut panes = Vec::with_capacity(count as usize);
    for row in 0..rows {
        for column in 0..columns {
            let (x0, x1) = part(panel.width(), column, columns);
            let (y0, y1) = part(panel.height(), row, rows);
            panes.push(Rect::new(panel.x0 + x0, panel.y0 + y0, panel.x0 + x1, panel.y0 + y1));
        }
    }
    panes
}

/// What lies between panes.
pub(crate) fn gaps(panel: Rect, panes: &[Rect]) -> Vec<Rect> {
    let mut gaps = Vec::new();
    for (index, pane) in panes.iter().enumerate() {
        let right = panes
            .iter()
            .filter(|other| other.y0 == pane.y0 && other.x0 > pane.x0)
            .map(|other| other.x0)
            .min();
        if let (Some(right), true) = (right, pane.y0 == panel.y0) {
            gaps.push(Rect::new(pane.x1, panel.y0, right, panel.y1));
        }
        let below = panes
            .iter()
            .filter(|other| other.x0 == pane.x0 && other.y0 > pane.y0)
            .map(|other| other.y0)
            .min();
        if let (Some(below), 0) = (below, index) {
            gaps.push(Rect::new(panel.x0, pane.y1, panel.x1, below));
        }
    }
    gaps
}
