//! The words of the commands, the list of faults, and what is read out of a test's output.

use super::faults::Faults;
use super::{Options, failing_seed, fuzz};

fn words(text: &str) -> Vec<String> {
    text.split_whitespace().map(str::to_owned).collect()
}

#[test]
fn options_are_read_or_refused() {
    let given = words("money --seconds 5");
    let options = Options::read(&given, &["--seconds"]).unwrap();
    assert_eq!(options.bare, ["money"]);
    assert_eq!(options.number("--seconds").unwrap(), Some(5));
    assert_eq!(options.number("--seeds").unwrap(), None);
    for bad in ["--seconds", "--second 5"] {
        assert!(Options::read(&words(bad), &["--seconds"]).is_err(), "{bad}");
    }
    let given = words("--seconds many");
    assert!(Options::read(&given, &["--seconds"]).unwrap().number("--seconds").is_err());
}

#[test]
fn the_seed_is_found_in_what_a_test_says() {
    assert_eq!(failing_seed("panicked:\nreplay this history with DAIS_TILL_SEED=417\nnote"), Some(417));
    assert_eq!(failing_seed("panicked somewhere else"), None);
}

#[test]
fn hexadecimal_seeds_are_bytes() {
    assert_eq!(fuzz::unhex(b"50 4b\n03"), Some(vec![0x50, 0x4B, 3]));
    assert_eq!(fuzz::unhex(b"504"), None);
    assert_eq!(fuzz::unhex(b"zz"), None);
}

#[test]
fn a_fault_is_planted_where_its_text_stands_once() {
    let list = |find: &str| {
        let text = format!(
            "tests = [\"t\"]\n[[fault]]\nname = \"n\"\nfile = \"f\"\nfind = \"{find}\"\nreplace = \"x\"\nwhy = \"w\""
        );
        Faults::parse(&text).unwrap().fault.remove(0)
    };
    assert_eq!(list("b").plant("abc").unwrap(), "axc");
    for (find, source) in [("b", "abcb"), ("b", "ac"), ("x", "axc")] {
        assert!(list(find).plant(source).is_err(), "{find} in {source}");
    }
}

/// The list must follow the source: a fault that cannot be planted proves nothing.
#[test]
fn every_fault_of_the_list_can_be_planted_today() {
    let root = crate::root().unwrap();
    let faults = Faults::read(&root.join("services/kiosk/mutations.toml")).unwrap();
    assert!(faults.fault.len() >= 12, "there are only {}", faults.fault.len());
    for fault in &faults.fault {
        let source = std::fs::read_to_string(root.join(&fault.file)).unwrap();
        fault.plant(&source).unwrap();
    }
}
