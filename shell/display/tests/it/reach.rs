//! The board hanging lower, fingers that move it, and what is told of pages and touches: all through contacts.

use crate::bench::{Fifo, Script, ink_at, px, screenshot, see};
use crate::board_life::{hear, start};
use board::{Ground, PageId, Paper, Pattern, PersonId};
use display::{BoardCommand, FromDisplay, PageLook, ToDisplay};
use std::sync::mpsc::channel;
use std::time::Duration;

/// 40 % of the wall's 1066 mm, in whole pixels of the picture.
const LOWERED_MM: i32 = 426;

#[test]
fn a_board_pulled_down_is_drawn_and_touched_lower_and_goes_back() {
    let folder = tempfile::tempdir().unwrap();
    let (mut fifo, spec) = Fifo::new(folder.path());
    let (display, heard) = start(folder.path(), vec![spec]);
    let to = display.sender();
    fifo.play(Script::default().line(0, (300, 100), (900, 100)));
    let before = see(&to, "a line at the top", |picture| ink_at(picture, 600, 100));
    display.send(ToDisplay::Reach(true)).unwrap();
    see(&to, "the line is within reach", |picture| {
        ink_at(picture, 600, 100 + LOWERED_MM) && !ink_at(picture, 600, 450)
    });
    // Written where the finger is, which is a line below the first on the board.
    fifo.play(Script::default().line(0, (300, 150 + LOWERED_MM), (900, 150 + LOWERED_MM)));
    see(&to, "ink under the finger", |picture| ink_at(picture, 600, 150 + LOWERED_MM));
    // Above the board there is nothing to write on.
    let above = screenshot(&to).at(px(600, 200).0, px(600, 200).1);
    fifo.play(Script::default().line(0, (300, 200), (900, 200)).line(1, (300, 700), (900, 700)));
    let lowered = see(&to, "what came after it", |picture| ink_at(picture, 600, 700));
    assert_eq!(lowered.at(px(600, 200).0, px(600, 200).1), above);
    assert!(!ink_at(&lowered, 600, 200 + LOWERED_MM));
    hear(
        &display,
        &heard,
        "where the pane is now",
        |event| matches!(event, FromDisplay::Status { panes, .. } if panes[0].area.y == 216),
    );
    display.send(ToDisplay::Reach(false)).unwrap();
    let after = see(&to, "all of it where it was written", |picture| {
        ink_at(picture, 600, 100) && ink_at(picture, 600, 150) && ink_at(picture, 600, 700 - LOWERED_MM)
    });
    let top = |picture: &display::Picture| picture.at(px(600, 60).0, px(600, 60).1);
    assert_eq!(top(&after), top(&before));
    drop(display);
}

#[test]
fn fingers_move_the_view_for_those_who_chose_it_and_for_nobody_else() {
    let folder = tempfile::tempdir().unwrap();
    let (mut fifo, spec) = Fifo::new(folder.path());
    let (display, _heard) = start(folder.path(), vec![spec]);
    let to = display.sender();
    fifo.play(Script::default().line(0, (300, 500), (900, 500)));
    see(&to, "a line", |picture| ink_at(picture, 600, 500));
    let person = PersonId::FIRST;
    display.send(ToDisplay::FingersMove { person, on: true }).unwrap();
    // As wide as a finger: what is as fine as a pen writes on.
    fifo.play(Script::default().wide(0, 10, 9).line(0, (1000, 300), (1000, 500)));
    see(&to, "the line has gone down with the finger", |picture| {
        ink_at(picture, 600, 700) && !ink_at(picture, 600, 500) && !ink_at(picture, 1000, 400)
    });
    display.send(ToDisplay::FingersMove { person, on: false }).unwrap();
    fifo.play(Script::default().wide(0, 10, 9).line(0, (300, 300), (900, 300)));
    see(&to, "fingers write again", |picture| ink_at(picture, 600, 300) && ink_at(picture, 600, 700));
}

