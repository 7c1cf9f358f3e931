//! Pictures as plain PPM (`P6`, width, height, 255, then red, green and blue of each pixel), and how two differ.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use anyhow::{Context, Result, bail};

#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Picture {
    pub(crate) width: usize,
    pub(crate) height: usize,
    rgb: Vec<u8>,
}

impl Picture {
    pub(crate) fn parse(bytes: &[u8]) -> Result<Self> {
        let mut rest = bytes;
        let mut words = Vec::new();
        while words.len() < 4 {
            let end = rest.iter().position(u8::is_ascii_whitespace).context("a picture without pixels")?;
            words.push(std::str::from_utf8(&rest[..end])?);
            rest = &rest[end + 1..];
        }
        let ["P6", width, height, "255"] = words[..] else { bail!("no PPM picture") };
        let (width, height): (usize, usize) = (width.parse()?, height.parse()?);
        if width.checked_mul(height).and_then(|pixels| pixels.checked_mul(3)) != Some(rest.len()) {
            bail!("{} bytes for {width}x{height} pixels", rest.len());
        }
        Ok(Self { width, height, rgb: rest.to_vec() })
    }

    fn pixels(&self) -> impl Iterator<Item = &[u8; 3]> {
        self.rgb.as_chunks::<3>().0.iter()
    }

    /// FNV-1a over its bytes, as the probe counts it.
    pub(crate) fn hash(&self) -> u64 {
        let step = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
        self.rgb.iter().fold(0xcbf2_9ce4_8422_2325, step)
    }

    /// Whether all of it has one colour.
    pub(crate) fn is_all(&self, colour: [u8; 3]) -> bool {
        self.pixels().all(|pixel| *pixel == colour)
    }

    /// How many pixels of these columns and rows are not as in another picture of the same size.
    pub(crate) fn changed(
        &self,
        other: &Self,
        columns: RangeInclusive<usize>,
        rows: RangeInclusive<usize>,
    ) -> usize {
        let pairs = self.pixels().zip(other.pixels()).enumerate();
        let inside = |at: usize| columns.contains(&(at % self.width)) && rows.contains(&(at / self.width));
        pairs.filter(|(at, (is, was))| is != was && inside(*at)).count()
    }

    /// How many colours it has.
    pub(crate) fn colours(&self) -> usize {
        self.pixels().collect::<BTreeSet<_>>().len()
    }

    /// An error that says how many pixels differ and where the first one is.
    pub(crate) fn must_equal(&self, other: &Self) -> Result<()> {
        if (self.width, self.height) != (other.width, other.height) {
            bail!("{}x{} instead of {}x{}", self.width, self.height, other.width, other.height);
        }
        let differ = || self.pixels().zip(other.pixels()).enumerate().filter(|(_, (a, b))| a != b);
        match differ().next() {
            None => Ok(()),
            Some((at, (is, should))) => bail!(
                "{} pixels differ, the first at {}, {}: {is:?} instead of {should:?}",
                differ().count(),
                at % self.width,
                at / self.width
            ),
        }
    }
}
