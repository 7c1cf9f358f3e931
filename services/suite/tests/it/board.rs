//! Ink: two people at once, each with their own undo; pages; the palm; a kill in the middle of a stroke.

use suite::look::{LEFT, RIGHT, crop, ink};
use suite::{Contact, Parts, Picture, Suite, writing};

use crate::Stage;

/// One letter of each person, both at once: `H` left, `E` right.
pub(crate) fn letters(suite: &Suite) -> (Vec<Contact>, Vec<Contact>) {
    let (width, height) = (f64::from(suite.parts.size.0), f64::from(suite.parts.size.1));
    let size = height / 6.0;
    let left = writing::strokes("H", width * 0.25, height * 0.3, size);
    let right = writing::strokes("E", width * 0.65, height * 0.3, size);
    (left, right)
}

/// A board with both letters on it, and its picture.
pub(crate) async fn written(stage: &mut Stage) -> Picture {
    let (left, right) = letters(&stage.suite);
    stage.suite.touch("board").await.unwrap();
    stage.suite.choose("pen-1").await.unwrap();
    stage.suite.choose("pen-2").await.unwrap();
    stage.suite.write_together(&left, &right).await.unwrap();
    let screen = stage.suite.screen().await.unwrap();
    screen.find("undo-1").await.unwrap();
    screen.find("undo-2").await.unwrap();
    settled(&stage.suite).await
}

