//! Excalidraw's files (`.excalidraw`, JSON, version 2), both ways.
//!
//! One pixel of Excalidraw's scene is a millimetre of the board: what fills a laptop's screen fills the panel, and a
//! pen that is two to six pixels wide there is two to six millimetres wide here. The names and meanings of fields are
//! those of its own `types.ts` and `restore.ts`; a file may leave any of them out.
//!
//! | Excalidraw | board | what is lost on the way in |
//! | --- | --- | --- |
//! | freedraw, with pressures or speeds for its width | ink; highlighter at an opacity of 60 or less | streamlining |
//! | freedraw that closes on a background | ink over a filled figure, in one group | |
//! | line, arrow, with their heads | line; a smooth one as many short lines | kinds of heads, what it is bound to |
//! | rectangle, diamond, ellipse, rounded corners | figure, turned | the hand-drawn look |
//! | fill styles | plain fill | hatching |
//! | opacity | a fill's; mixed with the ground's colour for lines and texts | |
//! | text, also inside a figure or on an arrow | text in one group with it | font, centring inside its box |
//! | image, flipped and turned | picture (PNG, JPEG, WebP), figures of an SVG; else a dashed frame | cropping: all of it is shown |
//! | frame | its outline and name; one of our own pages becomes that page | clipping |
//! | embeddable, iframe | dashed frame with its address | |
//! | groups | the outermost group | inner groups |
//! | locked | pinned | |
//! | background colour, grid | ground and grid | |
//!
//! | board | Excalidraw | what is lost on the way out |
//! | --- | --- | --- |
//! | ink | freedraw with pressures; times of nodes and the writer as `customData` | widths beyond 1 to 3 in a stroke |
//! | figure | rectangle, diamond, ellipse, line, arrow; leaning ones as lines | holes |
//! | text, note | text; rectangle with its text | a text's leaning |
//! | picture | image | PDF pages and videos: a dashed frame |
//! | several pages, or pages of a size | one frame a page, one below the other | patterns but the grid, on other boards |
mod element;
mod index;
mod ink;
mod outline;
mod page;
mod read;
mod scene;
mod texts;
mod thing;
mod write;

pub use read::read;
pub use write::write;

/// Micrometres of a pixel of the scene.
const UM_PER_PX: f64 = 1_000.0;
/// Under this name stands in `customData` what only the board knows.
const OURS: &str = "dais";
/// The opacity of Excalidraw, 0 to 100, up to which a stroke is a highlighter's.
const SEE_THROUGH: f64 = 60.0;
