//! What goes wrong stays with the request that it went wrong for: panics, computations that do not end, callers that
//! leave. A probe does in the place of the engine what an engine must never do.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use api::inference::InferenceError;
use futures_util::StreamExt;
use inference::{Leave, Probe};

use crate::PATIENCE;
use crate::served::{Served, ink};

/// What an interactive caller gives at most.
const INTERACTIVE_MS: u32 = 5_000;

#[tokio::test(flavor = "multi_thread")]
async fn a_panic_takes_down_one_request_and_the_next_is_served() {
    let calls = AtomicUsize::new(0);
    let served = Served::probed(Probe::new(move |_, _| {
        assert!(calls.fetch_add(1, Ordering::Relaxed) != 1, "as a broken engine would");
    }))
    .await;
    let picture = ink();
    assert_eq!(served.read(&picture, 0).await.unwrap().len(), 2);
    let broke = served.read(&picture, 0).await;
    assert!(matches!(broke, Err(InferenceError::NoModel(_))), "{broke:?}");
    assert_eq!(served.read(&picture, 0).await.unwrap().len(), 2, "the engine is loaded anew");
    served.stop().await;
}

/// A gate that a probe waits at.
#[derive(Default)]
struct Gate {
    open: Mutex<bool>,
    changed: Condvar,
    waiting: tokio::sync::Notify,
}

impl Gate {
    /// Waits until it is opened, or the job has no leave any more; tells that it waits.
    fn wait(&self, leave: &Leave) {
        self.waiting.notify_one();
        let mut open = self.open.lock().unwrap();
        while !*open && leave.check().is_ok() {
            open = self.changed.wait_timeout(open, Duration::from_millis(5)).unwrap().0;
        }
    }

    /// Waits until something waits at it.
    async fn reached(&self) {
        let waits = tokio::time::timeout(PATIENCE, self.waiting.notified()).await;
        waits.expect("nothing is computed; are the models there (`cargo xtask assets`)?");
    }

    fn open(&self) {
        *self.open.lock().unwrap() = true;
        self.changed.notify_all();
    }
}

fn gated() -> (Arc<Gate>, Probe) {
    let gate = Arc::new(Gate::default());
    let probe = Probe::new({
        let gate = Arc::clone(&gate);
        move |_, leave| gate.wait(leave)
    });
    (gate, probe)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_computation_that_does_not_end_is_ended_by_its_deadline() {
    let (gate, probe) = gated();
    let served = Served::probed(probe).await;
    let picture = ink();
    for _ in 0..5 {
        let late = served.read(&picture, 300).await;
        assert!(matches!(late, Err(InferenceError::DeadlinePassed(_))), "{late:?}");
    }
    gate.open();
    assert_eq!(served.read(&picture, 0).await.unwrap().len(), 2);
    served.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_caller_that_leaves_frees_what_it_asked_for() {
    let (gate, probe) = gated();
    let served = Served::probed(probe).await;
    let picture = ink();
    // Background work has one thread: while the one who will leave has it, nobody else is served.
    let leaving = served.other().await;
    let fd = api::sealed::seal(picture.pixels()).unwrap();
    let (width, height) = (picture.width() as u32, picture.height() as u32);
    let call = tokio::spawn({
        let leaving = leaving.clone();
        async move { leaving.recognize_text(fd.into(), width, height, width, 0).await }
    });
    gate.reached().await;
    let connection = leaving.inner().connection().clone();
    drop(leaving);
    connection.close().await.unwrap();
    call.abort();
    // Its work ends although the gate is shut, and the next one comes to the gate.
    let next = tokio::time::timeout(PATIENCE, async {
        tokio::join!(served.read(&picture, 0), async {
            gate.reached().await;
            gate.open();
        })
    });
    assert_eq!(next.await.unwrap().0.unwrap().len(), 2);
    served.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_caller_gives_up_what_it_waits_for_and_nobody_elses() {
    let (gate, probe) = gated();
    let served = Served::probed(probe).await;
    let picture = ink();
    let other = served.other().await;
    let fd = api::sealed::seal(picture.pixels()).unwrap();
    let (width, height) = (picture.width() as u32, picture.height() as u32);
    let mut depths = served.caller.receive_queue_depth_changed().await;
    let (mine, theirs, ()) = tokio::join!(
        served.read(&picture, 0),
        other.recognize_text(fd.into(), width, height, width, 0),
        async {
            gate.reached().await;
            // One is being served, the other waits.
            while depths.next().await.unwrap().get().await.unwrap().background == 0 {}
            served.caller.cancel().await.unwrap();
            gate.open();
        }
    );
    assert!(matches!(mine, Err(InferenceError::Cancelled(_))), "{mine:?}");
    assert_eq!(theirs.unwrap().len(), 2);
    served.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn interactive_work_goes_past_what_hangs_in_the_background() {
    let gate = Arc::new(Gate::default());
    let first = AtomicUsize::new(0);
    let served = Served::probed(Probe::new({
        let gate = Arc::clone(&gate);
        move |_, leave| {
            if first.fetch_add(1, Ordering::Relaxed) == 0 {
                gate.wait(leave);
            }
        }
    }))
    .await;
    let picture = ink();
    let (background, interactive) = tokio::join!(served.read(&picture, 0), async {
        gate.reached().await;
        let lines = loop {
            match served.read(&picture, INTERACTIVE_MS).await {
                // A machine with much other work takes longer than a person would wait.
                Err(InferenceError::DeadlinePassed(_)) => {}
                answer => break answer,
            }
        };
        gate.open();
        lines
    });
    assert_eq!((interactive.unwrap().len(), background.unwrap().len()), (2, 2));
    let latencies = served.caller.latencies().await.unwrap();
    let text = latencies.iter().find(|of| of.task == "text").unwrap();
    assert_eq!(text.counts.len(), served.caller.latency_bounds().await.unwrap().len() + 1);
    served.stop().await;
}
