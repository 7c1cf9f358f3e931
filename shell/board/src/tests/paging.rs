//! Pages that come, go and move; and who may take back whose steps.
use super::{Wall, damage::Act, person};
use crate::{Did, Edit, Ground, PageId, Paper, Pattern};

fn insert(wall: &mut Wall) -> PageId {
    let (page, effects) = wall.board.insert_page(person(1), wall.now_us).unwrap();
    wall.now_us += 1_000;
    wall.show(effects);
    page
}

#[test]
fn a_page_comes_behind_the_one_that_is_seen_on_the_same_paper() {
    let mut wall = Wall::new(1);
    let paper = Paper { ground: Ground::Green, pattern: Pattern::Grid, ..Paper::default() };
    let effects = wall.board.set_paper(person(1), wall.board.page_id(), paper, wall.now_us);
    wall.show(effects);
    let pages: Vec<PageId> = (0..3).map(|_| insert(&mut wall)).collect();
    // Each came directly behind the first.
    assert_eq!(wall.board.page_ids(), [PageId::FIRST, pages[2], pages[1], pages[0]]);
    assert!(pages.iter().all(|page| wall.board.paper(*page) == paper));
    let effects = wall.board.move_page(person(1), pages[0], 0, wall.now_us);
    wall.show(effects);
    assert_eq!(wall.board.page_ids(), [pages[0], PageId::FIRST, pages[2], pages[1]]);
    let effects = wall.board.move_page(person(1), PageId::FIRST, 3, wall.now_us);
    wall.show(effects);
    assert_eq!(wall.board.page_ids(), [pages[0], pages[2], pages[1], PageId::FIRST]);
    let effects = wall.board.move_page(person(1), pages[1], 1, wall.now_us);
    wall.show(effects);
    assert_eq!(wall.board.page_ids(), [pages[0], pages[1], pages[2], PageId::FIRST]);
    let mut again = Wall::new(1);
    let effects = again.board.replay(wall.ops.clone());
    again.show(effects);
    assert_eq!(again.board.page_ids(), wall.board.page_ids());
}

#[test]
fn a_page_that_was_taken_out_comes_back_with_what_is_on_it() {
    let mut wall = Wall::new(1);
    wall.stroke(1, &[(50_000, 100_000), (350_000, 100_000)]);
    let page = insert(&mut wall);
    let effects = wall.board.drop_page(person(2), PageId::FIRST, wall.now_us);
    wall.show(effects);
    assert_eq!(wall.board.page_ids(), [page]);
    let effects = wall.board.drop_page(person(2), page, wall.now_us);
    wall.show(effects);
    assert_eq!(wall.board.pages(), 1, "the last page stays");
    wall.act(&Act::Page { add: false, number: 0 });
    assert!(wall.is_blank() && wall.board.can_undo(person(2)), "undone from whatever page is seen");
    wall.undo(2);
    assert_eq!(wall.board.page_ids(), [PageId::FIRST, page]);
    wall.redo(2);
    assert_eq!(wall.board.page_ids(), [page]);
    wall.undo(2);
    wall.act(&Act::Page { add: false, number: 0 });
    assert_eq!(wall.board.visible().len(), 1);
}

#[test]
fn where_a_page_is_taken_out_while_it_is_shown_the_one_in_its_place_is_shown() {
    let mut wall = Wall::new(1);
    let pages: Vec<PageId> = (0..3).map(|_| insert(&mut wall)).collect();
    // The order is another than that in which they came: the first, then 2, 1, 0.
    let show = |wall: &mut Wall, pane: usize, number: usize| {
        let effects = wall.board.go_to_page(pane, number);
        wall.show(effects);
    };
    let effects = wall.board.split(2);
    wall.show(effects);
    for (dropped, then) in [(pages[1], pages[0]), (pages[0], pages[2]), (PageId::FIRST, pages[2])] {
        let number = wall.board.page_ids().iter().position(|page| *page == dropped).unwrap();
        [0, 1].into_iter().for_each(|pane| show(&mut wall, pane, number));
        let mut elsewhere = Wall::new(2);
        let effects = elsewhere.board.replay(wall.ops.clone());
        elsewhere.show(effects);
        show(&mut elsewhere, 0, number);
        let effects = wall.board.drop_page(person(2), dropped, wall.now_us);
        wall.show(effects);
        let effects = elsewhere.board.merge(wall.ops.last().unwrap().clone());
        elsewhere.show(effects);
        let shown = [wall.board.page_id_in(0), wall.board.page_id_in(1), elsewhere.board.page_id_in(0)];
        assert_eq!(shown, [then; 3], "{dropped:?} was taken out");
        assert!(wall.screen == wall.full() && elsewhere.screen == elsewhere.full());
    }
}

