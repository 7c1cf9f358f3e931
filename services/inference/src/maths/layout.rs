//! Where symbols stand to each other: over and under a bar, inside a root, raised, or one after the other.

use super::stroke::Area;
use super::symbol::Symbol;

/// A raised symbol ends above this part of the height of what it is raised on, from its top.
const RAISED_END: f32 = 0.62;
/// And its middle lies above this part.
const RAISED_MIDDLE: f32 = 0.3;
/// Dots, bars and equals signs stand at half height of what they follow; raised they end above this part.
const DOT_END: f32 = 0.32;
/// A dot in this upper part of a line of digits is a times sign, below it a point.
const POINT_FROM: f32 = 0.68;
/// Deeper than any expression on a board.
const DEEP_MAX: usize = 24;

/// A part of an expression.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Part {
    Symbol(Symbol),
    /// A decimal point.
    Point,
    Fraction(Row, Row),
    /// What is under the root, and which root where one is written.
    Root(Row, Option<Row>),
    /// Raised upon the part before.
    Raised(Row),
}

/// Parts one after the other.
pub(super) type Row = Vec<Part>;

/// How heights are taken where they could be meant either way.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Taste {
    /// Added to how far down a raised symbol may reach.
    pub(super) raised: f32,
    /// Added to how low a dot must lie to be a point.
    pub(super) point: f32,
}

struct Placed {
    part: Part,
    area: Area,
}

/// The expression that symbols make.
pub(super) fn row(symbols: &[(Symbol, Area)], taste: Taste) -> Row {
    parts(symbols.to_vec(), 0, taste)
}

fn parts(symbols: Vec<(Symbol, Area)>, deep: usize, taste: Taste) -> Row {
    lay(symbols, deep, taste).into_iter().map(|placed| placed.part).collect()
}

fn lay(mut symbols: Vec<(Symbol, Area)>, deep: usize, taste: Taste) -> Vec<Placed> {
    let mut placed = Vec::new();
    // The widest bars and roots hold the others.
    symbols.sort_by(|a, b| b.1.wide().total_cmp(&a.1.wide()));
    let mut at = 0;
    while deep < DEEP_MAX && at < symbols.len() {
        let (symbol, area) = symbols[at];
        let taken = match symbol {
            Symbol::Bar => fraction(&mut symbols, at, area, deep, taste),
            Symbol::Root => root(&mut symbols, at, area, deep, taste),
            _ => None,
        };
        match taken {
            Some(part) => {
                placed.push(part);
                at = 0;
            }
            None => at += 1,
        }
    }
    placed.extend(symbols.into_iter().map(|(symbol, area)| Placed { part: Part::Symbol(symbol), area }));
    placed.sort_by(|a, b| a.area.middle().0.total_cmp(&b.area.middle().0));
    in_line(placed, taste)
}

/// A bar with something over it and something under it.
fn fraction(
    symbols: &mut Vec<(Symbol, Area)>,
    at: usize,
    bar: Area,
    deep: usize,
    taste: Taste,
) -> Option<Placed> {
    let slack = bar.wide() * 0.12;
    let beside = |area: &Area| (bar.left - slack..=bar.right + slack).contains(&area.middle().0);
    let level = bar.middle().1;
    let held = |area: &Area| beside(area) && area.left > bar.left - bar.wide() * 0.4 - slack;
    let over: Vec<usize> =
        within(symbols, at, |area| held(area) && area.middle().1 < level && area.top < bar.top);
    let under: Vec<usize> =
        within(symbols, at, |area| held(area) && area.middle().1 > level && area.bottom > bar.bottom);
    let (over, under) = (near_by(symbols, over, bar), near_by(symbols, under, bar));
    // A sign over or under the bar alone is no number.
    if over.is_empty() || under.is_empty() {
        return None;
    }
    let mut area = bar;
    over.iter().chain(&under).for_each(|one| area = area.union(&symbols[*one].1));
    let pick = |these: &[usize]| these.iter().map(|one| symbols[*one]).collect::<Vec<_>>();
    let part = Part::Fraction(parts(pick(&over), deep + 1, taste), parts(pick(&under), deep + 1, taste));
    remove(symbols, over.into_iter().chain(under).chain([at]).collect());
    Some(Placed { part, area })
}

