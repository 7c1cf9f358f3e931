//! Whose the board is that lies on the disk, where boards are sold by time.

use std::io;
use std::path::{Path, PathBuf};

use crate::session::Tenant;

/// The one file; one unit has one board.
const FILE: &str = "tenant.toml";

/// Where it is kept.
#[derive(Clone, Debug)]
pub struct TenantKeeper {
    folder: PathBuf,
}

impl TenantKeeper {
    /// Keeps in this folder, which must exist.
    pub fn new(folder: &Path) -> Self {
        Self { folder: folder.to_owned() }
    }

    /// Who it was before this start; what cannot be read is put aside, and nobody knows.
    pub fn recall(&self) -> Option<Tenant> {
        super::recall(&self.folder, FILE)
    }

    /// Durable once it returns.
    ///
    /// # Errors
    /// When it cannot be written; what was kept before stands.
    pub fn keep(&self, tenant: &Tenant) -> io::Result<()> {
        super::keep(&self.folder, FILE, tenant)
    }
}
