//! Slint's custom platform: several small windows, each with its own pointer, and ink that does not need them.
//!
//! A process can have one Slint platform, so this is one test that walks through all of it.

use crate::bench::{Fifo, PATIENCE, Script, config, ink_at, our_threads, px, screenshot, see};
use display::{Area, Display, Scene, SurfaceHandle, SurfaceSpec, ToDisplay};
use slint::ComponentHandle;
use std::cell::RefCell;
use std::ops::ControlFlow;
use std::rc::Rc;
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

#[allow(clippy::all, unreachable_pub)]
mod shown {
    slint::slint! {
        export component Button inherits Window {
            in-out property <int> clicks;
            out property <bool> pressed: area.pressed;
            callback clicked;
            background: transparent;
            Rectangle {
                x: 10px;
                y: 10px;
                width: parent.width - 20px;
                height: parent.height - 20px;
                background: area.pressed ? #ff0000 : #0000ff;
                area := TouchArea {
                    clicked => {
                        root.clicks += 1;
                        root.clicked();
                    }
                }
            }
        }
    }
}
use shown::Button;

const RED: [u8; 3] = [255, 0, 0];
const BLUE: [u8; 3] = [0, 0, 255];

/// Runs Slint's loop until something is so.
fn until(display: &Display, what: &str, is_so: impl Fn() -> bool) {
    let end = Instant::now() + PATIENCE;
    while !is_so() {
        assert!(Instant::now() < end, "never so: {what}");
        assert_eq!(display.turn(Duration::from_millis(5)), ControlFlow::Continue(()), "{what}");
    }
}

fn button(display: &Display, name: &'static str, rect: Area) -> (Button, SurfaceHandle) {
    let place = display.next_surface(SurfaceSpec { name, rect, z: 1, owner: None, opaque: false });
    let button = Button::new().unwrap();
    button.show().unwrap();
    (button, place)
}

#[test]
fn many_windows_many_pointers_and_ink_beside_them() {
    let folder = tempfile::tempdir().unwrap();
    let (mut fifo, spec) = Fifo::new(folder.path());
    let (display, platform) = display::start(config(folder.path(), vec![spec])).unwrap();
    slint::platform::set_platform(Box::new(platform)).unwrap();
    assert!(Button::new().is_err(), "a component without a place must be refused");
    display.send(ToDisplay::Scene(Scene::Board)).unwrap();
    let to = display.sender();

    // Two buttons of two people, in millimetres at (200, 200) and (1500, 800).
    let (left, left_place) = button(&display, "left", Area::new(60, 60, 100, 100));
    let (right, _right_place) = button(&display, "right", Area::new(700, 360, 100, 100));
    until(&display, "both are drawn", || {
        let picture = screenshot(&to);
        [px(200, 200), px(1500, 800)].iter().all(|(x, y)| picture.at(*x, *y) == Some(BLUE))
    });

    // Both are held down at the same time, and a third finger writes.
    let mut script = Script::default();
    fifo.play(script.down(0, 200, 200).down(1, 1500, 800).frame(10));
    until(&display, "both are pressed at once", || left.get_pressed() && right.get_pressed());
    fifo.play(
        script
            .down(2, 700, 700)
            .frame(10)
            .to(2, 800, 700)
            .frame(10)
            .to(2, 900, 700)
            .frame(10)
            .up(2)
            .frame(10),
    );
    let both = [px(200, 200), px(1500, 800)];
    until(&display, "both are red, and the ink is there", || {
        let picture = screenshot(&to);
        both.iter().all(|(x, y)| picture.at(*x, *y) == Some(RED)) && ink_at(&picture, 800, 700)
    });
    // A second finger on a held button is nobody's; lifting it releases nothing.
    fifo.play(script.down(3, 210, 210).frame(10).up(3).frame(10).line(4, (700, 900), (900, 900)));
    until(&display, "what came after it is there", || ink_at(&screenshot(&to), 800, 900));
    assert_eq!(display.turn(Duration::ZERO), ControlFlow::Continue(()));
    assert!(left.get_pressed() && left.get_clicks() == 0, "the second finger pressed or released the button");
    fifo.play(script.up(0).frame(10).up(1).frame(10));
    until(&display, "both are clicked once", || (left.get_clicks(), right.get_clicks()) == (1, 1));
    assert!(!left.get_pressed() && !right.get_pressed());

    kept_to_the_lift(&display, (&left, &right), &mut fifo);
    ink_while_the_ui_is_blocked(&display, &left, &mut fifo);

    // The transparent edge of a surface belongs to the board (the surface begins at 118 mm, its button at 138).
    let mut script = Script::default();
    fifo.play(script.line(4, (124, 130), (124, 300)));
    see(&to, "ink under a transparent edge", |picture| ink_at(picture, 124, 200));

    moved_grown_and_hidden(&display, &left, &left_place, &mut fifo);

    display.shutdown();
    assert_eq!(
        display.turn(PATIENCE),
        ControlFlow::Break(()),
        "the loop goes on after the display has ended"
    );
    assert_eq!(our_threads(), Vec::<String>::new());
}

