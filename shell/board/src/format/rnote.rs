//! Rnote's notes (`.rnote`), in: gzip of JSON, as Rnote 0.5 to 0.13 write them.
//!
//! Lengths are pixels of the note's own resolution (`format.dpi`), so that a sheet of A4 is as large on the board as
//! it was on paper. The names of fields are those of Rnote's own types (`rnote-engine`, `rnote-compose`); fields
//! that one version has and another has not are asked for, not expected.
//!
//! | Rnote | board | what is lost |
//! | --- | --- | --- |
//! | fixed or growing sheets of a format | one page each | |
//! | endless sheets | one page without end | |
//! | background's colour, lines, grid, dots | ground and pattern | colour of the pattern, triangles |
//! | brush stroke: smooth, rough or textured; its pressures by its curve | ink | grain, roughness |
//! | stroke on the highlighter's layer, or see-through | highlighter | |
//! | dashed or dotted brush | line | pressures |
//! | line, arrow, rectangle, ellipse, curves, polyline, polygon | figure, with its fill | roughness |
//! | text | text | font and styles inside it |
//! | bitmap | picture, as PNG | |
//! | vector image | its figures, in one group | what our reader of SVG leaves out |
//! | layers | order | |
mod ink;
mod page;
mod picture;
mod read;
mod thing;

pub(crate) use read::is_newer;
pub use read::read;
