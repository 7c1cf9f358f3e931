//! All pieces are done once, in order, by whoever helps; errors, panics and passed deadlines end the job.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use super::*;
use crate::leave::Stopped;

const LONG: Duration = Duration::from_secs(3600);

fn alone() -> Leave {
    Leave::until(Instant::now() + LONG)
}

/// Leave with so many threads that help at once.
fn helped(threads: usize) -> Leave {
    alone().with_helpers(Arc::new(move |help: Help| {
        for _ in 0..threads {
            let help = Arc::clone(&help);
            thread::spawn(move || help());
        }
    }))
}

#[test]
fn answers_come_in_order_whoever_gave_them() {
    for leave in [alone(), helped(0), helped(1), helped(4)] {
        let doubled = spread((0..200).collect(), &leave, |piece: &u64, _| Ok(piece * 2)).unwrap();
        assert_eq!(doubled, (0..200).map(|piece| piece * 2).collect::<Vec<_>>());
    }
    assert!(spread(Vec::new(), &helped(1), |piece: &u64, _| Ok(*piece)).unwrap().is_empty());
}

#[test]
fn two_do_pieces_at_the_same_time() {
    // Each of two pieces is done only when the other has begun.
    let (to_second, first_began) = mpsc::channel();
    let (to_first, second_began) = mpsc::channel();
    let ends = [Mutex::new((to_second, second_began)), Mutex::new((to_first, first_began))];
    let meet = move |piece: &usize, _: &Leave| {
        let end = ends[*piece].lock().unwrap();
        end.0.send(()).unwrap();
        end.1.recv().unwrap();
        Ok(())
    };
    assert_eq!(spread(vec![0, 1], &helped(1), meet).unwrap().len(), 2);
}

#[test]
fn an_error_ends_it_and_what_was_not_begun_is_not_begun() {
    for (leave, others) in [(alone(), false), (helped(0), false), (helped(3), true)] {
        let begun = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&begun);
        let outcome = spread((0..10_000).collect(), &leave, move |piece: &u64, _| {
            count.fetch_add(1, Ordering::Relaxed);
            if *piece == 0 { Err(Stopped::Cancelled.into()) } else { Ok(()) }
        });
        assert!(matches!(outcome, Err(ModelError::Stopped(Stopped::Cancelled))));
        assert!(others || begun.load(Ordering::Relaxed) == 1);
    }
}

#[test]
fn a_panic_in_a_piece_is_the_jobs() {
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        spread(vec![0, 1, 2, 3], &helped(2), |piece: &u64, _| {
            assert!(*piece != 2, "as a broken engine would");
            Ok(())
        })
    }));
    assert!(outcome.is_err());
}

#[test]
fn every_piece_sees_the_leave() {
    let leave = helped(1);
    leave.cancel();
    let outcome = spread(vec![0, 1], &leave, |_: &u64, leave| Ok(leave.check()?));
    assert!(matches!(outcome, Err(ModelError::Stopped(Stopped::Cancelled))));
}
