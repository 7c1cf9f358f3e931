//! Videos on the board: each frame is laid over pictures and notes and under all ink, as it comes, and is never
//! drawn into a tile.
use std::collections::{BTreeMap, BTreeSet, HashMap};

use ink::{Damage, Rect, TILE, Tile, TileAt};

use crate::{
    affine::Affine,
    board::Board,
    draw::Onto,
    effects::{BoardEvent, Effects},
    media::{Bitmap, MediaId, MediaKind},
    object::{Content, ObjectId},
    page::PageId,
    pane::Pane,
    point::{PagePoint, PageRect},
};

/// Parts of a frame's pixel that places are computed in.
const PART: f64 = 65_536.0;
/// The largest frame, in pixels: 8K.
const MOST_PIXELS: u64 = 7_680 * 4_320;

/// One video on a page that is shown.
#[derive(Clone, Copy, PartialEq, Debug)]
struct Film {
    page: PageId,
    file: MediaId,
    live: bool,
    rect: PageRect,
    by: Affine,
}

/// The videos of the board.
#[derive(Default)]
pub(crate) struct Films {
    /// Objects that were drawn as videos; whether they are still there is asked when it matters.
    seen: BTreeMap<PageId, BTreeSet<ObjectId>>,
    shown: Vec<Film>,
    frames: HashMap<MediaId, Bitmap>,
    /// What was told last of where each video is.
    told: BTreeMap<MediaId, (Rect, bool)>,
}

impl Films {
    pub(crate) fn saw(&mut self, page: PageId, id: ObjectId) {
        self.seen.entry(page).or_default().insert(id);
    }

    fn on(&self, page: PageId) -> impl Iterator<Item = (&Film, &Bitmap)> {
        let films = self.shown.iter().filter(move |film| film.page == page);
        films.filter_map(|film| Some((film, self.frames.get(&film.file)?)))
    }
}

impl Film {
    /// The pixels of the pane's page that it may touch.
    fn px(&self, pane: &Pane) -> Rect {
        let PageRect { x0_um: x0, y0_um: y0, x1_um: x1, y1_um: y1 } = self.rect;
        let corners =
            [(x0, y0), (x1, y0), (x1, y1), (x0, y1)].map(|(x, y)| self.by.apply(PagePoint::new(x, y)));
        let around = corners
            .iter()
            .fold(PageRect::NOTHING, |all, at| all.union(&PageRect::new(at.x_um, at.y_um, at.x_um, at.y_um)));
        crate::command::px_box(around, pane.scale())
    }

    /// Lays a frame over a part of a tile: of each pixel's middle the nearest pixel of the frame.
    fn lay(&self, frame: &Bitmap, pane: &Pane, at: TileAt, area: Rect, out: &mut Tile) {
        let Some([a, b, c, d, e, f]) = Onto::new(self.by, pane.scale()).inverse() else { return };
        let (wide, high) = (f64::from(self.rect.width_um().max(1)), f64::from(self.rect.height_um().max(1)));
        let (per_x, per_y) = (f64::from(frame.width) / wide * PART, f64::from(frame.height) / high * PART);
        let corner = at.rect();
        for y in area.y0..area.y1 {
            let (px, py) = (f64::from(area.x0) + 0.5, f64::from(y) + 0.5);
            let mut u = ((a * px + c * py + e - f64::from(self.rect.x0_um)) * per_x).floor() as i64;
            let mut v = ((b * px + d * py + f - f64::from(self.rect.y0_um)) * per_y).floor() as i64;
            let (du, dv) = ((a * per_x).round() as i64, (b * per_y).round() as i64);
            let start = ((y - corner.y0) * TILE + area.x0 - corner.x0) as usize;
            for pixel in &mut out[start..start + area.width() as usize] {
                let (x, y) = (u >> 16, v >> 16);
                if x >= 0 && y >= 0 && x < i64::from(frame.width) && y < i64::from(frame.height) {
                    *pixel = frame.pixels[(y * i64::from(frame.width) + x) as usize] | 0xff00_0000;
                }
                (u, v) = (u + du, v + dv);
            }
        }
    }
}