#[test]
fn touches_are_told_while_somebody_wants_to_know() {
    let folder = tempfile::tempdir().unwrap();
    let (mut fifo, spec) = Fifo::new(folder.path());
    let (display, heard) = start(folder.path(), vec![spec]);
    fifo.play(Script::default().line(0, (300, 500), (900, 500)));
    see(&display.sender(), "a line", |picture| ink_at(picture, 600, 500));
    display.send(ToDisplay::TellTouches(true)).unwrap();
    // The display takes both in one order only if the first has been taken before the second comes.
    screenshot(&display.sender());
    fifo.play(Script::default().line(0, (300, 800), (900, 800)));
    let wanted = px(300, 800);
    hear(&display, &heard, "a touch", |event| match event {
        FromDisplay::Touched { x, y } => (x - wanted.0 as i32).abs() < 3 && (y - wanted.1 as i32).abs() < 3,
        _ => false,
    });
    let touches = heard.borrow().iter().filter(|event| matches!(event, FromDisplay::Touched { .. })).count();
    assert_eq!(touches, 1, "only what came after somebody asked, and only where it came down");
}

#[test]
fn pages_are_inserted_copied_moved_and_taken_out_by_buttons() {
    let folder = tempfile::tempdir().unwrap();
    let (display, _heard) = start(folder.path(), Vec::new());
    let person = PersonId::FIRST;
    let send = |command| display.send(ToDisplay::Board(command)).unwrap();
    let pages = || -> Vec<PageLook> {
        let (to, from) = channel();
        send(BoardCommand::Pages(Box::new(move |looks| to.send(looks).unwrap())));
        from.recv_timeout(Duration::from_secs(20)).unwrap()
    };
    let paper = Paper { ground: Ground::Green, pattern: Pattern::Tianzige, ..Paper::default() };
    send(BoardCommand::SetPaper { person, paper });
    send(BoardCommand::InsertPage { person });
    send(BoardCommand::SetPaper { person, paper: Paper::default() });
    send(BoardCommand::DuplicatePage { person, page: PageId::FIRST });
    let looks = pages();
    assert_eq!(looks.iter().map(|look| look.paper).collect::<Vec<_>>(), [paper, paper, Paper::default()]);
    assert_eq!(looks[0].id, PageId::FIRST);
    send(BoardCommand::MovePage { person, page: looks[2].id, to: 0 });
    assert_eq!(
        pages().iter().map(|look| look.id).collect::<Vec<_>>(),
        [looks[2].id, looks[0].id, looks[1].id]
    );
    send(BoardCommand::DropPage { person, page: looks[1].id });
    assert_eq!(pages().len(), 2);
    send(BoardCommand::Undo { person });
    assert_eq!(pages().len(), 3);
}

#[test]
fn a_class_that_is_ended_leaves_an_empty_board_at_once_and_can_be_had_back() {
    let folder = tempfile::tempdir().unwrap();
    let (mut fifo, spec) = Fifo::new(folder.path());
    let (display, heard) = start(folder.path(), vec![spec]);
    let to = display.sender();
    fifo.play(Script::default().line(0, (300, 500), (900, 500)));
    see(&to, "a line", |picture| ink_at(picture, 600, 500));
    display.send(ToDisplay::EndClass).unwrap();
    see(&to, "nothing is left", |picture| !ink_at(picture, 600, 500));
    hear(&display, &heard, "it can be undone", |event| {
        *event == FromDisplay::ClassEnded { undoable_ms: 10_000 }
    });
    // A file would be deleted with the old ones: it has to wait.
    let (answer, opened) = channel();
    let reply = Box::new(move |result: Result<_, display::FileError>| answer.send(result.err()).unwrap());
    let (person, bytes, beside) = (PersonId::FIRST, b"<svg/>".to_vec(), Vec::new());
    display.send(ToDisplay::Open { person, bytes, beside, reply }).unwrap();
    assert_eq!(opened.recv_timeout(Duration::from_secs(20)).unwrap(), Some(display::FileError::Busy));
    fifo.play(Script::default().line(0, (300, 800), (900, 800)));
    see(&to, "the next class writes", |picture| ink_at(picture, 600, 800));
    display.send(ToDisplay::UndoEnd).unwrap();
    see(&to, "the old board", |picture| ink_at(picture, 600, 500) && !ink_at(picture, 600, 800));
    hear(&display, &heard, "the class goes on", |event| *event == FromDisplay::ClassGoesOn);
    // What the next class wrote is not lost: it is a page behind, and so it is after a start.
    let pages = |to: &display::Sender| {
        for (page, first) in [(1, false), (0, true)] {
            to.send(ToDisplay::Board(display::BoardCommand::GoToPage(page))).unwrap();
            see(to, "both classes' pages", |picture| {
                ink_at(picture, 600, 500) == first && ink_at(picture, 600, 800) != first
            });
        }
    };
    pages(&to);
    drop(display);
    let (display, _heard) = start(folder.path(), Vec::new());
    pages(&display.sender());
}

