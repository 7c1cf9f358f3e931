//! Fuzz targets of what cards say: see [`crate::fuzz`].

use std::sync::LazyLock;

use super::aes::{AesKey, Block};
use super::classify::{Classify, Next, Wants};
use super::sticker::Sticker;
use super::sun::{self, SunKeys};
use super::triple_des::TripleDesKey;
use super::{CAMPUS_APPLICATION, classic, desfire, epurse, ndef, ppse, sticker};
use crate::fuzz::parts;

/// A key that nobody else has.
static KEY: LazyLock<AesKey> = LazyLock::new(new_key);

fn new_key() -> AesKey {
    let mut random: Block = [0; 16];
    aws_lc_rs::rand::fill(&mut random).expect("random bytes");
    AesKey::new(random)
}

/// A tag's URL, and the NDEF file around it: read or not, it is nobody's of ours.
pub(crate) fn sun(bytes: &[u8]) {
    let keys = SunKeys { picc_data: KEY.clone(), file: KEY.clone() };
    let url = std::str::from_utf8(bytes).ok().and_then(sun::from_url);
    for message in [url, sun::from_ndef(bytes)].into_iter().flatten() {
        assert!(sun::open(&keys, &message).is_err(), "a tag of somebody else's is believed");
    }
}

/// Most commands that telling a card's kind may take.
const COMMANDS_MAX: usize = 8;

/// Whatever a card answers: the till's questions end, and nobody without a key is genuine.
pub(crate) fn answers(bytes: &[u8]) {
    let answers = parts(bytes);
    for (tag, purse) in [(true, true), (true, false), (false, true), (false, false)] {
        let epurse = Some(b"\xA0\x00\x00\x00\x03\x86\x98\x07\x01".to_vec());
        let wants = Wants { sun: tag, purse, epurse, ..Wants::default() };
        let (mut classify, _command) = Classify::start(wants, CAMPUS_APPLICATION);
        let mut told = answers.iter().copied().chain(std::iter::repeat(&[][..]));
        let asked = (0..COMMANDS_MAX)
            .take_while(|_| matches!(classify.take(told.next().unwrap_or_default()), Next::Send(_)));
        assert!(asked.count() < COMMANDS_MAX, "a card keeps the till asking for ever");
    }
    for answer in &answers {
        let _names = ppse::applications(answer);
        let _selected = desfire::selected(answer).is_ok();
    }
    if let [challenge, proof, ..] = answers[..]
        && let Ok((handshake, _command)) = desfire::Handshake::answer(KEY.clone(), [3; 16], challenge)
    {
        assert!(handshake.finish(proof).is_err(), "a card that knows no key is genuine");
    }
    if let [challenge, proof, ..] = answers[..]
        && let Ok((first, _command)) = desfire::First::answer(KEY.clone(), [3; 16], challenge)
    {
        assert!(first.finish(proof).is_err(), "a card that knows no key is genuine");
    }
}

/// A tag's memory, and the same bytes as a message; then as a sticker's answers: whatever they are, reading ends.
pub(crate) fn ndef(bytes: &[u8]) {
    if let ndef::Found::Message(message) = ndef::in_memory(bytes) {
        assert!(message.len() < bytes.len(), "a message is larger than its memory");
    }
    if let Some(records) = ndef::records(bytes) {
        let length: usize = records.iter().map(|record| record.kind.len() + record.payload.len()).sum();
        assert!(length < bytes.len(), "records are larger than their message");
    }
    let _words = ndef::words(bytes);
    let (mut sticker, _command) = Sticker::start();
    let mut told = parts(bytes).into_iter().chain(std::iter::repeat(&[][..]));
    let asked = (0..COMMANDS_MAX)
        .take_while(|_| matches!(sticker.take(told.next().unwrap_or_default()), sticker::Next::Send(_)));
    assert!(asked.count() < COMMANDS_MAX, "a sticker keeps the till asking for ever");
}

/// The four blocks of a MIFARE Classic purse, and then each block on its own: a value that is read reads the same when
/// it is written again, as does a record. libFuzzer sees what is compared, and so learns the four bytes that prove a record
/// for one key; a purse has another for each input.
pub(crate) fn sectors(bytes: &[u8]) {
    let keys = classic::Keys::of(&new_key(), &[1, 2, 3, 4]);
    let blocks: Vec<Block> = bytes.chunks_exact(16).filter_map(|block| block.try_into().ok()).collect();
    if let [a, b, c, d, ..] = blocks[..] {
        let stood = classic::stand(&keys, &classic::Sectors { values: [a, b], records: [c, d] });
        assert!(stood.is_err(), "a purse without a record of ours is whole");
    }
    let learned = classic::Keys::of(&KEY, &[1, 2, 3, 4]);
    for block in &blocks {
        if let Some(value) = classic::value(block) {
            assert_eq!(
                *block,
                nfc::fake::cards::classic::value_block(value, block[12]),
                "not the block it was"
            );
        }
        if let Some(record) = classic::Record::read(&learned, block) {
            assert_eq!(record.write(&learned), Some(*block), "not the record it was");
        }
    }
}

/// An electronic purse's answers: none of them proves a purchase.
pub(crate) fn purse_answers(bytes: &[u8]) {
    let purchase = epurse::Purchase {
        amount: 1230,
        counter: 7,
        random: [1, 2, 3, 4],
        transaction: 9,
        terminal: [0; 6],
        at: [0; 7],
    };
    let mut key = [0; 16];
    aws_lc_rs::rand::fill(&mut key).expect("random bytes");
    let key = TripleDesKey::new(key);
    for answer in parts(bytes) {
        let _read = (
            epurse::selected(answer).is_ok(),
            epurse::balance(answer).is_ok(),
            epurse::begun(answer).is_ok(),
        );
        let proved = purchase.debited(&key, answer).is_ok() || purchase.happened(&key, answer).is_ok();
        assert!(!proved, "a card that knows no key proves a purchase");
    }
    if let Some(again) = epurse::Purchase::from_mark(bytes, 1230) {
        assert_eq!(again.mark(), bytes, "a mark reads as it was written");
    }
}
