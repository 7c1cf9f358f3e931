//! What was written and made text is found again from another page, by keys or by hand, also without the service.

use api::shell::Element;
use suite::writing;

use crate::Stage;
use crate::recognition::circled;

/// The page that the dock tells.
async fn until_page(stage: &Stage, wanted: &str) {
    let screen = stage.suite.screen().await.unwrap();
    let there =
        async |all: &[Element]| all.iter().any(|e| e.name == "page" && e.label == wanted).then_some(());
    screen.until(wanted, there).await.unwrap();
}

/// Types into the panel for finding.
async fn type_question(stage: &mut Stage, question: &str) {
    stage.suite.touch("find").await.unwrap();
    stage.suite.choose("by-keys").await.unwrap();
    for letter in question.chars() {
        stage.suite.touch(&format!("key-{letter}-find")).await.unwrap();
    }
}

/// The first page found, once the question is answered to its end, in the panel whose names end so.
async fn first_hit_in(stage: &Stage, panel: &str, answered: &str) -> Element {
    let screen = stage.suite.screen().await.unwrap();
    let (told, hit) = (format!("finding{panel}"), format!("hit-0{panel}"));
    let found = async |all: &[Element]| {
        let whole = all.iter().any(|e| e.name == told && e.label.contains(answered));
        all.iter().find(|e| e.name == hit && whole).cloned()
    };
    screen.until("no page was found", found).await.unwrap()
}

async fn first_hit(stage: &Stage, answered: &str) -> Element {
    first_hit_in(stage, "", answered).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_is_found_by_what_was_made_text_on_it() {
    let mut stage = Stage::all().await;
    circled(&mut stage).await;
    stage.suite.touch("to-text-1").await.unwrap();
    let screen = stage.suite.screen().await.unwrap();
    let landed = async |all: &[Element]| (!all.iter().any(|e| e.name == "cancel-1")).then_some(());
    screen.until("the text never landed", landed).await.unwrap();
    stage.suite.touch("new-page").await.unwrap();
    until_page(&stage, "Page 2 of 2").await;
    type_question(&mut stage, "hello").await;
    let hit = first_hit(&stage, "Touch a page").await;
    assert!(hit.label.starts_with("Page 1, just now") && hit.label.contains("HELLO"), "{hit:?}");
    stage.suite.touch("hit-0").await.unwrap();
    until_page(&stage, "Page 1 of 2").await;
    // Without the service the very words are still found.
    stage.suite.inference.take().unwrap().stop().await.unwrap();
    stage.suite.touch("next-page").await.unwrap();
    until_page(&stage, "Page 2 of 2").await;
    type_question(&mut stage, "ello").await;
    first_hit(&stage, "Understanding is away").await;
    // Beside the board's own file lies the index, whole: it outlives the shell.
    let index = stage.suite.parts.state.join("shell/board/search.index");
    assert!(index.is_file(), "{}", index.display());
    stage.suite.touch("close-finder").await.unwrap();
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn handwriting_is_found_without_being_made_text() {
    let mut stage = Stage::all().await;
    circled(&mut stage).await;
    stage.suite.touch("cancel-1").await.unwrap();
    stage.suite.touch("new-page").await.unwrap();
    until_page(&stage, "Page 2 of 2").await;
    type_question(&mut stage, "hello").await;
    // The page is read because somebody looks for something; what is found comes by itself.
    let hit = first_hit(&stage, "Touch a page").await;
    assert!(hit.label.starts_with("Page 1, just now") && hit.label.contains("HELLO"), "{hit:?}");
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_circled_on_the_board_is_a_question_too() {
    let mut stage = Stage::all().await;
    circled(&mut stage).await;
    let screen = stage.suite.screen().await.unwrap();
    screen.find("find-1").await.unwrap();
    stage.suite.touch("find-1").await.unwrap();
    // The ink is still on the board, and is what is found, at the side of who circled it.
    let hit = first_hit_in(&stage, "-left", "Touch a page").await;
    assert!(hit.label.starts_with("Page 1, just now") && hit.label.contains("HELLO"), "{hit:?}");
    stage.suite.touch("close-finder-left").await.unwrap();
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_is_written_by_hand_into_the_panel() {
    let mut stage = Stage::all().await;
    stage.suite.touch("board").await.unwrap();
    stage.suite.touch("find").await.unwrap();
    let screen = stage.suite.screen().await.unwrap();
    screen.find("pad").await.unwrap();
    // It lies where it is seen once it has been drawn.
    screen.still().await.unwrap();
    let pad = screen.find("pad").await.unwrap();
    let (x, y, height) = (f64::from(pad.x), f64::from(pad.y), f64::from(pad.height));
    for stroke in writing::strokes("HELLO", x + height * 0.3, y + height * 0.2, height * 0.5) {
        stage.suite.fingers.play(&[stroke]).await.unwrap();
    }
    let asked = async |all: &[Element]| {
        all.iter().any(|e| e.name == "finding" && e.label.starts_with("Nothing found")).then_some(())
    };
    screen.until("what was written is no question", asked).await.unwrap();
    stage.end().await;
}
