//! What the unit's enrolment says of the till.

use crate::staff::Roster;

/// The credential with its staff, as systemd hands them over.
pub(super) const STAFF: &str = "kiosk_staff_enrolled";

/// What the unit file says where no enrolment names any: systemd takes no empty credential.
const NOBODY: &[u8] = b"#";

/// The staff that the unit's enrolment names. One that is not good is none: a till that did not start for it could sell
/// nothing until somebody came.
pub(super) fn staff(lines: Option<Vec<u8>>) -> Option<Roster> {
    let lines = lines.filter(|lines| !matches!(lines.trim_ascii(), b"" | NOBODY))?;
    Roster::parse(&lines)
        .inspect_err(|error| tracing::error!(%error, "the staff of the unit's enrolment are not taken"))
        .ok()
}
