//! A scanner over a bay into which guns are plugged: found, lost, found again.

use std::time::{Duration, Instant};

use proptest::prelude::*;
use scanner::fake::keys::{Keys, PACE_US};
use scanner::fake::reports::{DATA, reports};
use scanner::fake::{Plugged, Socket, Sort, bay};
use scanner::framing::Suffix;
use scanner::{Code, Fault, Layout, Missing, Scanner, ScannerError};

/// Longer than anything here takes on a machine under load; nothing waits for it but a failure.
const LONG: Duration = Duration::from_secs(30);

pub(crate) type Told = Result<Vec<u8>, ScannerError>;

/// What is told next.
pub(crate) fn next(scanner: &mut Scanner) -> Told {
    let deadline = Instant::now() + LONG;
    match scanner.next(deadline) {
        Ok(code) => Ok(code.as_ref().map(Code::reveal).expect("nothing was told").to_vec()),
        Err(error) => Err(error),
    }
}

/// Waits until the gun may be used.
pub(crate) fn ready(scanner: &mut Scanner) {
    let deadline = Instant::now() + LONG;
    while !scanner.is_ready() {
        assert!(Instant::now() < deadline, "the gun was never ready");
        match scanner.next(Instant::now() + Duration::from_millis(10)) {
            Ok(None) | Err(ScannerError::Missing(_)) => {}
            other => panic!("{other:?}"),
        }
    }
}

fn scanner() -> (Socket, Scanner) {
    let (socket, bay) = bay();
    (socket, Scanner::over(bay))
}

fn send(gun: &Plugged, sort: Sort, code: &str) {
    match sort {
        Sort::Keyboard | Sort::AnyKeyboard => {
            gun.send(&Keys::new(Layout::Us, PACE_US).text(format!("{code}\r").as_bytes()).bytes())
                .expect("the gun sends");
        }
        Sort::Serial => gun.send(format!("{code}\r\n").as_bytes()).expect("the gun sends"),
        Sort::HidPos => reports(code.as_bytes(), *b"]Q1")
            .iter()
            .for_each(|report| gun.send(report).expect("the gun sends")),
    }
}

#[test]
fn all_kinds_of_guns() {
    for sort in [Sort::Keyboard, Sort::Serial, Sort::HidPos] {
        let (mut socket, mut scanner) = scanner();
        let gun = socket.plug(sort, Suffix::Learnt).unwrap();
        ready(&mut scanner);
        let long = "4".repeat(500);
        for code in ["281234567890123456", "https://qr.example.edu/a?b=c&d=%20", &long] {
            send(&gun, sort, code);
            assert_eq!(next(&mut scanner), Ok(code.as_bytes().to_vec()), "{sort:?}");
        }
    }
}

#[test]
fn a_gun_comes_goes_and_comes_back() {
    for sort in [Sort::Keyboard, Sort::Serial, Sort::HidPos] {
        let (mut socket, mut scanner) = scanner();
        assert_eq!(next(&mut scanner), Err(ScannerError::Missing(Missing::Unplugged)));
        for turn in 0..3 {
            let gun = socket.plug(sort, Suffix::Learnt).unwrap();
            ready(&mut scanner);
            assert_eq!(scanner.missing(), None);
            send(&gun, sort, &format!("28123456789012345{turn}"));
            assert_eq!(next(&mut scanner), Ok(format!("28123456789012345{turn}").into_bytes()));
            drop(gun);
            assert_eq!(next(&mut scanner), Err(ScannerError::Missing(Missing::Unplugged)));
            assert!(!scanner.is_ready());
        }
    }
}

#[test]
fn the_same_code_held_there_is_told_once_until_the_next_payer() {
    let (mut socket, mut scanner) = scanner();
    let gun = socket.plug(Sort::Serial, Suffix::Learnt).unwrap();
    ready(&mut scanner);
    for code in ["281111111111111111", "281111111111111111", "282222222222222222"] {
        send(&gun, Sort::Serial, code);
    }
    assert_eq!(next(&mut scanner), Ok(b"281111111111111111".to_vec()));
    assert_eq!(next(&mut scanner), Ok(b"282222222222222222".to_vec()));
    scanner.clear();
    send(&gun, Sort::Serial, "282222222222222222");
    assert_eq!(next(&mut scanner), Ok(b"282222222222222222".to_vec()));
}

#[test]
fn what_waits_for_nobody_is_dropped_and_does_not_grow() {
    let (mut socket, mut scanner) = scanner();
    let gun = socket.plug(Sort::Serial, Suffix::Learnt).unwrap();
    ready(&mut scanner);
    // All in one read.
    let codes: String = (0..100).map(|number| format!("2812345678901234{number:02}\r")).collect();
    gun.send(codes.as_bytes()).unwrap();
    let first = next(&mut scanner).unwrap();
    assert_eq!(first, b"281234567890123484", "the oldest went");
    scanner.clear();
    send(&gun, Sort::Serial, "289999999999999999");
    assert_eq!(next(&mut scanner), Ok(b"289999999999999999".to_vec()));
}

