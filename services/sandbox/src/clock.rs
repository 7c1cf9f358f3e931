//! The sandbox's own time, for what takes minutes or hours at a real channel: the life of codes and trades and the
//! schedule of notifies. It runs a factor faster than the wall clock and can be advanced by the control plane.
//! Signatures keep to the wall clock, since those who sign towards us know no other.

use std::time::{Duration, Instant};

use time::OffsetDateTime;
use time::macros::{format_description, offset};

/// Milliseconds since 1970 UTC in the sandbox's time.
pub type Millis = i64;

/// A second in [`Millis`].
pub const SECOND: Millis = 1000;
/// A minute in [`Millis`].
pub const MINUTE: Millis = 60 * SECOND;
/// An hour in [`Millis`].
pub const HOUR: Millis = 60 * MINUTE;

/// The clock.
#[derive(Clone, Debug)]
pub struct VirtualClock {
    started: Instant,
    began: Millis,
    factor: u32,
    ahead: Millis,
}

impl VirtualClock {
    /// Starts at the wall clock's time, running `factor` times as fast (at least 1).
    pub fn start(factor: u32) -> Self {
        Self { started: Instant::now(), began: wall_s() * SECOND, factor: factor.max(1), ahead: 0 }
    }

    /// Now.
    pub fn now(&self) -> Millis {
        let passed = Millis::try_from(self.started.elapsed().as_millis()).unwrap_or(Millis::MAX / 2);
        self.began + self.ahead + passed.saturating_mul(self.factor.into())
    }

    /// Jumps forward.
    pub fn advance(&mut self, by: Millis) {
        self.ahead = self.ahead.saturating_add(by);
    }

    /// How long to wait, in real time, until the sandbox's time is `at`.
    pub fn real_until(&self, at: Millis) -> Duration {
        Duration::from_millis(u64::try_from((at - self.now()).max(0)).unwrap_or(0) / u64::from(self.factor))
    }
}

/// The wall clock, in seconds since 1970 UTC.
pub fn wall_s() -> i64 {
    OffsetDateTime::now_utc().unix_timestamp()
}

/// `2026-01-02 03:04:05` at GMT+8, as Alipay writes it.
pub fn alipay_time(at: Millis) -> String {
    at_gmt8(at)
        .format(format_description!("[year]-[month]-[day] [hour]:[minute]:[second]"))
        .unwrap_or_default()
}

/// RFC 3339 at GMT+8, as WeChat Pay writes it.
pub fn wechat_time(at: Millis) -> String {
    at_gmt8(at).format(&time::format_description::well_known::Rfc3339).unwrap_or_default()
}

fn at_gmt8(at: Millis) -> OffsetDateTime {
    let seconds = at.div_euclid(SECOND);
    OffsetDateTime::from_unix_timestamp(seconds).unwrap_or(OffsetDateTime::UNIX_EPOCH).to_offset(offset!(+8))
}
