//! What the panes show: which tiles are drawn, when, and which pixels of the panel change with them.
use ink::{Damage, Rect, TileAt, tiles_of};

use crate::{
    board::Board,
    colour::Colour,
    draw::{Brush, Wanted},
    effects::{BoardEvent, Effects},
    media::{Bitmap, MediaId, MediaKind},
    object::Object,
    page::PageId,
    pane::Pane,
    paper::Paper,
    person::PersonId,
    point::PageRect,
    view::Zoom,
    wet::Wet,
};

/// Tiles drawn together: few enough that the nearest are seen first, enough that one object is not begun for
/// every tile anew.
const BATCH: usize = 32;

impl Board {
    /// Redraws what changed on the pages shown, the frames of selections with it, and says where that is.
    pub(crate) fn repaint(&mut self) -> Damage {
        let mut damage = self.new_papers();
        for page in self.album.pages() {
            if self.scene.is_dirty(page) {
                let boxes = self.scene.take_dirty(page).boxes();
                self.changed(page, &boxes, None, &mut damage);
            }
        }
        self.refresh_frames(&mut damage);
        self.refresh_films(&mut damage);
        self.halve_again();
        damage
    }

    /// A picture that has changed while it stands in for a smaller view is halved anew.
    fn halve_again(&mut self) {
        for pane in &self.panes {
            if let Some(zoom) = pane.stand_in {
                self.album.halve((pane.page, zoom), pane.zoom);
            }
        }
    }

    /// Papers that were laid since the last time: everything on them may be another colour.
    fn new_papers(&mut self) -> Damage {
        let mut damage = Damage::none();
        for index in 0..self.panes.len() {
            let Pane { page, rect, .. } = self.panes[index];
            let paper = self.paper_of(page);
            let old = self.papers.insert(page, paper);
            if old.is_some_and(|old| old != paper) {
                if old.is_some_and(|old| old.ground != paper.ground) {
                    self.redraw_page(page);
                }
                damage.add(rect);
                self.panes.iter().filter(|pane| pane.page == page).for_each(|pane| damage.add(pane.rect));
            }
        }
        damage
    }

    /// Draws again what was drawn and is shown of a page.
    fn redraw_page(&mut self, page: PageId) {
        let shown: Vec<(Zoom, Vec<TileAt>)> = self
            .album
            .zooms(page)
            .into_iter()
            .map(|zoom| {
                let panes = self.panes.iter().filter(|pane| pane.page == page && pane.zoom == zoom);
                let mut tiles: Vec<TileAt> = panes.flat_map(|pane| tiles_of(pane.shown())).collect();
                tiles
                    .retain(|at| self.album.picture(page, zoom).is_some_and(|picture| picture.is_drawn(*at)));
                (zoom, tiles)
            })
            .collect();
        self.album.forget_page(page);
        for (zoom, tiles) in shown {
            self.draw(page, zoom, &tiles);
        }
        self.blurred = true;
    }

    /// Boxes of a page look different now: draws their tiles where they are shown, except in the picture of the
    /// zoom that has been brought up to date already.
    pub(crate) fn changed(
        &mut self,
        page: PageId,
        boxes: &[PageRect],
        except: Option<Zoom>,
        damage: &mut Damage,
    ) {
        for zoom in self.album.zooms(page).into_iter().filter(|zoom| Some(*zoom) != except) {
            // What stands in for another zoom is seen too.
            let stands_in = |pane: &&Pane| pane.page == page && pane.stand_in == Some(zoom);
            let mut shown: Vec<Rect> = self.showing(page, zoom).map(|pane| pane.shown()).collect();
            let behind = self.panes.iter().filter(stands_in);
            shown.extend(behind.map(|pane| Pane::at_zoom(pane.shown(), pane.zoom, zoom)));
            let tiles = self.album.changed((page, zoom), self.scale, boxes, &shown);
            self.blurred |= shown.is_empty();
            self.draw(page, zoom, &tiles);
            for pane in self.showing(page, zoom) {
                tiles.iter().for_each(|at| damage.add(pane.on_panel(at.rect())));
            }
            for pane in self.panes.iter().filter(stands_in) {
                let px = |at: &TileAt| pane.on_panel(Pane::at_zoom(at.rect(), zoom, pane.zoom));
                tiles.iter().for_each(|at| damage.add(px(at)));
            }
        }
    }

    /// The panes that show a page at a zoom.
    pub(crate) fn showing(&self, page: PageId, zoom: Zoom) -> impl Iterator<Item = &Pane> {
        self.panes.iter().filter(move |pane| pane.page == page && pane.zoom == zoom)
    }