/// What a person types is told of no scanner, whenever it comes; `decoding` has the same with the time in its hand.
#[test]
fn a_keyboard_proves_itself_by_its_pace_and_is_taken() {
    let (mut socket, mut scanner) = scanner();
    let keyboard = socket.plug(Sort::AnyKeyboard, Suffix::Learnt).unwrap();
    let typed =
        |text: &str, pace_ms: u64| Keys::new(Layout::Us, pace_ms * 1000).text(text.as_bytes()).bytes();
    // A person's number, a person's slip of the hand, and then a gun.
    keyboard.send(&typed("13800138000\r", 130)).unwrap();
    keyboard.send(&typed("asd\r", 5)).unwrap();
    keyboard.send(&typed("281234567890123456\r", 6)).unwrap();
    let code = loop {
        match scanner.next(Instant::now() + LONG) {
            Err(ScannerError::Missing(Missing::Unplugged)) => {}
            told => break told.unwrap().expect("nothing was told"),
        }
    };
    assert_eq!(code.reveal(), b"281234567890123456");
    assert_eq!((socket.claims(), scanner.is_ready()), (1, true));
    // From now on it is a gun, however slow.
    keyboard.send(&typed("289999\r", 130)).unwrap();
    assert_eq!(next(&mut scanner), Ok(b"289999".to_vec()));
}

/// Faults that come with time are told where the time is the test's own: in `decoding`.
#[test]
fn faults_are_told() {
    let (mut socket, mut scanner) = scanner();
    let gun = socket.plug(Sort::Serial, Suffix::Cr).unwrap();
    ready(&mut scanner);
    gun.send(b"2812\xff\x00345\r").unwrap();
    assert_eq!(next(&mut scanner), Err(ScannerError::Unread(Fault::Garbled)));
    gun.send(b"]E05901234123458\r").unwrap();
    assert_eq!(next(&mut scanner), Err(ScannerError::Unread(Fault::CheckDigit)));
    gun.send(b"28123").unwrap();
    assert_eq!(next(&mut scanner), Err(ScannerError::Unread(Fault::Torn)));
}

/// The kernel keeps 63 reports for a driver that does not read, and drops what comes then.
#[test]
fn a_report_dropped_from_the_middle_of_a_code_makes_no_other_code() {
    let (mut socket, mut scanner) = scanner();
    let gun = socket.plug(Sort::HidPos, Suffix::Learnt).unwrap();
    ready(&mut scanner);
    send(&gun, Sort::HidPos, "281234567890123456");
    let mut long = reports("7".repeat(70 * DATA).as_bytes(), *b"]Q1");
    long.remove(65);
    long.iter().for_each(|report| gun.send(report).unwrap());
    assert_eq!(next(&mut scanner), Ok(b"281234567890123456".to_vec()), "it came before");
    assert_eq!(next(&mut scanner), Err(ScannerError::Unread(Fault::Lost)));
}

#[test]
fn nothing_that_can_be_logged_shows_a_code() {
    let (mut socket, mut scanner) = scanner();
    let gun = socket.plug(Sort::Serial, Suffix::Cr).unwrap();
    ready(&mut scanner);
    send(&gun, Sort::Serial, "281234567890123456");
    let code = scanner.next(Instant::now() + LONG).unwrap().unwrap();
    assert_eq!(format!("{code:?}"), "Code(18 bytes)");
}

proptest! {
    // Each case waits for a line to be quiet twice, for a tenth of a second.
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn unplugged_at_any_byte_and_plugged_in_again(
        sort in prop_oneof![Just(Sort::Keyboard), Just(Sort::Serial), Just(Sort::HidPos)],
        part in 0.0..1.0f64,
    ) {
        let (code, then) = ("2".repeat(150), "281234567890123456");
        let (mut socket, mut scanner) = scanner();
        let gun = socket.plug(sort, Suffix::Learnt).unwrap();
        ready(&mut scanner);
        match sort {
            Sort::HidPos => {
                let sent = reports(code.as_bytes(), *b"]Q1");
                let until = (part * sent.len() as f64) as usize;
                sent[..until].iter().for_each(|report| gun.send(report).unwrap());
            }
            _ => {
                let sent = match sort {
                    Sort::Serial => format!("{code}\r").into_bytes(),
                    _ => Keys::new(Layout::Us, PACE_US).text(format!("{code}\r").as_bytes()).bytes(),
                };
                gun.send(&sent[..(part * sent.len() as f64) as usize]).unwrap();
            }
        }
        drop(gun);
        loop {
            match next(&mut scanner) {
                Err(ScannerError::Missing(why)) => break prop_assert_eq!(why, Missing::Unplugged),
                Err(ScannerError::Unread(_)) => {}
                Ok(read) => prop_assert_eq!(read, code.as_bytes()),
            }
        }
        let gun = socket.plug(sort, Suffix::Learnt).unwrap();
        ready(&mut scanner);
        send(&gun, sort, then);
        prop_assert_eq!(next(&mut scanner), Ok(then.as_bytes().to_vec()));
    }
}
