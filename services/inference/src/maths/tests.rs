//! Whole expressions, written here by a plain hand.

use std::sync::LazyLock;
use std::time::{Duration, Instant};

use proptest::prelude::*;

use super::*;
use crate::ink::Point;

fn leave() -> Leave {
    Leave::until(Instant::now() + Duration::from_secs(600))
}

/// Strokes of a symbol in a box of 100 by 100, y down.
#[rustfmt::skip]
const SYMBOLS: [(char, f32, &str); 16] = [
    ('0', 60.0, "50,5 28,20 22,50 28,82 50,95 70,82 78,50 70,18 50,5"),
    ('1', 45.0, "38,20 52,5 52,95"),
    ('2', 60.0, "25,28 35,8 60,5 74,22 70,42 24,92 80,92"),
    ('3', 60.0, "26,14 50,4 72,18 66,40 44,47 70,56 78,76 60,94 36,94 22,82"),
    ('4', 60.0, "60,5 18,65 84,65 / 62,40 62,97"),
    ('5', 60.0, "72,6 32,6 28,44 54,38 74,54 74,78 52,94 24,86"),
    ('6', 60.0, "66,6 40,28 26,60 34,90 58,94 74,76 66,54 44,52 28,66"),
    ('7', 60.0, "20,8 78,8 42,96"),
    ('8', 60.0, "66,14 46,4 30,18 40,40 66,58 72,80 50,95 28,80 36,56 62,36 68,18"),
    ('9', 60.0, "70,30 56,6 32,12 26,36 44,50 66,40 71,26 66,70 52,96"),
    ('+', 60.0, "15,52 85,52 / 50,18 50,86"),
    ('-', 60.0, "15,52 85,51"),
    ('=', 60.0, "15,40 85,39 / 15,64 85,63"),
    ('×', 60.0, "20,25 80,80 / 80,25 20,80"),
    (':', 60.0, "10,50 90,50 / 48,22 52,25 / 48,75 52,78"),
    ('.', 20.0, "40,90 55,95"),
];

/// Writes signs in a row from a place, a digit's height in size; answers where the row ends.
fn write(strokes: &mut Vec<Stroke>, text: &str, (mut x, y): (f32, f32), size: f32) -> f32 {
    for sign in text.chars() {
        let (_, wide, ways) = SYMBOLS.iter().find(|symbol| symbol.0 == sign).unwrap();
        for way in ways.split(" / ") {
            let point = |pair: &str| {
                let (u, v) = pair.split_once(',').unwrap();
                let (u, v) = (u.parse::<f32>().unwrap() * wide / 100.0, v.parse::<f32>().unwrap());
                Point { x: x + u * size / 100.0, y: y + v * size / 100.0, t: 0 }
            };
            strokes.push(Stroke(way.split(' ').map(point).collect()));
        }
        x += (wide + 22.0) * size / 100.0;
    }
    x
}

fn line(ends: &[(f32, f32)]) -> Stroke {
    Stroke(ends.iter().map(|&(x, y)| Point { x, y, t: 0 }).collect())
}

fn read(strokes: &[Stroke]) -> Answer {
    static MATHS: LazyLock<Maths> = LazyLock::new(|| Maths::open(&leave()).unwrap());
    MATHS.read(strokes, &leave()).unwrap()
}

fn value(text: &str) -> Outcome {
    Outcome::Value(text.to_owned())
}

#[test]
fn sums_and_products_are_read_and_calculated() {
    for (text, latex, outcome) in [
        ("12+34=", "12+34=", "46"),
        ("7×8=", "7\\times8=", "56"),
        ("96-58", "96-58", "38"),
        ("84:4=", "84\\div4=", "21"),
        ("2.5+3=", "2.5+3=", "5.5"),
    ] {
        let mut strokes = Vec::new();
        write(&mut strokes, text, (300.0, 200.0), 90.0);
        let answer = read(&strokes);
        assert_eq!(answer.expressions[0].latex, latex);
        assert_eq!(answer.expressions[0].outcome, value(outcome), "{text}");
        assert!(answer.sure, "{text} {answer:?}");
        assert_eq!(answer.symbols.len(), text.chars().count(), "{text}");
        assert!(answer.symbols.windows(2).all(|two| two[0].area.left <= two[1].area.left));
    }
}

