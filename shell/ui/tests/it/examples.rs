//! The values with which a designer opens a screen alone (`cargo xtask view`): each global of the screens has some, and
//! none that it does not know.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// By global, the names of what Rust sets.
type Names = BTreeMap<String, BTreeSet<String>>;

fn screens() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../screens")
}

fn globals(folder: &Path, into: &mut Names) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            globals(&path, into);
            continue;
        }
        let mut global = None;
        for line in fs::read_to_string(path).unwrap().lines() {
            if let Some(name) = line.strip_prefix("export global ") {
                global = name.split_whitespace().next().map(str::to_owned);
            } else if line == "}" {
                global = None;
            }
            let set =
                line.trim().strip_prefix("in property <").or(line.trim().strip_prefix("in-out property <"));
            if let (Some(global), Some(set)) = (&global, set) {
                let name = set.split_once("> ").unwrap().1.split([':', ';']).next().unwrap();
                into.entry(global.clone()).or_default().insert(name.to_owned());
            }
        }
    }
}

#[test]
fn every_global_has_examples_and_no_example_is_of_something_else() {
    let mut known = Names::new();
    globals(&screens().join("ui"), &mut known);
    assert!(known.len() > 40, "{known:?}");
    let examples = fs::read_to_string(screens().join("examples.json")).unwrap();
    let examples: BTreeMap<String, serde_json::Map<String, serde_json::Value>> =
        serde_json::from_str(&examples).unwrap();
    let without: Vec<&String> = known.keys().filter(|global| !examples.contains_key(*global)).collect();
    assert!(without.is_empty(), "shell/screens/examples.json has no values for {without:?}");
    for (global, values) in &examples {
        let known = known.get(global).unwrap_or_else(|| panic!("there is no global {global}"));
        let unknown: Vec<&String> = values.keys().filter(|name| !known.contains(*name)).collect();
        assert!(unknown.is_empty(), "{global} has no {unknown:?}");
    }
}
