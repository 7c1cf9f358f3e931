//! Words whose characters the voice reads wrongly one by one, with how they are read: pinyin with tones, as the voice
//! `cmn-latn-pinyin` takes it among characters. Found by holding what espeak-ng makes of every word of the screens and the
//! canteen's menu against how dictionaries read it.

/// The word, and its reading. A longer word comes before one that it begins with.
const READINGS: &[(&str, &str)] = &[
    ("音乐", "yin1 yue4"),
    ("乐器", "yue4 qi4"),
    ("乐队", "yue4 dui4"),
    ("银行", "yin2 hang2"),
    ("同行", "tong2 hang2"),
    ("行列", "hang2 lie4"),
    ("重新", "chong2 xin1"),
    ("重复", "chong2 fu4"),
    ("重启", "chong2 qi3"),
    ("重庆", "chong2 qing4"),
    ("还原", "huan2 yuan2"),
    ("退还", "tui4 huan2"),
    ("归还", "gui1 huan2"),
    ("还书", "huan2 shu1"),
    ("更新", "geng1 xin1"),
    ("更换", "geng1 huan4"),
    ("更改", "geng1 gai3"),
    ("测量", "ce4 liang2"),
    ("量角器", "liang2 jiao3 qi4"),
    ("量杯", "liang2 bei1"),
    ("地址", "di4 zhi3"),
    ("地方", "di4 fang5"),
    ("响应", "xiang3 ying4"),
    ("反应", "fan3 ying4"),
    ("应答", "ying4 da2"),
    ("应用", "ying4 yong4"),
    ("适应", "shi4 ying4"),
    ("供应", "gong1 ying4"),
    ("作为", "zuo4 wei2"),
    ("转为", "zhuan3 wei2"),
    ("认为", "ren4 wei2"),
    ("行为", "xing2 wei2"),
    ("空白", "kong4 bai2"),
    ("空格", "kong4 ge2"),
    ("空调", "kong1 tiao2"),
    ("调整", "tiao2 zheng3"),
    ("得到", "de2 dao4"),
    ("要求", "yao1 qiu2"),
    ("识别", "shi2 bie2"),
    ("矩形", "ju3 xing2"),
    ("编辑", "bian1 ji2"),
    ("欢迎", "huan1 ying2"),
    ("笔迹", "bi3 ji4"),
    ("差额", "cha1 e2"),
    ("当天", "dang4 tian1"),
    ("尽快", "jin3 kuai4"),
    ("累计", "lei3 ji4"),
    ("了解", "liao3 jie3"),
    ("模板", "mu2 ban3"),
    ("相机", "xiang4 ji1"),
    ("相片", "xiang4 pian1"),
    ("转盘", "zhuan4 pan2"),
    ("间隔", "jian4 ge2"),
    ("散文", "san3 wen2"),
    ("试卷", "shi4 juan4"),
    ("校长", "xiao4 zhang3"),
    ("班长", "ban1 zhang3"),
    ("会计", "kuai4 ji4"),
    ("角色", "jue2 se4"),
    ("便宜", "pian2 yi5"),
    ("假期", "jia4 qi1"),
    ("放假", "fang4 jia4"),
    ("宿舍", "su4 she4"),
    ("好奇", "hao4 qi2"),
    ("爱好", "ai4 hao4"),
    ("咖喱", "ga1 li2"),
    ("番茄", "fan1 qie2"),
    ("茄子", "qie2 zi5"),
    ("炸虾", "zha2 xia1"),
    ("炸酱面", "zha2 jiang4 mian4"),
    ("油炸", "you2 zha2"),
    ("蛤蜊", "ge2 li5"),
    ("薄荷", "bo4 he5"),
    ("糯米", "nuo4 mi3"),
];

/// The text with the readings of such words in their place.
pub(super) fn spelt(text: &str) -> String {
    let mut said = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        match READINGS.iter().find(|(word, _)| rest.starts_with(word)) {
            Some((word, reading)) => {
                said.extend([" ", reading, " "]);
                rest = &rest[word.len()..];
            }
            None => {
                said.push(first);
                rest = &rest[first.len_utf8()..];
            }
        }
    }
    said
}

#[cfg(test)]
mod tests {
    //! As the program's own phonemes tell.
    use std::process::Command;

    use super::*;

    /// Syllables as the voice makes them, without its marks of stress and pause.
    fn phonemes(text: &str) -> String {
        let said =
            Command::new("espeak-ng").args(["-v", "cmn-latn-pinyin", "-q", "-x", text]).output().unwrap();
        assert!(said.status.success());
        String::from_utf8(said.stdout).unwrap().chars().filter(|c| !"',|_ \n".contains(*c)).collect()
    }

    #[test]
    fn words_that_were_read_wrongly_are_read_as_they_are_said() {
        for (text, syllables) in [
            ("银行卡", ["i35n", "Xa35N", "khA"]),
            ("请重新扫码", ["tS;hi", "ts.hong35", "S;i55n"]),
            ("音乐", ["i55n", "yE51", ""]),
            ("番茄炒蛋", ["fa55n", "tS;hiE35", "ts.hAu"]),
        ] {
            let said = phonemes(&spelt(text));
            let mut rest = said.as_str();
            for syllable in syllables {
                let at = rest.find(syllable).unwrap_or_else(|| panic!("{text}: {syllable} is not in {said}"));
                rest = &rest[at + syllable.len()..];
            }
        }
    }

    #[test]
    fn every_reading_is_read_and_says_something_else_than_the_characters() {
        for (word, reading) in READINGS {
            let said = phonemes(reading);
            assert!(!said.contains("(en)"), "{word}: {reading} is spelt: {said}");
            let syllables = reading.split(' ');
            assert_eq!(syllables.clone().count(), word.chars().count(), "{word}");
            assert!(
                syllables.clone().all(|one| one.ends_with(|c: char| ('1'..='5').contains(&c))),
                "{reading}"
            );
            assert_ne!(said, phonemes(word), "{word} needs no reading");
        }
    }

    #[test]
    fn all_else_stays_as_it_is() {
        assert_eq!(spelt("请刷校园卡"), "请刷校园卡");
        assert_eq!(spelt("用银行卡"), "用 yin2 hang2 卡");
        let before = |at: usize, word: &str| READINGS[..at].iter().all(|(short, _)| !word.starts_with(short));
        assert!(
            READINGS.iter().enumerate().all(|(at, (word, _))| before(at, word)),
            "a longer word comes first"
        );
    }
}
