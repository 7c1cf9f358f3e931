//! Sizes in, classes out.

use super::*;
use crate::PanelPoint;

/// Sizes in millimetres (longer, shorter), one every 10 ms; the classes, a letter each.
fn classes(sizes: &[(f64, f64)]) -> String {
    let mut sizer = Sizer::new(Sizes::Trusted);
    let letter = |report: &Report| match report.contact.class {
        None => '-',
        Some(TipClass::PenTip) => 't',
        Some(TipClass::ThickTip) => 'T',
        Some(TipClass::Finger) => 'f',
        Some(TipClass::Palm) => {
            assert_eq!(report.contact.tool, ToolKind::Palm);
            'P'
        }
    };
    let reports = sizes.iter().enumerate().map(|(step, (major, minor))| {
        let um = |mm: f64| Some((mm * 1000.0) as u32);
        let contact = Contact {
            major_um: um(*major),
            minor_um: um(*minor),
            ..Contact::new(
                ContactId(1),
                if step == 0 { Phase::Down } else { Phase::Move },
                PanelPoint::default(),
            )
        };
        let mut report = Report { time_us: step as u64 * 10_000, contact };
        sizer.run(&mut report);
        letter(&report)
    });
    reports.collect()
}

fn round(sizes: &[f64]) -> String {
    classes(&sizes.iter().map(|mm| (*mm, *mm)).collect::<Vec<_>>())
}

#[test]
fn tips_and_fingers() {
    assert_eq!(round(&[2.5]), "t");
    assert_eq!(round(&[5.5]), "T");
    assert_eq!(round(&[9.0]), "f");
    assert_eq!(round(&[0.0, 0.0, 3.0]), "--t", "0 is not measured yet");
}

#[test]
fn a_size_that_nothing_has_is_a_palm() {
    // Found by fuzzing: the largest sizes were multiplied beyond what 32 bits hold.
    assert_eq!(round(&[4_294_967.0, 4_294_967.0, 3.0]), "PPP");
}

#[test]
fn a_class_is_left_only_well_beyond_its_border() {
    assert_eq!(round(&[3.8, 4.3, 3.9, 4.5]), "tttt");
    assert_eq!(round(&[3.8, 4.7, 4.0, 3.3]), "tTTt");
    assert_eq!(round(&[6.8, 7.4, 6.9, 7.7, 6.5, 6.3]), "TTTffT");
}

#[test]
fn a_tip_keeps_its_class_once_it_has_settled() {
    let mut sizes = vec![3.0; 17];
    sizes.extend([6.0, 8.0, 12.0]);
    assert_eq!(round(&sizes), "t".repeat(20));
}

#[test]
fn palms() {
    assert_eq!(round(&[60.0, 9.0]), "PP", "once a palm, a palm to its lift");
    assert_eq!(classes(&[(26.0, 9.0)]), "f", "a finger laid flat");
    assert_eq!(round(&[9.0, 11.0, 15.0, 17.0]), "fffP", "a hand that lands");
    assert_eq!(round(&[12.0, 13.0, 14.0, 15.0]), "ffff", "a finger that lands");
    assert_eq!(round(&[8.0, 8.0, 8.0, 8.0, 8.0, 8.0, 8.0, 30.0]), "fffffffP", "within 80 ms");
}

#[test]
fn a_hand_that_writes_is_not_taken_for_a_palm_lightly() {
    let mut sizes = vec![9.0; 12];
    sizes.extend([25.0, 25.0, 25.0, 25.0, 30.0, 30.0, 9.0, 30.0, 30.0, 30.0]);
    assert_eq!(round(&sizes), "f".repeat(21) + "P");
}

#[test]
fn a_panel_that_lies_is_put_right() {
    let contact =
        Contact { major_um: Some(60_000), ..Contact::new(ContactId(1), Phase::Down, PanelPoint::default()) };
    let class = |sizes, contact| {
        let mut report = Report { time_us: 0, contact };
        Sizer::new(sizes).run(&mut report);
        (report.contact.major_um, report.contact.class)
    };
    assert_eq!(class(Sizes::Scaled { permille: 150 }, contact), (Some(9_000), Some(TipClass::Finger)));
    assert_eq!(class(Sizes::Untrusted, contact), (None, None));
    let palm = Contact { tool: ToolKind::Palm, ..contact };
    assert_eq!(class(Sizes::Untrusted, palm), (None, Some(TipClass::Palm)));
}
