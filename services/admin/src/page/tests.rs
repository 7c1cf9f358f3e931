//! What the page says, and what it must never let through.
use super::*;
use crate::report::{Service, Task};
use api::admin::{GatewayState, Link, LogLine};
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
fn an_enrolled_unit_has_its_names_on_top() {
    let mut report = report();
    assert!(html(&report, Language::English).contains("<h1>Dais</h1>"));
    report.computer.name = "localhost".to_owned();
    report.names = ["第三中学 <3>", "3B", "3B-panel"].map(str::to_owned);
    let page = html(&report, Language::Chinese);
    assert!(page.contains("<h1>3B-panel</h1>") && page.contains(">第三中学 &lt;3&gt; · 3B</span>"), "{page}");
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

#[test]
fn the_network_and_the_log_are_told_in_words() {
    let mut report = report();
    report.links.push(Link {
        name: "enp1s0".to_owned(),
        kind: 1,
        up: true,
        speed_mbps: 1000,
        addresses: vec!["192.168.1.20/24".to_owned()],
        gateway: "192.168.1.1".to_owned(),
        gateway_state: GatewayState::Silent.to_wire(),
    });
    let (time_ms, unit, text) = (1_700_000_000_000, "dais-kiosk".to_owned(), "no paper".to_owned());
    report.log.push(LogLine { time_ms, unit, level: 4, text });
    let page = html(&report, Language::English);
    for words in
        ["One thing needs a look", "192.168.1.20/24", "does not answer", "no paper", "2023-11-14 22:13:20"]
    {
        assert!(page.contains(words), "{words}: {page}");
    }
    let page = html(&report, Language::Chinese);
    assert!(page.contains("网关没有应答") && page.contains("有线"), "{page}");
}

proptest! {
    #[test]
    fn no_word_of_anybody_becomes_markup(words in ".{0,40}") {
        let mut report = report();
        let nasty = format!("<script>{words}</script>\"'&");
        report.computer.name.clone_from(&nasty);
        let link = Link { name: nasty.clone(), addresses: vec![nasty.clone()], gateway: nasty.clone(), ..Link::default() };
        report.links.push(link);
        let line = LogLine { time_ms: 0, unit: nasty.clone(), level: 3, text: nasty.clone() };
        report.log.push(line);
        report.recognition.clone_from(&nasty);
        report.room.push((nasty.clone(), nasty.clone()));
        report.devices.push(device(DeviceState::Missing, &nasty, &nasty));
        for language in [Language::Chinese, Language::English] {
            let page = html(&report, language);
            prop_assert!(!page.contains("<script"), "{}", page);
        }
    }
}
