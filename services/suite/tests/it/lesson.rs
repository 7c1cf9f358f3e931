//! The scripted lesson, from the first touch to the end of the class.

use crate::Stage;

/// Pictures that it leaves, one a step or two.
const PICTURES: usize = 9;

#[tokio::test(flavor = "multi_thread")]
async fn a_lesson_is_taught_and_nothing_of_it_is_left() {
    let mut stage = Stage::all().await;
    let dir = std::env::var_os("DAIS_PICTURES")
        .map_or_else(|| stage.state.path().join("pictures"), |dir| std::path::Path::new(&dir).join("lesson"));
    let pictures = stage.suite.lesson(&dir).await.unwrap();
    assert_eq!(pictures.len(), PICTURES);
    let size = stage.suite.parts.size;
    assert!(pictures.iter().all(|picture| image::image_dimensions(picture).unwrap() == size));
    stage.end().await;
}
