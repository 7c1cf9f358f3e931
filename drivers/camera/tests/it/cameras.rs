//! Every kind of source, from its first frame to its end, and opened again.

use std::net::TcpListener;
use std::time::{Duration, Instant};

use camera::{Camera, CameraError, Code, Sight, Source, Symbology, Why};

use crate::film::{Stream, desk, jpeg, phone, phone_with, video};

/// Long enough for a machine that compiles at the same time.
const PATIENCE: Duration = Duration::from_secs(20);
const PAY_CODE: &str = "281234567890123456";

fn open(line: &str) -> Camera {
    Camera::open(Source::parse(line).unwrap()).unwrap()
}

fn look(camera: &mut Camera) -> Result<Sight, CameraError> {
    camera.next(Instant::now() + PATIENCE)
}

fn code(text: &str) -> Result<Sight, CameraError> {
    Ok(Sight::Code(Code::new(Symbology::Qr, text.into())))
}

/// The failure of a camera that must fail, at open or later.
fn failure(line: &str) -> CameraError {
    match Camera::open(Source::parse(line).unwrap()) {
        Err(error) => error,
        Ok(mut camera) => look(&mut camera).unwrap_err(),
    }
}

#[test]
fn a_picture_of_any_size_and_name_is_read() {
    let dir = tempfile::tempdir().unwrap();
    let picture = phone_with(PAY_CODE);
    for (name, scale) in [("a phone.png", 1), ("phone.jpg", 1), ("large !.png", 4)] {
        let path = dir.path().join(name);
        let (width, height) = (picture.width() * scale, picture.height() * scale);
        image::imageops::resize(&picture, width, height, image::imageops::FilterType::Triangle)
            .save(&path)
            .unwrap();
        let began = Instant::now();
        let mut camera = open(path.to_str().unwrap());
        assert_eq!(look(&mut camera), code(PAY_CODE), "{name}");
        println!("{name}: read {} ms after opening", began.elapsed().as_millis());
        assert_eq!(look(&mut camera), code(PAY_CODE), "shown for ever, told again after two seconds");
    }
}

#[test]
fn a_picture_without_a_code_is_nothing_and_one_with_a_bright_thing_is_unreadable() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("desk.png");
    desk().save(&path).unwrap();
    let mut camera = open(path.to_str().unwrap());
    assert_eq!(camera.next(Instant::now() + Duration::from_secs(3)), Ok(Sight::Nothing));
    let path = dir.path().join("phone.png");
    phone().save(&path).unwrap();
    assert_eq!(look(&mut open(path.to_str().unwrap())), Ok(Sight::Unreadable(Why::Unknown)));
}

#[test]
fn a_video_plays_once_ends_and_can_be_opened_again() {
    let dir = tempfile::tempdir().unwrap();
    let mut frames = vec![desk(); 3];
    frames.extend(vec![phone_with(PAY_CODE); 5]);
    frames.extend(vec![desk(); 2]);
    let path = video(dir.path(), &frames);
    for _ in 0..2 {
        let began = Instant::now();
        let mut camera = open(path.to_str().unwrap());
        assert_eq!(look(&mut camera), code(PAY_CODE));
        assert!(matches!(look(&mut camera), Err(CameraError::Ended { .. })));
        assert!(began.elapsed() >= Duration::from_millis(800), "in its own time: {:?}", began.elapsed());
    }
}

#[test]
fn a_stream_shows_a_phone_that_comes() {
    let stream = Stream::start(&desk());
    let mut camera = open(&stream.address());
    assert_eq!(camera.next(Instant::now() + Duration::from_secs(1)), Ok(Sight::Nothing));
    for text in [PAY_CODE, "134567890123456789"] {
        let shown = Instant::now();
        stream.show(&phone_with(text));
        assert_eq!(look(&mut camera), code(text));
        println!("read {} ms after it was shown", shown.elapsed().as_millis());
    }
    let shown = Instant::now();
    stream.show(&phone());
    assert_eq!(look(&mut camera), Ok(Sight::Unreadable(Why::Unknown)));
    assert!(shown.elapsed() >= Duration::from_millis(1500), "{:?}", shown.elapsed());
    stream.show_bytes(jpeg(&phone_with("x"))[..3000].to_vec());
    stream.until_sent(5);
    stream.show(&phone_with("after a broken frame"));
    assert_eq!(look(&mut camera), code("after a broken frame"));
}

#[test]
fn the_newest_frame_wins() {
    let stream = Stream::start(&phone_with("old"));
    let mut camera = open(&stream.address());
    assert_eq!(look(&mut camera), code("old"));
    stream.show(&phone_with("between"));
    stream.until_sent(20);
    stream.show(&phone_with("new"));
    stream.until_sent(5);
    assert_eq!(look(&mut camera), code("new"), "frames between were dropped while nobody looked");
}

#[test]
fn a_stream_that_ends_says_so_and_opens_again() {
    let stream = Stream::start(&phone_with(PAY_CODE));
    for _ in 0..3 {
        let mut camera = open(&stream.address());
        assert_eq!(look(&mut camera), code(PAY_CODE));
        stream.end();
        let end = Instant::now() + PATIENCE;
        let error = loop {
            match camera.next(end) {
                Ok(_) => assert!(Instant::now() < end, "no end"),
                Err(error) => break error,
            }
        };
        assert!(matches!(error, CameraError::Ended { .. } | CameraError::Lost { .. }), "{error}");
    }
}

#[test]
fn a_stream_that_hangs_is_stalled() {
    let stream = Stream::start(&desk());
    let mut camera = open(&stream.address());
    assert_eq!(camera.next(Instant::now() + Duration::from_secs(2)), Ok(Sight::Nothing));
    stream.hang();
    let hung = Instant::now();
    let error = look(&mut camera).unwrap_err();
    assert!(matches!(error, CameraError::Stalled { .. }), "{error}");
    println!("stalled {} ms after it hung", hung.elapsed().as_millis());
    assert!(hung.elapsed() < Duration::from_secs(6));
    drop(camera);
    stream.show(&phone_with("back"));
    assert_eq!(look(&mut open(&stream.address())), code("back"));
}

#[test]
fn sources_that_are_not_there_say_what_to_check() {
    let dir = tempfile::tempdir().unwrap();
    let text = dir.path().join("text.png");
    std::fs::write(&text, "no picture at all, only words").unwrap();
    let empty = dir.path().join("empty.avi");
    std::fs::write(&empty, "").unwrap();
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    for line in [
        "/nowhere/picture.png".to_owned(),
        "/dev/v4l/by-id/usb-nothing-index0".to_owned(),
        text.to_str().unwrap().to_owned(),
        empty.to_str().unwrap().to_owned(),
        format!("http://me:secret@{closed}/camera.mjpg?token=secret"),
    ] {
        let error = failure(&line);
        println!("{error}");
        assert!(matches!(error, CameraError::CannotOpen { .. }), "{line}: {error}");
        let told = error.to_string();
        assert!(told.contains("check that it is plugged in") && !told.contains("secret"), "{told}");
    }
}

#[test]
fn opening_again_and_again_leaks_nothing() {
    let stream = Stream::start(&phone_with(PAY_CODE));
    let open_files = || std::fs::read_dir("/proc/self/fd").unwrap().count();
    let cycle = || assert_eq!(look(&mut open(&stream.address())), code(PAY_CODE));
    cycle();
    let before = open_files();
    for _ in 0..15 {
        cycle();
    }
    let after = open_files();
    assert!(after <= before + 2, "{before} files before, {after} after");
}
