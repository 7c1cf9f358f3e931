//! Draws one after the other, and nobody twice before all were drawn. Names are never printed.

use std::fmt;

use fastrand::Rng;

/// Who can be drawn, and who was.
#[derive(Clone, PartialEq, Eq)]
pub struct Picker {
    /// Those still to come, in the order in which they will be, last first.
    left: Vec<String>,
    drawn: Vec<String>,
}

impl fmt::Debug for Picker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Picker").field("left", &self.left.len()).field("drawn", &self.drawn.len()).finish()
    }
}

impl Picker {
    /// Nobody was drawn yet.
    pub fn new(names: Vec<String>, chance: &mut Rng) -> Self {
        let mut picker = Self { left: names, drawn: Vec::new() };
        chance.shuffle(&mut picker.left);
        picker
    }

    /// The numbers from 1 on.
    pub fn numbers(count: usize, chance: &mut Rng) -> Self {
        Self::new((1..=count).map(|number| number.to_string()).collect(), chance)
    }

    /// Draws the next one; once all were drawn, all begin again. `None` where there is nobody.
    pub fn draw(&mut self, chance: &mut Rng) -> Option<&str> {
        if self.left.is_empty() {
            self.start_over(chance);
        }
        self.drawn.push(self.left.pop()?);
        self.drawn()
    }

    /// Everybody can be drawn again.
    pub fn start_over(&mut self, chance: &mut Rng) {
        let last = self.drawn.last().cloned();
        self.left.append(&mut self.drawn);
        chance.shuffle(&mut self.left);
        // Whoever ended a round does not begin the next one.
        let again = last.is_some() && self.left.last() == last.as_ref();
        if again && self.left.len() > 1 {
            let (end, other) = (self.left.len() - 1, chance.usize(..self.left.len() - 1));
            self.left.swap(end, other);
        }
    }

    /// Who was drawn last.
    pub fn drawn(&self) -> Option<&str> {
        self.drawn.last().map(String::as_str)
    }

    /// Anybody at all, to be shown while it is being drawn.
    pub fn anybody(&self, chance: &mut Rng) -> Option<&str> {
        let all = self.all();
        let at = (all > 0).then(|| chance.usize(..all))?;
        self.left.iter().chain(&self.drawn).nth(at).map(String::as_str)
    }

    /// How many are still to come.
    pub fn left(&self) -> usize {
        self.left.len()
    }

    /// How many there are.
    pub fn all(&self) -> usize {
        self.left.len() + self.drawn.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_twice_before_all_and_never_twice_in_a_row() {
        let mut chance = Rng::with_seed(11);
        for count in [1, 2, 3, 30] {
            let mut picker = Picker::numbers(count, &mut chance);
            let mut before = None;
            for round in 0..50 {
                let mut seen = std::collections::BTreeSet::new();
                for drawn in 0..count {
                    let name = picker.draw(&mut chance).unwrap().to_owned();
                    assert!(count == 1 || before != Some(name.clone()), "{name} twice in round {round}");
                    assert_eq!(picker.left(), count - drawn - 1);
                    before = Some(name.clone());
                    assert!(seen.insert(name), "twice in one round of {count}");
                }
            }
        }
    }

    #[test]
    fn everybody_is_first_as_often() {
        let mut chance = Rng::with_seed(3);
        let mut counts = [0_u32; 10];
        for _ in 0..10_000 {
            let mut picker = Picker::numbers(10, &mut chance);
            let number: usize = picker.draw(&mut chance).unwrap().parse().unwrap();
            counts[number - 1] += 1;
        }
        let far: f64 = counts.iter().map(|count| (f64::from(*count) - 1_000.0).powi(2) / 1_000.0).sum();
        assert!(far < 27.9, "chi-squared with nine degrees of freedom, once in a thousand: {counts:?}");
    }

    #[test]
    fn an_empty_list_draws_nobody() {
        let mut chance = Rng::with_seed(1);
        let mut picker = Picker::new(Vec::new(), &mut chance);
        assert_eq!(picker.draw(&mut chance), None);
        assert_eq!((picker.anybody(&mut chance), picker.all()), (None, 0));
    }

    #[test]
    fn names_are_not_printed() {
        let mut chance = Rng::with_seed(1);
        let mut picker = Picker::new(vec!["王小明".to_owned(), "Ada".to_owned()], &mut chance);
        picker.draw(&mut chance);
        assert_eq!(format!("{picker:?}"), "Picker { left: 1, drawn: 1 }");
        picker.start_over(&mut chance);
        assert_eq!((picker.left(), picker.drawn()), (2, None));
    }
}
