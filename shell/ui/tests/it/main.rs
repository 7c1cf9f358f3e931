//! Every screen, drawn without a display: its labels are there, its codes can be read off the picture.

mod easel;
mod screens;
mod words;
mod zbar;
