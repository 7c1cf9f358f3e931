//! Recorded sessions replay to the same framebuffer on every machine, at two sizes and with every set of
//! instructions: the hashes stand here.

use crate::bench::{SIZE_UM, Script, config};
use crate::sessions;
use board::{Colour, Grip, Ground, InstrumentTool, Paper, Pattern, PersonId, Tool, Width};
use display::replay::Replay;
use display::{BoardCommand, Config};
use ink::Level;
use std::path::{Path, PathBuf};
use touch::{Decoder, Fed, Frame, Panel, PanelPoint, Sieve, evemu};

/// What is pressed during a session: when, in milliseconds, and what.
type Cue = (u64, fn(&mut Replay));

struct Session {
    name: &'static str,
    script: fn() -> Script,
    cues: &'static [Cue],
    /// The framebuffer at the end, at 960x540 and at 1920x1080.
    hashes: [u64; 2],
}

const SIZES_PX: [(u32, u32); 2] = [(960, 540), (1920, 1080)];
/// After its last frame a session is given this long for what time alone brings about.
const AFTER_US: u64 = 2_000_000;

const SESSIONS: [Session; 7] = [
    Session {
        name: "two-people",
        script: sessions::two_people,
        cues: &[],
        hashes: [0xbd7b_2c6e_d2f8_96ed, 0xb7c0_01bd_db73_27ee],
    },
    Session {
        name: "palm-erases",
        script: sessions::palm_erases,
        cues: &[],
        hashes: [0x2ce9_1fc5_c931_6357, 0x52fe_b180_c05b_61f6],
    },
    Session {
        name: "pinch",
        script: sessions::pinch,
        cues: &[],
        hashes: [0xac50_71a4_d91e_0950, 0x6275_a218_3d5a_5364],
    },
    Session {
        name: "instruments",
        script: sessions::instruments,
        cues: &[(0, |replay| {
            replay.command(BoardCommand::LayInstrument { tool: InstrumentTool::Ruler, at: at(900, 500) });
            replay.command(BoardCommand::LayInstrument { tool: InstrumentTool::Compass, at: at(1_400, 300) });
            replay
                .command(BoardCommand::LayInstrument { tool: InstrumentTool::Protractor, at: at(400, 800) });
        })],
        hashes: [0x070f_c4c3_7e24_4eb1, 0x9c1c_b224_8b23_9d3f],
    },
    Session {
        name: "held",
        script: sessions::held,
        cues: &[],
        hashes: [0x6f26_e8a7_4d4d_971f, 0xa7f1_4008_d3db_d67c],
    },
    Session {
        name: "split",
        script: sessions::split,
        cues: &[
            (0, |replay| {
                replay.command(BoardCommand::AddPage { person: two()[0] });
                replay.command(BoardCommand::GoToPage(0));
                replay.command(BoardCommand::Split(2));
            }),
            (650, |replay| {
                let grip = |x_px: f64, spread_px: f64| Grip { x_px, y_px: 200.0, spread_px };
                replay.command(BoardCommand::MoveView {
                    pane: 1,
                    from: grip(600.0, 100.0),
                    to: grip(650.0, 160.0),
                });
            }),
            (1_050, |replay| replay.command(BoardCommand::Undo { person: two()[0] })),
        ],
        hashes: [0x215f_917a_d7cb_88f0, 0xc2c0_3f4c_7d94_0be6],
    },
    Session {
        name: "green-board",
        script: sessions::green_board,
        cues: &[
            (0, |replay| {
                let paper = Paper { ground: Ground::Green, pattern: Pattern::Mizige, ..Paper::default() };
                replay.command(BoardCommand::SetPaper { person: two()[0], paper });
                replay.command(BoardCommand::SetWidth { person: two()[0], width: Width::Broad });
                replay.command(BoardCommand::SetTool { person: two()[1], tool: Tool::Highlighter });
            }),
            (500, |replay| {
                replay.command(BoardCommand::SetTool { person: two()[0], tool: Tool::Eraser });
                replay.command(BoardCommand::SetTool { person: two()[1], tool: Tool::Lasso });
            }),
        ],
        hashes: [0x849d_00b7_8505_4a78, 0x2a64_a9a7_11f8_3ff2],
    },
];

