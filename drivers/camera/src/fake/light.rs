//! What lamps, lenses, hands and sensors do to a frame.

/// A reflection adds this much in its middle, and nothing at its rim.
const LAMP: f32 = 400.0;
/// A Gaussian is cut off after so many deviations.
const GAUSS_WIDTH: f32 = 3.0;

/// Adds a lamp's reflection with a soft rim.
pub(super) fn reflect(frame: &mut [f32], width: usize, ((x, y), radius): ((f32, f32), f32)) {
    for (at, grey) in frame.iter_mut().enumerate() {
        let away = (at % width) as f32 + 0.5 - x;
        let distance = away.hypot((at / width) as f32 + 0.5 - y) / radius.max(0.1);
        *grey += LAMP * (2.0 - 2.0 * distance).clamp(0.0, 1.0);
    }
}

/// Blurs by a Gaussian of this deviation.
pub(super) fn blur(frame: &mut [f32], (width, height): (usize, usize), deviation: f32) {
    if deviation <= 0.0 {
        return;
    }
    let reach = (deviation * GAUSS_WIDTH).ceil() as usize;
    let weight = |at: usize| {
        let away = (at as f32 - reach as f32) / deviation;
        (-away * away / 2.0).exp()
    };
    let kernel: Vec<f32> = (0..=2 * reach).map(weight).collect();
    for row in frame.chunks_mut(width) {
        let blurred = weighed(row, &kernel);
        row.copy_from_slice(&blurred);
    }
    let mut column = vec![0.0; height];
    for x in 0..width {
        for (y, grey) in column.iter_mut().enumerate() {
            *grey = frame[y * width + x];
        }
        for (y, grey) in weighed(&column, &kernel).into_iter().enumerate() {
            frame[y * width + x] = grey;
        }
    }
}

/// Smears each row over so many pixels.
pub(super) fn smear(frame: &mut [f32], width: usize, length: f32) {
    if length <= 0.0 {
        return;
    }
    let reach = (length / 2.0).ceil() as usize;
    // The outermost pixels count by the part of them that is passed over.
    let weight = |at: usize| (length / 2.0 + 0.5 - (at as f32 - reach as f32).abs()).clamp(0.0, 1.0);
    let kernel: Vec<f32> = (0..=2 * reach).map(weight).collect();
    for row in frame.chunks_mut(width) {
        let smeared = weighed(row, &kernel);
        row.copy_from_slice(&smeared);
    }
}

/// The mean of the surroundings of each, by weights; the ends go on for ever.
fn weighed(line: &[f32], kernel: &[f32]) -> Vec<f32> {
    let reach = kernel.len() / 2;
    let total: f32 = kernel.iter().sum();
    let at = |place: usize| line[place.saturating_sub(reach).min(line.len() - 1)];
    (0..line.len())
        .map(|x| kernel.iter().enumerate().map(|(k, weight)| weight * at(x + k)).sum::<f32>() / total)
        .collect()
}

/// Adds noise of this deviation; the same for the same seed.
pub(super) fn noise(frame: &mut [f32], deviation: f32, seed: u64) {
    if deviation <= 0.0 {
        return;
    }
    let mut state = seed;
    for grey in frame {
        state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut bits = state;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        bits ^= bits >> 31;
        // Four even numbers of 16 bits add up to nearly a Gaussian, of variance 4 / 12.
        let sum: f32 = (0..4).map(|quarter| ((bits >> (quarter * 16)) & 0xFFFF) as f32 / 65536.0).sum();
        *grey += (sum - 2.0) * 3f32.sqrt() * deviation;
    }
}
