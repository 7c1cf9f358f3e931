//! The long run for wrong reads.

use std::process::ExitCode;
use std::time::Instant;

use crate::presentations::{FRAMES_EACH, Tally, present};

impl Tally {
    fn add(&mut self, other: &Self) {
        self.frames += other.frames;
        for (mine, theirs) in [
            (&mut self.presented, other.presented),
            (&mut self.right, other.right),
            (&mut self.wrong, other.wrong),
        ] {
            mine.iter_mut().zip(theirs).for_each(|(mine, theirs)| *mine += theirs);
        }
    }
}

/// Presents until so many frames were looked at, on every core, and says what came of it.
pub(crate) fn run(frames: u64) -> ExitCode {
    let workers = std::thread::available_parallelism().map_or(1, usize::from) as u64;
    let all = frames.div_ceil(FRAMES_EACH);
    let began = Instant::now();
    let tallies: Vec<Tally> = std::thread::scope(|scope| {
        let work = |worker: u64| {
            let mut tally = Tally::default();
            for seed in (worker..all).step_by(workers as usize) {
                let one = present(seed);
                if one.wrong != [0; 2] {
                    println!("seed {seed}: a wrong code was told");
                }
                tally.add(&one);
            }
            tally
        };
        let threads: Vec<_> = (0..workers).map(|worker| scope.spawn(move || work(worker))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    let mut total = Tally::default();
    tallies.iter().for_each(|tally| total.add(tally));
    println!("{} frames near the limit in {:.0} s", total.frames, began.elapsed().as_secs_f32());
    println!("{:10} {:>10} {:>10} {:>7} {:>6}", "", "presented", "read", "%", "wrong");
    for (kind, name) in ["QR code", "Code 128"].into_iter().enumerate() {
        let (presented, right) = (total.presented[kind], total.right[kind]);
        let percent = right as f64 * 100.0 / presented.max(1) as f64;
        println!("{name:10} {presented:>10} {right:>10} {percent:>7.1} {:>6}", total.wrong[kind]);
    }
    if total.wrong == [0; 2] { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
