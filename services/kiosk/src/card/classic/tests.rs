//! Value blocks and records changed in every bit; a debit torn in every step, against the emulated card whose
//! cryptography is written apart.

use nfc::Uid;
use nfc::fake::cards::classic::{Classic, value_block};
use nfc::native::{self, authenticate, decrement, read, restore, transfer, write};

use super::*;

const MASTER: [u8; 16] = [0x2B; 16];
const UID: [u8; 4] = [0xA1, 0xB2, 0xC3, 0xD4];
const LOADED: i32 = 5000;

fn keys() -> Keys {
    Keys::of(&AesKey::new(MASTER), &UID)
}

fn issued() -> Classic {
    Classic::issued(Uid::new(&UID).expect("uid"), MASTER, LOADED)
}

fn sectors(card: &Classic) -> Sectors {
    Sectors { values: VALUES.map(|block| card.block(block)), records: RECORDS.map(|block| card.block(block)) }
}

fn whole(card: &Classic) -> Purse {
    match stand(&keys(), &sectors(card)) {
        Ok(Stand::Whole(purse)) => purse,
        other => panic!("{other:?}"),
    }
}

/// Sends commands until one is refused.
fn send(card: &mut Classic, commands: &[Vec<u8>]) -> Result<(), u8> {
    commands.iter().try_for_each(|command| card.obey(command).map(drop))
}

fn debit(keys: &Keys, purse: &Purse, amount: i32, number: &str) -> [Vec<u8>; 7] {
    let record = purse.debit(amount, keys.tag(number)).write(keys).expect("a record");
    [
        authenticate(RECORDS[0], &keys.records, &UID),
        write(purse.next, &record),
        authenticate(VALUES[0], &keys.values, &UID),
        decrement(VALUES[0], amount.cast_unsigned()),
        transfer(VALUES[0]),
        restore(VALUES[0]),
        transfer(VALUES[1]),
    ]
}

/// Mends the card as the till does, torn again after so many commands where that is wanted.
fn mend(card: &mut Classic, torn: Option<(usize, u64)>) {
    let keys = keys();
    let Ok(Stand::Torn { from, to }) = stand(&keys, &sectors(card)) else { return };
    let commands = [
        authenticate(VALUES[0], &keys.values, &UID),
        restore(from),
        transfer(to),
        restore(to),
        transfer(from),
    ];
    // Both written blocks hold the same then, also where one was written badly the first time.
    let commands = if from == VALUES[0] { &commands[..] } else { &commands[..3] };
    card.power_up();
    match torn {
        Some((after, seed)) if after < commands.len() => {
            send(card, &commands[..after]).expect("mending");
            card.tear_next_write(seed);
            send(card, &commands[after..=after]).expect("the torn command");
            card.power_up();
        }
        _ => send(card, commands).expect("mending"),
    }
}

#[test]
fn the_emulated_card_and_this_agree_on_keys_and_records() {
    let mut card = issued();
    let first = Record { counter: 0, amount: 0, before: LOADED, tag: [0; 4] };
    assert_eq!(
        stand(&keys(), &sectors(&card)),
        Ok(Stand::Whole(Purse { value: LOADED, newest: first, older: None, next: RECORDS[1] }))
    );
    for (counter, next) in [(1, RECORDS[0]), (2, RECORDS[1]), (3, RECORDS[0])] {
        let purse = whole(&card);
        send(&mut card, &debit(&keys(), &purse, 100, "LUNCH0001")).expect("a debit");
        let purse = whole(&card);
        assert_eq!((purse.newest.counter, purse.next), (counter, next));
        assert_eq!(purse.value, LOADED - 100 * i32::from(counter));
        assert_eq!(purse.newest.tag, keys().tag("LUNCH0001"));
    }
    assert_ne!(keys(), Keys::of(&AesKey::new(MASTER), &[1, 2, 3, 4]), "each card has its own");
    assert_eq!(format!("{:?}", keys()), "Keys(**)");
}

#[test]
fn every_changed_bit_of_a_value_or_a_record_is_noticed() {
    let (held, record) = (value_block(-77, 4), issued().block(RECORDS[0]));
    assert_eq!(value(&held), Some(-77));
    for bit in 0..128 {
        let flipped = |block: &Block| {
            let mut block = *block;
            block[bit / 8] ^= 1 << (bit % 8);
            block
        };
        assert_eq!(value(&flipped(&held)), None, "bit {bit}");
        assert_eq!(Record::read(&keys(), &flipped(&record)), None, "bit {bit}");
    }
    assert_eq!(value(&[0; 16]), None);
    assert_eq!(Record::read(&keys(), &[0; 16]), None);
}

#[test]
fn amounts_beyond_a_record_are_none() {
    let record = |amount, before| Record { counter: 1, amount, before, tag: [1; 4] };
    for (amount, before, fits) in
        [(1, VALUE_MAX, true), (1, VALUE_MAX + 1, false), (-1, 5, false), (VALUE_MAX + 1, 0, false)]
    {
        let block = record(amount, before).write(&keys());
        assert_eq!(block.is_some(), fits, "{amount} of {before}");
        assert_eq!(block.and_then(|block| Record::read(&keys(), &block)).is_some(), fits);
    }
}

