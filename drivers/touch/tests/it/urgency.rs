//! Whose turn it is, as the kernel tells it of a thread.

use std::fs;
use std::thread;

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use touch::Urgency;

/// `SCHED_OTHER` and `SCHED_RR` with a priority of one, as `/proc` tells them (proc_pid_stat(5), fields 40 and 41).
const ORDINARY: (u32, u32) = (0, 0);
const FIRST: (u32, u32) = (1, 2);

fn of_this_thread() -> (u32, u32) {
    let told = fs::read_to_string("/proc/thread-self/stat").unwrap();
    let after_name = told.rsplit_once(')').unwrap().1;
    let field = |at: usize| after_name.split_whitespace().nth(at - 3).unwrap().parse().unwrap();
    (field(40), field(41))
}

#[test]
fn a_thread_comes_first_only_where_its_unit_allows_it_and_what_it_starts_does_not() {
    let before = getrlimit(Resource::Rtprio);
    setrlimit(Resource::Rtprio, Rlimit { current: Some(0), ..before }).unwrap();
    assert_eq!(Urgency::allowed(), Urgency::Ordinary);
    if setrlimit(Resource::Rtprio, Rlimit { current: Some(1), maximum: before.maximum.max(Some(1)) }).is_ok()
    {
        assert_eq!(Urgency::allowed(), Urgency::First);
    }

    let of = |turn: Urgency| {
        let work =
            move || (turn.take().is_ok(), of_this_thread(), thread::spawn(of_this_thread).join().unwrap());
        thread::spawn(work).join().unwrap()
    };
    assert_eq!(of(Urgency::Ordinary), (true, ORDINARY, ORDINARY));
    // Who may not, and says so, stays ordinary: a person's own computer, or a control group without a budget.
    let (took, own, child) = of(Urgency::First);
    assert_eq!((own, child), (if took { FIRST } else { ORDINARY }, ORDINARY));
}
