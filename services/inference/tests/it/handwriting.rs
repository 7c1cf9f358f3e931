//! Handwriting from strokes over a real bus: characters, lines, what else they may say, and what is refused.

use api::inference::InferenceError;
use api::ink::{InkLayout, InkLine, InkPoint, InkProxy, InkScript};
use inference::{GUESSES_MAX, POINTS_MAX, READINGS_MAX, STROKES_MAX};

use crate::models;
use crate::served::Served;
use crate::strokes::{Hand, strokes_of};

const HAND: Hand = Hand { height: 120.0, pen: 7.0, wobble: 0.0, rise: 0.0 };
const UNEVEN: Hand = Hand { wobble: 2.5, ..HAND };

type Strokes = Vec<Vec<InkPoint>>;

fn pen(lines: &[&str], hand: Hand) -> Strokes {
    let point = |&(x, y): &(f32, f32)| InkPoint { x: x.into(), y: y.into(), t: 0 };
    strokes_of(lines, hand).iter().map(|stroke| stroke.iter().map(point).collect()).collect()
}

async fn asker(served: &Served) -> InkProxy<'static> {
    InkProxy::new(served.caller.inner().connection()).await.unwrap()
}

async fn read(ink: &InkProxy<'_>, strokes: &Strokes, layout: InkLayout) -> Vec<InkLine> {
    ink.recognize_ink(strokes, layout.to_wire(), InkScript::Any.to_wire(), 0).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_character_comes_with_what_else_it_may_be() {
    let served = Served::start(&models()).await;
    let ink = asker(&served).await;
    for hand in [HAND, UNEVEN] {
        for text in ["一", "二", "三", "十", "大", "人", "中", "天", "木", "王", "山", "文"] {
            let lines = read(&ink, &pen(&[text], hand), InkLayout::Character).await;
            assert_eq!(lines.len(), 1);
            assert_eq!(lines[0].text, text, "{hand:?}");
            let guesses = &lines[0].characters[0].guesses;
            assert_eq!(guesses[0].text, text);
            assert!((2..=GUESSES_MAX).contains(&guesses.len()));
            assert!(guesses[1..].windows(2).all(|two| two[0].confidence >= two[1].confidence), "{guesses:?}");
            assert!(guesses.iter().all(|guess| (0.0..=1.0).contains(&guess.confidence)), "{guesses:?}");
            let mut told: Vec<&str> = guesses.iter().map(|guess| guess.text.as_str()).collect();
            told.sort_unstable();
            told.dedup();
            assert_eq!(told.len(), guesses.len(), "one is told twice: {guesses:?}");
        }
    }
    served.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn lines_come_in_order_with_other_readings() {
    let served = Served::start(&models()).await;
    let ink = asker(&served).await;
    let texts = ["天天上山", "十二月三日", "大人"];
    let lines = read(&ink, &pen(&texts, HAND), InkLayout::Lines).await;
    assert_eq!(lines.iter().map(|line| line.text.as_str()).collect::<Vec<_>>(), texts);
    assert!(lines.windows(2).all(|two| two[0].place.bottom <= two[1].place.top));
    for line in &lines {
        let said: String = line.characters.iter().map(|one| one.guesses[0].text.as_str()).collect();
        assert_eq!(said, line.text);
        assert!(line.characters.windows(2).all(|two| two[0].place.left < two[1].place.left));
        assert!(line.characters.iter().all(|one| one.place.left >= line.place.left));
        assert!((1..READINGS_MAX).contains(&line.alternatives.len()), "{line:?}");
        assert!(line.alternatives.iter().all(|other| *other != line.text), "{line:?}");
        assert!(line.confidence > 0.3 && line.confidence <= 1.0, "{line:?}");
    }
    served.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn ink_that_nobody_wrote_is_refused_by_name() {
    let served = Served::start(&models()).await;
    let ink = asker(&served).await;
    let (lines, any) = (InkLayout::Lines.to_wire(), InkScript::Any.to_wire());
    let refused = async |strokes: &Strokes, layout, script| {
        let Err(InferenceError::BadInk(text)) = ink.recognize_ink(strokes, layout, script, 0).await else {
            panic!("it was read")
        };
        text
    };
    let at = |x, y| InkPoint { x, y, t: 0 };
    assert!(refused(&vec![], lines, any).await.contains("select some writing"));
    assert!(refused(&vec![vec![]], lines, any).await.contains("select some writing"));
    for wrong in [f64::NAN, f64::INFINITY, 1e12] {
        let strokes = vec![vec![at(0.0, 0.0)], vec![at(1.0, 2.0), at(3.0, wrong)]];
        assert!(refused(&strokes, lines, any).await.contains("stroke 1"), "{wrong}");
    }
    let dot = vec![at(1.0, 1.0)];
    assert!(refused(&vec![dot.clone(); STROKES_MAX + 1], lines, any).await.contains("select fewer lines"));
    let long = vec![vec![at(1.0, 1.0); POINTS_MAX + 1]];
    assert!(refused(&long, lines, any).await.contains("select fewer lines"));
    assert!(refused(&vec![dot.clone()], 9, any).await.contains("layout 9"));
    assert!(refused(&vec![dot.clone()], lines, 9).await.contains("script 9"));
    // The service reads on, also a lone dot, and gives up in time.
    assert_eq!(read(&ink, &vec![dot], InkLayout::Lines).await.len(), 1);
    let late = ink.recognize_ink(&pen(&["天天上山"], HAND), lines, any, 1).await;
    assert!(matches!(late, Err(InferenceError::DeadlinePassed(_))), "{late:?}");
    served.stop().await;
}
