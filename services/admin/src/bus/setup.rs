//! `org.dais.Admin1.Setup`: what a first start settles, by the system's own services. What these refuse, or that they are
//! not there, comes back as an error that says so.

use std::collections::HashMap;
use std::time::Duration;

use api::admin::{SetupError, WifiNetwork};
use zbus::proxy::CacheProperties;
use zbus::{Connection, interface};
use zbus::{OwnedObjectPath, Variant};

use super::system::{
    ACTIVATED, AccessPointProxy, ActiveProxy, DEACTIVATING, DeviceProxy, KeptProxy, NetworkProxy, PRIVACY,
    Settings, TimeDateProxy, WIFI, WirelessProxy,
};
use crate::enrol::{self, EnrolError, Fingerprint, Trust};
use crate::office::{Office, Pinned};

/// Networks that are told, the strongest first: nobody looks further down a list.
const NETWORKS_MAX: usize = 24;
/// How long a network may take to let us in: a slow DHCP server's time.
const JOIN_MAX: Duration = Duration::from_secs(45);
/// How often it is asked meanwhile.
const LOOK_EVERY: Duration = Duration::from_millis(300);

/// The interface.
pub(super) struct Setup {
    pub(super) bus: Connection,
    pub(super) office: Office,
}

#[interface(name = "org.dais.Admin1.Setup", introspection_docs = false)]
impl Setup {
    /// Takes an enrolment that a person has agreed to, or only says what it is.
    async fn enrol(
        &self,
        text: String,
        agreed: bool,
    ) -> Result<(String, String, String, String, bool), SetupError> {
        let signed = enrol::read(&text).map_err(bad)?;
        let fingerprint = Fingerprint::of(&signed.key);
        let pinned = self.office.pinned().map_err(|error| SetupError::NotKept(error.to_string()))?;
        let first = match enrol::trust(pinned.as_ref().map(|pinned| &pinned.key), &signed.key) {
            Trust::First => true,
            Trust::Pinned => false,
            Trust::Another { pinned } => {
                return Err(SetupError::OtherKey(format!(
                    "this unit belongs to whoever has the key {}; this is signed by {}",
                    pinned.text(),
                    fingerprint.text()
                )));
            }
        };
        let it = &signed.enrolment;
        if agreed {
            let kept = self.office.keep(&Pinned { key: signed.key }, &text);
            kept.map_err(|error| SetupError::NotKept(error.to_string()))?;
            tracing::info!(first, "this unit is enrolled");
        }
        let names = (it.school.clone(), it.room.clone(), it.unit.clone());
        Ok((names.0, names.1, names.2, fingerprint.text().to_owned(), first))
    }

    /// Joins a wireless network and keeps it; one that does not let us in is not kept.
    async fn join_wifi(&self, ssid: String, password: String) -> Result<(), SetupError> {
        if !password.is_empty() && !enrol::is_password(&password) {
            return Err(SetupError::NotJoined("a password has 8 to 63 letters, digits and signs".to_owned()));
        }
        let manager = self.manager().await?;
        let points = self.points(&manager).await?;
        let strongest =
            points.into_iter().filter(|point| point.ssid == ssid.as_bytes()).max_by_key(|it| it.strength);
        let point =
            strongest.ok_or_else(|| SetupError::NotJoined("this network is not seen here".to_owned()))?;
        let (kept, active) = manager
            .add_and_activate_connection(&settings(&ssid, &password), &point.device, &point.path)
            .await
            .map_err(network)?;
        if tokio::time::timeout(JOIN_MAX, self.is_in(&active)).await.is_ok_and(|there| there) {
            return Ok(());
        }
        if let Ok(kept) = KeptProxy::new(&self.bus, kept).await
            && kept.delete().await.is_err()
        {
            tracing::info!("a network that did not let us in is kept all the same");
        }
        Err(SetupError::NotJoined(
            "it does not let us in: check the password, and go nearer to it".to_owned(),
        ))
    }

    /// For the clock on the wall.
    async fn set_time_zone(&self, name: String) -> Result<(), SetupError> {
        if !enrol::is_zone(&name) {
            return Err(SetupError::BadTimeZone(format!("{name:?} is no time zone")));
        }
        let clock = TimeDateProxy::new(&self.bus).await.map_err(time)?;
        clock.set_timezone(&name, false).await.map_err(|error| match time(error) {
            SetupError::Bus(_) => SetupError::BadTimeZone(format!("the clock does not take {name}")),
            known => known,
        })
    }

    /// The time zone now.
    async fn time_zone(&self) -> Result<String, SetupError> {
        let clock = TimeDateProxy::builder(&self.bus).cache_properties(CacheProperties::No).build().await?;
        clock.timezone().await.map_err(time)
    }

