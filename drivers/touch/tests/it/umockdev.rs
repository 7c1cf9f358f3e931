//! The whole driver on a device node, with its ioctls, where there is no device: umockdev stands before the C library
//! and answers as the recorded device would.
#![allow(clippy::unwrap_used, reason = "helpers of tests fail like tests")]

use crate::{ATMEL, play, recordings};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;
use touch::{Axis, Description, Frame, InputEvent, code, evemu};

const NODE: &str = "/dev/input/event7";
/// Starting a program under umockdev takes a second on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// What umockdev is told of the device: that it exists ...
const DEVICE: &str = "P: /devices/virtual/input/input7/event7
N: input/event7
E: DEVNAME=/dev/input/event7
E: MAJOR=13
E: MINOR=71
E: SUBSYSTEM=input
A: dev=13:71
";

/// ... and how it answers: each ioctl, its result, and exactly as many bytes as the driver asks for.
fn answers(of: &Description) -> String {
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02X}")).collect::<String>();
    let bits = |numbers: &mut dyn Iterator<Item = u16>, length: usize| {
        let mut bytes = vec![0u8; length];
        numbers.for_each(|number| bytes[usize::from(number) / 8] |= 1 << (number % 8));
        hex(&bytes)
    };
    let mut name = [0u8; 256];
    name[..of.name.len()].copy_from_slice(of.name.as_bytes());
    let id = [of.identity.bus, of.identity.vendor, of.identity.product, of.identity.version];
    let mut lines = vec![
        format!("EVIOCGNAME(0) {} {}", of.name.len() + 1, hex(&name)),
        format!("EVIOCGID 0 {}", hex(id.map(u16::to_le_bytes).as_flattened())),
        format!("EVIOCGPROP(0) 4 {}", bits(&mut of.properties.iter().copied(), 4)),
        format!("EVIOCGBIT(1) 96 {}", bits(&mut of.keys.iter().copied(), 96)),
        format!("EVIOCGBIT(3) 8 {}", bits(&mut of.axes.keys().copied(), 8)),
    ];
    for (number, axis) in &of.axes {
        let values = [0, axis.min, axis.max, 0, 0, axis.resolution];
        lines.push(format!("EVIOCGABS({number}) 0 {}", hex(values.map(i32::to_le_bytes).as_flattened())));
    }
    let slots = of.axes.get(&code::ABS_MT_SLOT).map_or(0, |axis| usize::try_from(axis.max).unwrap() + 1);
    for axis in of.axes.keys().filter(|axis| (code::ABS_MT_TOUCH_MAJOR..=code::ABS_MT_TOOL_Y).contains(axis))
    {
        // Nothing touches when the program starts.
        let rest = if *axis == code::ABS_MT_TRACKING_ID { -1i32 } else { 0 };
        let bytes: Vec<u8> = std::iter::once(i32::from(*axis))
            .chain(std::iter::repeat_n(rest, slots))
            .flat_map(i32::to_le_bytes)
            .collect();
        lines.push(format!("EVIOCGMTSLOTS({axis}) 0 {}", hex(&bytes)));
    }
    lines.join("\n") + "\n"
}

/// Ends the program with the test: it would wait for events for ever.
struct Program(Child);

