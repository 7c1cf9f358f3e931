//! v2's calls: checked fields in, fields or a code out.

use time::macros::{format_description, offset};
use time::{Date, PrimitiveDateTime};

use super::super::refunds::{self, Limit};
use super::super::statement::{self, BillType};
use super::canon::{Fields, SignType};
use crate::cashier::{self, Charge, Clash, Refunding, SHOWN_LIFE, TakenBack};
use crate::clock::{self, Millis, SECOND, alipay_time};
use crate::spoil::Spoil;
use crate::trade::{Channel, Manners, Order, Refund, State, Trade};
use crate::world::World;

/// Largest order in fen.
const FEN_MAX: i64 = 100_000_000;

/// Which call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Call {
    Micropay,
    UnifiedOrder,
    OrderQuery,
    CloseOrder,
    Reverse,
    Refund,
    RefundQuery,
    DownloadBill,
}

impl Call {
    /// By the last part of the path; reverse and refund are in the secure part alone.
    pub fn of(name: &str, secure: bool) -> Option<Self> {
        Some(match (name, secure) {
            ("micropay", false) => Self::Micropay,
            ("unifiedorder", false) => Self::UnifiedOrder,
            ("orderquery", false) => Self::OrderQuery,
            ("closeorder", false) => Self::CloseOrder,
            ("refundquery", false) => Self::RefundQuery,
            ("downloadbill", false) => Self::DownloadBill,
            ("reverse", true) => Self::Reverse,
            ("refund", true) => Self::Refund,
            _other => return None,
        })
    }

    /// Short name, for the fault plan; the same as v3's.
    pub fn short(self) -> &'static str {
        match self {
            Self::Micropay => "pay",
            Self::UnifiedOrder => "native",
            Self::OrderQuery | Self::RefundQuery => "query",
            Self::CloseOrder => "close",
            Self::Reverse => "reverse",
            Self::Refund => "refund",
            Self::DownloadBill => "bill",
        }
    }
}

/// A code and what to do.
#[derive(Debug)]
pub struct Refusal {
    /// Such as `ORDERPAID`.
    pub code: &'static str,
    /// What to do.
    pub message: String,
}

impl Refusal {
    /// A refusal.
    pub fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }
}

/// What a call came to.
#[derive(Debug)]
pub enum Outcome {
    /// Fields to sign.
    Fields(Result<Fields, Refusal>),
    /// A bill.
    File(Vec<u8>),
    /// No bill: code and words.
    NoFile(&'static str, &'static str),
}

/// What a call answers.
#[derive(Debug)]
pub struct Reply {
    /// What.
    pub outcome: Outcome,
    /// About which order, where there is one.
    pub out_trade_no: String,
    /// What the payer's code does to the answer.
    pub spoil: Spoil,
}

type Said = Result<Fields, Refusal>;

fn get<'a>(asked: &'a Fields, name: &str) -> &'a str {
    asked.get(name).map(String::as_str).unwrap_or_default()
}

fn lacks(words: &str) -> Refusal {
    Refusal::new("PARAM_ERROR", words)
}

/// Runs a call.
pub fn run(world: &mut World, call: Call, asked: &Fields, how: SignType, manners: Manners) -> Reply {
    let mut spoil = Spoil::None;
    let said = match call {
        Call::Micropay => micropay(world, asked, &mut spoil),
        Call::UnifiedOrder => unified(world, asked, how),
        Call::OrderQuery => number(world, asked).and_then(|number| query(world, &number)),
        Call::CloseOrder => close(world, get(asked, "out_trade_no")),
        Call::Reverse => reverse(world, get(asked, "out_trade_no")),
        Call::Refund => refund(world, asked),
        Call::RefundQuery => refund_query(world, asked),
        Call::DownloadBill => {
            let outcome = bill(world, asked);
            return Reply { outcome, out_trade_no: String::new(), spoil };
        }
    };
    let out_trade_no = get(asked, "out_trade_no").to_owned();
    let made = matches!(call, Call::Micropay | Call::UnifiedOrder) && manners != Manners::default();
    if let Some(trade) = world.trades.get_mut(&(Channel::Wechat, out_trade_no.clone())).filter(|_| made) {
        trade.manners = manners;
    }
    Reply { outcome: Outcome::Fields(said), out_trade_no, spoil }
}