fn within(symbols: &[(Symbol, Area)], but: usize, fits: impl Fn(&Area) -> bool) -> Vec<usize> {
    (0..symbols.len()).filter(|at| *at != but && fits(&symbols[*at].1)).collect()
}

/// Only what hangs together with the bar: an expression on the next line of the board does not.
fn near_by(symbols: &[(Symbol, Area)], mut these: Vec<usize>, bar: Area) -> Vec<usize> {
    let tallest = these.iter().map(|at| symbols[*at].1.tall()).fold(0.0, f32::max);
    let mut reached = bar;
    let mut near = Vec::new();
    loop {
        let before = near.len();
        these.retain(|at| {
            let area = &symbols[*at].1;
            let gap = (area.top - reached.bottom).max(reached.top - area.bottom).max(0.0);
            if gap <= tallest * 1.1 {
                near.push(*at);
                return false;
            }
            true
        });
        near.iter().for_each(|at| reached = reached.union(&symbols[*at].1));
        if near.len() == before {
            return near;
        }
    }
}

/// A root with what lies in it, and the small number in its hook.
fn root(
    symbols: &mut Vec<(Symbol, Area)>,
    at: usize,
    sign: Area,
    deep: usize,
    taste: Taste,
) -> Option<Placed> {
    let hook = sign.left + sign.tall().min(sign.wide() * 0.5) * 0.35;
    let inside = within(symbols, at, |area| {
        let (x, y) = area.middle();
        x > hook
            && x <= sign.right + sign.wide() * 0.06
            && y > sign.top
            && y < sign.bottom + sign.tall() * 0.2
    });
    let index = within(symbols, at, |area| {
        let (x, y) = area.middle();
        x <= hook
            && x > sign.left - sign.tall() * 0.5
            && y < sign.middle().1
            && area.bottom > sign.top - sign.tall() * 0.3
            && area.tall() < sign.tall() * 0.55
            && area.right < hook + sign.tall() * 0.25
    });
    if inside.is_empty() {
        return None;
    }
    let mut area = sign;
    inside.iter().for_each(|one| area = area.union(&symbols[*one].1));
    let pick = |these: &[usize]| these.iter().map(|one| symbols[*one]).collect::<Vec<_>>();
    let which = (!index.is_empty()).then(|| parts(pick(&index), deep + 1, taste));
    let part = Part::Root(parts(pick(&inside), deep + 1, taste), which);
    remove(symbols, inside.into_iter().chain(index).chain([at]).collect());
    Some(Placed { part, area })
}

fn remove(symbols: &mut Vec<(Symbol, Area)>, mut these: Vec<usize>) {
    these.sort_unstable();
    these.dedup();
    these.into_iter().rev().for_each(|at| {
        symbols.remove(at);
    });
}

/// Parts from left to right; what is raised is gathered upon the part before it.
fn in_line(placed: Vec<Placed>, taste: Taste) -> Vec<Placed> {
    let mut line: Vec<Placed> = Vec::new();
    let mut raised: Vec<(Placed, Vec<Placed>)> = Vec::new();
    for one in placed {
        if let Some((base, over)) = raised.last_mut()
            && is_raised(&one.area, &base.area, &one.part, taste)
        {
            over.push(one);
            continue;
        }
        if let Some(base) = line.last()
            && can_be_base(&base.part)
            && is_raised(&one.area, &base.area, &one.part, taste)
        {
            let base = Placed { part: base.part.clone(), area: base.area };
            raised.push((base, vec![one]));
            continue;
        }
        settle(&mut line, &mut raised, taste);
        line.push(one);
    }
    settle(&mut line, &mut raised, taste);
    points_and_times(line, taste)
}

