//! The only file (with `graph`) that knows tract: a network from verified bytes, run for as long as it has leave.
//!
//! tract reads every file. Convolutional networks of known layers, which it runs two to three times slower than
//! onnxruntime does, are then run by loops of our own at any size (`lower`, `program`, `layer`, `simd`), for which tract
//! is the reference in the tests. All others run in tract.
//!
//! Recipe for tract (measured on every model we ship): shapes and types written in the file are ignored, the inputs'
//! shapes are made concrete, then the graph is optimised. Symbolic plans are 5 to 11 times slower or do not load, so
//! there is one plan for each set of shapes; callers use few, and the plan unused for longest makes room.

mod attention;
mod enlarged;
mod graph;
mod layer;
mod lower;
mod program;
mod resample;
mod simd;

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tract_onnx::prelude::*;
use tract_onnx::tract_core::plan::eval;

use self::graph::Graph;
use self::program::Program;
use crate::leave::{Leave, Stopped};
use crate::measure;

/// What goes into a network: numbers and their shape, outermost side first.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Input<'a> {
    /// Sides, outermost first.
    pub(crate) shape: &'a [usize],
    /// The numbers, innermost side first.
    pub(crate) values: &'a [f32],
}

/// One network.
pub(crate) struct Model {
    name: String,
    engine: Engine,
}

/// What runs it.
enum Engine {
    /// Loops of our own.
    Own(Box<Program>),
    Tract(Box<Tract>),
}

/// A network in tract with its plans.
struct Tract {
    graph: InferenceModel,
    // Threads that run the same network share its plans; the lock is held while a plan is found or kept,
    // never while one is built or runs.
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
    /// because there is no path to find them by. At most `plans_max` sets of shapes stay ready, where it needs plans.
    pub(crate) fn new(name: &str, bytes: &[u8], plans_max: usize) -> Result<Self, ModelError> {
        Self::read(name, bytes, plans_max, true)
    }

    /// The same network wholly in tract: the reference of tests and benchmarks.
    pub(crate) fn reference(name: &str, bytes: &[u8]) -> Result<Self, ModelError> {
        Self::read(name, bytes, 1, false)
    }

    fn read(name: &str, mut bytes: &[u8], plans_max: usize, own: bool) -> Result<Self, ModelError> {
        let unusable = |reason: String| ModelError::Unusable { name: name.to_owned(), reason };
        let onnx = tract_onnx::onnx().with_ignore_output_shapes(true).with_ignore_value_info(true);
        let file = onnx.proto_model_for_read(&mut bytes).map_err(|error| unusable(format!("{error:#}")))?;
        if own && let Some(graph) = Graph::read(&file) {
            match lower::lower(&graph) {
                Ok(program) => {
                    return Ok(Self { name: name.to_owned(), engine: Engine::Own(Box::new(program)) });
                }
                Err(unknown) => tracing::debug!(name, %unknown, "tract runs this network"),
            }
        }
        let graph = onnx.model_for_proto_model(&file).map_err(|error| unusable(format!("{error:#}")))?;
        if graph.inputs.is_empty() || graph.outputs.is_empty() {
            return Err(unusable("it has no input or no output".to_owned()));
        }
        let tract = Tract { graph, plans: Mutex::default(), plans_max: plans_max.max(1) };
        Ok(Self { name: name.to_owned(), engine: Engine::Tract(Box::new(tract)) })
    }

    /// Makes ready what the inputs' shapes need; in tract it takes 0.1 to 0.4 s of processor time once a set of shapes.
    pub(crate) fn prepare(&self, shapes: &[&[usize]]) -> Result<(), ModelError> {
        match &self.engine {
            Engine::Own(_) => Ok(()),
            Engine::Tract(tract) => tract.plan(shapes).map(drop).map_err(|error| self.failed(&error)),
        }
    }

    /// Runs the network, asking for leave before each of its nodes (at most 30 ms each). Inputs and outputs are in
    /// the file's order.
    pub(crate) fn run(&self, inputs: &[Input], leave: &Leave) -> Result<Vec<Output>, ModelError> {
        measure::note(&self.name, inputs);
        self.watched(inputs, leave, &mut |_, _| {})
    }

