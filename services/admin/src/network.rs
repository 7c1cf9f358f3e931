//! The network as the kernel tells it in its files: `/proc/net` (proc(5)) and `/sys/class/net`. Nothing is sent, so
//! looking changes nothing.
//!
//! The kernel lists IPv4 addresses in `fib_trie` without their interfaces; an address is on the one whose own network,
//! in `route`, holds it.

use std::fs;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::path::Path;

use api::admin::{GatewayState, Link, LinkKind};

/// Interfaces that are shown at most: a panel has two or three.
const LINKS_MAX: usize = 8;
/// `ATF_COM`: the neighbour has told its hardware address (linux/if_arp.h).
const COMPLETE: u32 = 0x2;
/// `IPV6_ADDR_LINKLOCAL` as `if_inet6` writes it: every interface has one, and nobody is reached by it from afar.
const LINK_LOCAL: u32 = 0x20;

/// The interfaces that are hardware, or in use; `root` is `/` but in tests.
pub fn read(root: &Path) -> Vec<Link> {
    let text = |name: &str| fs::read_to_string(root.join("proc/net").join(name)).unwrap_or_default();
    let routes = routes(&text("route"));
    let (local, six, neighbours) =
        (addresses(&text("fib_trie")), addresses_6(&text("if_inet6")), text("arp"));
    let mut links = interfaces(&root.join("sys/class/net"));
    for link in &mut links {
        let own = routes.iter().filter(|route| route.link == link.name);
        let here = local.iter().filter_map(|address| {
            let network =
                own.clone().find(|route| route.gateway.is_unspecified() && route.holds(*address))?;
            Some(format!("{address}/{}", network.prefix()))
        });
        let there = six.iter().filter(|(name, _)| *name == link.name).map(|(_, address)| address.clone());
        link.addresses = here.chain(there).collect();
        if let Some(out) = own.clone().find(|route| !route.gateway.is_unspecified() && route.prefix() == 0) {
            link.gateway = out.gateway.to_string();
            link.gateway_state = gateway(&neighbours, out.gateway).map_or(0, GatewayState::to_wire);
        }
    }
    links
}

fn interfaces(folder: &Path) -> Vec<Link> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut found: Vec<Link> = entries
        .filter_map(|entry| {
            let entry = entry.ok()?;
            let name = entry.file_name().into_string().ok().filter(|name| name != "lo")?;
            let word = |file: &str| fs::read_to_string(entry.path().join(file)).unwrap_or_default();
            let up = word("operstate").trim() == "up";
            let is = |file: &str| entry.path().join(file).exists();
            let kind = if is("wireless") || is("phy80211") { LinkKind::Wireless } else { LinkKind::Wired };
            // What is not a piece of hardware is of interest only where it is used.
            (up || is("device")).then(|| Link {
                kind: kind.to_wire(),
                speed_mbps: word("speed").trim().parse().unwrap_or(0),
                name,
                up,
                ..Link::default()
            })
        })
        .collect();
    found.sort_by(|one, two| one.name.cmp(&two.name));
    found.truncate(LINKS_MAX);
    found
}

/// A line of `route`: numbers are the network's bytes as the processor reads them.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Route {
    link: String,
    to: Ipv4Addr,
    gateway: Ipv4Addr,
    mask: u32,
}

impl Route {
    fn parse(line: &str) -> Option<Self> {
        let words: Vec<&str> = line.split_whitespace().collect();
        let number = |at: usize| u32::from_str_radix(words.get(at)?, 16).ok();
        let address = |at: usize| number(at).map(|number| Ipv4Addr::from(number.to_ne_bytes()));
        let mask = u32::from(address(7)?);
        Some(Self { link: (*words.first()?).to_owned(), to: address(1)?, gateway: address(2)?, mask })
    }

    fn holds(&self, address: Ipv4Addr) -> bool {
        u32::from(address) & self.mask == u32::from(self.to) & self.mask
    }

    fn prefix(&self) -> u32 {
        self.mask.leading_ones()
    }
}

fn routes(text: &str) -> Vec<Route> {
    text.lines().skip(1).filter_map(Route::parse).collect()
}

/// Our own IPv4 addresses: a leaf of the trie, and below it that it is ours.
fn addresses(text: &str) -> Vec<Ipv4Addr> {
    let mut found = Vec::new();
    let mut leaf = None;
    for line in text.lines() {
        if let Some(address) = line.trim_start().strip_prefix("|-- ") {
            leaf = address.trim().parse::<Ipv4Addr>().ok();
        } else if line.trim() == "/32 host LOCAL" {
            found.extend(leaf.filter(|address| !address.is_loopback() && !found.contains(address)));
        }
    }
    found
}

/// Our own IPv6 addresses and whose they are.
fn addresses_6(text: &str) -> Vec<(String, String)> {
    let parse = |line: &str| {
        let words: Vec<&str> = line.split_whitespace().collect();
        let [bytes, _, prefix, scope, _, name] = words[..] else { return None };
        let address = Ipv6Addr::from(u128::from_str_radix(bytes, 16).ok()?);
        let number = |word| u32::from_str_radix(word, 16).ok();
        let far = number(scope)? & LINK_LOCAL == 0 && !address.is_loopback();
        far.then(|| Some((name.to_owned(), format!("{address}/{}", number(prefix)?)))).flatten()
    };
    text.lines().filter_map(parse).collect()
}

/// Whether a neighbour answered when it was asked last; none where nobody asked.
fn gateway(neighbours: &str, address: Ipv4Addr) -> Option<GatewayState> {
    let line = neighbours
        .lines()
        .find(|line| line.split_whitespace().next().and_then(|word| word.parse().ok()) == Some(address))?;
    let flags = line.split_whitespace().nth(2)?.trim_start_matches("0x");
    let flags = u32::from_str_radix(flags, 16).ok()?;
    Some(if flags & COMPLETE == 0 { GatewayState::Silent } else { GatewayState::Answers })
}

#[cfg(test)]
mod tests;
