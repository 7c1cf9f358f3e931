//! Planes of pages that are not shown, small in memory: tile by tile in LZ4, unpacked to the very same pixels.
//!
//! A 4K page full of handwriting in three colours (1980 tiles, 32.4 MB) packs to 3.5 MB in 33 ms and unpacks
//! in 55 ms (`cargo run --release -p ink --example rest`; one core of a shared 2.6 GHz EPYC); its half-size
//! picture takes 8.6 MB and 10 ms.
use std::sync::Arc;

use lz4_flex::block;

use crate::{
    blend,
    tile::{Plane, TILE_PIXELS, Tile, TileAt},
};

/// The largest block: four bytes a pixel, 16 KiB.
const TILE_BYTES: usize = TILE_PIXELS * 4;

/// A plane at rest. Made only by [`Plane::pack`].
#[derive(Clone)]
pub struct PackedPlane {
    /// In the order of their places.
    tiles: Vec<(TileAt, PackedTile)>,
}

#[derive(Clone)]
enum PackedTile {
    /// Ink of one opaque colour, as most tiles have: only how much of it each pixel has.
    OneColour { colour: u32, alphas: Box<[u8]> },
    /// Any pixels: all blues, then all greens, reds and alphas.
    Planes(Box<[u8]>),
}

impl Plane {
    /// Packs every tile that is not blank; a blank one is as good as none.
    pub fn pack(&self) -> PackedPlane {
        let mut inked: Vec<(TileAt, &Tile)> =
            self.tiles().filter(|(_, tile)| tile.iter().any(|pixel| *pixel != 0)).collect();
        inked.sort_unstable_by_key(|(at, _)| *at);
        let mut bytes = Vec::with_capacity(TILE_BYTES);
        let tiles = inked.into_iter().map(|(at, tile)| (at, PackedTile::new(tile, &mut bytes)));
        PackedPlane { tiles: tiles.collect() }
    }
}

impl PackedPlane {
    /// The plane as it was packed, without tiles that were blank.
    pub fn unpack(&self) -> Plane {
        let mut plane = Plane::new();
        self.tiles.iter().for_each(|(at, packed)| plane.put(*at, Arc::new(packed.unpack())));
        plane
    }

    /// One tile of it: what is on screen first is unpacked first.
    pub fn tile(&self, at: TileAt) -> Option<Tile> {
        let index = self.tiles.binary_search_by_key(&at, |(at, _)| *at).ok()?;
        Some(self.tiles[index].1.unpack())
    }

    /// How many bytes of memory the packed tiles take.
    pub fn bytes(&self) -> usize {
        let each = size_of::<(TileAt, PackedTile)>();
        self.tiles.iter().map(|(_, packed)| each + packed.bytes()).sum()
    }
}

impl PackedTile {
    fn new(tile: &Tile, bytes: &mut Vec<u8>) -> PackedTile {
        bytes.clear();
        let colour = tile.iter().copied().find(|pixel| *pixel >= 0xff00_0000);
        let only = |colour: &u32| tile.iter().all(|pixel| *pixel == blend::scale(*colour, pixel >> 24));
        if let Some(colour) = colour.filter(only) {
            bytes.extend(tile.iter().map(|pixel| (pixel >> 24) as u8));
            return PackedTile::OneColour { colour, alphas: block::compress(bytes).into_boxed_slice() };
        }
        for channel in 0..4 {
            bytes.extend(tile.iter().map(|pixel| pixel.to_le_bytes()[channel]));
        }
        PackedTile::Planes(block::compress(bytes).into_boxed_slice())
    }

    fn unpack(&self) -> Tile {
        match self {
            PackedTile::OneColour { colour, alphas } => {
                let alphas: [u8; TILE_PIXELS] = unpack(alphas);
                alphas.map(|alpha| blend::scale(*colour, u32::from(alpha)))
            }
            PackedTile::Planes(planes) => {
                let planes: [u8; TILE_BYTES] = unpack(planes);
                std::array::from_fn(|at| {
                    u32::from_le_bytes(std::array::from_fn(|channel| planes[channel * TILE_PIXELS + at]))
                })
            }
        }
    }

    fn bytes(&self) -> usize {
        match self {
            PackedTile::OneColour { alphas, .. } => alphas.len(),
            PackedTile::Planes(planes) => planes.len(),
        }
    }
}

fn unpack<const BYTES: usize>(packed: &[u8]) -> [u8; BYTES] {
    let mut bytes = [0; BYTES];
    let length = block::decompress_into(packed, &mut bytes);
    // The bytes never leave memory between `pack` and here, so anything else is a broken machine.
    assert_eq!(length.ok(), Some(BYTES), "a packed tile unpacks to a tile");
    bytes
}
