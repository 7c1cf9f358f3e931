//! Bursts, drips, floods of strangers, and a bound on what is remembered.

use std::net::{Ipv4Addr, Ipv6Addr};

use proptest::prelude::*;

use super::*;

const LIMITS: PeerLimits = PeerLimits { per_second: 10, burst: 5, open: 3 };

fn peer(serial: u32) -> IpAddr {
    IpAddr::V4(Ipv4Addr::from(0x0A00_0000 + serial))
}

#[test]
fn a_peer_has_a_burst_and_then_its_rate() {
    let mut buckets = Buckets::new(LIMITS);
    let mut taken = |at: u64| buckets.take(at, peer(1)).is_some();
    assert!((0..5).all(|_| taken(1000)));
    assert!(!taken(1000), "the burst is over");
    assert!(!taken(1099));
    assert!(taken(1100), "a tenth of a second later");
    assert!(!taken(1100));
    assert!((0..5).all(|_| taken(60_000)), "full again");
    assert!(!taken(60_000), "and no fuller than a burst");
    assert!(!taken(1), "a clock that goes back gives nothing");
}

#[test]
fn others_do_not_pay_for_it() {
    let mut buckets = Buckets::new(LIMITS);
    while buckets.take(0, peer(1)).is_some() {}
    assert!(buckets.take(0, peer(2)).is_some());
}

#[test]
fn what_is_open_counts_until_it_is_closed() {
    let mut buckets = Buckets::new(LIMITS);
    let held: Vec<_> = (0..3).map(|_| buckets.take(0, peer(1)).expect("open")).collect();
    assert!(buckets.take(0, peer(1)).is_none());
    drop(held);
    assert!(buckets.take(0, peer(1)).is_some());
}

#[test]
fn a_network_of_ipv6_is_one_peer() {
    let mut buckets = Buckets::new(LIMITS);
    let host = |last: u16| IpAddr::V6(Ipv6Addr::new(0x2001, 0xdb8, 1, 2, 3, 4, 5, last));
    assert!((0..5).all(|last| buckets.take(0, host(last)).is_some()));
    assert!(buckets.take(0, host(99)).is_none());
    let mapped = IpAddr::V6(Ipv4Addr::new(10, 0, 0, 1).to_ipv6_mapped());
    assert!((0..5).all(|_| buckets.take(0, mapped).is_some()));
    assert!(buckets.take(0, peer(1)).is_none(), "the same machine");
}

#[test]
fn a_flood_of_strangers_fills_no_memory_and_ends() {
    let mut buckets = Buckets::new(LIMITS);
    let let_in = (0..100_000).filter(|serial| buckets.take(0, peer(*serial)).is_some()).count();
    assert_eq!((let_in, buckets.peers.len()), (PEERS_MAX, PEERS_MAX));
    assert!(buckets.take(100, peer(200_000)).is_some(), "once the flood is over");
}

proptest! {
    #[test]
    fn nobody_gets_more_than_burst_and_rate(steps in proptest::collection::vec((0..500_u64, 0..3_u32), 1..300)) {
        let mut buckets = Buckets::new(LIMITS);
        let (mut now, mut got) = (0, [0_u64; 3]);
        for (wait, serial) in steps {
            now += wait;
            if buckets.take(now, peer(serial)).is_some() {
                got[usize::try_from(serial).expect("index")] += 1;
            }
        }
        for count in got {
            prop_assert!(count <= LIMITS.burst + now * LIMITS.per_second / 1000 + 1);
        }
    }
}
