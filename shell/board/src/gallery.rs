//! Decoded pictures at hand, each with its halves and quarters, and what is still to be decoded. What has not
//! been seen for longest goes first when memory is full; it is asked for again when it is seen again.
use std::{collections::HashMap, sync::Arc};

use ink::{Rect, Scale};

use crate::{
    media::{Bitmap, MediaId, MediaKind},
    page::PageId,
};

/// Memory for decoded pictures: a dozen as large as a 4K panel, with their halves.
pub(crate) const MOST_BYTES: usize = 512 << 20;
/// A picture of more pixels than this is shown as an empty sheet: eight 4K panels.
const MOST_PIXELS: u64 = 64 << 20;
/// A picture is asked for again in better quality when it is shown larger than it came by this part.
const SHARPER: u32 = 5;
/// Pictures of pages that show one file: as many as an album keeps open, and more.
const MOST_PLACES: usize = 64;

type Name = (MediaId, MediaKind);

/// One picture in one place of a page.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Wish {
    pub(crate) file: MediaId,
    pub(crate) kind: MediaKind,
    pub(crate) width_px: u32,
    pub(crate) page: PageId,
    /// Where it is drawn, in pixels of the page at `scale`.
    pub(crate) area: Rect,
    pub(crate) scale: Scale,
}

#[derive(Default)]
struct Kept {
    levels: Option<Levels>,
    asked_px: u32,
    seen: u64,
    /// Where it is drawn as it is now: for each page and scale the box around all its places.
    places: Vec<Wish>,
}

/// See the module.
#[derive(Default)]
pub(crate) struct Gallery {
    kept: HashMap<Name, Kept>,
    asks: Vec<(MediaId, MediaKind, u32)>,
    turn: u64,
}

impl Gallery {
    /// The picture, if it has come. What is not there, or not as sharp as wished, is asked for once.
    pub(crate) fn find(&mut self, wish: &Wish) -> Option<Levels> {
        self.turn += 1;
        let kept = self.kept.entry((wish.file, wish.kind)).or_default();
        kept.seen = self.turn;
        let has_px = kept.levels.as_ref().map_or(0, |levels| levels.size().0);
        let sharp = has_px > 0 && wish.width_px <= has_px + has_px / SHARPER;
        if !sharp && wish.width_px > kept.asked_px + kept.asked_px / SHARPER {
            kept.asked_px = wish.width_px;
            self.asks.push((wish.file, wish.kind, wish.width_px));
        }
        // Also where it is sharp enough: what is drawn of one page is drawn from one picture.
        let alike = |place: &Wish| (place.page, place.scale) == (wish.page, wish.scale);
        match kept.places.iter().position(alike) {
            Some(at) => kept.places[at].area = kept.places[at].area.union(&wish.area),
            None if kept.places.len() < MOST_PLACES => kept.places.push(*wish),
            None => {}
        }
        kept.levels.clone()
    }

    /// Takes a decoded picture in; the places to draw again. One that cannot be shown is never asked for again.
    pub(crate) fn put(&mut self, file: MediaId, kind: MediaKind, bitmap: Bitmap) -> Vec<Wish> {
        self.turn += 1;
        let Some(levels) = Levels::new(bitmap) else {
            self.kept.entry((file, kind)).or_default().asked_px = u32::MAX / 2;
            return Vec::new();
        };
        let kept = self.kept.entry((file, kind)).or_default();
        let had_px = kept.levels.as_ref().map_or(0, |levels| levels.size().0);
        if levels.size().0 <= had_px {
            return Vec::new();
        }
        kept.levels = Some(levels);
        kept.seen = self.turn;
        let places = std::mem::take(&mut kept.places);
        self.make_room((file, kind));
        places
    }

    fn make_room(&mut self, newest: Name) {
        while self.bytes() > MOST_BYTES {
            let with = self.kept.iter().filter(|(name, kept)| **name != newest && kept.levels.is_some());
            let Some(oldest) = with.min_by_key(|(_, kept)| kept.seen).map(|(name, _)| *name) else { return };
            self.kept.remove(&oldest);
        }
    }

    pub(crate) fn bytes(&self) -> usize {
        self.kept.values().filter_map(|kept| kept.levels.as_ref()).map(Levels::bytes).sum()
    }

    /// What has been asked for since the last time.
    pub(crate) fn take_asks(&mut self) -> Vec<(MediaId, MediaKind, u32)> {
        std::mem::take(&mut self.asks)
    }
}

/// A picture and its halves, down to a single pixel.
#[derive(Clone, Debug)]
pub(crate) struct Levels {
    levels: Arc<[Bitmap]>,
}

