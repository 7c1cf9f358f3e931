//! Open grants, pure: a token for one caller, bound to its unique bus name, with two ends in time.

use std::collections::BTreeMap;
use std::fmt;

use aws_lc_rs::constant_time::verify_slices_are_equal;

use super::{Denied, Right, Who};

/// A grant that is not used ends: somebody walked away from the keypad.
const IDLE_MS: u64 = 5 * 60_000;
/// A grant ends however much it is used.
const LIFE_MS: u64 = 15 * 60_000;
/// Programs with a grant at once; a kiosk has one screen and perhaps an office's.
const CALLERS_MAX: usize = 16;

/// 128 random bits.
pub(super) type TokenBytes = [u8; 16];

/// What the caller is given, once.
#[derive(Clone, PartialEq, Eq)]
pub struct Grant {
    /// 32 hexadecimal digits, for the caller and nobody else.
    pub token: String,
    /// Who it is.
    pub who: Who,
    /// When it ends unless it is used, milliseconds since 1970 UTC.
    pub until_ms: u64,
}

impl fmt::Debug for Grant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Grant(**, {:?}, until {})", self.who, self.until_ms)
    }
}

#[derive(Clone)]
struct Open {
    token: String,
    who: Who,
    opened_ms: u64,
    used_ms: u64,
}

impl Open {
    fn until_ms(&self) -> u64 {
        self.used_ms.saturating_add(IDLE_MS).min(self.opened_ms.saturating_add(LIFE_MS))
    }

    /// A clock before the opening ends it as well: nobody knows how long it has been open.
    fn lives(&self, now_ms: u64) -> bool {
        (self.opened_ms..self.until_ms()).contains(&now_ms)
    }
}

/// All open grants, one a caller.
#[derive(Clone, Default)]
pub struct Grants(BTreeMap<String, Open>);

impl fmt::Debug for Grants {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Grants({} open)", self.0.len())
    }
}

impl Grants {
    /// Opens a grant for the caller; its older one ends. Where too many callers have one, the longest unused ends.
    pub fn open(&mut self, now_ms: u64, caller: &str, who: Who, token: TokenBytes) -> Grant {
        self.0.retain(|_, open| open.lives(now_ms));
        if self.0.len() >= CALLERS_MAX && !self.0.contains_key(caller) {
            let oldest = self.0.iter().min_by_key(|(_, open)| open.used_ms).map(|(caller, _)| caller.clone());
            if let Some(oldest) = oldest {
                self.0.remove(&oldest);
            }
        }
        let token: String = token.iter().map(|byte| format!("{byte:02x}")).collect();
        let open = Open { token: token.clone(), who, opened_ms: now_ms, used_ms: now_ms };
        let until_ms = open.until_ms();
        self.0.insert(caller.to_owned(), open);
        Grant { token, who, until_ms }
    }

    /// Who wants this, where the caller's grant lives, the token is its own and the role has the right. Only what is
    /// allowed keeps the grant alive. The token is compared in constant time.
    ///
    /// # Errors
    /// [`Denied`].
    pub fn check(&mut self, now_ms: u64, caller: &str, token: &str, right: Right) -> Result<Who, Denied> {
        let open = self.0.get_mut(caller).ok_or(Denied::NoGrant)?;
        verify_slices_are_equal(open.token.as_bytes(), token.as_bytes()).map_err(|_other| Denied::NoGrant)?;
        if !open.lives(now_ms) {
            self.0.remove(caller);
            return Err(Denied::Expired);
        }
        open.who.role.may(right)?;
        open.used_ms = now_ms;
        Ok(open.who)
    }

    /// Ends the caller's grant: it asked for that, or it left the bus.
    pub fn end(&mut self, caller: &str) {
        self.0.remove(caller);
    }
}

#[cfg(test)]
mod tests;
