//! A circled sum: its signs can be touched and read otherwise, and what it then comes to follows on the board; and where
//! nobody is sure of it, nothing is written before somebody has said what is meant.

use api::shell::Element;

use crate::Stage;
use crate::recognition::{read_left, written_and_circled};

/// What the chips of a kind say, in their order, without the word before.
fn chips(all: &[Element], kind: &str, before: &str) -> Vec<String> {
    let named = |at: usize| all.iter().find(|e| e.name == format!("{kind}-{at}-1"));
    (0..).map_while(named).map(|chip| chip.label.replace(before, "")).collect()
}

/// Waits until chips of a kind are there and still.
async fn until_chips(stage: &Stage, kind: &str, before: &str) -> Vec<String> {
    let screen = stage.suite.screen().await.unwrap();
    screen.find(&format!("{kind}-0-1")).await.unwrap();
    screen.still().await.unwrap();
    chips(&screen.shell().elements().await.unwrap(), kind, before)
}

/// Puts the chips away and reads what is on the board.
async fn read_board(stage: &mut Stage) -> String {
    stage.suite.touch("close-choices-1").await.unwrap();
    let screen = stage.suite.screen().await.unwrap();
    let away = async |all: &[Element]| (!all.iter().any(|e| e.name == "close-choices-1")).then_some(());
    screen.until("the chips stay", away).await.unwrap();
    let picture = screen.still().await.unwrap();
    read_left(&stage.suite, &picture).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_of_a_sum_is_read_otherwise_and_its_value_follows() {
    let mut stage = Stage::all().await;
    written_and_circled(&mut stage, "11+1=").await;
    stage.suite.touch("work-out-1").await.unwrap();
    assert_eq!(until_chips(&stage, "word", "Change ").await, ["1", "1", "+", "1", "="]);
    // The last digit was a seven.
    stage.suite.touch("word-3-1").await.unwrap();
    let choices = until_chips(&stage, "choice", "Use ").await;
    let seven = choices.iter().position(|choice| choice == "7").expect("a one may be a seven");
    stage.suite.touch(&format!("choice-{seven}-1")).await.unwrap();
    let screen = stage.suite.screen().await.unwrap();
    let taken = async |all: &[Element]| {
        all.iter().any(|e| e.name == "word-3-1" && e.label == "Change 7").then_some(())
    };
    screen.until("the sign stays what it was", taken).await.unwrap();
    let read = read_board(&mut stage).await;
    assert!(read.ends_with("18"), "{read}");
    stage.end().await;
}

/// Touches one of the readings of the whole sum and waits until it is no longer offered.
async fn choose(stage: &mut Stage, reading: &str) {
    let choices = until_chips(stage, "choice", "Use ").await;
    let at = choices.iter().position(|choice| choice == reading);
    let at = at.unwrap_or_else(|| panic!("{reading} is not among {choices:?}"));
    stage.suite.touch(&format!("choice-{at}-1")).await.unwrap();
    let screen = stage.suite.screen().await.unwrap();
    let taken = async |all: &[Element]| {
        (!chips(all, "choice", "Use ").iter().any(|choice| choice == reading)).then_some(())
    };
    screen.until("the reading is still offered", taken).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn where_nobody_is_sure_nothing_is_written_before_a_reading_is_touched() {
    let mut stage = Stage::all().await;
    // A one with a foot: a ten, or letters.
    written_and_circled(&mut stage, "LO+1=").await;
    stage.suite.touch("work-out-1").await.unwrap();
    until_chips(&stage, "choice", "Use ").await;
    // The bar goes when something is written.
    let screen = stage.suite.screen().await.unwrap();
    screen.find("cancel-1").await.unwrap();
    choose(&mut stage, "10+1 = 11").await;
    let written = async |all: &[Element]| (!all.iter().any(|e| e.name == "cancel-1")).then_some(());
    screen.until("no value landed", written).await.unwrap();
    // Another reading takes its place.
    choose(&mut stage, "10+7 = 17").await;
    let read = read_board(&mut stage).await;
    assert!(read.ends_with("17") && !read.contains("11"), "{read}");
    stage.end().await;
}
