//! Several boards: each is what it was when it is opened again, and the one that is closed is on the disk first.

use crate::bench::{Fifo, PATIENCE, Script, ink_at, screenshot, see};
use crate::board_life::{hear, start};
use display::{Display, FileError, FromDisplay, ToDisplay};
use std::path::Path;
use std::sync::mpsc::channel;

fn open(display: &Display, folder: &Path) -> Result<(), FileError> {
    let (send, opened) = channel();
    let reply = Box::new(move |opened| send.send(opened).unwrap());
    display.send(ToDisplay::OpenBoard { folder: folder.to_owned(), reply }).unwrap();
    opened.recv_timeout(PATIENCE).unwrap()
}

fn kept(folder: &Path) -> usize {
    let mut ops = 0;
    board::read_journal(&folder.join("board.journal"), |_| ops += 1).unwrap();
    ops
}

#[test]
fn each_board_is_as_it_was_left_also_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let (one, two) = (folder.path().join("board"), folder.path().join("boards/two"));
    let (mut fifo, spec) = Fifo::new(folder.path());
    let (display, heard) = start(folder.path(), vec![spec]);
    fifo.play(Script::default().line(0, (300, 300), (900, 300)));
    hear(
        &display,
        &heard,
        "a line is a stroke",
        |event| matches!(event, FromDisplay::Status { people, .. } if people[0].can_undo),
    );
    open(&display, &two).unwrap();
    let line = kept(&one);
    assert!(line > 0, "on the disk before the other is shown");
    assert!(!ink_at(&screenshot(&display.sender()), 600, 300));
    heard.borrow_mut().clear();
    fifo.play(Script::default().line(0, (300, 700), (900, 700)));
    hear(
        &display,
        &heard,
        "a line on the other board",
        |event| matches!(event, FromDisplay::Status { people, .. } if people[0].can_undo),
    );
    open(&display, &one).unwrap();
    let picture = see(&display.sender(), "the first line", |picture| ink_at(picture, 600, 300));
    assert!(!ink_at(&picture, 600, 700));
    assert_eq!((kept(&one), kept(&two)), (line, line), "each has its own line");
    // Undo is this board's, and the other one never hears of it.
    let person = board::PersonId::FIRST;
    display.send(ToDisplay::Board(display::BoardCommand::Undo { person })).unwrap();
    assert!(!ink_at(&screenshot(&display.sender()), 600, 300));
    open(&display, &two).unwrap();
    let before = see(&display.sender(), "the second line", |picture| ink_at(picture, 600, 700));
    assert!(kept(&one) > line);
    display.shutdown();
    // A start finds what is in the folder it is given.
    let again = folder.path().join("again");
    std::fs::create_dir(&again).unwrap();
    std::fs::rename(&two, again.join("board")).unwrap();
    let (display, _heard) = start(&again, Vec::new());
    let after = see(&display.sender(), "the second line again", |picture| ink_at(picture, 600, 700));
    assert_eq!(before.to_png().unwrap(), after.to_png().unwrap());
}

#[test]
fn a_board_that_cannot_be_opened_leaves_this_one_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let one = folder.path().join("board");
    let (mut fifo, spec) = Fifo::new(folder.path());
    let (display, _heard) = start(folder.path(), vec![spec]);
    fifo.play(Script::default().line(0, (300, 300), (900, 300)));
    see(&display.sender(), "a line", |picture| ink_at(picture, 600, 300));
    assert!(matches!(open(&display, Path::new("/proc/no-such-folder")), Err(FileError::Disk(_))));
    // Somebody else's file, and a board that another display has open.
    let foreign = folder.path().join("foreign");
    std::fs::create_dir(&foreign).unwrap();
    std::fs::write(foreign.join("board.journal"), "a shopping list, longer than a header").unwrap();
    assert!(matches!(open(&display, &foreign), Err(FileError::Disk(_))));
    assert!(matches!(open(&display, &one), Err(FileError::Disk(_))), "it is open already");
    fifo.play(Script::default().line(0, (300, 700), (900, 700)));
    see(&display.sender(), "both lines", |picture| ink_at(picture, 600, 300) && ink_at(picture, 600, 700));
    // The second line's end may come a moment after its ink.
    let until = std::time::Instant::now() + PATIENCE;
    while kept(&one) < 2 {
        assert!(std::time::Instant::now() < until, "the old board is not written any more");
        assert!(display.turn(std::time::Duration::from_millis(5)).is_continue());
    }
}

#[test]
fn a_class_that_has_just_ended_is_settled_before_another_board_is_opened() {
    let folder = tempfile::tempdir().unwrap();
    let two = folder.path().join("two");
    let (display, heard) = start(folder.path(), Vec::new());
    display.send(ToDisplay::EndClass).unwrap();
    hear(&display, &heard, "the end", |event| matches!(event, FromDisplay::ClassEnded { .. }));
    assert_eq!(open(&display, &two), Err(FileError::Busy));
    display.send(ToDisplay::UndoEnd).unwrap();
    hear(&display, &heard, "it goes on", |event| matches!(event, FromDisplay::ClassGoesOn));
    assert_eq!(open(&display, &two), Ok(()));
}
