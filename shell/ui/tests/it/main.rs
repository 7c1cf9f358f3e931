//! Every screen, drawn without a display: its labels are there, its codes can be read off the picture.

// In tests a failure is a panic, and a skipped one says so on the terminal; clippy exempts only test functions.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

mod after;
mod aloud;
mod attendance;
mod board_room;
mod boards;
mod canteen;
mod choices;
mod class;
mod counter;
mod desktop;
mod easel;
mod examples;
mod finder;
mod first_start;
mod golden;
mod green_room;
mod handout;
mod home;
mod lesson;
mod lesson_panels;
mod many_codes;
mod naming_room;
mod notices;
mod orders;
mod palettes;
mod panels;
mod room;
mod scanning;
mod screens;
mod senses;
mod service;
mod session;
mod signage;
mod signage_room;
mod sources;
mod spelling;
mod staff;
mod two_find;
mod walk;
mod words;
mod zbar;
