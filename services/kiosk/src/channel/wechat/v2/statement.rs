//! v2's bill: the file comes as the answer itself, unsigned and without a hash, so TLS and its own sums vouch for it.

use time::Date;
use time::macros::format_description;

use super::super::bill;
use super::super::download::{BILL_BYTES_MAX, DOWNLOAD_WITHIN, no_bill, unpacked};
use super::{WechatV2, xml};
use crate::channel::exchange;
use crate::channel::{Bill, Doubt, NoBill};

impl WechatV2 {
    pub(super) async fn download_bill(&self, day: Date) -> Result<Bill, NoBill> {
        let date = day.format(format_description!("[year][month][day]"));
        let date = date.map_err(|_never| NoBill::Broken("its day has no name"))?;
        let fields = [("bill_date", date.as_str()), ("bill_type", "ALL"), ("tar_type", "GZIP")];
        let request = self
            .http
            .post(format!("{}/pay/downloadbill", self.config.host.trim_end_matches('/')))
            .header("Content-Type", "text/xml; charset=utf-8")
            .timeout(DOWNLOAD_WITHIN)
            .body(self.message(&fields).map_err(NoBill::Doubt)?);
        let answer = exchange::exchange_up_to(request, BILL_BYTES_MAX).await.map_err(NoBill::Doubt)?;
        let text = unpacked(answer.body)?;
        // A refusal is XML where the bill would be.
        if text.starts_with(b"<xml") {
            let refused = xml::read(&text).map_err(|_bad| NoBill::Doubt(Doubt::Unparsable))?;
            let word = |name: &str| refused.get(name).map(String::as_str).unwrap_or_default();
            let none = word("error_code") == "20002" || word("return_msg") == "No Bill Exist";
            let code = if none { "NO_STATEMENT_EXIST" } else { word("error_code") };
            return Err(no_bill(code, day, (self.clock)()));
        }
        bill::read(&text, day)
    }
}
