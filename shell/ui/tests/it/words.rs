//! The two languages stay equal: every sentence of the screens has a translation, and no translation is left over.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

#[test]
fn every_sentence_is_translated() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut said = BTreeSet::new();
    collect(&root.join("../screens/ui"), &mut said);
    let catalogue = fs::read_to_string(root.join("../../assets/i18n/zh/LC_MESSAGES/screens.po")).unwrap();
    let mut translated = BTreeSet::new();
    for entry in catalogue.split("\n\n").skip(1) {
        let line = |key: &str| {
            let line = entry.lines().find_map(|line| line.strip_prefix(key)).unwrap();
            line.trim().trim_matches('"').to_owned()
        };
        let (id, text) = (line("msgid "), line("msgstr "));
        assert!(!text.is_empty(), "{id:?} has no translation");
        assert_eq!(
            id.matches("{}").count(),
            text.matches("{}").count(),
            "{id:?} and {text:?} differ in places"
        );
        assert!(translated.insert(id.clone()), "{id:?} is there twice");
    }
    assert_eq!(said.difference(&translated).collect::<Vec<_>>(), [""; 0], "without a translation");
    assert_eq!(translated.difference(&said).collect::<Vec<_>>(), [""; 0], "said nowhere");
}

fn collect(folder: &Path, into: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, into);
        } else {
            let text = fs::read_to_string(&path).unwrap();
            into.extend(text.split("@tr(\"").skip(1).map(|rest| rest.split('"').next().unwrap().to_owned()));
        }
    }
}
