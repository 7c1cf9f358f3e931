//! Boards that have been written on: journals of n strokes, made once by the real ink path and kept.

use std::fs;
use std::path::{Path, PathBuf};

use crate::recording::{PAGE, PANEL_UM, SQUARE, STROKE_SCANS, Writing, frames};
use board::{Colour, Journal, Op, PersonId};
use display::replay::Replay;
use display::{BoardCommand, Config, Output};
use touch::{PanelPoint, SourceSpec};

/// The journal's name in its folder, as the display opens it.
const FILE: &str = "board.journal";
/// People who wrote what is there.
const PEOPLE: usize = 10;
/// Changed whenever the writing is: older journals are then made anew.
const EDITION: u32 = 2;

/// What a case writes on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Preload {
    /// So many strokes, spread over the page as writing is.
    Page(usize),
    /// Strokes on a square, about 2,000 through each of its tiles at 3840x2160.
    Square,
}

/// Strokes written on one board before a blank one is taken: what writing costs on a full page is measured, and need
/// not be paid for while the page is made.
const A_BOARD: usize = 100;

/// Strokes of [`Preload::Square`].
const SQUARE_STROKES: usize = 25_000;

impl Preload {
    pub(crate) fn strokes(self) -> usize {
        match self {
            Self::Page(strokes) => strokes,
            Self::Square => SQUARE_STROKES,
        }
    }

    fn path(self, kept: &Path) -> PathBuf {
        let name = match self {
            Self::Page(strokes) => format!("page-{strokes}-{EDITION}"),
            Self::Square => format!("square-{EDITION}"),
        };
        kept.join(name).join(FILE)
    }
}

/// The display's settings for a case.
pub(crate) fn config(size_px: (u32, u32), journal_dir: &Path, touch: Vec<SourceSpec>) -> Config {
    Config {
        size_px,
        size_um: PANEL_UM,
        touch,
        placements: touch::Placements::default(),
        urgency: touch::Urgency::First,
        output: Output::Memory,
        journal_dir: journal_dir.to_owned(),
        font: crate::test_font::font(),
    }
}

/// A fresh copy of a board's journal in `folder`.
pub(crate) fn copy(kept: &Path, preload: Preload, folder: &Path) {
    fs::create_dir_all(folder).expect("the folder of a case can be made");
    if preload != Preload::Page(0) {
        fs::copy(preload.path(kept), folder.join(FILE)).expect("`panel-bench` made the journal before");
    }
}

/// The ops of a board.
pub(crate) fn ops(folder: &Path) -> Vec<Op> {
    Journal::open(&folder.join(FILE)).expect("the case's journal is whole").1
}

/// Makes the journal where it is missing or from another edition of the format.
pub(crate) fn prepare(kept: &Path, preload: Preload) {
    let path = preload.path(kept);
    let is_there = path.is_file()
        && Journal::open(&path)
            .is_ok_and(|(_, ops, about)| about.is_clean() && ops.len() == preload.strokes());
    if is_there || preload.strokes() == 0 {
        return;
    }
    eprintln!("writing a board of {} strokes, once", preload.strokes());
    let folder = path.parent().expect("the journal has a folder");
    if folder.exists() {
        fs::remove_dir_all(folder).expect("the old journal can be removed");
    }
    fs::create_dir_all(folder).expect("target/ can be written");
    let (mut journal, _, _) = Journal::open(&path).expect("target/ can be written");
    let mut replay = blank(folder);
    let (pens, region) = match preload {
        Preload::Page(_) => (PEOPLE, PAGE),
        Preload::Square => (1, SQUARE),
    };
    let scans = (preload.strokes() / pens + 4) * STROKE_SCANS;
    let (mut written, mut on_this) = (0, 0);
    for frame in frames(Writing::new(pens, 240, scans as u64, region, 7)) {
        replay.play(&frame);
        for op in replay.take_ops() {
            if written < preload.strokes() {
                journal.append(&op).expect("memory holds a journal");
                (written, on_this) = (written + 1, on_this + 1);
            }
        }
        if on_this >= A_BOARD {
            (replay, on_this) = (blank(folder), 0);
        }
        if written == preload.strokes() {
            break;
        }
    }
    journal.flush().expect("target/ can be written");
}

/// A board to write on. The strokes do not depend on the screen's size, so a small one is drawn on.
fn blank(folder: &Path) -> Replay {
    let mut replay = Replay::new(&config((240, 135), folder, Vec::new())).expect("the bench's settings fit");
    people(&mut replay);
    replay
}

/// Ten people with a palette each, none of whom writes in black: black is the measured pen's.
fn people(replay: &mut Replay) {
    let colours = [Colour::BLUE, Colour::VERMILION, Colour::GREEN, Colour::ORANGE, Colour::SKY];
    let all: Vec<PersonId> = PersonId::all().collect();
    for (person, colour) in all.iter().zip(colours.iter().cycle()) {
        replay.command(BoardCommand::SetColour { person: *person, colour: *colour });
    }
    replay.palettes(palettes());
}

/// A palette for each of ten people, five columns and two rows.
pub(crate) fn palettes() -> Vec<(PersonId, PanelPoint)> {
    let at = |seat: i32| PanelPoint {
        x_um: PANEL_UM.0 * (seat % 5 * 2 + 1) / 10,
        y_um: PANEL_UM.1 * (seat / 5 * 2 + 1) / 4,
    };
    PersonId::all().zip(0..).map(|(person, seat)| (person, at(seat))).collect()
}
