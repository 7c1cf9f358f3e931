//! What passes between the till and a receipt printer.

use printer::escpos::DLE;
use printer::fake::machine::Machine;
use printer::reply::{Replies, Reply};

/// Paper of 80 mm, in dots.
const WIDTH: u16 = 576;

/// What a receipt printer answers: in any pieces the same, and a proof only where its bytes stand.
pub(super) fn reply(bytes: &[u8]) {
    let whole = Replies::default().take(bytes);
    let mut replies = Replies::default();
    let pieces: Vec<Reply> = bytes.chunks(3).flat_map(|piece| replies.take(piece)).collect();
    assert_eq!(pieces, whole);
    for reply in whole {
        if let Reply::Printed(mark) = reply {
            let block = [&[0x37, 0x22], &mark.bytes()[..], &[0]].concat();
            assert!(bytes.windows(block.len()).any(|seen| seen == block), "a proof out of nothing");
        }
    }
}

/// What is sent to the emulated printer: off and on again it is as new, whatever it met; and in any pieces it prints and
/// answers the same, unless something in it is to be obeyed at once, before what came earlier.
pub(super) fn machine(bytes: &[u8]) {
    let mut whole = Machine::new(WIDTH, None);
    let answers = whole.receive(bytes);
    if !bytes.contains(&DLE) {
        let mut torn = Machine::new(WIDTH, None);
        let pieces: Vec<u8> = bytes.chunks(7).flat_map(|piece| torn.receive(piece)).collect();
        assert!(answers == pieces, "pieces are answered otherwise than the whole");
        assert!(whole.sheets() == torn.sheets() && whole.unfinished() == torn.unfinished());
        assert_eq!((whole.kicks(), whole.failure()), (torn.kicks(), torn.failure()));
    }
    whole.power_cycle();
    assert!(whole.failure().is_none() && whole.unfinished().picture.height() == 0);
}
