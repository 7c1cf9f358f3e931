//! Where pages are found: what was found is named with its passage, and each way to ask is there.

use std::cell::Cell;
use std::rc::Rc;

use screens::*;
use slint::{ComponentHandle, Image, SharedString};
use ui::keyboard;
use ui::pad::Pad;

use crate::choices::press;
use crate::easel::Easel;
use crate::screens::{TALL, WALL, both_languages, elements, has, rows};

/// A page as it would be seen small.
fn small_page(easel: &Easel) -> Image {
    easel.assets.picture("1f35c.webp").unwrap()
}

fn hits(easel: &Easel, chinese: bool) -> Vec<HitRow> {
    let photosynthesis =
        "Photosynthesis turns light, water and carbon dioxide into sugar and oxygen inside every green leaf.";
    let told = [
        (
            3,
            Age::Now,
            0,
            if chinese {
                "光合作用 · 植物用光把水和二氧化碳变成糖"
            } else {
                photosynthesis
            },
            FoundBy::Words,
        ),
        (
            12,
            Age::Yesterday,
            1,
            if chinese {
                photosynthesis
            } else {
                "光合作用 · 植物用光把水和二氧化碳变成糖"
            },
            FoundBy::Meaning,
        ),
        (140, Age::Days, 21, "…chlorophyll is what makes leaves green…", FoundBy::Some),
    ];
    let row = |(page, age, count, passage, why): (i32, Age, i32, &str, FoundBy)| HitRow {
        page,
        age,
        count,
        passage: passage.into(),
        why,
        has_picture: page < 100,
        picture: if page < 100 { small_page(easel) } else { Image::default() },
    };
    told.into_iter().map(row).collect()
}

fn finder(easel: &Easel, chinese: bool) -> FinderSurface {
    let finder = FinderSurface::new().unwrap();
    easel.look.dress(&finder);
    let adapter = finder.global::<FinderAdapter<'_>>();
    let words = |texts: Vec<String>| rows(texts.into_iter().map(SharedString::from));
    let typing = finder.global::<TypingAdapter<'_>>();
    typing.set_tag("-find".into());
    typing
        .set_text(if chinese { "光合作用在哪一页" } else { "where did we talk about photosynthesis" }.into());
    typing.set_rows(rows(keyboard::rows(false, false).into_iter().map(words)));
    adapter.set_hits(rows(hits(easel, chinese)));
    adapter.set_finding(Finding::Whole);
    finder
}

#[test]
fn pages_that_were_found_are_named_and_a_touch_opens_them() {
    for (size, screen) in [((773, 900), WALL), ((1052, 900), TALL)] {
        Easel::with(screen, size, |easel| {
            both_languages(|language, chinese| {
                let finder = finder(easel, chinese);
                let opened = Rc::new(Cell::new(None));
                let told = opened.clone();
                finder.global::<FinderAdapter<'_>>().on_open(move |place| told.set(Some(place)));
                easel.show(&finder, language);
                easel.draw(&format!("finder-keys-{language}-{}", size.0));
                let found = elements(&finder, size);
                let first = has(&found, "hit-0").label;
                assert!(
                    first.starts_with(if chinese {
                        "第 3 页, 刚刚: 光合"
                    } else {
                        "Page 3, just now: Photo"
                    }),
                    "{first}"
                );
                assert!(has(&found, "hit-1").label.contains(if chinese { "昨天" } else { "yesterday" }));
                for name in [
                    "question",
                    "close-finder",
                    "by-hand",
                    "by-keys",
                    "key-q-find",
                    "space-find",
                    "backspace-find",
                ] {
                    let element = has(&found, name);
                    assert!(element.width >= 44 && element.height >= 44, "{element:?}");
                }
                press(&finder, "hit-2");
                assert_eq!(opened.get(), Some(2));
            });
        });
    }
}

#[test]
fn a_question_is_written_by_hand_and_said_what_became_of_it() {
    let size = (773, 900);
    for (name, finding, reading) in [
        ("ink", Finding::Waits, Reading::Ready),
        ("busy", Finding::Learns, Reading::Busy),
        ("away", Finding::Away, Reading::Gone),
        ("ask", Finding::Ask, Reading::Ready),
    ] {
        Easel::with(WALL, size, |easel| {
            both_languages(|language, chinese| {
                let finder = finder(easel, chinese);
                let adapter = finder.global::<FinderAdapter<'_>>();
                adapter.set_pad(true);
                adapter.set_finding(finding);
                adapter.set_reading(reading);
                let with_ink = matches!(name, "ink" | "busy");
                if with_ink {
                    adapter.set_ink(ink().image());
                    finder
                        .global::<TypingAdapter<'_>>()
                        .set_candidates(rows(["尤合", "光台"].map(SharedString::from)));
                } else {
                    adapter.set_hits(rows([]));
                }
                adapter.set_has_ink(with_ink);
                easel.show(&finder, language);
                easel.draw(&format!("finder-{name}-{language}"));
                let found = elements(&finder, size);
                for name in ["pad", "clear-pad", "backspace-pad", "finding"] {
                    has(&found, name);
                }
                assert_eq!(
                    found.iter().filter(|element| element.name.starts_with("candidate-")).count(),
                    if with_ink { 2 } else { 0 }
                );
            });
        });
    }
}

/// Something written.
fn ink() -> Pad {
    let mut pad = Pad::new((1064, 272), 5.0);
    for stroke in
        [[(100.0, 80.0), (260.0, 80.0)], [(180.0, 40.0), (180.0, 220.0)], [(120.0, 150.0), (250.0, 140.0)]]
    {
        pad.down(stroke[0].0, stroke[0].1, 0);
        pad.go(stroke[1].0, stroke[1].1, 90);
        pad.up();
    }
    pad
}