/// The order that is named, by the merchant's number or the platform's.
fn number(world: &World, asked: &Fields) -> Result<String, Refusal> {
    match (get(asked, "transaction_id"), get(asked, "out_trade_no")) {
        ("", "") => Err(lacks("send transaction_id or out_trade_no")),
        ("", number) => Ok(number.to_owned()),
        (id, _) => super::super::calls::by_id(world, id).ok_or_else(not_exist),
    }
}

fn not_exist() -> Refusal {
    Refusal::new("ORDERNOTEXIST", "no such order")
}

fn order(asked: &Fields) -> Result<Order, Refusal> {
    let number = get(asked, "out_trade_no");
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"_-|*@".contains(&byte);
    if !(1..=32).contains(&number.len()) || !number.bytes().all(fits) {
        return Err(lacks("out_trade_no: 1 to 32 of 0-9 A-Z a-z _ - | * @"));
    }
    if !(1..=128).contains(&get(asked, "body").len()) {
        return Err(lacks("body: 1 to 128 bytes"));
    }
    let fen = get(asked, "total_fee").parse().ok().filter(|fen| (1..=FEN_MAX).contains(fen));
    let fen = fen.ok_or_else(|| lacks("total_fee: 1 to 100000000 fen, whole"))?;
    if !matches!(get(asked, "fee_type"), "" | "CNY") {
        return Err(lacks("fee_type: CNY"));
    }
    if get(asked, "spbill_create_ip").is_empty() {
        return Err(lacks("spbill_create_ip: the terminal's address"));
    }
    Ok(Order {
        channel: Channel::Wechat,
        out_trade_no: number.to_owned(),
        fen,
        subject: get(asked, "body").to_owned(),
        notify_url: asked.get("notify_url").cloned(),
        instalments: None,
    })
}

fn clash(clash: Clash) -> Refusal {
    match clash {
        Clash::Paid => Refusal::new("ORDERPAID", "this out_trade_no is paid: query it"),
        Clash::Closed => Refusal::new("ORDERCLOSED", "this out_trade_no is closed: use a new one"),
        Clash::Different => Refusal::new(
            "OUT_TRADE_NO_USED",
            "this out_trade_no was sent before with other fields: use a new one",
        ),
    }
}

fn micropay(world: &mut World, asked: &Fields, spoil: &mut Spoil) -> Said {
    let order = order(asked)?;
    if order.notify_url.is_some() {
        return Err(lacks("micropay takes no notify_url: query the order"));
    }
    let (code, number) = (get(asked, "auth_code"), order.out_trade_no.clone());
    if code.is_empty() {
        return Err(lacks("auth_code is missing"));
    }
    let first = world.trade(Channel::Wechat, &number).is_none();
    let charge = cashier::charge(world, order, code);
    if first && charge != Charge::DeadCode {
        *spoil = Spoil::by_code(code);
    }
    match charge {
        Charge::Paid => world.trade(Channel::Wechat, &number).map(paid).ok_or_else(not_exist),
        Charge::Waiting => Err(Refusal::new("USERPAYING", "the payer types a password: query")),
        Charge::DeadCode if !Channel::Wechat.takes(code) => {
            Err(Refusal::new("AUTH_CODE_INVALID", "auth_code: 18 digits from 10 to 15"))
        }
        Charge::DeadCode => {
            Err(Refusal::new("AUTHCODEEXPIRE", "auth_code is used or expired: scan it again"))
        }
        Charge::Nothing => Err(Refusal::new("SYSTEMERROR", "query with the same out_trade_no")),
        Charge::Clash(found) => Err(clash(found)),
    }
}

fn unified(world: &mut World, asked: &Fields, how: SignType) -> Said {
    let order = order(asked)?;
    if get(asked, "trade_type") != "NATIVE" || get(asked, "product_id").is_empty() {
        return Err(lacks("trade_type: NATIVE, with a product_id"));
    }
    if !order.notify_url.as_deref().is_some_and(|url| url.starts_with("http")) {
        return Err(lacks("notify_url: an http or https address"));
    }
    let life = life(get(asked, "time_expire"))?;
    let number = order.out_trade_no.clone();
    let code_url = cashier::offer(world, order, life).map_err(clash)?;
    world.wechat.v2.insert(number, how);
    let prepay = format!("wx{}", world.chance.digits(34));
    Ok(super::owned(&[("trade_type", "NATIVE"), ("prepay_id", &prepay), ("code_url", &code_url)]))
}

