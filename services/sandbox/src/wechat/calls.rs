//! WeChat Pay's calls: a checked request in, status and body out.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::answer::{self, Refusal};
use super::desk::Userpaying;
use super::gate::{APPID, Asked, MCHID};
use super::route::Call;
use super::{refunds, sharing, statement};
use crate::cashier::{self, Charge, Clash, SHOWN_LIFE, TakenBack};
use crate::clock::{self, Millis, SECOND};
use crate::spoil::Spoil;
use crate::trade::{Channel, Manners, Order, State, Trade};
use crate::world::World;

/// Largest order in fen.
const FEN_MAX: i64 = 100_000_000;

/// What a call answers.
#[derive(Debug)]
pub struct Reply {
    /// HTTP status.
    pub status: u16,
    /// Body; empty with 204.
    pub body: String,
    /// About which order, where there is one.
    pub out_trade_no: String,
    /// What the payer's code does to the answer.
    pub spoil: Spoil,
}

#[derive(Deserialize)]
struct Amount {
    total: i64,
    currency: Option<String>,
}

#[derive(Deserialize)]
struct Payer {
    auth_code: String,
}

#[derive(Deserialize)]
struct Ordered {
    appid: String,
    mchid: String,
    description: String,
    out_trade_no: String,
    time_expire: Option<String>,
    notify_url: Option<String>,
    amount: Amount,
    payer: Option<Payer>,
    settle_info: Option<Settle>,
}

#[derive(Deserialize)]
struct Settle {
    #[serde(default)]
    profit_sharing: bool,
}

/// An order that is made with this is held back until it is divided.
fn settle(world: &mut World, ordered: &Ordered) {
    if ordered.settle_info.as_ref().is_some_and(|settle| settle.profit_sharing) {
        world.wechat.held_back.insert(ordered.out_trade_no.clone());
    }
}

#[derive(Deserialize)]
struct Ender {
    appid: Option<String>,
    mchid: String,
}

/// HTTP status and body, or why not.
pub(super) type Outcome = Result<(u16, String), Refusal>;

/// Runs a call. Certificates are the platform's own affair and answered elsewhere.
pub fn run(world: &mut World, call: &Call, asked: &Asked, manners: Manners) -> Reply {
    let mut spoil = Spoil::None;
    let mut about = String::new();
    let outcome = match call {
        Call::Native => native(world, asked, &mut about),
        Call::Codepay => codepay(world, asked, &mut about, &mut spoil),
        Call::Query(number) => merchant(asked).and_then(|()| query(world, number)),
        Call::QueryById(id) => merchant(asked).and_then(|()| {
            let number = by_id(world, id).ok_or_else(not_exist)?;
            query(world, &number)
        }),
        Call::Close(number) => close(world, asked, number),
        Call::Reverse(number) => reverse(world, asked, number),
        Call::Refund => refunds::refund(world, asked),
        Call::RefundQuery(number) => refunds::query(world, number),
        Call::TradeBill => statement::ask(world, asked),
        Call::Share => sharing::share(world, asked),
        Call::ShareQuery(number) => sharing::query(world, asked, number),
        Call::Unfreeze => sharing::unfreeze(world, asked),
        Call::Amounts(id) => sharing::amounts(world, id),
        Call::ReturnShare => sharing::give_back(world, asked),
        Call::ReturnQuery(number) => sharing::given_back(world, asked, number),
        Call::AddReceiver => sharing::receiver(world, asked, true),
        Call::DeleteReceiver => sharing::receiver(world, asked, false),
        Call::Certificates | Call::BillFile => Err(Refusal::new(404, "RESOURCE_NOT_EXISTS", "not here")),
    };
    if manners != Manners::default()
        && let Some(trade) = world.trades.get_mut(&(Channel::Wechat, about.clone()))
    {
        trade.manners = manners;
    }
    let (status, body) = outcome.unwrap_or_else(|refusal| (refusal.status, refusal.body()));
    Reply { status, body, out_trade_no: about, spoil }
}

