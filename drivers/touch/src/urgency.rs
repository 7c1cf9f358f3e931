//! Whose turn it is on the processor: who reads touches and who draws them come before whoever computes.
//!
//! A weight decides who gets how much, not who waits: beside a service at full load ten people's ink kept its median and
//! its 99th percentile tripled. The kernel's round-robin class (`sched(7)`) runs at once whoever is in it.
#![allow(unsafe_code)]

use std::io::{Error, Result};
use std::ptr;

use rustix::process::{Resource, getrlimit};

/// The lowest of that class: above everything ordinary, below the kernel's own threads that have one.
const PRIORITY: libc::c_int = 1;

/// When a thread gets the processor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Urgency {
    /// With everybody else.
    Ordinary,
    /// Ahead of every ordinary thread.
    First,
}

impl Urgency {
    /// What whoever started this process allows by its limit on real-time priorities (`LimitRTPRIO=` of a unit,
    /// `RLIMIT_RTPRIO`).
    #[must_use]
    pub fn allowed() -> Self {
        if getrlimit(Resource::Rtprio).current == Some(0) { Self::Ordinary } else { Self::First }
    }

    /// Gives this thread its turn. What it starts is ordinary again, so that a film's decoder or a helper never comes first
    /// by inheritance.
    ///
    /// # Errors
    /// When the kernel refuses it: the limit does not allow it, or a control group has no real-time budget.
    pub fn take(self) -> Result<()> {
        if self == Self::Ordinary {
            return Ok(());
        }
        let wanted = libc::sched_param { sched_priority: PRIORITY };
        let class = libc::SCHED_RR | libc::SCHED_RESET_ON_FORK;
        // SAFETY: zero is this thread; the kernel reads one `sched_param` of ours during the call and keeps nothing of it.
        let answer = unsafe { libc::sched_setscheduler(0, class, ptr::from_ref(&wanted)) };
        if answer < 0 { Err(Error::last_os_error()) } else { Ok(()) }
    }
}
