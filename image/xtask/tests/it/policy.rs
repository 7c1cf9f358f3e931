//! The bus policies, tried on a real dbus-daemon: every user, every method, allowed or denied as the table says.
//!
//! No second user is needed: for each role a bus is started on which that role's rules are ours. No service runs
//! either: a call that the policy lets through ends in a failed start of the service, any other in `AccessDenied`.

use std::collections::BTreeSet;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use crate::root;

const SERVICES: &[&str] =
    &["org.dais.Kiosk1", "org.dais.Inference1", "org.dais.Sense1", "org.dais.Admin1", "org.dais.Shell1"];
const ROLES: &[&str] = &[
    "dais-kiosk",
    "dais-inference",
    "dais-sense",
    "dais-admin",
    "dais-shell",
    "dais-health",
    "dais-staff",
    "root",
    "stranger",
];
/// Both may do the same.
const STAFF: &[&str] = &["dais-staff", "root"];
/// Methods that every service has besides its own.
const STANDARD: &[(&str, &str)] = &[
    ("org.freedesktop.DBus.Introspectable", "Introspect"),
    ("org.freedesktop.DBus.Peer", "Ping"),
    ("org.freedesktop.DBus.Properties", "Get"),
    ("org.freedesktop.DBus.Properties", "GetAll"),
    ("org.freedesktop.DBus.Properties", "Set"),
];
/// Who may call what; all else is denied.
const ALLOWED: &[(&str, &str, &str)] = &[
    // Staff stand at the payer's screen too: a PIN opens their calls there, but not the books.
    (
        "dais-shell",
        "org.dais.Kiosk1",
        "Menu Labels Offers Whose Want Take Listen Sight Sales Takings SellOut Print CloseDay Begin Present Cancel Dismiss Lookup Open Close Refund Refunds Cases CloseCase \
         Quote BeginWith Shown Feedback Join Bind Points GiveCoupon Quotes Accept Quoted \
         Instalments BeginIn PayByAgreement \
         SignAgreement Agreements SuspendAgreement ResumeAgreement EndAgreement Test Reprint OpenDrawer List \
         Introspect Ping Get GetAll",
    ),
    (
        "staff",
        "org.dais.Kiosk1",
        "Menu Labels Offers Whose Sales Takings SellOut Print Begin Present Cancel Dismiss Lookup Recent Open Close Refund Refunds Cases CloseCase \
         Decisions TrialBalance CloseDay Reconcile Settlements Fees Journal Quotes Accept Quoted \
         Instalments BeginIn PayByAgreement \
         SignAgreement Agreements SuspendAgreement ResumeAgreement EndAgreement \
         Quote BeginWith Shown Feedback Join Bind Points GiveCoupon Funnel Test Reprint OpenDrawer List \
         Introspect Ping Get GetAll",
    ),
    (
        "dais-shell",
        "org.dais.Inference1",
        "RecognizeText Cancel RecognizeInk Read Evaluate Embed Introspect Ping Get GetAll",
    ),
    // Frames and sound come from the one who has camera and microphone, and from nobody else.
    ("dais-sense", "org.dais.Inference1", "Count Watch Look Stop Listen Clean"),
    ("staff", "org.dais.Inference1", "Introspect Ping Get GetAll"),
    ("dais-shell", "org.dais.Sense1", "Watch Listen Introspect Ping Get GetAll"),
    ("staff", "org.dais.Sense1", "Introspect Ping Get GetAll"),
    (
        "dais-shell",
        "org.dais.Admin1",
        "Enrol Enrolled JoinWifi Reach SetTimeZone TimeZone Wifi Introspect Ping Get GetAll",
    ),
    ("staff", "org.dais.Admin1", "Introspect Ping Get GetAll"),
    // Open to the network, so it reads and does nothing.
    ("dais-admin", "org.dais.Kiosk1", "Get"),
    ("dais-admin", "org.dais.Inference1", "Get"),
    ("dais-admin", "org.dais.Sense1", "Get"),
    ("dais-admin", "org.dais.Shell1", "Get"),
    // A version that was just started: a picture, a price, a reading, and nothing else.
    ("dais-health", "org.dais.Shell1", "Screenshot Get"),
    ("dais-health", "org.dais.Kiosk1", "Menu Quote"),
    ("dais-health", "org.dais.Inference1", "RecognizeInk"),
    ("staff", "org.dais.Shell1", "Screenshot Elements Show Introspect Ping Get GetAll Set"),
];
const OWNERS: &[(&str, &str)] = &[
    ("dais-kiosk", "org.dais.Kiosk1"),
    ("dais-inference", "org.dais.Inference1"),
    ("dais-sense", "org.dais.Sense1"),
    ("dais-admin", "org.dais.Admin1"),
    ("dais-shell", "org.dais.Shell1"),
];
/// What the system bus says before our policies, in short.
const BASE: &str = r#"
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow user="*"/>
    <deny own="*"/>
    <deny send_type="method_call"/>
    <allow send_type="signal"/>
    <allow send_requested_reply="true" send_type="method_return"/>
    <allow send_requested_reply="true" send_type="error"/>
    <allow receive_type="method_call"/>
    <allow receive_type="method_return"/>
    <allow receive_type="error"/>
    <allow receive_type="signal"/>
    <allow send_destination="org.freedesktop.DBus" send_interface="org.freedesktop.DBus"/>
  </policy>
