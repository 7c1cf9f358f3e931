//! A file that was written, and what did not come along.
use crate::format::Remark;

/// A board as a file of another program.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Written {
    pub bytes: Vec<u8>,
    pub remarks: Vec<Remark>,
}
