//! Random histories with a crash after any effect: no money is ever taken twice and kept, no doubt ends without
//! proof, the books agree with the bank. `DAIS_TILL_SEED=n` replays one history, `DAIS_TILL_SEEDS=n` runs more,
//! `DAIS_TILL_FIRST=n` starts with another; the same names choose the histories on the real ledger.

use std::collections::BTreeMap;

use super::rules;
use super::world::World;
use crate::till::{Account, Counters, Fate, Order, PaymentId, Phase, Record, RefundReason, Till, entry};

/// Histories of a usual run; a few seconds.
const SEEDS: u64 = 3_000;
/// Histories of a usual run on the real ledger: each syncs the disk a hundred times.
const DISK_SEEDS: u64 = 60;
/// Actions of one history before the world is healed.
const ACTIONS: u64 = 80;

/// What became of an order.
struct Sold<'a> {
    order: &'a Order,
    sold: bool,
    back: i64,
    all_back: bool,
}

impl World {
    /// What a party has at the bank, what it was promised and what it must give back make its account, to the cent;
    /// where nothing was refused, that is nothing.
    fn judge_parties(&self, accounts: &BTreeMap<Account, i64>) {
        let mut expected: BTreeMap<&str, i64> = BTreeMap::new();
        let mut refused = false;
        for account in self.bank.accounts.values() {
            for (party, minor) in &account.parties {
                *expected.entry(party).or_default() += minor;
            }
        }
        for record in &self.records {
            let (shares, sign) = match record {
                Record::Paid { fate: Fate::Accepted { split: Some(split), .. }, .. } => (&split.shares, -1),
                Record::RefundAsked { back, .. } => (back, 1),
                Record::Withheld { .. } | Record::DivisionRefused { .. } => {
                    refused = true;
                    continue;
                }
                _ => continue,
            };
            for share in shares {
                *expected.entry(&share.party).or_default() += sign * share.amount.minor();
            }
        }
        for (party, minor) in expected {
            let booked = accounts.get(&Account::Payable(party.to_owned())).copied().unwrap_or(0);
            assert_eq!(booked, minor, "{party}'s account");
            assert!(refused || booked == 0, "{party} is left with {booked}");
        }
    }

    /// What offers took off is on its accounts, less the part of it that went back, to the cent; an order that went
    /// back wholly leaves nothing there, and its offers are free again.
    fn judge_offers(&self, accounts: &BTreeMap<Account, i64>) {
        let mut orders: BTreeMap<&PaymentId, Sold<'_>> = BTreeMap::new();
        for record in &self.records {
            if let Record::Begun { id, order, .. } = record {
                orders.insert(id, Sold { order, sold: false, back: 0, all_back: false });
                continue;
            }
            let Some(one) = orders.get_mut(record.payment()) else { continue };
            match record {
                Record::Paid { fate: Fate::Accepted { .. }, .. } | Record::Free { .. } => one.sold = true,
                Record::Refunded { refund, .. } if refund.reason == RefundReason::Asked => {
                    one.back += refund.amount.minor();
                    one.all_back = one.back == one.order.total.minor();
                }
                Record::FreeReturned { .. } => one.all_back = true,
                _ => {}
            }
        }
        let (mut discounts, mut points) = (0, 0);
        for (id, one) in &orders {
            let Some(off) = one.order.taken_off() else { continue };
            let total = one.order.total.minor();
            // By the definition, not by our arithmetic: what is left is the whole less the part, rounded down.
            let left = |whole: i64| match (one.sold, one.all_back) {
                (false, _) | (_, true) => 0,
                _ if total == 0 => whole,
                _ => whole - whole * one.back / total,
            };
            discounts += left(off.discounts.minor());
            points += left(off.points.minor());
            let number: u64 = id.as_str()[1..].parse().expect("a number");
            if let Some(disk) = self.disk.as_ref().filter(|_| off.discounts.minor() > 0) {
                let held = disk.holder(number).as_deref() == Some(id.as_str());
                assert_eq!(held, one.sold && !one.all_back, "{id:?}: its voucher");
            }
        }
        let booked = |account| accounts.get(&account).copied().unwrap_or(0);
        assert_eq!((booked(Account::Discounts), booked(Account::Points)), (discounts, points));
        if let Some(disk) = &self.disk {
            assert_eq!(disk.points_spent(), points, "the member's points");
        }
    }

