//! The first table: latencies by case, a column for each screen and board, in Markdown, as the crate's docs have it.

use crate::live::Ui;
use crate::measure::Latency;
use crate::plan::{Extent, Inside, Live, SIZES};

/// Contacts of the cases in this process.
pub(crate) const INSIDE: [usize; 2] = [1, 10];

/// Prints it: p50 / p99.
pub(crate) fn print(extent: &Extent, inside: &Inside, live: &Live) {
    let columns = || SIZES.into_iter().flat_map(|size| extent.strokes.iter().map(move |n| (size, *n)));
    let heads: Vec<String> = columns().map(|(size, strokes)| format!("{size}, {strokes} strokes")).collect();
    println!("\n| case | {} |\n|---|{}", heads.join(" | "), "---|".repeat(heads.len()));
    for contacts in INSIDE {
        let cells = columns().map(|(size, strokes)| inside.get(&(size, strokes, contacts)).copied());
        row(&format!("inside, {}", people(contacts)), cells);
    }
    for ui in &extent.uis {
        for contacts in &extent.contacts {
            let cells = columns().map(|(size, strokes)| {
                live.get(&(size, strokes, *contacts, ui.word())).map(|found| found.latency)
            });
            let meanwhile = if *ui == Ui::Idle { String::new() } else { format!(", UI {}", ui.word()) };
            row(&format!("live, {}{meanwhile}", people(*contacts)), cells);
        }
    }
}

fn people(contacts: usize) -> String {
    format!("{contacts} contact{}", if contacts == 1 { "" } else { "s" })
}

/// What was not measured stays empty.
fn row(name: &str, cells: impl Iterator<Item = Option<Latency>>) {
    let shown = |of: Latency| format!("{:.3} / {:.2}", of.p50, of.p99);
    let cells: Vec<String> = cells.map(|of| of.map(shown).unwrap_or_default()).collect();
    println!("| {name} | {} |", cells.join(" | "));
}
