//! Panes and their views: splitting the board, moving, resizing, turning to another page.
use ink::Rect;

use crate::{
    board::Board,
    command::px_box,
    effects::{BoardEvent, Effects},
    page::PageId,
    pane::{self, Pane},
    point::{PagePoint, PageRect, PanelPoint},
    view::{Fit, Grip, View},
};

impl Board {
    /// Splits the board into so many panes (1 to 4) or joins them again. What is shown stays in its place; a new
    /// pane shows the next page, if there is one, else the part of the page that it lies on.
    pub fn split(&mut self, count: usize) -> Effects {
        let rects = pane::split(self.panel_px(), self.scale, count);
        if rects.len() == self.panes.len() {
            return Effects::default();
        }
        // Whoever is writing keeps what is written, where it was written.
        let mut effects = self.lift_everything();
        let pages = self.scene.pages();
        let mut panes: Vec<Pane> = Vec::with_capacity(rects.len());
        for (index, rect) in rects.into_iter().enumerate() {
            let pane = match (self.panes.get(index), panes.last()) {
                (Some(old), _) => self.resized(old, rect),
                (None, Some(left)) => {
                    let next =
                        pages.iter().position(|page| *page == left.page).and_then(|at| pages.get(at + 1));
                    match next {
                        Some(next) => self.first_seen(rect, *next),
                        None => left.beside(rect),
                    }
                }
                (None, None) => Pane::new(rect, PageId::FIRST, self.scale),
            };
            panes.push(pane);
        }
        self.gaps = pane::gaps(self.panel_px(), &panes.iter().map(|pane| pane.rect).collect::<Vec<_>>());
        self.panes = panes;
        self.seats.fill(0);
        self.views_changed(&mut effects);
        effects.damage.add(self.panel_px());
        effects.events.push(BoardEvent::StatusChanged);
        effects
    }

    /// How many panes there are.
    pub fn panes(&self) -> usize {
        self.panes.len()
    }

    /// Where a pane is on the panel, in pixels.
    pub fn pane_px(&self, pane: usize) -> Option<Rect> {
        self.panes.get(pane).map(|pane| pane.rect)
    }

    /// The pane at a place of the glass; a divider belongs to the nearest.
    pub fn pane_at(&self, at: PanelPoint) -> usize {
        let (x, y) = (self.scale.px(at.x_um as f32) as i32, self.scale.px(at.y_um as f32) as i32);
        let away = |rect: &Rect| {
            let (dx, dy) =
                ((rect.x0 - x).max(x - rect.x1 + 1).max(0), (rect.y0 - y).max(y - rect.y1 + 1).max(0));
            i64::from(dx) * i64::from(dx) + i64::from(dy) * i64::from(dy)
        };
        (0..self.panes.len()).min_by_key(|index| away(&self.panes[*index].rect)).unwrap_or(0)
    }

    /// The page a pane shows, counted from 0.
    pub fn page_in(&self, pane: usize) -> usize {
        let page = self.page_id_in(pane);
        self.scene.pages().iter().position(|other| *other == page).unwrap_or(0)
    }

    pub fn page_id_in(&self, pane: usize) -> PageId {
        self.panes.get(pane).map_or(PageId::FIRST, |pane| pane.page)
    }

    pub fn view(&self, pane: usize) -> View {
        self.panes.get(pane).map(Pane::view).unwrap_or_default()
    }

    /// The place of a pane's page under a place of the glass.
    pub fn to_page(&self, pane: usize, at: PanelPoint) -> PagePoint {
        self.panes.get(pane).map_or(PagePoint::new(at.x_um, at.y_um), |pane| pane.to_page(at))
    }

    /// The place of the glass over a place of a pane's page.
    pub fn to_panel(&self, pane: usize, at: PagePoint) -> PanelPoint {
        self.panes.get(pane).map_or(PanelPoint::new(at.x_um, at.y_um), |pane| pane.to_panel(at))
    }

    /// The pixels of the panel over a box of a pane's page, whether or not the pane shows all of it.
    pub fn rect_px(&self, pane: usize, rect: PageRect) -> Rect {
        let Some(pane) = self.panes.get(pane) else { return Rect::EMPTY };
        let ((dx, dy), px) = (pane.offset(), px_box(rect, pane.scale()));
        Rect::new(px.x0 + dx, px.y0 + dy, px.x1 + dx, px.y1 + dy)
    }

    /// The box of a pane's page under pixels of the panel.
    pub fn rect_on_page(&self, pane: usize, px: Rect) -> PageRect {
        let um = |px: i32| self.scale.um(px as f32) as i32;
        let low = self.to_page(pane, PanelPoint::new(um(px.x0), um(px.y0)));
        let high = self.to_page(pane, PanelPoint::new(um(px.x1), um(px.y1)));
        PageRect::new(low.x_um, low.y_um, high.x_um, high.y_um)
    }

    /// Shows another part of a pane's page. A page that ends is kept in sight.
    pub fn set_view(&mut self, pane: usize, view: View) -> Effects {
        let paper = self.paper_of(self.page_id_in(pane));
        self.move_view(pane, |pane| pane.set_view(view, &paper))
    }