/// The picture once nothing moves any more.
async fn settled(suite: &Suite) -> Picture {
    suite.screen().await.unwrap().still().await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn two_people_write_at_once_and_each_undoes_their_own() {
    let mut stage = Stage::all().await;
    let both = written(&mut stage).await;
    assert!(ink(&both, LEFT) > 500 && ink(&both, RIGHT) > 500, "{} {}", ink(&both, LEFT), ink(&both, RIGHT));
    // Two people, two colours, without anybody choosing one.
    let darkest = |part| {
        crop(&both, part)
            .pixels()
            .min_by_key(|p| p.0[..3].iter().map(|c| u32::from(*c)).sum::<u32>())
            .copied()
    };
    assert_ne!(darkest(LEFT), darkest(RIGHT));
    let screen = stage.suite.screen().await.unwrap();
    stage.suite.touch("undo-2").await.unwrap();
    let fewer = ink(&both, RIGHT);
    screen.until_picture("undo took nothing back", |now| ink(now, RIGHT) < fewer).await.unwrap();
    let undone = settled(&stage.suite).await;
    assert_eq!(crop(&undone, LEFT), crop(&both, LEFT), "the other person's ink changed");
    stage.suite.touch("redo-2").await.unwrap();
    screen
        .until_picture("redo brought nothing back", |now| crop(now, RIGHT) == crop(&both, RIGHT))
        .await
        .unwrap();
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_keep_their_ink_and_a_palm_erases_it() {
    let mut stage = Stage::all().await;
    let both = written(&mut stage).await;
    let screen = stage.suite.screen().await.unwrap();
    stage.suite.touch("new-page").await.unwrap();
    screen
        .until_picture("the new page is not empty", |now| ink(now, LEFT) == 0 && ink(now, RIGHT) == 0)
        .await
        .unwrap();
    stage.suite.touch("previous-page").await.unwrap();
    screen.until_picture("the ink is lost", |now| crop(now, LEFT) == crop(&both, LEFT)).await.unwrap();
    let (width, height) = (f64::from(stage.suite.parts.size.0), f64::from(stage.suite.parts.size.1));
    let rows = (0..4).flat_map(|row| {
        let y = height * (0.3 + 0.06 * f64::from(row));
        writing::along(&[(width * 0.22, y), (width * 0.36, y)])
    });
    stage.suite.fingers.play(&[Contact::palm(rows.collect::<Vec<_>>())]).await.unwrap();
    screen.until_picture("the palm erased nothing", |now| ink(now, LEFT) == 0).await.unwrap();
    let erased = settled(&stage.suite).await;
    assert_eq!(crop(&erased, RIGHT), crop(&both, RIGHT), "the palm reached across the board");
    stage.suite.touch("undo-1").await.unwrap();
    screen
        .until_picture("undo did not bring it back", |now| crop(now, LEFT) == crop(&both, LEFT))
        .await
        .unwrap();
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kill_in_the_middle_of_a_stroke_loses_that_stroke_only() {
    let mut stage = Stage::all().await;
    let both = written(&mut stage).await;
    let (width, height) = (f64::from(stage.suite.parts.size.0), f64::from(stage.suite.parts.size.1));
    let line = writing::along(&[(width * 0.2, height * 0.55), (width * 0.4, height * 0.55)]);
    stage.suite.fingers.play_and_stay(&[Contact::finger(line)]).await.unwrap();
    let screen = stage.suite.screen().await.unwrap();
    let before = ink(&both, LEFT);
    screen
        .until_picture("the stroke is not seen while it is drawn", |now| ink(now, LEFT) > before)
        .await
        .unwrap();
    stage.suite.shell.take().unwrap().kill().await.unwrap();
    stage.suite.start_shell().await.unwrap();
    stage.suite.touch("board").await.unwrap();
    screen
        .until_picture("the board is not what it was before the stroke", |now| {
            crop(now, LEFT) == crop(&both, LEFT) && crop(now, RIGHT) == crop(&both, RIGHT)
        })
        .await
        .unwrap();
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_panel_that_sends_nonsense_does_not_stop_the_lesson() {
    let mut stage = Stage::all().await;
    written(&mut stage).await;
    // Whole events of random content, the same at every run.
    let mut seed = 0x2545_f491_4f6c_dd1d_u64;
    let mut nonsense = vec![0_u8; 24 * 2000];
    nonsense.fill_with(|| {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        seed.to_le_bytes()[3]
    });
    stage.suite.fingers.garble(&nonsense).unwrap();
    stage.suite.touch("new-page").await.unwrap();
    let screen = stage.suite.screen().await.unwrap();
    // Nobody writes on a page before it has turned.
    screen
        .until_picture("the page does not turn", |now| ink(now, LEFT) == 0 && ink(now, RIGHT) == 0)
        .await
        .unwrap();
    let (left, right) = letters(&stage.suite);
    stage.suite.write_together(&left, &right).await.unwrap();
    screen
        .until_picture("no ink any more", |now| ink(now, LEFT) > 500 && ink(now, RIGHT) > 500)
        .await
        .unwrap();
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_fingers_held_still_open_a_palette_for_one_more_person() {
    let mut stage = Stage::all().await;
    stage.suite.touch("board").await.unwrap();
    stage.suite.choose("pen-1").await.unwrap();
    let (width, height) = (f64::from(stage.suite.parts.size.0), f64::from(stage.suite.parts.size.1));
    let held = |x: f64| Contact::finger(vec![(width * x, height * 0.4); 200]);
    stage.suite.fingers.play(&[held(0.48), held(0.52)]).await.unwrap();
    stage.suite.choose("pen-3").await.unwrap();
    let screen = stage.suite.screen().await.unwrap();
    // Held fingers ask, they do not draw.
    let drawn = screen.shell().elements().await.unwrap();
    assert!(drawn.iter().all(|element| !element.name.starts_with("undo-") || !element.enabled), "{drawn:?}");
    let element = screen.find("pen-3").await.unwrap();
    let start = f64::from(element.y) - height * 0.1;
    let near = f64::from(element.x);
    let stroke = writing::along(&[(near, start), (near + width * 0.1, start)]);
    stage.suite.fingers.play(&[Contact::finger(stroke)]).await.unwrap();
    screen.find("undo-3").await.unwrap();
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn boards_are_opened_one_after_another_and_a_kill_leaves_each_as_it_was() {
    let parts = |state| Parts { role: "panel", inference: false, sense: None, ..Parts::all(state) };
    let mut stage = Stage::with(parts).await;
    let both = written(&mut stage).await;
    let screen = stage.suite.screen().await.unwrap();
    stage.suite.touch("home").await.unwrap();
    stage.suite.touch("boards").await.unwrap();
    stage.suite.touch("new-board").await.unwrap();
    screen.find("new-page").await.unwrap();
    let fresh = settled(&stage.suite).await;
    assert_eq!((ink(&fresh, LEFT), ink(&fresh, RIGHT)), (0, 0), "a new board is empty");
    let (left, right) = letters(&stage.suite);
    stage.suite.write_together(&left[..1], &right[..1]).await.unwrap();
    screen.find("undo-1").await.unwrap();
    screen.find("undo-2").await.unwrap();
    let second = settled(&stage.suite).await;
    // The shell dies without a word; the board that was open is open again, and nothing of either is lost.
    stage.suite.shell.take().unwrap().kill().await.unwrap();
    stage.suite.start_shell().await.unwrap();
    stage.suite.touch("board").await.unwrap();
    let screen = stage.suite.screen().await.unwrap();
    screen
        .until_picture("the second board is not as it was", |now| {
            crop(now, LEFT) == crop(&second, LEFT) && crop(now, RIGHT) == crop(&second, RIGHT)
        })
        .await
        .unwrap();
    stage.suite.touch("home").await.unwrap();
    stage.suite.touch("boards").await.unwrap();
    // The newest first; the one that was written on before is behind it.
    stage.suite.touch("board-1").await.unwrap();
    screen
        .until_picture("the first board is not as it was", |now| {
            crop(now, LEFT) == crop(&both, LEFT) && crop(now, RIGHT) == crop(&both, RIGHT)
        })
        .await
        .unwrap();
    stage.end().await;
}
