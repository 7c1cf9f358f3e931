//! Against Debian's dictionary where it is installed, and a small one of our own everywhere.

use std::path::Path;
use std::sync::OnceLock;

use proptest::prelude::*;

use super::*;
use crate::pinyin::INSTALLED;

const SMALL: &str = "# a remark\n---\nname: small\n...\n\n先\txian\t900\n现\txian\t800\n西安\txi an\t500\n西\txi\t400\n\
    安\tan\t300\n你好\tni hao\t700\n你\tni\t950\n好\thao\t960\n号\thao\t100\n你会\tni hui\t50\n中国\tzhong guo\t999\n\
    方案\tfang an\t600\n反感\tfan gan\t200\n坏\thuai\nABC\n\n\tni\t3\n大写\tDa xie\t4\n";

fn small() -> Dictionary {
    Dictionary::parse(SMALL).unwrap()
}

fn installed() -> Option<&'static Dictionary> {
    static READ: OnceLock<Option<Dictionary>> = OnceLock::new();
    READ.get_or_init(|| {
        let path = Path::new(INSTALLED);
        path.exists().then(|| Dictionary::read(path).unwrap())
    })
    .as_ref()
}

fn typed(letters: &str, dictionary: &Dictionary) -> Typing {
    let mut typing = Typing::default();
    letters.chars().for_each(|letter| assert!(typing.add(letter, dictionary)));
    typing
}

fn texts(typing: &Typing) -> Vec<&str> {
    typing.candidates().iter().map(|candidate| candidate.text.as_str()).collect()
}

#[test]
fn words_for_all_letters_come_first_and_the_frequent_before_the_rare() {
    let dictionary = small();
    for (letters, candidates) in [
        ("xian", vec!["先", "现", "西安", "西"]),
        ("xi'an", vec!["西安", "西"]),
        ("nihao", vec!["你好", "你"]),
        ("nh", vec!["你好", "你会", "你"]),
        ("fangan", vec!["方案", "反感"]),
        ("zg", vec!["中国"]),
        ("zhonggu", vec!["中国"]),
        ("v", vec![]),
    ] {
        let typing = typed(letters, &dictionary);
        assert_eq!(texts(&typing), candidates, "{letters}");
    }
}

#[test]
fn what_a_word_does_not_take_stays() {
    let dictionary = small();
    let mut typing = typed("nihao'xian", &dictionary);
    assert_eq!(typing.choose(0, &dictionary).as_deref(), Some("你好"));
    assert_eq!((typing.shown(&dictionary).as_str(), texts(&typing)[0]), ("xian", "先"));
    assert_eq!(typing.choose(99, &dictionary), None);
    assert_eq!(typing.choose(3, &dictionary).as_deref(), Some("西"));
    assert_eq!(typing.shown(&dictionary), "an");
    assert_eq!(typing.choose(0, &dictionary).as_deref(), Some("安"));
    assert!(typing.is_empty() && typing.candidates().is_empty());
}

#[test]
fn letters_are_taken_away_and_bounded() {
    let dictionary = small();
    let mut typing = typed("ni", &dictionary);
    assert!(!typing.add('1', &dictionary) && !typing.add('好', &dictionary));
    assert!(typing.remove(&dictionary) && typing.remove(&dictionary) && !typing.remove(&dictionary));
    assert!(!typing.add('\'', &dictionary), "nothing to cut");
    (0..LETTERS_MAX).for_each(|_| assert!(typing.add('N', &dictionary)));
    assert!(!typing.add('n', &dictionary));
    assert_eq!(typing.take(), "n".repeat(LETTERS_MAX));
    assert!(typing.is_empty());
}

#[test]
fn pages_turn_to_the_last_and_back() {
    let Some(dictionary) = installed() else {
        return println!("skipped: rime-data-pinyin-simp is not installed");
    };
    let mut typing = typed("shi", dictionary);
    let mut all: Vec<String> = Vec::new();
    loop {
        all.extend(texts(&typing).iter().map(|text| (*text).to_owned()));
        if !typing.more().1 {
            break;
        }
        typing.turn(true);
    }
    assert_eq!(all[0], "是");
    assert!(all.len() > 100, "{}", all.len());
    let unique: HashSet<&String> = all.iter().collect();
    assert_eq!(unique.len(), all.len(), "each once");
    (0..100).for_each(|_| typing.turn(false));
    assert_eq!(texts(&typing)[0], "是");
}

#[test]
fn a_classroom_s_words_are_on_the_first_page() {
    let Some(dictionary) = installed() else {
        return println!("skipped: rime-data-pinyin-simp is not installed");
    };
    for (letters, word) in [
        ("nihao", "你好"),
        ("zhongguo", "中国"),
        ("laoshi", "老师"),
        ("xuesheng", "学生"),
        ("shuxue", "数学"),
        ("yuwen", "语文"),
        ("yingyu", "英语"),
        ("xian", "先"),
        ("xian", "西安"),
        ("xi'an", "西安"),
        ("fangan", "方案"),
        ("women", "我们"),
        ("sj", "时间"),
        ("zuoye", "作业"),
        ("heiban", "黑板"),
        ("nv", "女"),
        ("lvse", "绿色"),
        ("kexue", "科学"),
        ("sanjiaoxing", "三角形"),
        ("beijing", "北京"),
    ] {
        let typing = typed(letters, dictionary);
        assert!(texts(&typing).contains(&word), "{letters}: {:?}", texts(&typing));
    }
}

#[test]
fn the_dictionary_is_whole_and_small_in_memory() {
    let Some(dictionary) = installed() else {
        return println!("skipped: rime-data-pinyin-simp is not installed");
    };
    assert!(dictionary.words() > 60_000, "{dictionary:?}");
    assert!(dictionary.bytes() < 4 * 1024 * 1024, "{} bytes", dictionary.bytes());
    for damaged in ["", "no words", "---\n...\n", "---\n...\n\u{0}\u{1}\t\t"] {
        assert!(Dictionary::parse(damaged).is_err());
    }
    assert!(Dictionary::read(Path::new("/nowhere/at.all")).is_err());
}

proptest! {
    /// Whatever is typed, chosen, turned and taken away: no letter is lost, none is made up, and each candidate of the
    /// first page can be chosen.
    #[test]
    fn no_letter_is_lost(letters in "[a-z']{0,30}", choices in proptest::collection::vec(0_usize..8, 0..12)) {
        let dictionary = small();
        let mut typing = Typing::default();
        for letter in letters.chars() {
            typing.add(letter, &dictionary);
        }
        for choice in choices {
            let before = typing.clone();
            match typing.choose(choice, &dictionary) {
                Some(text) => {
                    prop_assert!(!text.is_empty());
                    prop_assert!(before.letters.ends_with(&typing.letters));
                    prop_assert!(typing.letters.len() < before.letters.len());
                }
                None => prop_assert!(choice >= before.candidates().len()),
            }
        }
    }
}