"#;

fn policy(service: &str) -> String {
    fs::read_to_string(root().join(format!("image/rootfs/usr/share/dbus-1/system.d/{service}.conf"))).unwrap()
}

/// The methods that the documented contract names.
fn contract(service: &str) -> BTreeSet<String> {
    members(service).into_iter().map(|(_, member)| member).collect()
}

/// The same with the interface that each belongs to.
fn members(service: &str) -> Vec<(String, String)> {
    let xml = fs::read_to_string(root().join(format!("services/api/xml/{service}.xml"))).unwrap();
    let mut members = Vec::new();
    for part in xml.split("<interface name=\"").skip(1) {
        let interface = part.split('"').next().unwrap();
        members
            .extend(values(part, "<method name=\"").into_iter().map(|member| (interface.to_owned(), member)));
    }
    members
}

/// All texts that follow `before`, up to the next quote.
fn values(text: &str, before: &str) -> BTreeSet<String> {
    text.split(before).skip(1).filter_map(|rest| rest.split('"').next()).map(str::to_owned).collect()
}

/// A private bus with our policies, on which this process has the rules of one role. Ends with this value.
struct Bus {
    daemon: Child,
    address: String,
    room: PathBuf,
}

impl Bus {
    fn for_role(role: &str) -> Self {
        // Sockets need a short path, so this lies not below the workspace.
        let room = std::env::temp_dir().join(format!("dais-policy-{}-{role}", std::process::id()));
        fs::create_dir_all(room.join("services")).unwrap();
        let mut config = format!("<busconfig><listen>unix:path={}/bus</listen>{BASE}", room.display());
        config += &format!("<servicedir>{}/services</servicedir>", room.display());
        for service in SERVICES {
            let file = room.join(format!("services/{service}.service"));
            fs::write(file, format!("[D-BUS Service]\nName={service}\nExec=/bin/false\n")).unwrap();
            let rules = played_by(&policy(service), role);
            let inner = rules.split_once("<busconfig>").unwrap().1;
            config += inner.split_once("</busconfig>").unwrap().0;
        }
        let path = room.join("bus.conf");
        fs::write(&path, config + "</busconfig>").unwrap();
        let mut daemon = Command::new("dbus-daemon")
            .arg(format!("--config-file={}", path.display()))
            .args(["--nofork", "--nopidfile", "--print-address=1"])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut address = String::new();
        BufReader::new(daemon.stdout.take().unwrap()).read_line(&mut address).unwrap();
        assert!(!address.is_empty(), "dbus-daemon refuses the policies");
        Self { daemon, address: address.trim().to_owned(), room }
    }

    /// What the bus answers to a call: the standard output, or the error.
    fn call(&self, service: &str, path: &str, method: &str, arguments: &[&str]) -> Result<String, String> {
        let mut send = Command::new("dbus-send");
        send.arg(format!("--bus={}", self.address)).arg(format!("--dest={service}"));
        let done = send.args(["--print-reply", path, method]).args(arguments).output().unwrap();
        if done.status.success() {
            return Ok(String::from_utf8(done.stdout).unwrap());
        }
        Err(String::from_utf8(done.stderr).unwrap())
    }

