//! What an expression comes to: its value, the unknown of an equation, or whether an equation holds.

use super::layout::{Part, Row};
use super::number::Number;
use super::polynomial::{Noughts, Polynomial};
use super::symbol::Symbol;

/// Deeper brackets are a mistake of the reader.
const DEEP_MAX: usize = 48;

/// Why an expression has no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Trouble {
    Unfinished,
    DivisionByZero,
    /// As nought to the power of nought.
    NotDefined,
    /// As the square root of minus one.
    NotReal,
    TooLarge,
    /// An equation beyond the second power, or with the unknown under a bar.
    TooHard,
    /// It has signs that say nothing to calculate.
    NotArithmetic,
}

/// What an expression comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Its value, rounded if it begins with `≈`.
    Value(String),
    /// The unknown of an equation, as `x = 3`, two separated by `;`.
    Solved(String),
    /// An equation or a comparison holds, for every value of the unknown.
    True,
    /// They never are.
    False,
    /// An expression with an unknown: there is nothing to find.
    Formula,
    /// A number alone: there is nothing to work out.
    Number,
    /// Something is missing.
    Unfinished,
    /// Something is divided by nought.
    DivisionByZero,
    /// As nought to the power of nought.
    NotDefined,
    /// As the square root of a negative number.
    NotReal,
    /// Beyond 1,200 digits.
    TooLarge,
    /// An equation beyond the second power, with two unknowns, or with the unknown under a bar.
    TooHard,
    /// Its signs say nothing to calculate.
    NotArithmetic,
}

impl Outcome {
    /// Whether what was written is an expression at all.
    pub fn is_expression(&self) -> bool {
        !matches!(self, Outcome::Unfinished | Outcome::NotArithmetic)
    }
}

/// Calculates an expression.
pub(super) fn outcome(row: &[Part]) -> Outcome {
    sides(row).unwrap_or_else(|trouble| match trouble {
        Trouble::Unfinished => Outcome::Unfinished,
        Trouble::DivisionByZero => Outcome::DivisionByZero,
        Trouble::NotDefined => Outcome::NotDefined,
        Trouble::NotReal => Outcome::NotReal,
        Trouble::TooLarge => Outcome::TooLarge,
        Trouble::TooHard => Outcome::TooHard,
        Trouble::NotArithmetic => Outcome::NotArithmetic,
    })
}

fn sides(row: &[Part]) -> Result<Outcome, Trouble> {
    let relation = |part: &Part| match part {
        Part::Symbol(symbol) if symbol.relates() => Some(*symbol),
        _ => None,
    };
    let sides: Vec<&[Part]> = row.split(|part| relation(part).is_some()).collect();
    let mut reader = Reader { unknown: None, decimal: false };
    match (&sides[..], row.iter().find_map(relation)) {
        ([one], _) | ([one, []], Some(Symbol::Equals)) if is_number(one) => Ok(Outcome::Number),
        ([one], _) | ([one, []], Some(Symbol::Equals)) => {
            let value = reader.whole(one, 0)?;
            if is_term(one) {
                return Ok(Outcome::Formula);
            }
            let shown = |value: &Number| Outcome::Value(value.shown(!reader.decimal));
            Ok(value.constant().map_or(Outcome::Formula, shown))
        }
        ([one, other], Some(relation)) => {
            let difference = reader.whole(one, 0)?.plus(&reader.whole(other, 0)?.negative())?;
            if relation != Symbol::Equals {
                return compared(&difference, relation);
            }
            let unknown = reader.unknown.unwrap_or('x');
            Ok(match difference.noughts()? {
                Noughts::Everywhere => Outcome::True,
                Noughts::Nowhere => Outcome::False,
                Noughts::At(places) => {
                    let say = |place: &Number| match place.shown(!reader.decimal) {
                        rounded if rounded.starts_with('≈') => format!("{unknown} {rounded}"),
                        very => format!("{unknown} = {very}"),
                    };
                    Outcome::Solved(places.iter().map(say).collect::<Vec<_>>().join("; "))
                }
            })
        }
        _ => Err(Trouble::NotArithmetic),
    }
}

/// Whether it is digits alone, with a point and a minus at most.
fn is_number(row: &[Part]) -> bool {
    let digits = row.strip_prefix(&[Part::Symbol(Symbol::Bar)]).unwrap_or(row);
    let points = digits.iter().filter(|part| **part == Part::Point).count();
    let digit = |part: &&Part| matches!(part, Part::Symbol(Symbol::Digit(_)));
    let count = digits.iter().filter(digit).count();
    count > 0 && points <= 1 && count + points == digits.len() && digits.last() != Some(&Part::Point)
}

