//! Camera and microphone that are held, let go and left behind, and what is told meanwhile.

use api::camera::PageTurn;
use capture::Kind;
use capture::fake::Input;
use futures_util::StreamExt;
use sense::{Parts, Place};
use testbus::soon;

use crate::recognition::{Recognition, sight};
use crate::served::{Served, nothing, until};

/// A red picture of 1280x720, 30 times a second.
const RED: &str =
    "videotestsrc is-live=true pattern=red ! video/x-raw,width=1280,height=720,framerate=30/1 ! identity";
/// A tone of -6 dB below full scale.
const TONE: &str = "audiotestsrc is-live=true volume=0.5 samplesperbuffer=480";

pub(crate) fn camera(name: &str) -> (Input, Parts) {
    let input = Input::plug(Kind::Video, name, RED).unwrap();
    let camera = input.source().map(Place::At);
    (input, Parts { camera, ..nothing() })
}

pub(crate) fn microphone(name: &str) -> (Input, Parts) {
    let input = Input::plug(Kind::Audio, name, TONE).unwrap();
    let microphone = input.source().map(Place::At);
    (input, Parts { microphone, ..nothing() })
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_camera_sees_is_told_while_it_is_held() {
    let (_input, parts) = camera("a red camera");
    let served = Served::start(parts).await;
    let mut recognition = Recognition::start(&served.bus).await;
    let sense = &served.caller;
    let mut watching = sense.receive_watching_changed().await;
    let mut persons = sense.receive_persons_changed().await;
    let mut raised = sense.receive_hand_raised_changed().await;
    recognition.sees([sight(2, 0, PageTurn::Stay), sight(3, 1, PageTurn::Stay)]);
    sense.watch(true).await.unwrap();
    until("a sign", &mut watching, |on| *on).await;
    until("three persons", &mut persons, |persons| *persons == 3).await;
    until("a raised hand", &mut raised, |raised| *raised).await;
    let counts = recognition.counted("ten frames", |counts| counts.frames >= 10).await;
    let [red, green, blue] = counts.colour;
    assert!(red > 200 && green < 40 && blue < 40, "{:?}: what is handed on is what was seen", counts.colour);
    sense.watch(false).await.unwrap();
    until("no sign", &mut watching, |on| !*on).await;
    until("nobody", &mut persons, |persons| *persons == 0).await;
    recognition.counted("an end there too", |counts| !counts.watched).await;
    served.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_waved_palm_is_one_page() {
    let (_input, parts) = camera("a camera that sees palms");
    let served = Served::start(parts).await;
    let recognition = Recognition::start(&served.bus).await;
    let mut turns = served.caller.receive_turn().await.unwrap();
    // A stroke told twice, and then its way back without end: for two seconds and a half that turns nothing.
    let (next, previous) = (sight(1, 0, PageTurn::Next), sight(1, 0, PageTurn::Previous));
    recognition.sees([sight(1, 0, PageTurn::Stay), next.clone(), next]);
    recognition.sees(vec![previous; 1000]);
    served.caller.watch(true).await.unwrap();
    let mut pages = async || soon("a page", turns.next()).await.unwrap().args().unwrap().pages;
    assert_eq!((pages().await, pages().await), (1, -1));
    served.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn how_loud_it_is_is_told_while_it_is_held() {
    let (_input, parts) = microphone("a loud microphone");
    let served = Served::start(parts).await;
    let mut recognition = Recognition::start(&served.bus).await;
    let sense = &served.caller;
    let mut listening = sense.receive_listening_changed().await;
    let mut level = sense.receive_noise_level_changed().await;
    let mut colour = sense.receive_noise_colour_changed().await;
    let mut speaking = sense.receive_speaking_changed().await;
    sense.listen(true).await.unwrap();
    until("a sign", &mut listening, |on| *on).await;
    until("the tone's level", &mut level, |level| (-7.0..=-5.0).contains(level)).await;
    until("its colour", &mut colour, |colour| *colour == 3).await;
    until("a voice", &mut speaking, |speaking| *speaking).await;
    recognition.counted("a second of sound", |counts| counts.samples >= 48_000).await;
    sense.listen(false).await.unwrap();
    until("no sign", &mut listening, |on| !*on).await;
    until("silence", &mut level, |level| *level == -120.0).await;
    until("no voice", &mut speaking, |speaking| !*speaking).await;
    recognition.counted("an end there too", |counts| counts.sessions == 0).await;
    served.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_caller_that_vanishes_switches_off() {
    let (_one, parts) = camera("a camera that is left behind");
    let (_two, others) = microphone("a microphone that is left behind");
    let served = Served::start(Parts { microphone: others.microphone, ..parts }).await;
    let _recognition = Recognition::start(&served.bus).await;
    let mut watching = served.caller.receive_watching_changed().await;
    let mut listening = served.caller.receive_listening_changed().await;
    let guest = served.other().await;
    guest.watch(true).await.unwrap();
    guest.listen(true).await.unwrap();
    until("a sign", &mut watching, |on| *on).await;
    until("a sign", &mut listening, |on| *on).await;
    // Another hold keeps the camera on.
    served.caller.watch(true).await.unwrap();
    guest.inner().connection().clone().close().await.unwrap();
    until("no microphone", &mut listening, |on| !*on).await;
    assert!(served.caller.watching().await.unwrap());
    served.caller.watch(false).await.unwrap();
    until("no camera", &mut watching, |on| !*on).await;
    served.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_that_ends_closes_what_is_open() {
    let (_input, parts) = camera("a camera of a service that ends");
    let served = Served::start(parts).await;
    let mut recognition = Recognition::start(&served.bus).await;
    served.caller.watch(true).await.unwrap();
    recognition.counted("a frame", |counts| counts.frames > 0).await;
    served.stop().await;
}
