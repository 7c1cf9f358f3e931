//! The summaries that the runners print, word for word.

use super::Runner::{Cargo, Nextest};
use super::{Count, Runner};

#[test]
fn summaries_count_and_nothing_else_does() {
    for (line, passed, failed) in [
        ("     Summary [   4.123s] 12 tests run: 12 passed (1 slow), 3 skipped", 12, 0),
        ("     Summary [   0.010s] 1 test run: 1 passed, 0 skipped", 1, 0),
        (
            "     Summary [   9.9s] 10/12 tests run: 7 passed (2 slow, 1 leaky), 1 failed, 2 timed out, 2 skipped",
            7,
            3,
        ),
        ("     Summary [   9.9s] 3 tests run: 1 passed, 1 exec failed, 1 failed, 0 skipped", 1, 2),
        (
            "test result: ok. 31 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.02s",
            31,
            0,
        ),
        ("test result: FAILED. 2 passed; 5 failed; 0 ignored; 0 measured; 0 filtered out", 2, 5),
        ("running 31 tests", 0, 0),
        ("the payer passed 3 passed, 4 failed", 0, 0),
    ] {
        let mut count = Count::default();
        let runner: Runner = if line.contains("Summary") { Nextest } else { Cargo };
        count.read(line, runner);
        assert_eq!(count, Count { passed, failed }, "{line}");
    }
    // The output of a failed test, as nextest shows it, is no summary.
    let mut count = Count::default();
    count.read("    test result: FAILED. 0 passed; 1 failed; 0 ignored", Nextest);
    assert_eq!(count, Count::default());
}