#[test]
fn fractions_powers_and_roots_are_read_by_where_they_stand() {
    let mut fraction = Vec::new();
    write(&mut fraction, "3", (20.0, 0.0), 90.0);
    fraction.push(line(&[(0.0, 110.0), (110.0, 110.0)]));
    write(&mut fraction, "4", (20.0, 130.0), 90.0);
    write(&mut fraction, "+2", (130.0, 60.0), 90.0);
    assert_eq!(read(&fraction).expressions[0].latex, "\\frac{3}{4}+2");
    let mut power = Vec::new();
    let end = write(&mut power, "5", (0.0, 100.0), 100.0);
    write(&mut power, "2", (end - 15.0, 70.0), 55.0);
    write(&mut power, "-9", (end + 40.0, 100.0), 100.0);
    let power = read(&power);
    assert_eq!((&*power.expressions[0].latex, &power.expressions[0].outcome), ("5^{2}-9", &value("16")));
    let mut root = vec![line(&[(0.0, 70.0), (15.0, 60.0), (30.0, 110.0), (55.0, -15.0), (200.0, -15.0)])];
    write(&mut root, "49", (60.0, 5.0), 95.0);
    let root = read(&root);
    assert_eq!((&*root.expressions[0].latex, &root.expressions[0].outcome), ("\\sqrt{49}", &value("7")));
}

#[test]
fn what_is_no_expression_is_never_sure() {
    let scrawl = |at: f32| {
        line(&[
            (at, 0.0),
            (at + 80.0, 90.0),
            (at + 10.0, 40.0),
            (at + 90.0, 10.0),
            (at, 95.0),
            (at + 50.0, 0.0),
        ])
    };
    let half = line(&[(0.0, 0.0), (60.0, 4.0)]);
    for strokes in
        [vec![scrawl(0.0)], vec![scrawl(0.0), scrawl(120.0)], vec![half], vec![line(&[(1.0, 1.0)])]]
    {
        assert!(!read(&strokes).sure);
    }
    assert_eq!(read(&[Stroke(Vec::new())]), Answer::default());
}

#[test]
fn too_much_for_an_expression_is_refused() {
    let dot = line(&[(0.0, 0.0)]);
    assert!(check_expression(&vec![dot.clone(); EXPRESSION_STROKES_MAX]).is_ok());
    let many = check_expression(&vec![dot; EXPRESSION_STROKES_MAX + 1]);
    assert!(matches!(many, Err(StrokeError::TooMany { strokes: 97, .. })), "{many:?}");
    let long = line(&vec![(0.0, 0.0); EXPRESSION_POINTS_MAX + 1]);
    assert!(matches!(check_expression(&[long]), Err(StrokeError::TooMany { .. })));
    assert!(matches!(check_expression(&[line(&[(f32::NAN, 0.0)])]), Err(StrokeError::Outside(0))));
}

#[test]
fn what_was_written_is_in_no_log() {
    let mut strokes = Vec::new();
    write(&mut strokes, "12+34=", (0.0, 0.0), 90.0);
    let shown = format!("{:?}", read(&strokes));
    assert!(!shown.contains("12+34") && !shown.contains("46"), "{shown}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    /// Any strokes end in an answer with shares that add up to no more than one.
    #[test]
    fn any_strokes_end_in_an_answer(
        strokes in prop::collection::vec(prop::collection::vec((-1e3_f32..1e3, -1e3_f32..1e3), 0..6), 0..9)
    ) {
        let strokes: Vec<Stroke> = strokes.iter().map(|points| line(points)).collect();
        let answer = read(&strokes);
        prop_assert!(answer.expressions.len() <= CANDIDATES_MAX);
        prop_assert!(answer.expressions.iter().map(|one| one.confidence).sum::<f32>() <= 1.001);
    }
}
