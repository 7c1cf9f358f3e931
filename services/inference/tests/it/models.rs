//! Model files: a wrong byte, a missing file, a passed deadline, pictures of nothing and of noise.

use std::fs;
use std::time::Instant;

use inference::catalogue::Files;
use inference::{
    DETECTOR, DICTIONARY, Leave, ModelError, OpenError, READER, Raster, Stopped, Text, catalogue,
};

use crate::{PATIENCE, assets, models, read, recogniser, texts};

fn refused(change: impl Fn(&std::path::Path)) -> OpenError {
    let folder = tempfile::tempdir().unwrap();
    for name in [DETECTOR, READER, DICTIONARY] {
        fs::copy(models().join(name), folder.path().join(name)).expect("run `cargo xtask assets` first");
    }
    change(folder.path());
    let listed = catalogue::read(&assets().join("models/manifest.toml")).unwrap();
    match Text::open(&Files::new(folder.path(), listed), &Leave::until(Instant::now() + PATIENCE)) {
        Err(error) => error,
        Ok(_) => panic!("it was taken"),
    }
}

#[test]
fn one_flipped_byte_is_refused_by_name() {
    for name in [DETECTOR, READER, DICTIONARY] {
        let error = refused(|folder| {
            let mut bytes = fs::read(folder.join(name)).unwrap();
            let middle = bytes.len() / 2;
            bytes[middle] ^= 1;
            fs::write(folder.join(name), bytes).unwrap();
        });
        assert!(matches!(error, OpenError::File(catalogue::FileError::WrongHash { .. })), "{error}");
        assert!(error.file() == Some(name) && error.to_string().contains(name), "{error}");
    }
}

#[test]
fn a_missing_file_is_named() {
    let error = refused(|folder| fs::remove_file(folder.join(READER)).unwrap());
    assert!(error.file() == Some(READER) && error.to_string().contains("install the assets"), "{error}");
}

#[test]
fn a_passed_deadline_is_an_error_and_the_next_picture_is_read() {
    let recogniser = recogniser();
    let ink = crate::strokes::written(
        &["中文"],
        crate::strokes::Hand { height: 100.0, pen: 6.0, wobble: 0.0, rise: 0.0 },
    );
    assert!(matches!(
        recogniser.read(&ink, &Leave::until(Instant::now())),
        Err(ModelError::Stopped(Stopped::DeadlinePassed))
    ));
    assert_eq!(texts(&read(&recogniser, &ink)), ["中文"]);
}

#[test]
fn pictures_of_nothing_have_no_lines_and_noise_never_panics() {
    let recogniser = recogniser();
    for (width, height) in [(1, 1), (1, 3000), (3000, 1), (400, 300)] {
        let paper = Raster::from_rows(&vec![255; width * height], width, height, width).unwrap();
        assert_eq!(read(&recogniser, &paper), []);
    }
    let mut state = 88_172_645_463_325_252_u64;
    for (width, height) in [(1, 1), (2, 700), (700, 2), (33, 31), (300, 90)] {
        let pixels: Vec<u8> = (0..width * height)
            .map(|_| {
                state ^= state << 13;
                state ^= state >> 7;
                state ^= state << 17;
                (state >> 32) as u8
            })
            .collect();
        let noise = Raster::from_rows(&pixels, width, height, width).unwrap();
        for line in read(&recogniser, &noise) {
            assert!(
                line.area.right as usize <= width
                    && line.area.bottom as usize <= height
                    && line.area.left >= 0
            );
        }
    }
}
