//! Whether an enrolment is for this unit, and still good. Pure.

use super::{EnrolError, Enrolment};

const DAY_S: u64 = 86_400;
/// A day ends last twelve hours behind UTC; there the unit may stand.
const LAST_ZONE_S: u64 = 12 * 3600;

/// `serial` is this computer's, empty where it tells none; `now_s` seconds since 1970 UTC.
///
/// # Errors
/// [`EnrolError::OtherUnit`] or [`EnrolError::Expired`].
pub fn fits(enrolment: &Enrolment, serial: &str, now_s: u64) -> Result<(), EnrolError> {
    if let Some(wanted) = &enrolment.serial
        && wanted.trim() != serial
    {
        return Err(EnrolError::OtherUnit { wanted: wanted.trim().to_owned(), here: serial.to_owned() });
    }
    if let Some(last) = enrolment.expires.and_then(|day| day.date) {
        let end_s = (days(last.year.into(), last.month.into(), last.day.into()) + 1) * DAY_S + LAST_ZONE_S;
        if now_s >= end_s {
            return Err(EnrolError::Expired { last: last.to_string(), today: today(now_s) });
        }
    }
    Ok(())
}

/// Days since 1970 of a day of the Gregorian calendar; 0 before.
fn days(year: u64, month: u64, day: u64) -> u64 {
    // A year that begins in March has its leap day last.
    let (year, month) = if month > 2 { (year, month - 3) } else { (year.saturating_sub(1), month + 9) };
    let since_0 = 365 * year + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + day;
    since_0.saturating_sub(719_469)
}

fn today(now_s: u64) -> String {
    let wanted = now_s / DAY_S;
    let year = (1970..).find(|year| days(year + 1, 1, 1) > wanted).unwrap_or(1970);
    let month = (1..=12).rev().find(|month| days(year, *month, 1) <= wanted).unwrap_or(1);
    format!("{year:04}-{month:02}-{:02}", wanted - days(year, month, 1) + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::enrol::{SchoolKey, make, read};

    const NOW: u64 = 1_796_000_000;

    fn enrolment(more: &str) -> Enrolment {
        let text = format!("schema = 1\nschool = \"s\"\nunit = \"u\"\n{more}\n");
        read(&make(&SchoolKey::make().unwrap(), &text).unwrap()).unwrap().enrolment
    }

    #[test]
    fn days_are_those_of_the_calendar() {
        // As date(1) says of each.
        for (day, at) in [
            ("1970-01-01", 0),
            ("2000-02-29", 951_782_400),
            ("2026-11-30", 1_796_000_000),
            ("2100-03-01", 4_107_542_400),
        ] {
            assert_eq!(today(at), day);
            let parts: Vec<u64> = day.split('-').map(|part| part.parse().unwrap()).collect();
            assert_eq!(days(parts[0], parts[1], parts[2]), at / DAY_S, "{day}");
        }
    }

    #[test]
    fn a_serial_number_is_this_computers_or_nobodys() {
        let any = enrolment("");
        let one = enrolment("serial = \"PF3X1\"");
        assert_eq!(fits(&any, "", NOW), Ok(()));
        assert_eq!(fits(&one, "PF3X1", NOW), Ok(()));
        for other in ["PF3X2", ""] {
            let told = fits(&one, other, NOW).unwrap_err().to_string();
            assert!(told.contains("PF3X1") && (other.is_empty() || told.contains(other)), "{told}");
        }
    }

    #[test]
    fn its_last_day_is_whole_wherever_the_unit_stands() {
        let good = enrolment("expires = 2026-11-30");
        let next_midnight = 1_796_083_200;
        assert_eq!(fits(&good, "", NOW), Ok(()));
        assert_eq!(fits(&good, "", next_midnight + LAST_ZONE_S - 1), Ok(()));
        let over = fits(&good, "", next_midnight + LAST_ZONE_S).unwrap_err();
        assert_eq!(over, EnrolError::Expired { last: "2026-11-30".into(), today: "2026-12-01".into() });
    }
}
