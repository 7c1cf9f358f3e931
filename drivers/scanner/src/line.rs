//! One open device: reads what is there, and hands on what it meant.

use std::path::PathBuf;
use std::time::Instant;

use rustix::fd::{AsFd, BorrowedFd, OwnedFd};
use rustix::io::Errno;

use crate::code::Code;
use crate::decoding::{Decoded, Decoding};
use crate::error::{Fault, Missing};
use crate::scanner::{Bay, Opened};

/// The most that one read takes: a terminal's whole buffer, some hundred key events, any report of a scanner.
const READ_MAX: usize = 4096;
/// Reports that hidraw keeps until they are read: its ring has 64 places (HIDRAW_BUFFER_SIZE of `linux/hidraw.h`), one
/// stays free. A further one is dropped, and the only trace of that is that so many are there at once.
const REPORTS_KEPT: usize = 63;

/// An open gun, or a keyboard that may be one.
#[derive(Debug)]
pub(crate) struct Line {
    place: PathBuf,
    fd: OwnedFd,
    decoding: Decoding,
    /// Taken for ourselves, so that its keys reach no text field.
    claimed: bool,
}

impl Line {
    pub(crate) fn new(opened: Opened, now: Instant) -> Self {
        let Opened { place, fd, manner, suffix, prefix, proven } = opened;
        let decoding = Decoding::new(manner, suffix, prefix, proven, now);
        Self { place, fd, decoding, claimed: proven }
    }

    pub(crate) fn place(&self) -> &PathBuf {
        &self.place
    }

    pub(crate) fn is_proven(&self) -> bool {
        self.decoding.is_proven()
    }

    pub(crate) fn is_ready(&self) -> bool {
        self.decoding.is_proven() && self.decoding.is_settled()
    }

    pub(crate) fn deadline(&self) -> Option<Instant> {
        self.decoding.deadline()
    }

    /// Reads once, or all reports that wait. A line that has hung up and has nothing left is unplugged.
    pub(crate) fn read(
        &mut self,
        bay: &mut dyn Bay,
        hung_up: bool,
        now: Instant,
        told: &mut Vec<Result<Code, Fault>>,
    ) -> Result<(), Missing> {
        let reports = self.decoding.takes_reports();
        let mut left = if reports { REPORTS_KEPT } else { 1 };
        while left > 0 && self.read_once(bay, hung_up, now, told)? {
            left -= 1;
        }
        if reports && left == 0 {
            self.decoding.overrun(now);
        }
        self.claim(bay)
    }

    /// Answers whether anything was there.
    fn read_once(
        &mut self,
        bay: &mut dyn Bay,
        hung_up: bool,
        now: Instant,
        told: &mut Vec<Result<Code, Fault>>,
    ) -> Result<bool, Missing> {
        let mut bytes = [0; READ_MAX];
        let count = match rustix::io::read(&self.fd, &mut bytes) {
            Ok(0) => return Err(Missing::Unplugged),
            Ok(count) => count,
            Err(Errno::AGAIN) if hung_up => return Err(Missing::Unplugged),
            Err(Errno::AGAIN | Errno::INTR) => return Ok(false),
            Err(error) => {
                tracing::debug!(%error, "the scanner's line failed");
                return Err(Missing::Unplugged);
            }
        };
        for decoded in self.decoding.feed(&bytes[..count], now) {
            match decoded {
                Decoded::Told(code) => told.push(code),
                Decoded::AskKeys => self.decoding.hold(&bay.keys_down(self.fd.as_fd())),
            }
        }
        Ok(true)
    }

    /// Nothing was there to read at `now`.
    pub(crate) fn idle(
        &mut self,
        bay: &mut dyn Bay,
        now: Instant,
    ) -> Result<Option<Result<Code, Fault>>, Missing> {
        let told = self.decoding.idle(now);
        self.claim(bay)?;
        Ok(told)
    }

    /// A keyboard that has just proved to be a gun is ours from now on.
    fn claim(&mut self, bay: &mut dyn Bay) -> Result<(), Missing> {
        if self.decoding.is_proven() && !self.claimed {
            bay.claim(self.fd.as_fd())?;
            self.claimed = true;
            tracing::info!("a keyboard types as no person does and is taken for a scanner");
        }
        Ok(())
    }
}

impl AsFd for Line {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.fd.as_fd()
    }
}
