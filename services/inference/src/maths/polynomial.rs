//! Sums of powers of one unknown: what a side of an equation is, and where such a sum is nought.

use super::calculate::Trouble;
use super::number::Number;

/// The highest power that may turn up on the way; equations are solved up to the second.
const POWER_MAX: usize = 8;

/// Coefficients, that of the unknown's power as their place; no idle noughts at the end.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Polynomial(Vec<Number>);

/// Where a polynomial is nought.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Noughts {
    Everywhere,
    Nowhere,
    /// One or two places, the smaller first.
    At(Vec<Number>),
}

impl Polynomial {
    pub(super) fn number(number: Number) -> Polynomial {
        Polynomial::trimmed(vec![number])
    }

    pub(super) fn unknown() -> Polynomial {
        Polynomial(vec![Number::whole(0), Number::whole(1)])
    }

    fn trimmed(mut coefficients: Vec<Number>) -> Polynomial {
        while coefficients.len() > 1 && coefficients.last().is_some_and(Number::is_zero) {
            coefficients.pop();
        }
        Polynomial(coefficients)
    }

    /// The number it is, if it has no unknown.
    pub(super) fn constant(&self) -> Option<&Number> {
        match &self.0[..] {
            [number] => Some(number),
            _ => None,
        }
    }

    pub(super) fn plus(&self, other: &Polynomial) -> Result<Polynomial, Trouble> {
        let nought = Number::whole(0);
        let at = |of: &Polynomial, power: usize| of.0.get(power).unwrap_or(&nought).clone();
        let powers = 0..self.0.len().max(other.0.len());
        let sums: Result<Vec<_>, _> = powers.map(|power| at(self, power).plus(&at(other, power))).collect();
        sums.map(Polynomial::trimmed)
    }

    pub(super) fn times(&self, other: &Polynomial) -> Result<Polynomial, Trouble> {
        let length = self.0.len() + other.0.len() - 1;
        if length > POWER_MAX + 1 {
            return Err(Trouble::TooHard);
        }
        let mut product = vec![Number::whole(0); length];
        for (at, one) in self.0.iter().enumerate() {
            for (by, other) in other.0.iter().enumerate() {
                product[at + by] = product[at + by].plus(&one.times(other)?)?;
            }
        }
        Ok(Polynomial::trimmed(product))
    }

    pub(super) fn over(&self, other: &Polynomial) -> Result<Polynomial, Trouble> {
        let by = other.constant().ok_or(Trouble::TooHard)?;
        let parts: Result<Vec<_>, _> = self.0.iter().map(|part| part.over(by)).collect();
        parts.map(Polynomial::trimmed)
    }

    pub(super) fn negative(&self) -> Polynomial {
        Polynomial(self.0.iter().map(Number::negative).collect())
    }

    pub(super) fn raised(&self, power: &Polynomial) -> Result<Polynomial, Trouble> {
        let power = power.constant().ok_or(Trouble::TooHard)?;
        if let Some(number) = self.constant() {
            return number.raised(power).map(Polynomial::number);
        }
        let steps =
            (0..=POWER_MAX as i64).find(|steps| *power == Number::whole(*steps)).ok_or(Trouble::TooHard)?;
        (0..steps).try_fold(Polynomial::number(Number::whole(1)), |all, _| all.times(self))
    }

    /// Where it is nought, up to the second power.
    pub(super) fn noughts(&self) -> Result<Noughts, Trouble> {
        match &self.0[..] {
            [number] if !number.exact => Err(Trouble::TooHard),
            [number] => Ok(if number.is_zero() { Noughts::Everywhere } else { Noughts::Nowhere }),
            [c, b] => Ok(Noughts::At(vec![c.negative().over(b)?])),
            [c, b, a] => {
                let four = Number::whole(4);
                let under_root = b.times(b)?.plus(&four.times(a)?.times(c)?.negative())?;
                let root = match under_root.root(2) {
                    Err(Trouble::NotReal) => return Ok(Noughts::Nowhere),
                    root => root?,
                };
                let twice = a.times(&Number::whole(2))?;
                let one = b.negative().plus(&root.negative())?.over(&twice)?;
                let other = b.negative().plus(&root)?.over(&twice)?;
                let mut both = vec![one, other];
                both.sort_by(|one, other| one.ratio.cmp(&other.ratio));
                both.dedup_by(|one, other| one.ratio == other.ratio);
                Ok(Noughts::At(both))
            }
            _ => Err(Trouble::TooHard),
        }
    }
}
