//! Weights out of a PyTorch checkpoint: a zip of stored numbers and a pickle that says which number lies where.
//!
//! Only what a checkpoint of plain `f32` tensors needs is read; a pickle is a program, and this reader knows none of
//! its instructions that call anything: the two names it may "call" make a tensor and an empty map. Format: Python's
//! `pickletools` (protocol 2) and `torch.save`.

use std::collections::BTreeMap;
use std::io::{Cursor, Read};

/// Largest part of a checkpoint in bytes: the largest of the models is 5 MB.
const PART_LEN_MAX: u64 = 32 * 1024 * 1024;
/// Deeper than any checkpoint of ours.
const VALUES_MAX: usize = 100_000;

/// Numbers and their shape, outermost side first.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Weights {
    pub(crate) shape: Vec<usize>,
    pub(crate) values: Vec<f32>,
}

/// What a checkpoint holds.
#[derive(Debug, Default)]
pub(crate) struct Checkpoint {
    /// By their names in the network.
    pub(crate) weights: BTreeMap<String, Weights>,
    /// What each output of the network stands for.
    pub(crate) labels: Vec<String>,
}

/// Why a checkpoint cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum CheckpointError {
    /// It is not a zip, or a part is not there.
    #[error("it is no checkpoint: {0}")]
    Archive(String),
    /// The pickle does or holds what no checkpoint of ours does.
    #[error("its table of weights has a part that is not understood, at byte {at}")]
    Table {
        /// Where in the pickle.
        at: usize,
    },
    /// A tensor does not fit its numbers.
    #[error("the weights {name} do not fit their numbers")]
    Shape {
        /// The tensor.
        name: String,
    },
}

/// What the pickle's stack holds.
#[derive(Clone, Debug)]
enum Value {
    Mark,
    None,
    Int(i64),
    Text(String),
    List(Vec<Value>),
    Map(Vec<(Value, Value)>),
    Name(String),
    /// Which part, and where in it from which shape and strides.
    Tensor(String, usize, Vec<usize>, Vec<usize>),
    Storage(String),
    Other,
}

/// Reads a checkpoint.
pub(crate) fn read(bytes: &[u8]) -> Result<Checkpoint, CheckpointError> {
    let broken = |error: zip::result::ZipError| CheckpointError::Archive(error.to_string());
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(broken)?;
    let table = archive
        .file_names()
        .filter_map(Result::ok)
        .find(|name| name.ends_with("/data.pkl"))
        .map(|name| name.into_owned())
        .ok_or_else(|| CheckpointError::Archive("no data.pkl".to_owned()))?;
    let folder = table.trim_end_matches("data.pkl").to_owned();
    let mut part = |name: &str| {
        let file = archive.by_name(name).map_err(broken)?;
        let mut part = Vec::new();
        file.take(PART_LEN_MAX)
            .read_to_end(&mut part)
            .map_err(|error| CheckpointError::Archive(error.to_string()))?;
        Ok(part)
    };
    let Value::Map(top) = Machine::new(&part(&table)?).run()? else {
        return Err(CheckpointError::Table { at: 0 });
    };
    let mut checkpoint = Checkpoint::default();
    for (key, value) in top {
        match (key, value) {
            (Value::Text(key), Value::Map(tensors)) if key == "model_state_dict" => {
                for (name, tensor) in tensors {
                    let (Value::Text(name), Value::Tensor(at, offset, shape, strides)) = (name, tensor)
                    else {
                        return Err(CheckpointError::Table { at: 0 });
                    };
                    let numbers = part(&format!("{folder}data/{at}"))?;
                    let weights = gather(&numbers, offset, &shape, &strides)
                        .ok_or_else(|| CheckpointError::Shape { name: name.clone() })?;
                    checkpoint.weights.insert(name, weights);
                }
            }
            (Value::Text(key), Value::List(labels)) if key == "label_names" => {
                let text = |label| match label {
                    Value::Text(label) => Some(label),
                    _ => None,
                };
                checkpoint.labels = labels.into_iter().filter_map(text).collect();
            }
            _ => {}
        }
    }
    Ok(checkpoint)
}

/// A tensor's numbers in the order of its shape.
fn gather(bytes: &[u8], offset: usize, shape: &[usize], strides: &[usize]) -> Option<Weights> {
    let count = shape.iter().try_fold(1_usize, |all, side| all.checked_mul(*side))?;
    if shape.len() != strides.len() || count > bytes.len() {
        return None;
    }
    let mut values = Vec::with_capacity(count);
    for index in 0..count {
        let (mut rest, mut at) = (index, offset);
        for (side, stride) in shape.iter().zip(strides).rev() {
            at = at.checked_add((rest % side).checked_mul(*stride)?)?;
            rest /= side;
        }
        let from = at.checked_mul(4)?;
        values.push(f32::from_le_bytes(bytes.get(from..from.checked_add(4)?)?.try_into().ok()?));
    }
    Some(Weights { shape: shape.to_vec(), values })
}

/// Runs the pickle's instructions.
struct Machine<'a> {
    bytes: &'a [u8],
    at: usize,
    stack: Vec<Value>,
    memo: BTreeMap<u32, Value>,
}

impl<'a> Machine<'a> {
    fn new(bytes: &'a [u8]) -> Self {
        Machine { bytes, at: 0, stack: Vec::new(), memo: BTreeMap::new() }
    }

