//! Panels and pens that are made of descriptions.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use touch::evdev::uinput::VirtualDevice;
use touch::{
    Axis, Description, Heard, InputEvent, Phase, Placement, Placements, Source, SourceSpec, ToolKind,
    TouchError, Turn, Waker, code,
};

use super::hands::{FINGERS, Panel, unit, visit};
use super::{SCREEN, open, uhid};
use crate::flat::Flat;
use crate::until;

const PATIENCE: Duration = Duration::from_secs(60);
/// Moves that nobody reads: many times the kernel's buffer of a device.
const UNREAD: i32 = 4_000;

fn about(name: &str, axes: &[(u16, i32)]) -> Description {
    let mut about = Description { name: name.to_owned(), ..Description::default() };
    (about.identity.bus, about.identity.vendor, about.identity.product) = (3, 0x1ff7, 0xd415);
    about.properties.insert(code::INPUT_PROP_DIRECT);
    about.keys.insert(code::BTN_TOUCH);
    for (axis, max) in axes {
        about.axes.insert(*axis, Axis { min: 0, max: *max, resolution: 0 });
    }
    about
}

pub(super) fn panel() -> Description {
    about(
        "Dais uinput panel",
        &[
            (code::ABS_MT_SLOT, FINGERS as i32 - 1),
            (code::ABS_MT_POSITION_X, uhid::MAX),
            (code::ABS_MT_POSITION_Y, uhid::MAX),
            (code::ABS_MT_TRACKING_ID, 65_535),
        ],
    )
}

pub(super) fn plug(about: &Description) -> Result<(VirtualDevice, PathBuf)> {
    let device = VirtualDevice::new(about)?;
    let node = until("the node", || device.node())?;
    Ok((device, node))
}

fn abs(code: u16, value: i32) -> InputEvent {
    InputEvent::new(0, code::EV_ABS, code, value)
}

fn key(code: u16, value: i32) -> InputEvent {
    InputEvent::new(0, code::EV_KEY, code, value)
}

/// All fingers at a step, as the events of one frame. `visit` numbers the contacts.
pub(super) fn at(step: usize, visit: usize) -> Vec<InputEvent> {
    let mut events = Vec::new();
    for finger in 0..FINGERS {
        let (x, y) = unit(finger, step);
        events.push(abs(code::ABS_MT_SLOT, finger as i32));
        if step == 0 {
            events.push(abs(code::ABS_MT_TRACKING_ID, (visit * FINGERS + finger) as i32));
        }
        events.extend([abs(code::ABS_MT_POSITION_X, x), abs(code::ABS_MT_POSITION_Y, y)]);
    }
    if step == 0 {
        events.push(key(code::BTN_TOUCH, 1));
    }
    events.push(InputEvent::report(0));
    events
}

pub(super) fn lifted() -> Vec<InputEvent> {
    let slots = 0..FINGERS as i32;
    let lifts = slots.flat_map(|slot| [abs(code::ABS_MT_SLOT, slot), abs(code::ABS_MT_TRACKING_ID, -1)]);
    lifts.chain([key(code::BTN_TOUCH, 0), InputEvent::report(0)]).collect()
}

/// Such a panel, for fingers.
pub(super) struct Plugged {
    device: VirtualDevice,
    visits: usize,
}

impl Plugged {
    pub(super) fn new(device: VirtualDevice) -> Self {
        Self { device, visits: 0 }
    }
}

impl Panel for Plugged {
    fn step(&mut self, step: usize) -> Result<()> {
        self.device.send(&at(step, self.visits)).map_err(Into::into)
    }

    fn lift(&mut self, _: usize) -> Result<()> {
        self.visits += 1;
        self.device.send(&lifted()).map_err(Into::into)
    }
}

/// Plugs a panel in and out.
pub(super) fn cycles(cycles: usize) -> Result<String> {
    let mut flat = Flat::default();
    for cycle in 0..cycles {
        let (device, node) = plug(&panel())?;
        let mut source = open(&node, &Placements::default())?;
        visit(Plugged::new(device), &mut source).with_context(|| format!("cycle {cycle}"))?;
        drop(source);
        flat.cycle()?;
    }
    flat.verdict()
}

