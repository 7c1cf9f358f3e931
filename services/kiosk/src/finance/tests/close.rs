//! A day is closed once, in order, when it is over, and never over an unnamed doubt.

use time::Date;
use time::macros::date;

use super::cny;
use crate::channel::ChannelKind;
use crate::finance::{Ahead, ChannelDay, CloseRefused, DayClose, may_close};
use crate::till::Currency;

const TODAY: Date = date!(2026 - 11 - 25);

fn names(text: &str) -> Vec<String> {
    text.split_whitespace().map(str::to_owned).collect()
}

#[test]
fn a_day_is_closed_once_in_order_and_over_no_unnamed_doubt() {
    let (d22, d23, d24) = (date!(2026 - 11 - 22), date!(2026 - 11 - 23), date!(2026 - 11 - 24));
    for (day, last, first, doubts, carry, by, told) in [
        (d24, None, None, "", "", "s1", Ok(())),
        (d24, None, Some(d24), "", "", "s1", Ok(())),
        (d23, None, Some(d24), "", "", "s1", Ok(())),
        (d24, Some(d23), Some(d22), "", "", "s1", Ok(())),
        (d24, Some(d23), None, "A1 A2", "A2 A1", "s1", Ok(())),
        (TODAY, Some(d24), None, "", "", "s1", Err(CloseRefused::NotOver(TODAY))),
        (d24, Some(d24), None, "", "", "s1", Err(CloseRefused::Closed(d24))),
        (d23, Some(d24), None, "", "", "s1", Err(CloseRefused::Closed(d23))),
        (d24, Some(d22), None, "", "", "s1", Err(CloseRefused::Earlier(d23))),
        (d24, None, Some(d22), "", "", "s1", Err(CloseRefused::Earlier(d22))),
        (d24, Some(d23), None, "A1 A2", "A2", "s1", Err(CloseRefused::InDoubt(names("A1")))),
        (d24, Some(d23), None, "A1", "A1 A9", "s1", Err(CloseRefused::NotInDoubt("A9".to_owned()))),
        (d24, None, None, "", "", "", Err(CloseRefused::Nobody)),
        (d24, None, None, "", "", "s\n1", Err(CloseRefused::Nobody)),
    ] {
        let ahead = Ahead { last, first, doubts: names(doubts) };
        assert_eq!(may_close(day, TODAY, &ahead, &names(carry), by), told, "{day} after {last:?}");
    }
}

#[test]
fn the_text_of_a_close_has_all_of_it() {
    let row = ChannelDay {
        channel: ChannelKind::Alipay,
        currency: Currency::CNY,
        payments: 3,
        gross: 900,
        refunds: 1,
        refunded: 100,
        fees: 5,
        divided: 90,
    };
    assert_eq!(row.net(), Ok(cny(705)));
    let close = DayClose {
        day: date!(2026 - 11 - 24),
        channels: vec![row],
        open_cases: 2,
        carried: names("A1"),
        head: (17, vec![0xab, 0xcd]),
        by: "s1".to_owned(),
        at_ms: 5,
    };
    assert_eq!(
        close.text(&[0x01]),
        "dais day close 1\nbefore 01\nday 2026-11-24\nchannel alipay CNY payments 3 gross 900 refunds 1 refunded \
         100 fees 5 divided 90\ncarried A1\ncases 2\nhead 17 abcd\nby \"s1\"\nat 5\n"
    );
}