#[test]
fn what_is_being_written_on_a_page_that_is_taken_out_comes_back_with_it() {
    let mut wall = Wall::new(1);
    let page = insert(&mut wall);
    wall.act(&Act::Page { add: false, number: 1 });
    assert_eq!(wall.board.page_id(), page);
    for (contact, y) in [(1, 60_000), (2, 120_000), (3, 180_000)] {
        let touch = wall.touch(contact, contact as u8, 60_000, y);
        wall.down(&touch);
        let touch = wall.touch(contact, contact as u8, 200_000, y);
        wall.go(&touch);
    }
    let wet = wall.full();
    let effects = wall.board.drop_page(person(2), page, wall.now_us);
    wall.show(effects);
    assert_eq!((wall.board.page_id(), wall.board.hands()), (PageId::FIRST, 0));
    assert!(wall.is_blank() && wall.screen == wall.full());
    // Person 2 sees another page now, where taking that one out is their last step.
    wall.undo(2);
    assert_eq!(wall.board.page_ids(), [PageId::FIRST, page]);
    wall.act(&Act::Page { add: false, number: 1 });
    assert_eq!(wall.board.visible().len(), 3);
    assert!(wall.screen == wall.full() && wall.screen != wet, "dry, the strokes end where the pens were");
}

#[test]
fn undo_works_in_the_pane_that_was_touched_last_and_pages_come_back_from_any() {
    let mut wall = Wall::new(1);
    let page = insert(&mut wall);
    let effects = wall.board.split(2);
    wall.show(effects);
    assert_eq!((wall.board.page_id_in(0), wall.board.page_id_in(1)), (PageId::FIRST, page));
    wall.stroke(1, &[(260_000, 60_000), (380_000, 60_000)]);
    wall.stroke(1, &[(20_000, 60_000), (150_000, 60_000)]);
    let both = wall.full();
    wall.undo(1);
    assert_eq!((wall.board.visible_in(0).len(), wall.board.visible_in(1).len()), (0, 1));
    assert!(!wall.board.can_undo(person(1)), "the other pane's stroke is not on this page");
    wall.redo(1);
    assert!(wall.full() == both);
    // Both panes show one page: whichever is touched, its steps are the same.
    let effects = wall.board.drop_page(person(1), page, wall.now_us);
    wall.show(effects);
    assert_eq!(wall.board.page_id_in(1), PageId::FIRST);
    wall.undo(1);
    assert_eq!(wall.board.page_ids(), [PageId::FIRST, page]);
    let effects = wall.board.go_to_page(1, 1);
    wall.show(effects);
    assert!(wall.full() == both, "the page came back as it was");
}

