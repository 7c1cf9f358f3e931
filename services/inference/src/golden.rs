//! A network's golden sample: what onnxruntime gave for an input that anybody can make again. It stands in the models'
//! manifest (`assets/models/golden.py` makes it), and a network serves only after it gave the same numbers here.

use serde::Deserialize;

use crate::leave::Leave;
use crate::model::{Input, Model, ModelError};

/// Largest difference, absolute where numbers are below 1 and relative above: ten times what two builds of the same
/// network differ by, and a hundredth of what a wrong weight does.
const TOLERANCE: f32 = 1e-3;

/// See the module.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Golden {
    /// Shapes of the inputs, in the file's order.
    inputs: Vec<Vec<usize>>,
    /// Some numbers of each output, in the file's order.
    outputs: Vec<Sample>,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Sample {
    shape: Vec<usize>,
    /// Where in the output, innermost side first.
    at: Vec<usize>,
    /// What is there.
    values: Vec<f32>,
}

impl Golden {
    /// Runs the network on the sample; an error within says in words how it differs.
    pub(crate) fn check(&self, model: &Model, leave: &Leave) -> Result<Result<(), String>, ModelError> {
        let values: Vec<Vec<f32>> = self.inputs.iter().map(|shape| ramp(shape.iter().product())).collect();
        let inputs: Vec<Input> =
            self.inputs.iter().zip(&values).map(|(shape, values)| Input { shape, values }).collect();
        let outputs = model.run(&inputs, leave)?;
        if outputs.len() < self.outputs.len() {
            return Ok(Err(format!("it has {} outputs instead of {}", outputs.len(), self.outputs.len())));
        }
        let differs = self.outputs.iter().zip(&outputs).find_map(|(sample, output)| {
            if sample.shape != output.shape {
                return Some(format!("its answer is {:?} instead of {:?}", output.shape, sample.shape));
            }
            sample.differs(&output.values)
        });
        Ok(differs.map_or(Ok(()), Err))
    }
}

impl Sample {
    fn differs(&self, values: &[f32]) -> Option<String> {
        self.at.iter().zip(&self.values).find_map(|(&at, &wanted)| {
            let found = values.get(at).copied().unwrap_or(f32::NAN);
            let near = (found - wanted).abs() <= TOLERANCE * wanted.abs().max(1.0);
            (!near).then(|| format!("its golden sample gives {found} instead of {wanted} at {at}"))
        })
    }
}

/// The sample's input: numbers from -1 up to 1 without a pattern, the same everywhere (Knuth's multiplicative hash).
fn ramp(len: usize) -> Vec<f32> {
    let number = |at: u32| f64::from(at.wrapping_mul(2_654_435_761)) / f64::from(1_u32 << 31) - 1.0;
    (0_u32..).take(len).map(|at| number(at) as f32).collect()
}

#[cfg(test)]
mod tests;
