//! What needs no thread: the engine in this process, driven frame by frame.

use std::cell::Cell;
use std::hint::black_box;
use std::path::Path;
use std::rc::Rc;
use std::time::Instant;

use crate::boards::{self, Preload};
use crate::measure::Latency;
use crate::recording::{self, PAGE, PANEL_MM, PANEL_UM, SQUARE_WAY, Writing, frames};
use board::{Journal, Medium, PersonId};
use display::BoardCommand;
use display::replay::Replay;
use touch::{ContactId, Frame, Phase};

/// Undos measured: each takes back another of one person's strokes.
const UNDOS: usize = 50;
/// Times that everything said on the board is gathered.
const GATHERED: usize = 50;
/// A palm of 300 pixels on the largest screen, and its way.
const PALM_PX: i32 = 300;
const PALM_HZ: u64 = 60;
const PALM_SCANS: u64 = 40;

/// A display with a board, without threads.
pub(crate) fn replay(size: (u32, u32), preload: Preload, kept: &Path) -> Replay {
    let folder = tempfile::tempdir_in(kept).unwrap();
    boards::copy(kept, preload, folder.path());
    let ops = if preload.strokes() == 0 { Vec::new() } else { boards::ops(folder.path()) };
    let mut replay = Replay::on(&boards::config(size, folder.path(), Vec::new()), ops).unwrap();
    replay.palettes(boards::palettes());
    replay.compose();
    replay
}

/// From frame to framebuffer in this thread; the time of the board goes on from `from_us`.
pub(crate) fn latency(replay: &mut Replay, contacts: usize, scans: u64, from_us: u64) -> Latency {
    let hz = if contacts > 10 { 120 } else { 240 };
    let mut each = Vec::new();
    for mut frame in frames(Writing::new(contacts, hz, scans, PAGE, 5 + from_us)) {
        frame.time_us += from_us;
        replay.pass(frame.time_us);
        let began = Instant::now();
        replay.play(&frame);
        let ms = began.elapsed().as_secs_f64() * 1000.0;
        each.extend(std::iter::repeat_n(ms, frame.contacts.len()));
    }
    Latency::of(each)
}

/// R1: pixels drawn over the boxes around what really changed, box by contact.
///
/// Contacts stand far apart, so each changed pixel belongs to the nearest.
pub(crate) fn touched(replay: &mut Replay, contacts: usize, width: u32, from_us: u64) -> f64 {
    let (mut drawn, mut needed) = (0, 0);
    let mut before = replay.pixels().to_vec();
    for mut frame in frames(Writing::new(contacts, 240, 120, PAGE, 3)) {
        frame.time_us += from_us;
        replay.pass(frame.time_us);
        before.copy_from_slice(replay.pixels());
        let so_far = replay.pixels_touched();
        replay.play(&frame);
        // The lift bakes a stroke, which is not a point.
        if frame.contacts.iter().all(|contact| contact.phase == Phase::Move) {
            drawn += replay.pixels_touched() - so_far;
            needed += changed(&before, replay.pixels(), &frame, width);
        }
    }
    drawn as f64 / needed.max(1) as f64
}

/// The pixels of the boxes around what changed near each contact.
fn changed(before: &[u32], after: &[u32], frame: &Frame, width: u32) -> u64 {
    let scale = f64::from(width) / f64::from(PANEL_UM.0);
    let at: Vec<(ContactId, f64, f64)> = frame
        .contacts
        .iter()
        .map(|contact| (contact.id, f64::from(contact.at.x_um) * scale, f64::from(contact.at.y_um) * scale))
        .collect();
    let mut boxes = vec![(i64::MAX, i64::MAX, i64::MIN, i64::MIN); at.len()];
    for (place, _) in before.iter().zip(after).enumerate().filter(|(_, (old, new))| old != new) {
        let (x, y) = ((place % width as usize) as f64, (place / width as usize) as f64);
        let far = |(_, cx, cy): &(ContactId, f64, f64)| (cx - x) * (cx - x) + (cy - y) * (cy - y);
        let Some((nearest, _)) = at.iter().enumerate().min_by(|(_, a), (_, b)| far(a).total_cmp(&far(b)))
        else {
            continue;
        };
        let (x, y) = (x as i64, y as i64);
        let old = boxes[nearest];
        boxes[nearest] = (old.0.min(x), old.1.min(y), old.2.max(x), old.3.max(y));
    }
    boxes.iter().filter(|found| found.0 <= found.2).map(|b| ((b.2 - b.0 + 1) * (b.3 - b.1 + 1)) as u64).sum()
}

