//! `org.dais.Admin1`: where the page is that tells how this unit is. Contract in words: `xml/org.dais.Admin1.xml`.

use zbus::proxy;

/// The page as the unit's own screens see it.
#[proxy(
    interface = "org.dais.Admin1",
    default_service = "org.dais.Admin1",
    default_path = "/org/dais/Admin1"
)]
pub trait Admin {
    /// The page's whole address, which is its key too; empty where the page is off.
    #[zbus(property(emits_changed_signal = "false"))]
    fn address(&self) -> zbus::Result<String>;

    /// Of the service.
    #[zbus(property(emits_changed_signal = "const"))]
    fn version(&self) -> zbus::Result<String>;
}
