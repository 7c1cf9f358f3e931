//! Each file's state from what was found and what its engine says.

use super::*;
use crate::shelf::Failure;

fn surveyed(name: &str, found: Found) -> Surveyed {
    Surveyed {
        name: name.to_owned(),
        version: "1".to_owned(),
        sha256: String::new(),
        task: Task::Text,
        found,
    }
}

fn states(found: &[Found], standing: &Standing) -> (Vec<ModelState>, bool) {
    let files: Vec<_> = found.iter().zip(["a", "b"]).map(|(found, name)| surveyed(name, *found)).collect();
    let status = Status::new(&files, Vec::new(), Vec::new(), |_| standing.clone());
    (status.models.iter().map(|model| model.state).collect(), status.can(Task::Text))
}

#[test]
fn a_file_is_what_its_bytes_and_its_engine_are() {
    use Found::{Missing, Right, WrongHash};
    use ModelState as M;
    let broken = |file: Option<&str>, broken| {
        Standing::Failed(Failure { file: file.map(str::to_owned), reason: String::new(), broken })
    };
    for (found, standing, wanted, can) in [
        ([Right, Right], Standing::Unused, [M::Listed, M::Listed], true),
        ([Right, Right], Standing::Loading, [M::Loading, M::Loading], true),
        ([Right, Right], Standing::Live, [M::Live, M::Live], true),
        ([Right, Right], Standing::Resting, [M::Resting, M::Resting], true),
        ([Right, Missing], Standing::Unused, [M::Listed, M::Missing], false),
        ([WrongHash, Right], broken(Some("a"), false), [M::WrongHash, M::Listed], false),
        ([Right, Right], broken(Some("b"), true), [M::Listed, M::Broken], false),
        ([Right, Right], broken(None, true), [M::Broken, M::Broken], false),
        ([Right, WrongHash], Standing::Live, [M::Live, M::Live], true),
    ] {
        assert_eq!(states(&found, &standing), (wanted.to_vec(), can), "{found:?} {standing:?}");
    }
    assert!(!Status::default().can(Task::Text), "nothing was looked at yet");
}

#[test]
fn health_names_what_is_wrong() {
    let files = [surveyed("a", Found::Right), surveyed("b", Found::WrongHash)];
    let health =
        |files: &[Surveyed], hung| Status::new(files, hung, Vec::new(), |_| Standing::Unused).health();
    assert_eq!(health(&files[..1], vec![]), (HealthState::Well, String::new()));
    let (state, why) = health(&files, vec![]);
    assert!(state == HealthState::Limited && why.starts_with("b cannot be used"), "{why}");
    let (state, why) = health(&files, vec!["text"]);
    assert!(state == HealthState::Hung && why.starts_with("text does not come back"), "{why}");
}