/// More than the kernel's buffer holds comes while nobody reads: what is down afterwards is where the panel says.
pub(super) fn overrun() -> Result<String> {
    let (mut device, node) = plug(&panel())?;
    let mut source = open(&node, &Placements::default())?;
    device.send(&at(0, 0))?;
    let mut last = Vec::new();
    while last.len() < FINGERS {
        match source.next(PATIENCE) {
            Heard::Frame(frame) => last.extend(frame.contacts),
            other => bail!("{other:?} instead of ten fingers"),
        }
    }
    for step in 0..UNREAD {
        let mut frame = Vec::new();
        for finger in 0..FINGERS as i32 {
            frame.extend([
                abs(code::ABS_MT_SLOT, finger),
                abs(code::ABS_MT_POSITION_X, 1 + 8 * step + finger),
            ]);
        }
        device.send(&[frame, vec![InputEvent::report(0)]].concat())?;
    }
    // The first lifts unseen as well.
    device.send(&[abs(code::ABS_MT_SLOT, 0), abs(code::ABS_MT_TRACKING_ID, -1), InputEvent::report(0)])?;
    let (mut frames, mut lifts) = (0, 0);
    while lifts == 0 {
        match source.next(PATIENCE) {
            Heard::Frame(frame) => {
                frames += 1;
                for contact in frame.contacts {
                    lifts += usize::from(contact.phase == Phase::Up);
                    let known = last.iter_mut().find(|known| known.id == contact.id);
                    *known.context("a contact that never came down")? = contact;
                }
            }
            other => bail!("{other:?} instead of moves"),
        }
    }
    if frames >= UNREAD {
        bail!("nothing was dropped, so nothing was proved");
    }
    let wanted = |finger: i32| {
        let unit = i64::from(1 + 8 * (UNREAD - 1) + finger);
        (unit * i64::from(SCREEN.0) / i64::from(uhid::MAX)) as i32
    };
    for (finger, contact) in (0..).zip(&last) {
        if contact.at.x_um != wanted(finger) || (contact.phase == Phase::Up) != (finger == 0) {
            bail!("finger {finger} is told as {contact:?}, not at {} um", wanted(finger));
        }
    }
    Ok(format!("{frames} of {UNREAD} frames were heard; all fingers are where the panel says"))
}

/// A pen comes near, writes, is turned round, rubs and leaves.
pub(super) fn pen() -> Result<String> {
    let mut about =
        about("Dais pen", &[(code::ABS_X, 32_767), (code::ABS_Y, 32_767), (code::ABS_PRESSURE, 4_095)]);
    about.keys.extend([code::BTN_TOOL_PEN, code::BTN_TOOL_RUBBER, code::BTN_STYLUS]);
    for axis in [code::ABS_TILT_X, code::ABS_TILT_Y] {
        about.axes.insert(axis, Axis { min: -64, max: 63, resolution: 57 });
    }
    let (mut device, node) = plug(&about)?;
    let mut source = open(&node, &Placements::default())?;
    let report = InputEvent::report(0);
    let place =
        |x, pressure| [abs(code::ABS_X, x), abs(code::ABS_Y, 100 + x), abs(code::ABS_PRESSURE, pressure)];
    let mut told = Vec::new();
    for (tool, from) in [(code::BTN_TOOL_PEN, 1_000), (code::BTN_TOOL_RUBBER, 9_000)] {
        let [x, y, _] = place(from, 0);
        device.send(&[x, y, abs(code::ABS_TILT_X, 20), key(tool, 1), report])?;
        device.send(&[&place(from + 10, 2_000)[..], &[key(code::BTN_TOUCH, 1), report]].concat())?;
        device.send(&[&place(from + 20, 4_095)[..], &[key(code::BTN_STYLUS, 1), report]].concat())?;
        device.send(&[
            key(code::BTN_TOUCH, 0),
            key(code::BTN_STYLUS, 0),
            abs(code::ABS_PRESSURE, 0),
            report,
        ])?;
        device.send(&[key(tool, 0), report])?;
    }
    let (mut came, mut left) = (0, 0);
    while left < 2 {
        match source.next(PATIENCE) {
            Heard::Frame(frame) => {
                told.extend(
                    frame.contacts.iter().map(|contact| (contact.phase, contact.tool, contact.pressure)),
                );
                came += frame.hovers.iter().filter(|hover| hover.near).count();
                // It leaves once for its contact and once for good, each time it comes.
                left +=
                    usize::from(frame.contacts.is_empty() && frame.hovers.iter().any(|hover| !hover.near));
            }
            other => bail!("{other:?} instead of a pen"),
        }
    }
    let life = |tool| {
        let share = |value: u32| Some((value * 65_535 / 4_095) as u16);
        [(Phase::Down, tool, share(2_000)), (Phase::Move, tool, share(4_095)), (Phase::Up, tool, share(0))]
    };
    let wanted = [life(ToolKind::Pen), life(ToolKind::Eraser)].concat();
    if told != wanted || came < 2 {
        bail!("{told:?} instead of {wanted:?}; near {came} times");
    }
    Ok("a pen wrote and its other end rubbed, with pressure".to_owned())
}

