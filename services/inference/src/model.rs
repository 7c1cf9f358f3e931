//! The only file that knows tract: a network from verified bytes, run at fixed shapes until a deadline.
//!
//! Recipe (measured on every model we ship): shapes and types written in the file are ignored, the input's shape is
//! made concrete, then the graph is optimised. Symbolic plans are 5 to 11 times slower or do not load, so there is
//! one plan a shape; callers use few shapes, and the plan unused for longest makes room.

use std::time::{Duration, Instant};

use tract_onnx::prelude::*;
use tract_onnx::tract_core::plan::eval;

/// Batch, channels, rows, columns.
pub(crate) type Shape = [usize; 4];

/// One network with its plans.
pub(crate) struct Model {
    name: String,
    graph: InferenceModel,
    plans: Vec<(Shape, Arc<TypedSimplePlan>)>,
    plans_max: usize,
}

/// What a run gave: numbers and their shape.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Output {
    /// Sides, outermost first.
    pub(crate) shape: Vec<usize>,
    /// The numbers, innermost side first.
    pub(crate) values: Vec<f32>,
}

/// Why a model does not run.
#[derive(Debug, thiserror::Error)]
pub enum ModelError {
    /// The file is not a network, or not one that takes a picture and gives one result.
    #[error("{name} cannot be used: {reason}; install the assets again")]
    Unusable {
        /// The model's file.
        name: String,
        /// What was wrong with it.
        reason: String,
    },
    /// A run failed.
    #[error("{name} failed: {reason}")]
    Failed {
        /// The model's file.
        name: String,
        /// What tract says.
        reason: String,
    },
    /// The time was over before it was done.
    #[error("recognition took too long and was given up; try again, or select less")]
    DeadlinePassed,
}

impl Model {
    /// A network from the bytes of an ONNX file whose hash has been checked. Weights outside the file are refused,
    /// because there is no path to find them by. At most `plans_max` shapes stay ready.
    pub(crate) fn new(name: &str, mut bytes: &[u8], plans_max: usize) -> Result<Self, ModelError> {
        let unusable = |reason: String| ModelError::Unusable { name: name.to_owned(), reason };
        let graph = tract_onnx::onnx()
            .with_ignore_output_shapes(true)
            .with_ignore_value_info(true)
            .model_for_read(&mut bytes)
            .map_err(|error| unusable(format!("{error:#}")))?;
        let (inputs, outputs) = (graph.inputs.len(), graph.outputs.len());
        if (inputs, outputs) != (1, 1) {
            return Err(unusable(format!(
                "it has {inputs} inputs and {outputs} outputs instead of one each"
            )));
        }
        Ok(Self { name: name.to_owned(), graph, plans: Vec::new(), plans_max: plans_max.max(1) })
    }

    /// Makes the plan for a shape ready; takes 0.1 to 0.4 s of processor time once a shape.
    pub(crate) fn prepare(&mut self, shape: Shape) -> Result<(), ModelError> {
        self.plan(shape).map(|_| ())
    }

    /// Runs the network on `input`, looking at the clock before each of its nodes (at most 30 ms each).
    pub(crate) fn run(&mut self, shape: Shape, input: &[f32], until: Instant) -> Result<Output, ModelError> {
        let plan = self.plan(shape)?;
        let mut late = false;
        let outcome = Tensor::from_shape(&shape, input)
            .and_then(|tensor| {
                TypedSimpleState::new(&plan)?.run_plan_with_eval(
                    tvec![tensor.into()],
                    |context, state, node, inputs| {
                        late = Instant::now() >= until;
                        if late {
                            return Err(TractError::msg("deadline passed"));
                        }
                        eval(context, state, node, inputs)
                    },
                )
            })
            .and_then(|outputs| {
                outputs.first().map(output).unwrap_or_else(|| Err(TractError::msg("no output")))
            });
        match outcome {
            Ok(output) => Ok(output),
            Err(_) if late => Err(ModelError::DeadlinePassed),
            Err(error) => Err(self.failed(&error)),
        }
    }

    /// Runs the network once and tells what each of its nodes took, in the order they ran.
    pub(crate) fn profile(
        &mut self,
        shape: Shape,
        input: &[f32],
    ) -> Result<Vec<(String, Duration)>, ModelError> {
        let plan = self.plan(shape)?;
        let mut spent = Vec::new();
        Tensor::from_shape(&shape, input)
            .and_then(|tensor| {
                TypedSimpleState::new(&plan)?.run_plan_with_eval(
                    tvec![tensor.into()],
                    |context, state, node, inputs| {
                        let start = Instant::now();
                        let outputs = eval(context, state, node, inputs);
                        let facts: Vec<String> =
                            node.outputs.iter().map(|output| format!("{:?}", output.fact)).collect();
                        spent.push((
                            format!("{} {} {}", node.op.name(), node.name, facts.join(" ")),
                            start.elapsed(),
                        ));
                        outputs
                    },
                )
            })
            .map_err(|error| self.failed(&error))?;
        Ok(spent)
    }

    fn plan(&mut self, shape: Shape) -> Result<Arc<TypedSimplePlan>, ModelError> {
        // Most recently used last.
        let plan = match self.plans.iter().position(|(of, _)| *of == shape) {
            Some(at) => self.plans.remove(at).1,
            None => self.build(shape).map_err(|error| self.failed(&error))?,
        };
        if self.plans.len() >= self.plans_max {
            self.plans.remove(0);
        }
        self.plans.push((shape, Arc::clone(&plan)));
        Ok(plan)
    }

    fn build(&self, shape: Shape) -> TractResult<Arc<TypedSimplePlan>> {
        let fact = InferenceFact::dt_shape(f32::datum_type(), shape);
        let optimised = self.graph.clone().with_input_fact(0, fact)?.into_optimized()?;
        TypedSimplePlan::new(optimised)
    }

    fn failed(&self, error: &TractError) -> ModelError {
        ModelError::Failed { name: self.name.clone(), reason: format!("{error:#}") }
    }
}

fn output(value: &TValue) -> TractResult<Output> {
    Ok(Output {
        shape: value.shape().to_vec(),
        values: value.try_as_plain_ram()?.as_slice::<f32>()?.to_vec(),
    })
}

#[cfg(test)]
mod tests;