pub(super) fn read<T: DeserializeOwned>(asked: &Asked) -> Result<T, Refusal> {
    serde_json::from_slice(&asked.body).map_err(|error| Refusal::parameter(format!("body: {error}")))
}

/// `?mchid=` must be there and ours.
pub(super) fn merchant(asked: &Asked) -> Result<(), Refusal> {
    if asked.query("mchid") == Some(MCHID) {
        Ok(())
    } else {
        Err(Refusal::parameter(format!("mchid: ask with ?mchid={MCHID}")))
    }
}

fn order(ordered: &Ordered) -> Result<Order, Refusal> {
    if ordered.mchid != MCHID || ordered.appid != APPID {
        return Err(Refusal::new(400, "APPID_MCHID_NOT_MATCH", format!("appid {APPID}, mchid {MCHID}")));
    }
    let number = &ordered.out_trade_no;
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"_-|*".contains(&byte);
    if !(6..=32).contains(&number.len()) || !number.bytes().all(fits) {
        return Err(Refusal::parameter("out_trade_no: 6 to 32 of 0-9 A-Z a-z _ - | *"));
    }
    if !(1..=127).contains(&ordered.description.chars().count()) {
        return Err(Refusal::parameter("description: 1 to 127 characters"));
    }
    if !(1..=FEN_MAX).contains(&ordered.amount.total) {
        return Err(Refusal::parameter("amount.total: 1 to 100000000 fen"));
    }
    if ordered.amount.currency.as_deref().unwrap_or("CNY") != "CNY" {
        return Err(Refusal::parameter("amount.currency: CNY"));
    }
    Ok(Order {
        channel: Channel::Wechat,
        out_trade_no: number.clone(),
        fen: ordered.amount.total,
        subject: ordered.description.clone(),
        notify_url: ordered.notify_url.clone(),
        instalments: None,
    })
}

fn clash(clash: Clash) -> Refusal {
    match clash {
        Clash::Paid => Refusal::new(400, "ORDERPAID", "this out_trade_no is paid: query it"),
        Clash::Closed => Refusal::new(400, "ORDER_CLOSED", "this out_trade_no is closed: use a new one"),
        Clash::Different => Refusal::new(
            403,
            "OUT_TRADE_NO_USED",
            "this out_trade_no was sent before with other fields: use a new one",
        ),
    }
}

pub(super) fn not_exist() -> Refusal {
    Refusal::new(404, "ORDER_NOT_EXIST", "no such order")
}

/// Merchants write expiry by their clock; the sandbox keeps the span and counts it by its own.
fn life(time_expire: Option<&str>) -> Result<Millis, Refusal> {
    let Some(text) = time_expire else { return Ok(SHOWN_LIFE) };
    let at = OffsetDateTime::parse(text, &Rfc3339)
        .map_err(|_bad| Refusal::parameter("time_expire: RFC 3339, as 2026-01-02T03:04:05+08:00"))?;
    let life = (at.unix_timestamp() - clock::wall_s()) * SECOND;
    if life > 0 { Ok(life) } else { Err(Refusal::parameter("time_expire has passed")) }
}

fn native(world: &mut World, asked: &Asked, about: &mut String) -> Outcome {
    let ordered: Ordered = read(asked)?;
    let order = order(&ordered)?;
    if !order.notify_url.as_deref().is_some_and(|url| url.starts_with("http")) {
        return Err(Refusal::parameter("notify_url: an http or https address"));
    }
    let life = life(ordered.time_expire.as_deref())?;
    about.clone_from(&order.out_trade_no);
    let code_url = cashier::offer(world, order, life).map_err(clash)?;
    settle(world, &ordered);
    Ok((200, serde_json::json!({"code_url": code_url}).to_string()))
}

