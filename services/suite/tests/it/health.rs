//! Whether a version does its work, asked as systemd asks it before the version counts as good.

use crate::Stage;

#[tokio::test(flavor = "multi_thread")]
async fn a_version_is_well_while_each_of_its_services_does_its_work_and_not_when_one_is_gone() {
    let mut stage = Stage::all().await;
    let names = [api::SHELL, api::KIOSK, api::INFERENCE, api::ADMIN].map(|service| service.name);
    let well = stage.suite.health(&names).await.unwrap();
    let said = String::from_utf8(well.stdout).unwrap();
    assert!(well.status.success(), "{said}{}", String::from_utf8_lossy(&well.stderr));
    for line in [
        "org.dais.Shell1: shows home at 1920 x 1080",
        "org.dais.Kiosk1: prices an order",
        "org.dais.Inference1: reads writing",
        "org.dais.Admin1: runs",
    ] {
        assert!(said.contains(line), "{line} is not in {said}");
    }
    // Nothing of it stays.
    let till = stage.suite.till().await.unwrap();
    assert!(till.recent(10).await.unwrap().is_empty());
    stage.suite.kiosk.take().unwrap().kill().await.unwrap();
    let ill = stage.suite.health(&names).await.unwrap();
    assert!(!ill.status.success());
    let why = String::from_utf8(ill.stderr).unwrap() + &String::from_utf8(ill.stdout).unwrap();
    assert!(why.contains("org.dais.Kiosk1 is not well"), "{why}");
    let strange = stage.suite.health(&["org.dais.Else1"]).await.unwrap();
    assert!(!strange.status.success());
    stage.suite.start_kiosk().await.unwrap();
    stage.end().await;
}
