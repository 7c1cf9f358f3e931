//! The page: what is known of a unit as HTML, without a script and without anything from elsewhere.

use std::fmt::Write;

use api::kiosk::{DeviceState, Standing};

use crate::report::{Report, is_missing};
use crate::words::{self, Language};

mod unit;

/// The page's only style.
pub const STYLE: &str = include_str!("page.css");
/// The browser asks again after so many seconds.
const AGAIN_S: u32 = 10;

/// The whole page.
pub fn html(report: &Report, language: Language) -> String {
    let mut page = String::new();
    let other = language.pick("<a href=\"?lang=en\">English</a>", "<a href=\"?lang=zh\">中文</a>");
    let [school, place, own] = &report.names;
    let known = [own, &report.computer.name].into_iter().find(|name| !name.is_empty());
    let name = text(known.map_or("Dais", String::as_str));
    let place: Vec<String> =
        [school, place].into_iter().filter(|name| !name.is_empty()).map(|name| text(name)).collect();
    let place = if place.is_empty() { "Dais 讲台".to_owned() } else { place.join(" · ") };
    let tag = language.tag();
    let again = format!("{AGAIN_S};url=?lang={}", language.pick("zh", "en"));
    add(
        &mut page,
        format_args!(
            "<!doctype html><html lang=\"{tag}\"><head><meta charset=\"utf-8\">\
             <meta name=\"viewport\" content=\"width=device-width\"><meta http-equiv=\"refresh\" content=\"{again}\">\
             <title>{name} · Dais</title><style>{STYLE}</style></head><body>\
             <header><h1>{name}</h1><span class=\"soft\" id=\"place\">{place}</span><nav>{other}</nav></header><main>"
        ),
    );
    summary(&mut page, report, language);
    services(&mut page, report, language);
    devices(&mut page, report, language);
    room(&mut page, report, language);
    recognition(&mut page, report, language);
    unit::network(&mut page, report, language);
    unit::log(&mut page, report, language);
    unit::computer(&mut page, report, language);
    page.push_str("</main></body></html>\n");
    page
}

fn add(page: &mut String, words: std::fmt::Arguments<'_>) {
    // A String takes everything.
    page.write_fmt(words).unwrap_or_default();
}

/// Text that HTML does not take for markup.
fn text(words: &str) -> String {
    let mut safe = String::with_capacity(words.len());
    for letter in words.chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            letter => safe.push(letter),
        }
    }
    safe
}

fn section(page: &mut String, id: &str, title: &str, body: &str) {
    add(page, format_args!("<section id=\"{id}\"><h2>{}</h2>{body}</section>", text(title)));
}

fn summary(page: &mut String, report: &Report, language: Language) {
    let (class, words) = match (report.troubles(), language) {
        (0, _) => ("sum", language.pick("一切正常", "All is well").to_owned()),
        (count, Language::Chinese) => ("sum bad", format!("有 {count} 处需要查看")),
        (1, Language::English) => ("sum bad", "One thing needs a look".to_owned()),
        (count, Language::English) => ("sum bad", format!("{count} things need a look")),
    };
    add(page, format_args!("<p class=\"{class}\" role=\"status\">{words}</p>"));
}

fn services(page: &mut String, report: &Report, language: Language) {
    let mut body = String::from("<table>");
    for service in &report.services {
        let (class, words) = match &service.version {
            Some(version) => ("good", text(version)),
            None => ("bad", language.pick("没有应答", "does not answer").to_owned()),
        };
        let name = text(words::service(language, service.name));
        add(&mut body, format_args!("<tr><td>{name}</td><td class=\"{class}\">{words}</td></tr>"));
    }
    if report.standing == Some(Standing::Locked) {
        let words = language.pick(
            "账本没有通过检查，收银台已锁定。请让工作人员运行 dais-kiosk books verify。",
            "The ledger failed its checks and the till is locked. Have staff run dais-kiosk books verify.",
        );
        add(&mut body, format_args!("<tr><td colspan=\"2\"><div class=\"todo\">{words}</div></td></tr>"));
    }
    section(page, "services", language.pick("服务", "Services"), &(body + "</table>"));
}

fn devices(page: &mut String, report: &Report, language: Language) {
    if report.devices.is_empty() {
        return;
    }
    let mut body = String::from("<table>");
    for device in &report.devices {
        let class = match DeviceState::from_wire(device.state) {
            DeviceState::Ready => "good",
            _ if is_missing(device) => "bad",
            _ => "soft",
        };
        let name = words::device(language, device.device);
        let state = words::state(language, device.state);
        add(&mut body, format_args!("<tr><td>{name}</td><td><span class=\"{class}\">{state}</span>"));
        let todo = language.pick(&device.zh, &device.en);
        if !todo.is_empty() {
            add(&mut body, format_args!("<div class=\"todo\">{}</div>", text(todo)));
        }
        body.push_str("</td></tr>");
    }
    section(page, "devices", language.pick("收银设备", "The till's devices"), &(body + "</table>"));
}

fn room(page: &mut String, report: &Report, language: Language) {
    if report.room.is_empty() {
        return;
    }
    let mut body = String::new();
    for (chinese, english) in &report.room {
        add(&mut body, format_args!("<div class=\"todo\">{}</div>", text(language.pick(chinese, english))));
    }
    section(page, "room", language.pick("教室摄像头与麦克风", "The room's camera and microphone"), &body);
}

fn recognition(page: &mut String, report: &Report, language: Language) {
    let answered: Vec<_> = report.tasks.iter().filter(|task| task.answered > 0).collect();
    if answered.is_empty() && report.recognition.is_empty() {
        return;
    }
    let mut body = String::new();
    if !report.recognition.is_empty() {
        add(&mut body, format_args!("<div class=\"todo\">{}</div>", text(&report.recognition)));
    }
    if !answered.is_empty() {
        let heads = [
            language.pick("任务", "task"),
            language.pick("已完成", "answered"),
            language.pick("一半不超过", "half within"),
            language.pick("99% 不超过", "99 of 100 within"),
        ];
        let [task, count, half, slow] = heads;
        add(
            &mut body,
            format_args!("<table><tr><th>{task}</th><th class=\"n\">{count}</th><th class=\"n\">{half}</th>"),
        );
        add(&mut body, format_args!("<th class=\"n\">{slow}</th></tr>"));
        for task in answered {
            let cells = [task.median_ms, task.slow_ms].map(|bound| match bound {
                Some(milliseconds) => format!("<td class=\"n\">{milliseconds} ms</td>"),
                None => "<td class=\"n\">–</td>".to_owned(),
            });
            let (name, count, cells) = (text(&task.name), task.answered, cells.concat());
            add(&mut body, format_args!("<tr><td>{name}</td><td class=\"n\">{count}</td>{cells}</tr>"));
        }
        body.push_str("</table>");
    }
    section(page, "recognition", language.pick("识别", "Recognition"), &body);
}

#[cfg(test)]
mod tests;
