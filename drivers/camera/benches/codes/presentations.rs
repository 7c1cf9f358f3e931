//! Pay codes held up at the edge of what can be read: how many are read, and whether one is ever read wrong.

use std::time::{Duration, Instant};

use camera::Sight;
use camera::fake::{Shot, Symbol};
use camera::watch::Watch;

/// Frames of one presentation: a quarter of a second, in which every second step of the cascade gets its turn.
pub(crate) const FRAMES_EACH: u64 = 8;
/// Between two frames: 30 a second.
const FRAME_EVERY: Duration = Duration::from_millis(33);
const SIZE: (usize, usize) = (320, 240);

/// What came of many presentations.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) frames: u64,
    /// Presentations of QR codes and of bars, ...
    pub(crate) presented: [u64; 2],
    /// ... of which so many were read, ...
    pub(crate) right: [u64; 2],
    /// ... and codes that were told but never shown.
    pub(crate) wrong: [u64; 2],
}

/// Numbers by chance, the same for the same seed.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        bits ^ (bits >> 31)
    }

    fn between(&mut self, least: f32, most: f32) -> f32 {
        least + (most - least) * ((self.next() >> 40) as f32 / (1 << 24) as f32)
    }

    fn digits(&mut self) -> String {
        let wallet = ["28", "13", "62"][(self.next() % 3) as usize];
        format!("{wallet}{:016}", self.next() % 10_000_000_000_000_000)
    }
}

/// Presents one code by chance and counts what was told.
pub(crate) fn present(seed: u64) -> Tally {
    let mut chance = Chance(seed.wrapping_mul(0x2545_F491_4F6C_DD1D));
    let text = chance.digits();
    let kind = (chance.next() % 2) as usize;
    let symbol = if kind == 0 { Symbol::qr(text.as_bytes()) } else { Symbol::code_128(&text) }.unwrap();
    let shot = shot(&mut chance, kind == 1);
    let mut tally = Tally::default();
    tally.presented[kind] = 1;
    let (mut watch, start) = (Watch::new(), Instant::now());
    for n in 0..FRAMES_EACH {
        let moved = (chance.between(-2.0, 2.0), chance.between(-2.0, 2.0));
        let centre = (shot.centre.0 + moved.0, shot.centre.1 + moved.1);
        let gray = Shot { centre, ..shot }.of(&symbol, chance.next());
        tally.frames += 1;
        if let Sight::Code(code) = watch.look(&gray, SIZE.0, SIZE.1, start + FRAME_EVERY * n as u32) {
            if code.reveal() == text.as_bytes() {
                tally.right[kind] = 1;
            } else {
                tally.wrong[kind] += 1;
            }
        }
    }
    tally
}

/// One or two faults near their limit, the others mild.
fn shot(chance: &mut Chance, bars: bool) -> Shot {
    let module = if bars { chance.between(1.2, 1.9) } else { chance.between(1.2, 4.0) };
    let mut shot = Shot {
        size: SIZE,
        centre: (160.0, 120.0),
        module,
        turn: chance.between(-8.0, 8.0),
        noise: chance.between(0.0, 10.0),
        blur: module * chance.between(0.0, 0.35),
        ..Shot::GOOD
    };
    for _ in 0..=chance.next() % 2 {
        match chance.next() % 7 {
            0 => shot.blur = module * chance.between(0.3, 0.7),
            1 => shot.motion = module * chance.between(0.5, 2.5),
            2 => shot.noise = chance.between(10.0, 60.0),
            3 => shot.tilt = chance.between(20.0, 65.0),
            // Bars that lie aslant are hardly ever read, so they are shown less so.
            4 if bars => shot.turn = chance.between(-25.0, 25.0),
            4 => shot.turn = chance.between(0.0, 360.0),
            5 => shot.greys = [20, chance.between(26.0, 60.0) as u8, 22],
            _ => {
                let (x, y) = (chance.between(100.0, 220.0), chance.between(90.0, 150.0));
                shot.glare = Some(((x, y), module * chance.between(1.0, 6.0)));
            }
        }
    }
    shot
}
