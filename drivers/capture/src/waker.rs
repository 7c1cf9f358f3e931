//! What ends an owner's wait from another thread.

use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

/// Makes an input's owner look up from its wait, from any thread.
#[derive(Clone, Debug, Default)]
pub struct Waker(Arc<Call>);

#[derive(Debug, Default)]
struct Call {
    called: Mutex<bool>,
    changed: Condvar,
}

impl Waker {
    /// Ends the owner's wait now, or its next one. An input that is lost is tried again at once: call it too when the
    /// input may be back, such as after [`Change::Came`](crate::Change::Came).
    pub fn wake(&self) {
        *self.0.called.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.0.changed.notify_all();
    }

    /// Waits, so long at most; whether it was called, which is then forgotten.
    pub(crate) fn wait(&self, most: Duration) -> bool {
        let called = self.0.called.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self.0.changed.wait_timeout_while(called, most, |called| !*called);
        let (mut called, _) = waited.unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut *called)
    }
}

#[cfg(test)]
mod tests {
    //! A call ends one wait, whichever comes first.
    use super::*;

    /// No test waits so long.
    const LONG: Duration = Duration::from_secs(3600);

    #[test]
    fn a_call_before_the_wait_ends_it_and_is_forgotten() {
        let waker = Waker::default();
        waker.wake();
        waker.wake();
        assert!(waker.wait(LONG));
        assert!(!waker.wait(Duration::ZERO));
    }

    #[test]
    fn a_call_ends_a_wait_of_another_thread() {
        let waker = Waker::default();
        let waiting = std::thread::spawn({
            let waker = waker.clone();
            move || waker.wait(LONG)
        });
        waker.wake();
        assert!(waiting.join().unwrap());
    }
}
