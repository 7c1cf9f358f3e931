//! Wireless networks: which there are, and getting into one.

use std::collections::HashMap;
use std::time::Duration;

use api::admin::{SetupError, WifiNetwork};
use zbus::Connection;
use zbus::{OwnedObjectPath, Variant};

use super::system::{
    ACTIVATED, AccessPointProxy, ActiveProxy, DEACTIVATING, DeviceProxy, KeptProxy, NetworkProxy, PRIVACY,
    Settings, WIFI, WirelessProxy, is_away,
};
use crate::enrol;

/// Networks that are told, the strongest first: nobody looks further down a list.
const NETWORKS_MAX: usize = 24;
/// How long a network may take to let us in: a slow DHCP server's time.
const JOIN_MAX: Duration = Duration::from_secs(45);
/// How often it is asked meanwhile.
const LOOK_EVERY: Duration = Duration::from_millis(300);
/// NetworkManager's word for no station in particular.
const ANY_STATION: &str = "/";

/// What one station of a network sends.
struct Point {
    device: OwnedObjectPath,
    path: OwnedObjectPath,
    ssid: Vec<u8>,
    strength: u8,
    secured: bool,
}

/// The system's network, as far as it is wireless.
pub(super) struct Wifi<'a> {
    pub(super) bus: &'a Connection,
}

impl Wifi<'_> {
    /// Networks in reach, the strongest first; one that several stations send once.
    pub(super) async fn seen(&self) -> Result<Vec<WifiNetwork>, SetupError> {
        let manager = self.manager().await?;
        let mut found: Vec<WifiNetwork> = Vec::new();
        let mut points = self.points(&self.radios(&manager).await?).await?;
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

    /// Joins one and keeps it; one that does not let us in is not kept.
    pub(super) async fn join(&self, ssid: &str, password: &str, hidden: bool) -> Result<(), SetupError> {
        let refused = |why: &str| SetupError::NotJoined(why.to_owned());
        if !enrol::is_ssid(ssid) {
            return Err(refused("a network's name has 1 to 32 bytes"));
        }
        if !password.is_empty() && !enrol::is_password(password) {
            return Err(refused("a password has 8 to 63 letters, digits and signs"));
        }
        let manager = self.manager().await?;
        let radios = self.radios(&manager).await?;
        let points = self.points(&radios).await?;
        let strongest =
            points.into_iter().filter(|point| point.ssid == ssid.as_bytes()).max_by_key(|it| it.strength);
        let (device, station) = match (strongest, radios.into_iter().next()) {
            (Some(point), _) => (point.device, point.path),
            (None, Some(radio)) if hidden => {
                let any = OwnedObjectPath::try_from(ANY_STATION)?;
                (radio, any)
            }
            (None, _) => return Err(refused("this network is not seen here")),
        };
        let (kept, active) = manager
            .add_and_activate_connection(&settings(ssid, password, hidden), &device, &station)
            .await
            .map_err(network)?;
        if tokio::time::timeout(JOIN_MAX, self.is_in(&active)).await.is_ok_and(|there| there) {
            return Ok(());
        }
        if let Ok(kept) = KeptProxy::new(self.bus, kept).await
            && kept.delete().await.is_err()
        {
            tracing::info!("a network that did not let us in is kept all the same");
        }
        Err(refused("it does not let us in: check the password, and go nearer to it"))
    }

    async fn manager(&self) -> Result<NetworkProxy<'static>, SetupError> {
        NetworkProxy::new(self.bus).await.map_err(network)
    }

    async fn radios(&self, manager: &NetworkProxy<'_>) -> Result<Vec<OwnedObjectPath>, SetupError> {
        let mut radios = Vec::new();
        for device in manager.get_devices().await.map_err(network)? {
            let kind = DeviceProxy::new(self.bus, device.clone()).await?.device_type().await;
            if kind.map_err(network)? == WIFI {
                radios.push(device);
            }
        }
        if radios.is_empty() {
            return Err(SetupError::NoWireless("this unit has no radio".to_owned()));
        }
        Ok(radios)
    }

    async fn points(&self, radios: &[OwnedObjectPath]) -> Result<Vec<Point>, SetupError> {
        let mut found = Vec::new();
        for device in radios {
            let radio = WirelessProxy::new(self.bus, device.clone()).await?;
            // It scans by itself too, and refuses while it does: what it knows is told.
            if let Err(error) = radio.request_scan(HashMap::new()).await {
                tracing::debug!(%error, "no new scan");
            }
            for path in radio.get_all_access_points().await.map_err(network)? {
                // One that is gone meanwhile is not in reach.
                if let Ok(point) = self.point(device, path).await {
                    found.push(point);
                }
            }
        }
        Ok(found)
    }

    async fn point(&self, device: &OwnedObjectPath, path: OwnedObjectPath) -> zbus::Result<Point> {
        let point = AccessPointProxy::new(self.bus, path.clone()).await?;
        let (ssid, strength, flags) = tokio::try_join!(point.ssid(), point.strength(), point.flags())?;
        Ok(Point { device: device.clone(), path, ssid, strength, secured: flags & PRIVACY != 0 })
    }

    /// Whether a connection comes up; one that is gone does not.
    async fn is_in(&self, active: &OwnedObjectPath) -> bool {
        let Ok(active) = ActiveProxy::new(self.bus, active.clone()).await else { return false };
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

fn settings<'a>(ssid: &'a str, password: &'a str, hidden: bool) -> Settings<'a> {
    let mut settings = Settings::from([
        (
            "connection",
            HashMap::from([("id", Variant::from(ssid)), ("type", Variant::from("802-11-wireless"))]),
        ),
        (
            "802-11-wireless",
            HashMap::from([
                ("ssid", Variant::from(ssid.as_bytes().to_vec())),
                ("hidden", Variant::from(hidden)),
            ]),
        ),
    ]);
    if !password.is_empty() {
        let secret =
            HashMap::from([("key-mgmt", Variant::from("wpa-psk")), ("psk", Variant::from(password))]);
        settings.insert("802-11-wireless-security", secret);
    }
    settings
}

pub(super) fn network(error: zbus::Error) -> SetupError {
    if is_away(&error) {
        return SetupError::NoNetworkService("NetworkManager does not run here".to_owned());
    }
    SetupError::Bus(error)
}
