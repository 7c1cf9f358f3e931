//! A time is kept, whole, and never invented.

use super::*;

#[tokio::test]
async fn a_time_outlives_the_one_who_wrote_it() {
    let folder = tempfile::tempdir().expect("folder");
    let path = folder.path().join("made/when/needed");
    let times = Times::new(path.clone());
    assert_eq!(times.known("BACK000001").await.expect("read"), None);
    times.write("BACK000001", "20260102030405").await.expect("write");
    times.write("BACK000002", "20260102030406").await.expect("write");
    times.write("BACK000001", "20260102030407").await.expect("over it");
    let again = Times::new(path.clone());
    assert_eq!(again.known("BACK000001").await.expect("read").as_deref(), Some("20260102030407"));
    assert_eq!(again.known("BACK000002").await.expect("read").as_deref(), Some("20260102030406"));
    assert!(std::fs::read_dir(&path).expect("folder").count() == 2, "nothing is left lying about");
}

#[tokio::test]
async fn a_broken_or_unwritable_one_is_an_error_and_not_a_new_time() {
    let folder = tempfile::tempdir().expect("folder");
    let times = Times::new(folder.path().to_owned());
    for broken in ["", "2026010203040", "2026010203040x"] {
        std::fs::write(folder.path().join("BACK000001"), broken).expect("write");
        assert!(times.known("BACK000001").await.is_err(), "{broken:?}");
    }
    let file = folder.path().join("a-file");
    std::fs::write(&file, "").expect("write");
    assert!(Times::new(file).write("BACK000001", "20260102030405").await.is_err());
}

/// 2026-01-02 03:04:05 at GMT+8.
const NOW_S: i64 = 1_767_294_245;
const DAY_S: i64 = 86_400;

fn time(days_ago: i64) -> String {
    wire::of_seconds(NOW_S - days_ago * DAY_S).expect("a time")
}

fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).expect("folder");
    let mut names: Vec<String> =
        entries.map(|entry| entry.expect("entry").file_name().into_string().expect("name")).collect();
    names.sort();
    names
}

#[tokio::test]
async fn only_what_no_refund_reaches_any_more_is_removed() {
    assert_eq!(time(0), "20260102030405");
    let folder = tempfile::tempdir().expect("folder");
    let times = Times::new(folder.path().to_owned());
    for (name, days_ago) in [("NEW", 0), ("REFUNDABLE", 30), ("YEAR", 330), ("EDGE", 360), ("FUTURE", -400)] {
        times.write(name, &time(days_ago)).await.expect("write");
    }
    let over = wire::of_seconds(NOW_S - 360 * DAY_S - 1).expect("a time");
    times.write("OVER", &over).await.expect("write");
    times.write("VERYOLD", "19990101000000").await.expect("write");
    std::fs::write(folder.path().join("BROKEN"), "1999").expect("write");
    std::fs::write(folder.path().join("NOTIME"), "99999999999999").expect("write");
    std::fs::create_dir(folder.path().join("folder")).expect("folder");
    assert_eq!(times.prune(NOW_S).await.expect("prune"), 2);
    let kept = ["BROKEN", "EDGE", "FUTURE", "NEW", "NOTIME", "REFUNDABLE", "YEAR", "folder"];
    assert_eq!(names(folder.path()), kept);
    assert_eq!(times.prune(NOW_S).await.expect("prune"), 0);
}

#[tokio::test]
async fn a_full_folder_is_emptied_a_few_files_at_a_time() {
    let folder = tempfile::tempdir().expect("folder");
    let times = Times::new(folder.path().to_owned());
    let old = 2 * LOOKED_INTO_MAX + 1;
    for serial in 0..old {
        std::fs::write(folder.path().join(format!("OLD{serial:05}")), time(400)).expect("write");
    }
    times.write("NEW", &time(0)).await.expect("write");
    let mut removed = Vec::new();
    while names(folder.path()).len() > 1 {
        removed.push(times.prune(NOW_S).await.expect("prune"));
    }
    assert_eq!(removed, [LOOKED_INTO_MAX, LOOKED_INTO_MAX, 1]);
    assert_eq!(names(folder.path()), ["NEW"]);
}

#[tokio::test]
async fn a_missing_folder_has_nothing_to_remove_and_says_so() {
    let folder = tempfile::tempdir().expect("folder");
    assert!(Times::new(folder.path().join("none")).prune(NOW_S).await.is_err());
}
