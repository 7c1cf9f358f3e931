//! Windows that show a camera, on a display with its threads: under ink, gone with their page, kept as a picture.

use crate::bench::{Fifo, PATIENCE, Script, config, ink_at, px, see, threads};
use board::PersonId;
use board::format::Format;
use capture::Kind;
use capture::fake::Input;
use display::{
    BoardCommand, Display, FromDisplay, LiveSource, LiveWish, Picture, Reply, Scene, Sender, ToDisplay,
};
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

const ME: PersonId = PersonId::FIRST;

fn is_red(picture: &Picture, x_mm: i32, y_mm: i32) -> bool {
    let (x, y) = px(x_mm, y_mm);
    picture.at(x, y).is_some_and(|[red, green, blue]| red > 200 && green < 60 && blue < 60)
}

/// Sends what answers by `Ok(())`, and waits for that.
fn done<E: std::fmt::Debug + Send + 'static>(
    to: &Sender,
    wish: impl FnOnce(Reply<Result<(), E>>) -> LiveWish,
) {
    let (answer, answered) = channel();
    to.send(ToDisplay::Live(wish(Box::new(move |outcome| answer.send(outcome).unwrap())))).unwrap();
    answered.recv_timeout(PATIENCE).unwrap().unwrap();
}

/// How many pictures the board has when it is written as SVG, page by page.
fn pictures(to: &Sender) -> Vec<usize> {
    let (reply, answer) = channel();
    let reply = Box::new(move |saved: Result<_, _>| reply.send(saved.map_err(drop)).unwrap());
    to.send(ToDisplay::Save { format: Format::Svg, reply }).unwrap();
    let saved: board::format::Saved = answer.recv_timeout(PATIENCE).unwrap().unwrap();
    saved.files.iter().map(|file| String::from_utf8_lossy(&file.bytes).matches("<image").count()).collect()
}

fn until(display: &Display, what: &str, is_so: impl Fn() -> bool) {
    let end = Instant::now() + PATIENCE;
    while !is_so() {
        assert!(Instant::now() < end, "never so: {what}");
        assert!(display.turn(Duration::from_millis(5)).is_continue());
    }
}

#[test]
fn a_camera_lies_under_ink_ends_with_its_page_and_is_kept_as_a_picture() {
    let red = "videotestsrc is-live=true pattern=red ! video/x-raw,width=320,height=180,framerate=30/1";
    let _camera = Input::plug(Kind::Video, "lecture", red).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let (mut fifo, spec) = Fifo::new(folder.path());
    let (display, _platform) = display::start(config(folder.path(), vec![spec])).unwrap();
    let (told, heard) = channel();
    display.on_event(move |event| {
        if let FromDisplay::Inputs(inputs) = event {
            told.send(inputs).unwrap();
        }
    });
    let to = display.sender();
    to.send(ToDisplay::Scene(Scene::Board)).unwrap();
    to.send(ToDisplay::Live(LiveWish::Allow(true))).unwrap();
    to.send(ToDisplay::Live(LiveWish::Look(true))).unwrap();
    let found = std::cell::RefCell::new(None::<LiveSource>);
    until(&display, "the camera is listed", || {
        found.replace(heard.try_iter().flatten().find(|source: &LiveSource| source.name == "lecture"));
        found.borrow().is_some()
    });
    let source = found.take().unwrap();
    done(&to, |reply| LiveWish::Place { person: ME, source: source.clone(), reply });
    see(&to, "the camera in the middle", |picture| is_red(picture, 947, 500));
    fifo.play(Script::default().line(0, (400, 600), (1_500, 600)));
    see(&to, "ink over it and beside it", |picture| {
        ink_at(picture, 947, 600) && !is_red(picture, 947, 600) && ink_at(picture, 420, 600)
    });
    see(&to, "it still goes on", |picture| is_red(picture, 947, 500));
    assert_eq!(pictures(&to), [1], "a file of the board has the newest picture of it");

    done(&to, |reply| LiveWish::Snap { person: ME, file: source.id(), reply });
    until(&display, "the still picture", || pictures(&to) == [2]);

    to.send(ToDisplay::Board(BoardCommand::AddPage { person: ME })).unwrap();
    let eyes = || threads().iter().filter(|name| *name == "live").count();
    until(&display, "its thread ends with its page", || eyes() == 0);
    assert_eq!(pictures(&to), [2, 0]);
    display.shutdown();
}
