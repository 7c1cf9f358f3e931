//! Exact numbers, and what is kept of numbers that have no end: thirty digits, and the word that they are rounded.
//! All arithmetic is `num-rational`'s and `num-bigint`'s.

use num_bigint::{BigInt, Sign};
use num_rational::BigRational;
use num_traits::{One, Pow, Signed, ToPrimitive, Zero};

use super::calculate::Trouble;

/// A number longer than this, in bits, is no answer for a board: 1,200 digits.
const BITS_MAX: u64 = 4_096;
/// Digits after the point that a root is computed to.
const DIGITS: u32 = 30;
/// The largest root that is drawn: x to the 1/60 is no school's.
const ROOT_MAX: u32 = 60;
/// Decimals that are shown, and whole digits before numbers are shown in powers of ten.
const SHOWN: u32 = 6;
const WHOLE_MAX: usize = 24;
/// Digits of a fraction that is shown: more are longer than any decimal.
const FRACTION_MAX: usize = 12;

/// A number.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Number {
    pub(super) ratio: BigRational,
    /// It is the very number, not a rounded one.
    pub(super) exact: bool,
}

impl Number {
    pub(super) fn exactly(ratio: BigRational) -> Number {
        Number { ratio, exact: true }
    }

    pub(super) fn whole(number: i64) -> Number {
        Number::exactly(BigRational::from_integer(number.into()))
    }

    /// Of digits with or without a point.
    pub(super) fn decimal(whole: &str, after: &str) -> Result<Number, Trouble> {
        let digits = format!("{whole}{after}");
        if digits.is_empty() || digits.len() as u64 * 10 / 3 > BITS_MAX {
            return Err(if digits.is_empty() { Trouble::Unfinished } else { Trouble::TooLarge });
        }
        let number: BigInt = digits.parse().map_err(|_| Trouble::NotArithmetic)?;
        Ok(Number::exactly(BigRational::new(number, ten(after.len() as u32))))
    }

    pub(super) fn pi() -> Number {
        // Thirty digits, as all that is rounded.
        let digits =
            BigInt::from(3_141_592_653_589_793_u64) * ten(15) + BigInt::from(238_462_643_383_280_u64);
        Number { ratio: BigRational::new(digits, ten(DIGITS)), exact: false }
    }

    pub(super) fn is_zero(&self) -> bool {
        self.ratio.is_zero()
    }

    fn made(ratio: BigRational, exact: bool) -> Result<Number, Trouble> {
        let long = ratio.numer().bits().max(ratio.denom().bits());
        if long > BITS_MAX { Err(Trouble::TooLarge) } else { Ok(Number { ratio, exact }) }
    }

    pub(super) fn plus(&self, other: &Number) -> Result<Number, Trouble> {
        Number::made(&self.ratio + &other.ratio, self.exact && other.exact)
    }

    pub(super) fn times(&self, other: &Number) -> Result<Number, Trouble> {
        Number::made(&self.ratio * &other.ratio, self.exact && other.exact)
    }

    pub(super) fn over(&self, other: &Number) -> Result<Number, Trouble> {
        if other.is_zero() {
            return Err(if other.exact { Trouble::DivisionByZero } else { Trouble::NotArithmetic });
        }
        Number::made(&self.ratio / &other.ratio, self.exact && other.exact)
    }

    pub(super) fn negative(&self) -> Number {
        Number { ratio: -&self.ratio, exact: self.exact }
    }

    /// Raised to a whole or broken power.
    pub(super) fn raised(&self, power: &Number) -> Result<Number, Trouble> {
        if !power.exact {
            return Err(Trouble::NotArithmetic);
        }
        let root =
            power.ratio.denom().to_u32().filter(|root| *root <= ROOT_MAX).ok_or(Trouble::NotArithmetic)?;
        let whole = power.ratio.numer().to_i64().ok_or(Trouble::TooLarge)?;
        if self.is_zero() {
            return match power.ratio.numer().sign() {
                Sign::Plus => Ok(Number::whole(0)),
                Sign::Minus => Err(Trouble::DivisionByZero),
                Sign::NoSign => Err(Trouble::NotDefined),
            };
        }
        let bits = self.ratio.numer().bits().max(self.ratio.denom().bits());
        if self.ratio.numer().abs() != *self.ratio.denom()
            && bits.saturating_mul(whole.unsigned_abs()) > 2 * BITS_MAX
        {
            return Err(Trouble::TooLarge);
        }
        let steps = whole.unsigned_abs();
        // One and minus one may be raised as high as anybody writes.
        let steps = if self.ratio.numer().abs() == *self.ratio.denom() { steps % 2 } else { steps };
        let raised = Pow::pow(&self.ratio, BigInt::from(steps));
        let raised = if whole < 0 { raised.recip() } else { raised };
        Number::made(raised, self.exact)?.root(root)
    }

