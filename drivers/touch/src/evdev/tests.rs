//! The ioctl numbers against those of the C header, and what is no device.

use super::*;

#[test]
fn the_numbers_are_those_of_linux_input_h() {
    // Printed by a C program: EVIOCGID, EVIOCGNAME(256), EVIOCGABS(0x35), EVIOCGMTSLOTS(44), EVIOCGBIT(EV_ABS, 8),
    // EVIOCGBIT(EV_KEY, 96), EVIOCGKEY(96), EVIOCSCLOCKID, EVIOCGRAB.
    let read = |number, size| opcode::from_components(Direction::Read, GROUP, number, size);
    assert_eq!(read(GET_NAME, 256), 0x8100_4506);
    assert_eq!(read(GET_ABS + 0x35, 24), 0x8018_4575);
    assert_eq!(read(GET_MT_SLOTS, 44), 0x802c_450a);
    assert_eq!(read(GET_BIT + 3, ABS_BYTES), 0x8008_4523);
    assert_eq!(read(GET_BIT + 1, KEY_BYTES), 0x8060_4521);
    assert_eq!(read(GET_ID, 8), 0x8008_4502);
    assert_eq!(read(GET_KEY, KEY_BYTES), 0x8060_4518);
    assert_eq!(opcode::from_components(Direction::Write, GROUP, SET_CLOCK, 4), 0x4004_45a0);
    assert_eq!(opcode::write::<i32>(GROUP, GRAB), 0x4004_4590);
}

#[test]
fn what_is_no_device_says_so() {
    let null = std::fs::File::open("/dev/null").unwrap();
    assert!(describe(&null).is_err() && claim(&null).is_err());
}

#[test]
fn bits_and_numbers() {
    assert_eq!(set_bits(&[0b1000_0001, 0, 0b10]).collect::<Vec<_>>(), [0, 7, 17]);
    assert_eq!(numbers(&[1, 0, 0, 0, 255, 255, 255, 255, 9]).collect::<Vec<_>>(), [1, -1]);
}
