//! The display from the outside: recordings through the very code a panel uses, surfaces of real Slint windows,
//! the journal on a disk that fails, a window on a virtual screen.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "helpers of tests fail and speak like tests")]

mod bench;
mod board_life;
mod boards;
mod crowd;
mod files;
mod films;
mod golden;
mod live;
mod reach;
mod replay;
mod sessions;
mod surfaces;
#[path = "../../src/test_film.rs"]
mod test_film;
mod window;
