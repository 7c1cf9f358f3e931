//! What a board of 100,000 strokes costs: memory, disk, loading, undo, rubbing out. The model alone: the panel is a
//! corner of the page on which nothing lies, so that drawing has no part in it. Times are processor time.
//!
//! `cargo run --release -p board --example measure [strokes]`
use std::{
    error::Error,
    fs,
    io::{self, Write},
    time::Duration,
};

use board::{
    Actor, Board, Colour, ContactId, Content, Edit, Journal, Nib, Object, ObjectId, Op, PageId, PanelPoint,
    PersonId, Stamp, Stroke, Surface, Timeline, Touch, encode,
};
use ink::{Node, Trace};
use rustix::time::{ClockId, clock_gettime};

type Outcome<T> = Result<T, Box<dyn Error>>;

/// A lesson's page: the wall's own size, away from the corner that is shown.
const LEFT_UM: i32 = 2_000_000;
const WIDE_UM: i32 = 1_860_000;
const HIGH_UM: i32 = 1_000_000;
const NODES: u32 = 40;

/// Handwriting: a letter of forty nodes, about 20 mm wide, written at a quarter of a metre a second.
fn letter(number: u64, x_um: i32, y_um: i32) -> Trace {
    let turn = f64::from((number % 17) as u32) * 0.37;
    let node = |step: u32| {
        let way = f64::from(step) * 0.31 + turn;
        let x = f64::from(x_um) + f64::from(step) * 300.0 + libm::cos(way) * 4_000.0;
        let y = f64::from(y_um) + libm::sin(way * 1.3) * 6_000.0;
        let radius = 2_000.0 + libm::sin(way * 0.7) * 400.0;
        Node::nearest(x, y, radius, step * 8 + step % 3)
    };
    (0..NODES).map(node).collect()
}

fn stroke(number: u64, x_um: i32, y_um: i32) -> Op {
    let stamp = Stamp { time: 1_764_000_000_000_000 + number * 700_000, actor: Actor(1) };
    let by = PersonId::new((number % 10) as u8 + 1).unwrap_or(PersonId::FIRST);
    let id = ObjectId { made: stamp, index: 0 };
    let content = Content::Stroke(Stroke {
        colour: Colour::BLUE,
        highlighter: false,
        trace: letter(number, x_um, y_um),
    });
    let page = PageId::FIRST;
    let object = Object { id, page, by, z: id, piece_of: None, content };
    Op { stamp, by, page, edits: vec![Edit::Add(object)] }
}

/// Spread over the page like writing: line by line, again and again.
fn lesson(number: u64) -> Op {
    let (columns, lines) = (WIDE_UM as u64 / 30_000, HIGH_UM as u64 / 25_000);
    let (column, line) = (number % columns, number / columns % lines);
    let jitter = ((number * 2_654_435_761) >> 8) as i32 & 0x1fff;
    stroke(number, LEFT_UM + column as i32 * 30_000 + jitter, line as i32 * 25_000 + jitter / 2)
}

fn board() -> Outcome<Board> {
    let font = fs::read("assets/fetched/fonts/NotoSansSC-Regular.ttf")
        .or_else(|_| fs::read("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"))?;
    let surface = Surface { width_px: 64, height_px: 64, width_um: 64_000, height_um: 64_000 };
    Ok(Board::new(surface, Actor(1), font)?)
}

/// Resident memory, in bytes.
fn resident() -> Outcome<u64> {
    let pages = fs::read_to_string("/proc/self/statm")?;
    let pages: u64 = pages.split_whitespace().nth(1).ok_or("no resident memory told")?.parse()?;
    Ok(pages * 4_096)
}

