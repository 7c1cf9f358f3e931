//! A TensorFlow Lite file as tensors and operators. Format: `tensorflow/lite/schema/schema.fbs`, whose field numbers
//! stand here as constants of the tables. Half-precision and sparse weights are widened when they are asked for.

mod sparse;

use anyhow::{Context, Result, bail};

use super::flatbuffer::Table;

/// Longer sides and larger options are damage.
const SIDE_MAX: usize = 65_536;
/// More numbers in a tensor too: no network of ours has a tenth of it.
const NUMBERS_MAX: usize = 1 << 26;
/// Tensors of 32-bit floats.
const FLOAT32: u8 = 0;
/// Tensors of 16-bit floats.
const FLOAT16: u8 = 1;
/// Tensors of 32-bit integers.
const INT32: u8 = 2;

/// The parts of a network that a converter needs.
pub(super) struct Network<'a> {
    pub(super) tensors: Vec<Tensor<'a>>,
    pub(super) operators: Vec<Operator<'a>>,
    pub(super) inputs: Vec<usize>,
    pub(super) outputs: Vec<usize>,
}

/// One tensor: a constant where it has bytes.
pub(super) struct Tensor<'a> {
    pub(super) name: String,
    pub(super) shape: Vec<usize>,
    kind: u8,
    bytes: &'a [u8],
    sparsity: Option<Table<'a>>,
}

/// One operator.
pub(super) struct Operator<'a> {
    /// `BuiltinOperator` of the schema.
    pub(super) code: i32,
    /// Tensors that go in, `None` where an optional one is left out.
    pub(super) inputs: Vec<Option<usize>>,
    /// The tensor that comes out.
    pub(super) output: usize,
    options: Option<Table<'a>>,
}

impl<'a> Network<'a> {
    /// Reads a file with one graph whose operators have one output each.
    pub(super) fn read(file: &'a [u8]) -> Result<Self> {
        let model = Table::root(file, b"TFL3")?;
        let codes: Vec<i32> = model.vector(1)?.tables()?.iter().map(operator_code).collect::<Result<_>>()?;
        let graphs = model.vector(2)?.tables()?;
        let [graph] = graphs.as_slice() else { bail!("{} graphs instead of one", graphs.len()) };
        let mut buffers = Vec::new();
        for buffer in model.vector(4)?.tables()? {
            buffers.push(buffer.vector(0)?.bytes()?);
        }
        let tensors: Vec<Tensor<'_>> = graph
            .vector(0)?
            .tables()?
            .iter()
            .map(|table| Tensor::read(table, &buffers))
            .collect::<Result<_>>()?;
        let index = |number: &i32| -> Result<usize> {
            let index = usize::try_from(*number)?;
            if index < tensors.len() { Ok(index) } else { bail!("there is no tensor {index}") }
        };
        let indices = |field| graph.vector(field)?.ints()?.iter().map(index).collect::<Result<_>>();
        let (inputs, outputs) = (indices(1)?, indices(2)?);
        let mut operators = Vec::new();
        for table in graph.vector(3)?.tables()? {
            let code = usize::try_from(table.int(0, 0)?)?;
            let given = table.vector(1)?.ints()?;
            let inputs = given.iter().map(|number| (*number >= 0).then(|| index(number)).transpose());
            let made = table.vector(2)?.ints()?;
            let [output] = made.as_slice() else { bail!("an operator with {} outputs", made.len()) };
            operators.push(Operator {
                code: *codes.get(code).context("an operator without a code")?,
                inputs: inputs.collect::<Result<_>>()?,
                output: index(output)?,
                options: table.table(4)?,
            });
        }
        Ok(Self { tensors, operators, inputs, outputs })
    }
}

/// Old files write the code in a byte, new ones in a number; the larger one counts.
fn operator_code(table: &Table<'_>) -> Result<i32> {
    Ok(table.int(3, 0)?.max(i32::from(table.byte(0, 0)?)))
}

