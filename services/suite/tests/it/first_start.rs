//! A unit's first start on a running suite, through touches: an enrolment on a stick makes it a school's, a forged one
//! does not, and what a power cut interrupts goes on where it was.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use api::admin::{FirstStep, SetupProxy};
use futures_util::StreamExt;
use suite::{Parts, Screen};

use crate::Stage;

/// A file written, on a loaded two-core machine.
const STEP_MAX: Duration = Duration::from_secs(60);
const ENROLMENT: &str = r#"schema = 1
school = "第三中学"
room = "3B"
unit = "3B-panel"
language = "zh"
timetable = """
[[lesson]]
days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
from = "00:00"
to = "23:59"
title = "数学"
title_en = "Maths"
"""
"#;

fn new_unit(state: PathBuf) -> Parts {
    Parts { first_start: true, inference: false, sense: None, ..Parts::all(state) }
}

/// The school's office: a key and a signed enrolment; answers the key's fingerprint and the text.
fn office(folder: &Path) -> (String, String) {
    let run = |words: &[&str]| {
        let program = suite::programs().unwrap().join("dais-admin");
        let output = Command::new(program).arg("enrol").args(words).current_dir(folder).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    std::fs::write(folder.join("unit.toml"), ENROLMENT).unwrap();
    let fingerprint = run(&["key", "school.key"]).trim_start_matches("fingerprint").trim().to_owned();
    (fingerprint, run(&["make", "school.key", "unit.toml"]))
}

/// Waits until what comes next of the first start is nothing.
async fn until_ended(setup: &SetupProxy<'_>) {
    let mut changes = setup.receive_first_step_changed().await;
    let ended = async {
        while let Some(change) = changes.next().await {
            if change.get().await.unwrap() == FirstStep::Ended.to_wire() {
                return;
            }
        }
    };
    tokio::time::timeout(STEP_MAX, ended).await.expect("the first start is not over");
}

/// Waits for something with this name whose words hold these.
async fn says(screen: &Screen, name: &str, words: &str) {
    let there = async |all: &[api::shell::Element]| {
        all.iter().any(|one| one.name == name && one.label.contains(words)).then_some(())
    };
    screen.until(&format!("{name} does not say {words:?}"), there).await.unwrap();
}

/// To the page of enrolments, with nothing settled on the way.
async fn go_to_enrolment(stage: &mut Stage, screen: &Screen) {
    screen.find("first-language-en").await.unwrap();
    for next in ["zone-Asia/Shanghai", "first-cable", "enrolment-file"] {
        stage.suite.touch("first-next").await.unwrap();
        // A cable and the words about a stick are looked at, not touched.
        screen
            .until(&format!("no {next}"), async |all| all.iter().any(|one| one.name == next).then_some(()))
            .await
            .unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_enrolment_on_a_stick_makes_a_new_unit_the_schools() {
    let mut stage = Stage::with(new_unit).await;
    let screen = stage.suite.screen().await.unwrap();
    let (fingerprint, artefact) = office(stage.state.path());
    // Each language in its own words, whichever is on; the other one is chosen, and the enrolment will settle it.
    stage.suite.touch("first-language-zh").await.unwrap();
    says(&screen, "first-next", "继续").await;
    stage.suite.touch("first-language-en").await.unwrap();
    says(&screen, "first-next", "Go on").await;
    go_to_enrolment(&mut stage, &screen).await;
    std::fs::write(stage.state.path().join("inbox/3b.enrol"), artefact).unwrap();
    says(&screen, "offer-school", "第三中学").await;
    says(&screen, "offer-fingerprint", &fingerprint).await;
    says(&screen, "part-7", "7 lessons a week").await;
    says(&screen, "first-next", "Agree").await;
    let setup = SetupProxy::new(&stage.suite.connection).await.unwrap();
    assert_eq!(setup.enrolled().await.unwrap().school, "", "nobody has agreed yet");
    stage.suite.touch("first-next").await.unwrap();
    says(&screen, "done-school", "第三中学").await;
    stage.suite.touch("first-next").await.unwrap();
    says(&screen, "home-place", "第三中学 · 3B").await;
    says(&screen, "settings", "设置").await;
    says(&screen, "lesson-0", "数学").await;
    // What is over does not begin again, and the names are there before the admin service is.
    until_ended(&setup).await;
    stage.suite.shell.take().unwrap().stop().await.unwrap();
    stage.suite.admin.take().unwrap().stop().await.unwrap();
    stage.suite.start_shell().await.unwrap();
    let screen = stage.suite.screen().await.unwrap();
    screen.find("board").await.unwrap();
    says(&screen, "home-place", "第三中学 · 3B").await;
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forged_enrolment_is_refused_and_the_unit_can_be_used_all_the_same() {
    let mut stage = Stage::with(new_unit).await;
    let screen = stage.suite.screen().await.unwrap();
    let (_fingerprint, artefact) = office(stage.state.path());
    let forged = artefact.replace("3B-panel", "4C-panel");
    std::fs::write(stage.state.path().join("inbox/3b.enrol"), forged).unwrap();
    go_to_enrolment(&mut stage, &screen).await;
    says(&screen, "first-told", "The signature does not fit").await;
    // The power fails here: it goes on here, and the stick is looked at again.
    for part in [stage.suite.shell.take(), stage.suite.admin.take()].into_iter().flatten() {
        part.kill().await.unwrap();
    }
    stage.suite.start_admin().await.unwrap();
    stage.suite.start_shell().await.unwrap();
    let screen = stage.suite.screen().await.unwrap();
    says(&screen, "first-told", "The signature does not fit").await;
    says(&screen, "first-next", "Without enrolment").await;
    stage.suite.touch("first-next").await.unwrap();
    says(&screen, "first-next", "Start").await;
    stage.suite.touch("first-next").await.unwrap();
    screen.find("board").await.unwrap();
    let setup = SetupProxy::new(&stage.suite.connection).await.unwrap();
    assert_eq!(setup.enrolled().await.unwrap(), api::admin::Enrolled::default());
    until_ended(&setup).await;
    // It belongs to nobody, so whoever stands there may set it up after all; and a lesson waits for none of it.
    stage.suite.touch("setup").await.unwrap();
    screen.find("first-language-zh").await.unwrap();
    stage.suite.touch("first-later").await.unwrap();
    stage.suite.touch("board").await.unwrap();
    screen.find("pen-1").await.unwrap();
    stage.end().await;
}
