//! What the board promises, each file one promise. [`Wall`] is a panel without glass: it shows only what the
//! board says was damaged, and keeps the ops a journal would.
mod cuts;
mod damage;
mod document;
mod editing;
mod erase;
mod hands;
mod journal;
mod look;
mod merge;
mod objects;
mod ops;
mod paging;
mod papers;
mod past;
mod text;
mod undo;
mod views;
mod wall;

pub(crate) use wall::{Wall, font, person};
