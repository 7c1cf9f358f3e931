//! The parts that need no device: rectangles, the two buffers under a played kernel, the pace, the choice of a mode.

mod pace;
mod screen;

use super::choose::{self, Offer};
use super::damage::{CLIPS_MAX, Clips};
use super::fault::Fault;
use super::hotplug::is_graphics;
use crate::area::Area;
use proptest::prelude::*;
use std::io;

const SIZE: (i32, i32) = (96, 64);

fn areas() -> impl Strategy<Value = Area> {
    (0..SIZE.0, 0..SIZE.1, 0..SIZE.0, 0..SIZE.1).prop_map(|(x, y, width, height)| {
        Area::new(x, y, width, height).intersect(Area::new(0, 0, SIZE.0, SIZE.1))
    })
}

proptest! {
    #[test]
    fn clips_cover_everything_that_was_added_and_never_grow(added in prop::collection::vec(areas(), 0..300)) {
        let mut clips = Clips::new();
        for area in &added {
            clips.add(*area);
            prop_assert!(clips.as_slice().len() <= CLIPS_MAX);
        }
        for (x, y) in added.iter().filter(|area| !area.is_empty()).flat_map(|area| {
            [(area.x, area.y), (area.right() - 1, area.bottom() - 1), (area.x, area.bottom() - 1)]
        }) {
            prop_assert!(clips.as_slice().iter().any(|clip| clip.contains(x, y)), "{x}, {y}");
        }
        prop_assert_eq!(clips.as_slice().is_empty(), added.iter().all(Area::is_empty));
    }
}

#[test]
fn far_apart_rectangles_stay_apart_until_the_list_is_full() {
    let mut clips = Clips::new();
    let spot = |at: i32| Area::new(at % 16 * 200, at / 16 * 200, 10, 10);
    (0..64).for_each(|at| clips.add(spot(at)));
    assert_eq!((clips.as_slice().len(), clips.pixels()), (64, 6400));
    // One more goes to its neighbour, not into a rectangle around everything.
    clips.add(spot(64));
    assert_eq!(clips.as_slice().len(), 64);
    assert_eq!(clips.pixels(), 6300 + 210 * 10);
}

fn mode(size: (u32, u32), refresh_mhz: u32) -> Offer {
    Offer { size, refresh_mhz, preferred: false, interlaced: false }
}

#[test]
fn the_mode_is_the_wanted_size_at_its_quickest() {
    let offers = [
        Offer { preferred: true, ..mode((3840, 2160), 30_000) },
        mode((3840, 2160), 60_000),
        mode((1920, 1080), 59_940),
        Offer { interlaced: true, ..mode((1920, 1080), 120_000) },
        mode((1920, 1080), 60_000),
        mode((1920, 1080), 60_000),
        Offer { interlaced: true, ..mode((720, 576), 50_000) },
    ];
    assert_eq!(choose::best(&offers, Some((1920, 1080))), Some(4));
    assert_eq!(choose::best(&offers, None), Some(1), "the panel's own size, at its quickest");
    assert_eq!(choose::best(&offers, Some((1024, 768))), None);
    assert_eq!(choose::best(&offers, Some((720, 576))), None, "half-pictures only");
    assert_eq!(choose::best(&offers[2..5], None), Some(2), "no own size: the largest");
    assert_eq!(choose::best(&[], None), None);
    assert_eq!(choose::sizes(&offers), "3840x2160, 1920x1080");
}

#[test]
fn what_the_kernel_says_of_graphics_devices_is_heard() {
    let message = |parts: &[&str]| parts.join("\0").into_bytes();
    let plugged = "change@/devices/pci0000:00/drm/card0";
    assert!(is_graphics(&message(&[plugged, "ACTION=change", "SUBSYSTEM=drm", "HOTPLUG=1", ""])));
    assert!(is_graphics(&message(&["remove@/x", "ACTION=remove", "SUBSYSTEM=drm"])));
    for other in [
        &["change@/x", "ACTION=change", "SUBSYSTEM=drm"][..],
        &["add@/x", "ACTION=add", "SUBSYSTEM=usb", "HOTPLUG=1"],
        &["add@/x", "ACTION=add", "NAME=SUBSYSTEM=drm"],
        &[],
    ] {
        assert!(!is_graphics(&message(other)), "{other:?}");
    }
}

#[test]
fn a_screenshot_takes_no_damage_from_the_screen() {
    use crate::config::{Config, Output};
    let config = Config {
        size_px: (96, 64),
        size_um: (96_000, 64_000),
        touch: Vec::new(),
        placements: touch::Placements::default(),
        urgency: touch::Urgency::Ordinary,
        output: Output::Memory,
        journal_dir: std::path::PathBuf::new(),
        font: crate::test_font::font(),
    };
    let mut stage = crate::stage::Stage::new(&config).unwrap();
    stage.picture();
    assert_eq!(stage.compose(crate::stage::TILES_A_FRAME), [stage.screen()]);
    assert_eq!(stage.compose(crate::stage::TILES_A_FRAME), []);
}

#[test]
fn what_the_kernel_refuses_is_understood() {
    use rustix::io::Errno;
    let fault = |errno: Errno| Fault::from(io::Error::from(errno));
    assert!(matches!(fault(Errno::ACCESS), Fault::Taken));
    assert!(matches!(fault(Errno::NODEV), Fault::Gone));
    assert!(matches!(fault(Errno::BUSY), Fault::Busy));
    assert!(matches!(fault(Errno::INVAL), Fault::Refused(_)));
}