/// Merchants write expiry by their clock; the sandbox keeps the span and counts it by its own.
fn life(time_expire: &str) -> Result<Millis, Refusal> {
    if time_expire.is_empty() {
        return Ok(SHOWN_LIFE);
    }
    let format = format_description!("[year][month][day][hour][minute][second]");
    let at = PrimitiveDateTime::parse(time_expire, format);
    let at = at.map_err(|_bad| lacks("time_expire: yyyyMMddHHmmss at GMT+8"))?.assume_offset(offset!(+8));
    let life = (at.unix_timestamp() - clock::wall_s()) * SECOND;
    if life > 0 { Ok(life) } else { Err(lacks("time_expire has passed")) }
}

/// `yyyyMMddHHmmss`.
fn stamp(at: Millis) -> String {
    alipay_time(at).chars().filter(char::is_ascii_digit).collect()
}

/// A paid trade, as micropay, the query and the notify tell it.
pub fn paid(trade: &Trade) -> Fields {
    let fen = trade.order.fen.to_string();
    let how = if trade.auth_code.is_some() { "MICROPAY" } else { "NATIVE" };
    super::owned(&[
        ("openid", "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o"),
        ("is_subscribe", "N"),
        ("trade_type", how),
        ("bank_type", "OTHERS"),
        ("fee_type", "CNY"),
        ("total_fee", &fen),
        ("cash_fee_type", "CNY"),
        ("cash_fee", &fen),
        ("transaction_id", &trade.channel_ref),
        ("out_trade_no", &trade.order.out_trade_no),
        ("time_end", &stamp(trade.paid_at.unwrap_or(trade.made_at))),
    ])
}

fn query(world: &mut World, number: &str) -> Said {
    let trade = cashier::queried(world, Channel::Wechat, number).ok_or_else(not_exist)?;
    let (state, words) = match trade.state {
        State::Offered => ("NOTPAY", "订单未支付"),
        State::Waiting if trade.auth_code.is_none() => ("NOTPAY", "订单未支付"),
        State::Waiting => ("USERPAYING", "用户支付中，需要输入密码"),
        State::Paid if trade.refunds.is_empty() => ("SUCCESS", "支付成功"),
        State::Paid => ("REFUND", "转入退款"),
        State::Closed => ("CLOSED", "订单已关闭"),
        State::Declined => ("PAYERROR", "支付失败"),
        State::Reversed => ("REVOKED", "订单已撤销"),
    };
    let mut fields = if trade.paid_at.is_some() {
        paid(&trade)
    } else {
        super::owned(&[("out_trade_no", number), ("total_fee", &trade.order.fen.to_string())])
    };
    fields.extend(super::owned(&[("trade_state", state), ("trade_state_desc", words)]));
    Ok(fields)
}

fn close(world: &mut World, number: &str) -> Said {
    match world.trade(Channel::Wechat, number).map(|trade| trade.state) {
        None => Err(not_exist()),
        Some(State::Paid | State::Reversed) => Err(clash(Clash::Paid)),
        Some(State::Closed | State::Declined) => Err(clash(Clash::Closed)),
        Some(_open) => {
            cashier::close(world, Channel::Wechat, number);
            Ok(Fields::new())
        }
    }
}

fn reverse(world: &mut World, number: &str) -> Said {
    let trade = world.trade(Channel::Wechat, number);
    if trade.is_some_and(|trade| trade.auth_code.is_none()) {
        return Err(Refusal::new("INVALID_REQUEST", "only micropay orders can be reversed: close this one"));
    }
    if world.wechat.too_early(trade, world.now()) {
        return Err(Refusal::new("INVALID_REQUEST", "wait 15 s after paying, then reverse"));
    }
    match cashier::take_back(world, Channel::Wechat, number) {
        TakenBack::Unknown => Err(not_exist()),
        TakenBack::Closed | TakenBack::Refunded => Ok(super::owned(&[("recall", "N")])),
    }
}

