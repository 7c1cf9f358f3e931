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
