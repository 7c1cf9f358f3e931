//! The pictures at hand: of each page one for each zoom it is shown at. Those not shown are packed when they are
//! many, and let go of when they are too many; they are drawn again from the objects when they are shown again.
use std::collections::HashMap;

use ink::{PackedPlane, Plane, Rect, Scale, TILE, TILE_PIXELS, TileAt, tiles_of};

use crate::{command::px_box, page::PageId, picture::Picture, point::PageRect, stretch::Source, view::Zoom};

/// Memory for pictures that lie open: three planes of a full 4K panel, and as much again for the next page.
const MOST_OPEN_BYTES: usize = 208 << 20;
/// Memory for all pictures: packed, a written page is a tenth of what it is open.
const MOST_BYTES: usize = 320 << 20;
/// A page keeps at most so many pictures: those shown, and one to stand in while another is drawn.
const MOST_OF_A_PAGE: usize = 6;
/// Pictures are halved so often at most: to a sixteenth, as far as zooms go.
const MOST_HALVES: usize = 4;

type Name = (PageId, Zoom);
type Planes = [Plane; 3];

#[derive(Default)]
struct Kept {
    picture: Picture,
    /// The planes at rest; those of the picture are then empty.
    packed: Option<[PackedPlane; 3]>,
    /// The planes at half the size, at a quarter and so on, as far as somebody asked for them.
    halves: Vec<Planes>,
    shown: u64,
}

impl Kept {
    fn bytes(&self) -> usize {
        let packed = self.packed.iter().flatten().map(PackedPlane::bytes).sum::<usize>();
        packed + self.open_bytes()
    }

    fn open_bytes(&self) -> usize {
        let planes = self.picture.planes().into_iter().chain(self.halves.iter().flatten());
        planes.map(|plane| plane.tiles().count()).sum::<usize>() * TILE_PIXELS * 4
    }

    fn pack(&mut self) {
        self.halves.clear();
        self.packed = Some(self.picture.planes().map(Plane::pack));
        self.picture.planes_mut().into_iter().for_each(|plane| *plane = Plane::new());
    }

    fn unpack(&mut self) {
        for (packed, plane) in self.packed.take().iter().flatten().zip(self.picture.planes_mut()) {
            *plane = packed.unpack();
        }
    }
}

/// See the module.
#[derive(Default)]
pub(crate) struct Album {
    kept: HashMap<Name, Kept>,
    turn: u64,
}

impl Album {
    /// A picture that lies open: those shown do, and those that stand in.
    pub(crate) fn picture(&self, page: PageId, zoom: Zoom) -> Option<&Picture> {
        self.kept.get(&(page, zoom)).filter(|kept| kept.packed.is_none()).map(|kept| &kept.picture)
    }

    /// The picture to draw on; a blank one if there is none yet.
    pub(crate) fn open(&mut self, page: PageId, zoom: Zoom) -> &mut Picture {
        let kept = self.kept.entry((page, zoom)).or_default();
        kept.unpack();
        kept.halves.clear();
        &mut kept.picture
    }

