//! What is on the paper is what was meant: dots, letters, the QR code as another decoder reads it.

use std::process::Command;

use printer::escpos::Pin;
use printer::fake::control;
use printer::picture;

use super::*;

/// Where a person can look at it afterwards: `target/tmp`.
fn kept(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name)
}

/// The decoder of zbar-tools, which is not ours.
fn decoded(path: &std::path::Path) -> String {
    let output =
        Command::new("zbarimg").args(["-q", "--raw"]).arg(path).output().expect("apt-get install zbar-tools");
    String::from_utf8(output.stdout).expect("text").trim().to_owned()
}

#[test]
fn a_drawn_receipt_is_on_paper_dot_by_dot() {
    for width in [WIDE, NARROW] {
        let (fake, mut printer) = network(width);
        let rows = receipt().rows();
        let job = Job::rows(&rows, width, Letters::Drawn(&fonts()), Mark::numbered(1));
        assert_eq!(print(&mut printer, &job), Outcome::Printed);
        assert_eq!(fake.failure(), None);
        let [sheet] = &fake.sheets()[..] else { panic!("one sheet") };
        assert!(sheet.cut);
        assert_eq!(sheet.marks, [Mark::numbered(1).bytes()]);
        let meant = picture::draw(&rows, width, &fonts());
        let printed = &sheet.picture.packed()[..meant.packed().len()];
        // Only where dots would have read as a command is there one more.
        let more: u32 = printed.iter().zip(meant.packed()).map(|(a, b)| (a ^ b).count_ones()).sum();
        assert!(more < 8, "{more} dots differ");
        assert!(printed.iter().zip(meant.packed()).all(|(printed, meant)| printed & meant == *meant));
        let path = kept(&format!("receipt-drawn-{width}.png"));
        control::save(sheet, &path).unwrap();
        assert_eq!(decoded(&path), receipt().link.unwrap());
    }
}

#[test]
fn the_printers_own_letters_say_the_same() {
    for width in [WIDE, NARROW] {
        let (fake, mut printer) = network(width);
        let job =
            Job::rows(&Receipt { copy: true, ..receipt() }.rows(), width, Letters::Own, Mark::numbered(1));
        assert_eq!(print(&mut printer, &job), Outcome::Printed);
        assert_eq!(fake.failure(), None);
        let [sheet] = &fake.sheets()[..] else { panic!("one sheet") };
        for text in [
            "第一学生食堂",
            "红烧牛肉面",
            "￥37.00",
            "支付宝 Alipay",
            "lunch-20261129-0042",
            "042",
            "-￥2.00",
        ] {
            assert!(sheet.text.contains(text), "{text} in {}", sheet.text);
        }
        assert_eq!(sheet.text.matches("副本 COPY").count(), 2);
        let path = kept(&format!("receipt-own-{width}.png"));
        control::save(sheet, &path).unwrap();
        assert_eq!(decoded(&path), receipt().link.unwrap());
    }
}

#[test]
fn a_long_order_goes_on_below_and_stays_within_the_paper() {
    let mut long = receipt();
    long.order = "x".repeat(64);
    long.lines[0].name = Words::new("很".repeat(60), "very ".repeat(30));
    long.lines = vec![long.lines[0].clone(); 64];
    for width in [WIDE, NARROW] {
        for letters in [Letters::Own, Letters::Drawn(&fonts())] {
            let (fake, mut printer) = network(width);
            let job = Job::rows(&long.rows(), width, letters, Mark::numbered(1));
            assert_eq!(print(&mut printer, &job), Outcome::Printed);
            assert_eq!(fake.failure(), None);
            assert_eq!(fake.sheets().len(), 1);
        }
    }
}

#[test]
fn the_drawer_is_kicked_and_seen_open() {
    let (fake, mut printer) = network(WIDE);
    assert!(!printer.ask().unwrap().switch_high);
    assert_eq!(print(&mut printer, &Job::kick(Pin::Two, Mark::numbered(2))), Outcome::Printed);
    assert_eq!(fake.kicks(), 1);
    assert!(printer.ask().unwrap().switch_high);
    assert!(fake.sheets().is_empty());
}