#[test]
fn steps_say_who_did_what_and_a_teacher_takes_any_of_them_back() {
    let mut wall = Wall::new(1);
    wall.stroke(1, &[(50_000, 60_000), (350_000, 60_000)]);
    wall.stroke(2, &[(50_000, 100_000), (350_000, 100_000)]);
    let ids = wall.board.visible();
    let effects = wall.board.move_by(person(3), &ids[..1], 0, 20_000, wall.now_us);
    wall.show(effects);
    wall.act(&Act::Tool { by: 2, tool: 2, colour: 0 });
    wall.stroke(2, &[(200_000, 20_000), (200_000, 180_000)]);
    let steps = wall.board.steps(PageId::FIRST);
    let told: Vec<_> = steps.iter().map(|step| (step.by.number(), step.did, step.undone)).collect();
    let expected =
        [(1, Did::Drew, false), (2, Did::Drew, false), (3, Did::Moved, false), (2, Did::Erased, false)];
    assert_eq!(told, expected);
    let before = wall.full();
    let effects = wall.board.void_step(steps[2].stamp, person(9), wall.now_us);
    wall.show(effects);
    assert!(wall.board.steps(PageId::FIRST)[2].undone);
    assert!(wall.full() != before && wall.screen == wall.full());
    wall.undo(9);
    assert!(wall.full() == before, "the teacher's undo brings it back");
    wall.redo(9);
    assert!(wall.full() != before);
}

#[test]
fn everything_one_person_did_in_a_while_is_taken_back_at_once() {
    let mut wall = Wall::new(1);
    wall.stroke(2, &[(50_000, 40_000), (350_000, 40_000)]);
    let from = wall.now_us + 1;
    wall.stroke(2, &[(50_000, 80_000), (350_000, 80_000)]);
    wall.stroke(1, &[(50_000, 120_000), (350_000, 120_000)]);
    wall.stroke(2, &[(50_000, 160_000), (350_000, 160_000)]);
    let to = wall.now_us;
    wall.stroke(2, &[(50_000, 200_000), (350_000, 200_000)]);
    let before = wall.board.visible();
    let written = wall.ops.len();
    let effects = wall.board.void_between(person(2), from, to, person(1), wall.now_us);
    wall.show(effects);
    assert_eq!(wall.board.visible(), [before[0], before[2], before[4]]);
    assert_eq!(wall.ops.len(), written + 1, "one step");
    assert!(matches!(&wall.ops[written].edits[..], [Edit::Void { .. }, Edit::Void { .. }]));
    let mut again = Wall::new(1);
    let effects = again.board.replay(wall.ops.clone());
    again.show(effects);
    for wall in [&mut wall, &mut again] {
        wall.undo(1);
        assert_eq!(wall.board.visible(), before);
        wall.redo(1);
        assert_eq!(wall.board.visible().len(), 3);
        wall.undo(1);
        wall.undo(2);
        assert_eq!(wall.board.visible(), before[..4], "what each has of their own is as it was");
    }
}

#[test]
fn a_copied_page_lies_behind_its_original_with_all_that_is_on_it_and_is_its_own() {
    let mut wall = Wall::new(1);
    let paper = Paper { ground: Ground::Green, pattern: Pattern::Tianzige, ..Paper::default() };
    let effects = wall.board.set_paper(person(1), PageId::FIRST, paper, wall.now_us);
    wall.show(effects);
    wall.stroke(1, &[(50_000, 100_000), (350_000, 100_000)]);
    let last = insert(&mut wall);
    let (copy, effects) = wall.board.duplicate_page(person(2), PageId::FIRST, wall.now_us).unwrap();
    wall.now_us += 1_000;
    wall.show(effects);
    assert_eq!(wall.board.page_ids(), [PageId::FIRST, copy, last]);
    assert_eq!(wall.board.paper(copy), paper);
    wall.act(&Act::Page { add: false, number: 1 });
    assert_eq!(wall.board.visible().len(), 1);
    // What lies on the copy is one step of whoever made it, and the original stays as it is.
    wall.undo(2);
    assert!(wall.board.visible().is_empty());
    wall.act(&Act::Page { add: false, number: 0 });
    assert_eq!(wall.board.visible().len(), 1);
    let mut again = Wall::new(1);
    let effects = again.board.replay(wall.ops.clone());
    again.show(effects);
    assert_eq!(again.board.page_ids(), wall.board.page_ids());
    let nowhere = PageId(crate::Stamp { time: 7, actor: crate::Actor(9) });
    assert!(wall.board.duplicate_page(person(1), nowhere, wall.now_us).is_none());
}
