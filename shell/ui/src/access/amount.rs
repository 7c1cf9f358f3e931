//! Amounts of money as people say them: `¥18.50` is "eighteen yuan and fifty fen", 十八元五角.

/// Writes every amount of a text in words.
pub(super) fn in_words(text: &str, chinese: bool) -> String {
    let mut said = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('¥') {
        let (before, after) = rest.split_at(at);
        let minus = before.ends_with('-');
        said.push_str(before.strip_suffix('-').unwrap_or(before));
        let after = &after['¥'.len_utf8()..];
        let length = after.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(after.len());
        // A full stop ends the sentence, not the amount.
        let number = after[..length].trim_end_matches('.');
        rest = &after[number.len()..];
        if minus {
            said.push_str(if chinese { "负" } else { "minus " });
        }
        match parse(number) {
            Some((yuan, fen)) => said.push_str(&if chinese { zh(yuan, fen) } else { en(yuan, fen) }),
            None => said.push_str(number),
        }
    }
    said.push_str(rest);
    said
}

fn parse(number: &str) -> Option<(u64, u64)> {
    let (yuan, fen) = number.split_once('.').unwrap_or((number, "00"));
    (fen.len() == 2).then_some(())?;
    Some((yuan.parse().ok()?, fen.parse().ok()?))
}

fn en(yuan: u64, fen: u64) -> String {
    match (yuan, fen) {
        (yuan, 0) => format!("{} yuan", cardinal(yuan)),
        (0, fen) => format!("{} fen", cardinal(fen)),
        (yuan, fen) => format!("{} yuan and {} fen", cardinal(yuan), cardinal(fen)),
    }
}

fn zh(yuan: u64, fen: u64) -> String {
    let mut said = String::new();
    if yuan > 0 || fen == 0 {
        said = if yuan == 2 { "两".to_owned() } else { numeral(yuan) };
        said.push('元');
    }
    let (jiao, rest) = (fen / 10, fen % 10);
    if jiao > 0 {
        said.push_str(&numeral(jiao));
        said.push('角');
    } else if rest > 0 && yuan > 0 {
        said.push('零');
    }
    if rest > 0 {
        said.push_str(&numeral(rest));
        said.push('分');
    }
    said
}

const ONES: [&str; 20] = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
];
const TENS: [&str; 10] =
    ["", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];

/// A number in English.
fn cardinal(number: u64) -> String {
    let one = |number: u64| ONES.get(number as usize).copied().unwrap_or_default();
    let more = |rest: u64, joint: &str| {
        if rest == 0 { String::new() } else { format!("{joint}{}", cardinal(rest)) }
    };
    match number {
        0..20 => one(number).to_owned(),
        20..100 => {
            let tens = TENS.get((number / 10) as usize).copied().unwrap_or_default();
            format!("{tens}{}", more(number % 10, "-"))
        }
        100..1000 => format!("{} hundred{}", one(number / 100), more(number % 100, " and ")),
        1000..1_000_000 => format!("{} thousand{}", cardinal(number / 1000), more(number % 1000, " ")),
        _ => format!("{} million{}", cardinal(number / 1_000_000), more(number % 1_000_000, " ")),
    }
}

const DIGITS: [char; 10] = ['零', '一', '二', '三', '四', '五', '六', '七', '八', '九'];

/// A number in Chinese: groups of four digits, one 零 for zeros between digits.
fn numeral(number: u64) -> String {
    if number >= 100_000_000 {
        return joined(number / 100_000_000, '亿', number % 100_000_000, 10_000_000);
    }
    if number >= 10_000 {
        return joined(number / 10_000, '万', number % 10_000, 1000);
    }
    let digit = |digit: u64| DIGITS.get(digit as usize).copied().unwrap_or('零');
    let (mut said, mut gap) = (String::new(), false);
    for (worth, unit) in [(1000, Some('千')), (100, Some('百')), (10, Some('十')), (1, None)] {
        let count = number / worth % 10;
        if count == 0 {
            gap = !said.is_empty();
            continue;
        }
        if std::mem::take(&mut gap) {
            said.push('零');
        }
        // 十八, not 一十八.
        if !(worth == 10 && count == 1 && said.is_empty()) {
            said.push(digit(count));
        }
        said.extend(unit);
    }
    if said.is_empty() { digit(0).to_string() } else { said }
}

fn joined(high: u64, unit: char, low: u64, least: u64) -> String {
    let between = if low > 0 && low < least { "零" } else { "" };
    let low = if low > 0 { numeral(low) } else { String::new() };
    format!("{}{unit}{between}{low}", numeral(high))
}

#[cfg(test)]
mod tests {
    //! As a cashier says them.
    use super::in_words;

    #[test]
    fn amounts_are_said_as_money() {
        for (text, en, zh) in [
            ("¥18.00", "eighteen yuan", "十八元"),
            ("¥0.00", "zero yuan", "零元"),
            ("¥2.00", "two yuan", "两元"),
            ("¥18.50", "eighteen yuan and fifty fen", "十八元五角"),
            ("¥4.05", "four yuan and five fen", "四元零五分"),
            ("¥0.05", "five fen", "五分"),
            ("¥21.99", "twenty-one yuan and ninety-nine fen", "二十一元九角九分"),
            ("¥105.00", "one hundred and five yuan", "一百零五元"),
            ("¥1010.00", "one thousand ten yuan", "一千零一十元"),
            ("¥20300.00", "twenty thousand three hundred yuan", "二万零三百元"),
            ("-¥12.00", "minus twelve yuan", "负十二元"),
            ("¥32", "thirty-two yuan", "三十二元"),
        ] {
            assert_eq!(
                (in_words(text, false), in_words(text, true)),
                (en.to_owned(), zh.to_owned()),
                "{text}"
            );
        }
    }

    #[test]
    fn the_rest_of_a_sentence_stays() {
        assert_eq!(
            in_words("Add Noodles, ¥16.00. Sum ¥3.00", false),
            "Add Noodles, sixteen yuan. Sum three yuan"
        );
        assert_eq!(in_words("价格¥9.00。", true), "价格九元。");
        assert_eq!(in_words("Page 3", false), "Page 3");
        assert_eq!(in_words("¥", false), "");
    }
}
