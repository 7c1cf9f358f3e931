//! Networks alone, and what a task asks of them, for the benchmark that puts them beside onnxruntime.

use std::cell::RefCell;
use std::time::{Duration, Instant};

use crate::leave::Leave;
use crate::model::{Input, Model, ModelError};
use crate::open::OpenError;
use crate::raster::Raster;
use crate::text::Reader;

/// Far more than a loaded machine needs for one run.
const RUN_TIME_MAX: Duration = Duration::from_secs(600);

/// One run of a network: its name, the shapes of its inputs and their numbers.
pub type Run = (String, Vec<(Vec<usize>, Vec<f32>)>);

thread_local! {
    static RUNS: RefCell<Option<Vec<Run>>> = const { RefCell::new(None) };
}

/// What networks this thread runs while it does `task`, with what the task gave.
pub fn runs_of<T>(task: impl FnOnce() -> T) -> (T, Vec<Run>) {
    RUNS.set(Some(Vec::new()));
    let outcome = task();
    (outcome, RUNS.take().unwrap_or_default())
}

/// Notes a run where somebody asked for it.
pub(crate) fn note(name: &str, inputs: &[Input]) {
    RUNS.with_borrow_mut(|runs| {
        if let Some(runs) = runs {
            let inputs = inputs.iter().map(|input| (input.shape.to_vec(), input.values.to_vec())).collect();
            runs.push((name.to_owned(), inputs));
        }
    });
}

/// Makes every network that is opened from now on do without AVX-512, as most machines must.
pub fn without_avx512() {
    crate::model::without_avx512();
}

/// A network with one input and one output.
pub struct Network(Model);

impl Network {
    /// From the bytes of an ONNX file; `name` stands in errors.
    pub fn open(name: &str, bytes: &[u8]) -> Result<Self, ModelError> {
        Model::new(name, bytes, 1).map(Self)
    }

    /// The same network wholly in tract.
    pub fn open_in_tract(name: &str, bytes: &[u8]) -> Result<Self, ModelError> {
        Model::reference(name, bytes).map(Self)
    }

    /// The output's numbers for an input of batch, channels, rows and columns, outermost first in both.
    pub fn run(&self, shape: &[usize], values: &[f32]) -> Result<Vec<f32>, ModelError> {
        Ok(self.0.run_one(shape, values, &Leave::until(Instant::now() + RUN_TIME_MAX))?.values)
    }

    /// What each operator took in one run, in the order they ran.
    pub fn profile(&self, shape: &[usize], values: &[f32]) -> Result<Vec<(String, Duration)>, ModelError> {
        let mut spent = Vec::new();
        let leave = Leave::until(Instant::now() + RUN_TIME_MAX);
        self.0.watched(&[Input { shape, values }], &leave, &mut |name, time| spent.push((name(), time)))?;
        Ok(spent)
    }
}

/// A reader of lines, whichever of its kind.
pub struct LineReader(Reader);

impl LineReader {
    /// From the bytes of a network and of the dictionary it was trained with.
    pub fn open(name: &str, network: &[u8], dictionary: &[u8]) -> Result<Self, OpenError> {
        Reader::open(name, network, dictionary).map(Self)
    }

    /// What a picture of one line says.
    pub fn read(&self, line: &Raster) -> Result<String, ModelError> {
        Ok(self.0.read(line, &Leave::until(Instant::now() + RUN_TIME_MAX))?.text)
    }

    /// What its network's output says, wherever that was computed.
    pub fn decode(&self, output: &[f32]) -> String {
        self.0.decode(output).text
    }
}
