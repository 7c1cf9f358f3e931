//! What is sent at once: rows with their mark, or a kick of the drawer.

use crate::escpos::{Commands, Mark, Pin};
use crate::fonts::Fonts;
use crate::picture;
use crate::receipt::Row;
use crate::text;

/// Whose letters are printed.
#[derive(Clone, Copy, Debug)]
pub enum Letters<'a> {
    /// The printer's own, in GBK.
    Own,
    /// Ours, as dots.
    Drawn(&'a Fonts),
}

/// Bytes for a printer, ended by a mark.
#[derive(Clone, PartialEq, Eq)]
pub struct Job {
    pub(crate) bytes: Vec<u8>,
    pub(crate) mark: Mark,
}

impl std::fmt::Debug for Job {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Job({} bytes, {:?})", self.bytes.len(), self.mark)
    }
}

/// Rows between the last of a receipt and the cutter's edge.
const TAIL_ROWS: u8 = 1;

impl Job {
    /// Rows on paper so many dots wide, cut off.
    pub fn rows(rows: &[Row], width: u16, letters: Letters<'_>, mark: Mark) -> Self {
        let mut commands = Commands::new();
        commands.start().tell_changes();
        match letters {
            Letters::Own => text::write(&mut commands, rows, width),
            Letters::Drawn(fonts) => {
                commands.picture(&picture::draw(rows, width, fonts));
            }
        }
        commands.feed(TAIL_ROWS).cut().mark(mark);
        Self { bytes: commands.into_bytes(), mark }
    }

    /// A kick of the drawer.
    pub fn kick(pin: Pin, mark: Mark) -> Self {
        let mut commands = Commands::new();
        commands.start().tell_changes().kick(pin).mark(mark);
        Self { bytes: commands.into_bytes(), mark }
    }

    /// What the printer answers once it is done.
    pub fn mark(&self) -> Mark {
        self.mark
    }

    /// As it is sent.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}
