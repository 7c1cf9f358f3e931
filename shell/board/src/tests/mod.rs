//! What the board promises, each file one promise. [`Wall`] is a panel without glass: it shows only what the
//! board says was damaged, and keeps the ops a journal would.
mod damage;
mod erase;
mod format;
mod hands;
mod interchange;
mod journal;
mod look;
mod merge;
mod text;
mod undo;
mod wall;

pub(crate) use wall::{Wall, font, person};
