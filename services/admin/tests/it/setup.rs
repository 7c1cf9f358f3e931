//! What a first start settles: by a clock and a network that dbusmock plays below our service, and without them.

use std::collections::HashMap;
use std::process::{Child, Command, Stdio};

use admin::enrol::{SchoolKey, make};
use api::admin::{EnrolPart, Enrolled, FirstStep, Offer, PartState, SetupError, SetupProxy, WifiNetwork};
use futures_util::StreamExt;
use zbus::OwnedObjectPath;

use testbus::soon;

use crate::served::Served;

/// `WPA2-PSK` (nm-dbus-types, `NM80211ApSecurityFlags`).
const SECURED: u32 = 0x100;
const LEAST: &str = "schema = 1\nschool = \"第三中学\"\nroom = \"3B\"\nunit = \"3B-panel\"\n";
const STAFF: &str = "01 manager pbkdf2-sha256 600000 c2FsdA== aGFzaA==";

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
        let refused = setup.join_wifi(ssid, password, false).await.unwrap_err().to_string();
        assert!(refused.contains(why) && !refused.contains("correct"), "{refused}");
    }
    soon("a network", setup.join_wifi("school", "correct horse", false)).await.unwrap();
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
    let (ours, theirs) = (make(&key, LEAST).unwrap(), make(&other, LEAST).unwrap());
    // To look at one pins nothing and keeps nothing.
    let seen = setup.enrol(&theirs, false).await.unwrap();
    assert_eq!(
        (seen.school.as_str(), seen.room.as_str(), seen.unit.as_str()),
        ("第三中学", "3B", "3B-panel")
    );
    assert_eq!((seen.first, seen.fingerprint.as_str()), (true, other.fingerprint().text()));
    assert_eq!(setup.enrolled().await.unwrap(), Enrolled::default());
    assert!(setup.enrol(&ours, true).await.unwrap().first);
    assert!(!setup.enrol(&ours, true).await.unwrap().first, "it was met before");
    let refused = setup.enrol(&theirs, true).await.unwrap_err();
    assert!(
        matches!(&refused, SetupError::OtherKey(words) if words.contains(key.fingerprint().text())),
        "{refused}"
    );
    assert_eq!(setup.enrolled().await.unwrap().unit, "3B-panel");
    served.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_an_enrolment_has_a_name_each_and_changes_nothing() {
    let served = Served::start(None).await;
    let setup = SetupProxy::new(&served.caller).await.unwrap();
    let key = SchoolKey::make().unwrap();
    let signed = |more: &str| make(&key, &format!("{LEAST}{more}\n")).unwrap();
    let good = signed("");
    let eap = "[network.wired.eap]\nidentity = \"a\"\nca = \"c\"\ncertificate = \"d\"\nkey = \"k\"";
    let table = [
        (LEAST.to_owned(), "NotSigned"),
        (good.replace("3B-panel", "4C-panel"), "BadSignature"),
        (signed("serial = \"another computer's\""), "OtherUnit"),
        (signed("expires = 2020-01-01"), "Expired"),
        (signed(eap), "NoCredential"),
    ];
    for (text, name) in table {
        let refused = setup.enrol(&text, true).await.unwrap_err();
        assert!(format!("{refused:?}").starts_with(name), "{refused:?} is not {name}");
        assert_eq!(setup.enrolled().await.unwrap(), Enrolled::default(), "{name}");
    }
    // Nothing was pinned by them: another key is still the first.
    let other = make(&SchoolKey::make().unwrap(), LEAST).unwrap();
    assert!(setup.enrol(&other, true).await.unwrap().first);
    served.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_enrolment_is_applied_and_what_was_away_is_applied_later() {
    let mut served = Served::start(None).await;
    let key = SchoolKey::make().unwrap();
    let text = format!(
        "{LEAST}time_zone = \"Asia/Urumqi\"\nlanguage = \"en\"\nproxy = \"http://proxy:3128\"\ntimetable = \"\"\n\
         [network.wifi]\nssid = \"school\"\npassword = \"correct horse\"\n[roles]\nstaff = [{STAFF:?}]\n"
    );
    let artefact = make(&key, &text).unwrap();
    let states = |offer: &Offer| -> Vec<(EnrolPart, PartState)> {
        offer
            .parts
            .iter()
            .map(|told| (EnrolPart::from_wire(told.part), PartState::from_wire(told.state)))
            .collect()
    };
    let expected = |system: PartState, own: PartState| {
        vec![
            (EnrolPart::Language, own),
            (EnrolPart::TimeZone, system),
            (EnrolPart::Wifi, system),
            (EnrolPart::Proxy, PartState::Kept),
            (EnrolPart::Timetable, own),
            (EnrolPart::Staff, own),
        ]
    };
    let setup = SetupProxy::new(&served.caller).await.unwrap();
    let seen = setup.enrol(&artefact, false).await.unwrap();
    assert_eq!(states(&seen), expected(PartState::Waits, PartState::Waits));
    assert!(!format!("{seen:?}").contains("correct horse"), "a secret is told");
    // Neither clock nor network is there yet, and the unit is enrolled all the same.
    let taken = setup.enrol(&artefact, true).await.unwrap();
    assert_eq!(states(&taken), expected(PartState::Later, PartState::Applied));
    let staff = std::fs::read_to_string(served.folder().join("kiosk_staff")).unwrap();
    assert_eq!(staff, format!("{STAFF}\n"));
    let clock = Played::start(&served, "timedated", "org.freedesktop.timedate1").await;
    let network = Played::start(&served, "networkmanager", "org.freedesktop.NetworkManager").await;
    served.restart().await;
    let setup = SetupProxy::new(&served.caller).await.unwrap();
    let applied = served.folder().join("enrolment.applied");
    soon("a second try", async {
        let mut beat = tokio::time::interval(std::time::Duration::from_millis(20));
        while !applied.exists() {
            beat.tick().await;
        }
    })
    .await;
    assert_eq!(setup.time_zone().await.unwrap(), "Asia/Urumqi");
    assert_eq!(kept_networks(&served).await, ["school"]);
    // Once more is the same network, not a second one; an enrolment without one takes it away.
    let again = setup.enrol(&artefact, true).await.unwrap();
    assert_eq!(states(&again), expected(PartState::Applied, PartState::Applied));
    assert_eq!(kept_networks(&served).await, ["school"]);
    setup.enrol(&make(&key, LEAST).unwrap(), true).await.unwrap();
    assert!(kept_networks(&served).await.is_empty());
    drop((clock, network));
    served.stop().await;
}

/// Names of the networks that the played NetworkManager keeps.
async fn kept_networks(served: &Served) -> Vec<String> {
    let (name, settings) = ("org.freedesktop.NetworkManager", "org.freedesktop.NetworkManager.Settings");
    let path = "/org/freedesktop/NetworkManager/Settings";
    let kept = zbus::Proxy::new(&served.caller, name, path, settings).await.unwrap();
    let mut names = Vec::new();
    let paths: Vec<OwnedObjectPath> = kept.call("ListConnections", &()).await.unwrap();
    for path in paths {
        let one =
            zbus::Proxy::new(&served.caller, name, path, format!("{settings}.Connection")).await.unwrap();
        let told: HashMap<String, HashMap<String, zbus::OwnedVariant>> =
            one.call("GetSettings", &()).await.unwrap();
        names.push(told["connection"]["id"].to_string().trim_matches('"').to_owned());
    }
    names
}

#[tokio::test(flavor = "multi_thread")]
async fn a_first_start_goes_on_where_it_was_and_ends_once() {
    let mut served = Served::start(None).await;
    let setup = SetupProxy::new(&served.caller).await.unwrap();
    assert_eq!(setup.first_step().await.unwrap(), FirstStep::Language.to_wire());
    setup.reach(FirstStep::Network.to_wire()).await.unwrap();
    // A number of a later version's is nothing to us.
    setup.reach(77).await.unwrap();
    served.restart().await;
    let setup = SetupProxy::new(&served.caller).await.unwrap();
    assert_eq!(setup.first_step().await.unwrap(), FirstStep::Network.to_wire());
    let mut changes = setup.receive_first_step_changed().await;
    setup.reach(FirstStep::Ended.to_wire()).await.unwrap();
    soon("a change", async {
        while let Some(change) = changes.next().await {
            if change.get().await.unwrap() == FirstStep::Ended.to_wire() {
                return;
            }
        }
    })
    .await;
    served.stop().await;
}
