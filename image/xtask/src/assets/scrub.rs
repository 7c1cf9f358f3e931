//! Subnormal weights of an ONNX file set to zero, all other bytes kept: processors take a slow path on such numbers,
//! which are below 10^-38 and change no result. Walks the messages of `onnx.proto3` down to the tensors of floats.

use std::ops::Range;

use anyhow::{Context, Result, bail};

/// `TensorProto.DataType`: 32-bit floats.
const FLOAT: u64 = 1;

/// How many numbers were set to zero.
pub(super) fn scrub(file: &mut [u8]) -> Result<usize> {
    let mut floats = Vec::new();
    for graph in inner(file, 0..file.len(), 7)? {
        for tensor in inner(file, graph.clone(), 5)? {
            floats.extend(floats_of(file, tensor)?);
        }
        for node in inner(file, graph, 1)? {
            for attribute in inner(file, node, 5)? {
                for tensor in inner(file, attribute, 5)? {
                    floats.extend(floats_of(file, tensor)?);
                }
            }
        }
    }
    if floats.is_empty() {
        bail!("it has no weights, so it is no ONNX file");
    }
    let mut count = 0;
    for range in floats {
        for four in file[range].chunks_exact_mut(4) {
            if f32::from_le_bytes([four[0], four[1], four[2], four[3]]).is_subnormal() {
                four.fill(0);
                count += 1;
            }
        }
    }
    Ok(count)
}

/// Where a tensor's 32-bit floats stand: raw, or as packed floats.
fn floats_of(file: &[u8], tensor: Range<usize>) -> Result<Vec<Range<usize>>> {
    let fields = fields(file, tensor)?;
    let is_float = fields.iter().any(|field| matches!(field, (2, Value::Number(FLOAT))));
    let found = fields.into_iter().filter_map(|field| match field {
        (4 | 9, Value::Bytes(range)) if is_float => Some(range),
        _ => None,
    });
    Ok(found.collect())
}

/// The messages (or bytes) under one field number.
fn inner(file: &[u8], message: Range<usize>, number: u64) -> Result<Vec<Range<usize>>> {
    let found = fields(file, message)?.into_iter().filter_map(|field| match field {
        (found, Value::Bytes(range)) if found == number => Some(range),
        _ => None,
    });
    Ok(found.collect())
}

enum Value {
    Number(u64),
    Bytes(Range<usize>),
    Fixed,
}

/// A message's fields in order.
fn fields(file: &[u8], message: Range<usize>) -> Result<Vec<(u64, Value)>> {
    let (mut at, end) = (message.start, message.end);
    let mut fields = Vec::new();
    while at < end {
        let key = varint(file, &mut at)?;
        let value = match key & 7 {
            0 => Value::Number(varint(file, &mut at)?),
            1 => {
                at += 8;
                Value::Fixed
            }
            2 => {
                let len = usize::try_from(varint(file, &mut at)?)?;
                let range = at..at.checked_add(len).context("a field of no length")?;
                at = range.end;
                Value::Bytes(range)
            }
            5 => {
                at += 4;
                Value::Fixed
            }
            other => bail!("a field of wire type {other}"),
        };
        if at > end {
            bail!("a field beyond its message");
        }
        fields.push((key >> 3, value));
    }
    Ok(fields)
}

fn varint(file: &[u8], at: &mut usize) -> Result<u64> {
    let mut number = 0;
    for shift in (0..64).step_by(7) {
        let byte = *file.get(*at).context("cut off")?;
        *at += 1;
        number |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Ok(number);
        }
    }
    bail!("a number without an end")
}
