//! Ink without a device: samples of a contact become smooth strokes, strokes become coverage, coverage becomes
//! tiles. Everything here is pure: time and scale are arguments, nothing is read or written, so the same
//! samples give the same pixels on every machine.
//!
//! The way of one point: [`Sample`] -> [`Stroker`] (wobble filter, spring, width) -> [`Node`]s ->
//! [`Mask`] (capsules, combined by maximum) -> [`Plane`] of 64x64 tiles. Each step says in a [`Damage`] what
//! must be shown again.
mod blend;
mod compose;
mod coverage;
mod damage;
mod fill;
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
pub use fill::Rule;
pub use packed::PackedPlane;
pub use sample::{GRID_UM, Node, Sample};
pub use scale::Scale;
pub use simd::Level;
pub use stroker::{Brush, Stroker};
pub use tile::{Plane, TILE, TILE_PIXELS, Tile, TileAt, tiles_of};
pub use trace::{BadTrace, Nodes, Trace};

#[cfg(test)]
mod tests;
