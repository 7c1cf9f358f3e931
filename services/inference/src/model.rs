//! The only file that knows tract: a network from verified bytes, run at fixed shapes for as long as it has leave.
//!
//! Recipe (measured on every model we ship): shapes and types written in the file are ignored, the inputs' shapes are
//! made concrete, then the graph is optimised. Symbolic plans are 5 to 11 times slower or do not load, so there is
//! one plan for each set of shapes; callers use few, and the plan unused for longest makes room.

use std::sync::Mutex;

use tract_onnx::prelude::*;
use tract_onnx::tract_core::plan::eval;

use crate::leave::{Leave, Stopped};

/// What goes into a network: numbers and their shape, outermost side first.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Input<'a> {
    /// Sides, outermost first.
    pub(crate) shape: &'a [usize],
    /// The numbers, innermost side first.
    pub(crate) values: &'a [f32],
}

/// One network with its plans.
pub(crate) struct Model {
    name: String,
    graph: InferenceModel,
    // Threads that run the same network share its plans; the lock is held while a plan is found or built, never
    // while one runs.
    plans: Mutex<Vec<Plan>>,
    plans_max: usize,
}

/// Shapes of all inputs, and what runs at them.
type Plan = (Vec<Vec<usize>>, Arc<TypedSimplePlan>);

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
    /// The file is not a network.
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
    /// It had no leave to go on.
    #[error(transparent)]
    Stopped(#[from] Stopped),
}

impl Model {
    /// A network from the bytes of an ONNX file whose hash has been checked. Weights outside the file are refused,
    /// because there is no path to find them by. At most `plans_max` sets of shapes stay ready.
    pub(crate) fn new(name: &str, mut bytes: &[u8], plans_max: usize) -> Result<Self, ModelError> {
        let unusable = |reason: String| ModelError::Unusable { name: name.to_owned(), reason };
        let graph = tract_onnx::onnx()
            .with_ignore_output_shapes(true)
            .with_ignore_value_info(true)
            .model_for_read(&mut bytes)
            .map_err(|error| unusable(format!("{error:#}")))?;
        if graph.inputs.is_empty() || graph.outputs.is_empty() {
            return Err(unusable("it has no input or no output".to_owned()));
        }
        Ok(Self { name: name.to_owned(), graph, plans: Mutex::default(), plans_max: plans_max.max(1) })
    }

    /// Makes the plan for the inputs' shapes ready; takes 0.1 to 0.4 s of processor time once a set of shapes.
    pub(crate) fn prepare(&self, shapes: &[&[usize]]) -> Result<(), ModelError> {
        self.plan(shapes).map(drop)
    }

    /// Runs the network, asking for leave before each of its nodes (at most 30 ms each). Inputs and outputs are in
    /// the file's order.
    pub(crate) fn run(&self, inputs: &[Input], leave: &Leave) -> Result<Vec<Output>, ModelError> {
        let shapes: Vec<&[usize]> = inputs.iter().map(|input| input.shape).collect();
        let plan = self.plan(&shapes)?;
        let mut stopped = None;
        let outcome = inputs
            .iter()
            .map(|input| Ok(Tensor::from_shape(input.shape, input.values)?.into()))
            .collect::<TractResult<TVec<TValue>>>()
            .and_then(|tensors| {
                TypedSimpleState::new(&plan)?.run_plan_with_eval(tensors, |context, state, node, inputs| {
                    if let Err(why) = leave.check() {
                        stopped = Some(why);
                        return Err(TractError::msg(why));
                    }
                    eval(context, state, node, inputs)
                })
            })
            .and_then(|outputs| outputs.iter().map(output).collect());
        match (outcome, stopped) {
            (Ok(outputs), _) => Ok(outputs),
            (Err(_), Some(why)) => Err(why.into()),
            (Err(error), None) => Err(self.failed(&error)),
        }
    }

    /// Runs a network that has one input, and gives its first output.
    pub(crate) fn run_one(
        &self,
        shape: &[usize],
        values: &[f32],
        leave: &Leave,
    ) -> Result<Output, ModelError> {
        let mut outputs = self.run(&[Input { shape, values }], leave)?;
        if outputs.is_empty() {
            return Err(self.failed(&TractError::msg("no output")));
        }
        Ok(outputs.swap_remove(0))
    }

    fn plan(&self, shapes: &[&[usize]]) -> Result<Arc<TypedSimplePlan>, ModelError> {
        // A thread that panicked while it built a plan left the list as it was.
        let mut plans = self.plans.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        // Most recently used last.
        let plan = match plans.iter().position(|(of, _)| of == shapes) {
            Some(at) => plans.remove(at).1,
            None => self.build(shapes).map_err(|error| self.failed(&error))?,
        };
        if plans.len() >= self.plans_max {
            plans.remove(0);
        }
        plans.push((shapes.iter().map(|shape| shape.to_vec()).collect(), Arc::clone(&plan)));
        Ok(plan)
    }

    fn build(&self, shapes: &[&[usize]]) -> TractResult<Arc<TypedSimplePlan>> {
        let mut graph = self.graph.clone();
        for (at, shape) in shapes.iter().enumerate() {
            graph.set_input_fact(at, InferenceFact::dt_shape(f32::datum_type(), *shape))?;
        }
        TypedSimplePlan::new(graph.into_optimized()?)
    }

    /// What it gave is not what belongs there.
    pub(crate) fn misshapen(&self, wanted: &str) -> ModelError {
        ModelError::Failed {
            name: self.name.clone(),
            reason: format!("it gave something else than {wanted}"),
        }
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
