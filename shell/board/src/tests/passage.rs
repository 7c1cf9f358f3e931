//! What texts and notes say, page by page.
use super::{Wall, person};
use crate::{PageId, PageRect};

fn place(wall: &mut Wall, y_um: i32, text: &str) {
    let rect = PageRect::new(60_000, y_um, 340_000, y_um + 30_000);
    let effects = wall.board.place_text(person(1), rect, text, &[], wall.now_us);
    wall.show(effects);
}

fn said(wall: &Wall) -> Vec<(usize, String)> {
    wall.board.passages().into_iter().map(|passage| (passage.number, passage.text)).collect()
}

#[test]
fn passages_come_page_by_page_from_the_top_as_they_are_now() {
    let mut wall = Wall::new(1);
    place(&mut wall, 120_000, "below");
    place(&mut wall, 20_000, "above");
    wall.stroke(1, &[(60_000, 60_000), (300_000, 60_000)]);
    let effects = wall.board.add_page(person(1), wall.now_us);
    wall.show(effects);
    let effects = wall.board.add_note(person(1), PageRect::new(0, 0, 90_000, 90_000), "a note", wall.now_us);
    wall.show(effects);
    let of = |number: usize, text: &str| (number, text.to_owned());
    assert_eq!(said(&wall), [of(0, "above"), of(0, "below"), of(1, "a note")]);
    let passages = wall.board.passages();
    assert_eq!(passages[0].page, PageId::FIRST);
    assert_eq!(passages[2].page, wall.board.page_id());
    assert!(passages[1].made_us < passages[0].made_us && passages[0].made_us >= 1_000_000);
    // An edit counts, an undone text does not, and a page that was taken out says nothing.
    let effects = wall.board.go_to_page(0, 0);
    wall.show(effects);
    let below = wall.board.visible()[0];
    let effects = wall.board.edit_text(person(2), below, "changed", wall.now_us);
    wall.show(effects);
    assert_eq!(said(&wall)[1], of(0, "changed"));
    let effects = wall.board.drop_page(person(1), passages[2].page, wall.now_us);
    wall.show(effects);
    assert_eq!(said(&wall), [of(0, "above"), of(0, "changed")]);
}

#[test]
fn a_page_of_a_pdf_is_told_while_it_is_shown() {
    let mut wall = Wall::new(1);
    let file = crate::MediaId::of(b"a worksheet");
    let rect = PageRect::new(0, 0, 200_000, 280_000);
    let kind = crate::MediaKind::Pdf { page: 4 };
    let effects = wall.board.add_media(person(1), crate::Media { file, kind, rect }, wall.now_us);
    wall.show(effects);
    let said = wall.board.said();
    let [printed] = said.printed[..] else { panic!("{said:?}") };
    assert_eq!((printed.page, printed.number, printed.file, printed.sheet), (PageId::FIRST, 0, file, 4));
    assert!(said.passages.is_empty() && said.inked.is_empty());
    wall.undo(1);
    assert_eq!(wall.board.said().printed, []);
}

#[test]
fn a_page_alone_is_what_the_whole_board_has_of_it() {
    let mut wall = Wall::new(1);
    place(&mut wall, 20_000, "one");
    let effects = wall.board.add_page(person(1), wall.now_us);
    wall.show(effects);
    place(&mut wall, 20_000, "two");
    wall.stroke(1, &[(60_000, 60_000), (300_000, 60_000)]);
    let whole = wall.board.document();
    for (number, page) in wall.board.page_ids().into_iter().enumerate() {
        assert_eq!(wall.board.page_document(page).unwrap().sheets, whole.sheets[number..=number]);
    }
    assert_eq!(wall.board.page_document(PageId(crate::Stamp { time: 7, actor: crate::Actor(7) })), None);
}

#[test]
fn a_page_with_ink_has_a_number_that_changes_with_it() {
    let mut wall = Wall::new(1);
    assert!(wall.board.said().inked.is_empty());
    place(&mut wall, 20_000, "a text is no ink");
    wall.stroke(1, &[(60_000, 60_000), (300_000, 60_000)]);
    let one = wall.board.said().inked;
    assert_eq!((one.len(), one[0].page, one[0].number), (1, PageId::FIRST, 0));
    wall.stroke(1, &[(60_000, 90_000), (300_000, 90_000)]);
    let two = wall.board.said().inked;
    assert!(two[0].sum != one[0].sum && two[0].made_us > one[0].made_us);
    let strokes = wall.board.page_strokes(PageId::FIRST, 9);
    assert_eq!(strokes.iter().map(|stroke| stroke[0].at.y_um / 30_000).collect::<Vec<_>>(), [2, 3]);
    assert_eq!(
        wall.board.page_strokes(PageId::FIRST, 1),
        [strokes[1]
            .iter()
            .map(|passed| crate::Passed { t_ms: passed.t_ms - strokes[1][0].t_ms, ..*passed })
            .collect::<Vec<_>>()],
        "the newest"
    );
    wall.undo(1);
    assert_eq!(wall.board.said().inked, one, "what was taken back counts no more");
    // Rubbing through it makes it another, though no stroke is gone.
    let effects = wall.board.set_tool(person(1), crate::Tool::Eraser);
    wall.show(effects);
    wall.stroke(1, &[(180_000, 30_000), (180_000, 90_000)]);
    assert_ne!(wall.board.said().inked[0].sum, one[0].sum);
}
