//! The screens of Dais: home, the board's palettes and dock, the canteen kiosk. Binary `dais-shell`.
//!
//! Slint draws small surfaces over the display thread's board; the bus is reached through [`bridge`], the only
//! place here that knows zbus and tokio. What a screen shows about a payment is a copy of the till's property,
//! never a truth of its own.

pub mod access;
pub mod app;
pub mod assets;
pub mod basket;
pub mod boards;
pub mod bridge;
pub mod chips;
pub mod class;
pub mod code_picture;
pub mod files;
pub mod first;
pub mod handout;
pub mod home;
pub mod kept;
pub mod keyboard;
pub mod kiosk;
pub mod kiosk_look;
pub mod layout;
pub mod look;
pub mod messages;
pub mod pad;
pub mod pinyin;
pub mod preferences;
pub mod price;
pub mod reading;
pub mod recent;
pub mod rows;
pub mod search;
pub mod senses;
pub mod service;
pub mod session;
pub mod session_copy;
pub mod settings;
mod sheet;
pub mod signage;
pub mod sized;
pub mod sound;
pub mod staff;
pub mod surface;
pub mod till_copy;
mod typist;
pub mod wall;
