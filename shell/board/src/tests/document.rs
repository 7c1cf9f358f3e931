//! A board as a document, and a document as pages of a board.
use super::{Wall, person};
use crate::{
    Affine, Colour, Content, Document, DocumentError, MOST_THINGS_ON_A_PAGE, PagePoint, PageRect, Paper,
    Sheet, Stroke, Text, Thing,
};

fn text(at: PagePoint) -> Thing {
    let content = Content::Text(Text {
        at,
        size_um: 20_000,
        room_um: 0,
        text: "Dais".to_owned(),
        colour: Colour::BLUE,
    });
    Thing { by: Some(person(3)), ..Thing::new(content) }
}

fn lesson() -> Document {
    let mut wall = Wall::new(1);
    wall.stroke(1, &[(50_000, 60_000), (350_000, 60_000)]);
    let stroke = wall.board.document().sheets.remove(0).things.remove(0);
    let turned = Affine::about(PagePoint::new(100_000, 100_000), 1.5, 1.5, 0.4).unwrap();
    let things = vec![
        Thing { pinned: true, ..text(PagePoint::new(20_000, 20_000)) },
        Thing { group: Some(0), ..stroke.clone() },
        Thing { group: Some(0), placing: turned, ..stroke },
    ];
    let paper = Paper { pitch_um: 8_000, ..Paper::default() };
    let sheets = vec![Sheet { paper, things }, Sheet::default()];
    Document { sheets, ..Document::default() }
}

#[test]
fn a_document_comes_back_as_it_was_and_each_page_is_one_step() {
    let mut wall = Wall::new(1);
    let effects = wall.board.take_in_document(person(1), &lesson(), 5_000_000).unwrap();
    wall.show(effects);
    assert_eq!(wall.board.pages(), 3);
    let back = wall.board.document();
    assert_eq!(back.sheets[1..], lesson().sheets[..]);
    let mut again = Wall::new(1);
    let effects = again.board.replay(wall.ops.clone());
    again.show(effects);
    assert_eq!(again.board.document(), back);
    wall.act(&super::damage::Act::Page { add: false, number: 1 });
    assert_eq!(wall.board.visible().len(), 3);
    wall.undo(1);
    assert_eq!((wall.board.visible().len(), wall.board.pages()), (0, 3));
    wall.redo(1);
    assert_eq!(wall.board.document(), back);
}

#[test]
fn a_width_that_was_given_and_a_gap_that_was_rubbed_are_in_the_document() {
    let mut wall = Wall::new(1);
    wall.stroke(1, &[(50_000, 60_000), (350_000, 60_000)]);
    let ids = wall.board.visible();
    let effects = wall.board.select(person(1), &ids);
    wall.show(effects);
    let effects = wall.board.rewidth_selection(person(1), 16_000, wall.now_us);
    wall.show(effects);
    wall.act(&super::damage::Act::Tool { by: 2, tool: 2, colour: 0 });
    wall.stroke(2, &[(200_000, 20_000), (200_000, 120_000)]);
    let things = wall.board.document().sheets.remove(0).things;
    assert_eq!(things.len(), 2);
    for thing in things {
        let Content::Stroke(Stroke { trace, .. }) = thing.content else { panic!("no stroke") };
        let mean = trace.nodes().map(|node| f64::from(node.radius_um)).sum::<f64>() / trace.len() as f64;
        assert!((6_000.0..10_000.0).contains(&mean), "{mean}");
    }
}

#[test]
fn what_does_not_fit_is_named_and_nothing_of_it_taken() {
    let mut wall = Wall::new(1);
    let mut refused = |document: &Document| {
        let error = wall.board.take_in_document(person(1), document, 5_000_000).unwrap_err();
        assert_eq!((wall.board.pages(), wall.board.document().sheets[0].things.len()), (1, 0));
        error
    };
    let sheets = |count: usize| Document { sheets: vec![Sheet::default(); count], ..Document::default() };
    assert_eq!(refused(&sheets(200)), DocumentError::Pages { pages: 200 });
    let full =
        Sheet { things: vec![text(PagePoint::default()); MOST_THINGS_ON_A_PAGE + 1], ..Sheet::default() };
    let things = MOST_THINGS_ON_A_PAGE + 1;
    let document = Document { sheets: vec![Sheet::default(), full], ..Document::default() };
    assert_eq!(refused(&document), DocumentError::Things { page: 2, things });
    let far = Sheet { things: vec![text(PagePoint::new(i32::MAX, 0))], ..Sheet::default() };
    assert_eq!(
        refused(&Document { sheets: vec![far], ..Document::default() }),
        DocumentError::Far { page: 1 }
    );
    let media = crate::Media {
        file: crate::MediaId([1; 32]),
        kind: crate::MediaKind::Picture,
        rect: PageRect::new(0, 0, 10, 10),
    };
    let pictures = Sheet { things: vec![Thing::new(Content::Media(media)); 501], ..Sheet::default() };
    assert_eq!(
        refused(&Document { sheets: vec![pictures], ..Document::default() }),
        DocumentError::Media { media: 501 }
    );
}
