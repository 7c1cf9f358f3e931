//! Videos on a display with its threads: under ink, moved, tapped, hidden, and gone with their threads.

use crate::bench::{Fifo, PATIENCE, SIZE_PX, SIZE_UM, Script, config, font, ink_at, px, see, threads};
use crate::test_film::{RATE, shelve, webm};
use board::{Actor, Board, Journal, Media, MediaId, MediaKind, PageRect, PersonId, Surface, Tool};
use display::{BoardCommand, Display, FilmCommand, FilmTrouble, FromDisplay, Picture, Scene, ToDisplay};
use std::cell::RefCell;
use std::path::Path;
use std::rc::Rc;
use std::time::{Duration, Instant};
use touch::SourceSpec;

const RED: u32 = 0xff_0000;
const BLUE: u32 = 0x00_00ff;
const ME: PersonId = PersonId::FIRST;

/// A board with a video between 400 and 1000 mm, and 300 and 640 mm; it begins when the display does.
fn insert(folder: &Path, bytes: &[u8]) -> MediaId {
    let file = shelve(&folder.join("board"), bytes);
    let ((width_px, height_px), (width_um, height_um)) = (SIZE_PX, SIZE_UM);
    let surface = Surface { width_px, height_px, width_um, height_um };
    let mut board = Board::new(surface, Actor::default(), font()).unwrap();
    let rect = PageRect::new(400_000, 300_000, 1_000_000, 640_000);
    let effects = board.add_media(ME, Media { file, kind: MediaKind::Video, rect }, 1);
    let (mut journal, ..) = Journal::open(&folder.join("board/board.journal")).unwrap();
    effects.ops.iter().for_each(|op| journal.append(op).unwrap());
    journal.flush().unwrap();
    file
}

type Heard = Rc<RefCell<Vec<FromDisplay>>>;

fn start(folder: &Path, touch: Vec<SourceSpec>) -> (Display, Heard) {
    let (display, _platform) = display::start(config(folder, touch)).unwrap();
    let heard = Heard::default();
    let hearing = heard.clone();
    display.on_event(move |event| hearing.borrow_mut().push(event));
    display.send(ToDisplay::Scene(Scene::Board)).unwrap();
    (display, heard)
}

fn hear(display: &Display, heard: &Heard, what: &str, is_it: impl Fn(&FromDisplay) -> bool) {
    let until = Instant::now() + PATIENCE;
    while !heard.borrow().iter().any(&is_it) {
        assert!(Instant::now() < until, "never heard: {what}: {:?}", heard.borrow());
        assert!(display.turn(Duration::from_millis(5)).is_continue());
    }
    heard.borrow_mut().clear();
}

/// Whether a place (millimetres) has this colour, as exact as VP8 keeps it.
fn has(picture: &Picture, (x_mm, y_mm): (i32, i32), colour: u32) -> bool {
    let (x, y) = px(x_mm, y_mm);
    let [_, red, green, blue] = colour.to_be_bytes();
    let near = |(a, b): (u8, u8)| a.abs_diff(b) < 40;
    picture.at(x, y).is_some_and(|rgb| rgb.into_iter().zip([red, green, blue]).all(near))
}

fn films() -> usize {
    threads().iter().filter(|name| *name == "film").count()
}

#[test]
fn ink_stays_on_top_of_a_video_that_plays_and_frames_go_where_it_is_moved() {
    let folder = tempfile::tempdir().unwrap();
    let file = insert(folder.path(), &webm((320, 180), &[RED, BLUE], RATE, true));
    let (mut fifo, spec) = Fifo::new(folder.path());
    let (display, heard) = start(folder.path(), vec![spec]);
    let to = display.sender();
    let film = |command| to.send(ToDisplay::Film { file, command }).unwrap();
    see(&to, "a red frame", |picture| has(picture, (700, 400), RED));
    fifo.play(Script::default().line(0, (300, 500), (1_100, 500)));
    let over = |picture: &Picture, colour| {
        [350, 500, 700, 900, 1_050]
            .iter()
            .all(|x| ink_at(picture, *x, 500) && !has(picture, (*x, 500), colour))
            && has(picture, (700, 400), colour)
    };
    film(FilmCommand::Seek { to_ms: 0 });
    see(&to, "ink over red", |picture| over(picture, RED));
    film(FilmCommand::Play);
    see(&to, "ink over blue", |picture| over(picture, BLUE));
    hear(&display, &heard, "the end", |event| matches!(event, FromDisplay::Film { ended: true, .. }));

    // The hand takes it 700 mm to the right; what was its place is paper again.
    to.send(ToDisplay::Board(BoardCommand::SetTool { person: ME, tool: Tool::Hand })).unwrap();
    fifo.play(Script::default().frame(100).line(1, (600, 350), (1_300, 350)));
    let moved =
        |picture: &Picture, colour| has(picture, (1_500, 400), colour) && !has(picture, (450, 400), colour);
    see(&to, "the last frame there", |picture| moved(picture, BLUE));
    film(FilmCommand::Seek { to_ms: 0 });
    see(&to, "another frame there", |picture| moved(picture, RED));
    hear(&display, &heard, "it stands", |event| matches!(event, FromDisplay::Film { plays: false, .. }));
    // A tap plays it.
    fifo.play(Script::default().frame(100).down(2, 1_400, 400).frame(30).up(2).frame(10));
    hear(&display, &heard, "it plays", |event| matches!(event, FromDisplay::Film { plays: true, .. }));
    see(&to, "blue by itself", |picture| moved(picture, BLUE));
    display.shutdown();
    assert_eq!(films(), 0);
}

#[test]
fn a_video_ends_with_its_page_and_when_it_is_erased() {
    let folder = tempfile::tempdir().unwrap();
    insert(folder.path(), &webm((320, 180), &[RED], 10 * RATE, false));
    let (display, heard) = start(folder.path(), Vec::new());
    let to = display.sender();
    let board = |command| to.send(ToDisplay::Board(command)).unwrap();
    let gone = |what: &str| {
        hear(&display, &heard, what, |event| matches!(event, FromDisplay::VideoHidden { .. }));
        let until = Instant::now() + PATIENCE;
        while films() > 0 {
            assert!(Instant::now() < until, "a video's thread stays");
            assert!(display.turn(Duration::from_millis(5)).is_continue());
        }
        see(&to, "nothing of it", |picture| !has(picture, (700, 400), RED));
    };
    see(&to, "a frame", |picture| has(picture, (700, 400), RED));
    assert_eq!(films(), 1);
    board(BoardCommand::AddPage { person: ME });
    gone("the page is turned");
    board(BoardCommand::GoToPage(0));
    see(&to, "a frame again", |picture| has(picture, (700, 400), RED));
    board(BoardCommand::ClearPage { person: ME });
    gone("everything is erased");
    board(BoardCommand::Undo { person: ME });
    see(&to, "a frame after undo", |picture| has(picture, (700, 400), RED));
    display.shutdown();
    assert_eq!(films(), 0);
}

#[test]
fn a_file_that_does_not_play_is_said_and_its_place_stays() {
    let folder = tempfile::tempdir().unwrap();
    let damaged = insert(folder.path(), &[0xab; 5_000]);
    let (display, heard) = start(folder.path(), Vec::new());
    hear(&display, &heard, "the trouble", |event| {
        *event == FromDisplay::FilmTrouble { file: damaged, trouble: FilmTrouble::NotVideo }
    });
    // Dark, with the sign in its middle.
    see(&display.sender(), "its place", |picture| {
        has(picture, (450, 350), 0x23_2827) && has(picture, (700, 470), 0xd8_dcda)
    });
}
