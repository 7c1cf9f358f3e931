//! A palm waved before the camera turns the page of the running shell, which shows that the camera is on; and how loud
//! it is comes from a microphone.

use std::f32::consts::PI;
use std::path::Path;

use api::sense::SenseProxy;
use futures_util::StreamExt;
use image::imageops::FilterType;
use image::{RgbImage, RgbaImage, imageops};
use suite::{Parts, Senses, Suite, source_tree};

use crate::Stage;

/// A palm among the pictures that the assets bring.
const PALM: &str = "pictures/1f590-1f3fb.webp";
/// The film: as a camera would send it.
const SIZE: (u32, u32) = (1280, 720);
/// Frames a second.
const RATE: u16 = 15;
/// Seconds in which the palm is held up, waved, and gone.
const HELD: f32 = 1.2;
/// See [`HELD`].
const WAVED: f32 = 0.6;
/// See [`HELD`].
const GONE: f32 = 2.4;

/// A palm that is held up at the left of a room and goes right: to the left of who waves it, so to the next page.
fn film(folder: &Path) -> String {
    let palm = image::open(source_tree().join("assets/fetched").join(PALM))
        .expect("run `cargo xtask assets` first")
        .into_rgba8();
    let palm: RgbaImage = imageops::resize(&palm, 220, 220, FilterType::Triangle);
    let frames = ((HELD + WAVED + GONE) * f32::from(RATE)) as u16;
    for frame in 0..frames {
        let at = f32::from(frame) / f32::from(RATE);
        let mut scene = RgbImage::from_fn(SIZE.0, SIZE.1, |x, y| {
            let light = 150 + (x / 32) as u8;
            if (200..1000).contains(&x) && (60..330).contains(&y) {
                image::Rgb([38, 70, 58])
            } else {
                image::Rgb([light, light, light - 15])
            }
        });
        if at < HELD + WAVED {
            let part = ((at - HELD) / WAVED).clamp(0.0, 1.0);
            let x = 300.0 + 480.0 * (0.5 - 0.5 * (PI * part).cos());
            let mut drawn = image::DynamicImage::from(scene).into_rgba8();
            imageops::overlay(&mut drawn, &palm, x as i64, 260);
            scene = image::DynamicImage::from(drawn).into_rgb8();
        }
        scene.save(folder.join(format!("{frame:03}.jpg"))).unwrap();
    }
    let place = folder.join("%03d.jpg");
    format!(
        "gst: multifilesrc location={} stop-index={} loop=true caps=image/jpeg,framerate={RATE}/1 \
         ! jpegparse ! identity sync=true",
        place.display(),
        frames - 1
    )
}

async fn until_page(suite: &Suite, page: &str) {
    let screen = suite.screen().await.unwrap();
    let there = async |all: &[api::shell::Element]| {
        all.iter().any(|element| element.name == "page" && element.label.starts_with(page)).then_some(())
    };
    screen.until(&format!("{page} is not shown"), there).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_waved_palm_turns_the_page_and_the_sign_switches_the_camera_off() {
    let folder = tempfile::tempdir().unwrap();
    let camera = film(folder.path());
    let senses = Senses { camera, ..Senses::default() };
    let mut stage = Stage::with(|state| Parts { sense: Some(senses), ..Parts::all(state) }).await;
    let sense = SenseProxy::new(&stage.suite.connection).await.unwrap();
    stage.suite.touch("board").await.unwrap();
    for (button, page) in [
        ("new-page", "Page 2"),
        ("new-page", "Page 3"),
        ("previous-page", "Page 2"),
        ("previous-page", "Page 1"),
    ] {
        stage.suite.touch(button).await.unwrap();
        until_page(&stage.suite, page).await;
    }
    assert!(!sense.watching().await.unwrap(), "nobody has switched it on");
    let mut turns = sense.receive_turn().await.unwrap();
    stage.suite.choose("palm").await.unwrap();
    assert!(sense.watching().await.unwrap());
    let turned = tokio::time::timeout(std::time::Duration::from_secs(120), turns.next()).await;
    assert_eq!(turned.expect("no palm was seen").unwrap().args().unwrap().pages, 1);
    until_page(&stage.suite, "Page 2").await;
    stage.suite.touch("palm").await.unwrap();
    let mut watching = sense.receive_watching_changed().await;
    while sense.watching().await.unwrap() {
        watching.next().await;
    }
    let screen = stage.suite.screen().await.unwrap();
    let dark = async |all: &[api::shell::Element]| {
        all.iter().any(|element| element.name == "palm" && !element.chosen).then_some(())
    };
    screen.until("the sign stays", dark).await.unwrap();
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn leaving_the_board_and_a_shell_that_dies_switch_the_camera_off() {
    let senses = Senses {
        camera: "gst: videotestsrc is-live=true".to_owned(),
        microphone: "gst: audiotestsrc is-live=true volume=0.1".to_owned(),
    };
    let mut stage = Stage::with(|state| Parts { sense: Some(senses), ..Parts::all(state) }).await;
    let sense = SenseProxy::new(&stage.suite.connection).await.unwrap();
    let until = async |on: bool| {
        let mut watching = sense.receive_watching_changed().await;
        while sense.watching().await.unwrap() != on {
            watching.next().await;
        }
    };
    stage.suite.touch("board").await.unwrap();
    stage.suite.choose("palm").await.unwrap();
    until(true).await;
    stage.suite.touch("home").await.unwrap();
    until(false).await;
    stage.suite.touch("board").await.unwrap();
    stage.suite.choose("palm").await.unwrap();
    until(true).await;
    stage.suite.shell.take().unwrap().kill().await.unwrap();
    until(false).await;
    // A test's own hold on the microphone: real recognition hears the tone.
    let mut levels = sense.receive_noise_level_changed().await;
    sense.listen(true).await.unwrap();
    let level = async {
        while let Some(level) = levels.next().await {
            let level = level.get().await.unwrap();
            if level > api::sense::SILENCE_DBFS {
                return level;
            }
        }
        panic!("nothing was heard");
    };
    let level = tokio::time::timeout(std::time::Duration::from_secs(60), level).await.unwrap();
    // A sine of 440 Hz, a tenth of full scale: -20 dBFS, and A-weighting takes 4.8 dB off it.
    assert!((-27.0..=-22.0).contains(&level), "{level}");
    stage.end().await;
}
