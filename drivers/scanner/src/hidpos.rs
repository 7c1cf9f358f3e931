//! HID POS scanners: reports -> scans. Pure: the time is an argument.
//!
//! A scan is one report or several, each with its length, the AIM identifier, data, and a flag that more follows
//! (HID Usage Tables for POS 1.02, page 0x8C). Where these lie is read from the report descriptor: makers differ.
//!
//! Reports carry no number in their sequence, so the rest of a scan whose first report was lost looks like a scan. What
//! keeps that from becoming a code: USB repeats a report until the host has it; the kernel drops those for which its
//! buffer has no room, and whoever reads finds that buffer full then, which [`HidPos::overrun`] is told; a lost last
//! report is a scan that promised more; parts of several symbologies are no scan; and check digits are held against
//! where the symbology has them. A gun that loses a report within itself is not found out.

use std::ops::Range;
use std::time::Instant;

use crate::code::{Scan, Symbology};
use crate::descriptor::{Descriptor, Field, usage};
use crate::error::Fault;
use crate::framing::{CODE_MAX, IDLE, TAIL_WITHIN};

/// Where in a report things lie, in bytes from its start, the report's number included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    report: u8,
    /// Reports of other numbers, with their lengths.
    others: Vec<(u8, usize)>,
    length: usize,
    count: Option<usize>,
    symbology: Option<usize>,
    data: Range<usize>,
    /// Byte and bit.
    continued: Option<(usize, u8)>,
}

impl Layout {
    /// The layout of a scanner's data reports; `None` where the device is no HID POS scanner.
    pub fn find(descriptor: &[u8]) -> Option<Self> {
        let descriptor = Descriptor::parse(descriptor)?;
        let scanner = |usage: &u32| usage >> 16 == usage::PAGE_SCANNER;
        descriptor.collections.iter().find(|usage| scanner(usage))?;
        let field = descriptor.fields.iter().find(|field| field.usages.contains(&usage::DECODED_DATA))?;
        let report = field.report;
        let place = |wanted: u32| {
            let own = descriptor.fields.iter().filter(|field| field.report == report);
            own.clone().find_map(|field| bits_of(field, wanted))
        };
        let byte = |wanted: u32| {
            let (bits, size) = place(wanted)?;
            (size == 8 && bits.start % 8 == 0).then(|| to_byte(report, bits.start))
        };
        let (bits, 8) = place(usage::DECODED_DATA)? else { return None };
        if bits.start % 8 != 0 {
            return None;
        }
        let symbology = byte(usage::SYMBOLOGY[0])
            .filter(|first| (1..3).all(|nth| byte(usage::SYMBOLOGY[nth]) == Some(first + nth)));
        let others = descriptor.lengths.iter().filter(|(other, _)| *other != report);
        Some(Self {
            report,
            others: others.map(|(other, _)| (*other, descriptor.report_bytes(*other))).collect(),
            length: descriptor.report_bytes(report),
            count: byte(usage::BYTE_COUNT),
            symbology,
            data: to_byte(report, bits.start)..to_byte(report, bits.end),
            continued: place(usage::DATA_CONTINUED)
                .map(|(bits, _)| (to_byte(report, bits.start), (bits.start % 8) as u8)),
        })
    }

    /// Bytes of a whole data report.
    pub fn report_length(&self) -> usize {
        self.length
    }
}

/// The bits of a usage's values in its field, and the bits of one.
fn bits_of(field: &Field, wanted: u32) -> Option<(Range<u32>, u32)> {
    let index = u32::try_from(field.usages.iter().position(|usage| *usage == wanted)?).ok()?;
    if index >= field.count {
        return None;
    }
    // The last usage stands for all values that are left.
    let is_last = usize::try_from(index).ok()? + 1 == field.usages.len();
    let until = if is_last { field.count } else { index + 1 };
    let bit = |index: u32| field.offset.saturating_add(index.saturating_mul(field.size));
    Some((bit(index)..bit(until), field.size))
}

fn to_byte(report: u8, bit: u32) -> usize {
    (bit / 8) as usize + usize::from(report != 0)
}

/// What one report carried.
struct Part<'a> {
    symbology: Option<Symbology>,
    data: &'a [u8],
    continued: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Settling,
    Taking,
    Spoilt(Fault),
    /// Reports may have been dropped, any of them, until the line is quiet.
    Overrun,
    /// A scan was torn; what comes until then may be its rest.
    Tail(Instant),
}

/// The reports since the last scan.
#[derive(Debug)]
pub struct HidPos {
    layout: Layout,
    state: State,
    bytes: Vec<u8>,
    symbology: Option<Symbology>,
    last: Option<Instant>,
}

