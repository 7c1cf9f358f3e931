//! The touch source `any`: every panel and pen of the machine, plugged in before or after the start, each on a thread of
//! its own.

use crate::touch_thread::{Reader, TouchThread};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use touch::{Finder, Waker};

/// Only the waker or a panel cut the wait short, so it may be long.
const LISTEN: Duration = Duration::from_secs(3600);
/// A thread ends as soon as its panel is pulled out, and within a second if another program holds the panel.
const SETTLE: Duration = Duration::from_secs(2);
/// Between two looks at that.
const LOOK: Duration = Duration::from_millis(5);
/// Numbers of found panels begin here, beyond those of configured sources.
const FIRST: usize = 1 << 16;
/// Panels that are remembered by name: a hundred plugged into one screen over its life are more than it will see.
const REMEMBERED: usize = 100;

/// Starts a thread for each panel that is found, until the waker is woken.
pub(crate) fn run(by: Reader) {
    let mut threads: Vec<(PathBuf, TouchThread)> = Vec::new();
    // Which panel has which number: one that comes back ends its own absence, not another's.
    let mut keys: Vec<String> = Vec::new();
    let mut finder = match Finder::new(by.waker.clone()) {
        Ok(finder) => finder,
        Err(error) => return tracing::error!(%error, "no panel can be found"),
    };
    loop {
        match finder.next(LISTEN) {
            Ok(Some(found)) => {
                settle(&threads, &found.spec.path, &by.waker);
                reap(&mut threads);
                let key = found.description.key() + " " + &found.description.name;
                let known = keys.iter().position(|known| *known == key);
                let number = known.unwrap_or(keys.len()) + FIRST;
                if known.is_none() && keys.len() < REMEMBERED {
                    keys.push(key);
                }
                let path = found.spec.path.clone();
                match TouchThread::found(number, known.is_some(), found.spec, &by) {
                    Ok(thread) => threads.push((path, thread)),
                    Err(error) => tracing::error!(%error, "a panel gets no thread"),
                }
            }
            Ok(None) if by.waker.wait(Duration::ZERO) => break,
            Ok(None) => {}
            Err(error) => {
                tracing::error!(%error, "panels are found no longer");
                break;
            }
        }
    }
    threads.iter().for_each(|(_, thread)| thread.wake());
    threads.into_iter().for_each(|(_, thread)| thread.join());
}

/// Waits until the threads of panels that have gone have said so: a return must not be told before its loss.
fn settle(threads: &[(PathBuf, TouchThread)], found: &Path, waker: &Waker) {
    let until = Instant::now() + SETTLE;
    let gone = |path: &Path| path == found || !path.exists();
    while threads.iter().any(|(path, thread)| gone(path) && !thread.has_ended()) && Instant::now() < until {
        if waker.wait(LOOK) {
            return;
        }
    }
}

/// Takes the threads of panels that have gone out of the list.
fn reap(threads: &mut Vec<(PathBuf, TouchThread)>) {
    for at in (0..threads.len()).rev() {
        if threads[at].1.has_ended() {
            threads.swap_remove(at).1.join();
        }
    }
}
