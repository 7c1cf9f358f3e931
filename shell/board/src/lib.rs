//! The whiteboard without a device: people, tools, pages, objects, and what may be undone by whom.
//!
//! [`Board`] is fed with touches ([`Board::hand_down`] and so on) and commands, and answers with [`Effects`]:
//! which pixels to show again, which [`Op`]s to write to the [`Journal`], which events to tell the screens.
//! All of it is pure (time is an argument) except `journal`, the only file here that touches a disk.
//!
//! Every change is an [`Op`]: stamped, voidable, and merging in any order to the same board.
//!
//! What a board is made of: `op` says what changes, `apply` enters it, `resolve` says what then holds of an object,
//! `index` which cells of a page it is in, `placed` how it is to be drawn. `runs` and `wipe` are rubbing out, `drag`,
//! `selection` and `making` what is done by hand and by command, `history` and `steps` who may take back what,
//! `timeline` and `lookback` the past, `convert` the way to and from files.
//!
//! What 100,000 strokes of 40 nodes cost, the model alone, as `cargo run --release -p board --example measure` says
//! (medians of processor time, in the development profile):
//!
//! | | measured | aim |
//! |---|---|---|
//! | resident, a stroke (its ink alone: 190 B) | 274 B | 260 B |
//! | append to the journal, a stroke | 244 B | 400 B |
//! | journal read and taken in | 390 ms | 150 ms |
//! | undo of one stroke | 0.01 ms | 2 ms |
//! | a palm of 148 mm over 2000 strokes a cell, a movement of 12 mm | 21 ms | 4 ms |
//! | the lift of that palm | 180 ms | |
//! | a jump by half a lesson in the time machine | 120 ms | |
mod affine;
mod album;
mod apply;
mod board;
mod cell;
mod clock;
mod codec;
mod colour;
mod command;
mod convert;
mod document;
mod drag;
mod draw;
mod effects;
mod erase;
mod figure;
mod fill;
mod film;
mod footprint;
pub mod format;
mod gallery;
mod hand;
mod handles;
mod held;
mod history;
mod holds;
mod index;
mod instrument;
mod journal;
mod laid;
mod lasso;
mod legible;
mod lookback;
mod making;
mod media;
mod met;
mod note;
mod object;
mod objects;
mod op;
mod page;
mod pages;
mod paging;
mod paint;
mod pane;
mod paper;
mod passage;
mod person;
mod picture;
mod placed;
mod point;
mod print;
mod raster;
mod resolve;
mod runs;
mod scene;
mod selection;
mod shape;
mod show;
mod snap;
mod steps;
mod stretch;
mod text;
mod timeline;
mod traces;
mod view;
mod views;
mod wet;
mod wipe;

pub use affine::Affine;
pub use board::{Board, BoardError, Surface};
pub use clock::{Actor, Clock, Stamp};
pub use codec::{CodecError, decode, encode};
pub use colour::Colour;
pub use convert::{DocumentError, MOST_MEDIA, MOST_THINGS, MOST_THINGS_ON_A_PAGE};
pub use document::{Document, Sheet, Thing};
pub use effects::{BoardEvent, Effects};
pub use figure::{Before, Figure, Kind, recognise, recognise_last};
pub use hand::{ContactId, Nib, Touch};
pub use handles::Handles;
pub use ink::{Damage, Rect, Scale};
pub use instrument::{Instrument, Knob, Rail, Tool as InstrumentTool};
pub use journal::{Journal, JournalError, Medium, Recovery, read_journal};
pub use laid::InstrumentId;
pub use legible::{Legible, Passed};
pub use media::{Bitmap, Media, MediaId, MediaKind};
pub use note::Note;
pub use object::{Content, Object, ObjectId, Piece, Stroke, Text};
pub use op::{Edit, Field, Op};
pub use page::PageId;
pub use paint::Canvas;
pub use pane::MOST_PANES;
pub use paper::{Ground, Paper, Pattern};
pub use passage::{Inked, Passage, Printed, Said};
pub use person::{Form, Person, PersonId, Tool, Width};
pub use point::{PagePoint, PageRect, PanelPoint};
pub use raster::Gray;
pub use selection::Pile;
pub use shape::{Contour, Dash, Outline, Shape};
pub use steps::{Did, Step};
pub use timeline::{Focus, Past, Timeline, Writing};
pub use view::{Fit, Grip, View, Zoom};

#[cfg(test)]
mod tests;
