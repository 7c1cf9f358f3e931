//! The layers of transformers, computed on pixels in a row.

use super::simd::{self, Level};

/// Each pixel's channels less their mean, divided by their deviation, times `scale`, and `shift`.
pub(crate) fn normalise(values: &mut [f32], scale: &[f32], shift: &[f32], epsilon: f32) {
    let count = scale.len() as f32;
    for pixel in values.chunks_exact_mut(scale.len()) {
        let mean = pixel.iter().sum::<f32>() / count;
        let variance = pixel.iter().map(|value| (value - mean) * (value - mean)).sum::<f32>() / count;
        let share = 1.0 / (variance + epsilon).sqrt();
        for ((value, scale), shift) in pixel.iter_mut().zip(scale).zip(shift) {
            *value = (*value - mean) * share * scale + shift;
        }
    }
}

/// Each pixel becomes the mean of all pixels' values, weighted by how well their keys answer its query. A pixel of `from`
/// has `channels` of queries, as many of keys and as many of values, each head's together.
pub(crate) fn attend(heads: usize, scale: f32, from: &[f32], channels: usize, to: &mut [f32]) {
    let (size, count) = (channels / heads, to.len() / channels);
    let (mut keys, mut weights) = (vec![0.0; size * count], vec![0.0; count]);
    for head in 0..heads {
        let third =
            |pixel: usize, which: usize| &from[(3 * pixel + which) * channels + head * size..][..size];
        // Side by side, one number of all keys at a time.
        for pixel in 0..count {
            third(pixel, 1).iter().enumerate().for_each(|(at, key)| keys[at * count + pixel] = *key);
        }
        for (pixel, to) in to.chunks_exact_mut(channels).enumerate() {
            weights.fill(0.0);
            for (query, keys) in third(pixel, 0).iter().zip(keys.chunks_exact(count)) {
                let query = query * scale;
                weights.iter_mut().zip(keys).for_each(|(weight, key)| *weight += query * key);
            }
            simd::softmax(Level::best(), &mut weights);
            let to = &mut to[head * size..][..size];
            to.fill(0.0);
            for (other, weight) in weights.iter().enumerate() {
                to.iter_mut().zip(third(other, 2)).for_each(|(to, value)| *to += weight * value);
            }
        }
    }
}
