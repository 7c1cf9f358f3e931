//! The loops themselves, over eight pixels at a time, stamped out for each instruction set.
//!
//! A set provides, for eight lanes: `Floats` with `splat`, `load`, `add`, `sub`, `mul`, `least`, `most`,
//! `root`; `raise_eight` (coverage into a mask); `Pixels` with `splat_pixels`, `load_pixels`,
//! `store_pixels`, `is_blank`, `is_opaque`, `over`; `Weights` with `weights`, `weigh`, `mix`.

/// Pixels in a block.
pub(crate) const LANES: usize = 8;
/// Blocks in a tile's row.
pub(super) const BLOCKS: usize = crate::tile::TILE as usize / LANES;

/// The middles of a row's pixels, counted from the tile's left side.
pub(super) static MIDDLES: [[f32; LANES]; BLOCKS] = {
    let mut middles = [[0.0; LANES]; BLOCKS];
    let mut at = 0;
    while at < BLOCKS * LANES {
        middles[at / LANES][at % LANES] = at as f32 + 0.5;
        at += 1;
    }
    middles
};

/// The kernels of one instruction set, from its operations in the same module.
macro_rules! kernels {
    ($(#[$feature:meta])*) => {
        use crate::{
            compose::{Layers, Paper, WetTile},
            coverage::{Capsule, MaskTile, Part},
            simd::kernels::{BLOCKS, LANES, MIDDLES},
            tile::Tile,
        };

        $(#[$feature])*
        pub(super) fn raise(tile: &mut MaskTile, capsule: &Capsule, part: &Part) {
            let (blocks, _) = tile.as_chunks_mut::<LANES>();
            let (dx, dy) = (splat(capsule.dx), splat(capsule.dy));
            let along = splat(capsule.along.0);
            let (edge, grows) = (splat(capsule.edge), splat(capsule.radius_grows));
            let strength = splat(capsule.strength);
            let (zero, one) = (splat(0.0), splat(1.0));
            let left = splat(part.left as f32 - capsule.ax);
            for (y, row) in part.rows.clone().zip(blocks.chunks_exact_mut(BLOCKS).skip(part.skip)) {
                let py = y as f32 + 0.5 - capsule.ay;
                let rise = splat(py * capsule.along.1);
                let py = splat(py);
                let (covered, solid) = part.blocks(capsule, y);
                row[solid.clone()].as_flattened_mut().fill(255);
                for run in [covered.start..solid.start, solid.end..covered.end] {
                    for (pixels, middles) in row[run.clone()].iter_mut().zip(&MIDDLES[run]) {
                        let px = add(left, load(middles));
                        let t = least(most(add(mul(px, along), rise), zero), one);
                        let (ex, ey) = (sub(px, mul(t, dx)), sub(py, mul(t, dy)));
                        let away = root(add(mul(ex, ex), mul(ey, ey)));
                        let inside = sub(add(edge, mul(t, grows)), away);
                        let inside = least(most(inside, zero), one);
                        raise_eight(pixels, mul(inside, strength));
                    }
                }
            }
        }

        $(#[$feature])*
        pub(super) fn lay(tile: &mut Tile, mask: &MaskTile, colour: u32) {
            let source = splat_pixels(colour);
            for (pixels, cover) in tile.as_chunks_mut::<LANES>().0.iter_mut().zip(mask.as_chunks::<LANES>().0) {
                let cover = u64::from_le_bytes(*cover);
                if cover != 0 {
                    let under = load_pixels(pixels);
                    store_pixels(pixels, over(under, weigh(source, weights(cover, 0))));
                }
            }
        }

        $(#[$feature])*
        pub(super) fn replace(tile: &mut Tile, mask: &MaskTile, colour: u32) {
            let source = splat_pixels(colour);
            for (pixels, cover) in tile.as_chunks_mut::<LANES>().0.iter_mut().zip(mask.as_chunks::<LANES>().0) {
                let cover = u64::from_le_bytes(*cover);
                if cover != 0 {
                    let under = load_pixels(pixels);
                    store_pixels(pixels, mix(under, source, weights(cover, 0)));
                }
            }
        }

        $(#[$feature])*
        pub(super) fn compose(out: &mut [u32], row: usize, from: usize, layers: &Layers<'_>) {
            let mut done = 0;
            while done < out.len() {
                let column = from + done;
                let ahead = column % LANES;
                let shown = shade(row * BLOCKS + column / LANES, layers);
                let rest = &mut out[done..];
                match rest.first_chunk_mut::<LANES>() {
                    Some(whole) if ahead == 0 => {
                        store_pixels(whole, shown);
                        done += LANES;
                    }
                    _ => {
                        let mut pixels = [0; LANES];
                        store_pixels(&mut pixels, shown);
                        let count = (LANES - ahead).min(rest.len());
                        rest[..count].copy_from_slice(&pixels[ahead..ahead + count]);
                        done += count;
                    }
                }
            }
        }

        /// Eight pixels of a tile, all layers.
        #[inline]
        $(#[$feature])*
        fn shade(block: usize, layers: &Layers<'_>) -> Pixels {
            let mut shown = match layers.paper {
                Paper::Colour(colour) => splat_pixels(colour),
                Paper::Tile(tile) => load_block(tile, block),
            };
            if let Some(base) = layers.base {
                shown = settle(shown, load_block(base, block));
            }
            let layer = |tile: Option<&Tile>| tile.map_or_else(|| splat_pixels(0), |tile| load_block(tile, block));
            let (mut marked, mut inked) = (layer(layers.glow), layer(layers.ink));
            for wet in layers.wets {
                let (mask, tail) = wet_block(wet, block);
                if mask | tail == 0 {
                    continue;
                }
                let cover = weights(mask, tail);
                let colour = splat_pixels(wet.colour);
                if wet.highlighter {
                    marked = mix(marked, colour, cover);
                } else {
                    inked = over(inked, weigh(colour, cover));
                }
            }
            settle(settle(shown, marked), inked)
        }

        /// A layer over what is below it, with little work where it is empty or covers.
        #[inline]
        $(#[$feature])*
        fn settle(under: Pixels, layer: Pixels) -> Pixels {
            if is_blank(layer) {
                under
            } else if is_opaque(layer) {
                layer
            } else {
                over(under, layer)
            }
        }

        #[inline]
        $(#[$feature])*
        fn load_block(tile: &Tile, block: usize) -> Pixels {
            load_pixels(&tile.as_chunks::<LANES>().0[block])
        }

        #[inline]
        fn wet_block(wet: &WetTile<'_>, block: usize) -> (u64, u64) {
            let eight = |mask: Option<&MaskTile>| {
                mask.map_or(0, |mask| u64::from_le_bytes(mask.as_chunks::<LANES>().0[block]))
            };
            (eight(wet.mask), eight(wet.tail))
        }
    };
}
