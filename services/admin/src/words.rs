//! The page's words, 中文 and English.

use api::kiosk::{Device, DeviceState};

/// Which of the two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    Chinese,
    English,
}

impl Language {
    /// What was asked for by name, else what the browser prefers (RFC 9110, 12.5.4: the first one counts here).
    pub fn of(asked: Option<&str>, accepted: Option<&str>) -> Self {
        match asked {
            Some("zh") => Self::Chinese,
            Some("en") => Self::English,
            _ if accepted.is_some_and(|list| list.trim_start().to_ascii_lowercase().starts_with("zh")) => {
                Self::Chinese
            }
            _ => Self::English,
        }
    }

    /// As HTML names it.
    pub fn tag(self) -> &'static str {
        match self {
            Self::Chinese => "zh-CN",
            Self::English => "en",
        }
    }

    /// One of two.
    pub fn pick<'a>(self, chinese: &'a str, english: &'a str) -> &'a str {
        match self {
            Self::Chinese => chinese,
            Self::English => english,
        }
    }
}

/// What a person calls a service.
pub(crate) fn service(language: Language, name: &str) -> &str {
    match name {
        "org.dais.Shell1" => language.pick("屏幕", "Screen"),
        "org.dais.Kiosk1" => language.pick("收银", "Till"),
        "org.dais.Inference1" => language.pick("识别", "Recognition"),
        "org.dais.Sense1" => language.pick("摄像头与麦克风", "Camera and microphone"),
        other => other,
    }
}

pub(crate) fn device(language: Language, device: u32) -> &'static str {
    match Device::from_wire(device) {
        Device::Camera => language.pick("扫码摄像头", "Code camera"),
        Device::CardReader => language.pick("读卡器", "Card reader"),
        Device::Scanner => language.pick("扫码枪", "Scanner gun"),
        Device::Printer => language.pick("小票打印机", "Receipt printer"),
        Device::Light => language.pick("指示灯", "Customer light"),
        Device::Buzzer => language.pick("蜂鸣器", "Buzzer"),
        Device::Unknown => language.pick("其他设备", "Another device"),
    }
}

pub(crate) fn state(language: Language, state: u32) -> &'static str {
    match DeviceState::from_wire(state) {
        DeviceState::Ready => language.pick("正常", "works"),
        DeviceState::Missing => language.pick("不可用", "does not work"),
        DeviceState::Absent => language.pick("未配置", "none"),
        DeviceState::Unknown => language.pick("未知", "not known"),
    }
}

/// How long, in the two largest units.
pub(crate) fn duration(language: Language, seconds: u64) -> String {
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3600 % 24, seconds / 60 % 60);
    match (language, days, hours) {
        (Language::Chinese, 0, 0) => format!("{minutes} 分钟"),
        (Language::Chinese, 0, _) => format!("{hours} 小时 {minutes} 分钟"),
        (Language::Chinese, ..) => format!("{days} 天 {hours} 小时"),
        (Language::English, 0, 0) => format!("{minutes} min"),
        (Language::English, 0, _) => format!("{hours} h {minutes} min"),
        (Language::English, 1, _) => format!("1 day {hours} h"),
        (Language::English, ..) => format!("{days} days {hours} h"),
    }
}

/// Of the world, as the page's readers are in many places: `2026-01-31 12:31:05 UTC`.
pub(crate) fn time(at_ms: u64) -> String {
    let seconds = at_ms / 1000;
    let (hours, minutes, second) = (seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
    format!("{} {hours:02}:{minutes:02}:{second:02} UTC", day(seconds / 86_400))
}

/// A day by its number since 1970. Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", `civil_from_days`.
fn day(number: u64) -> String {
    let days = number + 719_468;
    let (era, of_era) = (days / 146_097, days % 146_097);
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let shifted = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    format!("{:04}-{month:02}-{day:02}", year + era * 400 + u64::from(month <= 2))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_language_is_what_was_asked_or_what_the_browser_prefers() {
        assert_eq!(Language::of(Some("zh"), Some("en-GB")), Language::Chinese);
        assert_eq!(Language::of(None, Some("zh-CN,zh;q=0.9,en;q=0.8")), Language::Chinese);
        assert_eq!(Language::of(Some("en"), Some("zh-CN")), Language::English);
        assert_eq!(Language::of(Some("fr"), None), Language::English);
    }

    #[test]
    fn every_device_and_state_has_words_in_both() {
        for language in [Language::Chinese, Language::English] {
            let devices: Vec<_> = Device::ALL.iter().map(|it| device(language, it.to_wire())).collect();
            let states: Vec<_> = DeviceState::ALL.iter().map(|it| state(language, it.to_wire())).collect();
            for words in [devices, states] {
                let mut once = words.clone();
                once.sort_unstable();
                once.dedup();
                assert_eq!(once.len(), words.len(), "{words:?}");
            }
        }
        assert_eq!(duration(Language::English, 93_600), "1 day 2 h");
        assert_eq!(duration(Language::Chinese, 3_720), "1 小时 2 分钟");
        assert_eq!(time(1_709_164_799_000), "2024-02-28 23:59:59 UTC");
    }
}
