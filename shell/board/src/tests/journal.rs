//! The journal: whatever happens to the file, every whole record comes back; whatever happens to the disk,
//! nothing in memory is lost.
use std::{
    io,
    os::unix::fs::FileExt,
    path::PathBuf,
    sync::{Arc, Mutex},
};

use super::Wall;
use crate::{Journal, JournalError, Medium, Op};

fn some_ops() -> Vec<Op> {
    let mut wall = Wall::new(1);
    wall.stroke(1, &[(50_000, 50_000), (60_000, 50_000)]);
    wall.stroke(2, &[(50_000, 90_000), (52_000, 90_000)]);
    wall.undo(1);
    wall.act(&super::damage::Act::Text { by: 2, x: 100_000, y: 100_000, edit: false });
    wall.ops
}

fn written(folder: &tempfile::TempDir, ops: &[Op]) -> (PathBuf, Vec<u8>) {
    let path = folder.path().join("lesson.board");
    let (mut journal, _, _) = Journal::open(&path).unwrap();
    ops.iter().for_each(|op| journal.append(op).unwrap());
    journal.flush().unwrap();
    drop(journal);
    let bytes = std::fs::read(&path).unwrap();
    (path, bytes)
}

/// Where each record ends.
fn ends(bytes: &[u8]) -> Vec<usize> {
    let mut ends = vec![16];
    while let Some(at) = ends.last().copied().filter(|at| *at < bytes.len()) {
        ends.push(at + 8 + u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap()) as usize);
    }
    ends
}

#[test]
fn what_was_flushed_comes_back_and_more_can_follow() {
    let (folder, ops) = (tempfile::tempdir().unwrap(), some_ops());
    let (path, _) = written(&folder, &ops[..2]);
    let (mut journal, back, recovery) = Journal::open(&path).unwrap();
    assert_eq!(back, ops[..2]);
    assert!(recovery.is_clean());
    for op in &ops[2..] {
        journal.append(op).unwrap();
        journal.flush().unwrap();
    }
    drop(journal);
    let (_, back, recovery) = Journal::open(&path).unwrap();
    assert_eq!(back, ops);
    assert!(recovery.is_clean(), "no gap between two flushes: {recovery:?}");
}

#[test]
fn a_file_torn_at_any_byte_gives_every_whole_record() {
    let (folder, ops) = (tempfile::tempdir().unwrap(), some_ops());
    let (path, bytes) = written(&folder, &ops);
    let ends = ends(&bytes);
    for length in 0..=bytes.len() {
        std::fs::write(&path, &bytes[..length]).unwrap();
        let (mut journal, back, recovery) = Journal::open(&path).unwrap();
        let whole = ends.iter().filter(|end| **end <= length).count().saturating_sub(1);
        assert_eq!(back, ops[..whole], "torn at byte {length}");
        let last = ends.iter().rev().find(|end| **end <= length).copied().unwrap_or(0);
        assert_eq!(recovery.torn_bytes, (length - last) as u64, "and it says so");
        // The next record goes where the torn one was cut off.
        journal.append(&ops[0]).unwrap();
        journal.flush().unwrap();
        drop(journal);
        let (_, again, recovery) = Journal::open(&path).unwrap();
        assert!(recovery.is_clean());
        assert_eq!(again.len(), whole + 1);
    }
}

#[test]
fn a_flipped_byte_costs_its_own_record_and_is_reported() {
    let (folder, ops) = (tempfile::tempdir().unwrap(), some_ops());
    let (path, bytes) = written(&folder, &ops);
    let ends = ends(&bytes);
    for at in 0..bytes.len() {
        let mut damaged = bytes.clone();
        damaged[at] ^= 0x10;
        std::fs::write(&path, &damaged).unwrap();
        let (_, back, recovery) = Journal::open(&path).unwrap();
        let hit = ends.iter().position(|end| at < *end).unwrap();
        let kept: Vec<Op> =
            ops.iter().enumerate().filter(|(index, _)| index + 1 != hit).map(|(_, op)| op.clone()).collect();
        assert_eq!(back, kept, "byte {at}");
        assert!(!recovery.is_clean(), "byte {at} is damaged and nobody says so");
    }
}

#[test]
fn a_file_of_something_else_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("letter.txt");
    for content in ["Dear head teacher, the board is not a letter.", "Dear"] {
        std::fs::write(&path, content).unwrap();
        assert!(matches!(Journal::open(&path), Err(JournalError::NotABoard { .. })));
        assert_eq!(std::fs::read_to_string(&path).unwrap(), content);
    }
}

