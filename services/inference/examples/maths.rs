//! How many written expressions are read as they were meant: expressions of school arithmetic and algebra, written by
//! simulated hands in the letters of pen fonts that the network was not taught with.
//!
//! `cargo run -p inference --example maths -- --assets FOLDER --fonts FOLDER [--hands N] [--show]`: the first is the
//! folder of the fetched assets; the second holds single-stroke SVG fonts, as `svg_fonts` of the npm package
//! `hersheytext` (OFL-1.1; for measuring only).
#[path = "maths/expression.rs"]
mod expression;
#[path = "maths/fonts.rs"]
mod fonts;
#[path = "maths/hand.rs"]
mod hand;

use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::Context;
use inference::Leave;
use inference::catalogue::{self, Files};
use inference::maths::Maths;

use expression::Sort;
use hand::Hand;

fn main() -> anyhow::Result<()> {
    let (mut assets, mut folder, mut hands, mut show) = (None, None, 60_u64, false);
    let mut args = lexopt::Parser::from_env();
    while let Some(arg) = args.next()? {
        use lexopt::ValueExt as _;
        match arg {
            lexopt::Arg::Long("assets") => assets = Some(PathBuf::from(args.value()?)),
            lexopt::Arg::Long("fonts") => folder = Some(PathBuf::from(args.value()?)),
            lexopt::Arg::Long("hands") => hands = args.value()?.parse()?,
            lexopt::Arg::Long("show") => show = true,
            other => return Err(other.unexpected().into()),
        }
    }
    let (assets, folder) = (assets.context("--assets FOLDER")?, folder.context("--fonts FOLDER")?);
    let manifest = assets.parent().context("the assets lie nowhere")?.join("models/manifest.toml");
    let files = Files::new(&assets.join("models"), catalogue::read(&manifest)?);
    let maths = Maths::open(&files, &leave())?;
    let fonts = fonts::read(&folder)?;
    say(&format!("{} fonts, {hands} hands", fonts.len()));
    say(&format!("{:14} {:>11} {:>8} {:>9} {:>7}", "sort", "expressions", "outcomes", "symbols", "p50 ms"));
    let mut all = (0, 0, 0);
    for sort in Sort::ALL {
        let (mut right, mut outcomes, mut symbols, mut marks, mut times) = (0, 0, 0, 0, Vec::new());
        for seed in 0..hands {
            let font = &fonts[(seed as usize) % fonts.len()];
            let mut hand = Hand::new(seed);
            let meant = sort.expression(&mut hand);
            let Some(strokes) = hand.write(&meant, font) else { continue };
            let started = Instant::now();
            let read = maths.read(&strokes, &leave())?;
            times.push(started.elapsed().as_secs_f64() * 1e3);
            let truth = meant.latex();
            let same = plain(&read.latex) == plain(&truth);
            right += usize::from(same);
            outcomes += usize::from(meant.comes_to(&read.outcome));
            let (matched, count) = common(&meant.symbols(), &read);
            symbols += matched;
            marks += count;
            if show && !same {
                say(&format!("  {} read as {} ({:?}, {})", truth, read.latex, read.outcome, font.name));
            }
        }
        times.sort_by(f64::total_cmp);
        let count = times.len().max(1);
        let part = |of: usize, all: usize| format!("{:.1}%", of as f64 * 100.0 / all.max(1) as f64);
        say(&format!(
            "{:14} {:>11} {:>8} {:>9} {:>7.0}",
            format!("{sort:?}"),
            part(right, count),
            part(outcomes, count),
            part(symbols, marks),
            times.get(count / 2).copied().unwrap_or_default()
        ));
        all = (all.0 + right, all.1 + outcomes, all.2 + count);
    }
    let part = |of: usize| of as f64 * 100.0 / all.2.max(1) as f64;
    say(&format!("{:14} {:>10.1}% {:>7.1}%", "all", part(all.0), part(all.1)));
    Ok(())
}

fn leave() -> Leave {
    Leave::until(Instant::now() + Duration::from_secs(60))
}

fn plain(latex: &str) -> String {
    latex.chars().filter(|character| *character != ' ').collect()
}

/// How many of the symbols that were meant are among those that were read.
fn common(meant: &[String], read: &inference::maths::Expression) -> (usize, usize) {
    let mut found: Vec<&str> =
        read.symbols.iter().filter_map(|symbol| Some(symbol.readings.first()?.0.as_str())).collect();
    let mut matched = 0;
    for symbol in meant {
        if let Some(at) = found.iter().position(|one| one == symbol) {
            found.swap_remove(at);
            matched += 1;
        }
    }
    (matched, meant.len())
}

fn say(line: &str) {
    use std::io::Write;
    // A reader that has gone away wants no more.
    if writeln!(std::io::stdout(), "{line}").is_err() {
        std::process::exit(0);
    }
}
