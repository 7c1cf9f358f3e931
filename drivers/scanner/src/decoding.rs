//! One gun's bytes -> codes, whichever way it presents itself. Pure: the time is an argument.

use std::time::Instant;

use crate::code::{Code, Scan};
use crate::error::Fault;
use crate::event::InputEvent;
use crate::framing::Suffix;
use crate::gather;
use crate::hidpos::{self, HidPos};
use crate::keymap::Layout;
use crate::serial::Serial;
use crate::wedge::{Fed, Wedge};

/// How to read a gun's bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Manner {
    /// `struct input_event` records.
    Keyboard(Layout),
    /// HID reports laid out so, one a read.
    HidPos(hidpos::Layout),
    /// Characters.
    Serial,
}

/// The state of one gun.
#[derive(Debug)]
pub struct Decoding {
    prefix: Vec<u8>,
    /// False for a keyboard that may be a person's: only what comes as no person types is told.
    proven: bool,
    wire: Wire,
}

#[derive(Debug)]
enum Wire {
    Keyboard(Wedge, Vec<u8>),
    HidPos(HidPos),
    Serial(Serial),
}

/// What bytes led to.
#[derive(Debug, PartialEq, Eq)]
pub enum Decoded {
    /// A code, or why there was none.
    Told(Result<Code, Fault>),
    /// The kernel dropped events: ask the device which keys are down and tell [`Decoding::hold`].
    AskKeys,
}

impl Decoding {
    /// A gun opened now. One that is not `proven` is a keyboard that has to prove itself by its pace.
    pub fn new(manner: Manner, suffix: Suffix, prefix: Vec<u8>, proven: bool, now: Instant) -> Self {
        let wire = match manner {
            Manner::Keyboard(layout) => Wire::Keyboard(Wedge::new(suffix, layout, now), Vec::new()),
            Manner::HidPos(layout) => Wire::HidPos(HidPos::new(layout, now)),
            Manner::Serial => Wire::Serial(Serial::new(suffix, now)),
        };
        Self { prefix, proven, wire }
    }

    /// True where this is a gun for sure.
    pub fn is_proven(&self) -> bool {
        self.proven
    }

    /// True where each read brings one report.
    pub fn takes_reports(&self) -> bool {
        matches!(self.wire, Wire::HidPos(_))
    }

    /// As many reports waited at `now` as the kernel keeps: others may have been dropped.
    pub fn overrun(&mut self, now: Instant) {
        if let Wire::HidPos(reports) = &mut self.wire {
            reports.overrun(now);
        }
    }

    /// True once the line was quiet after it was opened; what comes before may be the end of something.
    pub fn is_settled(&self) -> bool {
        match &self.wire {
            Wire::Keyboard(wedge, _) => wedge.framing().is_settled(),
            Wire::HidPos(reports) => reports.is_settled(),
            Wire::Serial(serial) => serial.framing().is_settled(),
        }
    }

    /// When to call [`Self::idle`].
    pub fn deadline(&self) -> Option<Instant> {
        match &self.wire {
            Wire::Keyboard(wedge, _) => wedge.framing().deadline(),
            Wire::HidPos(reports) => reports.deadline(),
            Wire::Serial(serial) => serial.framing().deadline(),
        }
    }

    /// The keys that are down, after [`Decoded::AskKeys`].
    pub fn hold(&mut self, down: &[u16]) {
        if let Wire::Keyboard(wedge, _) = &mut self.wire {
            wedge.hold(down);
        }
    }

    /// Takes what one read brought at `now`.
    pub fn feed(&mut self, bytes: &[u8], now: Instant) -> Vec<Decoded> {
        let mut decoded = Vec::new();
        match &mut self.wire {
            Wire::HidPos(reports) => {
                let scan = reports.feed(bytes, now);
                decoded.extend(scan.map(|scan| Decoded::Told(judge(scan, &self.prefix))));
            }
            Wire::Serial(serial) => {
                for byte in bytes {
                    let scan = serial.feed(*byte, now);
                    decoded.extend(scan.map(|scan| Decoded::Told(judge(scan, &self.prefix))));
                }
            }
            Wire::Keyboard(wedge, part) => {
                part.extend_from_slice(bytes);
                let whole = part.len() - part.len() % InputEvent::BYTES;
                let (records, _) = part.as_chunks::<{ InputEvent::BYTES }>();
                for record in records {
                    match wedge.feed(InputEvent::from_bytes(record), now) {
                        Fed::Nothing => {}
                        Fed::AskKeys => decoded.push(Decoded::AskKeys),
                        Fed::Told(scan) => {
                            let told = believe(&mut self.proven, wedge, scan);
                            decoded.extend(told.map(|scan| Decoded::Told(judge(scan, &self.prefix))));
                        }
                    }
                }
                part.drain(..whole);
            }
        }
        decoded
    }

    /// The line is quiet; to be called at [`Self::deadline`].
    pub fn idle(&mut self, now: Instant) -> Option<Result<Code, Fault>> {
        let scan = match &mut self.wire {
            Wire::HidPos(reports) => reports.idle(now),
            Wire::Serial(serial) => serial.idle(now),
            Wire::Keyboard(wedge, _) => {
                let scan = wedge.idle(now)?;
                believe(&mut self.proven, wedge, scan)
            }
        };
        scan.map(|scan| judge(scan, &self.prefix))
    }
}

/// A keyboard's scan, unless a person typed it. One that came as no person types proves the keyboard a gun.
fn believe(proven: &mut bool, wedge: &Wedge, scan: Result<Scan, Fault>) -> Option<Result<Scan, Fault>> {
    *proven |= scan.is_ok() && wedge.was_gun();
    proven.then_some(scan)
}

fn judge(scan: Result<Scan, Fault>, prefix: &[u8]) -> Result<Code, Fault> {
    gather::code(scan?, prefix)
}

#[cfg(test)]
mod tests;
