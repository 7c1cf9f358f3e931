//! The board's camera and microphone in the running suite: on when somebody switches them on, off with whoever did, and
//! how loud it is comes from a microphone.

use api::sense::SenseProxy;
use futures_util::StreamExt;
use suite::{Parts, Senses};

use crate::Stage;

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
