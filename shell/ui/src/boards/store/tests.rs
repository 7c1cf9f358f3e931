//! Boards come, are opened, renamed, go and come back; and a power cut between any two steps leaves all of them.

use proptest::prelude::*;

use super::*;

fn store() -> (tempfile::TempDir, Store) {
    let state = tempfile::tempdir().unwrap();
    let store = Store::new(state.path());
    (state, store)
}

fn ids(store: &Store) -> Vec<String> {
    store.list().into_iter().map(|known| known.id).collect()
}

#[test]
fn the_first_board_is_where_it_always_was() {
    let (state, store) = store();
    assert_eq!((start_folder(state.path()), ids(&store)), (state.path().join("board"), Vec::new()));
    fs::create_dir(state.path().join("board")).unwrap();
    assert_eq!(ids(&store), ["board"]);
    let known = store.list().remove(0);
    assert_eq!((known.name.as_str(), known.opened_ms), ("", 0));
}

#[test]
fn what_was_opened_last_comes_first_and_is_opened_at_the_next_start() {
    let (state, store) = store();
    fs::create_dir(state.path().join("board")).unwrap();
    let (one, two) = (store.make("分数", 1_000).unwrap(), store.make(" Ohm's law\n", 2_000).unwrap());
    assert_eq!(ids(&store), [two.as_str(), &one, "board"]);
    assert_eq!(store.list()[0].name, "Ohm's law");
    store.opened(&one, 3_000).unwrap();
    assert_eq!(ids(&store), [one.as_str(), &two, "board"]);
    assert_eq!(start_folder(state.path()), state.path().join("boards").join(&one));
    store.rename(&one, &"x".repeat(100)).unwrap();
    let known = store.list().remove(0);
    assert_eq!((known.name.len(), known.made_ms, known.opened_ms), (NAME_MAX, 1_000, 3_000));
    assert!(!format!("{known:?}").contains("xx"), "a name is not printed");
    // A board whose folder somebody took away is not opened.
    fs::remove_dir_all(store.folder(&one)).unwrap();
    assert_eq!(store.open(), "board");
    for nonsense in ["", "../../etc", "board/../x", "0123"] {
        fs::write(state.path().join("boards/open"), nonsense).unwrap();
        assert_eq!(store.open(), "board", "{nonsense}");
    }
}

#[test]
fn a_deleted_board_comes_back_until_the_next_one_is_deleted_or_the_unit_starts_anew() {
    let (state, store) = store();
    let make = |name: &str| {
        let id = store.make(name, 1).unwrap();
        fs::write(store.folder(&id).join("board.journal"), name).unwrap();
        id
    };
    let (open, one, two) = (make("open"), make("one"), make("two"));
    store.opened(&open, 2).unwrap();
    assert!(store.put_away(&open).is_err(), "nobody deletes what is open");
    store.put_away(&one).unwrap();
    assert_eq!(ids(&store).len(), 2);
    store.take_back(&one).unwrap();
    assert_eq!(fs::read_to_string(store.folder(&one).join("board.journal")).unwrap(), "one");
    store.put_away(&one).unwrap();
    store.put_away(&two).unwrap();
    assert!(store.take_back(&one).is_err());
    drop(store);
    let again = Store::new(state.path());
    assert!(again.take_back(&two).is_err());
    assert_eq!(ids(&again), [open]);
}

#[test]
fn pictures_and_words_that_cannot_be_read_take_no_board_away() {
    let (_state, store) = store();
    let id = store.make("one", 1).unwrap();
    store.keep_preview(&id, b"png").unwrap();
    assert_eq!(store.preview(&id).as_deref(), Some(&b"png"[..]));
    fs::write(store.folder(&id).join(ABOUT), "name = [").unwrap();
    assert_eq!(store.list()[0].name, "");
    assert!(store.folder(&id).join("about.toml.unreadable").exists());
    // The end of its class has wiped all about it.
    fs::remove_file(store.folder(&id).join(PREVIEW)).unwrap();
    assert_eq!((store.preview(&id), ids(&store)), (None, vec![id]));
}

#[derive(Clone, Debug)]
enum Step {
    Make,
    Open(usize),
    Rename(usize),
    Away(usize),
    Back,
    Restart,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        Just(Step::Make),
        (0..6_usize).prop_map(Step::Open),
        (0..6_usize).prop_map(Step::Rename),
        (0..6_usize).prop_map(Step::Away),
        Just(Step::Back),
        Just(Step::Restart),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, ..ProptestConfig::default() })]
    #[test]
    fn no_history_loses_a_board_that_nobody_deleted(steps in proptest::collection::vec(step(), 1..25)) {
        let (state, mut store) = store();
        let (mut there, mut away): (Vec<String>, Option<String>) = (Vec::new(), None);
        for (now, step) in (1_u64..).zip(steps) {
            match step {
                Step::Make => there.push(store.make("x", now).unwrap()),
                Step::Open(at) | Step::Rename(at) | Step::Away(at) if at >= there.len() => {}
                Step::Open(at) => store.opened(&there[at], now).unwrap(),
                Step::Rename(at) => store.rename(&there[at], "y").unwrap(),
                Step::Away(at) => {
                    let open = store.open() == there[at];
                    prop_assert_eq!(store.put_away(&there[at]).is_err(), open);
                    if !open {
                        away = Some(there.remove(at));
                    }
                }
                Step::Back => {
                    if let Some(id) = away.take() {
                        store.take_back(&id).unwrap();
                        there.push(id);
                    }
                }
                Step::Restart => {
                    store = Store::new(state.path());
                    away = None;
                }
            }
            let (mut found, mut wanted) = (ids(&store), there.clone());
            found.sort();
            wanted.sort();
            prop_assert_eq!(found, wanted);
        }
    }
}
