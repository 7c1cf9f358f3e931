//! What a printer tells about itself, by `DLE EOT` and by itself after `GS a`.

/// How much paper there is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Paper {
    /// Enough.
    #[default]
    Enough,
    /// Near its end.
    Low,
    /// None.
    Out,
}

/// Whether the drawer is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Drawer {
    /// Open.
    Open,
    /// Closed.
    Closed,
}

/// Why a printer does not print.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Trouble {
    /// No paper.
    #[error("the printer has no paper: put in a new roll")]
    PaperOut,
    /// The cover is open.
    #[error("the printer's cover is open: close it")]
    CoverOpen,
    /// The cutter is stuck.
    #[error("the printer's cutter is stuck: switch the printer off, free the cutter, switch it on")]
    Cutter,
    /// The head is too hot; it cools down by itself.
    #[error("the printer's head is too hot: wait, it goes on by itself")]
    Hot,
    /// Something that only switching off and on may mend.
    #[error("the printer reports a fault: switch it off and on, and have it repaired if that does not help")]
    Fault,
    /// Offline without saying why, for instance while the feed button is held.
    #[error("the printer is offline: look at its lamps and press its feed button once")]
    Offline,
}

/// A printer's word about itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Status {
    /// It does not print now.
    pub offline: bool,
    /// The cover is open.
    pub cover_open: bool,
    /// How much paper there is.
    pub paper: Paper,
    /// The cutter is stuck.
    pub cutter: bool,
    /// It needs to be switched off and on.
    pub fault: bool,
    /// Too hot.
    pub hot: bool,
    /// The drawer's switch: which way open is depends on the drawer.
    pub switch_high: bool,
}

impl Status {
    /// What keeps it from printing; what a person can mend by hand first.
    pub fn trouble(&self) -> Option<Trouble> {
        [
            (self.cover_open, Trouble::CoverOpen),
            (self.paper == Paper::Out, Trouble::PaperOut),
            (self.cutter, Trouble::Cutter),
            (self.hot, Trouble::Hot),
            (self.fault, Trouble::Fault),
            (self.offline, Trouble::Offline),
        ]
        .into_iter()
        .find_map(|(there, trouble)| there.then_some(trouble))
    }

    /// Takes the answer to `DLE EOT n` in.
    pub fn take_answer(&mut self, n: u8, byte: u8) {
        match n {
            1 => {
                self.switch_high = byte & 0x04 != 0;
                self.offline = byte & 0x08 != 0;
            }
            2 => {
                self.cover_open = byte & 0x04 != 0;
                if byte & 0x20 != 0 {
                    self.paper = Paper::Out;
                }
            }
            3 => {
                self.cutter = byte & 0x08 != 0;
                self.fault = byte & 0x24 != 0; // 0x04 is a fault that a person may clear at the printer
                self.hot = byte & 0x40 != 0;
            }
            4 => self.paper = paper(byte & 0x0c != 0, byte & 0x60 != 0),
            _ => {}
        }
    }

    /// Takes the four bytes in that a printer sends by itself.
    pub fn take_told(&mut self, [first, second, third, _]: [u8; 4]) {
        self.switch_high = first & 0x04 != 0;
        self.offline = first & 0x08 != 0;
        self.cover_open = first & 0x20 != 0;
        self.cutter = second & 0x08 != 0;
        self.fault = second & 0x24 != 0;
        self.hot = second & 0x40 != 0;
        self.paper = paper(third & 0x03 != 0, third & 0x0c != 0);
    }
}

fn paper(low: bool, out: bool) -> Paper {
    match (low, out) {
        (_, true) => Paper::Out,
        (true, false) => Paper::Low,
        (false, false) => Paper::Enough,
    }
}

#[cfg(test)]
mod tests;