#[test]
fn a_board_that_is_ended_and_not_yet_final_is_there_after_a_power_cut() {
    let folder = tempfile::tempdir().unwrap();
    let (mut fifo, spec) = Fifo::new(folder.path());
    let (display, _heard) = start(folder.path(), vec![spec]);
    let to = display.sender();
    fifo.play(Script::default().line(0, (300, 500), (900, 500)));
    see(&to, "a line", |picture| ink_at(picture, 600, 500));
    display.send(ToDisplay::EndClass).unwrap();
    fifo.play(Script::default().line(0, (300, 800), (900, 800)));
    see(&to, "the next class", |picture| !ink_at(picture, 600, 500) && ink_at(picture, 600, 800));
    drop(display);
    let (display, _heard) = start(folder.path(), Vec::new());
    see(&display.sender(), "the old board", |picture| {
        ink_at(picture, 600, 500) && !ink_at(picture, 600, 800)
    });
}

#[test]
fn when_the_end_is_final_the_new_board_is_the_one_on_the_disk() {
    let folder = tempfile::tempdir().unwrap();
    let (mut fifo, spec) = Fifo::new(folder.path());
    let (display, heard) = start(folder.path(), vec![spec]);
    let to = display.sender();
    fifo.play(Script::default().line(0, (300, 500), (900, 500)));
    see(&to, "a line", |picture| ink_at(picture, 600, 500));
    let board = folder.path().join("board");
    std::fs::create_dir_all(board.join("media")).unwrap();
    std::fs::write(board.join("media/picture"), b"a picture").unwrap();
    std::fs::write(board.join("search.index"), b"what was said").unwrap();
    display.send(ToDisplay::EndClass).unwrap();
    fifo.play(Script::default().line(0, (300, 800), (900, 800)));
    hear(&display, &heard, "it is final", |event| *event == FromDisplay::ClassIsOver);
    // Too late to be undone.
    display.send(ToDisplay::UndoEnd).unwrap();
    // Where the third line is seen, the second one's finger has lifted.
    fifo.play(Script::default().line(0, (300, 900), (900, 900)).line(1, (300, 950), (900, 950)));
    see(&to, "the next class goes on", |picture| ink_at(picture, 600, 950) && !ink_at(picture, 600, 500));
    let names: Vec<_> = std::fs::read_dir(&board).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names, ["board.journal"]);
    drop(display);
    let (display, _heard) = start(folder.path(), Vec::new());
    see(&display.sender(), "the new board, whole", |picture| {
        ink_at(picture, 600, 800) && ink_at(picture, 600, 900) && !ink_at(picture, 600, 500)
    });
}