    /// The end of a history: everything is proved, and every cent is where the books say.
    fn judge(&self) {
        let mut by_payment: BTreeMap<&PaymentId, (i64, u32, Option<i64>)> = BTreeMap::new();
        let mut accounts: BTreeMap<Account, i64> = BTreeMap::new();
        for record in &self.records {
            match record {
                Record::Begun { id, .. } => drop(by_payment.insert(id, (0, 0, None))),
                Record::Opening { id, attempt } | Record::Charging { id, attempt } => {
                    // An attempt that died with the process before its first call is unknown to the bank.
                    let net = self.bank.accounts.get(&attempt.number).map_or(0, |account| account.net());
                    let sum = by_payment.get_mut(id).expect("begun");
                    sum.0 += net;
                    sum.1 += u32::from(net != 0);
                }
                Record::Paid { id, amount, fate, .. } => {
                    if matches!(fate, Fate::Accepted { .. }) {
                        let sum = by_payment.get_mut(id).expect("begun");
                        assert!(sum.2.replace(amount.minor()).is_none(), "{id:?} is accepted twice");
                    }
                }
                Record::Refunded { id, refund, .. } if refund.reason == RefundReason::Asked => {
                    let sum = by_payment.get_mut(id).expect("begun");
                    sum.2 = sum.2.map(|accepted| accepted - refund.amount.minor());
                }
                Record::RefundRefused { .. } | Record::Case { .. } => panic!("the bank refuses nothing"),
                _ => {}
            }
            for (account, money) in entry(record).map_or(Vec::new(), |entry| entry.lines) {
                *accounts.entry(account).or_default() += money.minor();
            }
        }
        for (id, (net, count, accepted)) in by_payment {
            assert!(count <= 1, "{id:?} was charged {count} times and nothing went back");
            assert_eq!(net, accepted.unwrap_or(0), "{id:?}: the payer lost {net}, we accepted {accepted:?}");
        }
        self.judge_parties(&accounts);
        self.judge_offers(&accounts);
        let truth: i64 = self.bank.accounts.values().map(|account| account.held()).sum();
        let held = |account: &Account| matches!(account, Account::Channel(_));
        let booked: i64 = accounts.iter().filter(|(account, _)| held(account)).map(|(_, sum)| sum).sum();
        assert_eq!(booked, truth, "books and bank differ");
        assert_eq!(accounts.values().sum::<i64>(), 0, "the books do not add up to zero");
        assert_eq!(accounts.get(&Account::Owed).copied().unwrap_or(0), 0, "money is still owed");
        for payment in self.till.live.values() {
            assert!(payment.is_settled(), "{payment:?}");
        }
    }
}

fn history(mut world: World) -> World {
    for _ in 0..ACTIONS {
        world.act();
    }
    world
}

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok().and_then(|text| text.parse().ok())
}

/// The histories to run: those that the environment names, or the usual ones.
fn chosen(usual: u64) -> std::ops::Range<u64> {
    match number("DAIS_TILL_SEED") {
        Some(seed) => seed..seed + 1,
        None => {
            let first = number("DAIS_TILL_FIRST").unwrap_or(0);
            first..first + number("DAIS_TILL_SEEDS").unwrap_or(usual)
        }
    }
}

#[test]
fn money_is_never_taken_twice_whenever_it_crashes() {
    let (mut paid, mut returned, mut refunded, mut divided) = (0, 0, 0, 0);
    let (mut gave, mut withheld) = (0, 0);
    let (mut cheaper, mut free, mut free_back) = (0, 0, 0);
    let seeds = chosen(SEEDS);
    let many = seeds.end - seeds.start >= SEEDS;
    for seed in seeds {
        let outcome = std::panic::catch_unwind(|| {
            let mut world = history(World::new(seed));
            world.heal();
            world.judge();
            world.records
        });
        let Ok(records) = outcome else { panic!("replay this history with DAIS_TILL_SEED={seed}") };
        for record in records {
            match record {
                Record::Paid { fate: Fate::Accepted { .. }, off, .. } => {
                    paid += 1;
                    cheaper += usize::from(off.is_some_and(|off| off.sum().expect("a sum").minor() > 0));
                }
                Record::Free { .. } => free += 1,
                Record::FreeReturned { .. } => free_back += 1,
                Record::Paid { fate: Fate::Returned(_), .. } => returned += 1,
                Record::Refunded { refund, .. } if refund.reason == RefundReason::Asked => {
                    refunded += 1;
                    gave += usize::from(!refund.back.is_empty());
                }
                Record::Withheld { .. } => withheld += 1,
                Record::Divided { .. } => divided += 1,
                _ => {}
            }
        }
    }
    assert!(
        !many
            || (paid > 1_000
                && returned > 100
                && refunded > 300
                && divided > 300
                && gave > 100
                && withheld > 10
                && cheaper > 100
                && free > 100
                && free_back > 30),
        "the histories are too tame: {paid} paid, {returned} returned, {refunded} refunded, {divided} divided, \
         {gave} with the parties' parts, {withheld} parts withheld, {cheaper} cheaper, {free} free, {free_back} of them back"
    );
}

/// The same on the real ledger, which is closed by every crash and opened again.
#[test]
fn the_real_ledger_brings_the_till_back_whenever_the_power_fails() {
    for seed in chosen(DISK_SEEDS) {
        let outcome = std::panic::catch_unwind(|| {
            let mut world = history(World::on_disk(seed));
            world.heal();
            world.judge();
        });
        assert!(outcome.is_ok(), "replay this history on the disk with DAIS_TILL_SEED={seed}");
    }
}

/// What is lasting is the same after a restart, at any moment.
#[test]
fn a_restart_forgets_nothing_lasting() {
    for seed in 0..200 {
        let world = history(World::new(seed));
        let again = Till::replay(rules(), Counters::default(), &world.records);
        for payment in world.till.live.values() {
            let other = again.live.get(&payment.id).expect("it is live again");
            let over = |phase: &Phase| phase.is_over().then(|| phase.clone());
            assert_eq!(over(&payment.phase), over(&other.phase), "seed {seed}");
            assert_eq!((payment.pickup, payment.paid_by), (other.pickup, other.paid_by), "seed {seed}");
            let codes =
                |p: &super::super::Payment| p.tries.iter().map(|t| t.code.clone()).collect::<Vec<_>>();
            assert_eq!(codes(payment), codes(other), "seed {seed}");
        }
        assert!(again.counters.numbers >= world.till.counters.numbers, "seed {seed}");
    }
}
