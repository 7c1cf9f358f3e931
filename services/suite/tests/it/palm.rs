//! A palm waved before the camera turns the board's page: real frames, real recognition, the running shell.

use std::collections::BTreeSet;
use std::time::Duration;

use api::sense::SenseProxy;
use api::shell::Element;
use futures_util::{FutureExt, StreamExt};
use suite::{Parts, Senses, Suite};
use tokio::time::timeout;

use crate::Stage;
use crate::film::Film;

/// Where the palm rests, at the left and at the right of the picture.
const LEFT: f64 = 225.0;
const RIGHT: f64 = 590.0;
/// Seconds of the film for which it is held up before it is waved, and of a wave.
const HELD: f64 = 1.2;
const WAVED: f64 = 0.6;
/// And for which nobody is seen after it.
const GONE: f64 = 0.4;
/// The way back turns a page only so long after a page the other way.
const AFTER_A_PAGE: f64 = 2.6;
/// A wave that was not seen wholly is waved again, as people do.
const WAVES_MAX: usize = 5;
/// Longest wait for anything here: a wave takes two seconds of a quiet machine.
const PATIENCE: Duration = Duration::from_secs(120);

async fn until_page(suite: &Suite, page: &str) {
    let screen = suite.screen().await.unwrap();
    let there = async |all: &[Element]| {
        all.iter().any(|element| element.name == "page" && element.label.starts_with(page)).then_some(())
    };
    screen.until(&format!("{page} is not shown"), there).await.unwrap();
}

/// Holds the palm up and waves it, until every frame of a wave was looked at.
async fn wave(film: &mut Film, held: f64, from: f64, to: f64) {
    let waved = async {
        for _ in 0..WAVES_MAX {
            film.hold(Some(from), held).await;
            let whole = film.wave(from, to, WAVED).await;
            film.hold(None, GONE).await;
            if whole {
                return;
            }
        }
        panic!("of {WAVES_MAX} waves none was seen wholly");
    };
    timeout(PATIENCE, waved).await.expect("frames are looked at");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_waved_palm_turns_the_page_and_back_and_the_sign_switches_the_camera_off() {
    let (mut film, camera) = Film::new().await;
    let senses = Senses { camera, ..Senses::default() };
    let mut stage = Stage::with(|state| Parts { sense: Some(senses), ..Parts::all(state) }).await;
    film.follow(&stage.suite).await;
    let sense = SenseProxy::new(&stage.suite.connection).await.unwrap();
    stage.suite.touch("board").await.unwrap();
    stage.suite.touch("new-page").await.unwrap();
    until_page(&stage.suite, "Page 2 of 2").await;
    stage.suite.touch("previous-page").await.unwrap();
    until_page(&stage.suite, "Page 1 of 2").await;
    assert!(!sense.watching().await.unwrap(), "nobody has switched it on");
    let mut turns = sense.receive_turn().await.unwrap();
    let mut turned = async || {
        let mut turn = Some(timeout(PATIENCE, turns.next()).await.expect("no palm was seen").unwrap());
        let mut pages = BTreeSet::new();
        // A wave that was not seen wholly may have turned it too, and as far.
        while let Some(one) = turn.take() {
            pages.insert(one.args().unwrap().pages);
            turn = turns.next().now_or_never().flatten();
        }
        pages.into_iter().collect::<Vec<i32>>()
    };
    stage.suite.choose("palm").await.unwrap();
    assert!(sense.watching().await.unwrap());
    // To the left of who waves, as one pushes a page away.
    wave(&mut film, HELD, LEFT, RIGHT).await;
    assert_eq!(turned().await, [1]);
    until_page(&stage.suite, "Page 2 of 2").await;
    wave(&mut film, AFTER_A_PAGE, RIGHT, LEFT).await;
    assert_eq!(turned().await, [-1]);
    until_page(&stage.suite, "Page 1 of 2").await;
    stage.suite.touch("palm").await.unwrap();
    let mut watching = sense.receive_watching_changed().await;
    while sense.watching().await.unwrap() {
        watching.next().await;
    }
    let screen = stage.suite.screen().await.unwrap();
    let dark = async |all: &[Element]| {
        all.iter().any(|element| element.name == "palm" && !element.chosen).then_some(())
    };
    screen.until("the sign stays", dark).await.unwrap();
    stage.end().await;
}
