//! Fetching a trade bill by API v3: where it lies is signed, the file is not; its SHA-1 from the signed answer vouches
//! for it. Source: pay.weixin.qq.com/doc/v3, "申请交易账单" and "下载账单".

use std::io::Read;
use std::time::Duration;

use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use flate2::read::GzDecoder;
use reqwest::Method;
use time::macros::offset;
use time::{Date, OffsetDateTime};

use super::wire::BillAnswer;
use super::{Said, Wechat, bill, read};
use crate::channel::exchange::{self, Answer};
use crate::channel::{Bill, Doubt, NoBill};

/// Largest file read, packed or not: 200 000 rows of 300 bytes.
pub(super) const BILL_BYTES_MAX: usize = 64 * 1024 * 1024;
/// How long a download may take. It runs in the background, over lines that may be slow.
pub(super) const DOWNLOAD_WITHIN: Duration = Duration::from_secs(120);
/// Bills are published at ten in the morning.
const PUBLISHED_HOUR: u8 = 10;

impl Wechat {
    pub(super) async fn trade_bill(&self, day: Date) -> Result<Bill, NoBill> {
        let target = format!("/v3/bill/tradebill?bill_date={day}&bill_type=ALL&tar_type=GZIP");
        let said = self.call(Method::GET, &target, String::new()).await.and_then(read::<BillAnswer>);
        let place = match said.map_err(NoBill::Doubt)? {
            Said::Yes(place) => place,
            Said::No { code, .. } => return Err(no_bill(&code, day, (self.clock)())),
        };
        let target = own_target(&place.download_url).ok_or(NoBill::Broken("its address is none"))?;
        let request = self.request(Method::GET, target, String::new()).map_err(NoBill::Doubt)?;
        let file = exchange::exchange_up_to(request.timeout(DOWNLOAD_WITHIN), BILL_BYTES_MAX).await;
        let Answer { status, body, .. } = file.map_err(NoBill::Doubt)?;
        if !status.is_success() {
            return Err(NoBill::Doubt(Doubt::ServerError));
        }
        let text = unpacked(body)?;
        if place.hash_type != "SHA1" || !place.hash_value.eq_ignore_ascii_case(&sha1(&text)) {
            return Err(NoBill::Broken("its hash is not the one that was told"));
        }
        bill::read(&text, day)
    }
}

/// Path and query of a download's address. It is asked for at our own host: the platform's hosts all have it, and an
/// address of elsewhere leads nowhere.
fn own_target(url: &str) -> Option<&str> {
    let (_, rest) = url.split_once("://")?;
    rest.find('/').and_then(|at| rest.get(at..))
}

/// The file before compression.
pub(super) fn unpacked(file: Vec<u8>) -> Result<Vec<u8>, NoBill> {
    if !file.starts_with(&[0x1F, 0x8B]) {
        return Ok(file);
    }
    let limit = u64::try_from(BILL_BYTES_MAX).unwrap_or(u64::MAX);
    let mut text = Vec::new();
    let size = GzDecoder::new(file.as_slice()).take(limit.saturating_add(1)).read_to_end(&mut text);
    match size {
        Ok(size) if size <= BILL_BYTES_MAX => Ok(text),
        Ok(_larger) => Err(NoBill::Broken("it is larger than any day's")),
        Err(_not_gzip) => Err(NoBill::Broken("it cannot be unpacked")),
    }
}

fn sha1(text: &[u8]) -> String {
    digest(&SHA1_FOR_LEGACY_USE_ONLY, text).as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Why the platform has no bill: a day without trades never gets one, today's is not made yet.
pub(super) fn no_bill(code: &str, day: Date, now: i64) -> NoBill {
    match code {
        "NO_STATEMENT_EXIST" if published(day, now) => NoBill::None,
        "NO_STATEMENT_EXIST" | "STATEMENT_CREATING" => NoBill::NotYet,
        _refused => NoBill::Doubt(Doubt::ServerError),
    }
}

/// Whether the day's bill would be there at `now`.
fn published(day: Date, now: i64) -> bool {
    let at = day.next_day().and_then(|next| next.with_hms(PUBLISHED_HOUR, 0, 0).ok());
    let now = OffsetDateTime::from_unix_timestamp(now).ok();
    at.zip(now).is_some_and(|(at, now)| now >= at.assume_offset(offset!(+8)))
}

#[cfg(test)]
mod tests;