fn refund(world: &mut World, asked: &Fields) -> Said {
    let (number, refund) = (number(world, asked)?, get(asked, "out_refund_no"));
    if !(1..=64).contains(&refund.len()) {
        return Err(lacks("out_refund_no: 1 to 64 characters"));
    }
    let fen: i64 = get(asked, "refund_fee").parse().map_err(|_bad| lacks("refund_fee: fen, whole"))?;
    let trade = world.trade(Channel::Wechat, &number).ok_or_else(not_exist)?;
    if get(asked, "total_fee") != trade.order.fen.to_string() {
        return Err(lacks("total_fee is not the order's"));
    }
    if fen <= trade.order.fen - trade.refunded() {
        refunds::within_limits(trade, refund, world.now()).map_err(|limit| match limit {
            Limit::TooSoon => Refusal::new("FREQUENCY_LIMITED", limit.words()),
            Limit::TooLate => Refusal::new("TRADE_OVERDUE", limit.words()),
            Limit::TooMany => Refusal::new("ERROR", limit.words()),
        })?;
    }
    match cashier::refund(world, Channel::Wechat, &number, refund, fen) {
        Refunding::Moved | Refunding::Before => {
            let trade = world.trade(Channel::Wechat, &number).ok_or_else(not_exist)?;
            let found = trade.refunds.iter().find(|one| one.number == refund).ok_or_else(not_exist)?;
            Ok(refund_fields(trade, found, ""))
        }
        Refunding::Different => {
            Err(lacks("refund_fee: this out_refund_no was sent before with another amount"))
        }
        Refunding::TooMuch => Err(Refusal::new("REFUND_FEE_MISMATCH", "more than is left of the order")),
        Refunding::NotPaid | Refunding::Unknown => {
            Err(Refusal::new("TRADE_STATE_ERROR", "only a paid order can be refunded"))
        }
    }
}

/// A refund; the query numbers its fields.
fn refund_fields(trade: &Trade, refund: &Refund, nth: &str) -> Fields {
    let id = super::super::answer::refund_id(trade, refund);
    let (fen, total) = (refund.fen.to_string(), trade.order.fen.to_string());
    let mut fields = super::owned(&[
        ("transaction_id", &trade.channel_ref),
        ("out_trade_no", &trade.order.out_trade_no),
        ("total_fee", &total),
        ("cash_fee", &total),
    ]);
    for (name, value) in [("out_refund_no", refund.number.as_str()), ("refund_id", &id), ("refund_fee", &fen)]
    {
        fields.insert(format!("{name}{nth}"), value.to_owned());
    }
    fields
}

fn refund_query(world: &mut World, asked: &Fields) -> Said {
    let missing = || Refusal::new("REFUNDNOTEXIST", "no such refund");
    let number = get(asked, "out_refund_no");
    if number.is_empty() {
        return Err(lacks("out_refund_no: this sandbox looks refunds up by it alone"));
    }
    let trade = refunds::asked_about(world, number).ok_or_else(missing)?;
    let refund = trade.refunds.iter().find(|one| one.number == number).ok_or_else(missing)?;
    let mut fields = refund_fields(&trade, refund, "_0");
    let time = alipay_time(refund.at);
    fields.extend(super::owned(&[
        ("refund_count", "1"),
        ("refund_status_0", "SUCCESS"),
        ("refund_channel_0", "ORIGINAL"),
        ("refund_account_0", "REFUND_SOURCE_UNSETTLED_FUNDS"),
        ("refund_recv_accout_0", "支付用户零钱"),
        ("refund_success_time_0", &time),
    ]));
    Ok(fields)
}

fn bill(world: &World, asked: &Fields) -> Outcome {
    let day = Date::parse(get(asked, "bill_date"), format_description!("[year][month][day]"));
    let of = BillType::parse(asked.get("bill_type").map(String::as_str));
    let (Ok(day), Some(of)) = (day, of) else {
        return Outcome::NoFile("20001", "invalid bill_date or bill_type");
    };
    let Some(text) = statement::of_day(world, day, of) else {
        return Outcome::NoFile("20002", "No Bill Exist");
    };
    if get(asked, "tar_type") != "GZIP" {
        return Outcome::File(text.into_bytes());
    }
    statement::packed(&text).map_or(Outcome::NoFile("20003", "the bill cannot be packed"), Outcome::File)
}
