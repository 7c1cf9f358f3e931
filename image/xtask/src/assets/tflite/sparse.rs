//! Sparse constants spread out. Format: `SparsityParameters` of the schema: dimensions in the order in which they are
//! walked, each dense or a list of segments and indices (as in compressed sparse rows); blocks come last.

use anyhow::{Context, Result, bail};

use crate::assets::flatbuffer::Table;

/// A tensor with more zeros for each written number is damage.
const ZEROS_MAX: usize = 256;

/// One level of the walk.
enum Level {
    /// Every position is written.
    Dense(usize),
    /// Only `indices[segments[n]..segments[n + 1]]` are written under the `n`-th position of the level above.
    Sparse { segments: Vec<usize>, indices: Vec<usize> },
}

struct Walk<'a> {
    levels: Vec<Level>,
    /// By how much one step of a level moves in the dense tensor.
    strides: Vec<usize>,
    written: &'a [f32],
    next: usize,
    spread: Vec<f32>,
}

/// The dense tensor of `shape` whose written numbers are `written`.
pub(super) fn spread(written: &[f32], shape: &[usize], sparsity: &Table<'_>) -> Result<Vec<f32>> {
    let numbers = |field| -> Result<Vec<usize>> {
        sparsity.vector(field)?.ints()?.iter().map(|number| Ok(usize::try_from(*number)?)).collect()
    };
    let (order, blocked) = (numbers(0)?, numbers(1)?);
    let levels: Vec<Level> = sparsity.vector(2)?.tables()?.iter().map(level).collect::<Result<_>>()?;
    if levels.len() != order.len() || order.len() != shape.len() + blocked.len() {
        bail!("its dimensions do not fit its shape");
    }
    let block = |dimension: usize| -> Result<usize> {
        let Some(place) = blocked.iter().position(|of| *of == dimension) else { return Ok(1) };
        let at = order.iter().position(|level| *level == shape.len() + place);
        match at.and_then(|at| levels.get(at)) {
            Some(Level::Dense(size)) => Ok(*size),
            _ => bail!("a block that is not dense"),
        }
    };
    let mut strides = Vec::new();
    for level in &order {
        let dimension = match level.checked_sub(shape.len()) {
            None => *level,
            Some(place) => *blocked.get(place).context("a block too many")?,
        };
        let inner: usize = shape.get(dimension + 1..).context("a dimension too many")?.iter().product();
        strides.push(if *level < shape.len() { inner * block(dimension)? } else { inner });
    }
    let size: usize = shape.iter().product();
    let too_large = |level: &Level| matches!(level, Level::Dense(dense) if *dense > size);
    if size / ZEROS_MAX > written.len() || levels.iter().any(too_large) {
        bail!("more places than its numbers can be spread over");
    }
    let spread = vec![0.0; size];
    let mut walk = Walk { levels, strides, written, next: 0, spread };
    walk.below(0, 0, 0)?;
    if walk.next != written.len() {
        bail!("{} numbers are written and {} are used", written.len(), walk.next);
    }
    Ok(walk.spread)
}

impl Walk<'_> {
    /// Visits everything below position `parent` of the level above `depth`.
    fn below(&mut self, depth: usize, parent: usize, place: usize) -> Result<()> {
        let Some(level) = self.levels.get(depth) else {
            let number = self.written.get(self.next).context("too few numbers are written")?;
            *self.spread.get_mut(place).context("a number beyond the tensor")? = *number;
            self.next += 1;
            return Ok(());
        };
        let stride = self.strides[depth];
        let steps: Vec<(usize, usize)> = match level {
            Level::Dense(size) => (0..*size).map(|index| (parent * size + index, index)).collect(),
            Level::Sparse { segments, indices } => {
                let range = segments.get(parent).zip(segments.get(parent + 1));
                let (from, to) = range.context("too few segments")?;
                let range = *from..*to;
                let found = indices.get(range.clone()).context("too few indices")?;
                range.zip(found.iter().copied()).collect()
            }
        };
        for (position, index) in steps {
            self.below(depth + 1, position, place + index * stride)?;
        }
        Ok(())
    }
}

fn level(table: &Table<'_>) -> Result<Level> {
    match table.byte(0, 0)? {
        0 => Ok(Level::Dense(usize::try_from(table.int(1, 0)?)?)),
        1 => Ok(Level::Sparse { segments: indices(table, 2)?, indices: indices(table, 4)? }),
        other => bail!("dimension format {other}"),
    }
}

/// A union of vectors of three widths: its kind at `field`, itself at the next.
fn indices(table: &Table<'_>, field: usize) -> Result<Vec<usize>> {
    let vector = table.table(field + 1)?.context("a sparse dimension without indices")?.vector(0)?;
    match table.byte(field, 0)? {
        1 => vector.ints()?.into_iter().map(|number| Ok(usize::try_from(number)?)).collect(),
        2 => Ok(vector.shorts()?.into_iter().map(usize::from).collect()),
        3 => Ok(vector.bytes()?.iter().map(|byte| usize::from(*byte)).collect()),
        other => bail!("index vector of kind {other}"),
    }
}
