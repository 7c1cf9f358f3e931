//! What the board promises, each file one promise. [`Wall`] is a panel without glass: it shows only what the
//! board says was damaged, and keeps the ops a journal would.
#![allow(
    clippy::disallowed_methods,
    reason = "what a test measures with need not be the same on every machine"
)]
mod cuts;
mod damage;
mod document;
mod editing;
mod erase;
mod figure;
mod format;
mod forty;
mod hands;
mod held;
mod instrument;
mod interchange;
mod journal;
mod laid;
mod legible;
mod look;
mod medley;
mod merge;
mod objects;
mod ops;
mod paging;
mod papers;
mod passage;
mod past;
mod text;
mod undo;
mod views;
mod wall;
mod wipe;

pub(crate) use wall::{Wall, font, person};