impl Drop for Program {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

/// `dais-touch show` on a device that is described like this and sends these events.
fn show(folder: &Path, about: &Description, events: &str) -> (Program, Receiver<String>) {
    let file = |name: &str, text: &str| {
        let path = folder.join(name);
        std::fs::write(&path, text).unwrap();
        path
    };
    let (device, ioctl) = (file("a.umockdev", DEVICE), file("a.ioctl", &answers(about)));
    // It takes nothing but events.
    let lines: Vec<_> = events.lines().filter(|line| line.starts_with("E:")).collect();
    let events = file("a.events", &lines.join("\n"));
    let mut child = Command::new("umockdev-run")
        .arg("--device")
        .arg(device)
        .arg("--ioctl")
        .arg(format!("{NODE}={}", ioctl.display()))
        .arg("--evemu-events")
        .arg(format!("{NODE}={}", events.display()))
        .arg("--")
        .arg(env!("CARGO_BIN_EXE_dais-touch"))
        .args(["show", NODE, "--panel-mm", "1895x1066"])
        .stdout(Stdio::piped())
        .spawn()
        .expect("umockdev-run cannot be started; `cargo xtask packages` installs it");
    let out = BufReader::new(child.stdout.take().unwrap());
    let (to, lines) = channel();
    std::thread::spawn(move || out.lines().map_while(Result::ok).all(|line| to.send(line).is_ok()));
    (Program(child), lines)
}

/// Every contact of the frames must be said, in order; times and numbers are the program's own.
fn compare(frames: &[Frame], lines: &Receiver<String>) {
    let mm = |um: i32| format!("{}.{:03}", um / 1000, um % 1000);
    for contact in frames.iter().flat_map(|frame| &frame.contacts) {
        let line = lines.recv_timeout(PATIENCE).unwrap();
        let words: Vec<_> = line.split(' ').collect();
        let (x, y) = (mm(contact.at.x_um), mm(contact.at.y_um));
        let wanted = [format!("{:?}", contact.phase), format!("{:?}", contact.tool), x, y];
        assert_eq!([words[1], words[3], words[4], words[5]], wanted.each_ref().map(String::as_str), "{line}");
    }
}

/// Three fingers that come one after the other, cross the panel and go; as events of a panel of ten slots.
fn three_fingers() -> (Description, Vec<InputEvent>) {
    let mut about = Description { name: "Three fingers".to_owned(), ..Description::default() };
    about.identity.vendor = 0x1ff7;
    about.keys.insert(code::BTN_TOUCH);
    let axes = [(code::ABS_MT_SLOT, 9), (code::ABS_MT_POSITION_X, 32_767), (code::ABS_MT_POSITION_Y, 32_767)];
    for (axis, max) in axes.into_iter().chain([(code::ABS_MT_TRACKING_ID, 65_535)]) {
        about.axes.insert(axis, Axis { min: 0, max, resolution: 0 });
    }
    let mut events = Vec::new();
    for step in 0..24i32 {
        let time_us = 1_000_000 + 10_000 * u64::from(step.unsigned_abs());
        let mut put = |code, value| events.push(InputEvent::new(time_us, code::EV_ABS, code, value));
        for finger in 0..3 {
            put(code::ABS_MT_SLOT, finger);
            match step - finger * 4 {
                0 => put(code::ABS_MT_TRACKING_ID, 50 + finger),
                12 => put(code::ABS_MT_TRACKING_ID, -1),
                _ => {}
            }
            if (0..12).contains(&(step - finger * 4)) {
                put(code::ABS_MT_POSITION_X, 1_000 * step + 500 * finger);
                put(code::ABS_MT_POSITION_Y, 4_000 + 9_000 * finger + 100 * step);
            }
        }
        events.push(InputEvent::report(time_us));
    }
    (about, events)
}

#[test]
fn a_panel_behind_ioctls_says_what_its_recording_does() {
    let folder = tempfile::tempdir().unwrap();
    let (about, events) = three_fingers();
    let (frames, most) = crate::decoded(&evemu::write_events(&events), &about);
    assert_eq!(most, 3);
    let (_program, lines) = show(folder.path(), &about, &evemu::write_events(&events));
    assert_eq!(lines.recv_timeout(PATIENCE).unwrap(), "# Three fingers, Slots(10)");
    compare(&frames[..frames.len() - 1], &lines);
}

#[test]
fn a_real_panels_recording_behind_ioctls() {
    let name = "Atmel maXTouch Touchscreen.4-finger-drag-down.events";
    let Some((frames, _)) = play(name, ATMEL) else { return };
    let read = |name: &str| std::fs::read_to_string(recordings().unwrap().join(name)).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let (_program, lines) = show(folder.path(), &evemu::description(&read(ATMEL)).unwrap(), &read(name));
    assert_eq!(lines.recv_timeout(PATIENCE).unwrap(), "# Atmel maXTouch Touchscreen, Slots(10)");
    compare(&frames[..frames.len() - 1], &lines);
}
