//! The one door for fuzzing: every parser of bytes from outside, by name.
//!
//! It exists for tests and under `--cfg fuzzing` alone, so that parsers stay private to the module that believes them.
//! A new target is a function in the parser's own module that takes bytes and must never panic, a row in [`TARGETS`],
//! and a folder of seeds in `services/kiosk/fuzz/seeds`. `cargo xtask fuzz` runs them under libFuzzer; the ordinary
//! tests run each over its seeds and some thousands of seeded mutations of them.

mod paper;
mod reader;
mod scanner;

use crate::channel::{alipay, rsa, terminal, unionpay, wechat};
use crate::member::{Handle, MemberCode};
use crate::staff::Roster;
use crate::till::{AgreementNumber, AttemptNumber, CardUid, Currency, Money, PayCode, Record};
use crate::{card, emv, front, member, promotion};

/// One parser, or a few that read the same bytes one after another.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    /// What `cargo xtask fuzz` calls it, and the folder of its seeds.
    pub name: &'static str,
    /// Reads the bytes. A panic, or a rule that does not hold, is a bug; an error is an answer.
    pub run: fn(&[u8]),
}

/// All of them.
pub const TARGETS: &[Target] = &[
    Target { name: "alipay_answer", run: alipay::fuzz::answer },
    Target { name: "alipay_notify", run: alipay::fuzz::notify },
    Target { name: "alipay_bill", run: alipay::fuzz::bill },
    Target { name: "alipay_bill_zip", run: alipay::fuzz::bill_zip },
    Target { name: "unionpay_fields", run: unionpay::fuzz::fields },
    Target { name: "emv_code", run: emv_code },
    Target { name: "wechat_answer", run: wechat::fuzz::answer },
    Target { name: "wechat_headers", run: wechat::fuzz::headers },
    Target { name: "wechat_bill", run: wechat::fuzz::bill },
    Target { name: "wechat_told", run: wechat::fuzz::told },
    Target { name: "wechat_sealed", run: wechat::fuzz::sealed },
    Target { name: "wechat_xml", run: wechat::v2::fuzz::xml },
    Target { name: "unionpay_told", run: unionpay::fuzz::told },
    Target { name: "unionpay_certificates", run: unionpay::fuzz::certificates },
    Target { name: "terminal_frame", run: terminal::fuzz::frame },
    Target { name: "terminal_message", run: terminal::fuzz::message },
    Target { name: "card_sun", run: card::fuzz::sun },
    Target { name: "card_answers", run: card::fuzz::answers },
    Target { name: "card_sectors", run: card::fuzz::sectors },
    Target { name: "card_ndef", run: card::fuzz::ndef },
    Target { name: "card_purse", run: card::fuzz::purse_answers },
    Target { name: "voucher", run: promotion::fuzz::voucher },
    Target { name: "member_code", run: member_code },
    Target { name: "front", run: front::fuzz::front },
    Target { name: "staff_roster", run: staff_roster },
    Target { name: "nfc_request", run: nfc_request },
    Target { name: "pem_key", run: rsa::fuzz::pem_key },
    Target { name: "presented", run: presented },
    Target { name: "money", run: money },
    Target { name: "ledger_record", run: ledger_record },
    Target { name: "nfc_line", run: nfc_line },
    Target { name: "nfc_chip", run: reader::chip_line },
    Target { name: "nfc_tag", run: reader::tag },
    Target { name: "nfc_answers", run: reader::answers },
    Target { name: "scanner_keys", run: scanner::keys },
    Target { name: "scanner_characters", run: scanner::characters },
    Target { name: "scanner_reports", run: scanner::reports },
    Target { name: "scanner_descriptor", run: scanner::descriptor },
    Target { name: "scanner_elements", run: scanner::elements },
    Target { name: "scanner_source", run: scanner::source },
    Target { name: "printer_reply", run: paper::reply },
    Target { name: "printer_machine", run: paper::machine },
    Target { name: "camera_frame", run: camera_frame },
    Target { name: "device_sources", run: device_sources },
];

/// A scanner's or a reader's text: whatever is taken keeps within its bounds and never prints.
fn presented(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if let Ok(code) = PayCode::new(text) {
        assert!(code.reveal().bytes().all(|byte| byte.is_ascii_graphic()), "a code is printable");
        assert_eq!(format!("{code:?}"), "PayCode(**)");
    }
    if let Ok(number) = AgreementNumber::new(text) {
        assert_eq!(format!("{number:?}"), "AgreementNumber(**)");
    }
    if let Ok(uid) = CardUid::from_hex(text) {
        assert!(matches!(uid.reveal().len(), 4 | 7 | 10), "a uid has 4, 7 or 10 bytes");
    }
    if let Ok(number) = AttemptNumber::new(text) {
        assert_eq!(number.as_str(), text);
    }
}