    /// Fingers went from one grip to another: what was under their middle stays there, larger or smaller as they
    /// went apart or together.
    pub fn view_gesture(&mut self, pane: usize, from: &Grip, to: &Grip) -> Effects {
        let paper = self.paper_of(self.page_id_in(pane));
        self.move_view(pane, |pane| pane.follow(from, to, &paper))
    }

    pub fn fit(&mut self, pane: usize, fit: Fit) -> Effects {
        let page = self.page_id_in(pane);
        let (paper, all) = (self.paper_of(page), self.scene.bounds(&self.scene.visible(page)));
        self.move_view(pane, |pane| pane.fit(fit, all, &paper))
    }

    fn move_view(&mut self, index: usize, change: impl FnOnce(&mut Pane)) -> Effects {
        let mut effects = Effects::default();
        let Some(pane) = self.panes.get_mut(index) else { return effects };
        let old = *pane;
        change(pane);
        if (old.zoom, old.corner) == (pane.zoom, pane.corner) {
            return effects;
        }
        if old.zoom != pane.zoom {
            pane.settled = false;
            // What is seen now stands in for what is not drawn yet; a picture that was not drawn itself does not.
            let picture = self.album.picture(old.page, old.zoom);
            let drawn = |at| picture.is_some_and(|picture| picture.is_drawn(at));
            if ink::tiles_of(old.shown()).all(drawn) || old.stand_in.is_none() {
                pane.stand_in = Some(old.zoom);
            }
            if let Some(stand_in) = pane.stand_in {
                self.album.halve((pane.page, stand_in), pane.zoom);
            }
            let scale = pane.scale();
            for hand in self.hands.values_mut().filter(|hand| hand.pane == index) {
                hand.rescale(scale);
            }
        }
        effects.damage.add(pane.rect);
        // Ink still wet is seen in every pane that shows its page at its zoom, and pictures are shared: others may change.
        if old.zoom != pane.zoom {
            let page = pane.page;
            let others = self.panes.iter().filter(|pane| pane.page == page);
            others.for_each(|pane| effects.damage.add(pane.rect));
        }
        self.views_changed(&mut effects);
        effects
    }

    /// Shows another page in a pane, from its beginning or as it was shown last.
    pub(crate) fn show_page_in(&mut self, index: usize, page: PageId) -> Effects {
        let mut effects = Effects::default();
        let Some(pane) = self.panes.get(index).copied().filter(|pane| pane.page != page) else {
            return effects;
        };
        // Whoever is writing keeps what is written, on the page it was written on.
        effects.extend(self.lift_in(index));
        effects.extend(self.deselect_on(pane.page));
        let mut next = self.first_seen(pane.rect, page);
        if let Some(view) = self.views.get(&page) {
            next.set_view(*view, &self.paper_of(page));
        }
        self.views.insert(pane.page, pane.view());
        self.panes[index] = next;
        self.views_changed(&mut effects);
        effects.damage.add(pane.rect);
        effects.events.push(BoardEvent::StatusChanged);
        effects
    }

    /// A page as it is shown first: whole, if it ends somewhere (a worksheet lies there as large as it can be read from
    /// the back row), else from its beginning.
    fn first_seen(&self, rect: Rect, page: PageId) -> Pane {
        let mut pane = Pane::new(rect, page, self.scale);
        let paper = self.paper_of(page);
        if paper.size_um.is_some() {
            pane.fit(Fit::Page, None, &paper);
        }
        pane
    }

    /// A pane with another size: what it showed stays in its place, but a page that was seen whole still is.
    fn resized(&self, old: &Pane, rect: Rect) -> Pane {
        let mut pane = old.resized(rect);
        let paper = self.paper_of(old.page);
        if let Some((width, height)) = paper.size_um {
            let px = px_box(PageRect::new(0, 0, width as i32, height as i32), old.scale());
            if old.shown().intersect(&px) == px {
                pane.fit(Fit::Page, None, &paper);
            }
        }
        pane
    }

    /// A page that was taken out is not shown any more: the one that now lies in its place is, or the last.
    pub(crate) fn leave_dropped_pages(&mut self) -> Effects {
        let mut effects = Effects::default();
        for index in 0..self.panes.len() {
            let page = self.panes[index].page;
            if !self.scene.has_page(page) {
                let (pages, place) = (self.scene.pages(), self.scene.place_of(page));
                let next = pages.iter().find(|other| self.scene.place_of(**other) > place).or(pages.last());
                effects.extend(next.map_or_else(Effects::default, |next| self.show_page_in(index, *next)));
            }
        }
        effects
    }

    /// What is shown has changed: some of it may not be drawn yet.
    pub(crate) fn views_changed(&mut self, effects: &mut Effects) {
        self.blurred = true;
        let mut shown = Vec::with_capacity(2 * self.panes.len());
        for pane in &self.panes {
            shown.push((pane.page, pane.zoom));
            shown.extend(pane.stand_in.map(|zoom| (pane.page, zoom)));
        }
        self.album.trim(&shown);
        effects.damage.extend(self.repaint());
    }
}