#[test]
fn counters_begin_anew_and_the_newest_is_still_known() {
    let mut card = issued();
    let old = Record { counter: u16::MAX, amount: 0, before: LOADED, tag: [0; 4] };
    card.set_block(RECORDS[0], old.write(&keys()).expect("a record"));
    let purse = whole(&card);
    send(&mut card, &debit(&keys(), &purse, 100, "LUNCH0001")).expect("a debit");
    let purse = whole(&card);
    assert_eq!((purse.newest.counter, purse.older, purse.next), (0, Some(old), RECORDS[0]));
}

#[test]
fn what_no_torn_debit_leaves_is_damaged() {
    let mut card = issued();
    for block in RECORDS {
        card.set_block(block, [0; 16]);
    }
    assert_eq!(stand(&keys(), &sectors(&card)), Err(Damaged), "no record");
    let mut card = issued();
    card.set_block(VALUES[0], value_block(9999, 4));
    card.set_block(VALUES[1], value_block(4711, 4));
    assert_eq!(stand(&keys(), &sectors(&card)), Err(Damaged), "two values");
    let mut card = issued();
    card.set_block(VALUES[0], [0; 16]);
    card.set_block(VALUES[1], [0; 16]);
    assert_eq!(stand(&keys(), &sectors(&card)), Err(Damaged), "no value");
}

/// The commands of a debit that write, as their place in [`debit`].
const WRITES: [usize; 3] = [1, 4, 6];

#[test]
fn a_debit_torn_between_any_two_commands_is_done_or_not_done() {
    for sent in 0..=7 {
        let mut card = issued();
        let commands = debit(&keys(), &whole(&card), 1230, "LUNCH0001");
        send(&mut card, &commands[..sent]).expect("a debit");
        card.power_up();
        mend(&mut card, None);
        let expected = if sent > WRITES[1] { LOADED - 1230 } else { LOADED };
        assert_eq!(whole(&card).value, expected, "after {sent} commands");
        let purse = whole(&card);
        card.power_up();
        send(&mut card, &debit(&keys(), &purse, 100, "SNACK0001")).expect("the next debit");
        assert_eq!(whole(&card).value, expected - 100);
    }
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(2000))]

    #[test]
    fn a_debit_torn_inside_any_write_is_done_or_not_done_also_when_its_mending_is_torn(
        spent in 0..LOADED,
        amount in 1..LOADED,
        write in 0..3_usize,
        seed in proptest::prelude::any::<u64>(),
        bytes in proptest::option::of(0..17_u64),
        torn_mending in proptest::collection::vec((0..5_usize, proptest::prelude::any::<u64>()), 0..3),
    ) {
        let keys = keys();
        let mut card = issued();
        let purse = whole(&card);
        send(&mut card, &debit(&keys, &purse, spent, "BEFORE001")).expect("an earlier debit");
        let purse = whole(&card);
        let before = purse.value;
        let amount = 1 + amount % before;
        let commands = debit(&keys, &purse, amount, "LUNCH0001");
        card.power_up();
        send(&mut card, &commands[..WRITES[write]]).expect("a debit");
        card.tear_next_write(bytes.unwrap_or(seed));
        send(&mut card, &commands[WRITES[write]..=WRITES[write]]).expect("the torn write");
        card.power_up();
        // What is found first is what stays, however often mending is cut off.
        let found = found(&card);
        for torn in torn_mending {
            mend(&mut card, Some(torn));
            proptest::prop_assert_eq!(self::found(&card), found);
        }
        mend(&mut card, None);
        let purse = whole(&card);
        proptest::prop_assert_eq!(purse.value, found);
        proptest::prop_assert!(found == before || found == before - amount, "{} of {}", found, before);
        match write {
            0 => proptest::prop_assert_eq!(found, before, "nothing but a record was written"),
            2 => proptest::prop_assert_eq!(found, before - amount, "the first value had been written"),
            _ => {}
        }
        // An earlier record is lost only where its place was being written.
        let ours = purse.newest.tag == keys.tag("LUNCH0001");
        proptest::prop_assert!(ours || write == 0);
        card.power_up();
        send(&mut card, &debit(&keys, &purse, 0, "SNACK0001")).expect("the next debit");
        proptest::prop_assert_eq!(whole(&card).value, found);
    }

    #[test]
    fn random_blocks_never_panic(blocks in proptest::array::uniform4(proptest::array::uniform16(0_u8..))) {
        let [a, b, c, d] = blocks;
        let stood = stand(&keys(), &Sectors { values: [a, b], records: [c, d] });
        proptest::prop_assert_eq!(stood, Err(Damaged));
    }
}

/// What the till would say that the purse holds.
fn found(card: &Classic) -> i32 {
    match stand(&keys(), &sectors(card)).expect("not damaged") {
        Stand::Whole(purse) => purse.value,
        Stand::Torn { from, .. } => value(&card.block(from)).expect("a value block"),
    }
}

#[test]
fn answers_of_the_card_are_read_through_the_reader_too() {
    let mut card = issued();
    let opened =
        card.obey(&authenticate(VALUES[0], &keys().values, &UID)).and_then(|_| card.obey(&read(VALUES[0])));
    let answer = native::done(&opened.expect("a block")).expect("an answer");
    assert_eq!(native::block(answer.reveal()).ok().and_then(|block| value(&block)), Some(LOADED));
}
