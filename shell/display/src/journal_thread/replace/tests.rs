//! Whatever instant the power fails at, a start finds the old board or the new one, and nothing in between.

use super::*;
use board::{Board, PersonId};

fn ops(count: u64, from: u64) -> Vec<Op> {
    let surface = board::Surface { width_px: 64, height_px: 64, width_um: 64_000, height_um: 64_000 };
    let mut board = Board::new(surface, board::Actor::default(), crate::test_font::font()).unwrap();
    (0..count).flat_map(|step| board.add_page(PersonId::FIRST, from + step).ops).collect()
}

/// A folder with an old board of three steps, and all that it kept.
fn old() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let (mut journal, _, _) = Journal::open(&folder.path().join(FILE)).unwrap();
    ops(3, 10).iter().for_each(|op| journal.append(op).unwrap());
    journal.flush().unwrap();
    std::fs::create_dir(folder.path().join("media")).unwrap();
    std::fs::write(folder.path().join("media/picture"), b"who was here").unwrap();
    std::fs::write(folder.path().join("search.index"), b"what was said").unwrap();
    folder
}

fn found(folder: &Path) -> Vec<Op> {
    settle(folder).unwrap();
    Journal::open(&folder.join(FILE)).unwrap().1
}

fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    let mut names: Vec<_> =
        entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

#[test]
fn a_new_board_takes_the_place_of_the_old_one_and_goes_on_being_written() {
    let folder = old();
    let new = ops(2, 100);
    let mut journal = replace(folder.path(), &new[..1]).unwrap();
    assert_eq!(names(folder.path()), [FILE]);
    journal.append(&new[1]).unwrap();
    journal.flush().unwrap();
    assert!(Journal::open(&folder.path().join(FILE)).is_err(), "the journal is the locked one");
    drop(journal);
    assert_eq!(found(folder.path()), new);
}

#[test]
fn before_the_new_journal_has_the_name_the_old_board_is_found_whole() {
    for (fresh, mark) in [(true, false), (true, true), (false, false)] {
        let folder = old();
        if fresh {
            std::fs::write(folder.path().join(FRESH), b"half of it").unwrap();
        }
        if mark {
            std::fs::write(folder.path().join(MARK), b"").unwrap();
        }
        assert_eq!(found(folder.path()), ops(3, 10), "{fresh} {mark}");
        assert_eq!(names(folder.path()), [FILE, "media", "search.index"]);
    }
}

#[test]
fn after_it_the_new_board_is_found_and_nothing_that_the_old_one_kept() {
    let folder = old();
    // All was done up to the deleting, of which the index is left.
    let new = ops(1, 100);
    std::fs::remove_file(folder.path().join(FILE)).unwrap();
    let (mut journal, _, _) = Journal::open(&folder.path().join(FILE)).unwrap();
    journal.append(&new[0]).unwrap();
    journal.flush().unwrap();
    drop(journal);
    std::fs::write(folder.path().join(MARK), b"").unwrap();
    assert_eq!(found(folder.path()), new);
    assert_eq!(names(folder.path()), [FILE]);
}

#[test]
fn a_new_board_that_cannot_be_written_leaves_the_old_one() {
    let folder = old();
    std::fs::create_dir(folder.path().join(FRESH)).unwrap();
    assert!(replace(folder.path(), &ops(1, 100)).is_err());
    assert!(folder.path().join("media/picture").is_file());
    std::fs::remove_dir(folder.path().join(FRESH)).unwrap();
    assert_eq!(found(folder.path()), ops(3, 10));
}
