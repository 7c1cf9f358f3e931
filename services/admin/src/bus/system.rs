//! The system's own services, as far as a first start needs them: the time zone (org.freedesktop.timedate1(5)) and the
//! network (NetworkManager's D-Bus API 1.42, `nm-dbus-types`).

use std::collections::HashMap;

use zbus::proxy;
use zbus::{OwnedObjectPath, OwnedVariant, Variant};

/// A connection's settings, group by group.
pub(super) type Settings<'a> = HashMap<&'a str, HashMap<&'a str, Variant<'a>>>;

/// `NM_DEVICE_TYPE_WIFI`.
pub(super) const WIFI: u32 = 2;
/// `NM_ACTIVE_CONNECTION_STATE_ACTIVATED`, and the first that says that it is over.
pub(super) const ACTIVATED: u32 = 2;
pub(super) const DEACTIVATING: u32 = 3;
/// `NM_802_11_AP_FLAGS_PRIVACY`.
pub(super) const PRIVACY: u32 = 1;

#[proxy(
    interface = "org.freedesktop.timedate1",
    default_service = "org.freedesktop.timedate1",
    default_path = "/org/freedesktop/timedate1"
)]
pub(super) trait TimeDate {
    fn set_timezone(&self, timezone: &str, interactive: bool) -> zbus::Result<()>;
    #[zbus(property(emits_changed_signal = "false"))]
    fn timezone(&self) -> zbus::Result<String>;
}

#[proxy(
    interface = "org.freedesktop.NetworkManager",
    default_service = "org.freedesktop.NetworkManager",
    default_path = "/org/freedesktop/NetworkManager"
)]
pub(super) trait Network {
    fn get_devices(&self) -> zbus::Result<Vec<OwnedObjectPath>>;
    fn add_and_activate_connection(
        &self,
        settings: &Settings<'_>,
        device: &OwnedObjectPath,
        access_point: &OwnedObjectPath,
    ) -> zbus::Result<(OwnedObjectPath, OwnedObjectPath)>;
}

#[proxy(
    interface = "org.freedesktop.NetworkManager.Settings",
    default_service = "org.freedesktop.NetworkManager",
    default_path = "/org/freedesktop/NetworkManager/Settings"
)]
pub(super) trait Profiles {
    fn add_connection(&self, settings: &Settings<'_>) -> zbus::Result<OwnedObjectPath>;
    fn get_connection_by_uuid(&self, uuid: &str) -> zbus::Result<OwnedObjectPath>;
}

#[proxy(
    interface = "org.freedesktop.NetworkManager.Device",
    default_service = "org.freedesktop.NetworkManager"
)]
pub(super) trait Device {
    #[zbus(property(emits_changed_signal = "false"))]
    fn device_type(&self) -> zbus::Result<u32>;
}

#[proxy(
    interface = "org.freedesktop.NetworkManager.Device.Wireless",
    default_service = "org.freedesktop.NetworkManager"
)]
pub(super) trait Wireless {
    fn request_scan(&self, options: HashMap<&str, OwnedVariant>) -> zbus::Result<()>;
    fn get_all_access_points(&self) -> zbus::Result<Vec<OwnedObjectPath>>;
}

#[proxy(
    interface = "org.freedesktop.NetworkManager.AccessPoint",
    default_service = "org.freedesktop.NetworkManager"
)]
pub(super) trait AccessPoint {
    #[zbus(property(emits_changed_signal = "false"))]
    fn ssid(&self) -> zbus::Result<Vec<u8>>;
    #[zbus(property(emits_changed_signal = "false"))]
    fn strength(&self) -> zbus::Result<u8>;
    #[zbus(property(emits_changed_signal = "false"))]
    fn flags(&self) -> zbus::Result<u32>;
}

#[proxy(
    interface = "org.freedesktop.NetworkManager.Connection.Active",
    default_service = "org.freedesktop.NetworkManager"
)]
pub(super) trait Active {
    #[zbus(property(emits_changed_signal = "false"))]
    fn state(&self) -> zbus::Result<u32>;
}

#[proxy(
    interface = "org.freedesktop.NetworkManager.Settings.Connection",
    default_service = "org.freedesktop.NetworkManager"
)]
pub(super) trait Kept {
    fn delete(&self) -> zbus::Result<()>;
    fn update(&self, settings: &Settings<'_>) -> zbus::Result<()>;
}

/// The system has no such service, or it does not run.
pub(super) fn is_away(error: &zbus::Error) -> bool {
    let away = |name: &str| name.ends_with(".ServiceUnknown") || name.ends_with(".NameHasNoOwner");
    match error {
        zbus::Error::MethodError(name, ..) => away(name.as_str()),
        zbus::Error::FDO(error) => {
            matches!(**error, zbus::fdo::Error::ServiceUnknown(_) | zbus::fdo::Error::NameHasNoOwner(_))
        }
        _ => false,
    }
}