/// A finger that leaves its button keeps it to the lift, and does not click.
fn kept_to_the_lift(display: &Display, (left, right): (&Button, &Button), fifo: &mut Fifo) {
    let (mut script, to) = (Script::default(), display.sender());
    script.down(0, 200, 200).frame(10);
    for step in 1..=7 {
        script.to(0, 200 + 100 * step, 200 + 15 * step).frame(10);
    }
    fifo.play(script.up(0).frame(10));
    fifo.play(script.down(0, 1500, 800).frame(10).up(0).frame(10));
    until(display, "the right one is clicked again", || right.get_clicks() == 2);
    assert_eq!(left.get_clicks(), 1);
    assert!(!ink_at(&screenshot(&to), 890, 304), "a finger that began on a button wrote on the board");
}

fn moved_grown_and_hidden(display: &Display, left: &Button, left_place: &SurfaceHandle, fifo: &mut Fifo) {
    let to = display.sender();
    // Moved, its pixels and its touches go along.
    left_place.set_rect(Area::new(400, 60, 100, 100));
    until(display, "it has moved", || screenshot(&to).at(450, 110) == Some(BLUE));
    assert_ne!(screenshot(&to).at(px(200, 200).0, px(200, 200).1), Some(BLUE));
    fifo.play(Script::default().down(0, 880, 220).frame(10).up(0).frame(10));
    until(display, "it is clicked where it is now", || left.get_clicks() == 3);
    // Larger, it is drawn larger.
    left_place.set_rect(Area::new(400, 60, 200, 150));
    until(display, "it has grown", || screenshot(&to).at(580, 190) == Some(BLUE));
    // Hidden, it is gone, and its place is the board's.
    left.hide().unwrap();
    until(display, "it is hidden", || screenshot(&to).at(450, 110) != Some(BLUE));
    assert!(!left_place.is_visible());
}

/// The UI thread is stuck in a callback until another thread has seen the ink on the screen. If ink needed the UI
/// thread for anything, neither would ever go on.
fn ink_while_the_ui_is_blocked(display: &Display, left: &Button, fifo: &mut Fifo) {
    let (seen, is_seen) = channel();
    let (blocked, is_blocked) = channel::<()>();
    let is_seen = Rc::new(RefCell::new(Some(is_seen)));
    left.on_clicked(move || {
        if let Some(is_seen) = is_seen.borrow_mut().take() {
            blocked.send(()).unwrap();
            is_seen.recv_timeout(PATIENCE).unwrap();
        }
    });
    let to = display.sender();
    std::thread::scope(|scope| {
        let writer = scope.spawn(move || {
            let mut script = Script::default();
            fifo.play(script.down(0, 200, 200).frame(10).up(0).frame(10));
            is_blocked.recv_timeout(PATIENCE).unwrap();
            // Two people draw, wet and dry: the first line is finished, the second is still being drawn.
            fifo.play(script.line(1, (600, 400), (1000, 400)).down(2, 600, 900).frame(10));
            for x in (620..=1000).step_by(20) {
                fifo.play(script.to(2, x, 900).frame(10));
            }
            see(&to, "ink while the UI is blocked", |picture| {
                ink_at(picture, 800, 400) && ink_at(picture, 800, 900)
            });
            fifo.play(script.up(2).frame(10));
            seen.send(()).unwrap();
        });
        until(display, "the UI goes on", || writer.is_finished());
        writer.join().unwrap();
    });
    until(display, "the click that blocked has ended", || left.get_clicks() == 2);
}