#[test]
fn an_end_for_good_leaves_nothing_of_before_and_no_way_back() {
    let folder = tempfile::tempdir().unwrap();
    let (mut fifo, spec) = Fifo::new(folder.path());
    let (display, heard) = start(folder.path(), vec![spec]);
    let to = display.sender();
    fifo.play(Script::default().line(0, (300, 500), (900, 500)));
    see(&to, "a line", |picture| ink_at(picture, 600, 500));
    // Somebody ends their class themselves and goes on writing, while it can still be had back.
    display.send(ToDisplay::EndClass).unwrap();
    fifo.play(Script::default().line(0, (300, 800), (900, 800)));
    see(&to, "a line of after it", |picture| ink_at(picture, 600, 800) && !ink_at(picture, 600, 500));
    display.send(ToDisplay::EndForGood).unwrap();
    display.send(ToDisplay::UndoEnd).unwrap();
    see(&to, "nothing is left", |picture| !ink_at(picture, 600, 500) && !ink_at(picture, 600, 800));
    hear(&display, &heard, "there is no way back", |event| {
        *event == FromDisplay::ClassEnded { undoable_ms: 0 }
    });
    hear(&display, &heard, "it is final", |event| *event == FromDisplay::ClassIsOver);
    fifo.play(Script::default().line(0, (300, 900), (900, 900)).line(1, (300, 950), (900, 950)));
    see(&to, "the next one writes", |picture| ink_at(picture, 600, 900) && ink_at(picture, 600, 950));
    // Again while the disk may still be at it: what comes last is a blank board.
    heard.borrow_mut().clear();
    display.send(ToDisplay::EndForGood).unwrap();
    display.send(ToDisplay::EndForGood).unwrap();
    hear(&display, &heard, "it is final too", |event| *event == FromDisplay::ClassIsOver);
    see(&to, "nothing is left", |picture| !ink_at(picture, 600, 900) && !ink_at(picture, 600, 800));
    drop(display);
    let (display, _heard) = start(folder.path(), Vec::new());
    see(&display.sender(), "nor on the disk", |picture| {
        [500, 800, 900, 950].iter().all(|y| !ink_at(picture, 600, *y))
    });
}

#[test]
fn a_lesson_is_looked_back_at_by_everybody_or_one_and_left_again() {
    let folder = tempfile::tempdir().unwrap();
    let (mut fifo, spec) = Fifo::new(folder.path());
    let (display, heard) = start(folder.path(), vec![spec]);
    let to = display.sender();
    let second = PersonId::new(2).unwrap();
    let at = |x_mm: i32| touch::PanelPoint { x_um: x_mm * 1000, y_um: 1_000_000 };
    display.send(ToDisplay::Palettes(vec![(PersonId::FIRST, at(400)), (second, at(1500))])).unwrap();
    fifo.play(Script::default().line(0, (300, 800), (700, 800)));
    see(&to, "the first one's line", |picture| ink_at(picture, 500, 800));
    fifo.play(Script::default().line(0, (1300, 800), (1700, 800)));
    see(&to, "the second one's line", |picture| ink_at(picture, 1500, 800));
    // A panel's finger is seen before it is known to have lifted, and what it still writes is not past.
    hear(&display, &heard, "that it is done", |event| match event {
        FromDisplay::Status { people, .. } => people.iter().any(|one| one.person == second && one.can_undo),
        _ => false,
    });
    display.send(ToDisplay::EnterPast).unwrap();
    let mut length = 0;
    hear(&display, &heard, "the past", |event| match event {
        FromDisplay::Past { people, .. } => *people == [PersonId::FIRST, second],
        _ => false,
    });
    for event in &*heard.borrow() {
        if let FromDisplay::Past { length_ms, .. } = event {
            length = *length_ms;
        }
    }
    assert!(length > 0, "there is something to be watched");
    see(&to, "its end", |picture| ink_at(picture, 500, 800) && ink_at(picture, 1500, 800));
    // Nobody writes into the past.
    fifo.play(Script::default().line(0, (300, 300), (700, 300)));
    display.send(ToDisplay::GoToPast(0)).unwrap();
    see(&to, "its beginning", |picture| !ink_at(picture, 500, 800) && !ink_at(picture, 1500, 800));
    display.send(ToDisplay::GoToPast(length)).unwrap();
    display.send(ToDisplay::FocusPast(Some(second))).unwrap();
    see(&to, "what the second one did", |picture| !ink_at(picture, 500, 800) && ink_at(picture, 1500, 800));
    display.send(ToDisplay::LeavePast).unwrap();
    see(&to, "now", |picture| {
        ink_at(picture, 500, 800) && ink_at(picture, 1500, 800) && !ink_at(picture, 500, 300)
    });
    hear(&display, &heard, "it is left", |event| *event == FromDisplay::PastLeft);
    fifo.play(Script::default().line(0, (300, 300), (700, 300)));
    see(&to, "and written on", |picture| ink_at(picture, 500, 300));
}
