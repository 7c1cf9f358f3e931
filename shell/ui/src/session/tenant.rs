//! Whose the board is, over restarts. A session's end wipes it, and only the till's certain word ends one: while time
//! remains, or nobody knows whether it does, nothing is wiped; and the board does not open to somebody else before.

use serde::{Deserialize, Serialize};

use crate::kept::TenantKeeper;

/// Who has written on the board that is on the disk.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "whose", content = "first", rename_all = "snake_case")]
pub enum Tenant {
    /// Nobody knows: the unit was not sold by time, or what was kept is lost.
    #[default]
    Unknown,
    /// Nobody: it was wiped.
    Nobody,
    /// Whoever paid for the session that this payment began.
    Session(String),
}

/// What is to be done about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Duty {
    /// It is as it should be.
    Nothing,
    /// The till must say whose the room is.
    Ask,
    /// The board must be wiped.
    Wipe,
}

/// Keeps it.
pub(super) struct Tenancy {
    keeper: TenantKeeper,
    tenant: Tenant,
    /// It is being wiped; the one who comes next, by what the till shows, may write meanwhile.
    wiping: bool,
    next: Option<String>,
    /// The till was asked and has not answered.
    asked: bool,
}

impl Tenancy {
    /// As it was before this start.
    pub(super) fn new(keeper: TenantKeeper) -> Self {
        let tenant = keeper.recall().unwrap_or_default();
        Self { keeper, tenant, wiping: false, next: None, asked: false }
    }

    /// The till shows this session's first payment, or none; which may also mean that it knows nothing.
    pub(super) fn shown(&mut self, first: Option<&str>) -> Duty {
        if self.wiping {
            self.next = self.next.take().or_else(|| first.map(str::to_owned));
            return Duty::Nothing;
        }
        if self.asked || self.is(first) {
            return Duty::Nothing;
        }
        self.asked = true;
        Duty::Ask
    }

    /// The till's certain word: the first payment of whose the room is, empty where it is nobody's; `None`: it could not
    /// say.
    pub(super) fn certain(&mut self, first: Option<&str>) -> Duty {
        self.asked = false;
        let Some(first) = first else { return Duty::Nothing };
        let first = Some(first).filter(|first| !first.is_empty());
        if self.wiping || self.is(first) {
            return Duty::Nothing;
        }
        match (&self.tenant, first) {
            (Tenant::Nobody, Some(first)) => {
                self.keep(Tenant::Session(first.to_owned()));
                Duty::Nothing
            }
            _ => {
                (self.wiping, self.next) = (true, first.map(str::to_owned));
                Duty::Wipe
            }
        }
    }

    /// A board was wiped and is gone for good. Where that was by somebody's own end of class they go on as they are.
    pub(super) fn wiped(&mut self) {
        if std::mem::take(&mut self.wiping) {
            let next = self.next.take();
            self.keep(next.map_or(Tenant::Nobody, Tenant::Session));
        }
    }

    /// Whether this session's people may see the board: it is theirs, or blank already and only not yet so on the disk.
    pub(super) fn opens_to(&self, first: &str) -> bool {
        if self.wiping { self.next.as_deref() == Some(first) } else { self.is(Some(first)) }
    }

    fn is(&self, first: Option<&str>) -> bool {
        match (&self.tenant, first) {
            (Tenant::Session(tenant), Some(first)) => tenant == first,
            (Tenant::Nobody, None) => true,
            _ => false,
        }
    }

    /// Where it cannot be written the board is wiped once more after the next start, which costs somebody their ink and
    /// shows nobody another's.
    fn keep(&mut self, tenant: Tenant) {
        if let Err(error) = self.keeper.keep(&tenant) {
            tracing::error!(%error, "whose the board is cannot be kept");
        }
        self.tenant = tenant;
    }
}

#[cfg(test)]
mod tests;
