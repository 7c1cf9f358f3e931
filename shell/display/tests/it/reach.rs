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
    fifo.play(Script::default().line(0, (1000, 300), (1000, 500)));
    see(&to, "the line has gone down with the finger", |picture| {
        ink_at(picture, 600, 700) && !ink_at(picture, 600, 500) && !ink_at(picture, 1000, 400)
    });
    display.send(ToDisplay::FingersMove { person, on: false }).unwrap();
    fifo.play(Script::default().line(0, (300, 300), (900, 300)));
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
