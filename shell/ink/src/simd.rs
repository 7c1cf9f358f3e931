//! The loops over pixels, once for each instruction set, all giving the same pixels bit for bit.
//!
//! The loops stand once, in `kernels.rs`, and work on eight pixels at a time; each set of instructions
//! gives them its eight-lane operations. `portable` is the twin in plain Rust that the others are held
//! against, byte by byte, by the tests. Floats are only added, multiplied, compared and rooted, one step
//! at a time (no fused steps, no estimates), so IEEE 754 leaves no freedom in any result.
//!
//! This module is the only one of the crate with `unsafe`: loads and stores by pointer, and calls into
//! functions for an instruction set that was found to be there.
#![allow(unsafe_code)]

#[macro_use]
mod kernels;
#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(all(target_arch = "aarch64", target_endian = "little", target_feature = "neon"))]
mod neon;
mod portable;
#[cfg(target_arch = "x86_64")]
mod sse2;

pub(crate) use self::kernels::LANES;

use std::{
    ops::Range,
    sync::atomic::{AtomicU8, Ordering},
};

use crate::{
    compose::Layers,
    coverage::{Capsule, MaskTile, Part},
    tile::Tile,
};

/// Which instructions the loops use. All give the same pixels.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum Level {
    /// Plain Rust.
    Portable = 1,
    /// What every x86-64 machine has.
    Sse2 = 2,
    /// x86-64 machines since about 2013.
    Avx2 = 3,
    /// What every aarch64 machine has.
    Neon = 4,
}

/// The level in use, as its number; 0 until the first look.
static USED: AtomicU8 = AtomicU8::new(0);

impl Level {
    const ALL: [Level; 4] = [Level::Avx2, Level::Sse2, Level::Neon, Level::Portable];

    /// Whether this machine can.
    pub fn is_there(self) -> bool {
        match self {
            Level::Portable => true,
            #[cfg(target_arch = "x86_64")]
            Level::Sse2 => true,
            #[cfg(target_arch = "x86_64")]
            Level::Avx2 => is_x86_feature_detected!("avx2"),
            #[cfg(all(target_arch = "aarch64", target_endian = "little", target_feature = "neon"))]
            Level::Neon => true,
            #[allow(unreachable_patterns)]
            _ => false,
        }
    }

    /// The levels of this machine, the fastest first.
    pub fn here() -> impl Iterator<Item = Level> {
        Level::ALL.into_iter().filter(|level| level.is_there())
    }

    /// Makes every mask and picture of the process use this level from now on, where the machine has it:
    /// for benchmarks, since it changes no pixel.
    pub fn prefer(self) {
        if self.is_there() {
            USED.store(self as u8, Ordering::Relaxed);
        }
    }

    #[inline]
    pub(crate) fn used() -> Level {
        match USED.load(Ordering::Relaxed) {
            1 => Level::Portable,
            2 => Level::Sse2,
            3 => Level::Avx2,
            4 => Level::Neon,
            _ => Level::look(),
        }
    }

    #[cold]
    fn look() -> Level {
        let best = Level::here().next().unwrap_or(Level::Portable);
        USED.store(best as u8, Ordering::Relaxed);
        best
    }
}

/// Calls a kernel of the level. A level that this machine has not falls back to the portable twin.
macro_rules! at {
    ($level:expr, $kernel:ident ( $($argument:expr),* )) => {
        match $level {
            #[cfg(target_arch = "x86_64")]
            Level::Avx2 if is_x86_feature_detected!("avx2") => {
                // SAFETY: the machine has AVX2, as was asked one line above.
                unsafe { avx2::$kernel($($argument),*) }
            }
            #[cfg(target_arch = "x86_64")]
            Level::Sse2 => {
                // SAFETY: x86-64 always has SSE2.
                unsafe { sse2::$kernel($($argument),*) }
            }
            #[cfg(all(target_arch = "aarch64", target_endian = "little", target_feature = "neon"))]
            Level::Neon => {
                // SAFETY: only built for targets that always have NEON.
                unsafe { neon::$kernel($($argument),*) }
            }
            _ => portable::$kernel($($argument),*),
        }
    };
}

/// Raises a tile's pixels, inside a part of it, to a capsule's coverage.
pub(crate) fn raise(level: Level, tile: &mut MaskTile, capsule: &Capsule, part: &Part) {
    at!(level, raise(tile, capsule, part));
}

/// Lays a colour over a tile where the mask covers it.
pub(crate) fn lay(level: Level, tile: &mut Tile, mask: &MaskTile, colour: u32) {
    at!(level, lay(tile, mask, colour));
}

/// Replaces a tile's pixels by a colour where the mask covers them.
pub(crate) fn replace(level: Level, tile: &mut Tile, mask: &MaskTile, colour: u32) {
    at!(level, replace(tile, mask, colour));
}

/// Composes some columns of some rows of a tile into `out`, whose first pixel is the first of them and which
/// has `stride` pixels a row.
pub(crate) fn compose(
    level: Level,
    out: &mut [u32],
    stride: usize,
    (rows, columns): (Range<usize>, Range<usize>),
    layers: &Layers<'_>,
) {
    at!(level, compose(out, stride, rows, columns, layers));
}
