//! The loops themselves, over eight pixels at a time, stamped out for each instruction set.
//!
//! A set provides, for eight lanes: `Floats` with `splat`, `load`, `add`, `sub`, `mul`, `least`, `most`,
//! `root`; `raise_eight` (coverage into a mask); `Pixels` with `splat_pixels`, `load_pixels`,
//! `store_pixels`, `store_some`, `is_blank`, `is_opaque`, `over`; `Weights` with `weights`, `weigh`, `mix`.

/// Pixels in a block.
pub(crate) const LANES: usize = 8;
/// Blocks in a tile's row.
pub(super) const BLOCKS: usize = crate::tile::TILE as usize / LANES;

/// The middles of a tile's pixels, counted from its left side or its top.
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

        /// A capsule, eight times over.
        #[derive(Clone, Copy)]
        struct Eight {
            dx: Floats,
            dy: Floats,
            along: (Floats, Floats),
            edge: Floats,
            grows: Floats,
            strength: Floats,
            zero: Floats,
            one: Floats,
        }

        $(#[$feature])*
        pub(super) fn raise(tile: &mut MaskTile, capsule: &Capsule, part: &Part) {
            let eight = Eight {
                dx: splat(capsule.dx),
                dy: splat(capsule.dy),
                along: (splat(capsule.along.0), splat(capsule.along.1)),
                edge: splat(capsule.edge),
                grows: splat(capsule.radius_grows),
                strength: splat(capsule.strength),
                zero: splat(0.0),
                one: splat(1.0),
            };
            let left = splat(part.left as f32 - capsule.ax);
            let top = part.top as f32 - capsule.ay;
            let rows = tile.as_chunks_mut::<LANES>().0[part.rows.start * BLOCKS..part.rows.end * BLOCKS]
                .chunks_exact_mut(BLOCKS);
            let middles = &MIDDLES.as_flattened()[part.rows.clone()];
            let columns = &MIDDLES[part.blocks.clone()];
            if !part.is_wide() {
                for (row, middle) in rows.zip(middles) {
                    raise_run(&mut row[part.blocks.clone()], columns, left, top + middle, &eight);
                }
                return;
            }
            for ((row, middle), y) in rows.zip(middles).zip(part.rows.clone()) {
                let (covered, solid) = part.cut(capsule, y);
                row[solid.clone()].as_flattened_mut().fill(255);
                for run in [covered.start..solid.start, solid.end..covered.end] {
                    raise_run(&mut row[run.clone()], &MIDDLES[run], left, top + middle, &eight);
                }
            }
        }

        #[inline]
        $(#[$feature])*
        fn raise_run(run: &mut [[u8; LANES]], columns: &[[f32; LANES]], left: Floats, y: f32, eight: &Eight) {
            let py = splat(y);
            let rise = mul(py, eight.along.1);
            for (pixels, middles) in run.iter_mut().zip(columns) {
                let px = add(left, load(middles));
                let t = least(most(add(mul(px, eight.along.0), rise), eight.zero), eight.one);
                let (ex, ey) = (sub(px, mul(t, eight.dx)), sub(py, mul(t, eight.dy)));
                let away = root(add(mul(ex, ex), mul(ey, ey)));
                let inside = sub(add(eight.edge, mul(t, eight.grows)), away);
                let inside = least(most(inside, eight.zero), eight.one);
                raise_eight(pixels, mul(inside, eight.strength));
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

        /// Composes the columns of some rows; `out` has room for all of them.
        $(#[$feature])*
        pub(super) fn compose(
            out: &mut [u32],
            stride: usize,
            rows: std::ops::Range<usize>,
            columns: std::ops::Range<usize>,
            layers: &Layers<'_>,
        ) {
            let marks = layers.glow.is_some() || layers.wets.iter().any(|wet| wet.highlighter);
            let blocks = columns.start / LANES..columns.end.div_ceil(LANES);
            let width = columns.len();
            for (row, out) in rows.zip(out.chunks_mut(stride)) {
                let mut out = &mut out[..width];
                let mut ahead = columns.start % LANES;
                for block in blocks.clone() {
                    let shown = shade(row * BLOCKS + block, marks, layers);
                    let (here, rest) = out.split_at_mut(out.len().min(LANES - ahead));
                    match here.first_chunk_mut() {
                        Some(whole) => store_pixels(whole, shown),
                        None => store_some(here, ahead, shown),
                    }
                    (out, ahead) = (rest, 0);
                }
            }
        }

        /// Eight pixels of a tile, all layers.
        #[inline]
        $(#[$feature])*
        fn shade(block: usize, marks: bool, layers: &Layers<'_>) -> Pixels {
            let mut shown = match layers.paper {
                Paper::Colour(colour) => splat_pixels(colour),
                Paper::Tile(tile) => load_block(tile, block),
            };
            if let Some(base) = layers.base {
                shown = settle(shown, load_block(base, block));
            }
            if marks {
                let mut marked = layers.glow.map_or_else(|| splat_pixels(0), |tile| load_block(tile, block));
                for wet in layers.wets.iter().filter(|wet| wet.highlighter) {
                    let (mask, tail) = wet_block(wet, block);
                    if mask | tail != 0 {
                        marked = mix(marked, splat_pixels(wet.colour), weights(mask, tail));
                    }
                }
                shown = settle(shown, marked);
            }
            let mut inked = layers.ink.map(|tile| load_block(tile, block));
            for wet in layers.wets.iter().filter(|wet| !wet.highlighter) {
                let (mask, tail) = wet_block(wet, block);
                if mask | tail != 0 {
                    let wet = weigh(splat_pixels(wet.colour), weights(mask, tail));
                    inked = Some(inked.map_or(wet, |inked| over(inked, wet)));
                }
            }
            inked.map_or(shown, |inked| settle(shown, inked))
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
