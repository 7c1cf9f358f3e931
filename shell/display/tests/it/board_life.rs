//! The display with its threads: journal, palettes by two fingers, screenshots, and an end without leftovers.

use crate::bench::{Fifo, PATIENCE, Script, config, ink_at, our_threads, screenshot, see};
use display::{BoardCommand, Display, FromDisplay, Scene, ToDisplay, Trouble};
use std::cell::RefCell;
use std::ops::ControlFlow;
use std::path::Path;
use std::rc::Rc;
use std::time::{Duration, Instant};
use touch::SourceSpec;

pub(crate) fn start(folder: &Path, touch: Vec<SourceSpec>) -> (Display, Rc<RefCell<Vec<FromDisplay>>>) {
    let (display, _platform) = display::start(config(folder, touch)).unwrap();
    let heard = Rc::new(RefCell::new(Vec::new()));
    let hearing = heard.clone();
    display.on_event(move |event| hearing.borrow_mut().push(event));
    display.send(ToDisplay::Scene(Scene::Board)).unwrap();
    (display, heard)
}

pub(crate) fn hear(
    display: &Display,
    heard: &RefCell<Vec<FromDisplay>>,
    what: &str,
    is_it: impl Fn(&FromDisplay) -> bool,
) {
    let until = Instant::now() + PATIENCE;
    while !heard.borrow().iter().any(&is_it) {
        assert!(Instant::now() < until, "never heard: {what}");
        assert_eq!(display.turn(Duration::from_millis(5)), ControlFlow::Continue(()));
    }
}

#[test]
fn a_board_outlives_its_display_and_leaves_no_thread() {
    let folder = tempfile::tempdir().unwrap();
    let (mut fifo, spec) = Fifo::new(folder.path());
    let (display, heard) = start(folder.path(), vec![spec]);
    fifo.play(Script::default().line(0, (300, 500), (900, 500)));
    see(&display.sender(), "a line", |picture| ink_at(picture, 600, 500));
    hear(
        &display,
        &heard,
        "undo is possible",
        |event| matches!(event, FromDisplay::Status { people, .. } if people[0].can_undo),
    );
    let before = screenshot(&display.sender());
    assert!(!our_threads().is_empty());
    display.shutdown();
    assert_eq!(our_threads(), Vec::<String>::new());
    assert!(display.send(ToDisplay::Stop).is_err());

    // The same pixels after a restart, and undo works over it.
    let (display, _heard) = start(folder.path(), Vec::new());
    let after = see(&display.sender(), "the line again", |picture| ink_at(picture, 600, 500));
    assert_eq!(before.to_png().unwrap(), after.to_png().unwrap());
    let person = board::PersonId::FIRST;
    display.send(ToDisplay::Board(BoardCommand::Undo { person })).unwrap();
    assert!(!ink_at(&screenshot(&display.sender()), 600, 500));
    drop(display);
    assert_eq!(our_threads(), Vec::<String>::new());
}

#[test]
fn a_torn_journal_is_repaired_and_said() {
    let folder = tempfile::tempdir().unwrap();
    let (mut fifo, spec) = Fifo::new(folder.path());
    let (display, _heard) = start(folder.path(), vec![spec]);
    let mut script = Script::default();
    script.line(0, (300, 500), (900, 500)).line(0, (300, 800), (900, 800));
    // When a third finger is seen, the second one's lift has been believed.
    fifo.play(script.frame(50).down(1, 200, 300).frame(10).to(1, 300, 300).frame(10));
    see(&display.sender(), "two lines", |picture| {
        ink_at(picture, 600, 500) && ink_at(picture, 600, 800) && ink_at(picture, 250, 300)
    });
    display.shutdown();
    let path = folder.path().join("board/board.journal");
    let bytes = std::fs::read(&path).unwrap();
    std::fs::write(&path, &bytes[..bytes.len() - 5]).unwrap();
    let (display, heard) = start(folder.path(), Vec::new());
    hear(&display, &heard, "the tail was torn", |event| {
        *event == FromDisplay::Trouble(Trouble::RecoveredTail)
    });
    let picture = see(&display.sender(), "the first line", |picture| ink_at(picture, 600, 500));
    assert!(!ink_at(&picture, 600, 800), "half a record was believed");
}

#[test]
fn two_resting_fingers_ask_for_a_palette_and_write_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let (mut fifo, spec) = Fifo::new(folder.path());
    let (display, heard) = start(folder.path(), vec![spec]);
    fifo.play(Script::default().down(0, 700, 500).down(1, 900, 500).frame(10));
    hear(&display, &heard, "a palette is asked for", |event| {
        // In the middle, 800 mm and 500 mm, as pixels.
        matches!(event, FromDisplay::PaletteAsked { x, y } if (x - 405).abs() < 3 && (y - 253).abs() < 3)
    });
    let picture = screenshot(&display.sender());
    assert!(!ink_at(&picture, 700, 500) && !ink_at(&picture, 900, 500), "the fingers wrote");
    let asked =
        heard.borrow().iter().filter(|event| matches!(event, FromDisplay::PaletteAsked { .. })).count();
    assert_eq!(asked, 1);
}

#[test]
fn a_panel_that_breaks_off_is_missed_and_comes_back() {
    let folder = tempfile::tempdir().unwrap();
    let (mut fifo, spec) = Fifo::new(folder.path());
    let (display, heard) = start(folder.path(), vec![spec]);
    // A finger is down when the stream ends in the middle of an event.
    let mut script = Script::default();
    fifo.play(script.down(0, 300, 500).frame(10).to(0, 450, 500).frame(10).to(0, 600, 500).frame(10));
    fifo.play(script.to(0, 750, 500).frame(10));
    fifo.bytes(&[1, 2, 3]);
    fifo.close();
    hear(&display, &heard, "touch is lost", |event| *event == FromDisplay::Trouble(Trouble::TouchLost));
    // What was drawn is a stroke, although its finger never lifted.
    hear(
        &display,
        &heard,
        "the stroke is kept",
        |event| matches!(event, FromDisplay::Status { people, .. } if people[0].can_undo),
    );
    hear(&display, &heard, "touch is back", |event| *event == FromDisplay::Trouble(Trouble::TouchBack));
    fifo.play(Script::default().line(0, (300, 800), (900, 800)));
    see(&display.sender(), "ink after the return", |picture| {
        ink_at(picture, 600, 500) && ink_at(picture, 600, 800)
    });
}

#[test]
fn what_cannot_work_is_refused_in_words() {
    let folder = tempfile::tempdir().unwrap();
    let good = || config(folder.path(), Vec::new());
    let refused = |config| display::start(config).err().map(|error| error.to_string()).unwrap();
    let mut bad = good();
    bad.size_px = (0, 540);
    assert!(refused(bad).contains("0x540"));
    let mut bad = good();
    bad.size_um = (0, 1);
    assert!(refused(bad).contains("panel size"));
    let mut bad = good();
    bad.font = vec![1, 2, 3];
    assert!(refused(bad).contains("font"));
    let mut bad = good();
    bad.journal_dir = "/proc/no-such-folder".into();
    assert!(refused(bad).contains("cannot be made"));
    assert_eq!(our_threads(), Vec::<String>::new());
}