/// U1: one undo, to its pixels.
pub(crate) fn undo(replay: &mut Replay) -> Latency {
    let person = PersonId::FIRST;
    let each = (0..UNDOS).map(|_| {
        let began = Instant::now();
        replay.command(BoardCommand::Undo { person });
        replay.compose();
        began.elapsed().as_secs_f64() * 1000.0
    });
    Latency::of(each.collect())
}

/// F1: everything on the board that can be found, as when somebody begins to look for something.
pub(crate) fn said(replay: &mut Replay) -> Latency {
    let each = (0..GATHERED).map(|_| {
        let began = Instant::now();
        replay.command(BoardCommand::Said(Box::new(|said| drop(black_box(said)))));
        began.elapsed().as_secs_f64() * 1000.0
    });
    Latency::of(each.collect())
}

/// E1: a palm over a crowded square, frame by frame.
pub(crate) fn palm(replay: &mut Replay, width: u32) -> Latency {
    let wide_mm = PALM_PX * PANEL_MM.0 / width.cast_signed();
    let scans = recording::palm(SQUARE_WAY, wide_mm, PALM_HZ, PALM_SCANS);
    let each = frames(scans).map(|mut frame| {
        frame.time_us += 1_000_000_000_000;
        replay.pass(frame.time_us);
        let began = Instant::now();
        replay.play(&frame);
        began.elapsed().as_secs_f64() * 1000.0
    });
    Latency::of(each.collect())
}

/// D2: what one more stroke costs the disk: bytes, writes, syncs.
pub(crate) fn append(replay: &mut Replay, from_us: u64) -> (usize, usize, usize) {
    let counter = Counter::default();
    let mut journal = Journal::new(counter.clone());
    journal.flush().unwrap();
    let before = counter.0.get();
    replay.take_ops();
    for mut frame in frames(Writing::new(1, 240, recording::STROKE_SCANS as u64, PAGE, 9)) {
        frame.time_us += from_us;
        replay.play(&frame);
    }
    let ops = replay.take_ops();
    assert_eq!(ops.len(), 1, "one stroke is one step");
    journal.append(&ops[0]).unwrap();
    journal.flush().unwrap();
    let after = counter.0.get();
    (after.0 - before.0, after.1 - before.1, after.2 - before.2)
}

/// Counts the bytes, writes and syncs that would go to the disk.
#[derive(Clone, Default)]
struct Counter(Rc<Cell<(usize, usize, usize)>>);

impl Medium for Counter {
    fn write_at(&mut self, _: u64, bytes: &[u8]) -> std::io::Result<()> {
        let (so_far, writes, syncs) = self.0.get();
        self.0.set((so_far + bytes.len(), writes + 1, syncs));
        Ok(())
    }

    fn sync(&mut self) -> std::io::Result<()> {
        let (bytes, writes, syncs) = self.0.get();
        self.0.set((bytes, writes, syncs + 1));
        Ok(())
    }
}

/// I1: one contact that makes exactly so many points, 8 pixels apart on a 3840 screen, with a pen of 4 pixels.
pub(crate) fn points(count: u64, kept: &Path) {
    let size = (3840, 2160);
    let mut replay = replay(size, Preload::Page(0), kept);
    replay.command(BoardCommand::SetWidth { person: PersonId::FIRST, width: board::Width::Fine });
    for frame in frames(recording::points(count)) {
        replay.play(&frame);
    }
}
