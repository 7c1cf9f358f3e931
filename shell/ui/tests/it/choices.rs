//! What else the words of a text may be: named, large enough, and a touch is told.

use std::cell::Cell;
use std::rc::Rc;

use i_slint_backend_testing::{ElementHandle, ElementRoot};
use screens::*;
use slint::ComponentHandle;
use ui::chips;

use crate::easel::Easel;
use crate::screens::{WALL, both_languages, elements, has, rows};

fn chips(words: &[(&str, bool)], chosen: Option<usize>) -> (slint::ModelRc<ChipRow>, f32) {
    let (places, height) = chips::lay(words.iter().map(|(text, _)| (*text, false)), 684.0);
    let row = |(at, ((text, unsure), place)): (usize, (&(&str, bool), chips::Place))| ChipRow {
        text: (*text).into(),
        x: place.x,
        y: place.y,
        width: place.width,
        unsure: *unsure,
        chosen: chosen == Some(at),
    };
    (rows(words.iter().zip(places).enumerate().map(row)), height)
}

#[test]
fn words_are_offered_and_a_touched_one_shows_what_else_it_may_be() {
    let words = [
        ("光", false),
        ("合", true),
        ("作", false),
        ("用", false),
        ("photosynthesis", false),
        ("Page", true),
    ];
    let choices = [("台", false), ("会", false), ("含", false), ("给", false)];
    for (name, size, open) in [("closed", (720, 142), None), ("open", (720, 216), Some(1))] {
        Easel::with(WALL, size, |easel| {
            both_languages(|language, _| {
                let surface = ChoicesSurface::new().unwrap();
                easel.look.dress(&surface);
                let adapter = surface.global::<ChoicesAdapter<'_>>();
                let (rows, height) = chips(&words, open);
                adapter.set_words(rows);
                adapter.set_words_height(height);
                adapter.set_unsure(open.is_some());
                if open.is_some() {
                    let (rows, height) = chips(&choices, None);
                    adapter.set_choices(rows);
                    adapter.set_choices_height(height);
                }
                let touched = Rc::new(Cell::new(None));
                let told = touched.clone();
                adapter.on_word(move |index| told.set(Some(index)));
                easel.show(&surface, language);
                easel.draw(&format!("choices-{name}-{language}"));
                let found = elements(&surface, size);
                assert!(has(&found, "word-4-1").label.contains("photosynthesis"));
                assert_eq!(has(&found, "word-1-1").chosen, open.is_some());
                assert_eq!(
                    found.iter().filter(|element| element.name.starts_with("choice-")).count(),
                    open.map_or(0, |_| 4)
                );
                assert!(found.iter().all(|element| element.width >= 44 && element.height >= 44), "{found:?}");
                press(&surface, "word-5-1");
                assert_eq!(touched.get(), Some(5));
            });
        });
    }
}

#[test]
fn the_signs_of_a_sum_are_offered_and_what_the_whole_may_be() {
    let signs = [("7", true), ("×", false), ("3", true), ("=", false)];
    let wholes = [("7×3 = 21", false), ("1−3 = -2", false)];
    for (name, size, settled) in [("sum", (470, 142), true), ("sum-unsure", (470, 216), false)] {
        Easel::with(WALL, size, |easel| {
            both_languages(|language, _| {
                let surface = ChoicesSurface::new().unwrap();
                easel.look.dress(&surface);
                let adapter = surface.global::<ChoicesAdapter<'_>>();
                adapter.set_sum(true);
                adapter.set_unsure(!settled);
                adapter.set_outcome(if settled { Reading::Unfinished } else { Reading::Ready });
                let (rows, height) = chips(&signs, None);
                adapter.set_words(rows);
                adapter.set_words_height(height);
                if !settled {
                    let (rows, height) = chips(&wholes, None);
                    adapter.set_choices(rows);
                    adapter.set_choices_height(height);
                }
                let touched = Rc::new(Cell::new(None));
                let told = touched.clone();
                adapter.on_choose(move |index| told.set(Some(index)));
                easel.show(&surface, language);
                easel.draw(&format!("choices-{name}-{language}"));
                let found = elements(&surface, size);
                assert!(has(&found, "word-1-1").label.contains('×'));
                if !settled {
                    press(&surface, "choice-1-1");
                    assert_eq!(touched.get(), Some(1));
                }
            });
        });
    }
}

/// Does what a touch on a named element does.
pub(crate) fn press(root: &impl ElementRoot, name: &str) {
    let all = i_slint_backend_testing::ElementQuery::from_root(root)
        .match_predicate({
            let name = name.to_owned();
            move |element| element.accessible_id().is_some_and(|id| id == name.as_str())
        })
        .find_all();
    all.first().map(ElementHandle::invoke_accessible_default_action).unwrap_or_else(|| panic!("no {name}"));
}
