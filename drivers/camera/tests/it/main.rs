//! Real GStreamer on pictures, videos and streams that these tests make, and the read rate on others' pictures.

// A failed test says where it failed; that is all an unwrap here is for.
#![allow(clippy::unwrap_used)]

mod cameras;
mod film;
mod shared_pictures;
mod wrong_reads;
