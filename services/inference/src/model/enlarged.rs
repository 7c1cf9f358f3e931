//! A 3x3 convolution of a map whose every pixel is a square of equal ones, computed on the small map: under such a kernel
//! lie at most two different rows and two different columns, and which ones follows from the place within the square.

use super::layer::{Band, Part, Side, Window};
use super::simd::{Activation, Packed, Product};

/// The kernel that this is about.
pub(crate) const KERNEL: Window = Window { kernel: (3, 3), stride: (1, 1), pads: [1; 4] };

/// Where in its square a pixel lies, across or down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    First,
    Inner,
    Last,
}

impl Place {
    const ALL: [Self; 3] = [Self::First, Self::Inner, Self::Last];

    fn of(at: usize, factor: usize) -> Self {
        match at % factor {
            0 => Self::First,
            last if last + 1 == factor => Self::Last,
            _ => Self::Inner,
        }
    }

    /// Which of the small map's pixels (0 before, 1 this one, 2 after) lies under the kernel's `tap`.
    fn source(self, tap: usize) -> usize {
        match (self, tap) {
            (Self::First, 0) => 0,
            (Self::Last, 2) => 2,
            _ => 1,
        }
    }

    /// The small map's rows that lie under the kernel.
    fn rows(self) -> std::ops::Range<usize> {
        match self {
            Self::First => 0..2,
            Self::Inner => 1..2,
            Self::Last => 1..3,
        }
    }
}

/// The weights for one map.
#[derive(Clone, Debug)]
pub(crate) struct Enlarged {
    factor: usize,
    /// Channels of the result.
    columns: usize,
    /// For each place down: columns are the places across, and the channels in each.
    packed: Vec<Packed>,
}

impl Enlarged {
    /// From the kernel's weights: of a row and column of the kernel, a channel of the map and one of the result.
    pub(crate) fn new(
        factor: usize,
        channels: usize,
        columns: usize,
        weight: impl Fn(usize, usize, usize, usize) -> f32,
    ) -> Self {
        let pack = |down: Place| {
            let number = |row: usize, column: usize| {
                let (y, x, channel) =
                    (row / channels / 3 + down.rows().start, row / channels % 3, row % channels);
                let across = Place::ALL[column / columns];
                let taps = (0..9).filter(|tap| down.source(tap / 3) == y && across.source(tap % 3) == x);
                taps.map(|tap| weight(tap / 3, tap % 3, channel, column % columns)).sum()
            };
            Packed::new(3 * down.rows().len() * channels, 3 * columns, number, |_| 0.0)
        };
        Self { factor, columns, packed: Place::ALL.map(pack).into() }
    }
}

/// The sum of several such convolutions, row by row.
pub(crate) struct Rows<'a> {
    maps: Vec<(&'a Enlarged, Band<'a>, Side, Vec<f32>)>,
}

impl<'a> Rows<'a> {
    /// Of the maps as they are stored, in the order of the weights.
    pub(crate) fn new(weights: &'a [Enlarged], parts: &'a [Part<'a>]) -> Self {
        let maps = weights.iter().zip(parts).map(|(weights, part)| {
            let band = Band::new(KERNEL, std::slice::from_ref(part), part.side, Vec::new());
            (weights, band, part.side, vec![0.0; part.side.1 * 3 * weights.columns])
        });
        Self { maps: maps.collect() }
    }

    /// Writes row `at` of the large result.
    pub(crate) fn row(&mut self, at: usize, to: &mut [f32]) {
        for (index, (weights, band, side, products)) in self.maps.iter_mut().enumerate() {
            let down = Place::of(at, weights.factor);
            // Inner rows are all the same.
            if at % weights.factor < 2 || down == Place::Last {
                band.stand(at / weights.factor);
                let product = Product {
                    from: band.rows(),
                    starts: &band.starts()[down.rows()],
                    run: 3 * side.2,
                    step: side.2,
                    rows: side.1,
                    plus: None,
                    activation: Activation::None,
                };
                weights.packed[down as usize].product(&product, products, 3 * weights.columns);
            }
            let pixels = to.chunks_exact_mut(weights.columns).enumerate();
            for (x, pixel) in pixels {
                let place = Place::of(x, weights.factor) as usize;
                let from = &products[(x / weights.factor * 3 + place) * weights.columns..][..weights.columns];
                if index == 0 {
                    pixel.copy_from_slice(from);
                } else {
                    add(pixel, from);
                }
            }
        }
    }
}

/// Adds a pixel: it is too short for a call.
fn add(to: &mut [f32], from: &[f32]) {
    let ((wide, rest), (sources, last)) = (to.as_chunks_mut::<8>(), from.as_chunks::<8>());
    for (to, from) in wide.iter_mut().zip(sources) {
        to.iter_mut().zip(from).for_each(|(to, from)| *to += from);
    }
    rest.iter_mut().zip(last).for_each(|(to, from)| *to += from);
}