    /// The same; `watch` sees what each node took, with its name.
    pub(crate) fn watched(
        &self,
        inputs: &[Input],
        leave: &Leave,
        watch: &mut dyn FnMut(&dyn Fn() -> String, Duration),
    ) -> Result<Vec<Output>, ModelError> {
        match (&self.engine, inputs) {
            (Engine::Own(program), [input]) => {
                let outputs = program.run(input.shape, input.values, leave, &mut |step, side, spent| {
                    watch(&|| format!("{} {side:?}", step.name), spent);
                })?;
                let outputs =
                    outputs.ok_or_else(|| self.failed(&TractError::msg("no input of this size")))?;
                Ok(outputs.into_iter().map(|(shape, values)| Output { shape, values }).collect())
            }
            (Engine::Own(_), _) => Err(self.failed(&TractError::msg("it has one input"))),
            (Engine::Tract(tract), _) => {
                let mut stopped = None;
                match (tract.run(inputs, leave, &mut stopped, watch), stopped) {
                    (Ok(outputs), _) => Ok(outputs),
                    (Err(_), Some(why)) => Err(why.into()),
                    (Err(error), None) => Err(self.failed(&error)),
                }
            }
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

    /// What it gave is not what belongs there.
    pub(crate) fn misshapen(&self, wanted: &str) -> ModelError {
        self.failed(&TractError::msg(format!("it gave something else than {wanted}")))
    }

    fn failed(&self, error: &TractError) -> ModelError {
        ModelError::Failed { name: self.name.clone(), reason: format!("{error:#}") }
    }
}

impl Tract {
    fn run(
        &self,
        inputs: &[Input],
        leave: &Leave,
        stopped: &mut Option<Stopped>,
        watch: &mut dyn FnMut(&dyn Fn() -> String, Duration),
    ) -> TractResult<Vec<Output>> {
        let shapes: Vec<&[usize]> = inputs.iter().map(|input| input.shape).collect();
        let plan = self.plan(&shapes)?;
        let tensors = inputs
            .iter()
            .map(|input| Ok(Tensor::from_shape(input.shape, input.values)?.into()))
            .collect::<TractResult<TVec<TValue>>>()?;
        let outputs =
            TypedSimpleState::new(&plan)?.run_plan_with_eval(tensors, |context, state, node, inputs| {
                if let Err(why) = leave.check() {
                    *stopped = Some(why);
                    return Err(TractError::msg(why));
                }
                let started = Instant::now();
                let outputs = eval(context, state, node, inputs);
                watch(&|| format!("{} {}", node.op.name(), node.name), started.elapsed());
                outputs
            })?;
        outputs.iter().map(output).collect()
    }

    fn plan(&self, shapes: &[&[usize]]) -> TractResult<Arc<TypedSimplePlan>> {
        if let Some(plan) = self.ready(shapes) {
            return Ok(plan);
        }
        // Built without the lock: a person's request never waits for a plan that the background makes ready.
        let plan = self.build(shapes)?;
        let mut plans = self.lock();
        if plans.len() >= self.plans_max {
            plans.remove(0);
        }
        plans.push((shapes.iter().map(|shape| shape.to_vec()).collect(), Arc::clone(&plan)));
        Ok(plan)
    }

    /// The plan for these shapes, if there is one; it is now the most recently used, which is the last.
    fn ready(&self, shapes: &[&[usize]]) -> Option<Arc<TypedSimplePlan>> {
        let mut plans = self.lock();
        let at = plans.iter().position(|(of, _)| of == shapes)?;
        let plan = plans.remove(at);
        let found = Arc::clone(&plan.1);
        plans.push(plan);
        Some(found)
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Plan>> {
        // A thread that panicked left the list as it was.
        self.plans.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn build(&self, shapes: &[&[usize]]) -> TractResult<Arc<TypedSimplePlan>> {
        let mut graph = self.graph.clone();
        for (at, shape) in shapes.iter().enumerate() {
            graph.set_input_fact(at, InferenceFact::dt_shape(f32::datum_type(), *shape))?;
        }
        TypedSimplePlan::new(graph.into_optimized()?)
    }
}

/// See [`measure::without_avx512`].
pub(crate) fn without_avx512() {
    simd::Level::prefer_narrow();
}

fn output(value: &TValue) -> TractResult<Output> {
    Ok(Output {
        shape: value.shape().to_vec(),
        values: value.try_as_plain_ram()?.as_slice::<f32>()?.to_vec(),
    })
}

#[cfg(test)]
mod tests;
