//! What whoever stands at the kiosk should do about a device, in both languages.

use api::devices::{Outcome, Why};
use api::kiosk::Device;

/// What a person calls a device.
fn name(device: Device) -> (&'static str, &'static str) {
    match device {
        Device::Camera => ("摄像头", "camera"),
        Device::CardReader => ("读卡器", "card reader"),
        Device::Scanner => ("扫码枪", "scanner"),
        Device::Printer => ("打印机", "printer"),
        Device::Light => ("顾客指示灯", "customer light"),
        Device::Buzzer => ("蜂鸣器", "buzzer"),
        Device::Unknown => ("设备", "device"),
    }
}

/// About a device that does not work; nothing where nothing is to be done.
pub(crate) fn what_to_do(device: Device, why: Why) -> (String, String) {
    let (zh, en) = name(device);
    match why {
        Why::Nothing => (String::new(), String::new()),
        Why::Starting => (format!("{zh}正在启动，请稍候。"), format!("The {en} is starting; wait a moment.")),
        Why::Unknown | Why::Unplugged => (
            format!("找不到{zh}：检查它的线缆，以及 kiosk.toml 中的名字。"),
            format!("No {en} is found: check its cable, and its name in kiosk.toml."),
        ),
        Why::Forbidden => (
            format!("收银程序无权使用{zh}：重新安装 Dais 的 udev 规则，再重启。"),
            format!("The till may not use the {en}: install the udev rules of Dais again and restart."),
        ),
        Why::InUse => (
            format!("另一个程序正在使用{zh}：关闭那个程序。"),
            format!("Another program uses the {en}: close that one."),
        ),
        Why::Silent => (
            format!("{zh}没有反应：拔下再插上，仍不行就更换。"),
            format!("The {en} says nothing: unplug it and plug it in again, or else replace it."),
        ),
        Why::Lost => {
            (format!("{zh}的连接断了：检查它的线缆。"), format!("The {en} was lost: check its cable."))
        }
        Why::Hung => {
            (format!("{zh}卡住了：拔下再插上。"), format!("The {en} hangs: unplug it and plug it in again."))
        }
        Why::WrongDevice => (
            format!("kiosk.toml 中写的不是{zh}：改成正确的设备。"),
            format!("What kiosk.toml names is no {en}: name the right device."),
        ),
        Why::NotInstalled => (
            format!("缺少{zh}所需的软件：重新安装 Dais。"),
            format!("Software for the {en} is missing: install Dais again."),
        ),
        Why::Failing => {
            (format!("{zh}一再出错：更换它。"), format!("The {en} fails again and again: replace it."))
        }
        Why::NoPaper => {
            (format!("{zh}没有纸了：换一卷纸。"), format!("The {en} has no paper: put in a new roll."))
        }
        Why::CoverOpen => {
            (format!("{zh}的盖子开着：合上它。"), format!("The cover of the {en} is open: close it."))
        }
        Why::Fault => (
            format!("{zh}报告故障：关掉再打开，检查有没有卡纸。"),
            format!("The {en} reports a fault: switch it off and on, and look for jammed paper."),
        ),
        Why::ShowsNothing => (
            format!("{zh}看到的画面是空白：检查镜头有没有被遮住、灯有没有打开。"),
            format!("What the {en} sees is blank: uncover the lens, switch the light on."),
        ),
    }
}

/// About a test.
pub(crate) fn of_test(device: Device, outcome: Outcome, why: Why) -> (String, String) {
    let (zh, en) = match (outcome, device) {
        (Outcome::Passed, _) => ("正常。", "It works."),
        (Outcome::LookAndListen, Device::Light) => (
            "灯应依次亮红、绿、蓝（单色灯亮三次）：没有的话检查线缆。",
            "The light should be red, green and blue in turn (one of one colour lights up three times): if not, check \
             its cable.",
        ),
        (Outcome::LookAndListen, Device::Buzzer) => (
            "应听到四声提示音，由低到高（单音蜂鸣器音高不变）：没有的话检查线缆。",
            "Four tones should be heard, rising (a buzzer of one pitch keeps it): if not, check its cable.",
        ),
        (Outcome::LookAndListen, Device::Scanner) => (
            "扫任意一个条码：扫码枪应有响声，屏幕上不会有反应。没有响声的话检查线缆。",
            "Scan any code: the scanner should beep, and nothing happens on the screen. If it does not, check its cable.",
        ),
        (Outcome::LookAndListen, Device::Printer) => (
            "测试页已交给打印队列，它不能证明打印结果：看看纸上有没有。",
            "The test page was handed to the printer's queue, which proves nothing: look at the paper.",
        ),
        (Outcome::LookAndListen, _) => {
            ("看一看、听一听它有没有反应。", "Look and listen whether it does something.")
        }
        (Outcome::Failed | Outcome::Unknown, _) => return what_to_do(device, why),
    };
    (zh.to_owned(), en.to_owned())
}

#[cfg(test)]
mod tests {
    //! Nobody is left without a word.
    use super::*;

    #[test]
    fn each_trouble_has_words_in_both_languages() {
        for device in Device::ALL {
            for why in Why::ALL.iter().filter(|why| **why != Why::Nothing) {
                let (zh, en) = what_to_do(*device, *why);
                assert!(zh.ends_with('。') && en.ends_with('.'), "{device:?} {why:?}: {zh} {en}");
                assert!(zh.contains(name(*device).0) && en.contains(name(*device).1), "{zh} {en}");
            }
            for outcome in [Outcome::Passed, Outcome::Failed, Outcome::LookAndListen] {
                let (zh, en) = of_test(*device, outcome, Why::Silent);
                assert!(!zh.is_empty() && !en.is_empty(), "{device:?} {outcome:?}");
            }
        }
    }
}