/// A code by EMVCo, the merchant's or the payer's; one that is read can be shown again, and means the same.
fn emv_code(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if let Ok(shown) = emv::mpm::MerchantCode::parse(text)
        && let Ok(again) = shown.text()
    {
        assert_eq!(emv::mpm::MerchantCode::parse(&again).as_ref(), Ok(&shown));
    }
    let _payers = emv::cpm::parse(text).is_ok();
}

/// An amount as channels write it: what is read means the same when it is written again.
fn money(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    for code in ["CNY", "JPY", "KWD"] {
        let Ok(currency) = Currency::parse(code) else { continue };
        if let Ok(money) = Money::from_decimal(text, currency) {
            let again = Money::from_decimal(&money.to_decimal(), currency);
            assert_eq!(again.map(|again| again.minor()), Ok(money.minor()), "{code}");
        }
    }
}

/// A record as the ledger keeps it: a file that somebody touched is refused, never believed half.
fn ledger_record(bytes: &[u8]) {
    let Ok(record) = serde_json::from_slice::<Record>(bytes) else { return };
    let text = serde_json::to_vec(&record).expect("what was read can be written");
    let again: Record = serde_json::from_slice(&text).expect("what was written can be read");
    assert_eq!(record, again);
}

/// A line of the card reader's process: what is read can be told on, and an error never repeats a uid.
fn nfc_line(bytes: &[u8]) {
    if let Ok(event) = nfc::event::Event::from_line(bytes) {
        let line = event.clone().to_line().expect("a line");
        assert_eq!(nfc::event::Event::from_line(line.as_bytes()).expect("its own line"), event);
    }
}

/// What the till asks of a card, over the same line.
fn nfc_request(bytes: &[u8]) {
    if let Some(request) = nfc::apdu::Request::from_line(bytes) {
        let line = request.to_line().expect("a line");
        assert!(
            nfc::apdu::Request::from_line(line.as_bytes()) == Some(request),
            "it reads as it was written"
        );
    }
}

/// What a camera shows, by one of the cascade's steps: any picture is read or not, and what is read never prints. The
/// first byte chooses the step, the second is the width; each byte after is a square of the picture, which keeps real
/// codes short enough to be searched.
fn camera_frame(bytes: &[u8]) {
    use camera::{decode, picture::Picture, steps::Step};
    /// Pixels across a square: decoders want more than one for a module.
    const SQUARE: usize = 3;
    let [step, width, squares @ ..] = bytes else { return };
    if *width == 0 {
        return;
    }
    let wide = |row: &[u8]| row.iter().flat_map(|grey| [*grey; SQUARE]).collect::<Vec<u8>>().repeat(SQUARE);
    let gray: Vec<u8> = squares.chunks_exact(usize::from(*width)).flat_map(wide).collect();
    let width = usize::from(*width) * SQUARE;
    let picture = Picture::new(&gray, width, gray.len() / width).expect("whole rows");
    let step = Step::ALL[usize::from(*step) % Step::ALL.len()];
    let seen = decode::look(&picture).map(|found| found.codes);
    for code in [seen, decode::look_by(step, &picture)].into_iter().flatten().flatten() {
        let length = code.reveal().len();
        assert!(length > 0, "a code of nothing");
        assert_eq!(format!("{code:?}"), format!("Code({:?}, {length} bytes)", code.symbology()));
    }
}

/// Lines of configuration that name a camera or a printer: what is taken means the same when it is written again.
fn device_sources(bytes: &[u8]) {
    use camera::Source;
    use printer::Place;
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if let Ok(place @ (Place::Network(..) | Place::Queue(_))) = text.parse() {
        assert_eq!(place.to_string().parse().as_ref(), Ok(&place), "it reads as it was written");
    }
    if let Ok(Source::Device(path) | Source::Picture(path) | Source::Video(path)) = Source::parse(text) {
        assert!(path.is_absolute(), "a camera's file depends on where the till was started");
    }
}

/// Pieces one after another, each behind its length in one byte.
pub(crate) fn parts(bytes: &[u8]) -> Vec<&[u8]> {
    let mut parts = Vec::new();
    let mut rest = bytes;
    while let Some((length, more)) = rest.split_first() {
        let (part, after) = more.split_at(usize::from(*length).min(more.len()));
        parts.push(part);
        rest = after;
    }
    parts
}

/// A member's code as scanned, its handle, and a phone number as typed.
fn member_code(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if let Ok(code) = MemberCode::read(text) {
        assert!(MemberCode::claims(text), "a member's code would go to a payment channel");
        assert_eq!(Handle::new(code.handle.as_str()), Ok(code.handle));
    }
    if let Some(phone) = member::phone(text) {
        assert_eq!(member::phone(&format!("+{phone}")), Some(phone), "a number has one form");
    }
}

/// The credential with who may do what at the till.
fn staff_roster(bytes: &[u8]) {
    if let Ok(roster) = Roster::parse(bytes) {
        assert!(!format!("{roster:?}").contains('$'), "a roster prints a hash");
    }
}

#[cfg(test)]
mod tests;
