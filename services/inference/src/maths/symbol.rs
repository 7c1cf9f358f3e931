//! What a symbol can be in school arithmetic and algebra, and what the network calls it.

/// A symbol.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Symbol {
    Digit(u8),
    Letter(char),
    Pi,
    Plus,
    /// A level bar: minus, the bar of a fraction, or half of an equals sign.
    Bar,
    Times,
    /// A dot: a point between digits, or times at half height.
    Dot,
    Divide,
    Slash,
    Colon,
    Equals,
    Open,
    Close,
    Root,
    Less,
    More,
    AtMost,
    AtLeast,
    Unequal,
    Percent,
    Factorial,
}

/// All but digits and letters.
const SIGNS: [Symbol; 19] = [
    Symbol::Pi,
    Symbol::Plus,
    Symbol::Bar,
    Symbol::Times,
    Symbol::Dot,
    Symbol::Divide,
    Symbol::Slash,
    Symbol::Colon,
    Symbol::Equals,
    Symbol::Open,
    Symbol::Close,
    Symbol::Root,
    Symbol::Less,
    Symbol::More,
    Symbol::AtMost,
    Symbol::AtLeast,
    Symbol::Unequal,
    Symbol::Percent,
    Symbol::Factorial,
];

impl Symbol {
    /// What one of the network's labels stands for here; `None` for what is no symbol.
    pub(super) fn of_label(label: &str) -> Option<Symbol> {
        let mut characters = label.chars();
        Some(match (characters.next(), characters.next()) {
            (Some(digit @ '0'..='9'), None) => Symbol::Digit(digit as u8 - b'0'),
            (Some('+'), None) => Symbol::Plus,
            (Some('-'), None) => Symbol::Bar,
            (Some('='), None) => Symbol::Equals,
            (Some('('), None) => Symbol::Open,
            (Some(')'), None) => Symbol::Close,
            (Some('/'), None) => Symbol::Slash,
            (Some('<'), None) => Symbol::Less,
            (Some('>'), None) => Symbol::More,
            (Some('%'), None) => Symbol::Percent,
            (Some(letter @ 'a'..='z'), None) => Symbol::Letter(letter),
            _ => match label {
                "div" => Symbol::Divide,
                "leq" => Symbol::AtMost,
                "geq" => Symbol::AtLeast,
                "neq" => Symbol::Unequal,
                "root" => Symbol::Root,
                "pi" => Symbol::Pi,
                _ => return None,
            },
        })
    }

    /// The symbol that is written so in LaTeX.
    pub(super) fn of_latex(latex: &str) -> Option<Symbol> {
        let mut characters = latex.chars();
        match (characters.next(), characters.next()) {
            (Some(digit @ '0'..='9'), None) => Some(Symbol::Digit(digit as u8 - b'0')),
            (Some(letter @ 'a'..='z'), None) => Some(Symbol::Letter(letter)),
            _ => SIGNS.into_iter().find(|sign| sign.latex() == latex),
        }
    }

    /// As it is written in LaTeX.
    pub(super) fn latex(self) -> String {
        match self {
            Symbol::Digit(digit) => digit.to_string(),
            Symbol::Letter(letter) => letter.to_string(),
            Symbol::Pi => "\\pi".to_owned(),
            Symbol::Plus => "+".to_owned(),
            Symbol::Bar => "-".to_owned(),
            Symbol::Times => "\\times".to_owned(),
            Symbol::Dot => "\\cdot".to_owned(),
            Symbol::Divide => "\\div".to_owned(),
            Symbol::Slash => "/".to_owned(),
            Symbol::Colon => ":".to_owned(),
            Symbol::Equals => "=".to_owned(),
            Symbol::Open => "(".to_owned(),
            Symbol::Close => ")".to_owned(),
            Symbol::Root => "\\sqrt{}".to_owned(),
            Symbol::Less => "<".to_owned(),
            Symbol::More => ">".to_owned(),
            Symbol::AtMost => "\\leq".to_owned(),
            Symbol::AtLeast => "\\geq".to_owned(),
            Symbol::Unequal => "\\neq".to_owned(),
            Symbol::Percent => "\\%".to_owned(),
            Symbol::Factorial => "!".to_owned(),
        }
    }

    /// Whether it stands between the two sides of an equation or a comparison.
    pub(super) fn relates(self) -> bool {
        matches!(
            self,
            Symbol::Equals | Symbol::Less | Symbol::More | Symbol::AtMost | Symbol::AtLeast | Symbol::Unequal
        )
    }

    /// Whether an operand can end with it.
    pub(super) fn ends_operand(self) -> bool {
        matches!(
            self,
            Symbol::Digit(_)
                | Symbol::Letter(_)
                | Symbol::Pi
                | Symbol::Close
                | Symbol::Percent
                | Symbol::Factorial
        )
    }

    /// Whether an operand can begin with it.
    pub(super) fn begins_operand(self) -> bool {
        matches!(self, Symbol::Digit(_) | Symbol::Letter(_) | Symbol::Pi | Symbol::Open | Symbol::Root)
    }
}
