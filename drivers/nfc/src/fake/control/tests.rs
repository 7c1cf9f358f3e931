//! Lines and what they mean.
use super::*;

#[test]
fn cards() {
    let short = Uid::new(&[1, 2, 3, 4]).unwrap();
    let long = Uid::new(&[4, 1, 2, 3, 4, 5, 6]).unwrap();
    for (line, command) in [
        ("put 01020304", Ok(Command::Put(short, CardKind::Classic))),
        ("  put  04010203040506 ", Ok(Command::Put(long, CardKind::Ultralight))),
        ("put 04010203040506 iso_dep", Ok(Command::Put(long, CardKind::IsoDep))),
        ("put 0401", Err(CommandError::Uid(UidError::Length(2)))),
        ("put xy", Err(CommandError::Uid(UidError::NotHex))),
        ("put 01020304 gold", Err(CommandError::Unknown)),
        ("put 01020304 bank", Ok(Command::PutProcessor(short, Made::Bank))),
        (
            "put 04010203040506 ntag424 00000000000000000000000000000000 61",
            Ok(Command::PutProcessor(long, Made::Ntag424([4, 1, 2, 3, 4, 5, 6], Key([0; 16]), 61))),
        ),
        (
            "put 04010203040506 desfire 00000000000000000000000000000000 5000",
            Ok(Command::PutProcessor(long, Made::Purse([4, 1, 2, 3, 4, 5, 6], Key([0; 16]), None, 5000))),
        ),
        ("put 04010203040506 desfire 00 5000", Err(CommandError::Unknown)),
        (
            "put 01020304 ntag424 00000000000000000000000000000000",
            Err(CommandError::Uid(UidError::Length(4))),
        ),
        (
            "put 01020304 classic 00000000000000000000000000000000 5000",
            Ok(Command::PutProcessor(short, Made::Classic(short, Key([0; 16]), 5000))),
        ),
        (
            "put 01020304 epurse 00112233445566778899 00000000000000000000000000000000 \
             00000000000000000000000000000000 5000",
            Ok(Command::PutProcessor(
                short,
                Made::EPurse(
                    [0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88, 0x99],
                    Key([0; 16]),
                    Key([0; 16]),
                    5000,
                ),
            )),
        ),
        (
            "put 04010203040506 ntag213 hello",
            Ok(Command::PutProcessor(
                long,
                Made::Ntag213([4, 1, 2, 3, 4, 5, 6], Text::new("hello").unwrap()),
            )),
        ),
        ("put 01020304 classic 00 5000", Err(CommandError::Unknown)),
    ] {
        assert_eq!(Command::parse(line), command, "{line}");
    }
}

#[test]
fn mishaps_and_questions() {
    let long = Uid::new(&[4, 1, 2, 3, 4, 5, 6]).unwrap();
    for (line, command) in [
        ("tear after 3 within 17", Ok(Command::TearWithin(3, 17))),
        ("tear after 3", Ok(Command::TearAfter(Cut { answered: 3, obeyed: false, leaves: Leaves::Card }))),
        ("unplug after 2", Ok(Command::TearAfter(Cut { answered: 2, obeyed: false, leaves: Leaves::Cable }))),
        ("fault 7 lose 2", Ok(Command::Fault(Some(Fault { after: 7, mischief: Mischief::Lose(2) })))),
        ("fault 0 garble 80", Ok(Command::Fault(Some(Fault { after: 0, mischief: Mischief::Garble(0x80) })))),
        ("fault none", Ok(Command::Fault(None))),
        ("fault 1 lose", Err(CommandError::Unknown)),
        ("fault x unplug", Err(CommandError::Unknown)),
        ("pace 0 1", Err(CommandError::Unknown)),
        (
            "tear after 0 obeyed",
            Ok(Command::TearAfter(Cut { answered: 0, obeyed: true, leaves: Leaves::Card })),
        ),
        ("tear after x", Err(CommandError::Unknown)),
        ("value 04010203040506", Ok(Command::Value(long))),
        ("heard", Ok(Command::Heard)),
        ("vain", Ok(Command::Vain)),
        ("forget", Ok(Command::Forget)),
        ("mute 3", Ok(Command::Mute(3))),
        ("mute -1", Err(CommandError::Unknown)),
        ("take", Ok(Command::Take)),
        ("tear", Ok(Command::Tear)),
        ("unplug", Ok(Command::Unplug)),
        ("plug", Ok(Command::Plug)),
        ("quit", Ok(Command::Quit)),
        ("", Err(CommandError::Unknown)),
    ] {
        assert_eq!(Command::parse(line), command, "{line}");
    }
}
