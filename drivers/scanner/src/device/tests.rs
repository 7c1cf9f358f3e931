//! Nodes that are scanners, that are not, and that another program holds.
use super::*;
use crate::fake::Gun;
use std::fs;

fn ports(folder: &Path, line: &str) -> Ports {
    Ports { source: Source::parse(line).unwrap(), dev: folder.join("dev"), sys: folder.join("sys") }
}

fn node(folder: &Path, path: &Path) -> Ports {
    ports(folder, &path.display().to_string())
}

#[test]
fn a_named_serial_port_is_opened_once() {
    let folder = tempfile::tempdir().unwrap();
    let link = folder.path().join("gun");
    let gun = Gun::start(&link, &folder.path().join("control")).unwrap();
    let mut port = node(folder.path(), &link);
    let opened = port.open(&[]).unwrap();
    assert_eq!((opened.len(), &opened[0].manner, opened[0].proven), (1, &Manner::Serial, true));
    assert_eq!(port.open(&[]).unwrap_err(), Missing::InUse);
    let report = port.check().unwrap();
    assert_eq!((report.found[0].presents, report.found[0].opens), (Presents::Serial, Err(Missing::InUse)));
    drop(opened);
    assert_eq!(port.check().unwrap().found[0].opens, Ok(()));
    drop(gun);
    assert_eq!(port.open(&[]).unwrap_err(), Missing::Unplugged);
    assert_eq!(port.check().unwrap_err(), Missing::Unplugged);
}

#[test]
fn a_plain_file_and_a_device_that_is_no_scanner() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("ttyACM0");
    fs::write(&file, "281234\r").unwrap();
    assert_eq!(node(folder.path(), &file).open(&[]).unwrap_err(), Missing::Silent);
    assert_eq!(node(folder.path(), Path::new("/dev/null")).open(&[]).unwrap_err(), Missing::Silent);
    assert_eq!(node(folder.path(), Path::new("/dev")).open(&[]).unwrap_err(), Missing::Silent);
    assert_eq!(fs::read(&file).unwrap(), b"281234\r");
}

#[test]
fn auto_takes_a_port_that_is_named_a_scanner_and_leaves_others_alone() {
    let folder = tempfile::tempdir().unwrap();
    let by_id = folder.path().join("dev/serial/by-id");
    fs::create_dir_all(&by_id).unwrap();
    let start = |name: &str| Gun::start(&by_id.join(name), &folder.path().join(name)).unwrap();
    let reader = start("usb-1a86_USB_Serial-if00");
    let mut auto = ports(folder.path(), "auto");
    assert_eq!(auto.open(&[]).unwrap_err(), Missing::Unplugged);
    let gun = start("usb-ACME_Barcode_Scanner-if00");
    let opened = auto.open(&[]).unwrap();
    assert_eq!((opened.len(), &opened[0].place), (1, &by_id.join("usb-ACME_Barcode_Scanner-if00")));
    assert_eq!(auto.open(&[]).unwrap_err(), Missing::InUse, "it is there, and taken");
    let report = auto.check().unwrap();
    assert_eq!((report.found.len(), report.found[0].known), (1, true));
    drop((gun, reader));
}

#[test]
fn settings_of_the_line_go_before_what_is_known() {
    let folder = tempfile::tempdir().unwrap();
    let link = folder.path().join("gun");
    let gun = Gun::start(&link, &folder.path().join("control")).unwrap();
    let line = format!("{} suffix=none prefix=~ speed=115200 parity=even", link.display());
    let opened = ports(folder.path(), &line).open(&[]).unwrap();
    assert_eq!(opened[0].suffix, crate::framing::Suffix::None);
    assert_eq!(opened[0].prefix, b"~");
    let settings = rustix::termios::tcgetattr(&opened[0].fd).unwrap();
    assert_eq!(settings.input_speed(), 115_200);
    assert!(settings.input_modes.contains(rustix::termios::InputModes::PARMRK));
    drop(gun);
}

#[test]
fn errors_of_the_kernel() {
    for (error, why) in [
        (Errno::NOENT, Missing::Unplugged),
        (Errno::NODEV, Missing::Unplugged),
        (Errno::ACCESS, Missing::Forbidden),
        (Errno::PERM, Missing::Forbidden),
        (Errno::BUSY, Missing::InUse),
        (Errno::WOULDBLOCK, Missing::InUse),
        (Errno::NOTTY, Missing::Silent),
    ] {
        assert_eq!(missing(error), why);
    }
}
