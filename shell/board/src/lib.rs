//! The whiteboard without a device: people, tools, pages, objects, and what may be undone by whom.
//!
//! [`Board`] is fed with touches ([`Board::hand_down`] and so on) and commands, and answers with [`Effects`]:
//! which pixels to show again, which [`Op`]s to write to the [`Journal`], which events to tell the screens.
//! All of it is pure (time is an argument) except `journal`, the only file here that touches a disk.
//!
//! Every change is an [`Op`]: stamped, voidable, and merging in any order to the same board.
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
mod fill;
mod film;
mod footprint;
mod gallery;
mod grip;
mod hand;
mod history;
mod holds;
mod index;
mod journal;
mod lasso;
mod making;
mod media;
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
pub use grip::Handles;
pub use hand::{ContactId, Nib, Touch};
pub use ink::{Damage, Rect, Scale};
pub use journal::{Journal, JournalError, Medium, Recovery};
pub use media::{Bitmap, Media, MediaId, MediaKind};
pub use note::Note;
pub use object::{Content, Object, ObjectId, Piece, Stroke, Text};
pub use op::{Edit, Field, Op};
pub use page::PageId;
pub use paint::Canvas;
pub use pane::MOST_PANES;
pub use paper::{Ground, Paper, Pattern};
pub use person::{Person, PersonId, Tool, Width};
pub use point::{PagePoint, PageRect, PanelPoint};
pub use raster::Gray;
pub use selection::Pile;
pub use shape::{Contour, Dash, Outline, Shape};
pub use steps::{Did, Step};
pub use timeline::{Focus, Past, Timeline, Writing};
pub use view::{Fit, Grip, View, Zoom};

#[cfg(test)]
mod tests;
