//! What was read besides the board, and what could not be kept: told loudly, never dropped in silence.
use std::fmt;

use crate::document::Document;

/// A board from a file, and what the teacher should know of it.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Opened {
    pub document: Document,
    pub remarks: Vec<Remark>,
}

/// Something that did not come along.
#[derive(Clone, PartialEq, Eq, Debug, Hash, PartialOrd, Ord)]
pub enum Remark {
    /// The file names another one that was not there.
    MissingFile(String),
    /// So many of something that the other side has no way to keep.
    LeftOut { what: &'static str, count: u32 },
    /// So many of something that became pixels.
    Flattened { what: &'static str, count: u32 },
}

impl fmt::Display for Remark {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Remark::MissingFile(name) => {
                write!(to, "{name} was not there; put it beside the file and open it again")
            }
            Remark::LeftOut { what, count } => write!(to, "left out: {what} ({count})"),
            Remark::Flattened { what, count } => write!(to, "turned into pictures: {what} ({count})"),
        }
    }
}

/// Gathers remarks: each thing once, however often it happens.
#[derive(Clone, Debug, Default)]
pub(crate) struct Remarks(Vec<Remark>);

/// More different missing files than this are not told one by one.
const MOST_MISSING: usize = 20;

impl Remarks {
    pub(crate) fn left_out(&mut self, what: &'static str) {
        for remark in &mut self.0 {
            if let Remark::LeftOut { what: known, count } = remark
                && *known == what
            {
                *count = count.saturating_add(1);
                return;
            }
        }
        self.0.push(Remark::LeftOut { what, count: 1 });
    }

    pub(crate) fn flattened(&mut self, what: &'static str) {
        for remark in &mut self.0 {
            if let Remark::Flattened { what: known, count } = remark
                && *known == what
            {
                *count = count.saturating_add(1);
                return;
            }
        }
        self.0.push(Remark::Flattened { what, count: 1 });
    }

    pub(crate) fn missing(&mut self, name: &str) {
        let remark = Remark::MissingFile(name.to_owned());
        if !self.0.contains(&remark) && self.0.len() < MOST_MISSING {
            self.0.push(remark);
        }
    }

    pub(crate) fn into_vec(self) -> Vec<Remark> {
        self.0
    }
}