#[test]
fn another_version_is_refused_and_kept() {
    let (folder, ops) = (tempfile::tempdir().unwrap(), some_ops());
    let (path, mut bytes) = written(&folder, &ops);
    for version in [1, 3] {
        bytes[8] = version;
        let check = crc32c::crc32c(&bytes[..12]).to_le_bytes();
        bytes[12..16].copy_from_slice(&check);
        std::fs::write(&path, &bytes).unwrap();
        let refused = Journal::open(&path);
        assert!(match version {
            1 => matches!(refused, Err(JournalError::Older { version: 1, .. })),
            _ => matches!(refused, Err(JournalError::Newer { version: 3, .. })),
        });
        assert_eq!(std::fs::read(&path).unwrap(), bytes);
    }
}

#[test]
fn two_shells_do_not_write_one_board() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("lesson.board");
    let first = Journal::open(&path).unwrap();
    assert!(matches!(Journal::open(&path), Err(JournalError::InUse { .. })));
    drop(first);
    assert!(Journal::open(&path).is_ok());
}

/// A disk of a given size that can be made larger; it writes what fits, as disks do.
#[derive(Clone, Default)]
struct Disk(Arc<Mutex<(Vec<u8>, usize, bool)>>);

impl Disk {
    fn grow(&self, size: usize) {
        self.0.lock().unwrap().1 = size;
    }

    fn fail_sync(&self, fail: bool) {
        self.0.lock().unwrap().2 = fail;
    }

    fn bytes(&self) -> Vec<u8> {
        self.0.lock().unwrap().0.clone()
    }
}

impl Medium for Disk {
    fn write_at(&mut self, at: u64, bytes: &[u8]) -> io::Result<()> {
        let mut disk = self.0.lock().unwrap();
        let size = disk.1;
        let fits = size.saturating_sub(at as usize).min(bytes.len());
        let end = disk.0.len().max(at as usize + fits);
        disk.0.resize(end, 0);
        disk.0[at as usize..at as usize + fits].copy_from_slice(&bytes[..fits]);
        if fits < bytes.len() { Err(io::ErrorKind::StorageFull.into()) } else { Ok(()) }
    }

    fn sync(&mut self) -> io::Result<()> {
        if self.0.lock().unwrap().2 { Err(io::Error::other("sync")) } else { Ok(()) }
    }
}

#[test]
fn a_full_disk_loses_nothing_that_is_in_memory() {
    let (folder, ops) = (tempfile::tempdir().unwrap(), some_ops());
    let path = folder.path().join("lesson.board");
    let disk = Disk::default();
    disk.grow(60);
    let mut journal = Journal::new(disk.clone());
    for op in &ops {
        journal.append(op).unwrap();
        assert!(matches!(journal.flush(), Err(JournalError::Full(_))));
    }
    assert_eq!(journal.pending(), ops.len() + 1, "the header waits too");
    // What did fit, fitted by half: a crash now finds a torn tail and no lie.
    std::fs::write(&path, disk.bytes()).unwrap();
    assert_eq!(Journal::open(&path).unwrap().1, []);
    disk.grow(1 << 20);
    disk.fail_sync(true);
    assert!(matches!(journal.flush(), Err(JournalError::Write(_))));
    assert_eq!(journal.pending(), ops.len() + 1, "not safe before the disk says so");
    disk.fail_sync(false);
    journal.flush().unwrap();
    assert_eq!(journal.pending(), 0);
    std::fs::write(&path, disk.bytes()).unwrap();
    let (_, back, recovery) = Journal::open(&path).unwrap();
    assert_eq!(back, ops);
    assert!(recovery.is_clean());
}

#[test]
fn a_kill_in_mid_stroke_loses_that_stroke_only() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("lesson.board");
    let mut wall = Wall::new(1);
    let (mut journal, _, _) = Journal::open(&path).unwrap();
    wall.stroke(1, &[(50_000, 50_000), (150_000, 50_000)]);
    wall.stroke(2, &[(50_000, 90_000), (150_000, 90_000)]);
    wall.ops.iter().for_each(|op| journal.append(op).unwrap());
    journal.flush().unwrap();
    let written = wall.full();
    // Somebody is writing, and a record is half on the disk, when the process is killed.
    let touch = wall.touch(9, 3, 100_000, 150_000);
    wall.down(&touch);
    let touch = wall.touch(9, 3, 200_000, 150_000);
    wall.go(&touch);
    drop(journal);
    let file = std::fs::OpenOptions::new().write(true).open(&path).unwrap();
    file.write_all_at(&[90, 0, 0, 0, 1, 2, 3], file.metadata().unwrap().len()).unwrap();
    drop(file);
    let (_, ops, recovery) = Journal::open(&path).unwrap();
    assert_eq!((recovery.torn_bytes, recovery.records), (7, 2));
    let mut again = Wall::new(1);
    let effects = again.board.replay(ops);
    again.show(effects);
    assert!(again.screen == written);
}