impl HidPos {
    /// A scanner opened now: takes scans once it was quiet for [`IDLE`], or after the end of one.
    pub fn new(layout: Layout, now: Instant) -> Self {
        Self { layout, state: State::Settling, bytes: Vec::new(), symbology: None, last: Some(now) }
    }

    /// True once it was quiet after it was opened.
    pub fn is_settled(&self) -> bool {
        self.state != State::Settling
    }

    /// When to call [`Self::idle`].
    pub fn deadline(&self) -> Option<Instant> {
        self.last.map(|last| last + IDLE)
    }

    /// Takes one report that arrived at `now`.
    pub fn feed(&mut self, report: &[u8], now: Instant) -> Option<Result<Scan, Fault>> {
        if self.is_other(report) {
            return None;
        }
        if let (None, State::Tail(until)) = (self.last, self.state)
            && now >= until
        {
            self.state = State::Taking;
        }
        if self.state == State::Overrun {
            self.last = Some(now);
            return None;
        }
        let begins = self.last.is_none() || self.bytes.is_empty();
        self.last = Some(now);
        let Some(part) = self.part(report) else {
            self.spoil(Fault::Garbled);
            return None;
        };
        if begins {
            self.symbology = part.symbology;
        }
        let (symbology, continued) = (part.symbology, part.continued);
        let data = part.data.to_vec();
        if symbology != self.symbology {
            self.spoil(Fault::Garbled);
        } else if self.bytes.len() + data.len() > CODE_MAX {
            self.spoil(Fault::TooLong);
        } else if !matches!(self.state, State::Spoilt(_)) {
            self.bytes.extend(data);
        }
        if continued { None } else { self.end() }
    }

    /// So many reports waited at `now` that others may have found no room: nothing is told until the line is quiet.
    pub fn overrun(&mut self, now: Instant) {
        self.bytes.clear();
        (self.state, self.last) = (State::Overrun, Some(now));
    }

    /// The line is quiet; to be called at [`Self::deadline`].
    pub fn idle(&mut self, now: Instant) -> Option<Result<Scan, Fault>> {
        if self.deadline().is_none_or(|deadline| now < deadline) {
            return None;
        }
        self.last = None;
        let any = !std::mem::take(&mut self.bytes).is_empty();
        let (state, told) = match self.state {
            State::Settling if !any => (State::Taking, None),
            State::Settling => (State::Tail(now + TAIL_WITHIN), Some(Fault::Joined)),
            State::Spoilt(fault) => (State::Tail(now + TAIL_WITHIN), Some(fault)),
            State::Overrun => (State::Tail(now + TAIL_WITHIN), Some(Fault::Lost)),
            State::Taking | State::Tail(_) if any => (State::Tail(now + TAIL_WITHIN), Some(Fault::Torn)),
            state => (state, None),
        };
        self.state = state;
        told.map(Err)
    }

    /// A report of another number that the descriptor knows: a status, nothing of a code.
    fn is_other(&self, report: &[u8]) -> bool {
        let fits = |(number, length): &(u8, usize)| report.first() == Some(number) && report.len() == *length;
        self.layout.others.iter().any(fits)
    }

    fn part<'a>(&self, report: &'a [u8]) -> Option<Part<'a>> {
        let layout = &self.layout;
        let numbered = layout.report != 0;
        if report.len() < layout.length || (numbered && report.first() != Some(&layout.report)) {
            return None;
        }
        let data = report.get(layout.data.clone())?;
        let data = match layout.count {
            Some(at) => data.get(..usize::from(*report.get(at)?))?,
            None => data.split(|byte| *byte == 0).next()?,
        };
        let symbology = layout.symbology.and_then(|at| Symbology::parse(*report.get(at..)?.first_chunk()?));
        let continued = layout
            .continued
            .is_some_and(|(byte, bit)| report.get(byte).is_some_and(|flags| flags >> bit & 1 == 1));
        Some(Part { symbology, data, continued })
    }

    fn spoil(&mut self, fault: Fault) {
        self.bytes.clear();
        if !matches!(self.state, State::Spoilt(_) | State::Settling) {
            self.state = State::Spoilt(fault);
        }
    }

    fn end(&mut self) -> Option<Result<Scan, Fault>> {
        self.last = None;
        let bytes = std::mem::take(&mut self.bytes);
        let symbology = self.symbology.take();
        match std::mem::replace(&mut self.state, State::Taking) {
            State::Spoilt(fault) => Some(Err(fault)),
            _ if bytes.is_empty() => None,
            State::Settling => Some(Err(Fault::Joined)),
            State::Tail(_) => Some(Err(Fault::Torn)),
            State::Overrun => Some(Err(Fault::Lost)),
            State::Taking => Some(Ok(Scan { bytes, symbology })),
        }
    }
}

#[cfg(test)]
mod tests;