    /// Whether the policy lets this call through to the service.
    fn allows(&self, service: &str, interface: &str, member: &str) -> bool {
        let path = format!("/{}", service.replace('.', "/"));
        let error = self.call(service, &path, &format!("{interface}.{member}"), &[]).unwrap_err();
        let (denied, through) = (error.contains("AccessDenied"), error.contains("Spawn.ChildExited"));
        assert!(denied != through, "{service} {member}: {error}");
        through
    }

    fn lets_own(&self, service: &str) -> bool {
        let words = [&format!("string:{service}"), "uint32:4"];
        let method = "org.freedesktop.DBus.RequestName";
        self.call("org.freedesktop.DBus", "/org/freedesktop/DBus", method, &words).is_ok()
    }
}

impl Drop for Bus {
    fn drop(&mut self) {
        self.daemon.kill().unwrap();
        self.daemon.wait().unwrap();
        fs::remove_dir_all(&self.room).unwrap();
    }
}

/// The policy with this role's rules for us, and all others' for users that exist nowhere.
fn played_by(policy: &str, role: &str) -> String {
    let us = fs::metadata("/proc/self").map(|own| std::os::unix::fs::MetadataExt::uid(&own)).unwrap();
    let mut text = policy.to_owned();
    for (index, other) in ROLES.iter().enumerate() {
        let uid = if *other == role { us } else { 4_000_000 + u32::try_from(index).unwrap() };
        text = text.replace(&format!("<policy user=\"{other}\">"), &format!("<policy user=\"{uid}\">"));
    }
    text
}

#[test]
fn every_role_may_call_what_the_table_says_and_nothing_else() {
    for role in ROLES {
        let bus = Bus::for_role(role);
        for service in SERVICES {
            let own = members(service).into_iter();
            let standard = STANDARD.iter().map(|(interface, member)| ((*interface).into(), (*member).into()));
            let rank = if STAFF.contains(role) { "staff" } else { role };
            let listed = ALLOWED.iter().find(|(who, what, _)| *who == rank && what == service);
            let listed: BTreeSet<&str> = listed.map_or("", |(_, _, members)| members).split(' ').collect();
            for (interface, member) in own.chain(standard) {
                let expected = listed.contains(member.as_str());
                assert_eq!(bus.allows(service, &interface, &member), expected, "{role} {service} {member}");
            }
            assert!(!bus.allows(service, "org.dais.Else1", "Get"), "{role} {service}: a strange interface");
        }
    }
}

#[test]
fn each_name_has_one_owner() {
    for role in ROLES {
        let bus = Bus::for_role(role);
        for service in SERVICES {
            assert_eq!(bus.lets_own(service), OWNERS.contains(&(role, service)), "{role} {service}");
        }
    }
}

#[test]
fn policies_speak_of_the_contract_and_of_nothing_else() {
    let shipped = fs::read_dir(root().join("image/rootfs/usr/share/dbus-1/system.d")).unwrap();
    let shipped: BTreeSet<String> =
        shipped.map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
    assert_eq!(shipped, SERVICES.iter().map(|service| format!("{service}.conf")).collect());
    let addresses = fs::read_to_string(root().join("services/api/src/lib.rs")).unwrap();
    assert_eq!(
        values(&addresses, "name: \""),
        SERVICES.iter().map(|service| (*service).to_owned()).collect()
    );
    for service in SERVICES {
        let text = policy(service);
        let standard = STANDARD.iter().map(|(_, member)| (*member).to_owned());
        let known: BTreeSet<String> = contract(service).into_iter().chain(standard).collect();
        let named = values(&text, "send_member=\"");
        assert!(named.is_subset(&known), "{service}: {:?}", named.difference(&known));
        assert!(contract(service).is_subset(&named), "{service}: a method that nobody may call");
        let destinations = values(&text, "send_destination=\"");
        assert_eq!(destinations, BTreeSet::from([(*service).to_owned()]), "{service} opens another");
        assert!(Path::new(&root().join(format!("services/api/xml/{service}.xml"))).is_file());
        for rule in text.lines().filter(|line| line.contains("<allow send_")) {
            assert!(rule.contains("send_interface=") && rule.contains("send_member="), "{service}: {rule}");
        }
    }
}
