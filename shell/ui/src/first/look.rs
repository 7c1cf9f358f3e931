//! The icons that a first start alone shows.

use slint::{ComponentHandle, Image};

use crate::assets::{AssetError, Assets};
use screens::{FirstIcons, FirstSurface};

type Setter = fn(&FirstIcons<'_>, Image);

/// Gives the screen its own icons.
///
/// # Errors
/// [`AssetError`] where one is missing.
pub fn dress(screen: &FirstSurface, assets: &Assets) -> Result<(), AssetError> {
    let icons = screen.global::<FirstIcons<'_>>();
    for (set, name) in ICONS {
        set(&icons, assets.icon(name)?);
    }
    Ok(())
}

const ICONS: &[(Setter, &str)] = &[
    (|to, image| to.set_wifi(image), "wifi"),
    (|to, image| to.set_wifi_high(image), "wifi-high"),
    (|to, image| to.set_wifi_low(image), "wifi-low"),
    (|to, image| to.set_wifi_zero(image), "wifi-zero"),
    (|to, image| to.set_lock(image), "lock"),
    (|to, image| to.set_eye(image), "eye"),
    (|to, image| to.set_eye_off(image), "eye-off"),
    (|to, image| to.set_globe(image), "globe"),
    (|to, image| to.set_pin(image), "map-pin"),
    (|to, image| to.set_fingerprint(image), "fingerprint-pattern"),
    (|to, image| to.set_school(image), "school"),
    (|to, image| to.set_shield(image), "shield-check"),
    (|to, image| to.set_port(image), "ethernet-port"),
    (|to, image| to.set_card(image), "id-card"),
    (|to, image| to.set_key(image), "key-round"),
    (|to, image| to.set_monitor(image), "monitor"),
];
