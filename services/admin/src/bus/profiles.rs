//! The networks of an enrolment, as NetworkManager keeps them (`nm-settings-dbus(5)`). Each has a name of its own, so
//! that it is changed, and not added a second time, by the next enrolment.

use std::collections::HashMap;

use zbus::{Connection, Variant};

use super::system::{KeptProxy, ProfilesProxy, Settings};
use crate::enrol::{Eap, Network};

/// The names of the two.
const WIFI: &str = "6f1c2a6e-3d8c-5a5b-9a71-0d61e2d4c001";
const WIRED: &str = "6f1c2a6e-3d8c-5a5b-9a71-0d61e2d4c002";
/// The address that systemd gives a credential in is a folder of ours; NetworkManager takes the bytes.
type Credential<'a> = &'a dyn Fn(&str) -> anyhow::Result<Vec<u8>>;

/// Certificates and keys of the networks, read before anything is changed.
pub(super) struct Secrets {
    wifi: Option<Tls>,
    wired: Option<Tls>,
}

struct Tls {
    identity: String,
    ca: Vec<u8>,
    certificate: Vec<u8>,
    key: Vec<u8>,
}

impl Secrets {
    /// By their names.
    ///
    /// # Errors
    /// The first name that this unit has nothing for.
    pub(super) fn read(network: &Network, credential: Credential<'_>) -> Result<Self, String> {
        let of = |eap: &Eap| {
            let read = |name: &str| credential(name).map_err(|_missing| name.to_owned());
            Ok::<_, String>(Tls {
                identity: eap.identity.clone(),
                ca: read(&eap.ca)?,
                certificate: read(&eap.certificate)?,
                key: read(&eap.key)?,
            })
        };
        let wifi = network.wifi.as_ref().and_then(|wifi| wifi.eap.as_ref());
        let wired = network.wired.as_ref().map(|wired| &wired.eap);
        Ok(Self { wifi: wifi.map(of).transpose()?, wired: wired.map(of).transpose()? })
    }
}

/// Keeps the wireless network; without one, what an earlier enrolment had goes.
pub(super) async fn keep_wifi(bus: &Connection, network: &Network, secrets: &Secrets) -> zbus::Result<()> {
    let Some(wifi) = &network.wifi else { return forget(bus, WIFI).await };
    let mut settings = profile(&wifi.ssid, WIFI, "802-11-wireless");
    let radio = HashMap::from([
        ("ssid", Variant::from(wifi.ssid.as_bytes().to_vec())),
        // It need not tell its name aloud.
        ("hidden", Variant::from(true)),
    ]);
    settings.insert("802-11-wireless", radio);
    if let Some(password) = &wifi.password {
        let secret = HashMap::from([
            ("key-mgmt", Variant::from("wpa-psk")),
            ("psk", Variant::from(password.as_str())),
        ]);
        settings.insert("802-11-wireless-security", secret);
    }
    if let Some(tls) = &secrets.wifi {
        let secret = HashMap::from([("key-mgmt", Variant::from("wpa-eap"))]);
        settings.insert("802-11-wireless-security", secret);
        settings.insert("802-1x", eap(tls));
    }
    keep(bus, WIFI, &settings).await
}

/// The same of the cable's 802.1X.
pub(super) async fn keep_wired(bus: &Connection, secrets: &Secrets) -> zbus::Result<()> {
    let Some(tls) = &secrets.wired else { return forget(bus, WIRED).await };
    let mut settings = profile("802.1X", WIRED, "802-3-ethernet");
    settings.insert("802-3-ethernet", HashMap::new());
    settings.insert("802-1x", eap(tls));
    keep(bus, WIRED, &settings).await
}

fn profile<'a>(id: &'a str, uuid: &'a str, kind: &'a str) -> Settings<'a> {
    Settings::from([(
        "connection",
        HashMap::from([
            ("id", Variant::from(id)),
            ("uuid", Variant::from(uuid)),
            ("type", Variant::from(kind)),
            ("autoconnect", Variant::from(true)),
        ]),
    )])
}

fn eap(tls: &Tls) -> HashMap<&'static str, Variant<'_>> {
    HashMap::from([
        ("eap", Variant::from(vec!["tls"])),
        ("identity", Variant::from(tls.identity.as_str())),
        ("ca-cert", Variant::from(tls.ca.clone())),
        ("client-cert", Variant::from(tls.certificate.clone())),
        ("private-key", Variant::from(tls.key.clone())),
        // NM_SETTING_SECRET_FLAG_NOT_REQUIRED: the key itself is sealed on the unit.
        ("private-key-password-flags", Variant::from(4_u32)),
    ])
}

async fn keep(bus: &Connection, uuid: &str, settings: &Settings<'_>) -> zbus::Result<()> {
    let profiles = ProfilesProxy::new(bus).await?;
    match profiles.get_connection_by_uuid(uuid).await {
        Ok(kept) => KeptProxy::new(bus, kept).await?.update(settings).await,
        Err(error) if super::system::is_away(&error) => Err(error),
        Err(_unknown) => profiles.add_connection(settings).await.map(drop),
    }
}

/// Where nobody keeps networks there is none to forget.
async fn forget(bus: &Connection, uuid: &str) -> zbus::Result<()> {
    let profiles = ProfilesProxy::new(bus).await?;
    match profiles.get_connection_by_uuid(uuid).await {
        Ok(kept) => KeptProxy::new(bus, kept).await?.delete().await,
        Err(_unknown) => Ok(()),
    }
}
