//! One network alone, for the benchmark that puts it beside onnxruntime.

use std::time::{Duration, Instant};

use crate::leave::Leave;
use crate::model::{Input, Model, ModelError};

/// Far more than a loaded machine needs for one run.
const RUN_TIME_MAX: Duration = Duration::from_secs(600);

/// A network with one input and one output.
pub struct Network(Model);

impl Network {
    /// From the bytes of an ONNX file; `name` stands in errors.
    pub fn open(name: &str, bytes: &[u8]) -> Result<Self, ModelError> {
        Model::new(name, bytes, 1).map(Self)
    }

    /// The output's numbers for an input of batch, channels, rows and columns, outermost first in both.
    pub fn run(&self, shape: &[usize], values: &[f32]) -> Result<Vec<f32>, ModelError> {
        Ok(self.0.run_one(shape, values, &Leave::until(Instant::now() + RUN_TIME_MAX))?.values)
    }

    /// What each operator took in one run, in the order they ran.
    pub fn profile(&self, shape: &[usize], values: &[f32]) -> Result<Vec<(String, Duration)>, ModelError> {
        self.0.profile(&[Input { shape, values }])
    }
}