    /// Pixels of a page at a zoom as pixels of the panel, wherever they are shown.
    pub(crate) fn on_panel(&self, page: PageId, zoom: Zoom, px: &Damage) -> Damage {
        let mut damage = Damage::none();
        for pane in self.showing(page, zoom) {
            px.rects().iter().for_each(|rect| damage.add(pane.on_panel(*rect)));
        }
        damage
    }

    /// Draws tiles from the objects that touch them.
    fn draw(&mut self, page: PageId, zoom: Zoom, tiles: &[TileAt]) {
        let (scale, paper) = (zoom.scale(self.scale), self.paper_of(page));
        for batch in tiles.chunks(BATCH) {
            let wanted: Wanted = batch.iter().copied().collect();
            let picture = self.album.open(page, zoom);
            wanted.tiles().for_each(|at| picture.begin(at));
            let mut brush = Brush {
                picture,
                mask: &mut self.mask,
                wanted: &wanted,
                scale,
                page,
                ground: paper.ground,
                typeface: &self.scene.typeface,
                page_width_um: self.surface.width_um,
                gallery: &mut self.gallery,
                films: &mut self.films,
            };
            let um = |px: i32| scale.um(px as f32) as i32;
            // Tile by tile: those around the middle of a view are a ring, and the box around it is the whole page.
            let areas = batch
                .iter()
                .map(|at| at.rect())
                .map(|px| PageRect::new(um(px.x0 - 2), um(px.y0 - 2), um(px.x1 + 2), um(px.y1 + 2)));
            for slot in self.scene.near_any(page, areas).into_iter().filter_map(|id| self.scene.slot(id)) {
                if let Some((colour, highlighter, nodes)) = self.scene.inked(slot) {
                    self.nodes.clear();
                    self.nodes.extend(nodes);
                    brush.ink(&self.nodes, colour, highlighter);
                } else if let Some(placed) = self.scene.placed(self.scene.objects.id(slot)) {
                    brush.draw(self.scene.objects.id(slot), &placed);
                }
            }
        }
    }

    /// Adds a stroke whose coverage is at hand. Where nothing lies above it, it is laid as it is.
    pub(crate) fn dry(&mut self, object: Object, wet: &Wet, zoom: Zoom, damage: &mut Damage) {
        let (id, page) = (object.id, object.page);
        let clean = !self.scene.is_dirty(page);
        // Entered now: only what is shown has cells, and what lies above it is asked cell by cell.
        let slot = self.scene.add(object);
        self.scene.refresh_family(slot);
        let cells = self.scene.cells(id).filter(|_| clean && wet.scale == zoom.scale(self.scale));
        if cells.is_some_and(|cells| cells.iter().all(|at| self.scene.is_top(page, *at, id))) {
            self.lay(page, wet, zoom);
            // Ink that others are still writing was below this and is above it now; alone, drying changes no pixel.
            if !self.hands.is_empty() {
                damage.extend(self.on_panel(page, zoom, &wet.damage()));
            }
            let boxes = self.scene.take_dirty(page).boxes();
            self.changed(page, &boxes, Some(zoom), damage);
        }
        // Where the page is not drawn yet, ink that has been seen does not vanish until it is.
        let picture = self.album.open(page, zoom);
        let mut missing: Vec<TileAt> = wet.mask.tiles().map(|(at, _)| at).collect();
        missing.retain(|at| !picture.is_drawn(*at));
        missing
            .retain(|at| self.showing(page, zoom).any(|pane| !pane.shown().intersect(&at.rect()).is_empty()));
        self.draw(page, zoom, &missing);
        for pane in self.showing(page, zoom) {
            missing.iter().for_each(|at| damage.add(pane.on_panel(at.rect())));
        }
    }

    fn lay(&mut self, page: PageId, wet: &Wet, zoom: Zoom) {
        let ground = self.paper_of(page).ground;
        let picture = self.album.open(page, zoom);
        for (at, tile) in wet.mask.tiles() {
            if !picture.is_drawn(at) {
                continue;
            }
            if wet.highlighter {
                picture.glow.replace(at, tile, wet.pixel(ground));
            } else {
                picture.ink.lay(at, tile, wet.pixel(ground));
            }
        }
    }

