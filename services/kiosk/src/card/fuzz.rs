//! Fuzz targets of what cards say: see [`crate::fuzz`].

use std::sync::LazyLock;

use super::aes::{AesKey, Block};
use super::classify::{Classify, Next, Wants};
use super::sun::{self, SunKeys};
use super::{CAMPUS_APPLICATION, desfire, ppse};

/// A key that nobody else has.
static KEY: LazyLock<AesKey> = LazyLock::new(|| {
    let mut random: Block = [0; 16];
    aws_lc_rs::rand::fill(&mut random).expect("random bytes");
    AesKey::new(random)
});

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

/// A card's answers one after another, each behind its length in one byte.
pub(crate) fn answers(bytes: &[u8]) {
    let mut answers = Vec::new();
    let mut rest = bytes;
    while let Some((length, more)) = rest.split_first() {
        let (answer, after) = more.split_at(usize::from(*length).min(more.len()));
        answers.push(answer);
        rest = after;
    }
    for (tag, purse) in [(true, true), (true, false), (false, true), (false, false)] {
        let epurse = Some(b"\xA0\x00\x00\x00\x03\x86\x98\x07\x01".to_vec());
        let wants = Wants { sun: tag, purse, classic: false, epurse };
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
}
