//! Cards and names, in every order in which pupils come.

use jiff::civil::date;
use proptest::prelude::*;

use super::*;

fn at(minute: i8) -> DateTime {
    date(2026, 11, 30).at(8, minute, 0, 0)
}

fn card(number: u8) -> CardName {
    CardName(format!("c0ffee{number:02x}"))
}

fn class() -> Register {
    Register::new(["王小明", "李华", "Ada"].map(String::from).to_vec(), [])
}

#[test]
fn a_card_is_joined_by_its_owners_touch_and_known_from_then_on() {
    let mut register = class();
    assert_eq!(register.tap(card(1), at(0)), Heard::Whose);
    assert_eq!(register.touch(1, at(1)), Touched::Joined(card(1)));
    assert_eq!(register.names()[1].1, Some(Arrival { at: at(1), by_card: true }));
    assert_eq!(register.tap(card(1), at(2)), Heard::Again(1));
    register.start_over();
    assert_eq!((register.here(), register.tap(card(1), at(3))), (0, Heard::Came(1)));
    assert_eq!(register.owner(&card(1)), Some("李华"));
    // What was learnt in another lesson counts in this one, for those who are still in the class.
    let before = [(card(1), "李华".to_owned()), (card(2), "Left the school".to_owned())];
    let mut next = Register::new(vec!["Ada".to_owned(), "李华".to_owned()], before);
    assert_eq!(next.tap(card(1), at(0)), Heard::Came(1));
    assert_eq!(next.tap(card(2), at(0)), Heard::Whose);
}

#[test]
fn several_cards_wait_in_the_order_in_which_they_came() {
    let mut register = class();
    for number in [1, 2, 1] {
        assert_eq!(register.tap(card(number), at(0)), Heard::Whose);
    }
    assert_eq!(register.waiting(), 2);
    assert_eq!(register.touch(0, at(1)), Touched::Joined(card(1)));
    register.set_aside();
    assert_eq!((register.waiting(), register.counted()), (0, 1));
    assert_eq!(register.touch(2, at(2)), Touched::Turned, "by hand, since no card waits");
    assert_eq!(register.names()[2].1, Some(Arrival { at: at(2), by_card: false }));
    assert_eq!(register.touch(2, at(3)), Touched::Turned);
    assert_eq!((register.names()[2].1, register.touch(9, at(3))), (None, Touched::Nobody));
}

#[test]
fn whoever_touched_another_name_can_say_so() {
    let mut register = class();
    register.tap(card(1), at(0));
    register.touch(0, at(0));
    assert_eq!(register.part(), Some(card(1)));
    assert_eq!((register.here(), register.waiting(), register.has_card(0)), (0, 1, false));
    assert_eq!(register.touch(2, at(1)), Touched::Joined(card(1)));
    register.settle();
    assert_eq!(register.part(), None, "the next one stands there");
    // A new card in place of a lost one.
    register.tap(card(2), at(2));
    register.touch(2, at(2));
    assert_eq!(register.tap(card(1), at(3)), Heard::Whose);
    assert_eq!(register.tap(card(2), at(3)), Heard::Again(2));
}

#[test]
fn without_a_list_cards_are_counted_once() {
    let mut register = Register::default();
    for number in [1, 2, 2, 3, 1] {
        assert_eq!(register.tap(card(number), at(0)), Heard::Counted);
    }
    assert_eq!((register.counted(), register.waiting()), (3, 0));
    assert!(!register.is_blank() && register.to_csv("").contains("other cards,,3"));
}

#[test]
fn a_table_opens_in_a_spreadsheet_and_runs_nothing() {
    let names = ["=1+1", "Smith, \"Al\"", "李华"].map(String::from).to_vec();
    let mut register = Register::new(names, [(card(1), "李华".to_owned())]);
    register.tap(card(1), at(5));
    register.touch(0, at(7));
    let table = register.to_csv("7A");
    let lines: Vec<&str> = table.split("\r\n").collect();
    assert_eq!(
        lines,
        [
            "\u{feff}姓名 Name,班级 Class,到场 Here,时间 Time,方式 By",
            "'=1+1,7A,是 yes,2026-11-30 08:07,手 hand",
            "\"Smith, \"\"Al\"\"\",7A,否 no,,",
            "李华,7A,是 yes,2026-11-30 08:05,卡 card",
            "",
        ]
    );
    assert!(!table.contains("c0ffee"));
}

#[test]
fn neither_cards_nor_names_are_printed() {
    let mut register = class();
    register.tap(card(1), at(0));
    let heard = register.touch(0, at(0));
    let printed = format!("{register:?} {heard:?}");
    assert!(!printed.contains("王") && !printed.contains("c0ffee"), "{printed}");
}

#[derive(Clone, Debug)]
enum Step {
    Tap(u8),
    Touch(usize),
    Aside,
    Part,
    Settle,
    Over,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (0..12_u8).prop_map(Step::Tap),
        4 => (0..5_usize).prop_map(Step::Touch),
        1 => Just(Step::Aside),
        1 => Just(Step::Part),
        1 => Just(Step::Settle),
        1 => Just(Step::Over),
    ]
}

proptest! {
    #[test]
    fn nobody_has_two_cards_and_no_card_two_owners(steps in proptest::collection::vec(step(), 0..80)) {
        let mut register = class();
        for step in steps {
            match step {
                Step::Tap(number) => {
                    let owned = register.owner(&card(number)).is_some();
                    let heard = register.tap(card(number), at(0));
                    prop_assert_eq!(heard == Heard::Whose, !owned);
                }
                Step::Touch(index) => {
                    let waited = register.waiting();
                    let touched = register.touch(index, at(0));
                    let joined = matches!(touched, Touched::Joined(_));
                    prop_assert_eq!(joined, waited > 0 && index < 3);
                }
                Step::Aside => register.set_aside(),
                Step::Part => {
                    register.part();
                }
                Step::Settle => register.settle(),
                Step::Over => register.start_over(),
            }
            let owners: BTreeSet<usize> = register.joined.values().copied().collect();
            prop_assert_eq!(owners.len(), register.joined.len());
            prop_assert!(register.waiting.iter().all(|card| !register.joined.contains_key(card)));
            prop_assert!(register.waiting() <= WAITING_MAX && register.here() <= 3);
        }
    }
}