    /// Wireless networks in reach, the strongest first.
    async fn wifi(&self) -> Result<Vec<WifiNetwork>, SetupError> {
        let manager = self.manager().await?;
        let mut found: Vec<WifiNetwork> = Vec::new();
        let mut points = self.points(&manager).await?;
        points.sort_by_key(|point| std::cmp::Reverse(point.strength));
        for point in points {
            // A name that is no text cannot be shown or typed; one without letters hides itself.
            let Ok(ssid) = String::from_utf8(point.ssid) else { continue };
            if !ssid.is_empty() && found.iter().all(|known| known.ssid != ssid) && found.len() < NETWORKS_MAX
            {
                found.push(WifiNetwork { ssid, strength: point.strength.into(), secured: point.secured });
            }
        }
        Ok(found)
    }
}

/// What one station of a network sends.
struct Point {
    device: OwnedObjectPath,
    path: OwnedObjectPath,
    ssid: Vec<u8>,
    strength: u8,
    secured: bool,
}

impl Setup {
    async fn manager(&self) -> Result<NetworkProxy<'static>, SetupError> {
        NetworkProxy::new(&self.bus).await.map_err(network)
    }

    async fn points(&self, manager: &NetworkProxy<'_>) -> Result<Vec<Point>, SetupError> {
        let mut found = Vec::new();
        let mut radios = 0;
        for device in manager.get_devices().await.map_err(network)? {
            if DeviceProxy::new(&self.bus, device.clone()).await?.device_type().await.map_err(network)?
                != WIFI
            {
                continue;
            }
            radios += 1;
            let radio = WirelessProxy::new(&self.bus, device.clone()).await?;
            // It scans by itself too, and refuses while it does: what it knows is told.
            if let Err(error) = radio.request_scan(HashMap::new()).await {
                tracing::debug!(%error, "no new scan");
            }
            for path in radio.get_all_access_points().await.map_err(network)? {
                // One that is gone meanwhile is not in reach.
                if let Ok(point) = self.point(&device, path).await {
                    found.push(point);
                }
            }
        }
        if radios == 0 { Err(SetupError::NoWireless("this unit has no radio".to_owned())) } else { Ok(found) }
    }

    async fn point(&self, device: &OwnedObjectPath, path: OwnedObjectPath) -> zbus::Result<Point> {
        let point = AccessPointProxy::new(&self.bus, path.clone()).await?;
        let (ssid, strength, flags) = tokio::try_join!(point.ssid(), point.strength(), point.flags())?;
        Ok(Point { device: device.clone(), path, ssid, strength, secured: flags & PRIVACY != 0 })
    }

    /// Whether a connection comes up; one that is gone does not.
    async fn is_in(&self, active: &OwnedObjectPath) -> bool {
        let Ok(active) = ActiveProxy::new(&self.bus, active.clone()).await else { return false };
        let mut beat = tokio::time::interval(LOOK_EVERY);
        loop {
            beat.tick().await;
            match active.state().await {
                Ok(ACTIVATED) => return true,
                Ok(state) if state < DEACTIVATING => {}
                _ => return false,
            }
        }
    }
}

fn settings<'a>(ssid: &'a str, password: &'a str) -> Settings<'a> {
    let mut settings = Settings::from([
        (
            "connection",
            HashMap::from([("id", Variant::from(ssid)), ("type", Variant::from("802-11-wireless"))]),
        ),
        ("802-11-wireless", HashMap::from([("ssid", Variant::from(ssid.as_bytes().to_vec()))])),
    ]);
    if !password.is_empty() {
        let secret =
            HashMap::from([("key-mgmt", Variant::from("wpa-psk")), ("psk", Variant::from(password))]);
        settings.insert("802-11-wireless-security", secret);
    }
    settings
}

fn bad(error: EnrolError) -> SetupError {
    SetupError::BadEnrolment(error.to_string())
}

fn network(error: zbus::Error) -> SetupError {
    if is_away(&error) {
        return SetupError::NoNetworkService("NetworkManager does not run here".to_owned());
    }
    SetupError::Bus(error)
}

fn time(error: zbus::Error) -> SetupError {
    if is_away(&error) {
        return SetupError::NoTimeService("systemd-timedated does not run here".to_owned());
    }
    SetupError::Bus(error)
}

fn is_away(error: &zbus::Error) -> bool {
    let away = |name: &str| name.ends_with(".ServiceUnknown") || name.ends_with(".NameHasNoOwner");
    match error {
        zbus::Error::MethodError(name, ..) => away(name.as_str()),
        zbus::Error::FDO(error) => {
            matches!(**error, zbus::fdo::Error::ServiceUnknown(_) | zbus::fdo::Error::NameHasNoOwner(_))
        }
        _ => false,
    }
}