fn two() -> [PersonId; 2] {
    [PersonId::FIRST, PersonId::new(2).unwrap()]
}

fn at(x_mm: i32, y_mm: i32) -> PanelPoint {
    PanelPoint { x_um: x_mm * 1_000, y_um: y_mm * 1_000 }
}

fn path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/recordings").join(name).with_extension("evemu")
}

/// The frames of a recording, sieved as those of a panel are.
fn frames(text: &str) -> Vec<Frame> {
    let panel = Panel::new(&evemu::description(text).unwrap(), Some(SIZE_UM)).unwrap();
    let (mut sieve, mut decoder) = (Sieve::new(&panel), Decoder::new(panel));
    let mut frames = Vec::new();
    let mut last_us = 0;
    for event in evemu::events(text) {
        let Fed::Frame(frame) = decoder.feed(event.unwrap()) else { continue };
        last_us = frame.time_us;
        while let Some(due) = sieve.due_us().filter(|due| *due < last_us) {
            frames.extend(sieve.pass(due));
        }
        frames.extend(sieve.feed(frame));
    }
    frames.extend(sieve.finish(last_us));
    frames
}

/// Plays a session; the damage that was drawn must have been all there was.
fn play(session: &Session, text: &str, size_px: (u32, u32)) -> Replay {
    let config = Config { size_px, ..config(Path::new("/nonexistent"), Vec::new()) };
    let mut replay = Replay::new(&config).unwrap();
    let [one, two] = two();
    replay.palettes(vec![(one, at(200, 900)), (two, at(1_700, 900))]);
    replay.command(BoardCommand::SetColour { person: one, colour: Colour::BLUE });
    replay.command(BoardCommand::SetColour { person: two, colour: Colour::ORANGE });
    let mut cues = session.cues.iter().peekable();
    let mut last_us = 0;
    for frame in frames(text) {
        while let Some((ms, press)) = cues.next_if(|(ms, _)| ms * 1_000 <= frame.time_us) {
            replay.pass(ms * 1_000);
            press(&mut replay);
        }
        replay.play(&frame);
        last_us = frame.time_us;
    }
    assert!(cues.next().is_none(), "{} ends before its last button", session.name);
    replay.pass(last_us + AFTER_US);
    let shown = replay.hash();
    replay.draw_everything();
    assert_eq!(replay.hash(), shown, "{}: damage did not cover every change", session.name);
    replay
}

#[test]
fn recorded_sessions_replay_to_the_same_framebuffer_with_every_instruction_set() {
    let mut wrong = Vec::new();
    for session in &SESSIONS {
        let text = std::fs::read_to_string(path(session.name)).unwrap();
        for (size_px, wanted) in SIZES_PX.into_iter().zip(session.hashes) {
            for level in Level::here() {
                level.prefer();
                let mut replay = play(session, &text, size_px);
                let hash = replay.hash();
                if hash != wanted {
                    let file = format!("{}-{}-{level:?}.png", session.name, size_px.0);
                    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join(file);
                    std::fs::write(&file, replay.picture().to_png().unwrap()).unwrap();
                    wrong.push(format!("{hash:#018x} {}", file.display()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "other pixels than before; hashes and pictures:\n{}", wrong.join("\n"));
}

/// With `DAIS_RECORD=1` the recordings are written; otherwise they must be what their scripts say.
#[test]
fn the_recordings_are_what_their_scripts_say() {
    for session in &SESSIONS {
        let text = sessions::text((session.script)());
        if std::env::var_os("DAIS_RECORD").is_some() {
            std::fs::write(path(session.name), &text).unwrap();
        }
        let kept = std::fs::read_to_string(path(session.name)).unwrap();
        assert!(kept == text, "{}: DAIS_RECORD=1 writes it anew", session.name);
    }
}
