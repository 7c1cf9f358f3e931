//! tldraw's files (`.tldr`, JSON of records, file format 1), in.
//!
//! One pixel is a millimetre of the board, as for Excalidraw. The names and meanings of records are those of
//! tldraw's `tlschema`, in its newest and in its older shapes: a file keeps the version in which it was saved.
//!
//! | tldraw | board | what is lost |
//! | --- | --- | --- |
//! | page | page without end, on its order | names, cameras |
//! | draw: free and straight segments, pen pressures or speeds | ink; dashed or dotted: a line | streamlining |
//! | draw that is closed and filled | ink over a filled figure, in one group | |
//! | highlight | highlighter | |
//! | geo, all twenty kinds | figure | the hand-drawn look, hatching, a cloud's own bumps |
//! | label of a geo or an arrow | text in one group with it | font; centring is by a guess of its width |
//! | line, straight and curved | line | |
//! | arrow: straight, bent, with an elbow; bound ends | line with heads, to where it met what it was bound to | kinds of heads, the binding |
//! | text | text | font, bold and links |
//! | note | note | |
//! | image, flipped, cropped | picture (PNG, JPEG, WebP), figures of an SVG; else a dashed frame | cropping: all of it is shown |
//! | video | video if it lies in the file | |
//! | frame | its outline and name | clipping |
//! | group | the outermost group | inner groups |
//! | bookmark, embed | dashed frame with its address | |
//! | opacity | a fill's; mixed with the ground's colour for lines and texts | |
//! | locked, also of what it lies in | pinned | |
//! | grid | grid | |
//!
//! Points of a segment are written in one of three ways: a list of `{x, y, z}`; `points`, base64 of triples of
//! binary16; `path`, base64 of one triple of binary32 and then of differences as triples of binary16. All are
//! little-endian, z is the pressure.
mod arrow;
mod colour;
mod geo;
mod holder;
mod path;
mod read;
mod records;
mod shape;
mod words;

pub use read::read;

/// Micrometres of a pixel.
const UM_PER_PX: f64 = 1_000.0;
