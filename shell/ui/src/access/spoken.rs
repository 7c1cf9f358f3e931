//! What is said of an element: its label, what it is, how it stands, in the words of a language.

use i_slint_backend_testing::{AccessibleRole, ElementHandle};

use super::amount;

/// What [`Words`](screens) tell when some of them have no room; it is nothing to say.
pub(super) const CUT: char = '…';

/// What an element tells about itself.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Heard {
    /// Its label.
    pub label: String,
    /// Its value, where it has one.
    pub value: String,
    /// More about it.
    pub more: String,
    /// What it is.
    pub role: Option<AccessibleRole>,
    /// Chosen, or on.
    pub chosen: bool,
    /// Something can be done with it.
    pub enabled: bool,
}

impl Heard {
    /// Asks an element.
    pub fn of(element: &ElementHandle) -> Self {
        Self {
            label: element.accessible_label().unwrap_or_default().into(),
            value: element.accessible_value().unwrap_or_default().into(),
            more: element.accessible_description().unwrap_or_default().into(),
            role: element.accessible_role(),
            chosen: element.accessible_checked().unwrap_or(false),
            enabled: element.accessible_enabled().unwrap_or(true),
        }
    }
}

/// What is said of an element.
pub fn spoken(element: &ElementHandle, chinese: bool) -> String {
    written(&Heard::of(element), chinese)
}

/// The same of what it tells.
pub fn written(heard: &Heard, chinese: bool) -> String {
    use AccessibleRole as R;
    let (pause, said) = if chinese { ("，", 1) } else { (", ", 0) };
    let role = match heard.role {
        Some(R::Button) => ["button", "按钮"],
        Some(R::Tab) => ["tab", "标签页"],
        Some(R::Switch) => ["switch", "开关"],
        Some(R::Slider) => ["slider", "滑块"],
        Some(R::TextInput) => ["text field", "输入框"],
        Some(R::Checkbox) => ["checkbox", "复选框"],
        Some(R::RadioButton) => ["choice", "单选按钮"],
        Some(R::Image) => ["picture", "图片"],
        _ => ["", ""],
    };
    let standing = match (heard.role, heard.chosen) {
        (Some(R::Switch), true) => ["on", "已打开"],
        (Some(R::Switch), false) => ["off", "已关闭"],
        (_, true) => ["chosen", "已选中"],
        _ => ["", ""],
    };
    let off = if heard.enabled { ["", ""] } else { ["not available now", "现在不可用"] };
    let value = if heard.value == heard.label { "" } else { &heard.value };
    let more = if heard.more.starts_with(CUT) { "" } else { &heard.more };
    let parts = [&heard.label, value, role[said], standing[said], off[said], more];
    let parts: Vec<String> = parts
        .into_iter()
        .map(|part| amount::in_words(&plain(part, chinese), chinese))
        .filter(|part| !part.is_empty())
        .collect();
    parts.join(pause)
}

/// Without signs that a voice would spell.
fn plain(text: &str, chinese: bool) -> String {
    let (pause, times) = if chinese { ("，", "，") } else { (", ", " times ") };
    let said = [" · ", "·", "•", "|"].iter().fold(text.to_owned(), |said, sign| said.replace(sign, pause));
    let said = said.replace('×', times).replace(['…', '→', '←'], " ");
    let words = percent(&said, chinese);
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// `50 %` is "50 percent", 百分之50.
fn percent(text: &str, chinese: bool) -> String {
    let Some((before, after)) = text.split_once('%') else { return text.to_owned() };
    let before = before.trim_end();
    let number = before.trim_end_matches(|c: char| c.is_ascii_digit());
    let (before, number) = before.split_at(number.len());
    let said = if chinese { format!("百分之{number}") } else { format!("{number} percent") };
    format!("{before}{said}{}", percent(after, chinese))
}

#[cfg(test)]
mod tests {
    //! As a screen reader says it.
    use super::*;

    fn button(label: &str) -> Heard {
        Heard { label: label.into(), role: Some(AccessibleRole::Button), enabled: true, ..Heard::default() }
    }

    #[test]
    fn a_dish_is_named_priced_and_told_what_it_holds() {
        let dish = Heard { more: "Contains Gluten".into(), ..button("Add Noodles, ¥16.00") };
        assert_eq!(written(&dish, false), "Add Noodles, sixteen yuan, button, Contains Gluten");
        let gone = Heard { enabled: false, ..button("牛肉面，已售完") };
        assert_eq!(written(&gone, true), "牛肉面，已售完，按钮，现在不可用");
    }

    #[test]
    fn how_it_stands_is_said_after_what_it_is() {
        let chosen = Heard { chosen: true, ..button("English") };
        assert_eq!(written(&chosen, false), "English, button, chosen");
        let switch = Heard { role: Some(AccessibleRole::Switch), ..button("挥手翻页") };
        assert_eq!(written(&switch, true), "挥手翻页，开关，已关闭");
        let slider = Heard { value: "40".into(), role: Some(AccessibleRole::Slider), ..button("Past") };
        assert_eq!(written(&slider, false), "Past, 40, slider");
    }

    #[test]
    fn what_is_cut_and_what_is_ornament_is_not_said() {
        let words = Heard { more: CUT.into(), role: Some(AccessibleRole::Text), ..button("Done · 8") };
        assert_eq!(written(&words, false), "Done, 8");
        assert_eq!(written(&button("125 %"), false), "125 percent, button");
        assert_eq!(written(&button("125 %"), true), "百分之125，按钮");
    }
}
