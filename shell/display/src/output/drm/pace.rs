//! When to flip: as late as the screen's next refresh allows, so that the newest ink is in it. Pure; the times are
//! microseconds on the clock that the kernel stamps its flips with.

/// A flip is handed over so long before the refresh it is meant for, at first: room for the system call and for a
/// thread that is woken late.
const LEAD_US: u64 = 2_000;
/// One missed refresh lengthens the lead by this, up to half a period.
const LEAD_STEP_US: u64 = 500;
/// After so many refreshes met in a row the lead is shortened again by a fifth of a step: ten seconds at 60 Hz.
const STREAK: u32 = 600;
/// A refresh that was seen longer ago says nothing about the next: clocks of panels differ from ours by 100 ppm or so,
/// and a screen may have been asleep.
const PHASE_GOOD_US: u64 = 1_000_000;
/// Screens between 10 and 1,000 Hz; what a driver says beyond is a mistake.
const PERIODS_US: std::ops::RangeInclusive<u64> = 1_000..=100_000;
/// What is assumed then.
const PERIOD_US: u64 = 16_667;

#[derive(Debug)]
pub(crate) struct Pace {
    period_us: u64,
    lead_us: u64,
    /// When the last flip showed.
    seen_us: Option<u64>,
    /// The refresh that the flip on its way is meant for.
    aim_us: Option<u64>,
    /// When the flip that waits must be handed over.
    due_us: Option<u64>,
    streak: u32,
}

impl Pace {
    /// For a screen that refreshes every `period_us`.
    pub(crate) fn new(period_us: u64) -> Self {
        let period_us = if PERIODS_US.contains(&period_us) { period_us } else { PERIOD_US };
        let lead_us = LEAD_US.min(period_us / 4);
        Self { period_us, lead_us, seen_us: None, aim_us: None, due_us: None, streak: 0 }
    }

    /// Something waits to be flipped. The first call decides when; until the flip is sent, more calls change nothing,
    /// so that a stream of changes cannot put it off for ever.
    pub(crate) fn want(&mut self, now_us: u64) {
        if self.due_us.is_some() {
            return;
        }
        let fresh = self.seen_us.filter(|seen| now_us.saturating_sub(*seen) <= PHASE_GOOD_US);
        self.due_us = Some(match fresh {
            None => now_us,
            Some(seen) => {
                let past = (now_us + self.lead_us).saturating_sub(seen);
                let refresh = seen + past.div_ceil(self.period_us).max(1) * self.period_us;
                self.aim_us = Some(refresh);
                refresh - self.lead_us
            }
        });
    }

    /// When the waiting flip must be handed over, if one waits.
    pub(crate) fn due_us(&self) -> Option<u64> {
        self.due_us
    }

    /// It was handed over.
    pub(crate) fn sent(&mut self) {
        self.due_us = None;
    }

    /// The driver was not ready: try again then.
    pub(crate) fn again(&mut self, at_us: u64) {
        self.due_us = Some(at_us);
    }

    /// The flip has shown, at this time.
    pub(crate) fn flipped(&mut self, at_us: u64) {
        self.seen_us = Some(at_us);
        let Some(aim) = self.aim_us.take() else { return };
        if at_us > aim + self.period_us / 2 {
            self.streak = 0;
            self.lead_us = (self.lead_us + LEAD_STEP_US).min(self.period_us / 2);
        } else {
            self.streak += 1;
            if self.streak == STREAK {
                self.streak = 0;
                let least = LEAD_US.min(self.period_us / 4);
                self.lead_us = (self.lead_us - LEAD_STEP_US / 5).max(least);
            }
        }
    }
}
