//! `dais-kiosk --check`: what was looked at and found good, and what only a start finds out.

use std::path::Path;

use kiosk::config::Config;
use kiosk::till::Menu;

/// Looks at the configuration and every file it names; one line for whoever asked.
///
/// # Errors
/// In words that name the line or the file.
pub(crate) fn run(file: &Path, config: &Config) -> anyhow::Result<String> {
    let menu = config.check()?;
    Ok(said(file, config, &menu))
}

fn said(file: &Path, config: &Config, menu: &Menu) -> String {
    let channels = [
        ("Alipay", config.alipay.is_some()),
        ("WeChat Pay", config.wechat.is_some()),
        ("UnionPay", config.unionpay.is_some()),
        ("campus cards", config.campus.is_some()),
        ("the card terminal", config.terminal.is_some()),
    ];
    let devices = [
        ("camera", is_on(&config.camera)),
        ("scanner", is_on(&config.scanner)),
        ("card reader", config.reader.is_some()),
        ("printer", is_on(&config.printer)),
        ("light", is_on(&config.light)),
        ("buzzer", is_on(&config.buzzer)),
    ];
    let dishes = format!("menu of {} dishes in {}", menu.dishes.len(), menu.currency);
    let files = [
        (dishes.as_str(), true),
        ("offers", is_on(&config.promotion)),
        ("risk rules", is_on(&config.risk)),
        ("time sold", is_on(&config.session)),
    ];
    format!(
        "{} is good, with its {}; pays by {}; at the counter: {}. Keys, and whether they are there and \
         answer, are looked at when it starts",
        file.display(),
        listed(&files),
        listed(&channels),
        listed(&devices),
    )
}

fn is_on(line: &str) -> bool {
    line != "off"
}

/// The names of those that there are.
fn listed(parts: &[(&str, bool)]) -> String {
    let names: Vec<&str> = parts.iter().filter(|(_, there)| *there).map(|(name, _)| *name).collect();
    match names.split_last() {
        None => "nothing".to_owned(),
        Some((last, [])) => (*last).to_owned(),
        Some((last, others)) => format!("{} and {last}", others.join(", ")),
    }
}
