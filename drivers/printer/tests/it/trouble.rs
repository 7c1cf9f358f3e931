//! What is wrong is told, by name, before, while and after a receipt is printed.

use std::path::Path;
use std::process::Command;

use printer::fake::Faults;
use printer::{LineError, Paper, PrinterError, Trouble, Why, check};

use super::*;

#[test]
fn what_is_wrong_before_is_told_and_nothing_is_printed() {
    let (fake, mut printer) = network(WIDE);
    fake.change(|health| health.cover_open = true);
    let job = job(&receipt(), Mark::numbered(1));
    assert_eq!(print(&mut printer, &job), Outcome::NotBegun(Trouble::CoverOpen.into()));
    fake.change(|health| (health.cover_open, health.paper) = (false, 0));
    assert_eq!(print(&mut printer, &job), Outcome::NotBegun(Trouble::PaperOut.into()));
    fake.change(|health| (health.cutter, health.paper) = (true, 1900));
    assert_eq!(print(&mut printer, &job), Outcome::NotBegun(Trouble::Cutter.into()));
    fake.change(|health| (health.cutter, health.mute) = (false, true));
    assert_eq!(print(&mut printer, &job), Outcome::NotBegun(Why::Silent));
    fake.change(|health| health.mute = false);
    assert_eq!(printer.ask().unwrap().paper, Paper::Low);
    assert!(fake.sheets().is_empty());
    assert_eq!(print(&mut printer, &job), Outcome::Printed);
}

#[test]
fn paper_that_ends_within_a_receipt_is_told_and_a_new_roll_ends_it() {
    let (fake, mut printer) = network(WIDE);
    fake.set_faults(Faults { paper: Some(200), ..Faults::default() });
    let mut told = false;
    let outcome = printer.print(&job(&receipt(), Mark::numbered(1)), &mut |status| {
        if !told && status.trouble() == Some(Trouble::PaperOut) {
            told = true;
            fake.change(|health| health.paper = 10_000);
        }
        true
    });
    assert!(told);
    assert_eq!(outcome, Outcome::Printed);
    assert_eq!(fake.sheets().len(), 1);
}

#[test]
fn paper_that_ends_and_nobody_comes_is_not_proved() {
    let (fake, mut printer) = network(WIDE);
    fake.set_faults(Faults { paper: Some(200), ..Faults::default() });
    let outcome = print(&mut printer, &job(&receipt(), Mark::numbered(1)));
    assert_eq!(outcome, Outcome::Unproved(Trouble::PaperOut.into()));
    assert!(fake.sheets().is_empty());
    assert_eq!(fake.unfinished().picture.height(), 200);
}

#[test]
fn a_late_proof_is_heard_by_the_next_question() {
    let (fake, mut printer, _dir) = serial();
    fake.set_faults(Faults { paper: Some(200), ..Faults::default() });
    let mark = Mark::numbered(9);
    let outcome = print(&mut printer, &job(&receipt(), mark));
    assert_eq!(outcome, Outcome::Unproved(Trouble::PaperOut.into()));
    fake.change(|health| health.paper = 10_000);
    until("the rest is printed", || !fake.sheets().is_empty());
    printer.ask().unwrap();
    assert_eq!(printer.take_late(), [mark]);
}

#[test]
fn a_printer_without_marks_proves_nothing() {
    let (fake, mut printer) = network(WIDE);
    fake.change(|health| health.markless = true);
    let outcome = print(&mut printer, &job(&receipt(), Mark::numbered(1)));
    assert_eq!(outcome, Outcome::Unproved(Why::Silent));
    assert_eq!(fake.sheets().len(), 1);
}

#[test]
fn who_ends_the_kiosk_does_not_wait_for_paper() {
    let (fake, mut printer) = network(WIDE);
    fake.set_faults(Faults { paper: Some(200), ..Faults::default() });
    let outcome =
        printer.print(&job(&receipt(), Mark::numbered(1)), &mut |status| status.trouble().is_none());
    assert_eq!(outcome, Outcome::Unproved(Why::Stopped));
}

#[test]
fn unplugged_and_plugged_in_again_it_prints() {
    let (fake, mut printer, _dir) = serial();
    printer.ask().unwrap();
    fake.plug(false, true);
    until("it is missed", || printer.ask().is_err());
    fake.plug(true, true);
    until("it is back", || printer.ask().is_ok());
    assert_eq!(print(&mut printer, &job(&receipt(), Mark::numbered(1))), Outcome::Printed);
    assert_eq!(fake.sheets().len(), 1);
}

#[test]
fn a_plain_file_is_no_printer() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("lp0");
    let ask = || Printer::new(Place::Device(path.clone(), 9600), limits()).ask();
    assert!(matches!(ask(), Err(PrinterError::Line(LineError::Missing(_)))));
    std::fs::write(&path, "").unwrap();
    assert!(matches!(ask(), Err(PrinterError::Line(LineError::NoDevice(_)))));
    assert_eq!(std::fs::read(&path).unwrap(), b"");
}

#[test]
fn two_programs_do_not_share_a_printer() {
    let (fake, mut printer, dir) = serial();
    printer.ask().unwrap();
    let second = Printer::new(Place::Device(dir.path().join("printer"), 9600), limits()).ask();
    assert!(matches!(second, Err(PrinterError::Line(LineError::Busy(_)))), "{second:?}");
    drop(fake);
}

#[test]
fn the_self_test_says_what_to_do() {
    let (fake, _printer) = network(WIDE);
    let place = place(&fake);
    let said = |place: &Place| check(place, limits()).to_string();
    assert_eq!(said(&place), format!("{place}: ready, paper Enough"));
    fake.change(|health| health.cover_open = true);
    assert_eq!(said(&place), format!("{place}: the printer's cover is open: close it"));
    fake.change(|health| health.mute = true);
    assert!(said(&place).contains("does not answer"), "{}", said(&place));
    drop(fake);
    assert!(said(&place).contains("cannot be reached"), "{}", said(&place));
    let nothing = Place::Device(Path::new("/dev/dais/no-printer").into(), 9600);
    assert!(said(&nothing).contains("plug it in"), "{}", said(&nothing));
}

#[test]
fn the_emulated_printer_in_a_process_keeps_pictures() {
    let dir = tempfile::tempdir().unwrap();
    let (link, socket) = (dir.path().join("printer"), dir.path().join("control"));
    let mut child = Command::new(env!("CARGO_BIN_EXE_dais-receipts"))
        .arg("--link")
        .arg(&link)
        .arg("--control")
        .arg(&socket)
        .arg("--pictures")
        .arg(dir.path())
        .stdout(std::process::Stdio::null())
        .spawn()
        .unwrap();
    until("it listens", || link.exists() && socket.exists());
    let mut printer = Printer::new(Place::Device(link, 9600), limits());
    assert_eq!(print(&mut printer, &job(&receipt(), Mark::numbered(1))), Outcome::Printed);
    until("its picture is there", || dir.path().join("receipt-001.png").exists());
    let mut control = std::os::unix::net::UnixStream::connect(&socket).unwrap();
    std::io::Write::write_all(&mut control, b"sheets\nquit\n").unwrap();
    let mut said = String::new();
    std::io::Read::read_to_string(&mut control, &mut said).unwrap();
    assert_eq!(said, "ok 1\nok\n");
    assert!(child.wait().unwrap().success());
}