/// Whether it is letters and digits beside each other: also with nothing for a factor nobody asks for its value.
fn is_term(row: &[Part]) -> bool {
    let letter = |part: &Part| matches!(part, Part::Symbol(Symbol::Letter(_)));
    let digit = |part: &Part| matches!(part, Part::Symbol(Symbol::Digit(_)));
    row.iter().any(letter) && row.iter().all(|part| letter(part) || digit(part))
}

/// Whether a comparison holds, by the difference of its sides. Rounded numbers may lie on the other side of nought.
fn compared(difference: &Polynomial, relation: Symbol) -> Result<Outcome, Trouble> {
    let number = difference.constant().filter(|number| number.exact).ok_or(Trouble::TooHard)?;
    let side = number.ratio.cmp(&Number::whole(0).ratio);
    let holds = match relation {
        Symbol::Less => side.is_lt(),
        Symbol::More => side.is_gt(),
        Symbol::AtMost => side.is_le(),
        Symbol::AtLeast => side.is_ge(),
        Symbol::Unequal => side.is_ne(),
        _ => return Err(Trouble::NotArithmetic),
    };
    Ok(if holds { Outcome::True } else { Outcome::False })
}

struct Reader {
    /// The letter that stands for the unknown: there can be one.
    unknown: Option<char>,
    /// Whoever writes decimals or percents wants no fraction of what they come to.
    decimal: bool,
}

/// What is still to be read of a row.
struct Rest<'a>(&'a [Part]);

impl<'a> Rest<'a> {
    fn symbol(&self) -> Option<Symbol> {
        match self.0.first() {
            Some(Part::Symbol(symbol)) => Some(*symbol),
            _ => None,
        }
    }

    fn next(&mut self) -> Option<&'a Part> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(first)
    }
}

impl Reader {
    /// A row that is one sum from end to end.
    fn whole(&mut self, row: &[Part], deep: usize) -> Result<Polynomial, Trouble> {
        if deep > DEEP_MAX {
            return Err(Trouble::NotArithmetic);
        }
        let mut rest = Rest(row);
        let sum = self.sum(&mut rest, deep)?;
        match rest.symbol() {
            _ if rest.0.is_empty() => Ok(sum),
            // A bracket that nobody opened.
            Some(Symbol::Close) => Err(Trouble::Unfinished),
            _ => Err(Trouble::NotArithmetic),
        }
    }

    fn sum(&mut self, rest: &mut Rest<'_>, deep: usize) -> Result<Polynomial, Trouble> {
        let mut sum = self.product(rest, deep)?;
        loop {
            let minus = match rest.symbol() {
                Some(Symbol::Plus) => false,
                Some(Symbol::Bar) => true,
                _ => return Ok(sum),
            };
            rest.next();
            let next = self.product(rest, deep)?;
            sum = sum.plus(&if minus { next.negative() } else { next })?;
        }
    }

    fn product(&mut self, rest: &mut Rest<'_>, deep: usize) -> Result<Polynomial, Trouble> {
        let mut product = self.signed(rest, deep)?;
        loop {
            match (rest.symbol(), rest.0.first()) {
                (Some(Symbol::Times), _) => {
                    rest.next();
                    product = product.times(&self.signed(rest, deep)?)?;
                }
                (Some(Symbol::Divide | Symbol::Colon | Symbol::Slash), _) => {
                    rest.next();
                    product = product.over(&self.signed(rest, deep)?)?;
                }
                // Written beside each other: multiplied.
                (Some(Symbol::Open | Symbol::Letter(_) | Symbol::Pi | Symbol::Digit(_)), _)
                | (_, Some(Part::Fraction(..) | Part::Root(..))) => {
                    product = product.times(&self.power(rest, deep)?)?;
                }
                _ => return Ok(product),
            }
        }
    }

    fn signed(&mut self, rest: &mut Rest<'_>, deep: usize) -> Result<Polynomial, Trouble> {
        let mut minus = false;
        // Each sign is one step, so no depth can run out.
        while let Some(symbol @ (Symbol::Bar | Symbol::Plus)) = rest.symbol() {
            minus ^= symbol == Symbol::Bar;
            rest.next();
        }
        let power = self.power(rest, deep)?;
        Ok(if minus { power.negative() } else { power })
    }

