//! Notifies: what is to be told, when it is tried again, and what the merchant answered.

use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;

use crate::clock::{HOUR, MINUTE, Millis, SECOND};
use crate::trade::{Channel, Trade};
use crate::world::World;
use crate::{acp, alipay, wechat};

/// Waits before each delivery, from opendocs.alipay.com ("异步通知说明"): 8 deliveries in about 25 hours.
const ALIPAY_WAITS: &[Millis] =
    &[0, 4 * MINUTE, 10 * MINUTE, 10 * MINUTE, HOUR, 2 * HOUR, 6 * HOUR, 15 * HOUR];
/// Waits before each delivery, from pay.weixin.qq.com ("支付成功回调通知"): 16 deliveries in 24 h 4 m.
const WECHAT_WAITS: &[Millis] = &[
    0,
    15 * SECOND,
    15 * SECOND,
    30 * SECOND,
    3 * MINUTE,
    10 * MINUTE,
    20 * MINUTE,
    30 * MINUTE,
    30 * MINUTE,
    30 * MINUTE,
    HOUR,
    3 * HOUR,
    3 * HOUR,
    3 * HOUR,
    6 * HOUR,
    6 * HOUR,
];
/// Waits before each delivery, from UnionPay's SDK: five in all, after 1, 2, 4 and 5 minutes.
const UNIONPAY_WAITS: &[Millis] = &[0, MINUTE, 2 * MINUTE, 4 * MINUTE, 5 * MINUTE];
/// How many copies a duplicated notify comes in.
const COPIES: usize = 3;

/// What is told, before it is signed for a delivery.
#[derive(Clone, Debug)]
pub enum Content {
    /// Alipay: form parameters without `sign`.
    Alipay(BTreeMap<String, String>),
    /// WeChat Pay: the event's type and the resource to seal.
    Wechat {
        /// Such as `TRANSACTION.SUCCESS`.
        event: &'static str,
        /// `transaction` or `refund`.
        original: &'static str,
        /// In clear.
        resource: Value,
        /// Which of the platform's keys signs it; its certificate's where none is named.
        serial: Option<String>,
    },
    /// WeChat Pay v2: fields without `sign`.
    WechatV2 {
        /// What is told.
        fields: BTreeMap<String, String>,
        /// How it is signed.
        how: wechat::v2::canon::SignType,
    },
    /// UnionPay: form fields without certificate and signature.
    Acp(BTreeMap<String, String>),
}

/// One notify, over all its deliveries.
#[derive(Clone, Debug)]
pub struct Notice {
    /// Which of the outbox's notices this is; duplicates share an id, never a slot.
    pub slot: usize,
    /// The same over all deliveries.
    pub id: String,
    /// Who tells.
    pub channel: Channel,
    /// About which order.
    pub out_trade_no: String,
    /// To where.
    pub url: String,
    /// What.
    pub content: Content,
    /// Signed as a probe, which must be refused.
    pub probe: bool,
    /// When the next delivery is due.
    pub due: Option<Millis>,
    /// Deliveries so far.
    pub tries: usize,
}

/// One delivery, for the log.
#[derive(Clone, Debug, Serialize)]
pub struct Delivery {
    /// Of which notice.
    pub id: String,
    /// Who told.
    pub channel: Channel,
    /// About which order.
    pub out_trade_no: String,
    /// When, in the sandbox's time.
    pub at: Millis,
    /// HTTP status, absent where nobody answered.
    pub status: Option<u16>,
    /// Whether the merchant took it.
    pub accepted: bool,
    /// Whether it was a probe, or told an older state.
    pub probe: bool,
}

/// All notices and deliveries.
#[derive(Debug, Default)]
pub struct Outbox {
    notices: Vec<Notice>,
    log: Vec<Delivery>,
}

impl Outbox {
    /// The notices due by `now`. They are not due again until [`Self::delivered`] says how it went.
    pub fn due(&mut self, now: Millis) -> Vec<Notice> {
        let due = self.notices.iter_mut().filter(|notice| notice.due.is_some_and(|due| due <= now));
        due.map(|notice| {
            notice.due = None;
            notice.clone()
        })
        .collect()
    }

    /// When the next notice is due.
    pub fn next_due(&self) -> Option<Millis> {
        self.notices.iter().filter_map(|notice| notice.due).min()
    }

    /// Whether the order's notices have each been tried at least once.
    pub fn tried(&self, channel: Channel, number: &str) -> bool {
        let about = |notice: &&Notice| notice.channel == channel && notice.out_trade_no == number;
        self.notices.iter().filter(about).all(|notice| notice.tries > 0)
    }

