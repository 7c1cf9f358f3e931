//! A disk that is full, that breaks, that hangs: everything is written in the end, in order, and said once.

use super::*;
use crate::inbox::INPUT_LIMIT;
use board::{Board, Colour, PersonId};
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex};

/// What the disk does with a write.
const TAKES: u8 = 0;
const FULL: u8 = 1;
const BROKEN: u8 = 2;

#[derive(Clone, Default)]
struct Disk {
    mood: Arc<AtomicU8>,
    bytes: Arc<Mutex<Vec<u8>>>,
}

impl Medium for Disk {
    fn write_at(&mut self, at: u64, bytes: &[u8]) -> io::Result<()> {
        match self.mood.load(Ordering::SeqCst) {
            FULL => return Err(io::ErrorKind::StorageFull.into()),
            BROKEN => return Err(io::ErrorKind::PermissionDenied.into()),
            _ => {}
        }
        let mut disk = self.bytes.lock().unwrap();
        disk.truncate(at as usize);
        disk.extend_from_slice(bytes);
        Ok(())
    }

    fn sync(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Steps of a real board: a page each.
fn ops(count: u64) -> Vec<Op> {
    let surface = board::Surface { width_px: 64, height_px: 64, width_um: 64_000, height_um: 64_000 };
    let font = crate::test_font::font();
    let mut board = Board::new(surface, board::Actor::default(), font).unwrap();
    board.set_colour(PersonId::FIRST, Colour::BLUE);
    (0..count).flat_map(|step| board.add_page(PersonId::FIRST, step).ops).collect()
}

/// The ops that the disk holds, read as after a restart.
fn read(disk: &Disk) -> Vec<Op> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("b");
    std::fs::write(&path, disk.bytes.lock().unwrap().as_slice()).unwrap();
    Journal::open(&path).unwrap().1
}

/// Another folder is a new disk with nothing on it.
fn opened(_: &Path) -> Result<Opened<Disk>, DisplayError> {
    let board = Kept { ops: Vec::new(), was_whole: true };
    let replace: Replace<Disk> = Box::new(|_| Err(JournalError::TooFarBehind));
    Ok(Opened { journal: Journal::new(Disk::default()), replace, board })
}

fn thread(disk: &Disk) -> (JournalThread, Receiver<Input>) {
    let (to, inputs) = sync_channel(INPUT_LIMIT);
    (
        JournalThread::start(
            Journal::new(disk.clone()),
            Box::new(|_| Err(JournalError::TooFarBehind)),
            Box::new(opened),
            Outbox::new(to),
        )
        .unwrap(),
        inputs,
    )
}

fn heard(inputs: &Receiver<Input>) -> Trouble {
    match inputs.recv_timeout(Duration::from_secs(20)).unwrap() {
        Input::Journal(trouble) => trouble,
        _ => panic!("not about the journal"),
    }
}

#[test]
fn a_full_disk_is_said_and_nothing_is_lost() {
    for (mood, said) in [(FULL, Trouble::JournalFull), (BROKEN, Trouble::JournalBroken)] {
        let disk = Disk::default();
        let (mut journal, inputs) = thread(&disk);
        let ops = ops(60);
        journal.write(ops[..20].iter().cloned());
        disk.mood.store(mood, Ordering::SeqCst);
        journal.write(ops[20..40].iter().cloned());
        assert_eq!(heard(&inputs), said);
        journal.write(ops[40..].iter().cloned());
        disk.mood.store(TAKES, Ordering::SeqCst);
        // It is tried again by itself, without a new op.
        assert_eq!(heard(&inputs), Trouble::JournalRoom);
        journal.end();
        assert!(inputs.try_recv().is_err(), "said more than once");
        assert_eq!(read(&disk), ops);
    }
}

#[test]
fn a_disk_with_room_again_at_the_last_moment_gets_everything() {
    let disk = Disk::default();
    let (mut journal, inputs) = thread(&disk);
    disk.mood.store(FULL, Ordering::SeqCst);
    let ops = ops(10);
    journal.write(ops.iter().cloned());
    assert_eq!(heard(&inputs), Trouble::JournalFull);
    let mood = disk.mood.clone();
    let ending = std::thread::spawn(move || journal.end());
    mood.store(TAKES, Ordering::SeqCst);
    ending.join().unwrap();
    assert_eq!(read(&disk), ops);
}

#[test]
fn more_than_the_queue_holds_waits_in_order() {
    let disk = Disk::default();
    // Held here, the disk hangs in its first write, so the queue fills.
    let hold = disk.bytes.clone();
    let hold = hold.lock().unwrap();
    let (mut journal, _inputs) = thread(&disk);
    let one = ops(150);
    let many: Vec<Op> = one.iter().cycle().take(QUEUE + 3 * LOT).cloned().collect();
    journal.write(many.clone());
    assert!(!journal.waiting.is_empty() && journal.look_again().is_some());
    drop(hold);
    journal.end();
    assert_eq!(read(&disk), many);
}

#[test]
fn another_board_is_opened_only_when_all_of_this_one_is_on_the_disk() {
    let disk = Disk::default();
    let (mut journal, inputs) = thread(&disk);
    let ops = ops(20);
    disk.mood.store(FULL, Ordering::SeqCst);
    journal.write(ops.clone());
    journal.open("elsewhere".into());
    let said = |inputs: &Receiver<Input>| loop {
        match inputs.recv_timeout(Duration::from_secs(20)).unwrap() {
            Input::Opened(opened) => return opened.is_ok(),
            _ => continue,
        }
    };
    assert!(!said(&inputs), "it would be lost");
    disk.mood.store(TAKES, Ordering::SeqCst);
    journal.settle();
    journal.open("elsewhere".into());
    assert!(said(&inputs));
    assert_eq!(read(&disk), ops);
    // What comes later is the other's.
    journal.write(ops[..1].to_vec());
    journal.end();
    assert_eq!(read(&disk), ops);
}
