//! What the pictures show can be read, and nothing is read off an empty desk.

use super::*;

fn seen(jpeg: &[u8]) -> Vec<String> {
    let picture = image::load_from_memory(jpeg).expect("JPEG").to_luma8();
    let codes = camera::decode::codes(
        picture.as_raw(),
        usize::try_from(picture.width()).expect("width"),
        usize::try_from(picture.height()).expect("height"),
    );
    codes.expect("picture").iter().filter_map(|code| code.reveal_text().map(str::to_owned)).collect()
}

#[test]
fn the_camera_reads_what_the_phone_shows() {
    for code in ["280123456789012301", "130123456789012302"] {
        assert_eq!(seen(&jpeg(Some(code))), [code]);
    }
}

#[test]
fn an_empty_desk_has_no_code() {
    assert!(seen(&jpeg(None)).is_empty());
}

#[test]
fn the_page_gets_a_drawing() {
    let drawing = svg("280123456789012301");
    assert!(drawing.starts_with("<svg") && drawing.ends_with("</svg>"), "{drawing}");
    assert!(svg(&"x".repeat(9000)).is_empty());
}
