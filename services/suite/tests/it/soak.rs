//! The soak of the devices in short, so that it stays true; `cargo xtask soak devices` runs it at length.

use tokio::process::Command;

#[tokio::test]
async fn taps_scans_and_receipts_are_neither_lost_nor_doubled() {
    let program = suite::programs().unwrap().join("dais-soak");
    let words = ["--taps", "50", "--scans", "50", "--receipts", "10"];
    let output = Command::new(program).args(words).kill_on_drop(true).output().await.unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}\n{}", String::from_utf8_lossy(&output.stderr));
    for part in ["50 taps at 5 readers: ", "50 scans: ", "10 receipts: "] {
        assert!(said.contains(part), "no {part:?} in:\n{said}");
    }
}
