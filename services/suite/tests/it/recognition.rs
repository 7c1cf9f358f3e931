//! Circled handwriting becomes text that can be edited; without the service the button greys and ink goes on.

use api::inference::{InferenceError, InferenceProxy, ModelState};
use futures_util::StreamExt;
use suite::look::{LEFT, crop, ink};
use suite::{Picture, Suite, writing};

use crate::Stage;

/// What the service reads in the left part of the screen.
pub(crate) async fn read_left(suite: &Suite, picture: &Picture) -> String {
    suite.read(picture, LEFT).await.unwrap()
}

/// Writes HELLO on the left and circles it as person 1.
pub(crate) async fn circled(stage: &mut Stage) {
    written_and_circled(stage, "HELLO").await;
}

pub(crate) async fn written_and_circled(stage: &mut Stage, text: &str) {
    let (x, y, size) = place(&stage.suite);
    stage.suite.touch("board").await.unwrap();
    stage.suite.choose("pen-1").await.unwrap();
    stage.suite.write_together(&writing::strokes(text, x, y, size), &[]).await.unwrap();
    let screen = stage.suite.screen().await.unwrap();
    screen.until_picture("no ink", |now| ink(now, LEFT) > 500).await.unwrap();
    circle(stage).await;
}

/// Circles what was written.
async fn circle(stage: &mut Stage) {
    let (x, y, size) = place(&stage.suite);
    stage.suite.choose("lasso-1").await.unwrap();
    let around = writing::circle(x - size * 0.5, y - size * 0.4, size * 4.8, size * 1.8);
    stage.suite.fingers.play(&[around]).await.unwrap();
}

/// Where HELLO is written, and how large.
fn place(suite: &Suite) -> (f64, f64, f64) {
    let (width, height) = (f64::from(suite.parts.size.0), f64::from(suite.parts.size.1));
    (width * 0.2, height * 0.34, height / 9.0)
}

