//! What a first start settles: by a clock and a network that dbusmock plays below our service, and without them.

use std::process::{Child, Command, Stdio};

use admin::enrol::{SchoolKey, make};
use api::admin::{SetupError, SetupProxy, WifiNetwork};
use futures_util::StreamExt;
use zbus::OwnedObjectPath;

use testbus::soon;

use crate::served::Served;

/// `WPA2-PSK` (nm-dbus-types, `NM80211ApSecurityFlags`).
const SECURED: u32 = 0x100;

/// A service of the system's, played by Debian's python3-dbusmock; it ends with the test.
struct Played(Child);

impl Played {
    async fn start(served: &Served, template: &str, name: &str) -> Self {
        let names = zbus::fdo::DBusProxy::new(&served.caller).await.unwrap();
        let mut owners = names.receive_name_owner_changed().await.unwrap();
        // Debian's own: another Python does not find its packages.
        let mut command = Command::new("/usr/bin/python3");
        command.args(["-m", "dbusmock", "--system", "--template", template]);
        command.env("DBUS_SYSTEM_BUS_ADDRESS", served.bus()).stdout(Stdio::null());
        let child = command.spawn().expect("python3-dbusmock is among the packages of the tests");
        let owned = async {
            while let Some(change) = owners.next().await {
                let change = change.args().unwrap();
                if change.name() == name && change.new_owner().is_some() {
                    return;
                }
            }
        };
        soon("a played service", owned).await;
        Self(child)
    }
}

impl Drop for Played {
    fn drop(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_clock_is_set_by_the_systems_own_service() {
    let served = Served::start(None).await;
    let setup = SetupProxy::new(&served.caller).await.unwrap();
    let away = soon("an answer", setup.set_time_zone("Asia/Shanghai")).await.unwrap_err();
    assert!(matches!(away, SetupError::NoTimeService(_)), "{away}");
    let clock = Played::start(&served, "timedated", "org.freedesktop.timedate1").await;
    setup.set_time_zone("Asia/Urumqi").await.unwrap();
    assert_eq!(setup.time_zone().await.unwrap(), "Asia/Urumqi");
    let wrong = setup.set_time_zone("../../etc/passwd").await.unwrap_err();
    assert!(matches!(wrong, SetupError::BadTimeZone(_)), "{wrong}");
    assert_eq!(setup.time_zone().await.unwrap(), "Asia/Urumqi");
    drop(clock);
    served.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn wireless_networks_are_listed_and_joined() {
    let served = Served::start(None).await;
    let setup = SetupProxy::new(&served.caller).await.unwrap();
    let away = soon("an answer", setup.wifi()).await.unwrap_err();
    assert!(matches!(away, SetupError::NoNetworkService(_)), "{away}");
    let network = Played::start(&served, "networkmanager", "org.freedesktop.NetworkManager").await;
    let none = setup.wifi().await.unwrap_err();
    assert!(matches!(none, SetupError::NoWireless(_)), "{none}");
    let mock = zbus::Proxy::new(
        &served.caller,
        "org.freedesktop.NetworkManager",
        "/org/freedesktop/NetworkManager",
        "org.freedesktop.DBus.Mock",
    )
    .await
    .unwrap();
    let radio: String = mock.call("AddWiFiDevice", &("radio", "wlan0", 30_i32)).await.unwrap();
    for (name, ssid, strength, security) in
        [("one", "guests", 30_u8, 0), ("two", "school", 60, SECURED), ("three", "school", 90, SECURED)]
    {
        let point = (&radio, name, ssid, "00:23:f8:7e:12:bb", 2_u32, 2425_u32, 5400_u32, strength, security);
        let _path: String = mock.call("AddAccessPoint", &point).await.unwrap();
    }
    let known = |ssid: &str, strength, secured| WifiNetwork { ssid: ssid.to_owned(), strength, secured };
    // One name is one network, however many stations send it.
    assert_eq!(setup.wifi().await.unwrap(), [known("school", 90, true), known("guests", 30, false)]);
    for (ssid, password, why) in [("school", "short", "8 to 63"), ("elsewhere", "correct horse", "not seen")]
    {
        let refused = setup.join_wifi(ssid, password).await.unwrap_err().to_string();
        assert!(refused.contains(why) && !refused.contains("correct"), "{refused}");
    }
    soon("a network", setup.join_wifi("school", "correct horse")).await.unwrap();
    let manager = zbus::Proxy::new(
        &served.caller,
        "org.freedesktop.NetworkManager",
        "/org/freedesktop/NetworkManager",
        "org.freedesktop.NetworkManager",
    )
    .await
    .unwrap();
    let active: Vec<OwnedObjectPath> = manager.get_property("ActiveConnections").await.unwrap();
    assert_eq!(active.len(), 1);
    drop(network);
    served.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_key_is_pinned_once_a_person_agrees_and_another_is_refused() {
    let served = Served::start(None).await;
    let setup = SetupProxy::new(&served.caller).await.unwrap();
    let (key, other) = (SchoolKey::make().unwrap(), SchoolKey::make().unwrap());
    let text = "schema = 1\nschool = \"第三中学\"\nroom = \"3B\"\nunit = \"3B-panel\"\n";
    let (ours, theirs) = (make(&key, text).unwrap(), make(&other, text).unwrap());
    // To look at one pins nothing.
    let (school, room, unit, fingerprint, first) = setup.enrol(&theirs, false).await.unwrap();
    assert_eq!((school.as_str(), room.as_str(), unit.as_str(), first), ("第三中学", "3B", "3B-panel", true));
    assert_eq!(fingerprint, other.fingerprint().text());
    assert!(setup.enrol(&ours, true).await.unwrap().4);
    assert!(!setup.enrol(&ours, true).await.unwrap().4, "it was met before");
    let refused = setup.enrol(&theirs, true).await.unwrap_err();
    assert!(
        matches!(&refused, SetupError::OtherKey(words) if words.contains(key.fingerprint().text())),
        "{refused}"
    );
    let changed = setup.enrol(&ours.replace("3B-panel", "4C-panel"), true).await.unwrap_err();
    assert!(matches!(changed, SetupError::BadEnrolment(_)), "{changed}");
    served.stop().await;
}
