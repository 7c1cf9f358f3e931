//! `dais-touch calibrate` from the first touch to the kept file, on a recording of a panel that hangs on its side.
#![allow(clippy::unwrap_used, reason = "helpers of tests fail like tests")]

use std::process::{Command, Output};
use touch::{Axis, Description, InputEvent, calibration, code, evemu};

const SIZE: (i32, i32) = (1_895_000, 1_066_000);
const MAX: i32 = 10_000;

/// A panel turned by a quarter, on which each mark is touched for a moment, `slip` units beside it at the last.
fn recording(slip: i32) -> String {
    let mut about = Description { name: "On its side".to_owned(), ..Description::default() };
    (about.identity.vendor, about.identity.product) = (0x1ff7, 0x0f27);
    about.keys.insert(code::BTN_TOUCH);
    for axis in [code::ABS_X, code::ABS_Y] {
        about.axes.insert(axis, Axis { min: 0, max: MAX, resolution: 0 });
    }
    let mut events = Vec::new();
    for (at, mark) in (0..).zip(calibration::marks(SIZE)) {
        let part = |um: i32, size: i32| (i64::from(um) * i64::from(MAX) / i64::from(size)) as i32;
        // Down the screen is along the panel, to the left of the screen is down the panel.
        let (x, y) = (part(mark.y_um, SIZE.1), MAX - part(mark.x_um, SIZE.0));
        let time_us = 10_000 * at;
        let x = if at == 4 { x + slip } else { x };
        events.push(InputEvent::new(time_us, code::EV_ABS, code::ABS_X, x));
        events.push(InputEvent::new(time_us, code::EV_ABS, code::ABS_Y, y));
        events.push(InputEvent::new(time_us, code::EV_KEY, code::BTN_TOUCH, 1));
        events.push(InputEvent::report(time_us));
        events.push(InputEvent::new(time_us + 5_000, code::EV_KEY, code::BTN_TOUCH, 0));
        events.push(InputEvent::report(time_us + 5_000));
    }
    evemu::write_description(&about) + &evemu::write_events(&events)
}

fn calibrate(folder: &std::path::Path, slip: i32, words: &[&str]) -> Output {
    let file = folder.join("five.evemu");
    std::fs::write(&file, recording(slip)).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_dais-touch"));
    command.arg("calibrate").arg(&file).args(["--panel-mm", "1895x1066"]).args(words).output().unwrap()
}

#[test]
fn a_panel_on_its_side_is_found_and_kept() {
    let folder = tempfile::tempdir().unwrap();
    let kept = folder.path().join("panels");
    let done = calibrate(folder.path(), 0, &["--into", kept.to_str().unwrap()]);
    assert!(done.status.success(), "{done:?}");
    let said = String::from_utf8(done.stdout).unwrap();
    assert!(said.starts_with("touch the screen 189 mm from the left and 106 mm from the top\n"), "{said}");
    let text = std::fs::read_to_string(kept.join("1ff7-0f27.toml")).unwrap();
    let lines: Vec<_> = text.lines().collect();
    assert_eq!(lines[..2], ["panel = \"1ff7:0f27\"", "turn = 90"]);
    let numbers = lines[2].strip_prefix("matrix = [").and_then(|rest| rest.strip_suffix(']')).unwrap();
    for (number, wanted) in numbers.split(", ").zip([1.0, 0.0, 0.0, 0.0, 1.0, 0.0]) {
        assert!((number.parse::<f64>().unwrap() - wanted).abs() < 1e-3, "{text}");
    }
    // Nothing half written stays.
    assert_eq!(std::fs::read_dir(&kept).unwrap().count(), 1);
}

#[test]
fn without_a_folder_the_configurations_line_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let done = calibrate(folder.path(), 0, &[]);
    let said = String::from_utf8(done.stdout).unwrap();
    let last = said.lines().last().unwrap();
    assert!(last.starts_with("panels = [{ panel = \"1ff7:0f27\", turn = 90, matrix = ["), "{said}");
}

#[test]
fn a_slip_ends_it_with_words_and_keeps_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let kept = folder.path().join("panels");
    let done = calibrate(folder.path(), 400, &["--into", kept.to_str().unwrap()]);
    assert!(!done.status.success() && !kept.exists());
    let said = String::from_utf8(done.stderr).unwrap();
    assert!(said.contains("mark 5 was touched") && said.contains("touch the marks again"), "{said}");
}
