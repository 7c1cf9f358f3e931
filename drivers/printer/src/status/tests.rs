//! Each bit says what it says, by both ways.
use super::*;

#[test]
fn answers() {
    for (n, byte, wanted) in [
        (1, 0x12, Status::default()),
        (1, 0x16, Status { switch_high: true, ..Status::default() }),
        (1, 0x1a, Status { offline: true, ..Status::default() }),
        (2, 0x16, Status { cover_open: true, ..Status::default() }),
        (2, 0x32, Status { paper: Paper::Out, ..Status::default() }),
        (3, 0x1a, Status { cutter: true, ..Status::default() }),
        (3, 0x32, Status { fault: true, ..Status::default() }),
        (3, 0x16, Status { fault: true, ..Status::default() }),
        (3, 0x52, Status { hot: true, ..Status::default() }),
        (4, 0x12, Status::default()),
        (4, 0x1e, Status { paper: Paper::Low, ..Status::default() }),
        (4, 0x7e, Status { paper: Paper::Out, ..Status::default() }),
    ] {
        let mut status = Status::default();
        status.take_answer(n, byte);
        assert_eq!(status, wanted, "{n} {byte:02x}");
    }
}

#[test]
fn told_by_itself() {
    for (bytes, wanted) in [
        ([0x10, 0, 0, 0x0f], Status::default()),
        ([0x14, 0, 0, 0x0f], Status { switch_high: true, ..Status::default() }),
        ([0x38, 0, 0, 0x0f], Status { offline: true, cover_open: true, ..Status::default() }),
        ([0x18, 0x08, 0, 0x0f], Status { offline: true, cutter: true, ..Status::default() }),
        ([0x10, 0, 0x03, 0x0f], Status { paper: Paper::Low, ..Status::default() }),
        ([0x18, 0, 0x0f, 0x0f], Status { offline: true, paper: Paper::Out, ..Status::default() }),
    ] {
        let mut status = Status { hot: true, fault: true, ..Status::default() };
        status.take_told(bytes);
        assert_eq!(status, wanted, "{bytes:02x?}");
    }
}

#[test]
fn what_a_person_can_mend_is_told_first() {
    let all = Status {
        offline: true,
        cover_open: true,
        paper: Paper::Out,
        cutter: true,
        fault: true,
        ..Status::default()
    };
    assert_eq!(all.trouble(), Some(Trouble::CoverOpen));
    assert_eq!(Status { cover_open: false, ..all }.trouble(), Some(Trouble::PaperOut));
    assert_eq!(Status { offline: true, ..Status::default() }.trouble(), Some(Trouble::Offline));
    assert_eq!(Status { paper: Paper::Low, ..Status::default() }.trouble(), None);
}