fn codepay(world: &mut World, asked: &Asked, about: &mut String, spoil: &mut Spoil) -> Outcome {
    let ordered: Ordered = read(asked)?;
    let order = order(&ordered)?;
    if order.notify_url.is_some() {
        return Err(Refusal::parameter("codepay takes no notify_url: query the order"));
    }
    settle(world, &ordered);
    let code = ordered.payer.ok_or_else(|| Refusal::parameter("payer.auth_code: is missing"))?.auth_code;
    let number = order.out_trade_no.clone();
    about.clone_from(&number);
    let first = world.trade(Channel::Wechat, &number).is_none();
    let charge = cashier::charge(world, order, &code);
    if first && charge != Charge::DeadCode {
        *spoil = Spoil::by_code(&code);
    }
    match charge {
        Charge::Paid => {
            world.trade(Channel::Wechat, &number).map(|trade| (200, text(trade))).ok_or_else(not_exist)
        }
        Charge::Waiting => userpaying(world, &number),
        Charge::DeadCode if !Channel::Wechat.takes(&code) => {
            Err(Refusal::new(400, "AUTH_CODE_INVALID", "auth_code: 18 digits from 10 to 15"))
        }
        Charge::DeadCode => {
            Err(Refusal::new(400, "AUTH_CODE_EXPIRE", "auth_code is used or expired: scan it again"))
        }
        Charge::Nothing => Err(unknown()),
        Charge::Clash(found) => Err(clash(found)),
    }
}

/// The platform's pages differ in how they say it, so a switch chooses.
fn userpaying(world: &World, number: &str) -> Outcome {
    let words = Refusal::new(400, "USERPAYING", "the payer types a password: query");
    match world.wechat.switches.userpaying {
        Userpaying::Refused => Err(words),
        Userpaying::Accepted => Ok((202, words.body())),
        Userpaying::State => {
            world.trade(Channel::Wechat, number).map(|trade| (200, text(trade))).ok_or_else(not_exist)
        }
    }
}

/// The platform does not know.
pub fn unknown() -> Refusal {
    Refusal::new(500, "SYSTEM_ERROR", "it may have happened: query with the same out_trade_no")
}

fn text(trade: &Trade) -> String {
    answer::transaction(trade).to_string()
}

pub(super) fn by_id(world: &World, id: &str) -> Option<String> {
    let mut trades = world.trades.values();
    let found = trades.find(|trade| {
        trade.order.channel == Channel::Wechat && trade.channel_ref == id && trade.paid_at.is_some()
    });
    found.map(|trade| trade.order.out_trade_no.clone())
}

fn query(world: &mut World, number: &str) -> Outcome {
    let trade = cashier::queried(world, Channel::Wechat, number).ok_or_else(not_exist)?;
    Ok((200, text(&trade)))
}

fn ender(asked: &Asked, with_app: bool) -> Result<(), Refusal> {
    let ender: Ender = read(asked)?;
    if ender.mchid != MCHID || (with_app && ender.appid.as_deref() != Some(APPID)) {
        return Err(Refusal::parameter(format!("mchid {MCHID}, and for reverse appid {APPID}")));
    }
    Ok(())
}

fn close(world: &mut World, asked: &Asked, number: &str) -> Outcome {
    ender(asked, false)?;
    match world.trade(Channel::Wechat, number).map(|trade| trade.state) {
        None => Err(not_exist()),
        Some(State::Paid | State::Reversed) => Err(clash(Clash::Paid)),
        // Closing what is closed is acknowledged again.
        Some(_open_or_closed) => {
            cashier::close(world, Channel::Wechat, number);
            Ok((204, String::new()))
        }
    }
}

fn reverse(world: &mut World, asked: &Asked, number: &str) -> Outcome {
    ender(asked, true)?;
    if world.trade(Channel::Wechat, number).is_some_and(|trade| trade.auth_code.is_none()) {
        return Err(Refusal::new(
            400,
            "INVALID_REQUEST",
            "only codepay orders can be reversed: close this one",
        ));
    }
    if world.wechat.too_early(world.trade(Channel::Wechat, number), world.now()) {
        return Err(Refusal::new(400, "INVALID_REQUEST", "wait 15 s after paying, then reverse"));
    }
    match cashier::take_back(world, Channel::Wechat, number) {
        TakenBack::Unknown => Err(not_exist()),
        TakenBack::Closed | TakenBack::Refunded => {
            let body = serde_json::json!({"appid": APPID, "mchid": MCHID, "out_trade_no": number});
            Ok((200, body.to_string()))
        }
    }
}
