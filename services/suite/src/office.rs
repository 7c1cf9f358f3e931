//! What the manager does where `cargo dev` runs: one connection holds the grant, which single `busctl` calls cannot.

use anyhow::{Context, Result, bail};
use api::devices::DevicesProxy;
use api::kiosk::{Device, KioskProxy, Line};
use api::members::MembersProxy;
use api::receipts::ReceiptsProxy;
use api::staff::{JournalFormat, StaffProxy};
use zbus::Connection;

use crate::MANAGER;

mod words;

/// What there is.
pub(crate) const COMMANDS: &str = "refund PAYMENT FEN [again], balance, journal DAY, close DAY, join, points MEMBER, \
    coupon MEMBER COUPON, funnel CAMPAIGN DAY, quote DISH [OFFER]..., receipt PAYMENT, receipts, drawer, test DEVICE";
/// Longest journal that is printed.
const JOURNAL_BYTES_MAX: u64 = 1 << 20;
/// Longest text for an authenticator app; it has some 150 characters.
const SECRET_BYTES_MAX: u64 = 1 << 10;

/// How every member's code begins.
const MEMBER_CODE: &str = "DM1.";

/// Does one command; answers what it says.
pub(crate) async fn act(connection: &Connection, command: &str) -> Result<String> {
    let words: Vec<&str> = command.split_whitespace().collect();
    let staff = StaffProxy::new(connection).await?;
    let (grant, ..) = staff.open(MANAGER).await?;
    let said = match words[..] {
        ["refund", id, fen] => refund(&staff, &grant, id, fen, false).await?,
        ["refund", id, fen, "again"] => refund(&staff, &grant, id, fen, true).await?,
        ["balance"] => words::balances(&staff.trial_balance(&grant).await?),
        ["journal", day] => {
            let fd = staff.journal(&grant, JournalFormat::Hledger.to_wire(), day, day).await?;
            String::from_utf8(api::sealed::read(&fd, JOURNAL_BYTES_MAX)?)?
        }
        ["join" | "points" | "coupon" | "funnel", ..] => members(connection, &grant, &words).await?,
        ["quote", dish, ref offers @ ..] => quote(connection, dish, offers).await?,
        ["receipt" | "receipts" | "drawer", ..] => receipts(connection, &grant, &words).await?,
        ["test", device] => test(connection, &grant, device).await?,
        ["close", day] => words::day(&staff.close_day(&grant, day, &[]).await?),
        _ => bail!(
            "{command} is not known; there are {}, {}, {COMMANDS}",
            crate::dev::orders::COMMANDS,
            crate::sound::COMMANDS
        ),
    };
    staff.close(&grant).await?;
    Ok(said)
}

/// Sends money back. The same line twice is one refund, as a press that is repeated must be, and says so; `again` asks
/// for a further one of the same amount.
async fn refund(staff: &StaffProxy<'_>, grant: &str, id: &str, fen: &str, again: bool) -> Result<String> {
    let amount: i64 = fen.parse().context("the amount is in fen, a whole number: 300 is ¥3.00")?;
    let before = staff.refunds(grant, id).await?;
    let name = format!("{id}-{fen}");
    let alike =
        before.iter().filter(|refund| refund.ask == name || refund.ask.starts_with(&format!("{name}-")));
    let alike = alike.count();
    let ask = if again && alike > 0 { format!("{name}-{}", alike + 1) } else { name };
    staff.refund(grant, id, &ask, amount, "CNY").await?;
    let said = words::refunds(&staff.refunds(grant, id).await?);
    let asked = before.iter().any(|refund| refund.ask == ask);
    let hint =
        format!("asked before, so nothing more goes back; for a further one: refund {id} {fen} again\n");
    Ok(if asked { hint + &said } else { said })
}

/// What is done with receipts and the drawer.
async fn receipts(connection: &Connection, grant: &str, words: &[&str]) -> Result<String> {
    let receipts = ReceiptsProxy::new(connection).await?;
    Ok(match *words {
        ["receipt", payment] => {
            receipts.reprint(grant, payment).await?;
            "it is printed once more".to_owned()
        }
        ["receipts"] => words::receipts(&receipts.list(grant, 20).await?),
        ["drawer"] => {
            receipts.open_drawer(grant).await?;
            "the drawer is open".to_owned()
        }
        _ => bail!("there are {COMMANDS}"),
    })
}

/// A device's self-test.
async fn test(connection: &Connection, grant: &str, word: &str) -> Result<String> {
    let device = match word {
        "camera" => Device::Camera,
        "reader" => Device::CardReader,
        "scanner" => Device::Scanner,
        "printer" => Device::Printer,
        "light" => Device::Light,
        "buzzer" => Device::Buzzer,
        _ => bail!("devices are camera, reader, scanner, printer, light and buzzer"),
    };
    let found = DevicesProxy::new(connection).await?.test(grant, device.to_wire()).await?;
    Ok(format!("{} {}", found.zh, found.en))
}

/// What is done for members.
async fn members(connection: &Connection, grant: &str, words: &[&str]) -> Result<String> {
    let members = MembersProxy::new(connection).await?;
    Ok(match *words {
        ["join"] => {
            let (handle, secret) = members.join(grant, "").await?;
            let text = String::from_utf8(api::sealed::read(&secret, SECRET_BYTES_MAX)?)?;
            format!("{handle}\n{text}\nits codes are {MEMBER_CODE}{handle}. and the app's eight digits")
        }
        ["points", member] => words::points(&members.points(grant, member).await?),
        ["coupon", member, coupon] => {
            members.give_coupon(grant, member, coupon, &format!("dev-{coupon}")).await?;
            "given".to_owned()
        }
        ["funnel", campaign, day] => words::funnel(&members.funnel(grant, campaign, day, day).await?),
        _ => bail!("there are {COMMANDS}"),
    })
}

/// What one of a dish costs with these offers, and all points of the member whose code is among them.
async fn quote(connection: &Connection, dish: &str, offers: &[&str]) -> Result<String> {
    let till = KioskProxy::new(connection).await?;
    let (currency, dishes) = till.menu().await?;
    let dish = dishes.into_iter().find(|one| one.sku == dish).context("no such dish on the menu")?;
    let line = Line { sku: dish.sku, quantity: 1, unit_price: dish.price };
    let points = if offers.iter().any(|offer| offer.starts_with(MEMBER_CODE)) { i64::MAX } else { 0 };
    Ok(words::price(&till.quote(&[line], &currency, offers, points).await?))
}
