//! The graphics cards of the emulated machine, and what they show.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use super::picture::Picture;
use super::viewer;
use crate::proof::guest::Guest;

/// The socket through which the first card's screen is looked at.
const VIEWER: &str = "viewer";

/// Two cards of different kinds, as the emulator's words.
pub(super) fn devices(work: &Path, size: (u32, u32)) -> Result<Vec<String>> {
    let viewer = work.join(VIEWER);
    if viewer.exists() {
        fs::remove_file(&viewer)?;
    }
    let screen = format!("xres={},yres={}", size.0, size.1);
    Ok(vec![
        "-device".to_owned(),
        format!("virtio-gpu-pci,id=virtio_gpu,addr=1,{screen}"),
        "-device".to_owned(),
        format!("bochs-display,id=bochs,addr=2,{screen}"),
        "-vnc".to_owned(),
        format!("unix:{},display=virtio_gpu", viewer.display()),
    ])
}

/// What a card shows now, as it leaves the machine.
pub(super) fn picture(guest: &mut Guest, card: &str) -> Result<Picture> {
    let file = guest.work().join("screen.ppm");
    guest.ask(&format!(
        "{{\"execute\": \"screendump\", \"arguments\": {{\"device\": \"{card}\", \"filename\": \"{}\"}}}}",
        file.display()
    ))?;
    Picture::parse(&fs::read(&file)?).context("the picture of the card")
}

/// Changes the size of the first card's screen, as if another one were plugged in.
pub(super) fn resize(guest: &Guest, width: u16, height: u16) -> Result<()> {
    viewer::resize(&guest.work().join(VIEWER), width, height)
}
