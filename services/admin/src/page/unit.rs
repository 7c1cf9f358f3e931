//! The page's sections about the computer itself: network, log, what it is and has.

use api::admin::{GatewayState, Link, LinkKind};

use super::{add, section, text};
use crate::report::{Report, is_silent};
use crate::words::{self, Language};

/// An error's level (RFC 5424); what is above is a warning.
const ERROR: u32 = 3;

pub(super) fn network(page: &mut String, report: &Report, language: Language) {
    if report.links.is_empty() {
        return;
    }
    let mut body = String::from("<table>");
    for link in &report.links {
        let (class, state) = match link.up {
            true => ("good", language.pick("已连接", "connected")),
            false => ("soft", language.pick("未连接", "not connected")),
        };
        let kind = match LinkKind::from_wire(link.kind) {
            LinkKind::Wireless => language.pick("无线", "wireless"),
            _ => language.pick("有线", "wired"),
        };
        let name = text(&link.name);
        add(&mut body, format_args!("<tr><td>{name}<div class=\"soft\">{kind}</div></td><td>"));
        add(&mut body, format_args!("<span class=\"{class}\">{state}</span>{}", speed(link)));
        for address in &link.addresses {
            add(&mut body, format_args!("<div>{}</div>", text(address)));
        }
        add(&mut body, format_args!("{}</td></tr>", gateway(link, language)));
    }
    section(page, "network", language.pick("网络", "Network"), &(body + "</table>"));
}

fn speed(link: &Link) -> String {
    match (link.up, link.speed_mbps) {
        (false, _) | (_, 0) => String::new(),
        (true, speed) => format!(" <span class=\"soft\">{speed} Mbit/s</span>"),
    }
}

fn gateway(link: &Link, language: Language) -> String {
    if link.gateway.is_empty() {
        return String::new();
    }
    let (address, word) = (text(&link.gateway), language.pick("网关", "gateway"));
    let state = match GatewayState::from_wire(link.gateway_state) {
        GatewayState::Answers => language.pick("有应答", "answers"),
        GatewayState::Silent => language.pick("没有应答", "does not answer"),
        GatewayState::Unknown => language.pick("尚未联系", "not asked yet"),
    };
    let line = format!("<div>{word} {address} · {state}</div>");
    if !is_silent(link) {
        return line;
    }
    let todo = language.pick(
        "网关没有应答：请检查网线、交换机端口，或询问网络管理员。",
        "The gateway does not answer: check the cable and the switch's port, or ask whoever runs the network.",
    );
    format!("{line}<div class=\"todo\">{todo}</div>")
}

pub(super) fn log(page: &mut String, report: &Report, language: Language) {
    let mut body = String::new();
    if report.log.is_empty() {
        let words = language.pick("没有警告。", "No warnings.");
        add(&mut body, format_args!("<p class=\"soft\">{words}</p>"));
    } else {
        body.push_str("<table class=\"log\">");
        for line in &report.log {
            let (class, level) = match line.level {
                0..=ERROR => ("bad", language.pick("错误", "error")),
                _ => ("warn", language.pick("警告", "warning")),
            };
            let time = if line.time_ms == 0 { String::new() } else { words::time(line.time_ms) };
            add(&mut body, format_args!("<tr><td class=\"{class}\">{level}</td><td class=\"soft\">{time}"));
            add(
                &mut body,
                format_args!("<div>{}</div></td><td>{}</td></tr>", text(&line.unit), text(&line.text)),
            );
        }
        body.push_str("</table>");
    }
    section(page, "log", language.pick("日志", "Log"), &body);
}

pub(super) fn computer(page: &mut String, report: &Report, language: Language) {
    let computer = &report.computer;
    let of = |(all, free): (u64, u64)| match language {
        Language::Chinese => format!("共 {all} MB，可用 {free} MB"),
        Language::English => format!("{free} MB free of {all} MB"),
    };
    let inputs: Vec<String> = computer.video_inputs.iter().map(|name| text(name)).collect();
    let rows = [
        (language.pick("已运行", "running for"), words::duration(language, computer.up_s)),
        (language.pick("负载", "load"), format!("{:.2}", report.load)),
        (language.pick("内存", "memory"), of(computer.memory_mb)),
        (language.pick("存储", "storage"), of(computer.disk_mb)),
        (language.pick("视频输入", "video inputs"), inputs.join(language.pick("，", ", "))),
        (language.pick("系统", "system"), text(&computer.system)),
        (language.pick("内核", "kernel"), text(&computer.kernel)),
    ];
    let mut body = String::from("<table>");
    // What this computer does not tell has no row.
    let told = |value: &String| !value.is_empty() && *value != of((0, 0));
    for (name, value) in rows.into_iter().filter(|(_, value)| told(value)) {
        add(&mut body, format_args!("<tr><td>{name}</td><td>{value}</td></tr>"));
    }
    section(page, "machine", language.pick("本机", "This unit"), &(body + "</table>"));
}
