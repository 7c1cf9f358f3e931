//! How often a peer may knock: token buckets, pure, bounded in memory.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Arc;

/// Peers remembered at once. The channels send from a handful, phones of a queue are some dozens.
const PEERS_MAX: usize = 1024;
/// A token in the bucket's own unit, so that a fraction of one can drip in.
const TOKEN: u64 = 1000;

/// Limits of one peer.
#[derive(Clone, Copy, Debug)]
pub struct PeerLimits {
    /// Requests a second, for ever.
    pub per_second: u64,
    /// Requests at once, after a pause.
    pub burst: u64,
    /// Connections open at the same time.
    pub open: usize,
}

#[derive(Debug)]
struct Bucket {
    /// In thousandths.
    left: u64,
    at_ms: u64,
    open: Arc<()>,
}

/// One bucket a peer.
#[derive(Debug)]
pub(super) struct Buckets {
    limits: PeerLimits,
    peers: HashMap<IpAddr, Bucket>,
}

/// Held as long as the peer's connection is open.
#[derive(Debug)]
pub(super) struct Held(#[expect(dead_code, reason = "it is counted, not read")] Arc<()>);

impl Buckets {
    /// Empty.
    pub(super) fn new(limits: PeerLimits) -> Self {
        Self { limits, peers: HashMap::new() }
    }

    /// Takes a token of the peer's, if it has one and not too much open.
    pub(super) fn take(&mut self, now_ms: u64, peer: IpAddr) -> Option<Held> {
        let peer = network(peer);
        let full = self.limits.burst.saturating_mul(TOKEN);
        if self.peers.len() >= PEERS_MAX && !self.peers.contains_key(&peer) {
            self.forget(now_ms);
        }
        if self.peers.len() >= PEERS_MAX && !self.peers.contains_key(&peer) {
            return None;
        }
        let limits = self.limits;
        let fresh = || Bucket { left: full, at_ms: now_ms, open: Arc::new(()) };
        let bucket = self.peers.entry(peer).or_insert_with(fresh);
        bucket.left = bucket.now(now_ms, limits);
        bucket.at_ms = now_ms;
        if bucket.left < TOKEN || Arc::strong_count(&bucket.open) > limits.open {
            return None;
        }
        bucket.left = bucket.left.saturating_sub(TOKEN);
        Some(Held(Arc::clone(&bucket.open)))
    }

    /// Drops the peers that would be treated like strangers: nothing open, a full bucket.
    fn forget(&mut self, now_ms: u64) {
        let limits = self.limits;
        let full = limits.burst.saturating_mul(TOKEN);
        self.peers
            .retain(|_, bucket| Arc::strong_count(&bucket.open) > 1 || bucket.now(now_ms, limits) < full);
    }
}

impl Bucket {
    fn now(&self, now_ms: u64, limits: PeerLimits) -> u64 {
        let passed = now_ms.saturating_sub(self.at_ms);
        let full = limits.burst.saturating_mul(TOKEN);
        self.left.saturating_add(passed.saturating_mul(limits.per_second)).min(full)
    }
}

/// IPv6 hands out whole networks, so one of them is one peer.
fn network(peer: IpAddr) -> IpAddr {
    match peer.to_canonical() {
        IpAddr::V6(address) => IpAddr::V6((u128::from(address) & !u128::from(u64::MAX)).into()),
        v4 => v4,
    }
}

#[cfg(test)]
mod tests;