#[tokio::test(flavor = "multi_thread")]
pub(crate) async fn circled_handwriting_becomes_text_that_can_be_edited() {
    let mut stage = Stage::all().await;
    circled(&mut stage).await;
    let screen = stage.suite.screen().await.unwrap();
    screen.find("to-text-1").await.unwrap();
    let handwritten = screen.picture().await.unwrap();
    stage.suite.touch("to-text-1").await.unwrap();
    screen
        .until("the text never landed", async |all| (!all.iter().any(|e| e.name == "cancel-1")).then_some(()))
        .await
        .unwrap();
    // What else its words may be lies under it until it is put away.
    stage.suite.touch("close-choices-1").await.unwrap();
    screen
        .until("the choices stay", async |all| {
            (!all.iter().any(|e| e.name == "close-choices-1")).then_some(())
        })
        .await
        .unwrap();
    let printed = screen
        .until_picture("nothing changed", |now| crop(now, LEFT) != crop(&handwritten, LEFT))
        .await
        .unwrap();
    assert_eq!(read_left(&stage.suite, &printed).await, "HELLO");
    // A tap with the hand opens it; a letter is added; the board shows it.
    stage.suite.choose("hand-1").await.unwrap();
    let (width, height) = stage.suite.parts.size;
    let (x, y) = text_centre(&printed);
    assert!(x < width && y < height);
    stage.suite.fingers.tap(i32::try_from(x).unwrap(), i32::try_from(y).unwrap()).await.unwrap();
    screen.find("done-1").await.unwrap();
    stage.suite.touch("key-x-1").await.unwrap();
    stage.suite.touch("done-1").await.unwrap();
    screen
        .until("the editor stays", async |all| (!all.iter().any(|e| e.name == "done-1")).then_some(()))
        .await
        .unwrap();
    let edited = screen
        .until_picture("the edit is not seen", |now| crop(now, LEFT) != crop(&printed, LEFT))
        .await
        .unwrap();
    assert_eq!(read_left(&stage.suite, &edited).await.to_lowercase(), "hellox");
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_word_that_was_misread_is_chosen_anew() {
    let mut stage = Stage::all().await;
    circled(&mut stage).await;
    let screen = stage.suite.screen().await.unwrap();
    stage.suite.touch("to-text-1").await.unwrap();
    let first = screen.find("word-0-1").await.unwrap();
    stage.suite.touch("word-0-1").await.unwrap();
    let other = screen.find("choice-0-1").await.unwrap().label.replace("Use ", "");
    stage.suite.touch("choice-0-1").await.unwrap();
    let taken = async |all: &[api::shell::Element]| {
        all.iter().any(|e| e.name == "word-0-1" && e.label == format!("Change {other}")).then_some(())
    };
    screen.until("the word stays what it was", taken).await.unwrap();
    assert_ne!(first.label, format!("Change {other}"));
    stage.suite.touch("close-choices-1").await.unwrap();
    let without =
        async |all: &[api::shell::Element]| (!all.iter().any(|e| e.name == "close-choices-1")).then_some(());
    screen.until("the choices stay", without).await.unwrap();
    let printed = screen.still().await.unwrap();
    assert_eq!(read_left(&stage.suite, &printed).await, other);
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_circled_sum_is_worked_out_beside_it_and_what_is_none_is_told() {
    let mut stage = Stage::all().await;
    written_and_circled(&mut stage, "11+1=").await;
    let screen = stage.suite.screen().await.unwrap();
    let written = ink(&screen.picture().await.unwrap(), LEFT);
    stage.suite.touch("work-out-1").await.unwrap();
    let landed =
        async |all: &[api::shell::Element]| (!all.iter().any(|e| e.name == "cancel-1")).then_some(());
    screen.until("the value never landed", landed).await.unwrap();
    let worked_out = screen.still().await.unwrap();
    assert!(ink(&worked_out, LEFT) > written / 2, "the sum itself is gone");
    let read = read_left(&stage.suite, &worked_out).await;
    // What its signs may be else stands below it.
    assert!(read.starts_with("11+1=12 "), "{read}");
    stage.end().await;
    // Letters are no sum: the bar stays, says so, and nothing lands.
    let mut stage = Stage::all().await;
    circled(&mut stage).await;
    let screen = stage.suite.screen().await.unwrap();
    screen.find("work-out-1").await.unwrap();
    let before = ink(&screen.still().await.unwrap(), LEFT);
    stage.suite.touch("work-out-1").await.unwrap();
    screen.until_picture("the bar says nothing", |now| ink(now, LEFT) > before).await.unwrap();
    let told = screen.still().await.unwrap();
    let read = read_left(&stage.suite, &told).await;
    assert!(read.contains("No sum"), "{read}");
    screen.find("cancel-1").await.unwrap();
    stage.end().await;
}

/// The middle of the ink in the left part, in screen pixels.
fn text_centre(picture: &Picture) -> (u32, u32) {
    let part = crop(picture, LEFT);
    let board = *part.get_pixel(0, 0);
    let inked = part
        .enumerate_pixels()
        .filter(|(_, _, pixel)| pixel.0[..3].iter().zip(board.0).any(|(a, b)| a.abs_diff(b) > 60));
    let (xs, ys): (Vec<u32>, Vec<u32>) = inked.map(|(x, y, _)| (x, y)).unzip();
    let middle = |all: &[u32]| (all.iter().min().unwrap() + all.iter().max().unwrap()) / 2;
    let at = |share: f64, side: u32| (share * f64::from(side)) as u32;
    (at(0.15, picture.width()) + middle(&xs), at(0.2, picture.height()) + middle(&ys))
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_service_the_button_greys_and_ink_goes_on() {
    let mut stage = Stage::all().await;
    circled(&mut stage).await;
    let screen = stage.suite.screen().await.unwrap();
    screen.find("to-text-1").await.unwrap();
    stage.suite.inference.take().unwrap().stop().await.unwrap();
    let greyed = async |all: &[api::shell::Element]| {
        all.iter().any(|e| e.name == "to-text-1" && !e.enabled).then_some(())
    };
    screen.until("the button did not grey", greyed).await.unwrap();
    stage.suite.touch("cancel-1").await.unwrap();
    stage.suite.choose("pen-1").await.unwrap();
    let before = ink(&screen.picture().await.unwrap(), LEFT);
    let (width, height) = (f64::from(stage.suite.parts.size.0), f64::from(stage.suite.parts.size.1));
    stage
        .suite
        .fingers
        .play(&writing::strokes("L", width * 0.3, height * 0.48, height / 10.0))
        .await
        .unwrap();
    screen.until_picture("no ink without the service", |now| ink(now, LEFT) > before).await.unwrap();
    // It comes back by itself.
    stage.suite.start_inference().await.unwrap();
    circle(&mut stage).await;
    screen.find("to-text-1").await.unwrap();
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_raster_that_is_not_sealed_or_does_not_fit_is_refused_by_name() {
    let stage = Stage::all().await;
    let service = InferenceProxy::new(&stage.suite.connection).await.unwrap();
    let mut changes = service.receive_ready_changed().await;
    while !service.ready().await.unwrap() {
        changes.next().await.unwrap();
    }
    // Nothing is loaded before somebody asks for it.
    let states: Vec<u32> = service.models().await.unwrap().iter().map(|model| model.state).collect();
    assert!(
        states.iter().all(|state| *state == ModelState::Listed.to_wire()) && !states.is_empty(),
        "{states:?}"
    );
    let open = std::fs::File::open("/dev/null").unwrap();
    let unsealed = service.recognize_text(zbus::Fd::from(&open), 8, 8, 8, 0).await;
    assert!(matches!(unsealed, Err(InferenceError::NotSealed(_))), "{unsealed:?}");
    let small = api::sealed::seal(&[255; 63]).unwrap();
    let short = service.recognize_text(zbus::Fd::from(&small), 8, 8, 8, 0).await;
    assert!(matches!(short, Err(InferenceError::BadRaster(_))), "{short:?}");
    let huge = service.recognize_text(zbus::Fd::from(&small), 100_000, 8, 100_000, 0).await;
    assert!(matches!(huge, Err(InferenceError::TooLarge(_))), "{huge:?}");
    stage.end().await;
}
