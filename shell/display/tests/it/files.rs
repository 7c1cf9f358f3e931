//! Files of other programs come onto the board and go from it, through the desk's own thread.

use crate::bench::{PATIENCE, config, ink_at, screenshot, see};
use board::PersonId;
use board::format::{Format, Remark, Saved};
use display::{BoardCommand, Display, FileBeside, FileError, Picture, Scene, Sender, ToDisplay};
use std::path::Path;
use std::sync::mpsc::channel;

fn start(folder: &Path) -> Display {
    let (display, _platform) = display::start(config(folder, Vec::new())).unwrap();
    display.send(ToDisplay::Scene(Scene::Board)).unwrap();
    display
}

fn open(to: &Sender, bytes: &[u8]) -> Result<Vec<Remark>, FileError> {
    let (reply, answer) = channel();
    let reply = Box::new(move |outcome| reply.send(outcome).unwrap());
    let (bytes, beside) = (bytes.to_vec(), Vec::<FileBeside>::new());
    to.send(ToDisplay::Open { person: PersonId::FIRST, bytes, beside, reply }).unwrap();
    answer.recv_timeout(PATIENCE).unwrap()
}

fn save(to: &Sender, format: Format) -> Result<Saved, FileError> {
    let (reply, answer) = channel();
    let reply = Box::new(move |outcome| reply.send(outcome).unwrap());
    to.send(ToDisplay::Save { format, reply }).unwrap();
    answer.recv_timeout(PATIENCE).unwrap()
}

/// A red picture as a camera would send it.
fn red() -> Vec<u8> {
    let mut png = Vec::new();
    let picture = image::RgbImage::from_pixel(400, 300, image::Rgb([220, 20, 20]));
    picture.write_to(&mut std::io::Cursor::new(&mut png), image::ImageFormat::Png).unwrap();
    png
}

fn is_red(picture: &Picture) -> bool {
    picture.at(480, 270).is_some_and(|[red, green, blue]| red > 180 && green < 80 && blue < 80)
}

#[test]
fn a_picture_is_put_on_the_page_undone_and_kept_over_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let display = start(folder.path());
    let to = display.sender();
    assert_eq!(open(&to, &red()), Ok(Vec::new()));
    see(&to, "the picture", is_red);
    let person = PersonId::FIRST;
    to.send(ToDisplay::Board(BoardCommand::Undo { person })).unwrap();
    assert!(!is_red(&screenshot(&to)));
    to.send(ToDisplay::Board(BoardCommand::Redo { person })).unwrap();
    see(&to, "the picture again", is_red);
    drop(display);
    let display = start(folder.path());
    see(&display.sender(), "the picture after a restart", is_red);
}

#[test]
fn a_board_goes_out_and_comes_back_as_pages() {
    let folder = tempfile::tempdir().unwrap();
    let display = start(folder.path());
    let to = display.sender();
    open(&to, &red()).unwrap();
    see(&to, "the picture", is_red);
    for format in [Format::Xopp, Format::Pdf, Format::Svg, Format::Png, Format::Excalidraw, Format::Iwb] {
        let saved = save(&to, format).unwrap_or_else(|error| panic!("{format}: {error}"));
        assert!(!saved.files.is_empty(), "{format}");
        let other = tempfile::tempdir().unwrap();
        let display = start(other.path());
        let opened = open(&display.sender(), &saved.files[0].bytes);
        assert!(opened.is_ok(), "{format}: {opened:?}");
        see(&display.sender(), "red somewhere", |picture| {
            (0..960).step_by(6).any(|x| {
                (0..540).step_by(6).any(|y| {
                    picture.at(x, y).is_some_and(|[red, green, blue]| red > 180 && green < 90 && blue < 90)
                })
            })
        });
    }
}

#[test]
fn what_is_no_board_is_told_and_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let display = start(folder.path());
    let to = display.sender();
    let before = screenshot(&to).to_png().unwrap();
    let mut torn = red();
    torn.truncate(torn.len() / 2);
    for (bytes, why) in [(&b"Dear head teacher"[..], "cannot open this kind"), (&torn[..], "damaged")] {
        let error = open(&to, bytes).unwrap_err();
        assert!(error.to_string().contains(why), "{error}");
    }
    assert!(save(&to, Format::Tldraw).is_err_and(|error| error.to_string().contains("does not write them")));
    assert_eq!(screenshot(&to).to_png().unwrap(), before);
    assert!(!ink_at(&screenshot(&to), 900, 500));
}

#[test]
fn a_full_disk_is_told_and_leaves_no_empty_frame() {
    let folder = tempfile::tempdir().unwrap();
    let display = start(folder.path());
    // No folder for pictures can be made where a file lies.
    std::fs::write(folder.path().join("board").join("media"), "in the way").unwrap();
    let to = display.sender();
    let before = screenshot(&to).to_png().unwrap();
    let refused = open(&to, &red());
    assert!(matches!(refused, Err(FileError::Disk(_))), "{refused:?}");
    assert_eq!(screenshot(&to).to_png().unwrap(), before);
}
