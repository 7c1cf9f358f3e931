//! How long requests take, pure: a histogram for each task, and what requests of about the same size have lately
//! taken, by which a request that cannot be in time is refused at once.

use std::collections::{BTreeMap, VecDeque};
use std::time::{Duration, Instant};

use crate::work::Task;

/// Upper bounds of the histogram's buckets in milliseconds; what took longer is in one more.
pub(crate) const BOUNDS_MS: [u32; 12] = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000];
/// So many of the last times are remembered for each size; the middle one of them is what such a request takes.
const REMEMBERED: usize = 15;
/// Fewer say nothing.
const ENOUGH: usize = 5;
/// What was measured longer ago says nothing of now: then the machine may have had other work too. It also lets a task
/// whose requests are all refused be tried again.
const RECENT: Duration = Duration::from_secs(30);

/// Counts of requests by how long they took from arrival to answer.
pub(crate) type Histogram = [u64; BOUNDS_MS.len() + 1];

/// See the module.
#[derive(Debug, Default)]
pub(crate) struct Times {
    histograms: BTreeMap<Task, Histogram>,
    recent: BTreeMap<(Task, u32), VecDeque<(Instant, Duration)>>,
}

impl Times {
    /// An answer was given `latency` after its request arrived.
    pub(crate) fn answered(&mut self, task: Task, latency: Duration) {
        let at = BOUNDS_MS
            .iter()
            .position(|bound| latency <= Duration::from_millis((*bound).into()))
            .unwrap_or(BOUNDS_MS.len());
        let histogram = self.histograms.entry(task).or_default();
        histogram[at] = histogram[at].saturating_add(1);
    }

    /// A worker took so long for a request of that size.
    pub(crate) fn took(&mut self, task: Task, size: usize, took: Duration, now: Instant) {
        let recent = self.recent.entry((task, scale(size))).or_default();
        if recent.len() >= REMEMBERED {
            recent.pop_front();
        }
        recent.push_back((now, took));
    }

    /// What a request of that size takes of a worker's time; nothing where it is not known.
    pub(crate) fn typical(&self, task: Task, size: usize, now: Instant) -> Option<Duration> {
        let recent = self.recent.get(&(task, scale(size)))?;
        let fresh = recent.iter().filter(|(at, _)| now.saturating_duration_since(*at) <= RECENT);
        let mut times: Vec<Duration> = fresh.map(|(_, took)| *took).collect();
        if times.len() < ENOUGH {
            return None;
        }
        let middle = times.len() / 2;
        Some(*times.select_nth_unstable(middle).1)
    }

    /// The histogram of a task; all zero where nothing was asked.
    pub(crate) fn histogram(&self, task: Task) -> Histogram {
        self.histograms.get(&task).copied().unwrap_or_default()
    }
}

/// Sizes of the same power of two take about the same time.
fn scale(size: usize) -> u32 {
    size.checked_ilog2().unwrap_or(0)
}

#[cfg(test)]
mod tests;
