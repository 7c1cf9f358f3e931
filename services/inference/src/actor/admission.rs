//! Who is let in: nobody whose task cannot be done, nobody who cannot be in time by what was measured, nobody for whom
//! there is no room; each is told at once, with what to expect.

use std::time::{Duration, Instant};

use super::{Actor, FOREGROUND, refuse};
use crate::desk::Ask;
use crate::refusal::Refusal;
use crate::scheduler::{Away, Class, Waiting};
use crate::shelf::Need;

/// A hint for those who find a class full, where it is not known how long its work takes.
const AGAIN: Duration = Duration::from_millis(200);

impl Actor {
    pub(super) fn admit(&mut self, ask: Ask, now: Instant) {
        let (task, class, deadline) = (ask.work.task(), ask.asker.class, ask.asker.deadline);
        if let Need::Refuse(reason) = self.shelf.need(task, now) {
            return refuse(ask, Refusal::NoModel(reason));
        }
        let before = self.wait(class, now);
        if let Some(own) = self.times.typical(task, ask.work.size(), now) {
            // Of live work a caller's newest takes the place of an older one, so only its own time counts.
            let takes = if class == Class::Live { own } else { before + own };
            if now + takes > deadline {
                return refuse(ask, Refusal::CannotBeInTime { takes });
            }
        }
        let waiting = Waiting { class, client: ask.asker.client.clone(), task, deadline, work: ask };
        match self.queue.push(waiting) {
            None => {}
            Some(Away::Full(ask)) => {
                let again = if before.is_zero() { AGAIN } else { before };
                refuse(ask, Refusal::Busy { again });
            }
            Some(Away::Overtaken(ask)) => refuse(ask, Refusal::Cancelled),
        }
    }

    /// How long what waits in front of a newcomer will take, as far as that was measured.
    fn wait(&self, class: Class, now: Instant) -> Duration {
        let ahead = self.queue.waiting().filter(|waiting| waiting.class <= class);
        let known = ahead.filter_map(|waiting| {
            let work = &waiting.work.work;
            self.times.typical(work.task(), work.size(), now)
        });
        let workers = if class == Class::Background { 1 } else { FOREGROUND };
        known.sum::<Duration>() / u32::try_from(workers).unwrap_or(1)
    }
}