    fn run(mut self) -> Result<Value, CheckpointError> {
        loop {
            if self.stack.len() > VALUES_MAX {
                return Err(CheckpointError::Table { at: self.at });
            }
            let code = self.take(1).and_then(|code| code.first().copied());
            let ended = code == Some(b'.');
            let done = code.and_then(|code| if ended { Some(()) } else { self.step(code) });
            if done.is_none() {
                return Err(CheckpointError::Table { at: self.at });
            }
            if ended {
                return self.stack.pop().ok_or(CheckpointError::Table { at: self.at });
            }
        }
    }

    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let end = self.at.checked_add(count)?;
        let part = self.bytes.get(self.at..end)?;
        self.at = end;
        Some(part)
    }

    fn number(&mut self, bytes: usize) -> Option<i64> {
        let part = self.take(bytes)?;
        Some(part.iter().rev().fold(0, |sum, byte| sum << 8 | i64::from(*byte)))
    }

    fn line(&mut self) -> Option<String> {
        let length = self.bytes.get(self.at..)?.iter().position(|byte| *byte == b'\n')?;
        let line = self.take(length + 1)?;
        String::from_utf8(line[..length].to_vec()).ok()
    }

    /// Everything above the last mark.
    fn above_mark(&mut self) -> Option<Vec<Value>> {
        let mark = self.stack.iter().rposition(|value| matches!(value, Value::Mark))?;
        let above = self.stack.split_off(mark + 1);
        self.stack.pop();
        Some(above)
    }

    fn step(&mut self, code: u8) -> Option<()> {
        let value = match code {
            b'\x80' => {
                self.take(1)?;
                return Some(());
            }
            b'q' | b'r' => {
                let place = self.number(if code == b'q' { 1 } else { 4 })?;
                let top = self.stack.last()?.clone();
                self.memo.insert(u32::try_from(place).ok()?, top);
                return Some(());
            }
            b'h' | b'j' => {
                let place = self.number(if code == b'h' { 1 } else { 4 })?;
                self.memo.get(&u32::try_from(place).ok()?)?.clone()
            }
            b'(' => Value::Mark,
            b'}' => Value::Map(Vec::new()),
            b']' => Value::List(Vec::new()),
            b')' => Value::List(Vec::new()),
            b'N' => Value::None,
            b'\x88' | b'\x89' => Value::Int(i64::from(code == b'\x88')),
            b'K' => Value::Int(self.number(1)?),
            b'M' => Value::Int(self.number(2)?),
            b'J' => Value::Int(i64::from(self.number(4)? as i32)),
            b'G' => {
                self.take(8)?;
                Value::Other
            }
            b'X' => {
                let length = usize::try_from(self.number(4)?).ok()?;
                Value::Text(String::from_utf8(self.take(length)?.to_vec()).ok()?)
            }
            b'c' => {
                let (module, name) = (self.line()?, self.line()?);
                Value::Name(format!("{module}.{name}"))
            }
            b't' => Value::List(self.above_mark()?),
            b'\x85'..=b'\x87' => {
                let from = self.stack.len().checked_sub(usize::from(code - b'\x84'))?;
                Value::List(self.stack.split_off(from))
            }
            b'Q' => storage(self.stack.pop()?)?,
            b'R' => {
                let arguments = self.stack.pop()?;
                made(&self.stack.pop()?, arguments)?
            }
            _ => return self.fill(code),
        };
        self.stack.push(value);
        Some(())
    }

    /// Puts what is on top into the list or map below.
    fn fill(&mut self, code: u8) -> Option<()> {
        let mut new = match code {
            b'e' | b'u' => self.above_mark()?,
            b'a' => vec![self.stack.pop()?],
            b's' => {
                let from = self.stack.len().checked_sub(2)?;
                self.stack.split_off(from)
            }
            // An ordered map's own attributes; there are none that matter.
            b'b' => {
                self.stack.pop()?;
                return Some(());
            }
            _ => return None,
        };
        match (self.stack.last_mut()?, code) {
            (Value::List(list), b'e' | b'a') => list.append(&mut new),
            (Value::Map(map), b'u' | b's') => {
                let mut new = new.into_iter();
                while let (Some(key), Some(value)) = (new.next(), new.next()) {
                    map.push((key, value));
                }
            }
            _ => return None,
        }
        Some(())
    }
}

/// The name of the part that holds a tensor's numbers.
fn storage(id: Value) -> Option<Value> {
    let Value::List(id) = id else { return None };
    match &id[..] {
        [Value::Text(kind), Value::Name(numbers), Value::Text(key), ..]
            if kind == "storage" && numbers == "torch.FloatStorage" =>
        {
            Some(Value::Storage(key.clone()))
        }
        [Value::Text(kind), Value::Name(_), Value::Text(_), ..] if kind == "storage" => Some(Value::Other),
        _ => None,
    }
}

/// What one of the two known names makes of its arguments.
fn made(name: &Value, arguments: Value) -> Option<Value> {
    let (Value::Name(name), Value::List(arguments)) = (name, arguments) else { return None };
    match name.as_str() {
        "collections.OrderedDict" => Some(Value::Map(Vec::new())),
        "torch._utils._rebuild_tensor_v2" => {
            let sides = |list: &Value| match list {
                Value::List(list) => list
                    .iter()
                    .map(|side| match side {
                        Value::Int(side) => usize::try_from(*side).ok(),
                        _ => None,
                    })
                    .collect::<Option<Vec<_>>>(),
                _ => None,
            };
            match &arguments[..] {
                [Value::Storage(key), Value::Int(offset), shape, strides, ..] => Some(Value::Tensor(
                    key.clone(),
                    usize::try_from(*offset).ok()?,
                    sides(shape)?,
                    sides(strides)?,
                )),
                [Value::Other, ..] => Some(Value::Other),
                _ => None,
            }
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests;
