//! The network: piece embeddings, convolutions of two, three and five pieces, their mean, dense layers.

use super::EMBEDDING_LEN;
use super::weights::Weights;
use crate::leave::{Leave, Stopped};

/// The table of embeddings is cut into this many blocks; piece `p` is row `p / BLOCKS` of block `p % BLOCKS`.
const BLOCKS: usize = 17;
/// Rows of each block.
const BLOCK_ROWS: usize = 7_530;
/// Numbers of a convolution's answer.
const BRANCH_LEN: usize = 256;
/// Pieces that each convolution sees, and how many of them lie before the one it is about.
const BRANCHES: [(usize, usize); 3] = [(2, 0), (3, 1), (5, 2)];
/// Numbers a piece has before the mean: its embedding and what each convolution says.
const FEATURES_LEN: usize = EMBEDDING_LEN + BRANCHES.len() * BRANCH_LEN;
/// Numbers of the two middle dense layers.
const DENSE_LEN: usize = 320;

/// Outputs by inputs, one input's row after the other, and what is added.
struct Layer {
    rows: Vec<f32>,
    bias: Vec<f32>,
}

impl Layer {
    /// Each row of `inputs` (of `rows.len() / bias.len()` numbers) to a row of outputs.
    fn apply(&self, inputs: &[f32]) -> Vec<f32> {
        let outs = self.bias.len();
        let ins = self.rows.len() / outs;
        let mut outputs = self.bias.repeat(inputs.len() / ins);
        // A row of weights is used for every piece while it is in the cache.
        for (at, weights) in self.rows.chunks_exact(outs).enumerate() {
            for (output, input) in outputs.chunks_exact_mut(outs).zip(inputs.chunks_exact(ins)) {
                let factor = input[at];
                if factor != 0.0 {
                    for (sum, weight) in output.iter_mut().zip(weights) {
                        *sum += factor * weight;
                    }
                }
            }
        }
        outputs
    }
}

struct Norm {
    factor: Vec<f32>,
    bias: Vec<f32>,
}

impl Norm {
    /// Every row to mean 0 and deviation 1, then scaled.
    fn apply(&self, rows: &mut [f32], epsilon: f32) {
        for row in rows.chunks_exact_mut(self.factor.len()) {
            let len = row.len() as f32;
            let mean = row.iter().sum::<f32>() / len;
            let variance = row.iter().map(|x| (x - mean) * (x - mean)).sum::<f32>() / len;
            let scale = 1.0 / (variance + epsilon).sqrt();
            for ((x, factor), bias) in row.iter_mut().zip(&self.factor).zip(&self.bias) {
                *x = (*x - mean) * scale * factor + bias;
            }
        }
    }
}

struct Branch {
    first: Layer,
    second: Layer,
}

pub(super) struct Encoder {
    /// Embeddings of all pieces, in steps of their block's scale.
    blocks: Vec<Vec<u8>>,
    scale: Vec<f32>,
    low: Vec<f32>,
    /// To the inputs of all three branches at once.
    project: Layer,
    project_norm: Norm,
    branches: Vec<Branch>,
    features_norm: Norm,
    mix: Layer,
    /// The dense layers: two and their short cuts.
    dense: [Layer; 4],
    short: [Layer; 2],
    epsilon: f32,
}

impl Encoder {
    pub(super) fn parse(bytes: &[u8]) -> Result<Self, String> {
        let mut file = Weights::open(bytes)?;
        let blocks = (1..=BLOCKS)
            .map(|block| file.take(&format!("q{block}"), &[BLOCK_ROWS, EMBEDDING_LEN]))
            .collect::<Result<_, _>>()?;
        let branch_len = BRANCH_LEN * BRANCHES.len();
        let mut project = Layer { rows: vec![0.0; EMBEDDING_LEN * branch_len], bias: Vec::new() };
        let mut project_norm = Norm { factor: Vec::new(), bias: Vec::new() };
        let mut branches = Vec::new();
        for (at, (order, _)) in BRANCHES.into_iter().enumerate() {
            let part: Vec<f32> = file.take(&format!("proj{order}"), &[EMBEDDING_LEN, BRANCH_LEN])?;
            let rows = project.rows.chunks_exact_mut(branch_len);
            for (row, part) in rows.zip(part.chunks_exact(BRANCH_LEN)) {
                row[at * BRANCH_LEN..][..BRANCH_LEN].copy_from_slice(part);
            }
            let mut vector = |name: &str| file.take::<f32>(&format!("{name}{order}"), &[BRANCH_LEN]);
            project.bias.extend(vector("proj_b")?);
            project_norm.factor.extend(vector("ln_g")?);
            project_norm.bias.extend(vector("ln_b")?);
            let (first, second) = (vector("b1_")?, vector("b2_")?);
            let mut layer = |name: &str, bias| {
                let rows = file.take(&format!("{name}_{order}"), &[order * BRANCH_LEN, BRANCH_LEN])?;
                Ok::<_, String>(Layer { rows, bias })
            };
            branches.push(Branch { first: layer("w1", first)?, second: layer("w2", second)? });
        }
        let mut plain = |name: &str, ins: usize, outs: usize| {
            Ok::<_, String>(Layer { rows: file.take(name, &[ins, outs])?, bias: vec![0.0; outs] })
        };
        let dense = [
            plain("d0", EMBEDDING_LEN, DENSE_LEN)?,
            plain("d1", DENSE_LEN, DENSE_LEN)?,
            plain("d2", DENSE_LEN, EMBEDDING_LEN)?,
            plain("d3", EMBEDDING_LEN, EMBEDDING_LEN)?,
        ];
        let short = [plain("p1", EMBEDDING_LEN, DENSE_LEN)?, plain("p3", DENSE_LEN, EMBEDDING_LEN)?];
        let mut mix = plain("cnn_W", FEATURES_LEN, EMBEDDING_LEN)?;
        mix.bias = file.take("cnn_b", &[EMBEDDING_LEN])?;
        let factor = file.take("ln_g", &[FEATURES_LEN])?;
        let features_norm = Norm { factor, bias: file.take("ln_b", &[FEATURES_LEN])? };
        let epsilon = file.take::<f64>("eps", &[])?.first().copied().unwrap_or(0.0) as f32;
        let (scale, low) = (file.take("scale", &[BLOCKS])?, file.take("lo", &[BLOCKS])?);
        Ok(Self {
            blocks,
            scale,
            low,
            project,
            project_norm,
            branches,
            features_norm,
            mix,
            dense,
            short,
            epsilon,
        })
    }

