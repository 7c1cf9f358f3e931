//! What happens to trades, the same for every channel: offering, charging, confirming, closing, taking back.

use crate::book::{Entry, MERCHANT};
use crate::clock::{HOUR, MINUTE, Millis};
use crate::notice;
use crate::trade::{Channel, Manners, Order, Refund, Scenario, State, Trade};
use crate::world::World;

/// A shown code can be paid for two hours where the merchant sets nothing shorter.
pub const SHOWN_LIFE: Millis = 2 * HOUR;
/// A charge that waits for the payer's password closes after three minutes.
pub const WAITING_LIFE: Millis = 3 * MINUTE;
/// The payer types the password after this many queries, in [`Scenario::Password`].
const QUERIES_TO_PASSWORD: u32 = 2;

/// Why an order number cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clash {
    /// It is paid.
    Paid,
    /// It is closed.
    Closed,
    /// It was used with another amount, subject or way.
    Different,
}

/// What became of a charge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Charge {
    /// Paid.
    Paid,
    /// The payer must confirm.
    Waiting,
    /// The code was used, or is dead.
    DeadCode,
    /// Nothing was done, and the channel says that it does not know.
    Nothing,
    /// The order number cannot be used.
    Clash(Clash),
}

/// Makes a code for the merchant to show. The same order again gives the same code.
pub fn offer(world: &mut World, order: Order, life: Millis) -> Result<String, Clash> {
    let key = (order.channel, order.out_trade_no.clone());
    if world.tombs.contains_key(&key) {
        return Err(Clash::Closed);
    }
    if let Some(trade) = world.trades.get(&key) {
        return match (trade.state, &trade.shown_code) {
            (State::Paid | State::Reversed, _) => Err(Clash::Paid),
            (State::Closed | State::Declined, _) => Err(Clash::Closed),
            (_, Some(code)) if trade.order == order => Ok(code.clone()),
            _other => Err(Clash::Different),
        };
    }
    let code = match order.channel {
        Channel::Alipay => {
            format!(
                "https://qr.alipay.com/bax{}",
                world.chance.text(b"abcdefghijklmnopqrstuvwxyz0123456789", 18)
            )
        }
        Channel::Wechat => {
            let pr = world.chance.text(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", 9);
            format!("weixin://wxpay/bizpayurl?pr={pr}")
        }
        // A terminal has no code to show; its sales never come here.
        Channel::Terminal | Channel::Office => return Err(Clash::Different),
        Channel::Unionpay => format!("https://qr.95516.com/00010000/62{}", world.chance.digits(24)),
    };
    let trade = begin(world, order, State::Offered, life, Some(code.clone()), None);
    world.trades.insert(key, trade);
    Ok(code)
}

/// Charges a payer's code. The same order and code again answers what became of it, without moving money.
pub fn charge(world: &mut World, order: Order, auth_code: &str) -> Charge {
    if let Some(before) = charged_before(world, &order, auth_code) {
        return before;
    }
    let scenario = Scenario::of(auth_code);
    let used = world.used_codes.get(auth_code).is_some_and(|number| *number != order.out_trade_no);
    if used || scenario == Scenario::Dead || !order.channel.takes(auth_code) {
        return Charge::DeadCode;
    }
    let number = order.out_trade_no.clone();
    let charge = begin_charge(world, order, auth_code);
    if charge != Charge::Nothing {
        world.used_codes.insert(auth_code.to_owned(), number);
    }
    charge
}

/// Charges by an agreement that the payer has signed, as often as the agreement allows. Its number's last digits
/// choose what goes wrong, as a code's do.
pub fn withhold(world: &mut World, order: Order, agreement: &str) -> Charge {
    charged_before(world, &order, agreement).unwrap_or_else(|| begin_charge(world, order, agreement))
}

/// What became of the order where it was charged before.
fn charged_before(world: &World, order: &Order, presented: &str) -> Option<Charge> {
    let key = (order.channel, order.out_trade_no.clone());
    if world.tombs.contains_key(&key) {
        return Some(Charge::Clash(Clash::Closed));
    }
    let trade = world.trades.get(&key)?;
    let same = trade.auth_code.as_deref() == Some(presented) && trade.order == *order;
    Some(match trade.state {
        _other if !same => Charge::Clash(Clash::Different),
        State::Paid => Charge::Paid,
        State::Waiting | State::Offered => Charge::Waiting,
        State::Reversed | State::Closed | State::Declined => Charge::Clash(Clash::Closed),
    })
}

fn begin_charge(world: &mut World, order: Order, presented: &str) -> Charge {
    let key = (order.channel, order.out_trade_no.clone());
    let scenario = Scenario::of(presented);
    // A gateway whose clock differs turns the request away before it is looked at, except at WeChat Pay.
    let turned_away = scenario == Scenario::Skew && order.channel != Channel::Wechat;
    if scenario == Scenario::UnknownUnpaid || turned_away {
        return Charge::Nothing;
    }
    let mut trade = begin(world, order, State::Waiting, WAITING_LIFE, None, Some(presented.to_owned()));
    if scenario == Scenario::Duplicates {
        trade.manners = Manners { duplicate: true, reorder: true, probe: false };
    }
    world.trades.insert(key.clone(), trade);
    if scenario == Scenario::Password {
        return Charge::Waiting;
    }
    pay(world, key.0, &key.1);
    Charge::Paid
}

fn begin(
    world: &mut World,
    order: Order,
    state: State,
    life: Millis,
    shown_code: Option<String>,
    auth_code: Option<String>,
) -> Trade {
    let now = world.now();
    let day = crate::clock::alipay_time(now)[..10].replace('-', "");
    let channel_ref = match order.channel {
        Channel::Alipay => format!("{day}22001{}", world.chance.digits(15)),
        Channel::Wechat | Channel::Terminal | Channel::Office => {
            format!("42000{}{day}{}", world.chance.digits(5), world.chance.digits(10))
        }
        Channel::Unionpay => format!("{day}{}", world.chance.digits(13)),
    };
    Trade {
        order,
        scanned: auth_code.is_some(),
        channel_ref,
        shown_code,
        auth_code,
        state,
        made_at: now,
        expires_at: now + life,
        paid_at: None,
        reversed_at: None,
        refunds: Vec::new(),
        queries: 0,
        manners: Manners::default(),
    }
}

/// The payer pays, if the trade is still open.
pub fn pay(world: &mut World, channel: Channel, number: &str) -> bool {
    let now = world.now();
    let Some(trade) = world.trades.get_mut(&(channel, number.to_owned())).filter(|trade| trade.open()) else {
        return false;
    };
    trade.state = State::Paid;
    trade.scanned = true;
    trade.paid_at = Some(now);
    let fen = trade.order.fen;
    post(world, channel, number, "payer", MERCHANT, fen, "pay");
    notice::paid(world, channel, number);
    true
}

/// The payer's wallet has read a shown code: from now on there is a trade that waits.
pub fn scanned(world: &mut World, channel: Channel, number: &str) {
    if let Some(trade) = world.trades.get_mut(&(channel, number.to_owned()))
        && trade.state == State::Offered
    {
        trade.state = State::Waiting;
        trade.scanned = true;
    }
}

/// The payer declines. A shown code can be scanned again; a charge is over.
pub fn decline(world: &mut World, channel: Channel, number: &str) -> bool {
    let Some(trade) = world.trades.get_mut(&(channel, number.to_owned())).filter(|trade| trade.open()) else {
        return false;
    };
    trade.state = if trade.shown_code.is_some() { State::Offered } else { State::Declined };
    true
}

/// Ends an unpaid trade.
pub fn close(world: &mut World, channel: Channel, number: &str) -> bool {
    let Some(trade) = world.trades.get_mut(&(channel, number.to_owned())).filter(|trade| trade.open()) else {
        return false;
    };
    trade.state = State::Closed;
    true
}

/// What taking an order back did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TakenBack {
    /// There was no such order; there cannot be one any more.
    Unknown,
    /// It was unpaid and is closed, or was over already.
    Closed,
    /// It was paid, and the money is back.
    Refunded,
}

