//! Where a bill may be fetched, when there should be one, and files that are too much.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use time::macros::{date, datetime};

use super::*;

#[test]
fn an_address_of_elsewhere_leads_to_our_own_host() {
    for (url, want) in [
        ("https://api.mch.weixin.qq.com/v3/billdownload/file?token=x", Some("/v3/billdownload/file?token=x")),
        ("https://evil.example/steal", Some("/steal")),
        ("https://evil.example", None),
        ("/v3/billdownload/file", None),
        ("", None),
    ] {
        assert_eq!(own_target(url), want, "{url}");
    }
}

#[test]
fn no_bill_before_ten_of_the_next_day_is_not_yet() {
    let day = date!(2026 - 01 - 02);
    let at = |moment: OffsetDateTime| no_bill("NO_STATEMENT_EXIST", day, moment.unix_timestamp());
    assert_eq!(at(datetime!(2026-01-02 12:00 +8)), NoBill::NotYet);
    assert_eq!(at(datetime!(2026-01-03 9:59:59 +8)), NoBill::NotYet);
    assert_eq!(at(datetime!(2026-01-03 10:00 +8)), NoBill::None);
    assert_eq!(no_bill("STATEMENT_CREATING", day, i64::MAX), NoBill::NotYet);
    assert_eq!(no_bill("NO_AUTH", day, 0), NoBill::Doubt(Doubt::ServerError));
}

#[test]
fn a_file_is_unpacked_within_bounds() {
    let packed = |text: &[u8]| {
        let mut packer = GzEncoder::new(Vec::new(), Compression::fast());
        packer.write_all(text).expect("pack");
        packer.finish().expect("pack")
    };
    assert_eq!(unpacked(b"plain".to_vec()), Ok(b"plain".to_vec()));
    assert_eq!(unpacked(packed(b"packed")), Ok(b"packed".to_vec()));
    let mut cut = packed(b"packed");
    cut.truncate(cut.len() - 4);
    assert_eq!(unpacked(cut), Err(NoBill::Broken("it cannot be unpacked")));
    let bomb = packed(&vec![0; BILL_BYTES_MAX + 1]);
    assert_eq!(unpacked(bomb), Err(NoBill::Broken("it is larger than any day's")));
}

#[test]
fn the_hash_is_sha1() {
    // FIPS 180's example.
    assert_eq!(sha1(b"abc"), "a9993e364706816aba3e25717850c26c9cd0d89d");
}