    /// The root of a degree: the very number where there is one, else thirty digits of it.
    pub(super) fn root(&self, degree: u32) -> Result<Number, Trouble> {
        if degree == 0 || degree > ROOT_MAX {
            return Err(Trouble::NotDefined);
        }
        if degree == 1 {
            return Ok(self.clone());
        }
        if self.ratio.is_negative() {
            if degree.is_multiple_of(2) {
                return Err(Trouble::NotReal);
            }
            return self.negative().root(degree).map(|root| root.negative());
        }
        let (over, under) = (self.ratio.numer().nth_root(degree), self.ratio.denom().nth_root(degree));
        let very = BigRational::new(over, under);
        if Pow::pow(&very, BigInt::from(degree)) == self.ratio {
            return Number::made(very, self.exact);
        }
        let scaled = self.ratio.numer() * ten(DIGITS * degree) / self.ratio.denom();
        Number::made(BigRational::new(scaled.nth_root(degree), ten(DIGITS)), false)
    }

    /// The product of all whole numbers up to it.
    pub(super) fn factorial(&self) -> Result<Number, Trouble> {
        let count = self.ratio.to_integer().to_u32().filter(|_| self.exact && self.ratio.is_integer());
        let count = count.ok_or(Trouble::NotDefined)?;
        (2..=i64::from(count)).try_fold(Number::whole(1), |all, next| all.times(&Number::whole(next)))
    }

    /// As it is shown: the very number if it is short, else with the sign that it is rounded; what is broken as a
    /// fraction too, but beside decimals that end only where that is `asked`.
    pub(super) fn shown(&self, asked: bool) -> String {
        let digits = self.ratio.numer().abs().to_string().len();
        if self.exact && self.ratio.is_integer() && digits <= WHOLE_MAX {
            return self.ratio.to_integer().to_string();
        }
        let rounded = self.rounded();
        if !self.exact || self.ratio.is_integer() {
            return format!("≈ {rounded}");
        }
        let scaled = &self.ratio * BigRational::from_integer(ten(SHOWN));
        let short = digits + self.ratio.denom().to_string().len() <= FRACTION_MAX;
        match (scaled.is_integer(), short) {
            (true, true) if asked => format!("{} = {rounded}", self.ratio),
            (true, _) => rounded,
            (false, true) => format!("{} ≈ {rounded}", self.ratio),
            (false, false) => format!("≈ {rounded}"),
        }
    }

    /// Rounded to what is shown of a number.
    fn rounded(&self) -> String {
        let size = self.ratio.abs();
        let small = BigRational::new(BigInt::one(), ten(SHOWN - 2));
        if !size.is_zero() && (size >= BigRational::from_integer(ten(WHOLE_MAX as u32 / 2)) || size < small) {
            return self.in_powers_of_ten();
        }
        point(&(&self.ratio * BigRational::from_integer(ten(SHOWN))).round().to_integer(), SHOWN)
    }

    fn in_powers_of_ten(&self) -> String {
        let size = self.ratio.abs();
        let digits = |number: &BigInt| number.to_string().len() as i64;
        let mut power = digits(size.numer()) - digits(size.denom());
        let tens = |power: i64| {
            let ten = BigRational::from_integer(ten(power.unsigned_abs() as u32));
            if power < 0 { ten.recip() } else { ten }
        };
        if size < tens(power) {
            power -= 1;
        }
        let mut lead =
            (&self.ratio / tens(power) * BigRational::from_integer(ten(SHOWN))).round().to_integer();
        if lead.abs() >= ten(SHOWN + 1) {
            lead /= 10;
            power += 1;
        }
        format!("{}×10^{power}", point(&lead, SHOWN))
    }
}

fn ten(power: u32) -> BigInt {
    BigInt::from(10).pow(power)
}

/// A whole number with its point so far from the right, and no idle noughts.
fn point(number: &BigInt, places: u32) -> String {
    let sign = if number.is_negative() { "-" } else { "" };
    let digits = format!("{:0>width$}", number.abs().to_string(), width = places as usize + 1);
    let (whole, after) = digits.split_at(digits.len() - places as usize);
    let after = after.trim_end_matches('0');
    if after.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{after}") }
}
