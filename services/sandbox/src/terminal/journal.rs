//! The terminal's own journal: what it is about to do and what became of it, in a file where one is given, so that
//! a cut of its power (or a killed process) loses nothing.

use std::fs::{File, OpenOptions};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::clock::Millis;

/// What a terminal may say of a card.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Card {
    /// Such as `UnionPay`.
    pub scheme: String,
    /// The last four digits.
    pub last4: String,
}

/// One line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "wrote", rename_all = "snake_case")]
pub enum Entry {
    /// The kiosk asked for money.
    Began {
        /// Its number.
        number: String,
        /// Minor units.
        minor: i64,
        /// ISO 4217.
        currency: String,
        /// When the wait for a card ends.
        until: Millis,
    },
    /// The acquirer is about to be asked.
    Asking {
        /// The sale.
        number: String,
        /// The card.
        card: Card,
    },
    /// The acquirer took the money. The acquirer's own line: a terminal that dies here finds it out later.
    Charged {
        /// The sale.
        number: String,
        /// The terminal's number of it.
        reference: String,
        /// The acquirer's code.
        authorisation: String,
        /// When.
        at: Millis,
    },
    /// The terminal knows that it was paid.
    Approved {
        /// The sale.
        number: String,
    },
    /// No money moved.
    Declined {
        /// The sale.
        number: String,
        /// As the protocol names it.
        reason: String,
    },
    /// Cancelled or taken back, perhaps before it began.
    Closed {
        /// The sale.
        number: String,
    },
    /// Money went back.
    Refunded {
        /// The sale.
        number: String,
        /// The refund.
        refund: String,
        /// Minor units.
        minor: i64,
        /// The terminal's number of it.
        reference: String,
        /// When.
        at: Millis,
    },
}

/// All lines, oldest first.
#[derive(Debug, Default)]
pub struct Journal {
    entries: Vec<Entry>,
    file: Option<File>,
}

impl Journal {
    /// Reads a file or makes it. A last line that was cut off in the middle is dropped: it was never answered for.
    ///
    /// # Errors
    /// The file cannot be used, or a line before the last is none.
    pub fn open(path: &Path) -> std::io::Result<Self> {
        let mut file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path)?;
        let mut text = String::new();
        file.read_to_string(&mut text)?;
        let whole = text.rfind('\n').map_or(0, |at| at + 1);
        let entries: Result<_, _> = text[..whole].lines().map(serde_json::from_str).collect();
        let length = u64::try_from(whole).map_err(std::io::Error::other)?;
        file.set_len(length)?;
        file.seek(SeekFrom::Start(length))?;
        Ok(Self { entries: entries?, file: Some(file) })
    }

    /// Writes a line down, durably.
    ///
    /// # Errors
    /// The disk refuses; then nothing may be done that relies on the line.
    pub fn append(&mut self, entry: Entry) -> std::io::Result<()> {
        if let Some(file) = &mut self.file {
            let mut line = serde_json::to_vec(&entry)?;
            line.push(b'\n');
            file.write_all(&line)?;
            file.sync_data()?;
        }
        self.entries.push(entry);
        Ok(())
    }

    /// The lines, oldest first.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }
}
