//! What is sent at once: rows with their mark, or a kick of the drawer.

use crate::escpos::{Commands, Mark, Pin};
use crate::fonts::Fonts;
use crate::picture;
use crate::printing::{PAPERS, Proof};
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

/// What a printer is to do, and the mark by which it is known.
#[derive(Clone, PartialEq, Eq)]
pub struct Job {
    body: Vec<u8>,
    mark: Mark,
}

impl std::fmt::Debug for Job {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Job({} bytes, {:?})", self.body.len(), self.mark)
    }
}

/// Rows between the last of a receipt and the cutter's edge.
const TAIL_ROWS: u8 = 1;

impl Job {
    /// Rows on paper so many dots wide, cut off.
    pub fn rows(rows: &[Row], width: u16, letters: Letters<'_>, mark: Mark) -> Self {
        let mut commands = Commands::new();
        match letters {
            Letters::Own => text::write(&mut commands, rows, width),
            Letters::Drawn(fonts) => {
                commands.picture(&picture::draw(rows, width, fonts));
            }
        }
        commands.feed(TAIL_ROWS).cut();
        Self { body: commands.into_bytes(), mark }
    }

    /// A kick of the drawer.
    pub fn kick(pin: Pin, mark: Mark) -> Self {
        let mut commands = Commands::new();
        commands.kick(pin);
        Self { body: commands.into_bytes(), mark }
    }

    /// What the printer answers once it is done.
    pub fn mark(&self) -> Mark {
        self.mark
    }

    /// As it is sent to a printer that proves it so.
    pub fn bytes(&self, proof: Proof) -> Vec<u8> {
        let mut commands = Commands::new();
        commands.start();
        match proof {
            Proof::Mark => {
                commands.tell_changes().raw(&self.body).mark(self.mark);
            }
            Proof::Status => {
                commands.raw(&self.body);
                for _ in 0..PAPERS {
                    commands.status();
                }
            }
        }
        commands.into_bytes()
    }
}