/// Ends an order whatever its state, sending back what was paid.
pub fn take_back(world: &mut World, channel: Channel, number: &str) -> TakenBack {
    let now = world.now();
    let key = (channel, number.to_owned());
    let Some(trade) = world.trades.get_mut(&key) else {
        world.tombs.insert(key, now);
        return TakenBack::Unknown;
    };
    match trade.state {
        State::Offered | State::Waiting => {
            trade.state = State::Closed;
            TakenBack::Closed
        }
        State::Closed | State::Declined => TakenBack::Closed,
        State::Reversed => TakenBack::Refunded,
        State::Paid => {
            let left = trade.order.fen - trade.refunded();
            trade.state = State::Reversed;
            trade.reversed_at = Some(now);
            if left > 0 {
                post(world, channel, number, MERCHANT, "payer", left, "reverse");
            }
            TakenBack::Refunded
        }
    }
}

/// What a refund did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refunding {
    /// New money went back.
    Moved,
    /// This number was done before.
    Before,
    /// This number was done before with another amount.
    Different,
    /// More than is left.
    TooMuch,
    /// Not paid.
    NotPaid,
    /// No such order.
    Unknown,
}

/// Sends money back, once per refund number.
pub fn refund(world: &mut World, channel: Channel, number: &str, refund: &str, fen: i64) -> Refunding {
    let now = world.now();
    let Some(trade) = world.trades.get_mut(&(channel, number.to_owned())) else { return Refunding::Unknown };
    if let Some(before) = trade.refunds.iter_mut().find(|before| before.number == refund) {
        before.settled = true;
        return if before.fen == fen { Refunding::Before } else { Refunding::Different };
    }
    if trade.state != State::Paid {
        return Refunding::NotPaid;
    }
    if fen <= 0 || fen > trade.order.fen - trade.refunded() {
        return Refunding::TooMuch;
    }
    let settled = channel != Channel::Wechat;
    trade.refunds.push(Refund { number: refund.to_owned(), fen, at: now, settled });
    post(world, channel, number, MERCHANT, "payer", fen, "refund");
    notice::refunded(world, channel, number, refund);
    Refunding::Moved
}

