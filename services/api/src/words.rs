//! A sentence in both languages in one text of an error: English, a line break, 中文. Whoever shows it to people takes
//! the half they read; a log or a terminal shows both.

/// Both halves in one text.
pub fn both(en: &str, zh: &str) -> String {
    format!("{en}\n{zh}")
}

/// The half of a language; all of a text that has none for it.
pub fn half(text: &str, chinese: bool) -> &str {
    match text.split_once('\n') {
        Some((_, zh)) if chinese => zh,
        Some((en, _)) => en,
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::{both, half};

    #[test]
    fn each_reads_their_half() {
        let text = both("close 2026-01-30 first", "请先结 2026-01-30 的账");
        assert_eq!(half(&text, false), "close 2026-01-30 first");
        assert_eq!(half(&text, true), "请先结 2026-01-30 的账");
        assert_eq!(half("only English", true), "only English");
    }
}