    /// Writes a delivery down and plans the next one.
    pub fn delivered(&mut self, slot: usize, delivery: Delivery) {
        if let Some(notice) = self.notices.get_mut(slot) {
            notice.tries += 1;
            let waits = match notice.channel {
                Channel::Alipay => ALIPAY_WAITS,
                Channel::Wechat => WECHAT_WAITS,
                Channel::Terminal | Channel::Office => &[],
                Channel::Unionpay => UNIONPAY_WAITS,
            };
            let again = !delivery.accepted && !notice.probe;
            notice.due = waits.get(notice.tries).filter(|_wait| again).map(|wait| delivery.at + wait);
        }
        self.log.push(delivery);
    }

    /// All deliveries, oldest first.
    pub fn log(&self) -> &[Delivery] {
        &self.log
    }
}

/// Tells that a trade was paid, in the trade's manners.
pub fn paid(world: &mut World, channel: Channel, number: &str) {
    let Some(trade) = world.trade(channel, number).cloned() else { return };
    let Some(url) = trade.order.notify_url.clone() else { return };
    let content = match channel {
        Channel::Alipay => Content::Alipay(alipay::notify::paid(&trade)),
        Channel::Wechat => wechat::telling::paid(world, &trade),
        // A terminal tells nothing by itself.
        Channel::Terminal | Channel::Office => return,
        Channel::Unionpay => Content::Acp(acp::notify::paid(world, &trade)),
    };
    if trade.manners.probe {
        post(world, &trade, &url, content.clone(), true, 0);
    }
    post(world, &trade, &url, content.clone(), false, 0);
    if trade.manners.duplicate {
        for _copy in 1..COPIES {
            repeat(world, &trade);
        }
    }
    if trade.manners.reorder
        && let Content::Alipay(mut older) = content
    {
        // Told a second after the newer one, as a queue at the channel may do.
        older.insert("trade_status".to_owned(), "WAIT_BUYER_PAY".to_owned());
        older.remove("gmt_payment");
        post(world, &trade, &url, Content::Alipay(older), false, SECOND);
    }
}

/// Tells that money went back. Alipay tells it in the pay notify's form, WeChat Pay as an event of its own.
pub fn refunded(world: &mut World, channel: Channel, number: &str, refund: &str) {
    let Some(trade) = world.trade(channel, number).cloned() else { return };
    let told = match channel {
        Channel::Alipay => {
            let url = trade.order.notify_url.clone();
            url.map(|url| (url, Content::Alipay(alipay::notify::refunded(&trade, refund))))
        }
        // WeChat Pay tells refunds only where the refund itself names an address.
        Channel::Wechat => wechat::telling::refunded(world, &trade, refund),
        // UnionPay has an address for each refund and undo of its own: see `tell_acp`.
        Channel::Unionpay | Channel::Terminal | Channel::Office => None,
    };
    if let Some((url, content)) = told {
        post(world, &trade, &url, content, false, 0);
    }
}

/// Tells of an undo or a refund at UnionPay, at the address that it named.
pub fn tell_acp(world: &mut World, number: &str, url: &str, fields: BTreeMap<String, String>) {
    if let Some(trade) = world.trade(Channel::Unionpay, number).cloned() {
        post(world, &trade, url, Content::Acp(fields), false, 0);
    }
}

/// Tells what is about no trade but about an agreement at Alipay, by the merchant's name of it.
pub fn told(world: &mut World, name: &str, url: &str, content: Content) {
    push(world, (Channel::Alipay, name), url, content, false, 0);
}

fn post(world: &mut World, trade: &Trade, url: &str, content: Content, probe: bool, wait: Millis) {
    push(world, (trade.order.channel, &trade.order.out_trade_no), url, content, probe, wait);
}

fn push(
    world: &mut World,
    (channel, number): (Channel, &str),
    url: &str,
    content: Content,
    probe: bool,
    wait: Millis,
) {
    let id = match channel {
        Channel::Alipay => world.chance.digits(34),
        Channel::Wechat | Channel::Terminal | Channel::Office => {
            uuid(&world.chance.text(b"0123456789abcdef", 32))
        }
        // UnionPay's notifies have no id; the log needs one.
        Channel::Unionpay => world.chance.digits(21),
    };
    let content = match content {
        Content::Alipay(mut params) => {
            params.insert("notify_id".to_owned(), id.clone());
            Content::Alipay(params)
        }
        other => other,
    };
    let due = Some(world.now() + wait);
    let slot = world.outbox.notices.len();
    world.outbox.notices.push(Notice {
        slot,
        id,
        channel,
        out_trade_no: number.to_owned(),
        url: url.to_owned(),
        content,
        probe,
        due,
        tries: 0,
    });
}

/// The last notice once more, under the same id: a duplicate as the receiver sees one.
fn repeat(world: &mut World, trade: &Trade) {
    let number = &trade.order.out_trade_no;
    let last =
        world.outbox.notices.iter().rev().find(|notice| notice.out_trade_no == *number && !notice.probe);
    if let Some(last) = last.cloned() {
        let slot = world.outbox.notices.len();
        world.outbox.notices.push(Notice { slot, ..last });
    }
}

fn uuid(hex: &str) -> String {
    format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..32])
}
