//! Why an engine cannot be opened, the same for every task, always with the file that it is about.

use crate::catalogue::FileError;
use crate::leave::Stopped;
use crate::model::ModelError;

/// Why an engine cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// A file is missing or not the listed one.
    #[error(transparent)]
    File(#[from] FileError),
    /// A network does not run.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// A file is the listed one, and is not what belongs there.
    #[error("{name} cannot be used: {reason}; install the assets again")]
    Unfit {
        /// The file.
        name: String,
        /// What is wrong with it.
        reason: String,
    },
}

impl OpenError {
    /// A file that is not what belongs there.
    pub fn unfit(name: &str, reason: impl ToString) -> Self {
        Self::Unfit { name: name.to_owned(), reason: reason.to_string() }
    }

    /// The file that it is about; none where loading was stopped.
    pub fn file(&self) -> Option<&str> {
        match self {
            Self::File(
                FileError::NotListed { name }
                | FileError::Missing { name, .. }
                | FileError::WrongHash { name },
            )
            | Self::Model(ModelError::Unusable { name, .. } | ModelError::Failed { name, .. })
            | Self::Unfit { name, .. } => Some(name),
            Self::Model(ModelError::Stopped(Stopped::DeadlinePassed | Stopped::Cancelled)) => None,
        }
    }
}
