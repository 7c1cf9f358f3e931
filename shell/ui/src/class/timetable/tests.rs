//! Days with their lessons, and files that are wrong.

use jiff::civil::date;

use super::*;

const WEEK: &str = r#"
[[lesson]]
days = ["mon", "thu"]
from = "10:00"
to = "10:45"
title = "数学"
title_en = "Maths"
room = "7A"

[[lesson]]
days = ["mon"]
from = "8:00"
to = "08:45"
title = "语文"

[[lesson]]
days = ["mon"]
from = "08:45"
to = "09:30"
title = "英语"
"#;

fn monday(hour: i8, minute: i8) -> DateTime {
    date(2026, 11, 30).at(hour, minute, 0, 0)
}

#[test]
fn now_and_next_are_marked() {
    let week = Timetable::parse(WEEK).unwrap();
    let told = |now: DateTime| {
        week.day(now)
            .into_iter()
            .map(|(when, lesson)| format!("{} {} {when:?}", hm(lesson.from), lesson.title_en))
            .collect::<Vec<_>>()
    };
    assert_eq!(told(monday(7, 59)), ["08:00 语文 Next", "08:45 英语 Later", "10:00 Maths Later"]);
    assert_eq!(told(monday(8, 0)), ["08:00 语文 Now", "08:45 英语 Next", "10:00 Maths Later"]);
    assert_eq!(told(monday(8, 45)), ["08:00 语文 Past", "08:45 英语 Now", "10:00 Maths Next"]);
    assert_eq!(told(monday(9, 40)), ["08:00 语文 Past", "08:45 英语 Past", "10:00 Maths Next"]);
    assert_eq!(told(monday(23, 59)), ["08:00 语文 Past", "08:45 英语 Past", "10:00 Maths Past"]);
    assert_eq!(told(date(2026, 12, 3).at(10, 44, 59, 0)), ["10:00 Maths Now"]);
    assert_eq!(told(date(2026, 12, 6).at(9, 0, 0, 0)), [""; 0]);
}

#[test]
fn what_is_over_makes_room_first() {
    let week = Timetable::parse(WEEK).unwrap();
    let told =
        |now, most| week.shown(now, most).iter().map(|(_, lesson)| lesson.from.hour()).collect::<Vec<_>>();
    assert_eq!(told(monday(8, 10), 2), [8, 8], "nothing is over yet");
    assert_eq!(told(monday(9, 0), 2), [8, 10]);
    assert_eq!(told(monday(20, 0), 1), [10]);
    assert_eq!(told(monday(20, 0), 9), [8, 8, 10]);
}

#[test]
fn an_empty_file_is_a_holiday() {
    assert_eq!(Timetable::parse("# nothing yet\n"), Ok(Timetable::default()));
}

#[test]
fn what_is_wrong_is_told_with_its_line() {
    let lesson = |lines: &str| {
        format!("\n[[lesson]]\ndays = [\"mon\"]\nfrom = \"08:00\"\nto = \"08:45\"\ntitle = \"x\"\n{lines}\n")
    };
    let many = "\n[[lesson]]\ndays=[\"mon\",\"tue\",\"wed\",\"thu\",\"fri\",\"sat\",\"sun\"]\nfrom=\"F\"\nto=\"T\"\ntitle=\"x\"\n";
    let many: String = (0..15)
        .map(|at| many.replace('F', &format!("{at:02}:00")).replace('T', &format!("{at:02}:45")))
        .collect();
    for (text, line, what) in [
        ("lesson = 3".to_owned(), 1, "invalid type"),
        (lesson("colour = \"red\""), 7, "unknown field"),
        (lesson("room = \"a\\nb\""), 2, "one line"),
        (WEEK.replace("\"10:45\"", "\"9:45\""), 2, "ends after it begins"),
        (WEEK.replace("\"8:00\"", "\"8.00\""), 10, "no time"),
        (WEEK.replace("\"8:00\"", "\"24:00\""), 10, "no time"),
        (WEEK.replace("\"8:00\"", "\"+8:00\""), 10, "no time"),
        (WEEK.replace("\"09:30\"", "\"10:01\""), 16, "another lesson"),
        (WEEK.replace("[\"mon\"]", "[]"), 10, "at least one day"),
        (WEEK.replace("语文", " "), 10, "a title"),
        (WEEK.replace("\"thu\"", "\"thursday\""), 3, "unknown variant"),
        (many, 86, "98 lessons"),
    ] {
        let error = Timetable::parse(&text).unwrap_err();
        assert!(error.what.contains(what), "{error}");
        assert_eq!(error.line, line, "{error}");
    }
}