    /// What a tile of another zoom is made from.
    pub(crate) fn stand_in(&self, name: Name, to: Zoom) -> Option<Source<'_>> {
        let kept = self.kept.get(&name).filter(|kept| kept.packed.is_none())?;
        let times = halvings(name.1, to).min(kept.halves.len());
        let planes = match times.checked_sub(1).and_then(|at| kept.halves.get(at)) {
            Some(halves) => halves.each_ref(),
            None => kept.picture.planes(),
        };
        Some(Source { planes, factor: name.1.factor() / to.factor() / f64::from(1_u32 << times) })
    }

    /// Makes the halves that a picture needs to stand in for a zoom: thin lines would fall between its pixels.
    pub(crate) fn halve(&mut self, name: Name, to: Zoom) {
        let Some(kept) = self.kept.get_mut(&name) else { return };
        while kept.halves.len() < halvings(name.1, to) {
            let next = match kept.halves.last() {
                Some(last) => last.each_ref().map(Plane::half),
                None => kept.picture.planes().map(Plane::half),
            };
            kept.halves.push(next);
        }
    }

    /// The zooms at which a page has pictures, in order.
    pub(crate) fn zooms(&self, page: PageId) -> Vec<Zoom> {
        let mut zooms: Vec<Zoom> =
            self.kept.keys().filter(|(of, _)| *of == page).map(|(_, zoom)| *zoom).collect();
        zooms.sort_unstable();
        zooms
    }

    /// The pages that have pictures, in order.
    pub(crate) fn pages(&self) -> Vec<PageId> {
        let mut pages: Vec<PageId> = self.kept.keys().map(|(page, _)| *page).collect();
        pages.sort_unstable();
        pages.dedup();
        pages
    }

    /// No picture of the page shows what it holds any more.
    pub(crate) fn forget_page(&mut self, page: PageId) {
        self.kept.retain(|(of, _), _| *of != page);
    }

    /// What of a picture has changed with these boxes on the page: tiles in `shown` are named, in order, and stay
    /// until they are drawn again; others are forgotten.
    pub(crate) fn changed(
        &mut self,
        name: Name,
        panel: Scale,
        boxes: &[PageRect],
        shown: &[Rect],
    ) -> Vec<TileAt> {
        let Some(kept) = self.kept.get_mut(&name) else { return Vec::new() };
        let scale = name.1.scale(panel);
        let mut tiles: Vec<TileAt> = Vec::new();
        let drawn = kept.picture.drawn().count() as i64;
        for around in boxes {
            let px = px_box(*around, scale);
            // A box that is larger than what is drawn need not be walked.
            if px.area() / i64::from(TILE * TILE) > drawn {
                tiles.extend(kept.picture.drawn().filter(|at| !at.rect().intersect(&px).is_empty()));
            } else {
                tiles.extend(tiles_of(px).filter(|at| kept.picture.is_drawn(*at)));
            }
        }
        tiles.sort_unstable_by_key(|at| (at.y, at.x));
        tiles.dedup();
        if !tiles.is_empty() {
            kept.unpack();
            kept.halves.clear();
        }
        tiles.retain(|at| {
            let seen = shown.iter().any(|shown| !shown.intersect(&at.rect()).is_empty());
            if !seen {
                kept.picture.forget(*at);
            }
            seen
        });
        tiles
    }

    /// Says which pictures are shown now and opens them; packs the oldest others when there are many, and lets
    /// go of them when there are too many.
    pub(crate) fn trim(&mut self, shown: &[Name]) {
        self.turn += 1;
        for name in shown {
            let kept = self.kept.entry(*name).or_default();
            kept.shown = self.turn;
            kept.unpack();
        }
        let mut others: Vec<(u64, Name)> = self
            .kept
            .iter()
            .filter(|(_, kept)| kept.shown < self.turn)
            .map(|(name, kept)| (kept.shown, *name))
            .collect();
        others.sort_unstable();
        let mut open: usize = self.kept.values().map(Kept::open_bytes).sum();
        let mut all: usize = self.kept.values().map(Kept::bytes).sum();
        for (_, name) in others {
            let crowd = self.kept.keys().filter(|(of, _)| *of == name.0).count() > MOST_OF_A_PAGE;
            let Some(kept) = self.kept.get_mut(&name) else { continue };
            if open > MOST_OPEN_BYTES && kept.packed.is_none() && !crowd {
                let before = kept.bytes();
                open -= before;
                kept.pack();
                all = all + kept.bytes() - before;
            }
            if all > MOST_BYTES || crowd {
                let (bytes, was_open) = (kept.bytes(), kept.open_bytes());
                (all, open) = (all - bytes, open - was_open);
                self.kept.remove(&name);
            }
        }
    }
}

/// How often a picture is halved before it is made smaller by less than half.
fn halvings(from: Zoom, to: Zoom) -> usize {
    (1..=MOST_HALVES).take_while(|times| to.factor() * f64::from(1_u32 << times) <= from.factor()).count()
}
