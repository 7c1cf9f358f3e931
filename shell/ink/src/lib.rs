//! Ink without a device: samples of a contact become smooth strokes, strokes become coverage, coverage becomes
//! tiles. Everything here is pure: time and scale are arguments, nothing is read or written, so the same
//! samples give the same pixels on every machine.
//!
//! The way of one point: [`Sample`] -> [`Stroker`] (wobble filter, spring, width) -> [`Node`]s ->
//! [`Mask`] (capsules, combined by maximum) -> [`Plane`] of 64x64 tiles, or while it is wet straight into
//! pixels by [`Layers`]. Each step says in a [`Damage`] or [`Rect`] what must be shown again. [`Plane::half`]
//! is for zooming, [`Plane::pack`] for pages out of sight.
//!
//! # What it costs
//! Gate I1, instructions a stroke point: a pen of 4 px in steps of 8 px, its capsule and the composition of the
//! capsule's box, counted by callgrind as the example `cost` says: AVX2 4.7 thousand, SSE2 7.4, plain Rust
//! 11.1, which the compiler makes some vectors of (before there were vector kernels: 16.8). Everything a report costs, with filters, the old tail taken away,
//! a new one of 70 px drawn and the box around both composed (2,200 px): AVX2 53 thousand (before: 204).
//!
//! Gate P1, the error of a prediction 16 ms ahead at 60 px/cm, root of the mean square, by the example `predict`:
//! made-up pens on an active digitiser at 240 Hz 1.2 px, on an infrared frame at 120 Hz 2.1 px; recordings of
//! fingers on a 27-inch canvas 1.6 px, of a Cintiq's pen, whose reports are timed to a millisecond, 2.3 px. The
//! noise of the reports themselves is a part of each.
mod beat;
mod blend;
mod compose;
mod coverage;
mod damage;
mod mip;
mod packed;
mod predict;
mod sample;
mod scale;
mod simd;
mod smooth;
mod stroker;
mod tile;
mod trace;

pub use blend::{lerp, over, premultiply};
pub use compose::{Layers, Paper, WetTile};
pub use coverage::{Mask, MaskTile};
pub use damage::{Damage, Rect};
pub use packed::PackedPlane;
pub use sample::{GRID_UM, Node, Sample};
pub use scale::Scale;
pub use simd::Level;
pub use stroker::{Brush, Stroker};
pub use tile::{Plane, TILE, TILE_PIXELS, Tile, TileAt, tiles_of};
pub use trace::{BadTrace, Nodes, Trace};

#[cfg(test)]
mod tests;
