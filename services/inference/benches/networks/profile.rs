//! Where the time goes: the operators of each network, dearest first.

use inference::{DETECTOR, READER};

use crate::{noise, open};

/// A shape in the middle of those that are used, for each network.
const CASES: [(&str, [usize; 4]); 2] = [(DETECTOR, [1, 3, 384, 640]), (READER, [1, 3, 48, 320])];
const RUNS: u32 = 10;
const ROWS: usize = 40;

pub(crate) fn print() {
    for (name, shape) in CASES {
        let network = open(name);
        let values = noise(shape.iter().product());
        let mut rows: Vec<(String, f64)> = Vec::new();
        for run in 0..=RUNS {
            let spent = network.profile(&shape, &values).unwrap();
            if run == 0 {
                rows = spent.into_iter().map(|(operator, _)| (operator, 0.0)).collect();
                continue;
            }
            for (row, (_, spent)) in rows.iter_mut().zip(spent) {
                row.1 += spent.as_secs_f64() * 1e3 / f64::from(RUNS);
            }
        }
        println!("{name} {shape:?}: {:.2} ms", rows.iter().map(|row| row.1).sum::<f64>());
        rows.sort_by(|a, b| b.1.total_cmp(&a.1));
        for (operator, spent) in rows.iter().take(ROWS) {
            println!("{spent:8.3} ms  {operator}");
        }
    }
}
