//! `org.dais.Kiosk1.Attendance` on the bus: who has come, by card.

use api::attendance::Tapped;
use api::kiosk::KioskError;
use zbus::interface;

use crate::counter::Attendance;

/// The interface.
pub(crate) struct AttendanceDesk {
    pub(super) attendance: Attendance,
}

#[interface(name = "org.dais.Kiosk1.Attendance")]
impl AttendanceDesk {
    #[zbus(out_args("listening"))]
    async fn listen(&self, list: &str, seconds: u32) -> Result<bool, KioskError> {
        let for_ms = u64::from(seconds).saturating_mul(1000);
        self.attendance.listen(list, for_ms).map_err(|bad| KioskError::BadId(bad.to_string()))
    }

    #[zbus(out_args("tapped"))]
    async fn take(&self) -> Vec<Tapped> {
        self.attendance.take()
    }

    #[zbus(property)]
    async fn tapped(&self) -> u64 {
        *self.attendance.told().borrow()
    }
}
