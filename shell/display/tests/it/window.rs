//! The window output on a virtual X server, whose framebuffer is a file that can be looked at from outside.
//! Where Xvfb is missing this is skipped.

use crate::bench::{Fifo, PATIENCE, SIZE_PX, Script, config, ink_at, our_threads};
use display::{FromDisplay, Output, Picture, Scene, ToDisplay};
use std::cell::Cell;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::rc::Rc;
use std::time::{Duration, Instant};

/// Set for the process that runs under the virtual screen: the folder where its framebuffer lies.
const INSIDE: &str = "DAIS_TEST_VIRTUAL_SCREEN";

/// Ends the X server with the test.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

#[test]
fn a_window_shows_ink_and_ends_cleanly() {
    if let Some(folder) = std::env::var_os(INSIDE) {
        return inside(Path::new(&folder));
    }
    let folder = tempfile::tempdir().unwrap();
    let server = Command::new("Xvfb")
        .args(["-displayfd", "1", "-screen", "0", "1024x768x24", "-nolisten", "tcp", "-fbdir"])
        .arg(folder.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn();
    let Ok(mut server) = server else {
        println!("skipped: Xvfb is not installed (see image/packages.txt)");
        return;
    };
    let said = BufReader::new(server.stdout.take().unwrap());
    let _server = Server(server);
    let number = said.lines().next().unwrap().unwrap();
    let status = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "window::a_window_shows_ink_and_ends_cleanly", "--nocapture"])
        .env("DISPLAY", format!(":{}", number.trim()))
        .env_remove("WAYLAND_DISPLAY")
        .env(INSIDE, folder.path())
        .status()
        .unwrap();
    assert!(status.success());
}

fn inside(folder: &Path) {
    let (mut fifo, spec) = Fifo::new(folder);
    let mut config = config(folder, vec![spec]);
    config.output = Output::Window { title: "Dais".into() };
    let (display, _platform) = display::start(config).unwrap();
    let closed = Rc::new(Cell::new(false));
    let closing = closed.clone();
    let lifted = Rc::new(Cell::new(false));
    let lifting = lifted.clone();
    display.on_event(move |event| match event {
        FromDisplay::Closed => closing.set(true),
        FromDisplay::Status { people, .. } => lifting.set(people.iter().any(|person| person.can_undo)),
        _ => {}
    });
    display.send(ToDisplay::Scene(Scene::Board)).unwrap();
    fifo.play(Script::default().line(0, (300, 400), (1200, 400)));
    wait_for(folder, "ink in the window", |picture| ink_at(picture, 700, 400));

    // A large panel doubts a lift for a while; what is still being written is not erased.
    let until = Instant::now() + PATIENCE;
    while !lifted.get() {
        assert!(Instant::now() < until, "the line is never finished");
        assert!(display.turn(Duration::from_millis(20)).is_continue());
    }

    if Command::new("xdotool").arg("version").stdout(Stdio::null()).status().is_ok() {
        // The mouse draws a line at 1000 mm, as one finger would; its right button is a palm over the first.
        mouse(&[
            "mousemove",
            "200",
            "500",
            "mousedown",
            "1",
            "mousemove",
            "300",
            "500",
            "mousemove",
            "400",
            "500",
        ]);
        mouse(&["mouseup", "1"]);
        wait_for(folder, "ink by the mouse", |picture| ink_at(picture, 592, 987));
        // The wheel with Ctrl makes it larger about the pointer, and smaller again.
        let notches = |button: &str| {
            let find = ["search", "--name", "Dais", "windowfocus", "--sync"];
            let (down, up) = (["mousemove", "300", "500", "keydown", "ctrl"], ["keyup", "ctrl"]);
            mouse(&find);
            mouse(&[&down[..], &["click", button, "click", button], &up[..]].concat());
        };
        notches("4");
        wait_for(folder, "larger", |picture| ink_at(picture, 592, 987) && ink_at(picture, 835, 987));
        notches("5");
        wait_for(folder, "smaller", |picture| ink_at(picture, 592, 987) && !ink_at(picture, 835, 987));
        mouse(&["mousemove", "355", "150", "mousedown", "3", "mousemove", "355", "205", "mouseup", "3"]);
        let erased = |picture: &Picture| !ink_at(picture, 700, 400) && ink_at(picture, 1000, 400);
        wait_for(folder, "the mouse's palm erases", erased);
    } else {
        println!("skipped: xdotool is not installed, so the mouse is not moved");
    }

    display.send(ToDisplay::Stop).unwrap();
    let until = Instant::now() + PATIENCE;
    while display.turn(Duration::from_millis(20)).is_continue() {
        assert!(Instant::now() < until, "the display does not stop");
    }
    assert!(closed.get());
    drop(display);
    assert_eq!(our_threads(), Vec::<String>::new());
}

fn mouse(words: &[&str]) {
    assert!(Command::new("xdotool").args(words).status().unwrap().success());
}

fn wait_for(folder: &Path, what: &str, shows: impl Fn(&Picture) -> bool) {
    let until = Instant::now() + PATIENCE;
    while !screen(folder).is_some_and(|picture| shows(&picture)) {
        assert!(Instant::now() < until, "never seen: {what}");
    }
}

/// The X server's framebuffer, an XWD file (`X11/XWDFile.h`): 25 big-endian numbers, of which the first is the
/// header's length, the fifth and sixth the size, the thirteenth the bytes of a row and the twentieth the number
/// of colours (12 bytes each) before the pixels.
fn screen(folder: &Path) -> Option<Picture> {
    let bytes = std::fs::read(folder.join("Xvfb_screen0")).ok()?;
    let number =
        |at: usize| Some(u32::from_be_bytes(bytes.get(at * 4..at * 4 + 4)?.try_into().ok()?) as usize);
    let (row, begin) = (number(12)?, number(0)? + 12 * number(19)?);
    let (width, height) = SIZE_PX;
    let mut rgba = Vec::new();
    for y in 0..height as usize {
        let pixels = bytes.get(begin + y * row..begin + y * row + width as usize * 4)?;
        for pixel in pixels.chunks_exact(4) {
            rgba.extend_from_slice(&[pixel[2], pixel[1], pixel[0], 255]);
        }
    }
    Some(Picture { width, height, rgba })
}
