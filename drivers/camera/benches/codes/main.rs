//! The decoders beside each other, the age of live frames, and the long run for wrong reads: `cargo xtask bench codes`.

// A benchmark that cannot go on says where; and printing is what it is for.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

mod live;
mod presentations;
mod still;
mod wrong;

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

const USE: &str = "\
codes still FOLDER FILE    every picture of the folder by our decoders, as lines in the file
codes blank FOLDER         pictures without a code, into the folder
codes live SECONDS         frames that carry their own time, through real pipelines
codes frames N             frames near the limit, counted for wrong reads";

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words[..] {
        ["still", folder, file] => still::read(&PathBuf::from(folder), &PathBuf::from(file)),
        ["blank", folder] => still::blank(&PathBuf::from(folder)),
        ["live", seconds] => live::run(Duration::from_secs(seconds.parse().expect("whole seconds"))),
        ["frames", frames] => return wrong::run(frames.parse().expect("a number of frames")),
        _ => {
            println!("{USE}");
            return ExitCode::from(2);
        }
    }
    ExitCode::SUCCESS
}