/// One program has a panel; a second is told so, and hears it once the first has ended.
pub(super) fn held() -> Result<String> {
    let (device, node) = plug(&panel())?;
    let first = open(&node, &Placements::default())?;
    let spec = SourceSpec { path: node.clone(), desc: None };
    match Source::open(&spec, Some(SCREEN), &Placements::default(), Waker::new()?) {
        Err(TouchError::Busy(_)) => {}
        other => bail!("a panel that is held was opened: {other:?}"),
    }
    drop(first);
    visit(Plugged::new(device), &mut open(&node, &Placements::default())?)?;
    Ok("a panel that is held is refused by name, and free afterwards".to_owned())
}

/// Panels that lie turned on the screen, side by side, each found by its own name.
pub(super) fn turned() -> Result<String> {
    let mut about = panel();
    let mut panels = Vec::new();
    let mut placements = Placements::default();
    for turn in Turn::ALL {
        about.identity.product += 1;
        let (device, node) = plug(&about)?;
        placements.set(&about.key(), Placement { turn, ..Placement::STRAIGHT });
        panels.push((turn, device, node));
    }
    for (turn, mut device, node) in panels {
        let mut source = open(&node, &placements)?;
        device.send(&at(0, 0))?;
        let Heard::Frame(frame) = source.next(PATIENCE) else { bail!("{turn:?} says nothing") };
        let at = frame.contacts.first().context("a frame without a contact")?.at;
        let (x, y) = unit(0, 0);
        let (right, down) = (uhid::MAX - x, uhid::MAX - y);
        let (x, y) = match turn {
            Turn::None => (x, y),
            Turn::Quarter => (down, x),
            Turn::Half => (right, down),
            Turn::ThreeQuarters => (y, right),
        };
        let um = |unit: i32, size: i32| (i64::from(unit) * i64::from(size) / i64::from(uhid::MAX)) as i32;
        if (at.x_um, at.y_um) != (um(x, SCREEN.0), um(y, SCREEN.1)) {
            bail!("{turn:?}: {at:?}");
        }
    }
    Ok("four panels at once, each turned as its name says".to_owned())
}

/// `dais-touch list` names a panel as the configuration wants it.
pub(super) fn listed() -> Result<String> {
    let (_device, node) = plug(&panel())?;
    let output = std::process::Command::new("dais-touch").arg("list").output().context("dais-touch")?;
    let said = String::from_utf8(output.stdout)?;
    let wanted = format!("{}\t{}\t{}\n", node.display(), panel().key(), panel().name);
    if said != wanted {
        bail!("{said:?} instead of {wanted:?}");
    }
    Ok("`dais-touch list` names a panel's node, number and name".to_owned())
}
