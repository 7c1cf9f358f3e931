//! Fetching a day's bill: a signed answer gives a link that holds for half a minute, and the zip behind it.
//!
//! The zip itself is not signed; its link comes in a signed answer, and its own sums are checked.

use std::time::Duration;

use reqwest::Url;
use serde::Serialize;
use time::macros::format_description;
use time::{Date, Time};

use super::call::{GMT8, Notify};
use super::wire::{Node, Verdict};
use super::{Alipay, bill};
use crate::channel::{Bill, Doubt, NoBill};

/// Largest zip taken: a day of half a million trades packs to about this.
const ZIP_BYTES_MAX: usize = 32 * 1024 * 1024;
/// How long a download may take. Nobody stands and waits for it.
const DOWNLOAD_WITHIN: Duration = Duration::from_secs(60);
/// When the bills of the day before are there, GMT+8.
const READY_AT: Time = time::macros::time!(10:00);

#[derive(Serialize)]
struct Content {
    bill_type: &'static str,
    bill_date: String,
}

impl Alipay {
    /// The bill of a day.
    pub(super) async fn fetch_bill(&self, day: Date) -> Result<Bill, NoBill> {
        let bill_date = day
            .format(format_description!("[year]-[month]-[day]"))
            .map_err(|_no_date| NoBill::Doubt(Doubt::Unparsable))?;
        let content = Content { bill_type: "trade", bill_date };
        let method = "alipay.data.dataservice.bill.downloadurl.query";
        let node = self.call(method, &content, Notify::No).await.map_err(NoBill::Doubt)?;
        let link = self.link(&node, day)?;
        let zip = self.download(link).await.map_err(NoBill::Doubt)?;
        let seller = self.config.seller_id.clone();
        let read = move || bill::parse(&bill::unpack(zip)?, day, seller.as_deref());
        // A large bill takes a second to read; other calls go on meanwhile.
        tokio::task::spawn_blocking(read).await.unwrap_or(Err(NoBill::Broken("it could not be read")))
    }

    fn link(&self, node: &Node, day: Date) -> Result<Url, NoBill> {
        match (node.verdict(), node.sub_code.as_str()) {
            (Verdict::Ok, _) => {}
            (Verdict::Refused, "isp.bill_not_exist" | "BILL_NOT_EXIST" | "isp.BILL_NOT_EXIST") => {
                return Err(if self.published(day) { NoBill::None } else { NoBill::NotYet });
            }
            _other => return Err(NoBill::Doubt(Doubt::ServerError)),
        }
        let mut link =
            Url::parse(&node.bill_download_url).map_err(|_bad| NoBill::Doubt(Doubt::Unparsable))?;
        // Alipay's older links are plain http; only a test's gateway may be asked so.
        if self.config.gateway.starts_with("https://") && link.set_scheme("https").is_err() {
            return Err(NoBill::Doubt(Doubt::Unparsable));
        }
        Ok(link)
    }

    /// Whether the day's bill must be there by our clock.
    fn published(&self, day: Date) -> bool {
        let now = time::OffsetDateTime::from_unix_timestamp((self.clock)()).map(|now| now.to_offset(GMT8));
        let ready = day.next_day().map(|next| next.with_time(READY_AT).assume_offset(GMT8));
        now.is_ok_and(|now| ready.is_some_and(|ready| now >= ready))
    }

    async fn download(&self, link: Url) -> Result<Vec<u8>, Doubt> {
        let doubt =
            |error: reqwest::Error| if error.is_timeout() { Doubt::Timeout } else { Doubt::Transport };
        let mut response = self.http.get(link).timeout(DOWNLOAD_WITHIN).send().await.map_err(doubt)?;
        if !response.status().is_success() {
            return Err(Doubt::ServerError);
        }
        let mut zip = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(doubt)? {
            if zip.len().saturating_add(chunk.len()) > ZIP_BYTES_MAX {
                return Err(Doubt::Unparsable);
            }
            zip.extend_from_slice(&chunk);
        }
        Ok(zip)
    }
}
