//! What the unit's enrolment says of the till.

use crate::staff::Roster;

/// The credential with its staff, as systemd hands them over.
pub(super) const STAFF: &str = "kiosk_staff_enrolled";

/// The staff that the unit's enrolment names. One that is not good is none: a till that did not start for it could sell
/// nothing until somebody came.
pub(super) fn staff(lines: Option<Vec<u8>>) -> Option<Roster> {
    let lines = lines.filter(|lines| !lines.trim_ascii().is_empty())?;
    Roster::parse(&lines)
        .inspect_err(|error| tracing::error!(%error, "the staff of the unit's enrolment are not taken"))
        .ok()
}
