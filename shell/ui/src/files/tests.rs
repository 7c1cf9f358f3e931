//! What is named lies below the folders that are configured, and is something a board can show.

use std::sync::mpsc::channel;
use std::time::Duration;

use super::*;

fn asked(roots: Vec<PathBuf>, wish: Wish) -> Answer {
    let (to, from) = channel();
    let files = Files::start(roots, move |answer| to.send(answer).unwrap()).unwrap();
    assert!(files.ask(wish));
    from.recv_timeout(Duration::from_secs(20)).unwrap()
}

fn inbox() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    fs::create_dir(at("Photos")).unwrap();
    for name in ["b.PDF", "A.png", "film.mp4", "board.xopp", "letter.docx", ".hidden.png"] {
        fs::write(at(name), name).unwrap();
    }
    let picture = image::RgbaImage::from_pixel(400, 200, image::Rgba([10, 20, 30, 255]));
    picture.save(at("Photos/wide.png")).unwrap();
    folder
}

#[test]
fn a_folder_shows_folders_first_and_only_what_a_board_can_show() {
    let folder = inbox();
    let root = folder.path().to_path_buf();
    let Answer::Folder(None, places, _) = asked(vec![root.clone(), root.join("none")], Wish::Look(None))
    else {
        panic!("no places")
    };
    assert_eq!(
        places.iter().map(|place| (&place.path, place.kind)).collect::<Vec<_>>(),
        [(&root, Kind::Folder)]
    );
    let Answer::Folder(Some(_), entries, others) = asked(vec![root.clone()], Wish::Look(Some(root.clone())))
    else {
        panic!("no folder")
    };
    let found: Vec<(&str, Kind)> = entries.iter().map(|entry| (entry.name.as_str(), entry.kind)).collect();
    let wanted = [
        ("Photos", Kind::Folder),
        ("A.png", Kind::Picture),
        ("b.PDF", Kind::Pdf),
        ("board.xopp", Kind::Board),
        ("film.mp4", Kind::Film),
    ];
    assert_eq!(found, wanted);
    assert_eq!(others, 1);
}

#[test]
fn a_picture_is_shown_small_and_a_damaged_one_is_not() {
    let folder = inbox();
    let root = folder.path().to_path_buf();
    let glance = Wish::Glance(root.join("Photos/wide.png"), 100);
    let Answer::Glance(_, 100, 50, rgba) = asked(vec![root.clone()], glance) else { panic!("no picture") };
    assert_eq!(rgba[..4], [10, 20, 30, 255]);
    assert!(super::glance(&root.join("A.png"), 100).is_none());
}

#[test]
fn a_file_comes_whole_and_nothing_outside_the_folders_is_read() {
    let folder = inbox();
    let root = folder.path().to_path_buf();
    let fetch = |root: PathBuf, path: PathBuf| match asked(vec![root], Wish::Fetch(PersonId::FIRST, path)) {
        Answer::Fetched(person, name, read) if person == PersonId::FIRST => (name, read),
        _ => panic!("not fetched"),
    };
    let (name, read) = fetch(root.clone(), root.join("board.xopp"));
    let (bytes, mut beside) = read.unwrap();
    assert_eq!((name.as_str(), bytes.as_slice()), ("board.xopp", b"board.xopp".as_slice()));
    beside.sort_by(|a, b| a.name.cmp(&b.name));
    assert_eq!(
        beside.iter().map(|file| file.name.as_str()).collect::<Vec<_>>(),
        [".hidden.png", "A.png", "b.PDF"]
    );
    assert_eq!(fetch(root.clone(), root.join("gone.png")).1.unwrap_err(), Unread::Gone);
    // By a detour out of the folder.
    let photos = root.join("Photos");
    assert_eq!(fetch(photos.clone(), photos.join("../A.png")).1.unwrap_err(), Unread::Gone);
    std::os::unix::fs::symlink(root.join("A.png"), photos.join("link.png")).unwrap();
    assert_eq!(fetch(photos.clone(), photos.join("link.png")).1.unwrap_err(), Unread::Gone);
}
