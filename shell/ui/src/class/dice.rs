//! One to three fair dice.

use fastrand::Rng;

/// More do not lie beside each other.
pub const DICE_MAX: usize = 3;

/// Dice, as they lie.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dice(Vec<u8>);

impl Dice {
    /// So many, a one up.
    pub fn new(count: usize) -> Self {
        Self(vec![1; count.clamp(1, DICE_MAX)])
    }

    /// Throws all of them.
    pub fn throw(&mut self, chance: &mut Rng) {
        self.0.iter_mut().for_each(|face| *face = chance.u8(1..=6));
    }

    /// Their faces.
    pub fn faces(&self) -> &[u8] {
        &self.0
    }

    /// All pips together.
    pub fn sum(&self) -> u32 {
        self.0.iter().map(|face| u32::from(*face)).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_face_comes_up_as_often() {
        let mut chance = Rng::with_seed(5);
        let mut dice = Dice::new(3);
        let mut counts = [0_u32; 6];
        for _ in 0..20_000 {
            dice.throw(&mut chance);
            assert!((3..=18).contains(&dice.sum()));
            for face in dice.faces() {
                counts[usize::from(*face) - 1] += 1;
            }
        }
        // Chi-squared with five degrees of freedom: above 20.5 once in a thousand seeds.
        let expected = 10_000.0;
        let far: f64 = counts.iter().map(|count| (f64::from(*count) - expected).powi(2) / expected).sum();
        assert!(far < 20.5, "{counts:?}");
    }

    #[test]
    fn there_is_one_at_least_and_three_at_most() {
        assert_eq!(Dice::new(0).faces().len(), 1);
        assert_eq!(Dice::new(9).faces().len(), DICE_MAX);
    }
}
