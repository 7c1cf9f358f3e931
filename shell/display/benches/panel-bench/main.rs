//! What the board's ink path reaches, beside its gates: latency from event to pixel, pixels touched, memory, disk,
//! undo, palm, idle wake-ups, instructions a point.
//!
//! `cargo xtask bench board [--quick]`. Built with the `dev` profile, in which ink, board, display and touch are
//! compiled with optimisation; times are milliseconds, and the machine's load stands beside them.
//!
//! - *Live* cases (L2, L3, B1, D1) are a process each: kernel events through a FIFO, the touch thread, the display
//!   thread, the framebuffer in memory; the clock starts before the scan is written and stops when its picture is
//!   complete. The UI thread meanwhile is idle, animates a surface, or stands still for 500 ms at a time.
//!   Z1 moves a view by buttons and by fingers on the same path.
//! - *Inside* cases (L1, R1, U1, E1, D2, I1) drive the same engine frame by frame in one thread. A1, blocks of memory
//!   asked for a point, and I1 are differences of two runs under valgrind.
//!
//! The boards written on are journals that the same ink path made (`boards`), the recordings are generated
//! (`recording`), and both are the same on every machine.
//!
//! What is printed are the tables as they stand below, in Markdown.
//!
//! # What was measured
//!
//! ## Before the rewrite
//!
//! 29 November 2026, two cores of an AMD EPYC shared with builds and tests (load 4 to 6), the engine before its
//! rewrite, `cargo xtask bench board --quick`; p50 / p99 in ms. At this load a p99 above 3 ms is a time slice of
//! somebody else: take the p50, and measure again on a quiet machine.
//!
//! | case | 1920x1080, 0 strokes | 100,000 | 3840x2160, 0 strokes | 100,000 |
//! |---|---|---|---|---|
//! | inside, 1 contact | 0.014 / 0.10 | 0.014 / 0.03 | 0.030 / 0.08 | 0.037 / 0.10 |
//! | inside, 10 contacts | 0.144 / 4.2 | 0.148 / 4.2 | 0.319 / 4.7 | 0.313 / 4.5 |
//! | live, 1 contact | 0.051 / 0.13 | 0.056 / 21 | 0.031 / 0.08 | 0.026 / 0.05 |
//! | live, 10 contacts | 0.215 / 0.47 | 0.224 / 1.2 | 0.400 / 0.87 | 0.353 / 0.91 |
//! | live, 40 contacts | 1.11 / 6.2 | 1.37 / 11 | 1.62 / 7.9 | 1.43 / 3.7 |
//! | live, 10, UI blocked | 0.199 / 0.74 | 0.245 / 27 | 0.372 / 55 | 0.339 / 1.9 |
//! | live, 40, UI blocked | 1.03 / 6.1 | 1.34 / 20 | 1.25 / 7.7 | 1.40 / 5.2 |
//!
//! No point of 56,632 was lost; an idle board woke nobody. R1 2.6 (1 contact), 1.9 (10). U1 33 / 73 ms. D1 14 s at
//! 1920x1080, 26 s at 3840x2160. D2 446 bytes, one write, one sync. M1 2.3 and 2.8 kB. E1 603 / 4,620 ms. I1 235
//! thousand instructions, everything from the kernel's event to the framebuffer included.
//!
//! Beside others, `cargo xtask bench rivals --quick`, 1920x1080, the same day, load 4.5 to 7; p50 / p99 in ms:
//!
//! | board | strokes | sparse (30 ms) | pen rate (4 ms) | MiB |
//! |---|---|---|---|---|
//! | bare X11 client (the floor) | 0 | 0.27 / 0.36 | 0.15 / 8.0 | 7 |
//! | Dais | 0 | 0.44 / 53 | 0.33 / 0.54 | 30 |
//! | Dais | 10,000 | 0.42 / 4.0 | 0.32 / 3.1 | 61 |
//! | Dais | 100,000 | 0.45 / 7.8 | 0.38 / 4.2 | 249 |
//! | OpenBoard 1.6.4 | 0 | 0.71 / 15 | 0.61 / 16 | 191 |
//! | Xournal++ 1.1.3 | 0 | 1.05 / 22 | 12.2 / 26 | 126 |
//! | Xournal++ 1.1.3 | 1,000 | 1.20 / 30 | 12.1 / 28 | 135 |
//! | tldraw 5.4.2 | 0 | 24.7 / 53 | 28.0 / 60 | 1,079 |
//! | Excalidraw 0.18.1 | 0 | 38.0 / 58 | 40.0 / 71 | 1,156 |
//!
//! ## The engine as it is
//!
//! 29 November 2026, 09:30 to 09:42, the same two cores under a load of 7 to 8.4 (other builds and tests), a pen-up that
//! lays its ink instead of drawing its tiles again; p50 / p99 in ms. At this load nearly every p99 above 3 ms is
//! somebody else's time slice.
//!
//! | case | 1920x1080, 0 strokes | 1920x1080, 100000 strokes | 3840x2160, 0 strokes | 3840x2160, 100000 strokes |
//! |---|---|---|---|---|
//! | inside, 1 contact | 0.005 / 0.02 | 0.004 / 0.02 | 0.006 / 0.04 | 0.006 / 0.02 |
//! | inside, 10 contacts | 0.039 / 5.17 | 0.037 / 8.17 | 0.053 / 10.75 | 0.065 / 3.47 |
//!
//! Without that pen-up (every lift drew its tiles again from all that lies in them): 1920x1080, 100,000 strokes, 1
//! contact 0.004 / 26.1, 10 contacts 0.040 / 235.
//!
//! Beside others, 1920x1080, load 6 to 8.4:
//!
//! | board | strokes | sparse (30 ms) | pen rate (4 ms) | MiB |
//! |---|---|---|---|---|
//! | bare X11 client | 0 | 0.26 / 16.0 | 0.26 / 34.6 | 7 |
//! | Dais | 0 | 7.93 / 37.7 | 0.46 / 40.0 | 32 |
//! | Dais | 1000 | 0.40 / 4.7 | 0.45 / 32.0 | 37 |
//! | Dais | 10000 | 0.46 / 10.6 | 0.26 / 11.8 | 51 |
//! | Dais | 100000 | NOT MEASURED: it never took ink | | |
//! | OpenBoard | 0 | 14.16 / 40.0 | 0.79 / 36.0 | 191 |
//! | Xournal++ | 0 | 17.98 / 46.9 | 16.01 / 48.0 | 132 |
//! | Xournal++ | 1000 | 20.00 / 54.0 | 19.56 / 50.2 | 134 |
//! | Excalidraw | 0 | 60.91 / 136.0 | 51.99 / 138.4 | 1160 |
//! | tldraw | 0 | 41.73 / 97.7 | 51.92 / 97.2 | 1067 |
//!
//! The bare client is the floor of this measurement: a board that is to be 4 times faster than `OpenBoard` at 0.61 ms
//! would have to be as fast as it. The page of 100,000 strokes was not sharp within the four minutes that a program
//! has to be ready: it takes 37 s of a processor at 1920x1080, and had a sixth of one.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout)] // a measurement ends where something is not as it must be

mod boards;
mod gates;
mod inside;
mod live;
mod measure;
mod plan;
mod recording;
mod rivals;
mod table;
#[path = "../../src/test_font.rs"]
mod test_font;
mod zoom;

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
        ["zoom", size, strokes] => plan::zoom(plan::size(size), number(strokes), &kept()),
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
