//! Where the frame is and where it goes next. Pure: whoever has the switch steps it or lets time do so.

use super::cut::Node;

/// The frame goes over the parts of something so often before it goes back to the whole.
const ROUNDS: u8 = 2;

/// What a press came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Chosen {
    /// The frame is around the first part of what was chosen.
    Inside,
    /// This element.
    Element(usize),
}

/// A walk over a screen.
#[derive(Debug)]
pub(super) struct Walk {
    root: Node,
    /// From the root: which part was gone into.
    path: Vec<usize>,
    at: usize,
    rounds: u8,
}

impl Walk {
    /// Around the first part.
    pub(super) fn new(root: Node) -> Self {
        let root = if root.parts.is_empty() { Node::over(vec![root]) } else { root };
        Self { root, path: Vec::new(), at: 0, rounds: 0 }
    }

    fn inside(&self) -> &Node {
        self.path.iter().fold(&self.root, |node, part| node.parts.get(*part).unwrap_or(node))
    }

    /// What the frame is around.
    pub(super) fn current(&self) -> &Node {
        let inside = self.inside();
        inside.parts.get(self.at).unwrap_or(inside)
    }

    /// To the next part; after two rounds back to the whole. True after so many rounds over everything: nobody is there.
    pub(super) fn step(&mut self) -> bool {
        self.at += 1;
        if self.at < self.inside().parts.len() {
            return false;
        }
        self.at = 0;
        self.rounds += 1;
        if self.rounds < ROUNDS {
            return false;
        }
        self.rounds = 0;
        match self.path.pop() {
            Some(whole) => {
                self.at = whole;
                false
            }
            None => true,
        }
    }

    /// Goes into what the frame is around, or chooses it.
    pub(super) fn choose(&mut self) -> Chosen {
        if let Some(element) = self.current().leaf {
            return Chosen::Element(element);
        }
        self.path.push(self.at);
        (self.at, self.rounds) = (0, 0);
        Chosen::Inside
    }
}

#[cfg(test)]
mod tests {
    //! Two rows of two and a button below.
    use super::super::cut::cut;
    use super::*;
    use display::Area;

    fn walk() -> Walk {
        let places = [(0, 0), (10, 0), (0, 10), (10, 10), (0, 20)];
        let areas = places.iter().enumerate().map(|(at, &(x, y))| (at, Area::new(x, y, 9, 9)));
        Walk::new(cut(areas.collect()).unwrap())
    }

    #[test]
    fn into_a_row_to_an_element() {
        let mut walk = walk();
        assert_eq!(walk.current().area, Area::new(0, 0, 19, 9));
        assert!(!walk.step());
        assert_eq!(walk.choose(), Chosen::Inside);
        assert_eq!(walk.current().leaf, Some(2));
        assert!(!walk.step());
        assert_eq!(walk.choose(), Chosen::Element(3));
    }

    #[test]
    fn a_row_that_was_gone_into_by_mistake_is_left_again() {
        let mut walk = walk();
        walk.step();
        walk.choose();
        for _ in 0..3 {
            assert!(!walk.step() && walk.current().leaf.is_some());
        }
        assert!(!walk.step());
        assert_eq!(walk.current().area, Area::new(0, 10, 19, 9), "around the row again");
    }

    #[test]
    fn a_walk_that_nobody_answers_ends() {
        let mut walk = walk();
        let steps = (1..).find(|_| walk.step());
        assert_eq!(steps, Some(6));
    }

    #[test]
    fn one_element_alone_can_be_chosen() {
        let mut walk = Walk::new(cut(vec![(7, Area::new(0, 0, 9, 9))]).unwrap());
        assert!(!walk.step());
        assert_eq!(walk.choose(), Chosen::Element(7));
    }
}