fn settle(line: &mut Vec<Placed>, raised: &mut Vec<(Placed, Vec<Placed>)>, taste: Taste) {
    for (_, over) in raised.drain(..) {
        let area = over.iter().map(|one| one.area).reduce(|all, area| all.union(&area)).unwrap_or_default();
        let over = in_line(over, taste);
        line.push(Placed { part: Part::Raised(over.into_iter().map(|one| one.part).collect()), area });
    }
}

fn can_be_base(part: &Part) -> bool {
    match part {
        Part::Symbol(symbol) => symbol.ends_operand(),
        Part::Fraction(..) | Part::Root(..) => true,
        Part::Point | Part::Raised(_) => false,
    }
}

fn is_raised(area: &Area, base: &Area, part: &Part, taste: Taste) -> bool {
    let depth = |y: f32| (y - base.top) / base.tall().max(1e-3);
    // A dot at half height is raised upon nothing.
    let level = matches!(part, Part::Symbol(Symbol::Dot | Symbol::Bar | Symbol::Equals));
    let end = if level { DOT_END } else { RAISED_END };
    depth(area.bottom) < end + taste.raised && depth(area.middle().1) < RAISED_MIDDLE + taste.raised
}

/// Dots become points or times signs by their height, crosses letters or times signs by what is beside them.
fn points_and_times(mut line: Vec<Placed>, taste: Taste) -> Vec<Placed> {
    for at in 0..line.len() {
        let beside = |at: Option<usize>| at.and_then(|at| line.get(at));
        let (before, after) = (beside(at.checked_sub(1)), beside(Some(at + 1)));
        let part = match &line[at].part {
            Part::Symbol(Symbol::Dot) => {
                let is_digit = |one: &&Placed| matches!(one.part, Part::Symbol(Symbol::Digit(_)));
                let (y, beside) =
                    (line[at].area.middle().1, before.filter(is_digit).or(after.filter(is_digit)));
                let low =
                    beside.is_some_and(|one| y > one.area.top + one.area.tall() * (POINT_FROM + taste.point));
                if low { Part::Point } else { Part::Symbol(Symbol::Times) }
            }
            Part::Symbol(Symbol::Letter('x') | Symbol::Times) => {
                let ends = before.is_some_and(|one| ends_operand(&one.part));
                let begins = after.is_some_and(|one| begins_operand(&one.part));
                Part::Symbol(if ends && begins { Symbol::Times } else { Symbol::Letter('x') })
            }
            _ => continue,
        };
        line[at].part = part;
    }
    line
}

fn ends_operand(part: &Part) -> bool {
    match part {
        Part::Symbol(symbol) => symbol.ends_operand() && *symbol != Symbol::Letter('x'),
        Part::Fraction(..) | Part::Root(..) | Part::Raised(_) => true,
        Part::Point => false,
    }
}

fn begins_operand(part: &Part) -> bool {
    match part {
        Part::Symbol(symbol) => symbol.begins_operand(),
        Part::Fraction(..) | Part::Root(..) => true,
        Part::Point | Part::Raised(_) => false,
    }
}

/// The expression in LaTeX.
pub(super) fn latex(row: &[Part]) -> String {
    let mut out = String::new();
    for part in row {
        let next = match part {
            Part::Symbol(symbol) => symbol.latex(),
            Part::Point => ".".to_owned(),
            Part::Fraction(over, under) => format!("\\frac{{{}}}{{{}}}", latex(over), latex(under)),
            Part::Root(inside, None) => format!("\\sqrt{{{}}}", latex(inside)),
            Part::Root(inside, Some(which)) => format!("\\sqrt[{}]{{{}}}", latex(which), latex(inside)),
            Part::Raised(over) => format!("^{{{}}}", latex(over)),
        };
        // A command's name ends where no letter follows.
        let after_command = out.rsplit('\\').next().filter(|_| out.contains('\\'));
        if after_command
            .is_some_and(|name| !name.is_empty() && name.chars().all(|letter| letter.is_ascii_alphabetic()))
            && next.starts_with(|first: char| first.is_ascii_alphabetic())
        {
            out.push(' ');
        }
        out.push_str(&next);
    }
    out
}