/// Looks a trade up for a query, which is also when the payer of [`Scenario::Password`] gets on with it.
pub fn queried(world: &mut World, channel: Channel, number: &str) -> Option<Trade> {
    let trade = world.trades.get_mut(&(channel, number.to_owned()))?;
    let password = trade.auth_code.as_deref().map(Scenario::of) == Some(Scenario::Password);
    if password && trade.state == State::Waiting {
        trade.queries += 1;
        if trade.queries > QUERIES_TO_PASSWORD {
            pay(world, channel, number);
        }
    }
    world.trade(channel, number).cloned()
}

/// Closes every unpaid trade whose time is over.
pub fn expire_due(world: &mut World) {
    let now = world.now();
    for trade in world.trades.values_mut().filter(|trade| trade.open() && trade.expires_at <= now) {
        trade.state = State::Closed;
    }
}

/// Writes a movement into a channel's book.
pub fn post(
    world: &mut World,
    channel: Channel,
    number: &str,
    from: &str,
    to: &str,
    fen: i64,
    what: &'static str,
) {
    world.books.entry(channel).or_default().post(Entry {
        from: from.to_owned(),
        to: to.to_owned(),
        fen,
        what,
        out_trade_no: number.to_owned(),
    });
}

#[cfg(test)]
mod tests;
