//! Reads the summaries of cargo's test runner and of nextest.

/// Which program's summaries count: nextest shows the output of failed tests, with cargo's summaries in it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Runner {
    /// `cargo test`.
    Cargo,
    /// `cargo nextest run`.
    Nextest,
}

/// How many checks ended well and how many did not.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub(super) struct Count {
    pub(super) passed: u64,
    pub(super) failed: u64,
}

impl Count {
    /// One check.
    pub(super) fn check(&mut self, good: bool) {
        if good {
            self.passed += 1;
        } else {
            self.failed += 1;
        }
    }

    /// The sum of both.
    pub(super) fn add(&mut self, other: &Self) {
        self.passed += other.passed;
        self.failed += other.failed;
    }

    /// Takes a line of a runner's output: summaries count, all else is nothing.
    ///
    /// cargo: `test result: ok. 3 passed; 0 failed; ...`. nextest:
    /// `Summary [ 1.2s] 5 tests run: 3 passed (1 slow), 1 failed, 1 timed out, 2 skipped`.
    pub(super) fn read(&mut self, line: &str, runner: Runner) {
        let (front, before) = match runner {
            Runner::Cargo => ("test result: ", ". "),
            Runner::Nextest => ("Summary [", " run: "),
        };
        let summary = line.trim_start().strip_prefix(front);
        let parts = summary.and_then(|rest| rest.split_once(before)).map(|(_, parts)| parts);
        for part in parts.unwrap_or_default().split([',', ';']) {
            let mut words = part.split_whitespace();
            let Some(Ok(number)) = words.next().map(str::parse::<u64>) else { continue };
            match words.next() {
                Some("passed") => self.passed += number,
                Some("failed" | "timed" | "exec") => self.failed += number,
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests;
