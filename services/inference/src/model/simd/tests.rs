//! Every level against the simplest loops that say the same.

use super::*;

/// Numbers from -1 to 1 that are the same in each run.
fn noise(count: usize, mut state: u32) -> Vec<f32> {
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        state as f32 / u32::MAX as f32 * 2.0 - 1.0
    };
    (0..count).map(|_| next()).collect()
}

fn close(ours: &[f32], expected: &[f32], what: &str) {
    assert_eq!(ours.len(), expected.len(), "{what}");
    for (at, (ours, expected)) in ours.iter().zip(expected).enumerate() {
        assert!(
            (ours - expected).abs() <= 2e-5 * (1.0 + expected.abs()),
            "{what} at {at}: {ours}, not {expected}"
        );
    }
}

#[test]
fn products_are_those_of_plain_loops() {
    // Rows that fill tiles and rows that do not; columns of less than a vector up to several panels.
    for (rows, parts, run, step, columns) in [
        (1, 1, 1, 1, 1),
        (13, 1, 32, 32, 64),
        (50, 3, 9, 3, 16),
        (97, 1, 20, 20, 37),
        (5, 2, 7, 4, 8),
        (29, 1, 5, 5, 80),
    ] {
        let from = noise(parts * 1000 + (rows - 1) * step + run, 1);
        let starts: Vec<usize> = (0..parts).map(|part| part * 1000).collect();
        let (matrix, bias) = (noise(parts * run * columns, 2), noise(columns, 3));
        let to_step = columns + 3;
        let plus = noise(rows * to_step, 4);
        let mut expected = vec![9.0; rows * to_step];
        for row in 0..rows {
            for column in 0..columns {
                let under = starts.iter().flat_map(|start| &from[start + row * step..][..run]);
                let sum: f32 = under.zip(matrix[column..].iter().step_by(columns)).map(|(a, b)| a * b).sum();
                expected[row * to_step + column] =
                    (sum + bias[column] + plus[row * to_step + column]).max(0.0);
            }
        }
        for level in Level::here() {
            let at = |row: usize, column: usize| matrix[row * columns + column];
            let packed = Packed::at_level(level, parts * run, columns, at, |column| bias[column]);
            let mut to = vec![9.0; rows * to_step];
            let product = Product {
                from: &from,
                starts: &starts,
                run,
                step,
                rows,
                plus: Some(&plus),
                activation: Activation::Relu,
            };
            packed.product(&product, &mut to, to_step);
            close(&to, &expected, &format!("{level:?} {rows}x{parts}x{run}x{columns}"));
        }
    }
}

#[test]
fn depthwise_rows_are_those_of_plain_loops() {
    for (channels, kernel, stride, count) in
        [(16, (3, 3), 1, 20), (24, (5, 5), 2, 9), (7, (1, 5), 1, 3), (40, (3, 3), 2, 17)]
    {
        let length = ((count - 1) * stride + kernel.1) * channels;
        let from = noise(kernel.0 * length, 5);
        let starts: Vec<usize> = (0..kernel.0).map(|row| row * length).collect();
        let (weights, bias) = (noise(kernel.0 * kernel.1 * channels, 6), noise(channels, 7));
        let mut expected = vec![0.0; count * channels];
        for (at, to) in expected.iter_mut().enumerate() {
            let (pixel, channel) = (at / channels, at % channels);
            *to = bias[channel];
            for place in 0..kernel.0 * kernel.1 {
                let (y, x) = (place / kernel.1, place % kernel.1);
                *to += from[starts[y] + (pixel * stride + x) * channels + channel]
                    * weights[place * channels + channel];
            }
        }
        let depthwise =
            Depthwise { weights: &weights, bias: &bias, kernel, stride, activation: Activation::None };
        for level in Level::here() {
            let mut to = vec![0.0; count * channels];
            depthwise.row(level, &from, &starts, &mut to);
            close(&to, &expected, &format!("{level:?} {channels} {kernel:?} {stride}"));
        }
    }
}

#[test]
fn activations_are_those_of_double_precision() {
    let numbers: Vec<f32> = (-300..=301).map(|at| at as f32 / 20.0).collect();
    let sigmoid = |x: f64| 1.0 / (1.0 + (-x).exp());
    // By the integral, because the standard library has no error function.
    let gelu = |x: f64| {
        let step = x / 4000.0;
        let bell = |t: f64| (-t * t / 2.0).exp() / (2.0 * std::f64::consts::PI).sqrt();
        let area: f64 = (0..4000).map(|at| bell((f64::from(at) + 0.5) * step) * step).sum();
        x * (0.5 + area)
    };
    let hard = |x: f64| (x * 0.2 + 0.5).clamp(0.0, 1.0);
    let cases: [(Activation, &dyn Fn(f64) -> f64); 7] = [
        (Activation::None, &|x| x),
        (Activation::Relu, &|x| x.max(0.0)),
        (Activation::Gelu, &gelu),
        (Activation::HardSigmoid(0.2, 0.5), &hard),
        (Activation::HardSwish(0.2, 0.5), &|x| x * hard(x)),
        (Activation::Sigmoid, &sigmoid),
        (Activation::Swish, &|x| x * sigmoid(x)),
    ];
    for (activation, exact) in cases {
        let expected: Vec<f32> = numbers.iter().map(|&x| exact(f64::from(x)) as f32).collect();
        for level in Level::here() {
            let mut ours = numbers.clone();
            activate(level, activation, &mut ours);
            close(&ours, &expected, &format!("{level:?} {activation:?}"));
        }
    }
}

#[test]
fn a_softmax_of_large_numbers_sums_to_one() {
    let numbers: Vec<f32> = noise(6906, 8).iter().map(|number| number * 200.0).collect();
    let most = numbers.iter().copied().fold(f32::MIN, f32::max);
    let powers: Vec<f64> = numbers.iter().map(|&number| f64::from(number - most).exp()).collect();
    let sum: f64 = powers.iter().sum();
    let expected: Vec<f32> = powers.iter().map(|power| (power / sum) as f32).collect();
    for level in Level::here() {
        let mut ours = numbers.clone();
        softmax(level, &mut ours);
        close(&ours, &expected, &format!("{level:?}"));
        assert!((ours.iter().sum::<f32>() - 1.0).abs() < 1e-4, "{level:?}");
    }
}

#[test]
fn sums_and_factors_go_by_channel() {
    for channels in [1, 5, 16, 40] {
        let (values, factors) = (noise(channels * 31, 9), noise(channels, 10));
        let mut sums = vec![0.0; channels];
        values
            .chunks(channels)
            .for_each(|pixel| sums.iter_mut().zip(pixel).for_each(|(sum, value)| *sum += value));
        let scaled: Vec<f32> =
            values.iter().enumerate().map(|(at, value)| value * factors[at % channels]).collect();
        let doubled: Vec<f32> = values.iter().map(|value| value + value).collect();
        for level in Level::here() {
            let mut ours = vec![0.0; channels];
            sum(level, &values, &mut ours);
            close(&ours, &sums, &format!("{level:?} sum of {channels}"));
            let mut ours = values.clone();
            scale(level, &mut ours, &factors);
            close(&ours, &scaled, &format!("{level:?} scale of {channels}"));
            let mut ours = values.clone();
            add(level, &mut ours, &values);
            close(&ours, &doubled, &format!("{level:?} add of {channels}"));
            greater(level, &mut ours, &vec![0.25; values.len()]);
            let expected: Vec<f32> = doubled.iter().map(|value| value.max(0.25)).collect();
            close(&ours, &expected, &format!("{level:?} greater of {channels}"));
        }
    }
}
