//! What kernels write, read back; and nonsense.
use super::*;
use proptest::prelude::*;

const ROUTE: &str = "\
Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT
enp1s0\t00000000\t0101A8C0\t0003\t0\t0\t100\t00000000\t0\t0\t0
enp1s0\t0001A8C0\t00000000\t0001\t0\t0\t100\t00FFFFFF\t0\t0\t0
wlan0\t0000000A\t00000000\t0001\t0\t0\t600\t000000FF\t0\t0\t0
";
const TRIE: &str = "\
Main:
  +-- 0.0.0.0/0 3 0 5
     |-- 127.0.0.1
        /32 host LOCAL
     |-- 192.168.1.0
        /24 link UNICAST
     |-- 192.168.1.20
        /32 host LOCAL
     |-- 10.3.4.5
        /32 host LOCAL
     |-- 192.168.1.255
        /32 link BROADCAST
Local:
     |-- 192.168.1.20
        /32 host LOCAL
";
const SIX: &str = "\
fe8000000000000000fc00fffe000001 04 40 20 80   enp1s0
00000000000000000000000000000001 01 80 10 80       lo
fd000000000000000000000000000002 04 40 00 82   enp1s0
";
const ARP: &str = "\
IP address       HW type     Flags       HW address            Mask     Device
192.168.1.1      0x1         0x2         02:fc:00:00:00:05     *        enp1s0
10.0.0.1         0x1         0x0         00:00:00:00:00:00     *        wlan0
";

fn machine() -> tempfile::TempDir {
    let root = tempfile::tempdir().unwrap();
    let write = |path: &str, text: &str| {
        let path = root.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    for (name, text) in [("route", ROUTE), ("fib_trie", TRIE), ("if_inet6", SIX), ("arp", ARP)] {
        write(&format!("proc/net/{name}"), text);
    }
    write("sys/class/net/lo/operstate", "unknown\n");
    write("sys/class/net/enp1s0/operstate", "up\n");
    write("sys/class/net/enp1s0/speed", "1000\n");
    write("sys/class/net/wlan0/operstate", "up\n");
    write("sys/class/net/wlan0/wireless/level", "");
    write("sys/class/net/docker0/operstate", "down\n");
    root
}

#[test]
fn every_address_is_on_its_own_interface_and_the_gateway_on_one() {
    let links = read(machine().path());
    let wired = Link {
        name: "enp1s0".to_owned(),
        kind: LinkKind::Wired.to_wire(),
        up: true,
        speed_mbps: 1000,
        addresses: ["192.168.1.20/24", "fd00::2/64"].map(str::to_owned).into(),
        gateway: "192.168.1.1".to_owned(),
        gateway_state: GatewayState::Answers.to_wire(),
    };
    let wireless = Link {
        name: "wlan0".to_owned(),
        kind: LinkKind::Wireless.to_wire(),
        up: true,
        addresses: vec!["10.3.4.5/8".to_owned()],
        ..Link::default()
    };
    assert_eq!(links, [wired, wireless]);
}

#[test]
fn a_gateway_answers_does_not_or_was_never_asked() {
    let of = |address: [u8; 4]| gateway(ARP, address.into());
    assert_eq!(of([192, 168, 1, 1]), Some(GatewayState::Answers));
    assert_eq!(of([10, 0, 0, 1]), Some(GatewayState::Silent));
    assert_eq!(of([10, 0, 0, 2]), None);
}

#[test]
fn where_there_is_nothing_there_is_no_interface() {
    assert_eq!(read(tempfile::tempdir().unwrap().path()), []);
}

proptest! {
    #[test]
    fn nonsense_is_no_address(text in "[0-9A-Fa-fx|./ \t\n-]{0,200}") {
        routes(&text);
        addresses(&text);
        addresses_6(&text);
        gateway(&text, Ipv4Addr::LOCALHOST);
    }
}
