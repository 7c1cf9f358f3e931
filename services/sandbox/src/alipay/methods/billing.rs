//! Where a day's bill can be downloaded.

use serde::Deserialize;
use serde_json::json;

use super::{Outcome, read};
use crate::alipay::download::LINK_LIFE;
use crate::alipay::gate::{Call, Refusal};
use crate::alipay::statement;
use crate::bill;
use crate::trade::Channel;
use crate::world::World;

#[derive(Default, Deserialize)]
#[serde(default)]
struct Content {
    bill_type: String,
    bill_date: String,
}

fn invalid(sub_msg: &str) -> Refusal {
    Refusal::business("isv.invalid-arguments", sub_msg)
}

/// `alipay.data.dataservice.bill.downloadurl.query`.
pub(super) fn link(world: &mut World, call: &Call) -> Outcome {
    let content: Content = read(&call.biz_content)?;
    if content.bill_type != "trade" {
        return Err(invalid("bill_type: trade; this sandbox keeps no signcustomer bills"));
    }
    let day = bill::date(&content.bill_date)
        .ok_or_else(|| invalid("bill_date: yyyy-MM-dd; this sandbox keeps no monthly bills"))?;
    let none = |why: &str| Refusal::business("isp.bill_not_exist", why);
    let rows = bill::ready(world, Channel::Alipay, day).ok_or_else(|| {
        let today = bill::day_of(world.now());
        none(if day >= today {
            "the current day has no bill yet: it is cut at 00:00 GMT+8 and made until 10:00"
        } else {
            "the bill is made until 10:00 of the next day, GMT+8"
        })
    })?;
    if rows.is_empty() {
        return Err(none("nothing was paid or sent back on that day"));
    }
    let token = world.chance.text(b"0123456789abcdef", 32);
    let now = world.now();
    world.alipay.tickets.insert(token.clone(), (day, now + LINK_LIFE));
    let (account, date) = (statement::account(), content.bill_date.replace('-', ""));
    let url = format!(
        "{}/downloadBillFile.resource?bizType=trade&userId={account}&fileType=csv.zip&bizDates={date}\
         &downloadFileName={account}_{date}.csv.zip&timestamp={now}&token={token}",
        call.base
    );
    Ok(json!({"bill_download_url": url}))
}
