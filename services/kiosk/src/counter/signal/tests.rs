//! What the payer sees and hears at each step, and when it is quiet.

use super::hours::HoursError;
use super::*;
use crate::till::AttemptNumber;

#[test]
fn each_step_has_its_signal() {
    use Notice as N;
    use Signal as S;
    let number = || AttemptNumber::new("D0123456789ABCDEF0123456789ABCDE").unwrap();
    let money_moves = [Phase::Charging(number()), Phase::Confirming(number()), Phase::Asking(number())];
    for (phase, notice, signal) in [
        (Phase::Opening, N::None, S::Busy),
        (Phase::Waiting, N::None, S::Waiting),
        (Phase::Waiting, N::UseTerminal, S::Waiting),
        (Phase::Waiting, N::CodeUnreadable, S::LookHere),
        (Phase::Waiting, N::CodeSmall, S::LookHere),
        (Phase::Waiting, N::CodeLarge, S::LookHere),
        (Phase::Waiting, N::CodeDark, S::LookHere),
        (Phase::Waiting, N::CodeGlare, S::LookHere),
        (Phase::Waiting, N::CodeTilted, S::LookHere),
        (Phase::Waiting, N::CodeBlurred, S::LookHere),
        (Phase::Waiting, N::OneCard, S::HoldCard),
        (Phase::Waiting, N::UnknownCode, S::Refused),
        (Phase::Waiting, N::CodeDead, S::Refused),
        (Phase::Waiting, N::InsufficientFunds, S::Refused),
        (Phase::Waiting, N::CardUnknown, S::Refused),
        (Phase::Waiting, N::CardBlocked, S::Refused),
        (Phase::Waiting, N::Declined, S::Refused),
        (Phase::Waiting, N::OfferTooLate, S::Refused),
        (Phase::Waiting, N::OfflineCard, S::Refused),
        (Phase::Waiting, N::OfflineLimit, S::Refused),
        (Phase::Waiting, N::OfflineFull, S::SeeStaff),
        (Phase::Waiting, N::CardLeftTooSoon, S::HoldCard),
        (Phase::Waiting, N::LedgerFull, S::SeeStaff),
        (Phase::Reversing(Ending::Cancelled), N::None, S::Busy),
        (Phase::Reversing(Ending::Failed), N::SeeStaff, S::SeeStaff),
        (Phase::Paid, N::None, S::Paid),
        (Phase::Paid, N::MoneyReturned, S::Paid),
        (Phase::Ended(Ending::Cancelled), N::None, S::Off),
        (Phase::Ended(Ending::Cancelled), N::MoneyReturned, S::Refused),
        (Phase::Ended(Ending::Expired), N::None, S::Refused),
        (Phase::Ended(Ending::Failed), N::ChannelsUnreachable, S::Refused),
        (Phase::Ended(Ending::WrongAmount), N::SeeStaff, S::SeeStaff),
    ] {
        assert_eq!(signal_for(&phase, notice), signal, "{phase:?} {notice:?}");
    }
    for phase in money_moves {
        for (notice, signal) in [
            (N::None, S::Busy),
            (N::ConfirmOnPhone, S::Busy),
            (N::DoNotPayAgain, S::Busy),
            (N::CardAgain, S::HoldCard),
            (N::SeeStaff, S::SeeStaff),
        ] {
            assert_eq!(signal_for(&phase, notice), signal, "{phase:?} {notice:?}");
        }
    }
}

#[test]
fn a_locked_till_calls_for_staff_and_an_idle_one_is_dark() {
    let screen = |started, standing| Screen { started, standing, ..Screen::default() };
    assert_eq!(signal_of(&screen(true, Standing::Open)), Signal::Off);
    assert_eq!(signal_of(&screen(true, Standing::Locked)), Signal::SeeStaff);
    assert_eq!(signal_of(&screen(false, Standing::Locked)), Signal::Off, "it is still reading its ledger");
}

#[test]
fn quiet_hours() {
    // 1970-01-01 00:00 at GMT+8 was 16:00 the day before.
    let at = |hour: u64, minute: u64| ((hour + 16) * 60 + minute) * 60_000;
    let night = QuietHours::parse("21:00-07:30").unwrap();
    for (moment, is_quiet) in
        [(at(20, 59), false), (at(21, 0), true), (at(0, 0), true), (at(7, 29), true), (at(7, 30), false)]
    {
        assert_eq!(night.contain(moment), is_quiet, "{moment}");
    }
    let noon = QuietHours::parse("12:00-14:00").unwrap();
    assert!(noon.contain(at(13, 59)) && !noon.contain(at(14, 0)) && !noon.contain(at(11, 59)));
    for line in ["", "21-7", "21:00", "24:00-07:00", "21:60-07:00", "+1:00-07:00", "07:00-07:00", "1:00-2:00"]
    {
        assert_eq!(QuietHours::parse(line), Err(HoursError(line.into())));
    }
}
