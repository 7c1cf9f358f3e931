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
    Comma,
    Factorial,
}

impl Symbol {
    /// What one of the network's labels stands for here, and how likely it is to be written: letters other than the
    /// usual unknowns hardly are. `None` for what is no part of arithmetic.
    pub(super) fn of_label(label: &str) -> Option<(Symbol, f32)> {
        let mut characters = label.chars();
        if let (Some(one), None) = (characters.next(), characters.next()) {
            return match one {
                '0'..='9' => Some((Symbol::Digit(one as u8 - b'0'), 1.0)),
                '+' => Some((Symbol::Plus, 1.0)),
                '-' => Some((Symbol::Bar, 1.0)),
                '=' => Some((Symbol::Equals, 1.0)),
                '(' | '[' => Some((Symbol::Open, 1.0)),
                ')' | ']' => Some((Symbol::Close, 1.0)),
                '<' => Some((Symbol::Less, 1.0)),
                '>' => Some((Symbol::More, 1.0)),
                ',' => Some((Symbol::Comma, 0.3)),
                '!' => Some((Symbol::Factorial, 0.1)),
                'x' => Some((Symbol::Letter('x'), 1.0)),
                // Hardly to be told from digits, and hardly ever meant.
                'l' | '|' => Some((Symbol::Digit(1), 1.0)),
                'o' => Some((Symbol::Digit(0), 1.0)),
                'y' | 'a' | 'b' | 'c' => Some((Symbol::Letter(one), 0.3)),
                'z' => Some((Symbol::Digit(2), 0.5)),
                's' => Some((Symbol::Digit(5), 0.5)),
                'q' => Some((Symbol::Digit(9), 0.5)),
                _ => None,
            };
        }
        Some(match label {
            "frac_bar" => (Symbol::Bar, 1.0),
            "times" => (Symbol::Times, 1.0),
            "X_cap" => (Symbol::Letter('x'), 1.0),
            "O_cap" => (Symbol::Digit(0), 1.0),
            "I_cap" => (Symbol::Digit(1), 0.5),
            "Z_cap" => (Symbol::Digit(2), 0.5),
            "S_cap" => (Symbol::Digit(5), 0.5),
            "dot" | "cdot" => (Symbol::Dot, 1.0),
            "div" => (Symbol::Divide, 1.0),
            "slash" => (Symbol::Slash, 1.0),
            "colon" => (Symbol::Colon, 1.0),
            "sqrt" => (Symbol::Root, 1.0),
            "leq" => (Symbol::AtMost, 1.0),
            "geq" => (Symbol::AtLeast, 1.0),
            "neq" => (Symbol::Unequal, 1.0),
            "pi" => (Symbol::Pi, 0.3),
            _ => return None,
        })
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
            Symbol::Comma => ",".to_owned(),
            Symbol::Factorial => "!".to_owned(),
        }
    }

    /// Whether an operand can end with it.
    pub(super) fn ends_operand(self) -> bool {
        matches!(self, Symbol::Digit(_) | Symbol::Letter(_) | Symbol::Pi | Symbol::Close | Symbol::Factorial)
    }

    /// Whether an operand can begin with it.
    pub(super) fn begins_operand(self) -> bool {
        matches!(self, Symbol::Digit(_) | Symbol::Letter(_) | Symbol::Pi | Symbol::Open | Symbol::Root)
    }
}
