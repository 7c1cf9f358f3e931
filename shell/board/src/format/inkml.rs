//! InkML (W3C Recommendation of 20 September 2011), both ways: ink for recognisers and for other ink programs.
//!
//! | InkML | board | what is lost |
//! | --- | --- | --- |
//! | `trace`, in any of its encodings: explicit, first and second differences, `*` and `?` | ink | intermittent channels |
//! | channels X and Y in any unit of length or by their resolution; without one the ink is made to fill a metre | places | `canvasTransform`, `mapping` |
//! | channel W | width | |
//! | channel F with the brush's width | width, in parts of its largest force | |
//! | channel T | times since the stroke began | the time of day |
//! | channels of tilt, twist, buttons | | all of them |
//! | `brush`: width, color, transparency, rasterOp | width, colour, highlighter | shape of the tip |
//! | `traceGroup` with the annotation `page` | page without end | |
//! | `traceGroup` with the annotation `writer` | the person | names of other programs |
//! | `traceView` | | all of it |
//!
//! Written are X and Y in millimetres, F from 0 to 32767 in parts of the brush's width, and T in milliseconds; a
//! group for each page, and in it one for each run of strokes by one person. Texts, figures, notes, pictures and
//! papers have no place in it: a board without ink cannot be written.
mod format;
mod pens;
mod points;
mod read;
mod write;

pub use read::read;
pub use write::write;

/// The largest force that is written.
const MOST_FORCE: f64 = 32_767.0;
/// The kinds of annotations that tell a page and a person.
const PAGE: &str = "page";
const WRITER: &str = "writer";
