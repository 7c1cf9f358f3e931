//! Cameras, microphones and a recogniser that go and come back, and what is said meanwhile.

use api::camera::{CameraError, PageTurn};
use api::sense::{Part, Trouble};
use capture::Kind;
use capture::fake::Input;
use sense::{Parts, Place};

use crate::held::{camera, microphone};
use crate::recognition::{Recognition, sight};
use crate::served::{Served, nothing, until};

/// Whether the troubles are of just these parts.
fn of(parts: &'static [Part]) -> impl Fn(&Vec<Trouble>) -> bool {
    move |troubles| {
        troubles.iter().map(|trouble| Part::from_wire(trouble.part)).eq(parts.iter().copied())
            && troubles.iter().all(|trouble| !trouble.zh.is_empty() && !trouble.en.is_empty())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_camera_is_pulled_out_and_is_back() {
    let (input, parts) = camera("a camera that comes and goes");
    let served = Served::start(parts).await;
    let recognition = Recognition::start(&served.bus).await;
    let sense = &served.caller;
    let mut persons = sense.receive_persons_changed().await;
    let mut troubles = sense.receive_troubles_changed().await;
    recognition.sees([sight(4, 0, PageTurn::Stay)]);
    sense.watch(true).await.unwrap();
    until("four persons", &mut persons, |persons| *persons == 4).await;
    input.unplug();
    until("a trouble", &mut troubles, of(&[Part::Camera])).await;
    until("nobody", &mut persons, |persons| *persons == 0).await;
    assert!(sense.watching().await.unwrap(), "it is still wanted, and tried again");
    input.plug_again();
    until("no trouble", &mut troubles, of(&[])).await;
    until("four persons again", &mut persons, |persons| *persons == 4).await;
    served.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_camera_that_comes_is_taken() {
    // GStreamer has to know where such cameras come from before one is looked for.
    let input = Input::plug(Kind::Video, "any camera", "videotestsrc is-live=true").unwrap();
    input.unplug();
    let served = Served::start(Parts { camera: Some(Place::Any), ..nothing() }).await;
    let mut recognition = Recognition::start(&served.bus).await;
    let mut troubles = served.caller.receive_troubles_changed().await;
    served.caller.watch(true).await.unwrap();
    until("a trouble", &mut troubles, of(&[Part::Camera])).await;
    input.plug_again();
    until("no trouble", &mut troubles, of(&[])).await;
    recognition.counted("frames", |counts| counts.frames > 3).await;
    input.unplug();
    until("a trouble again", &mut troubles, of(&[Part::Camera])).await;
    served.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_microphone_that_falls_silent_is_told() {
    let (input, parts) = microphone("a microphone that falls silent");
    let served = Served::start(parts).await;
    let _recognition = Recognition::start(&served.bus).await;
    let sense = &served.caller;
    let mut level = sense.receive_noise_level_changed().await;
    let mut troubles = sense.receive_troubles_changed().await;
    sense.listen(true).await.unwrap();
    until("a level", &mut level, |level| *level > -20.0).await;
    input.stall();
    until("a trouble", &mut troubles, of(&[Part::Microphone])).await;
    until("no level", &mut level, |level| *level == -120.0).await;
    input.go_on();
    until("no trouble", &mut troubles, of(&[])).await;
    until("a level again", &mut level, |level| *level > -20.0).await;
    served.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn recognition_that_is_not_there_is_waited_for() {
    let (_one, parts) = camera("a camera that nobody looks through");
    let (_two, others) = microphone("a microphone that nobody hears through");
    let served = Served::start(Parts { microphone: others.microphone, ..parts }).await;
    let sense = &served.caller;
    let mut troubles = sense.receive_troubles_changed().await;
    let mut persons = sense.receive_persons_changed().await;
    sense.watch(true).await.unwrap();
    sense.listen(true).await.unwrap();
    until("both troubles", &mut troubles, of(&[Part::Sight, Part::Hearing])).await;
    let recognition = Recognition::start(&served.bus).await;
    recognition.sees([sight(5, 0, PageTurn::Stay)]);
    until("no trouble", &mut troubles, of(&[])).await;
    until("five persons", &mut persons, |persons| *persons == 5).await;
    recognition.end().await;
    until("both again", &mut troubles, of(&[Part::Sight, Part::Hearing])).await;
    until("nobody", &mut persons, |persons| *persons == 0).await;
    let recognition = Recognition::start(&served.bus).await;
    recognition.sees([sight(6, 0, PageTurn::Stay)]);
    until("six persons", &mut persons, |persons| *persons == 6).await;
    until("no trouble again", &mut troubles, of(&[])).await;
    served.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recogniser_without_its_model_is_told() {
    let (_input, parts) = camera("a camera without a model");
    let served = Served::start(parts).await;
    let mut recognition = Recognition::start(&served.bus).await;
    let mut troubles = served.caller.receive_troubles_changed().await;
    recognition.refuses(Some(CameraError::NoModel("palm-detection-lite.onnx".into())));
    served.caller.watch(true).await.unwrap();
    until(
        "a missing model",
        &mut troubles,
        |troubles| matches!(&troubles[..], [Trouble { en, .. }] if en.contains("model")),
    )
    .await;
    recognition.refuses(Some(CameraError::Busy("later".into())));
    until(
        "an overload",
        &mut troubles,
        |troubles| matches!(&troubles[..], [Trouble { en, .. }] if en.contains("busy")),
    )
    .await;
    recognition.refuses(None);
    until("no trouble", &mut troubles, of(&[])).await;
    recognition.counted("frames", |counts| counts.frames > 3).await;
    served.stop().await;
}