/// Processor time of this thread: what a machine that does nothing else would take.
fn busy() -> Duration {
    let now = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(now.tv_sec.unsigned_abs(), now.tv_nsec.unsigned_abs() as u32)
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

/// The middle, the 99th of a hundred, and the longest.
fn spread(mut times: Vec<Duration>) -> String {
    times.sort_unstable();
    let at = |part: usize| times.get(times.len() * part / 100).or(times.last()).copied().unwrap_or_default();
    format!("p50 {:.3} ms, p99 {:.3} ms, max {:.3} ms", ms(at(50)), ms(at(99)), ms(at(100)))
}

fn main() -> Outcome<()> {
    let mut out = io::stdout().lock();
    let strokes: u64 = std::env::args().nth(1).map_or(Ok(100_000), |count| count.parse())?;

    let before = resident()?;
    let mut wall = board()?;
    let empty = resident()?;
    let started = busy();
    for number in 0..strokes {
        drop(wall.merge(lesson(number)));
    }
    let built = busy() - started;
    let full = resident()?;
    writeln!(out, "strokes: {strokes} of {NODES} nodes; an empty board is {} kB", (empty - before) / 1_024)?;
    writeln!(out, "M1 resident: {} B a stroke", (full - empty) / strokes)?;
    writeln!(out, "   one stroke taken in: {:.2} us", built.as_secs_f64() * 1e6 / strokes as f64)?;

    let last = lesson(strokes - 1);
    writeln!(out, "D2 append: {} B a stroke", encode(&last).len() + 8)?;
    let mut times = Vec::new();
    for number in (strokes.saturating_sub(500)..strokes).rev() {
        let stamp = lesson(number).stamp;
        let started = busy();
        drop(wall.void_step(stamp, PersonId::FIRST, stamp.time));
        times.push(busy() - started);
    }
    writeln!(out, "U1 undo of one stroke: {}", spread(times))?;
    drop(wall);

    load(&mut out, strokes)?;
    palm(&mut out)
}

fn load(out: &mut impl Write, strokes: u64) -> Outcome<()> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("lesson.board");
    let (mut journal, _, _) = Journal::open(&path)?;
    for number in 0..strokes {
        journal.append(&lesson(number))?;
    }
    journal.flush()?;
    drop(journal);
    let mut wall = board()?;
    let started = busy();
    let (_journal, ops, _) = Journal::open(&path)?;
    let read = busy() - started;
    let line = ops.clone();
    let started = busy();
    drop(wall.replay(ops));
    let replayed = busy() - started;
    let both = ms(read) + ms(replayed);
    let size = fs::metadata(&path)?.len() >> 20;
    writeln!(
        out,
        "D1 load: {both:.0} ms to know what is where ({:.0} reading {size} MB, {:.0} taking in)",
        ms(read),
        ms(replayed)
    )?;
    let started = busy();
    let line = Timeline::new(line);
    let mut past = wall.past(&line, None);
    writeln!(out, "   time machine: {:.0} ms to open", ms(busy() - started))?;
    let (from, to) = line.span(board::Focus::default()).unwrap_or_default();
    for part in [100, 50, 51, 0] {
        let started = busy();
        past.go(&line, from + (to - from) / 100 * part);
        writeln!(out, "   to {part} % of the lesson: {:.1} ms", ms(busy() - started))?;
    }
    Ok(())
}

/// A palm of 300 pixels of a 4K wall sweeps over 2000 strokes in every cell.
fn palm(out: &mut impl Write) -> Outcome<()> {
    let mut wall = board()?;
    let mut number = 0;
    for _ in 0..1_000 {
        for y in 0..6 {
            for x in 0..14 {
                let jitter = ((number * 2_654_435_761) >> 8) as i32;
                let (dx, dy) = (jitter & 0x7fff, (jitter >> 15) & 0x7fff);
                drop(wall.merge(stroke(number, LEFT_UM + x * 32_768 + dx, 500_000 + y * 32_768 + dy)));
                number += 1;
            }
        }
    }
    let touch = |x_um: i32, t_us: u64| Touch {
        contact: ContactId(1),
        person: PersonId::FIRST,
        at: PanelPoint::new(x_um, 600_000),
        t_us,
        pressure: None,
        major_um: Some(148_000),
        minor_um: Some(148_000),
        nib: Nib::Palm,
    };
    let mut now = 1_900_000_000_000_000;
    let started = busy();
    drop(wall.hand_down(&touch(LEFT_UM + 80_000, now)));
    let down = busy() - started;
    let mut times = Vec::new();
    for frame in 1..20 {
        now += 16_667;
        let started = busy();
        drop(wall.hand_move(&touch(LEFT_UM + 80_000 + frame * 12_000, now)));
        times.push(busy() - started);
    }
    let started = busy();
    drop(wall.hand_up(&touch(LEFT_UM + 80_000 + 19 * 12_000, now)));
    writeln!(out, "E1 palm over {number} strokes, a frame: {}", spread(times))?;
    writeln!(out, "   the first touch {:.1} ms, the lift {:.1} ms", ms(down), ms(busy() - started))?;
    Ok(())
}
