//! Pictures of codes as a kiosk's camera sees them: small, turned, tilted, blurred, noisy, dim, under a lamp. Pure.
//!
//! Tests, the benchmark and the long run for wrong reads draw with it, each fault by its physical amount.

mod light;
mod symbol;

pub use symbol::{Symbol, SymbolError};

/// How a code is held up, and what the camera makes of it. All lengths are in pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Shot {
    /// Width and height of the frame.
    pub size: (usize, usize),
    /// The middle of the code.
    pub centre: (f32, f32),
    /// One module.
    pub module: f32,
    /// Degrees, clockwise.
    pub turn: f32,
    /// Degrees about the code's own upright axis, seen in perspective.
    pub tilt: f32,
    /// Greys of the code's dark and light modules and of all that is behind the phone.
    pub greys: [u8; 3],
    /// White on black.
    pub inverted: bool,
    /// Deviation of a Gaussian.
    pub blur: f32,
    /// How far the hand moves while the frame is exposed, across.
    pub motion: f32,
    /// Deviation of the sensor's noise, in greys.
    pub noise: f32,
    /// Middle and radius of a reflection.
    pub glare: Option<((f32, f32), f32)>,
}

/// Light modules around a code: the quiet zone that its standard asks for, and a little of the screen.
const QUIET: f32 = 10.0;
/// The camera is so many widths of the code away, which makes the perspective of a tilted one.
const DISTANCE: f32 = 4.0;
/// Samples a pixel, across and down.
const SAMPLES: usize = 3;

impl Shot {
    /// A good frame of 640 x 480, the code in its middle.
    pub const GOOD: Self = Self {
        size: (640, 480),
        centre: (320.0, 240.0),
        module: 6.0,
        turn: 0.0,
        tilt: 0.0,
        greys: [20, 220, 90],
        inverted: false,
        blur: 0.0,
        motion: 0.0,
        noise: 0.0,
        glare: None,
    };

    /// The grey frame, row by row. `seed` chooses the noise.
    pub fn of(&self, symbol: &Symbol, seed: u64) -> Vec<u8> {
        let mut frame: Vec<f32> = Vec::with_capacity(self.size.0 * self.size.1);
        let seen = Seen::new(self, symbol);
        for y in 0..self.size.1 {
            frame.extend((0..self.size.0).map(|x| seen.pixel(x as f32, y as f32)));
        }
        if let Some(lamp) = self.glare {
            light::reflect(&mut frame, self.size.0, lamp);
        }
        light::blur(&mut frame, self.size, self.blur);
        light::smear(&mut frame, self.size.0, self.motion);
        light::noise(&mut frame, self.noise, seed);
        frame.into_iter().map(|grey| grey.round().clamp(0.0, 255.0) as u8).collect()
    }
}

/// The geometry of one shot, worked out once.
struct Seen<'a> {
    shot: &'a Shot,
    symbol: &'a Symbol,
    turn: (f32, f32),
    tilt: (f32, f32),
    half: (f32, f32),
    distance: f32,
}

impl<'a> Seen<'a> {
    fn new(shot: &'a Shot, symbol: &'a Symbol) -> Self {
        let (width, height) = (symbol.width() as f32, symbol.height() as f32);
        Self {
            shot,
            symbol,
            turn: shot.turn.to_radians().sin_cos(),
            tilt: shot.tilt.to_radians().sin_cos(),
            half: (width / 2.0, height / 2.0),
            distance: width.max(height) * DISTANCE,
        }
    }

    fn pixel(&self, x: f32, y: f32) -> f32 {
        let part = |sample: usize| (sample as f32 + 0.5) / SAMPLES as f32;
        let samples = (0..SAMPLES * SAMPLES)
            .map(|sample| self.grey(x + part(sample % SAMPLES), y + part(sample / SAMPLES)));
        samples.sum::<f32>() / (SAMPLES * SAMPLES) as f32
    }

    /// The grey at one point of the frame.
    fn grey(&self, x: f32, y: f32) -> f32 {
        let [dark, light, behind] = self.shot.greys.map(f32::from);
        let x = (x - self.shot.centre.0) / self.shot.module;
        let y = (y - self.shot.centre.1) / self.shot.module;
        let ((turn_sin, turn_cos), (tilt_sin, tilt_cos)) = (self.turn, self.tilt);
        let (x, y) = (turn_cos * x + turn_sin * y, turn_cos * y - turn_sin * x);
        // From the picture back onto the tilted screen, in modules from the code's middle.
        let across = x / (tilt_cos - x * tilt_sin / self.distance);
        let down = y * (1.0 + across * tilt_sin / self.distance);
        if across.abs() > self.half.0 + QUIET || down.abs() > self.half.1 + QUIET {
            return behind;
        }
        let module = ((across + self.half.0).floor(), (down + self.half.1).floor());
        let is_dark =
            module.0 >= 0.0 && module.1 >= 0.0 && self.symbol.is_dark(module.0 as usize, module.1 as usize);
        if is_dark == self.shot.inverted { light } else { dark }
    }
}

#[cfg(test)]
mod tests;
