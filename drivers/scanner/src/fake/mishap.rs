//! What can happen to a scan on its way: it is torn, held up, damaged, dropped, or the gun is unplugged.

use std::time::Duration;

use crate::event::{InputEvent, name};

/// One mishap, at a place counted in the units of the wire: bytes, key events or reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mishap {
    /// All goes well.
    None,
    /// What comes from there on never comes.
    Tear(usize),
    /// What comes from there on comes this much later.
    Delay(usize, Duration),
    /// One byte there is another: these bits are turned.
    Garble(usize, u8),
    /// So many units are dropped.
    Drop(usize, usize),
}

/// What arrives, one piece after another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// The pause before it.
    pub after: Duration,
    /// What one read gives.
    pub bytes: Vec<u8>,
}

fn piece(bytes: &[u8]) -> Piece {
    Piece { after: Duration::ZERO, bytes: bytes.to_vec() }
}

/// Characters on a serial line. A damaged one is marked as the kernel's terminal marks it.
pub fn characters(sent: &[u8], mishap: Mishap) -> Vec<Piece> {
    match mishap {
        Mishap::None => vec![piece(sent)],
        Mishap::Tear(at) => vec![piece(&sent[..at])],
        Mishap::Delay(at, after) => vec![piece(&sent[..at]), Piece { after, bytes: sent[at..].to_vec() }],
        Mishap::Garble(at, bits) => {
            let marked = [0xff, 0x00, sent[at] ^ bits];
            vec![piece(&[&sent[..at], &marked, &sent[at + 1..]].concat())]
        }
        // What a line drops, nobody notices; the kernel's buffer drops all or marks it.
        Mishap::Drop(at, count) => {
            let rest = &sent[(at + count).min(sent.len())..];
            vec![piece(&[&sent[..at], &[0xff, 0x00, 0x00], rest].concat())]
        }
    }
}

/// Key events, by the bytes of their records. Dropped ones are told as the kernel tells it.
pub fn events(events: &[InputEvent], mishap: Mishap) -> Vec<Piece> {
    let bytes =
        |events: &[InputEvent]| -> Vec<u8> { events.iter().flat_map(|event| event.to_bytes()).collect() };
    let sent = bytes(events);
    match mishap {
        Mishap::Garble(at, bits) => {
            let mut sent = sent;
            sent[at] ^= bits;
            vec![piece(&sent)]
        }
        Mishap::Drop(at, count) => {
            let dropped = InputEvent {
                time_us: events[at].time_us,
                kind: name::EV_SYN,
                code: name::SYN_DROPPED,
                value: 0,
            };
            let rest = bytes(&events[(at + count).min(events.len())..]);
            vec![piece(&[bytes(&events[..at]), dropped.to_bytes().to_vec(), rest].concat())]
        }
        whole_bytes => characters(&sent, whole_bytes),
    }
}

/// Reports, one a read. A torn one is shorter than it should be.
pub fn reports(reports: &[Vec<u8>], mishap: Mishap) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = reports.iter().map(|report| piece(report)).collect();
    match mishap {
        Mishap::None => {}
        Mishap::Tear(at) => {
            let mut left = at;
            pieces.retain_mut(|piece| {
                piece.bytes.truncate(left);
                left -= piece.bytes.len();
                !piece.bytes.is_empty()
            });
        }
        Mishap::Delay(at, after) => pieces[at].after = after,
        Mishap::Garble(at, bits) => {
            let length = reports[0].len();
            pieces[at / length].bytes[at % length] ^= bits;
        }
        Mishap::Drop(at, count) => drop(pieces.drain(at..(at + count).min(reports.len()))),
    }
    pieces
}