    /// Draws up to so many of the tiles that are shown but not drawn yet, those nearest to the fingers first.
    /// To be called before every frame that shows something; a view that is still being resized waits.
    pub fn sharpen(&mut self, tiles: usize) -> Effects {
        let mut effects = Effects::default();
        self.tell_wishes(&mut effects);
        if !self.blurred {
            return effects;
        }
        // What changed before a tile is drawn is in it: a page just read would be drawn once more at the first touch.
        for index in 0..self.panes.len() {
            let page = self.panes[index].page;
            if self.scene.is_dirty(page) {
                let boxes = self.scene.take_dirty(page).boxes();
                self.changed(page, &boxes, None, &mut effects.damage);
            }
        }
        let mut missing: Vec<(i64, usize, TileAt)> = Vec::new();
        let mut waits = false;
        for (index, pane) in self.panes.iter_mut().enumerate() {
            if !std::mem::replace(&mut pane.settled, true) && pane.stand_in.is_some() {
                waits = true;
                continue;
            }
            let before = missing.len();
            let picture = self.album.picture(pane.page, pane.zoom);
            let focus = (pane.focus.0 - pane.offset().0, pane.focus.1 - pane.offset().1);
            for at in tiles_of(pane.shown()) {
                if picture.is_none_or(|picture| !picture.is_drawn(at)) {
                    let corner = at.rect();
                    let (dx, dy) = (i64::from(corner.x0 + 32 - focus.0), i64::from(corner.y0 + 32 - focus.1));
                    missing.push((dx * dx + dy * dy, index, at));
                }
            }
            if missing.len() == before {
                pane.stand_in = None;
            }
        }
        missing.sort_unstable_by_key(|(distance, pane, at)| (*distance, *pane, at.y, at.x));
        self.blurred = waits || !missing.is_empty();
        missing.truncate(tiles);
        for index in 0..self.panes.len() {
            let pane = self.panes[index];
            let mut here: Vec<TileAt> =
                missing.iter().filter(|(_, of, _)| *of == index).map(|(_, _, at)| *at).collect();
            // Two panes of one page may share a tile.
            let picture = self.album.picture(pane.page, pane.zoom);
            here.retain(|at| picture.is_none_or(|picture| !picture.is_drawn(*at)));
            self.draw(pane.page, pane.zoom, &here);
            for pane in self.showing(pane.page, pane.zoom) {
                here.iter().for_each(|at| effects.damage.add(pane.on_panel(at.rect())));
            }
        }
        self.refresh_films(&mut effects.damage);
        self.halve_again();
        self.tell_wishes(&mut effects);
        effects
    }

    /// Whether every tile shown is drawn.
    pub fn is_sharp(&self) -> bool {
        !self.blurred
    }

    /// A picture has been decoded: it is drawn wherever it was waited for.
    pub fn media_ready(&mut self, file: MediaId, kind: MediaKind, bitmap: Bitmap) -> Effects {
        let mut effects = Effects::default();
        for wish in self.gallery.put(file, kind, bitmap) {
            let um = |px: i32| wish.scale.um(px as f32) as i32;
            let px = wish.area;
            let around = PageRect::new(um(px.x0), um(px.y0), um(px.x1), um(px.y1));
            self.changed(wish.page, &[around], None, &mut effects.damage);
        }
        self.halve_again();
        self.tell_wishes(&mut effects);
        effects
    }

    /// Pictures that drawing wanted and that are not at hand, and videos that came into sight or went out of it.
    pub(crate) fn tell_wishes(&mut self, effects: &mut Effects) {
        self.tell_films(effects);
        for (file, kind, width_px) in self.gallery.take_asks() {
            effects.events.push(BoardEvent::MediaWanted { file, kind, width_px });
        }
    }

    pub(crate) fn paper_of(&self, page: PageId) -> Paper {
        self.scene.paper(page)
    }

    fn refresh_frames(&mut self, damage: &mut Damage) {
        let mut frames: Vec<(PersonId, PageId, PageRect, Colour)> = Vec::new();
        for (person, ids) in &self.selections {
            let page = self.selection_page(*person);
            let bounds = self.scene.bounds(ids);
            frames.extend(
                page.zip(bounds).map(|(page, bounds)| (*person, page, bounds, self.person(*person).colour)),
            );
        }
        frames.sort_unstable_by_key(|(person, ..)| *person);
        if frames == self.frames {
            return;
        }
        let old = std::mem::replace(&mut self.frames, frames);
        for (changed, others) in [(&old, &self.frames), (&self.frames, &old)] {
            for (_, page, bounds, _) in changed.iter().filter(|frame| !others.contains(frame)) {
                self.panes
                    .iter()
                    .filter(|pane| pane.page == *page)
                    .for_each(|pane| self.frame_damage(pane, *bounds, damage));
            }
        }
    }
}
