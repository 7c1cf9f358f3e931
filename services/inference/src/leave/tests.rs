//! Ends by the clock, by being cancelled; waits while the way is taken.

use std::sync::mpsc;
use std::time::Duration;

use super::*;

const LONG: Duration = Duration::from_secs(3600);

#[test]
fn it_ends_by_the_clock_or_by_being_cancelled() {
    assert_eq!(Leave::until(Instant::now()).check(), Err(Stopped::DeadlinePassed));
    let leave = Leave::until(Instant::now() + LONG);
    let same = leave.clone();
    assert_eq!(same.check(), Ok(()));
    leave.cancel();
    assert_eq!(same.check(), Err(Stopped::Cancelled));
}

#[test]
fn background_work_waits_until_the_way_is_free() {
    let way = Arc::new(Way::default());
    way.set(true);
    let leave = Leave::until(Instant::now() + LONG).behind(Arc::clone(&way));
    let (passed, when) = mpsc::channel();
    let waiting = std::thread::spawn(move || passed.send(leave.check()));
    assert_eq!(when.try_recv(), Err(mpsc::TryRecvError::Empty));
    way.set(false);
    assert_eq!(when.recv(), Ok(Ok(())));
    waiting.join().unwrap().unwrap();
}

#[test]
fn whoever_waits_is_still_ended_by_the_clock_and_by_being_cancelled() {
    let way = Arc::new(Way::default());
    way.set(true);
    let short = Leave::until(Instant::now() + Duration::from_millis(1)).behind(Arc::clone(&way));
    assert_eq!(short.check(), Err(Stopped::DeadlinePassed));
    let leave = Leave::until(Instant::now() + LONG).behind(way);
    let waiting = std::thread::spawn({
        let leave = leave.clone();
        move || leave.check()
    });
    leave.cancel();
    assert_eq!(waiting.join().unwrap(), Err(Stopped::Cancelled));
}
