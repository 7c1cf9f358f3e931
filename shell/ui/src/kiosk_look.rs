//! The icons and pictures that the kiosk's screen alone shows.

use slint::{ComponentHandle, Image, ModelRc, VecModel};

use crate::assets::{AssetError, Assets};
use screens::{KioskIcons, KioskScreen};

type Setter = fn(&KioskIcons<'_>, Image);

/// Gives a kiosk's screen its own icons and pictures.
///
/// # Errors
/// [`AssetError`] where one is missing.
pub fn dress(screen: &KioskScreen, assets: &Assets) -> Result<(), AssetError> {
    let icons = screen.global::<KioskIcons<'_>>();
    for (set, name) in ICONS {
        set(&icons, assets.icon(name)?);
    }
    let pictures = ALLERGENS.iter().map(|name| assets.picture(name)).collect::<Result<Vec<_>, _>>()?;
    icons.set_allergens(ModelRc::new(VecModel::from(pictures)));
    Ok(())
}

const ICONS: &[(Setter, &str)] = &[
    (|to, image| to.set_large_text(image), "a-large-small"),
    (|to, image| to.set_low(image), "accessibility"),
    (|to, image| to.set_ear(image), "ear"),
    (|to, image| to.set_card(image), "credit-card"),
    (|to, image| to.set_bank(image), "landmark"),
    (|to, image| to.set_returned(image), "rotate-ccw"),
    (|to, image| to.set_late(image), "clock-alert"),
    (|to, image| to.set_printer(image), "printer"),
    (|to, image| to.set_star(image), "star"),
    (|to, image| to.set_ticket(image), "ticket"),
    (|to, image| to.set_chart(image), "chart-column"),
    (|to, image| to.set_key(image), "key-round"),
    (|to, image| to.set_lock(image), "lock"),
    (|to, image| to.set_log_out(image), "log-out"),
    (|to, image| to.set_wrench(image), "wrench"),
    (|to, image| to.set_flag(image), "flag"),
    (|to, image| to.set_calendar(image), "calendar-check"),
    (|to, image| to.set_receipt(image), "receipt"),
    (|to, image| to.set_wallet(image), "wallet"),
    (|to, image| to.set_laugh(image), "laugh"),
    (|to, image| to.set_smile(image), "smile"),
    (|to, image| to.set_meh(image), "meh"),
    (|to, image| to.set_frown(image), "frown"),
];

/// In the order of [`api::kiosk::Allergen`]: wheat, shrimp, fish, egg, peanuts, beans, milk, chestnut.
const ALLERGENS: [&str; 8] = [
    "1f33e.webp",
    "1f990.webp",
    "1f41f.webp",
    "1f95a.webp",
    "1f95c.webp",
    "1fad8.webp",
    "1f95b.webp",
    "1f330.webp",
];
