//! The pictures at hand: of each page one for each zoom it is shown at. What has not been shown for longest goes
//! first when memory is full, and is drawn again from the objects when it is shown again.
use std::collections::HashMap;

use ink::{Rect, Scale, TILE, TileAt, tiles_of};

use crate::{command::px_box, page::PageId, picture::Picture, point::PageRect, view::Zoom};

/// Memory for pictures: three planes of two full 4K panels, and as much again for the pages a lesson flips between.
const MOST_BYTES: usize = 384 << 20;
/// A page keeps at most so many pictures: those shown, and one to stand in while another is drawn.
const MOST_OF_A_PAGE: usize = 6;

#[derive(Default)]
struct Kept {
    picture: Picture,
    shown: u64,
}

/// See the module.
#[derive(Default)]
pub(crate) struct Album {
    kept: HashMap<(PageId, Zoom), Kept>,
    turn: u64,
}

impl Album {
    pub(crate) fn picture(&self, page: PageId, zoom: Zoom) -> Option<&Picture> {
        self.kept.get(&(page, zoom)).map(|kept| &kept.picture)
    }

    /// The picture to draw on; a blank one if there is none yet.
    pub(crate) fn open(&mut self, page: PageId, zoom: Zoom) -> &mut Picture {
        &mut self.kept.entry((page, zoom)).or_default().picture
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
        (page, zoom): (PageId, Zoom),
        panel: Scale,
        boxes: &[PageRect],
        shown: &[Rect],
    ) -> Vec<TileAt> {
        let Some(kept) = self.kept.get_mut(&(page, zoom)) else { return Vec::new() };
        let scale = zoom.scale(panel);
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
        tiles.retain(|at| {
            let seen = shown.iter().any(|shown| !shown.intersect(&at.rect()).is_empty());
            if !seen {
                kept.picture.forget(*at);
            }
            seen
        });
        tiles
    }

    /// Says which pictures are shown now, and lets go of the oldest others when there are too many.
    pub(crate) fn trim(&mut self, shown: &[(PageId, Zoom)]) {
        self.turn += 1;
        for name in shown {
            self.kept.entry(*name).or_default().shown = self.turn;
        }
        let mut others: Vec<(u64, (PageId, Zoom))> = self
            .kept
            .iter()
            .filter(|(_, kept)| kept.shown < self.turn)
            .map(|(name, kept)| (kept.shown, *name))
            .collect();
        others.sort_unstable();
        let mut bytes: usize = self.kept.values().map(|kept| kept.picture.bytes()).sum();
        for (_, name) in others {
            let crowd = self.kept.keys().filter(|(of, _)| *of == name.0).count() > MOST_OF_A_PAGE;
            if bytes <= MOST_BYTES && !crowd {
                continue;
            }
            if let Some(kept) = self.kept.remove(&name) {
                bytes -= kept.picture.bytes();
            }
        }
    }
}
