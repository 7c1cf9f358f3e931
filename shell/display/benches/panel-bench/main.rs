//! What the board's ink path reaches, beside its gates: latency from event to pixel, pixels touched, memory, disk,
//! undo, palm, idle wake-ups, instructions a point.
//!
//! `cargo xtask bench board [--quick]`. Built with the `dev` profile, in which ink, board, display and touch are
//! compiled with optimisation; times are milliseconds, and the machine's load stands beside them.
//!
//! - *Live* cases (L2, L3, B1, D1) are a process each: kernel events through a FIFO, the touch thread, the display
//!   thread, the framebuffer in memory; the clock starts before the scan is written and stops when its picture is
//!   complete. The UI thread meanwhile is idle, animates a surface, or stands still for 500 ms at a time.
//! - *Inside* cases (L1, R1, U1, E1, D2, I1) drive the same engine frame by frame in one thread.
//!
//! The boards written on are journals that the same ink path made (`boards`), the recordings are generated
//! (`recording`), and both are the same on every machine.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout)] // a measurement ends where something is not as it must be

mod boards;
mod gates;
mod inside;
mod live;
mod measure;
mod plan;
mod recording;
mod rivals;
#[path = "../../src/test_font.rs"]
mod test_font;

use std::path::{Path, PathBuf};

use boards::Preload;
use rivals::{Wish, ours};

/// Where boards are kept between runs.
fn kept() -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("panel-bench");
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

const USAGE: &str = "panel-bench [--quick]       the whole table, or the part of it that two minutes allow
panel-bench rivals WEB [--quick] [--size WxH] [--only NAME]
                            beside other boards on a virtual display; WEB: the folder of their bundled pages";

fn main() {
    // Cargo adds a word of its own.
    let words: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words[..] {
        [] => plan::run(&kept(), false),
        ["--quick"] => plan::run(&kept(), true),
        ["rivals", web, ref rest @ ..] => rivals::run(&wish(web.as_ref(), rest), &kept()),
        // The words of its own children.
        ["bare", size] => ours::bare(plan::size(size)),
        ["window", size, strokes] => {
            let folder = tempfile::tempdir_in(kept()).unwrap();
            boards::copy(&kept(), Preload::Page(number(strokes)), folder.path());
            ours::window(plan::size(size), folder.path());
        }
        ["live", size, preload, ui, seconds, ref contacts @ ..] => {
            let case = live::Case {
                size: plan::size(size),
                preload: Preload::Page(number(preload)),
                contacts: contacts.iter().map(|word| number(word)).collect(),
                ui: live::Ui::named(ui).expect("an UI of ours"),
                seconds: seconds.parse().expect("seconds"),
            };
            plan::live_child(&case, &kept());
        }
        ["inside", size, preload, scans] => {
            plan::inside(plan::size(size), number(preload), number(scans) as u64, &kept());
        }
        ["palm", size] => plan::palm(plan::size(size), &kept()),
        ["points", count] => inside::points(number(count) as u64, &kept()),
        _ => println!("{USAGE}"),
    }
}

fn number(word: &str) -> usize {
    word.parse().expect("a whole number")
}

fn wish<'a>(web: &'a Path, words: &[&'a str]) -> Wish<'a> {
    let mut wish = Wish { quick: false, size: (1920, 1080), only: None, web };
    let mut words = words.iter();
    while let Some(word) = words.next() {
        match *word {
            "--quick" => wish.quick = true,
            "--size" => wish.size = plan::size(words.next().expect("--size WIDTHxHEIGHT")),
            "--only" => wish.only = words.next().copied(),
            other => panic!("no option `{other}`\n{USAGE}"),
        }
    }
    wish
}
