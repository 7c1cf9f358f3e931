//! 1EdTech's (IMS's) interactive whiteboard file (`.iwb`, IWB/CFF 1.0 of 1 February 2012), both ways: a zip of
//! `content.xml`, which is a small part of SVG with the board's own words beside it, and the files shown. Files of
//! Becta's draft of 2009 have another namespace and are read too.
//!
//! One unit of a page is a millimetre of the board. All pages of a file have one size.
//!
//! OpenBoard 1.6.4 is no judge of it: its reader ends the program at any `element` that names a thing, and shows
//! little more than texts of what is left.
//!
//! | IWB | board | what is lost on the way in |
//! | --- | --- | --- |
//! | page of the size of `svg` | page that ends there | |
//! | background that fills the page with a colour | ground | |
//! | `freehand` line | ink; `highlight` or see-through: highlighter | |
//! | line, polyline, with shapes at their ends | line with heads | heads that are no arrows |
//! | rect, circle, ellipse, polygon, with fills and dashes | figure | |
//! | text, textarea with spans and breaks | text | font and styles inside it |
//! | image | picture (PNG, JPEG, WebP); else a dashed frame | |
//! | video | video; audio: a dashed frame | |
//! | `background`, `locked` | pinned, the former at the bottom | |
//! | `group`, and SVG's `g` | group | groups in groups |
//! | `switch` | what comes first in it | the others |
//! | `a` | what is in it | where it leads |
//!
//! | board | IWB | what is lost on the way out |
//! | --- | --- | --- |
//! | ground | `rect` that is a `background` | pattern |
//! | ink | `freehand` polyline of its mean width | pressure, times |
//! | figure | `rect`, `ellipse`, `line`, `polyline`, `polygon` | holes |
//! | text, note | `textarea`, for a note on a `rect` in a group with it | leaning |
//! | picture | `image`: PNG and JPEG as they are, WebP as PNG | mirroring |
//! | PDF page, video | dashed frame | |
//! | pinned | `locked` | |
//! | group | `g` for what lies next to each other | what lies apart |
//! | page without end | page as large as what is on it | |
mod ends;
mod out;
mod read;
mod shape;
mod style;
mod texts;
mod words;
mod write;

pub use read::read;
pub use write::write;

/// Micrometres of a unit.
const UM_PER_UNIT: f64 = 1_000.0;
/// The file inside the archive that says what is on the pages.
const CONTENT: &str = "content.xml";
/// The height of a line in heights of its font.
const LINE: f64 = 1.25;
