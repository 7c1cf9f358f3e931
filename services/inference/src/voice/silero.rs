//! Silero VAD (MIT), the second opinion: how likely 32 ms of sound are speech, from a small recurrent network.
//!
//! Input `[1, 576]`: the last 64 samples of the frame before and 512 new ones, -1 to 1 at 16 kHz, and its state
//! `[2, 1, 128]`; output a likelihood and the next state.

use crate::leave::Leave;
use crate::model::{Input, Model, ModelError, Output};

/// Its file below the models.
pub(crate) const FILE: &str = "silero-vad-16k.onnx";
/// New samples a run.
pub(crate) const FRAME: usize = 512;
const CONTEXT: usize = 64;
const STATE: [usize; 3] = [2, 1, 128];

/// What it remembers of one sound.
#[derive(Clone)]
pub(crate) struct Memory {
    context: [f32; CONTEXT],
    state: Vec<f32>,
}

impl Default for Memory {
    fn default() -> Self {
        Self { context: [0.0; CONTEXT], state: vec![0.0; STATE.iter().product()] }
    }
}

/// Makes it ready to run.
pub(crate) fn prepare(model: &Model) -> Result<(), ModelError> {
    model.prepare(&[&[1, CONTEXT + FRAME], &STATE])
}

/// How likely the next [`FRAME`] samples are speech.
pub(crate) fn judge(
    model: &Model,
    memory: &mut Memory,
    samples: &[f32],
    leave: &Leave,
) -> Result<f32, ModelError> {
    let input = [memory.context.as_slice(), samples].concat();
    memory.context.copy_from_slice(&input[input.len() - CONTEXT..]);
    let outputs = model.run(
        &[Input { shape: &[1, input.len()], values: &input }, Input { shape: &STATE, values: &memory.state }],
        leave,
    )?;
    let [probability, state] =
        <[Output; 2]>::try_from(outputs).map_err(|_| model.misshapen("a likelihood and a state"))?;
    memory.state = state.values;
    probability.values.first().copied().ok_or_else(|| model.misshapen("a likelihood"))
}
