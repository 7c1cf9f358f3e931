//! The page as a browser and other programs get it, from services that are played on a bus of their own.

#![allow(clippy::unwrap_used, clippy::expect_used)] // a test that cannot go on fails

mod browser;
mod contract;
mod served;
mod setup;
mod usage;
mod web;