impl Board {
    /// The next frame of a video, opaque (0xFFRRGGBB), or none any more. One whose size is not true is not shown.
    pub fn video_frame(&mut self, file: MediaId, frame: Option<Bitmap>) -> Effects {
        let sound = |frame: &Bitmap| {
            let pixels = u64::from(frame.width) * u64::from(frame.height);
            pixels > 0 && pixels <= MOST_PIXELS && frame.pixels.len() as u64 == pixels
        };
        match frame.filter(sound) {
            Some(frame) => self.films.frames.insert(file, frame),
            None => self.films.frames.remove(&file),
        };
        let mut effects = Effects::default();
        for film in self.films.shown.iter().filter(|film| film.file == file) {
            self.film_damage(film, &mut effects.damage);
        }
        effects
    }

    fn film_damage(&self, film: &Film, damage: &mut Damage) {
        let panes = self.panes.iter().filter(|pane| pane.page == film.page);
        panes.for_each(|pane| damage.add(pane.on_panel(film.px(pane))));
    }

    /// Looks where videos are now; what changes with it is damage.
    pub(crate) fn refresh_films(&mut self, damage: &mut Damage) {
        if self.films.seen.is_empty() {
            return;
        }
        let mut shown: Vec<Film> = Vec::new();
        for (page, ids) in &mut self.films.seen {
            ids.retain(|id| {
                let Some(placed) = self.scene.placed(*id) else { return false };
                let Content::Media(media) = placed.content else { return false };
                let live = media.kind == MediaKind::Live;
                shown.push(Film { page: *page, file: media.file, live, rect: media.rect, by: placed.by });
                media.kind.moves()
            });
        }
        self.films.seen.retain(|_, ids| !ids.is_empty());
        if shown == self.films.shown {
            return;
        }
        let old = std::mem::replace(&mut self.films.shown, shown);
        for (films, others) in [(&old, &self.films.shown), (&self.films.shown, &old)] {
            for film in films.iter().filter(|film| !others.contains(film)) {
                self.film_damage(film, damage);
            }
        }
    }

    /// Tells which videos are in sight and where, when that has changed: whoever plays them starts and stops.
    pub(crate) fn tell_films(&mut self, effects: &mut Effects) {
        let mut now: BTreeMap<MediaId, (Rect, bool)> = BTreeMap::new();
        for film in &self.films.shown {
            for pane in self.panes.iter().filter(|pane| pane.page == film.page) {
                let px = pane.on_panel(film.px(pane));
                if !px.is_empty() {
                    now.entry(film.file).or_insert((px, film.live));
                }
            }
        }
        if now == self.films.told {
            return;
        }
        for (file, shown) in &now {
            if self.films.told.get(file) != Some(shown) {
                let (rect_px, live) = *shown;
                effects.events.push(BoardEvent::VideoShown { file: *file, live, rect_px });
            }
        }
        for file in self.films.told.keys().filter(|file| !now.contains_key(file)) {
            effects.events.push(BoardEvent::VideoHidden { file: *file });
        }
        self.films.told = now;
    }

    /// Whether any frame is to be laid over a pane's page.
    pub(crate) fn has_films(&self, pane: &Pane) -> bool {
        self.films.on(pane.page).next().is_some()
    }

    /// Lays paper, base and frames into one tile; false, and nothing laid, where no frame is.
    pub(crate) fn lay_films(
        &self,
        pane: &Pane,
        at: TileAt,
        area: Rect,
        base: Option<&Tile>,
        out: &mut Tile,
    ) -> bool {
        let mut films = self
            .films
            .on(pane.page)
            .filter(|(film, _)| !film.px(pane).intersect(&area).is_empty())
            .peekable();
        if films.peek().is_none() {
            return false;
        }
        if let Some(base) = base {
            for (pixel, above) in out.iter_mut().zip(base).filter(|(_, above)| **above != 0) {
                *pixel = ink::over(*pixel, *above, 255);
            }
        }
        for (film, frame) in films {
            film.lay(frame, pane, at, film.px(pane).intersect(&area), out);
        }
        true
    }
}
