//! The same for Prometheus (text exposition format 0.0.4).

use std::fmt::Write;

use api::kiosk::{Device, DeviceState, Standing};

use crate::report::Report;

/// The type of the answer.
pub const CONTENT_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// All metrics.
pub fn text(report: &Report) -> String {
    let mut out = String::new();
    let mut family = |name: &str, help: &str, kind: &str, rows: Vec<(String, String)>| {
        if rows.is_empty() {
            return;
        }
        // A String takes everything.
        write!(out, "# HELP {name} {help}\n# TYPE {name} {kind}\n").unwrap_or_default();
        for (labels, value) in rows {
            writeln!(out, "{name}{labels} {value}").unwrap_or_default();
        }
    };
    let up = |service: &crate::report::Service| {
        (format!("{{service=\"{}\"}}", service.name), u8::from(service.version.is_some()).to_string())
    };
    family(
        "dais_service_up",
        "Whether a service answers.",
        "gauge",
        report.services.iter().map(up).collect(),
    );
    let device = |device: &api::devices::DeviceHealth| {
        let ready = DeviceState::from_wire(device.state) == DeviceState::Ready;
        let configured = DeviceState::from_wire(device.state) != DeviceState::Absent;
        let name = format!("{:?}", Device::from_wire(device.device)).to_lowercase();
        configured.then(|| (format!("{{device=\"{name}\"}}"), u8::from(ready).to_string()))
    };
    family(
        "dais_device_ready",
        "Whether a device of the till works.",
        "gauge",
        report.devices.iter().filter_map(device).collect(),
    );
    let locked = report.standing.map(|standing| u8::from(standing == Standing::Locked).to_string());
    family(
        "dais_till_locked",
        "Whether the ledger failed its checks.",
        "gauge",
        locked.into_iter().map(|value| (String::new(), value)).collect(),
    );
    let link = |link: &api::admin::Link| {
        (format!("{{link=\"{}\"}}", label(&link.name)), u8::from(link.up).to_string())
    };
    let links = report.links.iter().map(link).collect();
    family("dais_link_up", "Whether a network interface is connected.", "gauge", links);
    let answered = report
        .tasks
        .iter()
        .map(|task| (format!("{{task=\"{}\"}}", label(&task.name)), task.answered.to_string()))
        .collect();
    family("dais_recognition_answered_total", "Requests that were answered.", "counter", answered);
    let machine = &report.computer;
    let one = |value: String| vec![(String::new(), value)];
    family("dais_up_seconds", "Since the unit was switched on.", "gauge", one(machine.up_s.to_string()));
    family("dais_load", "Load over five minutes.", "gauge", one(report.load.to_string()));
    let bytes = |megabytes: u64| one(megabytes.saturating_mul(1024 * 1024).to_string());
    family("dais_memory_available_bytes", "Memory that is free.", "gauge", bytes(machine.memory_mb.1));
    family("dais_storage_available_bytes", "Storage that is free.", "gauge", bytes(machine.disk_mb.1));
    family(
        "dais_troubles",
        "Things that a person should look at.",
        "gauge",
        one(report.troubles().to_string()),
    );
    out
}

fn label(words: &str) -> String {
    words.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::{Service, Task};

    #[test]
    fn every_line_is_a_comment_or_a_number() {
        let report = Report {
            services: vec![Service { name: "org.dais.Kiosk1", version: None }],
            tasks: vec![Task { name: "a\"b\n".to_owned(), answered: 3, median_ms: None, slow_ms: None }],
            standing: Some(Standing::Open),
            ..Report::default()
        };
        let text = text(&report);
        assert!(text.contains("dais_service_up{service=\"org.dais.Kiosk1\"} 0\n"), "{text}");
        assert!(text.contains("dais_recognition_answered_total{task=\"a\\\"b\\n\"} 3\n"), "{text}");
        assert!(text.contains("dais_till_locked 0\n") && text.contains("dais_troubles 1\n"), "{text}");
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            let value = line.rsplit(' ').next().unwrap();
            assert!(value.parse::<f64>().is_ok(), "{line}");
        }
    }
}
