//! The display from the outside: recordings through the very code a panel uses, surfaces of real Slint windows,
//! the journal on a disk that fails, a window on a virtual screen.

mod bench;
mod board_life;
mod replay;
mod surfaces;
mod window;
