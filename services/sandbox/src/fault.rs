//! Faults on purpose: a plan drawn from the seed, and single ones asked for by the control plane.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::chance::Chance;
use crate::trade::Channel;

/// How long a delayed answer waits in real time unless the plan says otherwise, in milliseconds: longer than any
/// client should wait.
const DELAY_MS: u64 = 20_000;

/// What goes wrong with one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fault {
    /// The connection breaks and nothing was done.
    DropBefore,
    /// It is done and the connection breaks.
    ChargeThenDrop,
    /// It is done and answered late.
    Delay,
    /// 500, and nothing was done.
    #[serde(rename = "5xx")]
    ServerError,
    /// It is done, and the channel says that it does not know (`20000`, `SYSTEM_ERROR`, `03`).
    #[serde(rename = "20000")]
    Unknown,
    /// It is done and answered with another key's signature.
    WrongSignature,
    /// It is done and the answer is ten minutes old (WeChat Pay; Alipay's answers carry no time).
    StaleTimestamp,
    /// It is done and the answer is cut off in the middle, its signature and all.
    TruncatedBody,
    /// Notifies come three times.
    Duplicate,
    /// Notifies come in the wrong order.
    Reorder,
    /// The answer, or the first notify, carries a probe's signature (WeChat Pay).
    Signtest,
}

/// A fault asked for, for the next requests that fit.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Planted {
    /// Which.
    pub fault: Fault,
    /// Only at this channel.
    #[serde(default)]
    pub channel: Option<Channel>,
    /// Only for this call: `precreate`, `native`, `apply`, `pay`, `query`, `cancel`, `close`, `reverse`, `undo`,
    /// `refund`, `refund-query`, `settle`, `bind`, `split`, `return`, `bill`, `download`, `agreement-query`, `unsign`;
    /// at the terminal the question's type.
    #[serde(default)]
    pub call: Option<String>,
    /// How often.
    #[serde(default = "once")]
    pub times: u32,
}

fn once() -> u32 {
    1
}

/// The plan, as `--faults FILE` and `/_sim/fault` give it.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Plan {
    /// Out of a thousand requests, how many meet each fault.
    pub per_mille: BTreeMap<Fault, u64>,
    /// Single faults, met before any is drawn.
    pub next: Vec<Planted>,
    /// How long [`Fault::Delay`] waits.
    pub delay_ms: Option<u64>,
}

impl Plan {
    /// The fault that this request meets, if any.
    pub fn meet(&mut self, channel: Channel, call: &str, chance: &mut Chance) -> Option<Fault> {
        let fits = |planted: &Planted| {
            planted.times > 0
                && planted.channel.is_none_or(|wanted| wanted == channel)
                && planted.call.as_ref().is_none_or(|wanted| wanted == call)
        };
        if let Some(planted) = self.next.iter_mut().find(|planted| fits(planted)) {
            planted.times -= 1;
            return Some(planted.fault);
        }
        let mut drawn = chance.below(1000);
        for (fault, share) in &self.per_mille {
            match drawn.checked_sub(*share) {
                Some(left) => drawn = left,
                None => return Some(*fault),
            }
        }
        None
    }

    /// How long [`Fault::Delay`] waits, in real milliseconds.
    pub fn delay_ms(&self) -> u64 {
        self.delay_ms.unwrap_or(DELAY_MS)
    }
}