    fn power(&mut self, rest: &mut Rest<'_>, deep: usize) -> Result<Polynomial, Trouble> {
        let mut base = self.operand(rest, deep)?;
        loop {
            match rest.0.first() {
                Some(Part::Raised(power)) => {
                    rest.next();
                    base = base.raised(&self.whole(power, deep + 1)?)?;
                }
                Some(Part::Symbol(Symbol::Factorial)) => {
                    rest.next();
                    let number = base.constant().ok_or(Trouble::TooHard)?;
                    base = Polynomial::number(number.factorial()?);
                }
                Some(Part::Symbol(Symbol::Percent)) => {
                    rest.next();
                    self.decimal = true;
                    base = base.over(&Polynomial::number(Number::whole(100)))?;
                }
                _ => return Ok(base),
            }
        }
    }

    fn operand(&mut self, rest: &mut Rest<'_>, deep: usize) -> Result<Polynomial, Trouble> {
        if let Some(Symbol::Digit(_)) = rest.symbol() {
            return self.numeral(rest, deep);
        }
        match rest.next() {
            None => Err(Trouble::Unfinished),
            Some(Part::Symbol(Symbol::Letter(letter))) => {
                if *self.unknown.get_or_insert(*letter) != *letter {
                    return Err(Trouble::TooHard);
                }
                Ok(Polynomial::unknown())
            }
            Some(Part::Symbol(Symbol::Pi)) => Ok(Polynomial::number(Number::pi())),
            Some(Part::Symbol(Symbol::Open)) => {
                if deep > DEEP_MAX {
                    return Err(Trouble::NotArithmetic);
                }
                let inside = self.sum(rest, deep + 1)?;
                match rest.next() {
                    Some(Part::Symbol(Symbol::Close)) => Ok(inside),
                    None => Err(Trouble::Unfinished),
                    Some(_) => Err(Trouble::NotArithmetic),
                }
            }
            Some(Part::Fraction(over, under)) => self.fraction(over, under, deep),
            Some(Part::Root(inside, which)) => {
                let number = self.whole(inside, deep + 1)?;
                let number = number.constant().ok_or(Trouble::TooHard)?.clone();
                let degree = which.as_ref().map(|which| self.whole(which, deep + 1)).transpose()?;
                let degree = degree.map_or(Some(2), |degree| {
                    (1..=60).find(|one| degree.constant() == Some(&Number::whole(i64::from(*one))))
                });
                Ok(Polynomial::number(number.root(degree.ok_or(Trouble::NotDefined)?)?))
            }
            Some(Part::Point) => self.after_point(String::new(), rest),
            // A sign where a number should be.
            Some(Part::Symbol(
                Symbol::Close | Symbol::Times | Symbol::Divide | Symbol::Slash | Symbol::Colon,
            )) => Err(Trouble::Unfinished),
            Some(Part::Symbol(_) | Part::Raised(_)) => Err(Trouble::NotArithmetic),
        }
    }

    fn fraction(&mut self, over: &Row, under: &Row, deep: usize) -> Result<Polynomial, Trouble> {
        self.whole(over, deep + 1)?.over(&self.whole(under, deep + 1)?)
    }

    /// A number in digits; with a fraction of digits right after a whole number it is a mixed number.
    fn numeral(&mut self, rest: &mut Rest<'_>, deep: usize) -> Result<Polynomial, Trouble> {
        let whole = digits(rest);
        if let Some(Part::Point) = rest.0.first() {
            rest.next();
            return self.after_point(whole, rest);
        }
        let number = Polynomial::number(Number::decimal(&whole, "")?);
        let plain = |row: &Row| row.iter().all(|part| matches!(part, Part::Symbol(Symbol::Digit(_))));
        match rest.0.first() {
            Some(Part::Fraction(over, under)) if plain(over) && plain(under) => {
                rest.next();
                number.plus(&self.fraction(over, under, deep)?)
            }
            _ => Ok(number),
        }
    }

    fn after_point(&mut self, whole: String, rest: &mut Rest<'_>) -> Result<Polynomial, Trouble> {
        self.decimal = true;
        let after = digits(rest);
        if after.is_empty() {
            return Err(Trouble::Unfinished);
        }
        if let Some(Part::Point) = rest.0.first() {
            return Err(Trouble::NotArithmetic);
        }
        Number::decimal(&whole, &after).map(Polynomial::number)
    }
}

fn digits(rest: &mut Rest<'_>) -> String {
    let mut digits = String::new();
    while let Some(Symbol::Digit(digit)) = rest.symbol() {
        digits.push(char::from(b'0' + digit));
        rest.next();
    }
    digits
}

#[cfg(test)]
mod tests;
