//! Every state with every event, as a table; and what a later tap says of a debit of 300 from 1000.

use super::*;

const EVENTS: [(Event, &str); 8] = [
    (Event::Arm, "arm"),
    (Event::Disarm, "disarm"),
    (Event::Committed, "committed"),
    (Event::SeenDebited, "debited"),
    (Event::SeenUntouched, "untouched"),
    (Event::SeenUnclear, "unclear"),
    (Event::Refuse, "refuse"),
    (Event::Revoke, "revoke"),
];

/// `-` cannot happen; `+` the canteen gets the money, `=` the holder's account gets it back.
const TABLE: &str = "
           arm     disarm   committed   debited     untouched unclear   refuse    revoke
asked      armed   -        -           -           -         -         spared    spared
armed      -       asked    taken+      taken+      asked     armed     armed     given-up
taken      -       -        -           -           -         -         -         returned=
spared     -       -        -           -           -         -         -         spared
given-up   -       spared   returned+=  returned+=  spared    given-up  given-up  given-up
returned   -       -        -           -           -         -         -         returned
";

#[test]
fn every_state_with_every_event() {
    let mut rows = TABLE.trim().lines();
    let heads: Vec<&str> = rows.next().expect("a head").split_whitespace().collect();
    assert_eq!(heads, EVENTS.map(|(_, name)| name));
    let rows: Vec<Vec<&str>> = rows.map(|row| row.split_whitespace().collect()).collect();
    assert_eq!(rows.len(), State::NAMES.len());
    for (row, (state, name)) in rows.iter().zip(State::NAMES) {
        assert_eq!(row[0], name);
        for ((event, head), cell) in EVENTS.into_iter().zip(&row[1..]) {
            let stepped = step(state, event).map_or("-".to_owned(), |(next, booking)| {
                let mark = match booking {
                    Booking::Nothing => "",
                    Booking::Charge => "+",
                    Booking::GiveBack => "=",
                    Booking::ChargeAndGiveBack => "+=",
                };
                format!("{}{mark}", next.name())
            });
            assert_eq!(stepped, *cell, "{name}, {head}");
        }
    }
}

#[test]
fn names_go_there_and_back() {
    for (state, name) in State::NAMES {
        assert_eq!(State::parse(name), Some(state));
    }
    assert_eq!(State::parse(""), None);
}

/// value and counter now (`.` where the card has none) -> what it says. Before: 1000, counter 7 or none.
const JUDGED: &str = "
1000 .   untouched
 700 .   debited
 900 .   unclear
1000 7   untouched
 700 7   unclear
 700 8   debited
1000 8   untouched
 600 8   untouched
 700 9   unclear
1000 6   unclear
";

#[test]
fn a_later_tap_decides() {
    for row in JUDGED.trim().lines() {
        let cells: Vec<&str> = row.split_whitespace().collect();
        let counter = cells[1].parse().ok();
        let now = Held { value: cells[0].parse().expect("a value"), counter };
        let before = Held { value: 1000, counter: counter.map(|_| 7) };
        let said = EVENTS.iter().find(|(_, name)| *name == cells[2]).expect("an event").0;
        assert_eq!(judge(before, 300, now), said, "{row}");
    }
    let lost_its_counter = Held { value: 700, counter: None };
    assert_eq!(judge(Held { value: 1000, counter: Some(7) }, 300, lost_its_counter), Event::SeenUnclear);
}