impl Levels {
    fn new(bitmap: Bitmap) -> Option<Levels> {
        let pixels = u64::from(bitmap.width) * u64::from(bitmap.height);
        if pixels == 0 || pixels > MOST_PIXELS || bitmap.pixels.len() as u64 != pixels {
            return None;
        }
        let mut levels = vec![bitmap];
        while let Some(last) = levels.last().filter(|last| last.width > 1 || last.height > 1) {
            levels.push(half(last));
        }
        Some(Levels { levels: levels.into() })
    }

    pub(crate) fn size(&self) -> (u32, u32) {
        (self.levels[0].width, self.levels[0].height)
    }

    fn bytes(&self) -> usize {
        self.levels.iter().map(|level| level.pixels.len() * 4).sum()
    }

    /// What answers for pixels that each cover so much of the picture, in pixels of it.
    pub(crate) fn sampler(&self, covers: (f64, f64)) -> Sampler<'_> {
        let most = covers.0.max(covers.1);
        let mut level = 0;
        while level + 1 < self.levels.len() && most >= f64::from(1_u32 << (level + 1)) {
            level += 1;
        }
        let (bitmap, full) = (&self.levels[level], &self.levels[0]);
        let per = (
            f64::from(bitmap.width) / f64::from(full.width),
            f64::from(bitmap.height) / f64::from(full.height),
        );
        let half = ((covers.0 * per.0).clamp(1.0, 4.0) / 2.0, (covers.1 * per.1).clamp(1.0, 4.0) / 2.0);
        Sampler { bitmap, per, half }
    }
}

/// Averages a picture over the box that a pixel covers; a box is never smaller than one of its pixels, which
/// mixes the nearest four.
pub(crate) struct Sampler<'a> {
    bitmap: &'a Bitmap,
    per: (f64, f64),
    half: (f64, f64),
}

impl Sampler<'_> {
    pub(crate) fn at(&self, u: f64, v: f64) -> u32 {
        let (u, v) = (u * self.per.0, v * self.per.1);
        let (mut sums, mut weights) = ([0_u64; 4], 0_u64);
        let (rows, columns) =
            (Steps::new(v, self.half.1, self.bitmap.height), Steps::new(u, self.half.0, self.bitmap.width));
        for (y, high) in rows.clone() {
            let row = &self.bitmap.pixels[y * self.bitmap.width as usize..];
            for (x, wide) in columns.clone() {
                let weight = high * wide;
                weights += weight;
                for (sum, channel) in sums.iter_mut().zip(row[x].to_be_bytes()) {
                    *sum += u64::from(channel) * weight;
                }
            }
        }
        let weights = weights.max(1);
        u32::from_be_bytes(sums.map(|sum| ((sum + weights / 2) / weights) as u8))
    }
}

/// The pixels that a stretch covers, each with its part in 256ths. Beyond the picture its edge goes on.
#[derive(Clone)]
struct Steps {
    from: i64,
    to: i64,
    at: i64,
    last: i64,
}

impl Steps {
    fn new(middle: f64, half: f64, count: u32) -> Steps {
        let (from, to) = (((middle - half) * 256.0).round() as i64, ((middle + half) * 256.0).round() as i64);
        Steps { from, to, at: from, last: i64::from(count) - 1 }
    }
}

impl Iterator for Steps {
    type Item = (usize, u64);

    fn next(&mut self) -> Option<(usize, u64)> {
        if self.at >= self.to {
            return None;
        }
        let pixel = self.at.div_euclid(256);
        let end = ((pixel + 1) * 256).min(self.to);
        let part = (end - self.at.max(self.from)) as u64;
        self.at = end;
        Some((pixel.clamp(0, self.last) as usize, part))
    }
}

fn half(of: &Bitmap) -> Bitmap {
    let (width, height) = (of.width.div_ceil(2), of.height.div_ceil(2));
    let mut pixels = Vec::with_capacity(width as usize * height as usize);
    for y in 0..height {
        for x in 0..width {
            // The last column or row of an odd picture counts twice.
            let (x0, y0) = (2 * x, 2 * y);
            let (x1, y1) = ((x0 + 1).min(of.width - 1), (y0 + 1).min(of.height - 1));
            let at = |x: u32, y: u32| of.pixels[y as usize * of.width as usize + x as usize].to_be_bytes();
            let four = [at(x0, y0), at(x1, y0), at(x0, y1), at(x1, y1)];
            let channel = |index: usize| {
                let sum: u32 = four.iter().map(|pixel| u32::from(pixel[index])).sum();
                ((sum + 2) / 4) as u8
            };
            pixels.push(u32::from_be_bytes([channel(0), channel(1), channel(2), channel(3)]));
        }
    }
    Bitmap { width, height, pixels: pixels.into() }
}
