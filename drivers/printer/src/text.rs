//! A receipt in the printer's own letters: fast, for printers that have GBK.

use crate::escpos::{Commands, columns};
use crate::receipt::{Row, Size};
use crate::wrap::wrap;

/// Dots that a half-wide letter takes.
const COLUMN: u16 = 12;
/// Room between the two ends of a row, in columns.
const BETWEEN: usize = 1;
/// Dots of a module of the printer's own QR code.
const CODE_DOT: u8 = 6;

/// Writes rows on paper so many dots wide.
pub fn write(commands: &mut Commands, rows: &[Row], width: u16) {
    commands.chinese();
    let paper = usize::from(width / COLUMN);
    for row in rows {
        match row {
            Row::Centre(size, text) => {
                commands.align(1);
                lines(commands, *size, text, paper, |line, _| line.to_owned());
                commands.align(0);
            }
            Row::Left(size, text) => lines(commands, *size, text, paper, |line, _| line.to_owned()),
            Row::Pair(size, left, right) => pair(commands, *size, left, right, paper),
            Row::Banner(text) => {
                commands.align(1).inverse(true);
                lines(commands, Size::Large, text, paper, |line, _| format!(" {line} "));
                commands.inverse(false).align(0);
            }
            Row::Rule => {
                commands.row(&"-".repeat(paper));
            }
            Row::Hair => {}
            Row::Gap => {
                commands.row("");
            }
            Row::Code(text) => {
                commands.align(1).code(text, CODE_DOT).row("").align(0);
            }
        }
    }
}

/// Columns of a text.
fn wide(text: &str) -> usize {
    text.chars().map(columns).sum()
}

/// Letters so many times as wide and as high, and whether they are bold.
fn times(size: Size) -> (u8, u8, bool) {
    match size {
        Size::Small => (1, 1, false),
        Size::Body => (1, 1, true),
        Size::Large => (1, 2, true),
        Size::Huge => (4, 4, true),
    }
}

fn lines(
    commands: &mut Commands,
    size: Size,
    text: &str,
    paper: usize,
    fill: impl Fn(&str, usize) -> String,
) {
    let (across, high, bold) = times(size);
    let room = paper / usize::from(across);
    commands.size(across, high).bold(bold);
    for line in wrap(text, room, wide) {
        commands.row(&fill(&line, room));
    }
    commands.size(1, 1).bold(false);
}

fn pair(commands: &mut Commands, size: Size, left: &str, right: &str, paper: usize) {
    let to_the_right =
        |line: &str, room: usize| format!("{}{line}", " ".repeat(room.saturating_sub(wide(line))));
    let (across, high, bold) = times(size);
    let all = paper / usize::from(across);
    let room = all.saturating_sub(wide(right) + BETWEEN);
    if room < wide(left).min(all / 3) {
        lines(commands, size, left, paper, |line, _| line.to_owned());
        return lines(commands, size, right, paper, to_the_right);
    }
    commands.size(across, high).bold(bold);
    for (at, line) in wrap(left, room, wide).iter().enumerate() {
        let end = if at == 0 { to_the_right(right, all - wide(line)) } else { String::new() };
        commands.row(&format!("{line}{end}"));
    }
    commands.size(1, 1).bold(false);
}
