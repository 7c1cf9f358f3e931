//! What is wrong and what to do about it, in both languages, for whoever stands in the room.

use crate::room::{Part, Why};

/// 中文 and English.
pub fn words(part: Part, why: Why) -> (&'static str, &'static str) {
    match part {
        Part::Camera => camera(why),
        Part::Microphone => microphone(why),
        Part::Sight => sight(why),
        Part::Hearing => hearing(why),
    }
}

fn camera(why: Why) -> (&'static str, &'static str) {
    match why {
        Why::Unplugged => ("没有找到摄像头：请检查它的连线", "No camera is found: check its cable"),
        Why::NoSignal => (
            "摄像头没有信号：请打开它并检查连线",
            "No signal comes from the camera: switch it on and check its cable",
        ),
        Why::Silent => (
            "摄像头没有画面：请拔下后重新插上",
            "The camera sends no picture: unplug it and plug it in again",
        ),
        Why::Busy => {
            ("摄像头正被其他程序使用：请关闭该程序", "Another program uses the camera: close that one")
        }
        Why::Forbidden => {
            ("无权使用摄像头：请联系技术人员", "The camera may not be used: tell a technician (group video)")
        }
        Why::NotInstalled => (
            "缺少摄像头所需的软件：请联系技术人员",
            "Software for the camera is missing: tell a technician (GStreamer)",
        ),
        _ => ("摄像头出错：请拔下后重新插上", "The camera failed: unplug it and plug it in again"),
    }
}

fn microphone(why: Why) -> (&'static str, &'static str) {
    match why {
        Why::Unplugged => ("没有找到麦克风：请检查它的连线", "No microphone is found: check its cable"),
        Why::Silent => (
            "麦克风没有声音：请拔下后重新插上",
            "The microphone sends no sound: unplug it and plug it in again",
        ),
        Why::Busy => {
            ("麦克风正被其他程序使用：请关闭该程序", "Another program uses the microphone: close that one")
        }
        Why::Forbidden => (
            "无权使用麦克风：请联系技术人员",
            "The microphone may not be used: tell a technician (group audio)",
        ),
        Why::NotInstalled => (
            "缺少麦克风所需的软件：请联系技术人员",
            "Software for the microphone is missing: tell a technician (GStreamer)",
        ),
        _ => ("麦克风出错：请拔下后重新插上", "The microphone failed: unplug it and plug it in again"),
    }
}

fn sight(why: Why) -> (&'static str, &'static str) {
    match why {
        Why::Overloaded => {
            ("识别太忙，手势会迟到：请稍等", "Recognition is busy, so gestures come late: wait a little")
        }
        Why::NoModel => (
            "缺少识别画面的模型：请联系技术人员",
            "A model for what the camera sees is missing: tell a technician (dais-inference)",
        ),
        _ => (
            "识别服务没有运行，正在重试：若不恢复请联系技术人员",
            "Recognition does not run and is tried again: if it stays so, tell a technician (dais-inference)",
        ),
    }
}

fn hearing(why: Why) -> (&'static str, &'static str) {
    match why {
        Why::Overloaded => {
            ("识别太忙，听不到声音：请稍等", "Recognition is busy and hears nothing: wait a little")
        }
        Why::NoModel => (
            "缺少识别声音的模型：请联系技术人员",
            "A model for what the microphone hears is missing: tell a technician (dais-inference)",
        ),
        _ => sight(why),
    }
}

#[cfg(test)]
mod tests {
    //! Every trouble tells what to do, in both languages.
    use super::*;

    #[test]
    fn every_trouble_says_what_to_do() {
        let parts = [Part::Camera, Part::Microphone, Part::Sight, Part::Hearing];
        let whys = [
            Why::Unplugged,
            Why::NoSignal,
            Why::Silent,
            Why::Busy,
            Why::Forbidden,
            Why::NotInstalled,
            Why::Failed,
            Why::Absent,
            Why::Overloaded,
            Why::NoModel,
        ];
        for (part, why) in parts.into_iter().flat_map(|part| whys.map(|why| (part, why))) {
            let (zh, en) = words(part, why);
            assert!(zh.contains(['：', '，']) && en.contains([':', ',']), "{part:?} {why:?}: {zh} {en}");
            assert!(zh.chars().filter(|c| !c.is_ascii()).count() > 8, "{zh}");
        }
    }
}
