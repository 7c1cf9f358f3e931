//! The table of pairs, against its own maker.

use super::*;

/// Two characters; after the first one comes the second.
fn table() -> Vec<u8> {
    let mut bytes = MAGIC.to_vec();
    bytes.extend(2_u32.to_le_bytes());
    for (cost, row) in [(32, 0_u32), (64, 1), (255, 1)] {
        bytes.push(cost);
        bytes.extend(row.to_le_bytes());
    }
    bytes.extend([1, 0, 16]);
    bytes
}

#[test]
fn a_pair_costs_what_the_table_says_and_others_more() {
    let language = Language::parse(&table()).unwrap();
    assert_eq!(language.cost(None, 0), 2.0);
    assert_eq!(language.cost(Some(0), 1), 1.0);
    assert_eq!(language.cost(Some(1), 0), 2.0 + UNSEEN);
    assert_eq!(language.cost(Some(0), 7), STRANGER);
    assert_eq!(language.cost(Some(7), 1), 4.0, "nothing is known of what follows a letter");
}

#[test]
fn a_table_with_any_part_missing_or_out_of_order_is_refused() {
    let whole = table();
    for length in 0..whole.len() {
        assert!(Language::parse(&whole[..length]).is_err(), "{length} bytes");
    }
    let mut longer = whole.clone();
    longer.push(0);
    assert!(Language::parse(&longer).is_err());
    let mut backwards = whole;
    backwards[13] = 2;
    assert!(Language::parse(&backwards).is_err());
}

#[test]
fn the_shipped_table_prefers_a_word_to_what_is_none() {
    let language = own().unwrap();
    let classes: Vec<char> =
        include_str!("../../../../../assets/models/ink/ink-classes.txt").trim_end().chars().collect();
    let class = |character: char| classes.iter().position(|&other| other == character);
    let cost = |first, then| language.cost(class(first), class(then).unwrap());
    assert!(cost('学', '校') + 3.0 < cost('学', '较'));
    assert!(cost('我', '们') + 3.0 < cost('我', '门'));
}
