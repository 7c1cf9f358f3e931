//! What the page says, and what it must never let through.
use super::*;
use crate::report::{Service, Task};
use api::devices::DeviceHealth;
use proptest::prelude::*;

fn device(state: DeviceState, zh: &str, en: &str) -> DeviceHealth {
    DeviceHealth {
        device: api::kiosk::Device::Printer.to_wire(),
        state: state.to_wire(),
        why: 0,
        since_ms: 0,
        ready: 1,
        lost: 0,
        zh: zh.to_owned(),
        en: en.to_owned(),
    }
}

fn report() -> Report {
    let services = vec![Service { name: "org.dais.Kiosk1", version: Some("0.1.0".to_owned()) }];
    let tasks = vec![Task { name: "text".to_owned(), answered: 7, median_ms: Some(10), slow_ms: None }];
    Report { services, tasks, ..Report::default() }
}

#[test]
fn what_is_well_is_told_in_one_sentence() {
    let page = html(&report(), Language::English);
    assert!(page.contains("All is well") && page.contains("Till") && page.contains("10 ms"), "{page}");
    assert!(html(&report(), Language::Chinese).contains("一切正常"));
}

#[test]
fn what_needs_a_look_is_counted_and_says_what_to_do() {
    let mut report = report();
    report.services.push(Service { name: "org.dais.Shell1", version: None });
    report.devices.push(device(DeviceState::Missing, "请装纸", "Put in a roll of paper."));
    report.devices.push(device(DeviceState::Absent, "", ""));
    let page = html(&report, Language::English);
    assert!(page.contains("2 things need a look") && page.contains("Put in a roll of paper."), "{page}");
    let page = html(&report, Language::Chinese);
    assert!(page.contains("有 2 处需要查看") && page.contains("请装纸"), "{page}");
}

proptest! {
    #[test]
    fn no_word_of_anybody_becomes_markup(words in ".{0,40}") {
        let mut report = report();
        let nasty = format!("<script>{words}</script>\"'&");
        report.machine.name.clone_from(&nasty);
        report.recognition.clone_from(&nasty);
        report.room.push((nasty.clone(), nasty.clone()));
        report.devices.push(device(DeviceState::Missing, &nasty, &nasty));
        for language in [Language::Chinese, Language::English] {
            let page = html(&report, language);
            prop_assert!(!page.contains("<script"), "{}", page);
        }
    }
}
