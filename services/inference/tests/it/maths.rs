//! Written expressions over a real bus: what they say and come to, what is not sure, and what is refused.

use std::path::Path;

use api::inference::InferenceError;
use api::ink::InkPoint;
use api::maths::{MathsAnswer, MathsChosen, MathsOutcome, MathsProxy, MathsSymbol};
use inference::maths::{CANDIDATES_MAX, EXPRESSION_POINTS_MAX, EXPRESSION_STROKES_MAX};

use crate::served::Served;
use crate::strokes::{Hand, strokes_of};

const HAND: Hand = Hand { height: 120.0, pen: 7.0, wobble: 0.0, rise: 0.0 };

type Strokes = Vec<Vec<InkPoint>>;

fn pen(text: &str, hand: Hand) -> Strokes {
    let point = |&(x, y): &(f32, f32)| InkPoint { x: x.into(), y: y.into(), t: 0 };
    strokes_of(&[text], hand).iter().map(|stroke| stroke.iter().map(point).collect()).collect()
}

/// The service without a single model file: the network of symbols is part of it.
async fn served() -> Served {
    let nothing = tempfile::tempdir().unwrap();
    Served::start(Path::new(nothing.path())).await
}

async fn asker(served: &Served) -> MathsProxy<'static> {
    MathsProxy::new(served.caller.inner().connection()).await.unwrap()
}

