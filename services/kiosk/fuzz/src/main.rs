//! One libFuzzer program for all targets: `DAIS_FUZZ_TARGET` names the one to run, so that they share one build.
#![no_main]

mod panel;

use std::sync::LazyLock;

use kiosk::fuzz::{TARGETS, Target};
use libfuzzer_sys::fuzz_target;

/// Parsers of the sandbox and of the shell's drivers, which are public anyway and which the kiosk may not know.
const ELSEWHERE: &[Target] = &[
    Target { name: "sandbox_form", run: form },
    Target { name: "sandbox_authorization", run: authorization },
    Target { name: "touch_recording", run: panel::recording },
    Target { name: "touch_events", run: panel::events },
    Target { name: "capture_samples", run: panel::samples },
];

fn form(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let Some(pairs) = sandbox::alipay::canon::pairs(text) else { return };
    let decoded: usize = pairs.iter().map(|(name, value)| name.len() + value.len()).sum();
    assert!(decoded <= text.len(), "decoding makes nothing longer");
}

fn authorization(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let Some(fields) = sandbox::wechat::canon::authorization(text) else { return };
    assert!(fields.values().all(|value| text.contains(value)));
}

static CHOSEN: LazyLock<Target> = LazyLock::new(|| {
    let name = std::env::var("DAIS_FUZZ_TARGET").unwrap_or_default();
    let found = TARGETS.iter().chain(ELSEWHERE).find(|target| target.name == name);
    *found.unwrap_or_else(|| panic!("DAIS_FUZZ_TARGET={name} is no target; `cargo xtask fuzz` sets it"))
});

fuzz_target!(|bytes: &[u8]| (CHOSEN.run)(bytes));
