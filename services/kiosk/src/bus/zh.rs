//! What staff read on a Chinese screen when the till refuses: the same as the errors' English texts.

use api::words::both;

use crate::actor::{Rejection, RiskStopped};
use crate::finance::CloseRefused;
use crate::receipts::NoReceipt;
use crate::staff::Denied;
use crate::till::Refused;

/// The text of a refused PIN or right.
pub(super) fn denied(why: Denied) -> String {
    let zh = match why {
        Denied::NoGrant => "请先输入工号和密码".to_owned(),
        Denied::Expired => "时间太久了，请重新输入工号和密码".to_owned(),
        Denied::NotAllowed => "您的职务不能这样做，请找经理".to_owned(),
        Denied::OverCap => "超过了您可以退的金额，请找经理".to_owned(),
        Denied::WrongPin => "工号或密码不对".to_owned(),
        Denied::Locked { wait_ms } => {
            format!("这台收银机上输错密码的次数太多，请 {} 秒后再试", wait_ms.div_ceil(1000))
        }
        Denied::NotCounted => "无法记下输入次数，请检查磁盘".to_owned(),
    };
    both(&why.to_string(), &zh)
}

/// The text of what the till does not do.
pub(super) fn rejection(why: &Rejection) -> String {
    let en = why.to_string();
    let zh = match why {
        Rejection::DayOpen(why) => open_day(why),
        Rejection::Risk(RiskStopped::Look(rules)) => {
            format!("风控规则要求复核（{rules}），经理可以退款")
        }
        Rejection::Risk(RiskStopped::Refused(rules)) => {
            format!("风控规则不允许（{rules}），请用别的办法退款，或请人修改规则")
        }
        Rejection::Refused(Refused::IdReused) => "这个名称已用于另一笔退款，请重新开始".to_owned(),
        // Nothing of these is shown on a screen in the till's own words.
        _ => return en,
    };
    both(&en, &zh)
}

fn open_day(why: &CloseRefused) -> String {
    match why {
        CloseRefused::NotOver(day) => format!("{day} 还没有结束，请在北京时间零点以后结账"),
        CloseRefused::Closed(day) => format!("{day} 已经结账，不能再改，之后的款项算在第二天"),
        CloseRefused::Earlier(day) => format!("请先结 {day} 的账，要按日期顺序"),
        CloseRefused::InDoubt(numbers) => {
            format!("{} 的款项还没有结果，请等收银机得到答复，或逐笔写明结转", numbers.join("、"))
        }
        CloseRefused::NotInDoubt(number) => format!("{number} 没有疑问，不用写明"),
        CloseRefused::Nobody => "请写明由谁结账，1 到 64 个字符".to_owned(),
    }
}

/// The text of a receipt or drawer that is not to be had.
pub(super) fn receipt(why: &NoReceipt) -> String {
    let zh = match why {
        NoReceipt::NoPrinter => "这台收银机没有小票打印机：请在 kiosk.toml 里写上 printer = \"...\"",
        NoReceipt::NoDrawer => "这台收银机没有钱箱：请在 kiosk.toml 里写上 [receipt] drawer = \"...\"",
        NoReceipt::NoSpool => "小票无法存下：请检查磁盘，再重新启动收银程序",
        NoReceipt::NotPaid => "只有付过款的订单才有小票",
        NoReceipt::Printer(_) => "打印机没有打印：请检查纸、盖子和电源，再到“设备”页测试",
    };
    both(&why.to_string(), zh)
}

#[cfg(test)]
mod tests {
    //! Staff are never left with words they do not read.
    use api::words::half;
    use time::macros::date;

    use super::*;

    #[test]
    fn what_a_screen_shows_is_there_in_both_languages() {
        let day = date!(2026 - 01 - 30);
        let texts = [
            denied(Denied::Locked { wait_ms: 29_001 }),
            denied(Denied::NotCounted),
            rejection(&CloseRefused::NotOver(day).into()),
            rejection(&CloseRefused::Closed(day).into()),
            rejection(&CloseRefused::Earlier(day).into()),
            rejection(&CloseRefused::InDoubt(vec!["A1".into(), "A2".into()]).into()),
            rejection(&RiskStopped::Look("r0".into()).into()),
            rejection(&RiskStopped::Refused("r0".into()).into()),
            rejection(&Refused::IdReused.into()),
            receipt(&NoReceipt::NoPrinter),
            receipt(&NoReceipt::Printer("out of paper".into())),
        ];
        for text in texts {
            let (en, zh) = (half(&text, false), half(&text, true));
            assert!(en.is_ascii(), "{en}");
            assert!(zh.chars().filter(|c| !c.is_ascii()).count() > 6 && !zh.contains('\n'), "{zh}");
        }
        let locked = denied(Denied::Locked { wait_ms: 29_001 });
        assert!(half(&locked, false).contains("30 s") && half(&locked, true).contains("30 秒"), "{locked}");
        assert!(half(&rejection(&CloseRefused::Earlier(day).into()), true).contains("2026-01-30"));
    }
}