    /// The direction that a sentence of pieces points to, of length 1.
    pub(super) fn encode(&self, pieces: &[u32], leave: &Leave) -> Result<Vec<f32>, Stopped> {
        let count = pieces.len();
        let embedded: Vec<f32> = pieces.iter().flat_map(|&piece| self.embedding(piece as usize)).collect();
        leave.check()?;
        let mut projected = self.project.apply(&embedded);
        self.project_norm.apply(&mut projected, self.epsilon);
        let mut features = vec![0.0; count * FEATURES_LEN];
        put(&mut features, FEATURES_LEN, 0, &embedded, EMBEDDING_LEN);
        for (at, (branch, window)) in self.branches.iter().zip(BRANCHES).enumerate() {
            leave.check()?;
            let inputs: Vec<f32> = projected
                .chunks_exact(BRANCH_LEN * BRANCHES.len())
                .flat_map(|row| row[at * BRANCH_LEN..][..BRANCH_LEN].iter().copied())
                .collect();
            let said = convolve(&branch.second, &convolve(&branch.first, &inputs, window), window);
            put(&mut features, FEATURES_LEN, EMBEDDING_LEN + at * BRANCH_LEN, &said, BRANCH_LEN);
        }
        self.features_norm.apply(&mut features, self.epsilon);
        let mut sum = vec![0.0; FEATURES_LEN];
        for row in features.chunks_exact(FEATURES_LEN) {
            sum.iter_mut().zip(row).for_each(|(sum, x)| *sum += x / count as f32);
        }
        leave.check()?;
        // The reference divides the sum of all mixed rows by the root of their number.
        let root = (count as f32).sqrt();
        let mixed: Vec<f32> = self.mix.apply(&sum).into_iter().map(|x| x * root).collect();
        Ok(self.direction(&mixed))
    }

    fn direction(&self, mixed: &[f32]) -> Vec<f32> {
        let [d0, d1, d2, d3] = &self.dense;
        let [p1, p3] = &self.short;
        let rise = |row: Vec<f32>| row.into_iter().map(|x| x.max(0.0)).collect::<Vec<f32>>();
        let y0 = rise(d0.apply(mixed));
        let y1 = rise(added(p1.apply(mixed), &d1.apply(&y0)));
        let y2 = rise(d2.apply(&y1));
        let z: Vec<f32> = added(p3.apply(&y1), &d3.apply(&y2)).into_iter().map(f32::tanh).collect();
        let length = z.iter().map(|x| x * x).sum::<f32>().max(self.epsilon).sqrt();
        z.into_iter().map(|x| x / length).collect()
    }

    fn embedding(&self, piece: usize) -> impl Iterator<Item = f32> {
        let block = piece % BLOCKS;
        // The model's file has as many pieces as there are rows; a piece beyond them would be a bug of the tokenizer.
        let row = (piece / BLOCKS).min(BLOCK_ROWS - 1);
        let steps = &self.blocks[block][row * EMBEDDING_LEN..][..EMBEDDING_LEN];
        let (scale, low) = (self.scale[block], self.low[block]);
        steps.iter().map(move |&step| f32::from(step) * scale + low)
    }
}

/// What the layer says of each piece's neighbourhood, on top of the piece itself. Beyond the sentence is nothing.
fn convolve(layer: &Layer, inputs: &[f32], (order, before): (usize, usize)) -> Vec<f32> {
    let count = inputs.len() / BRANCH_LEN;
    let mut windows = vec![0.0; count * order * BRANCH_LEN];
    for (at, window) in windows.chunks_exact_mut(order * BRANCH_LEN).enumerate() {
        for (slot, part) in window.chunks_exact_mut(BRANCH_LEN).enumerate() {
            let neighbour = (at + slot).checked_sub(before).filter(|&neighbour| neighbour < count);
            if let Some(neighbour) = neighbour {
                part.copy_from_slice(&inputs[neighbour * BRANCH_LEN..][..BRANCH_LEN]);
            }
        }
    }
    let mut outputs = layer.apply(&windows);
    for (output, input) in outputs.iter_mut().zip(inputs) {
        *output = output.max(0.0) + input;
    }
    outputs
}

/// Puts rows of `len` numbers into wider rows, from column `from` on.
fn put(wide: &mut [f32], wide_len: usize, from: usize, rows: &[f32], len: usize) {
    for (wide, row) in wide.chunks_exact_mut(wide_len).zip(rows.chunks_exact(len)) {
        wide[from..from + len].copy_from_slice(row);
    }
}

fn added(mut row: Vec<f32>, other: &[f32]) -> Vec<f32> {
    row.iter_mut().zip(other).for_each(|(x, y)| *x += y);
    row
}