impl<'a> Tensor<'a> {
    fn read(table: &Table<'a>, buffers: &[&'a [u8]]) -> Result<Self> {
        let sides = table.vector(0)?.ints()?;
        let shape: Vec<usize> =
            sides.iter().map(|side| Ok(usize::try_from(*side)?)).collect::<Result<_>>()?;
        let numbers = shape.iter().try_fold(1_usize, |numbers, side| numbers.checked_mul(*side));
        if shape.contains(&0) || numbers.is_none_or(|numbers| numbers > NUMBERS_MAX) {
            bail!("a tensor of {shape:?}");
        }
        let buffer = usize::try_from(table.int(2, 0)?)?;
        Ok(Self {
            name: String::from_utf8(table.vector(3)?.bytes()?.to_vec())?,
            shape,
            kind: table.byte(1, FLOAT32)?,
            bytes: buffers.get(buffer).copied().context("a tensor without a buffer")?,
            sparsity: table.table(6)?,
        })
    }

    /// Whether its numbers stand in the file.
    pub(super) fn is_constant(&self) -> bool {
        !self.bytes.is_empty()
    }

    /// How many numbers it holds.
    pub(super) fn len(&self) -> usize {
        self.shape.iter().product()
    }

    /// A constant's numbers, in the tensor's own order.
    pub(super) fn floats(&self) -> Result<Vec<f32>> {
        let written: Vec<f32> = match self.kind {
            FLOAT32 => self
                .bytes
                .chunks_exact(4)
                .map(|four| f32::from_le_bytes([four[0], four[1], four[2], four[3]]))
                .collect(),
            FLOAT16 => {
                self.bytes.chunks_exact(2).map(|two| widen(u16::from_le_bytes([two[0], two[1]]))).collect()
            }
            other => bail!("tensor `{}` has type {other} instead of a float", self.name),
        };
        let numbers = match &self.sparsity {
            Some(sparsity) => {
                sparse::spread(&written, &self.shape, sparsity).with_context(|| self.name.clone())?
            }
            None => written,
        };
        if numbers.len() != self.len() {
            bail!("tensor `{}` has {} numbers instead of {}", self.name, numbers.len(), self.len());
        }
        Ok(numbers)
    }

    /// A constant's whole numbers.
    pub(super) fn ints(&self) -> Result<Vec<i32>> {
        if self.kind != INT32 || self.bytes.len() != 4 * self.len() {
            bail!("tensor `{}` is not a constant of integers", self.name);
        }
        let four = |four: &[u8]| i32::from_le_bytes([four[0], four[1], four[2], four[3]]);
        Ok(self.bytes.chunks_exact(4).map(four).collect())
    }
}

impl Operator<'_> {
    /// Tensor `index` of those that go in.
    pub(super) fn input(&self, index: usize) -> Result<usize> {
        self.inputs.get(index).copied().flatten().context("an operator lacks an input")
    }

    /// A byte of its options.
    pub(super) fn option_byte(&self, field: usize) -> Result<u8> {
        self.options.map_or(Ok(0), |table| table.byte(field, 0))
    }

    /// A number of its options.
    pub(super) fn option(&self, field: usize, absent: i32) -> Result<usize> {
        let number = self.options.map_or(Ok(absent), |table| table.int(field, absent))?;
        let number = usize::try_from(number).context("a negative option")?;
        if number <= SIDE_MAX { Ok(number) } else { bail!("an option of {number}") }
    }
}

/// IEEE 754 half to single precision, exact.
fn widen(half: u16) -> f32 {
    let sign = u32::from(half >> 15) << 31;
    let (exponent, fraction) = (u32::from(half >> 10) & 31, u32::from(half) & 1023);
    let magnitude = match exponent {
        // A subnormal half is `fraction` times 2^-24, a normal single.
        0 => return f32::from_bits(sign | (fraction as f32 * 2.0_f32.powi(-24)).to_bits()),
        31 => 255 << 23 | fraction << 13,
        _ => (exponent + 112) << 23 | fraction << 13,
    };
    f32::from_bits(sign | magnitude)
}
