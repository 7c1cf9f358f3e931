//! Forty people who write at once before an infrared frame: every word is a stroke, and ink lies wherever a pen was.

#[path = "../../benches/panel-bench/recording.rs"]
#[allow(dead_code, reason = "the bench's recordings, of which one is played here")]
mod recording;

use crate::bench::config;
use board::{Content, Edit, PersonId};
use display::Config;
use display::replay::Replay;
use recording::{PAGE, PANEL_UM, Writing};
use std::path::Path;
use touch::{Frame, Panel, PanelPoint, Phase, Sieve, ToolKind};

const PENS: usize = 40;
const SIZE_PX: (u32, u32) = (1920, 1080);
/// A panel's place may be smeared by 2.5 mm, a line is smoothed, and a pixel is 1 mm.
const NEAR_PX: i32 = 4;
/// For what time alone brings about after the last frame.
const AFTER_US: u64 = 2_000_000;

/// What the decoder says, and what the sieve makes of it on the clock of the frames.
fn sieved(seed: u64) -> (Vec<Frame>, Vec<Frame>) {
    let raw: Vec<Frame> = recording::frames(Writing::new(PENS, 120, 240, PAGE, seed)).collect();
    let mut sieve = Sieve::new(&Panel::new(&recording::panel(), Some(PANEL_UM)).unwrap());
    let mut frames = Vec::new();
    for frame in &raw {
        while let Some(due) = sieve.due_us().filter(|due| *due < frame.time_us) {
            frames.extend(sieve.pass(due));
        }
        frames.extend(sieve.feed(frame.clone()));
    }
    frames.extend(sieve.finish(raw.last().unwrap().time_us));
    (raw, frames)
}

fn points(frames: &[Frame], phase: Phase) -> Vec<PanelPoint> {
    let contacts = frames.iter().flat_map(|frame| &frame.contacts);
    contacts.filter(|contact| contact.phase == phase).map(|contact| contact.at).collect()
}

#[test]
fn of_forty_people_who_write_at_once_every_word_is_ink() {
    for seed in [11, 12, 13] {
        let (raw, frames) = sieved(seed);
        for phase in [Phase::Down, Phase::Move, Phase::Up] {
            assert_eq!(points(&frames, phase).len(), points(&raw, phase).len(), "seed {seed}, {phase:?}");
        }
        let contacts = || frames.iter().flat_map(|frame| &frame.contacts);
        assert!(contacts().all(|contact| contact.tool == ToolKind::Finger), "seed {seed}: nobody has a palm");
        let config = Config { size_px: SIZE_PX, ..config(Path::new("/nonexistent"), Vec::new()) };
        let mut replay = Replay::new(&config).unwrap();
        let place = |seat: i32| PanelPoint {
            x_um: PANEL_UM.0 * (seat % 5 * 2 + 1) / 10,
            y_um: PANEL_UM.1 * (seat / 5 * 2 + 1) / 4,
        };
        replay.palettes(PersonId::all().zip((0..).map(place)).collect());
        let paper = replay.picture().at(0, 0);
        frames.iter().for_each(|frame| replay.play(frame));
        replay.pass(frames.last().unwrap().time_us + AFTER_US);
        let edits: Vec<Edit> = replay.take_ops().into_iter().flat_map(|op| op.edits).collect();
        let is_stroke =
            |edit: &&Edit| matches!(edit, Edit::Add(object) if matches!(object.content, Content::Stroke(_)));
        let strokes = edits.iter().filter(is_stroke).count();
        assert_eq!((strokes, edits.len()), (points(&raw, Phase::Down).len(), strokes), "seed {seed}");
        let picture = replay.picture();
        let px = |um: i32, of: i32, px: u32| (i64::from(um) * i64::from(px) / i64::from(of)) as i32;
        let dry = |at: &&PanelPoint| {
            let (x, y) = (px(at.x_um, PANEL_UM.0, SIZE_PX.0), px(at.y_um, PANEL_UM.1, SIZE_PX.1));
            let mut near =
                (-NEAR_PX..=NEAR_PX).flat_map(|dy| (-NEAR_PX..=NEAR_PX).map(move |dx| (x + dx, y + dy)));
            near.all(|(x, y)| {
                picture.at(x.unsigned_abs(), y.unsigned_abs()).is_none_or(|rgb| Some(rgb) == paper)
            })
        };
        let moved = points(&raw, Phase::Move);
        assert_eq!(
            moved.iter().filter(dry).count(),
            0,
            "seed {seed}: no ink at {:?}",
            moved.iter().find(dry)
        );
    }
}