async fn read(maths: &MathsProxy<'_>, text: &str, hand: Hand) -> MathsAnswer {
    maths.read(&pen(text, hand), 0).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_written_comes_with_its_value() {
    let served = served().await;
    let maths = asker(&served).await;
    for hand in [HAND, Hand { height: 40.0, wobble: 1.5, ..HAND }, Hand { rise: 0.05, ..HAND }] {
        for (text, value) in [("12+34=", "46"), ("58+17", "75"), ("203+946=", "1149")] {
            let answer = read(&maths, text, hand).await;
            assert!(answer.sure, "{text} {hand:?} {answer:?}");
            let first = &answer.expressions[0];
            assert_eq!((&*first.latex, &*first.value), (text, value), "{hand:?}");
            assert_eq!(MathsOutcome::from_wire(first.outcome), MathsOutcome::Value);
            assert!((0.0..=1.0).contains(&first.confidence));
            assert_eq!(answer.symbols.len(), text.chars().count());
            let said: String = answer.symbols.iter().map(|one| one.guesses[0].text.as_str()).collect();
            assert_eq!(said, text);
            assert!(answer.symbols.windows(2).all(|two| two[0].place.left < two[1].place.left));
        }
    }
    for (text, outcome) in [("12+34=46", MathsOutcome::True), ("12+34=47", MathsOutcome::False)] {
        let answer = read(&maths, text, HAND).await;
        assert_eq!(MathsOutcome::from_wire(answer.expressions[0].outcome), outcome, "{text}");
        assert!(answer.expressions[0].value.is_empty());
    }
    served.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn words_are_not_taken_for_sums() {
    let served = served().await;
    let maths = asker(&served).await;
    for text in ["天天上山", "THE CAT", "HELLO", "王月"] {
        let answer = read(&maths, text, HAND).await;
        assert!(!answer.sure, "{text} {answer:?}");
        assert!(answer.expressions.len() <= CANDIDATES_MAX);
    }
    served.stop().await;
}

/// H and I are drawn as 1-11 is; only whoever reads text can tell.
#[tokio::test(flavor = "multi_thread")]
async fn with_the_reader_of_text_words_come_to_nothing_and_sums_do() {
    let served = Served::start(&crate::models()).await;
    let maths = asker(&served).await;
    for text in ["HELLO", "THE CAT", "HAT", "CAN", "LOOK", "天天上山"] {
        assert_eq!(read(&maths, text, HAND).await.expressions, [], "{text}");
    }
    for text in ["12+34=", "1+11", "7+65"] {
        let answer = read(&maths, text, HAND).await;
        assert!(answer.expressions.iter().any(|one| one.latex == text), "{text} {answer:?}");
    }
    served.stop().await;
}

/// A symbol that was misread is put right by whoever wrote it, and the sum comes to something else.
#[tokio::test(flavor = "multi_thread")]
async fn chosen_readings_are_worked_out_again() {
    let served = served().await;
    let maths = asker(&served).await;
    let answer = read(&maths, "12+34=", HAND).await;
    let chosen = |symbols: &[MathsSymbol], at: usize, latex: &str| {
        let own = |(place, symbol): (usize, &MathsSymbol)| MathsChosen {
            place: symbol.place,
            latex: if place == at { latex.to_owned() } else { symbol.guesses[0].text.clone() },
        };
        symbols.iter().enumerate().map(own).collect::<Vec<_>>()
    };
    for (at, latex, says, value) in
        [(0, "1", "12+34=", "46"), (0, "7", "72+34=", "106"), (2, "-", "12-34=", "-22"), (4, "\\div", "", "")]
    {
        let told = maths.evaluate(&chosen(&answer.symbols, at, latex), 1_000).await.unwrap();
        if says.is_empty() {
            assert_eq!(MathsOutcome::from_wire(told.outcome), MathsOutcome::Unfinished, "{told:?}");
        } else {
            assert_eq!((&*told.latex, &*told.value), (says, value));
        }
    }
    let refused = async |symbols: &[MathsChosen]| match maths.evaluate(symbols, 0).await {
        Err(InferenceError::BadInk(text)) => text,
        other => panic!("it was worked out: {other:?}"),
    };
    assert!(refused(&[]).await.contains("read an expression first"));
    assert!(refused(&chosen(&answer.symbols, 1, "\\int")).await.contains("symbol 1"));
    let mut outside = chosen(&answer.symbols, 0, "1");
    outside[2].place.right = f64::NAN;
    assert!(refused(&outside).await.contains("symbol 2 has a box"));
    let one = chosen(&answer.symbols, 0, "1")[0].clone();
    assert!(refused(&vec![one; EXPRESSION_STROKES_MAX + 1]).await.contains("select fewer"));
    served.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn strokes_that_are_no_expression_are_refused_by_name() {
    let served = served().await;
    let maths = asker(&served).await;
    let refused = async |strokes: &Strokes| match maths.read(strokes, 0).await {
        Err(InferenceError::BadInk(text)) => text,
        other => panic!("it was read: {other:?}"),
    };
    let at = |x, y| InkPoint { x, y, t: 0 };
    assert!(refused(&vec![]).await.contains("select some writing"));
    assert!(refused(&vec![vec![at(0.0, f64::NAN)]]).await.contains("stroke 0"));
    let dot = vec![at(1.0, 1.0)];
    assert!(refused(&vec![dot.clone(); EXPRESSION_STROKES_MAX + 1]).await.contains("select fewer lines"));
    assert!(
        refused(&vec![vec![at(1.0, 1.0); EXPRESSION_POINTS_MAX + 1]]).await.contains("select fewer lines")
    );
    // The service reads on, as many strokes as it takes.
    let answer = maths.read(&vec![dot; EXPRESSION_STROKES_MAX], 0).await.unwrap();
    assert!(!answer.sure);
    assert!(read(&maths, "12+34=", HAND).await.sure);
    served.stop().await;
}

/// A hand that trembles more and more: what it wrote is misread in the end, and nobody is shown a wrong value.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_misread_is_not_sure() {
    let served = served().await;
    let maths = asker(&served).await;
    let mut misread = 0;
    for wobble in 1..=14 {
        for text in ["12+34=", "58+17", "203+946=", "7+65", "9+380="] {
            let hand = Hand { wobble: wobble as f32, ..HAND };
            let answer = read(&maths, text, hand).await;
            let right = answer.expressions.first().is_some_and(|first| first.latex == text);
            assert!(right || !answer.sure, "{text} {hand:?} {:?}", answer.expressions);
            misread += usize::from(!right);
        }
    }
    assert!(misread > 5, "only {misread} were misread, which tries nothing");
    served.stop().await;
}
