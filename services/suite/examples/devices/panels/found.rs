//! Panels that are found by themselves, whenever they come.

use std::time::Duration;

use anyhow::{Context, Result, bail};
use touch::{Axis, Description, Finder, Found, Placements, Waker, code};

use super::hands::visit;
use super::open;
use super::uinput::{Plugged, panel, plug};
use crate::flat::Flat;

const BTN_LEFT: u16 = 0x110;
const BTN_RIGHT: u16 = 0x111;
const PATIENCE: Duration = Duration::from_secs(60);
/// Long enough for a panel to be found that should not be: the kernel tells of a node at once.
const NOTHING: Duration = Duration::from_millis(200);

fn next(finder: &mut Finder) -> Result<Found> {
    finder.next(PATIENCE)?.context("no panel was found")
}

/// Two panels and a mouse come and go; both panels are found each time, and nothing else is.
pub(super) fn cycles(cycles: usize) -> Result<String> {
    let waker = Waker::new()?;
    let mut finder = Finder::new(waker)?;
    let mut flat = Flat::default();
    let mut other = panel();
    other.identity.product += 1;
    for cycle in 0..cycles {
        let mouse = plug(&mouse())?;
        for about in [&panel(), &other] {
            let (device, node) = plug(about)?;
            let found = next(&mut finder)?;
            if (&found.description, &found.spec.path) != (about, &node) {
                bail!("cycle {cycle}: {found:?} instead of {about:?} at {}", node.display());
            }
            visit(Plugged::new(device), &mut open(&node, &Placements::default())?)
                .with_context(|| format!("cycle {cycle}"))?;
        }
        drop(mouse);
        flat.cycle()?;
    }
    let verdict = flat.verdict()?;
    // Both at once, and a finder that starts when they are there already.
    let (_first, _second) = (plug(&panel())?, plug(&other)?);
    let mut late = Finder::new(Waker::new()?)?;
    let keys = [next(&mut late)?, next(&mut late)?].map(|found| found.description.key());
    if keys != [panel().key(), other.key()] {
        bail!("{keys:?} were found");
    }
    match late.next(NOTHING)? {
        None => Ok(verdict),
        Some(found) => bail!("{found:?} was found twice"),
    }
}

/// Places and buttons as an emulator's mouse has them.
fn mouse() -> Description {
    let axes = [code::ABS_X, code::ABS_Y].map(|axis| (axis, Axis { min: 0, max: 32_767, resolution: 0 }));
    let (name, keys) = ("Dais mouse".to_owned(), [BTN_LEFT, BTN_RIGHT].into());
    Description { name, keys, axes: axes.into(), ..Description::default() }
}
