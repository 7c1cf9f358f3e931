//! How devices are and their self-tests, as the service page meets them.

use std::path::Path;
use std::sync::Arc;

use api::devices::{DeviceHealth, DevicesError, DevicesProxy, Outcome, TestResult, Why};
use api::kiosk::{Device, DeviceState, PaymentState};
use image::{GrayImage, Luma};
use signal::fake::{Lamps, LedDirectory};

use crate::bench::{AUDITOR, Bus, CASHIER, PATIENCE, Running, Shop};
use crate::lights::until_device_is;
use crate::script::Script;

async fn devices(running: &Running) -> DevicesProxy<'static> {
    DevicesProxy::new(&running.client).await.unwrap()
}

async fn health_of(running: &Running, device: Device) -> DeviceHealth {
    let health = devices(running).await.health().await.unwrap();
    health.into_iter().find(|health| health.device == device.to_wire()).expect("its health")
}

pub(crate) async fn test(running: &Running, grant: &str, device: Device) -> Result<TestResult, DevicesError> {
    devices(running).await.test(grant, device.to_wire()).await
}

/// Waits until the device is missing for this reason.
async fn until_why(running: &Running, device: Device, why: Why) -> DeviceHealth {
    let mut beat = tokio::time::interval(std::time::Duration::from_millis(20));
    let wait = async {
        loop {
            beat.tick().await;
            let health = health_of(running, device).await;
            if health.why == why.to_wire() {
                return health;
            }
        }
    };
    let seen = tokio::time::timeout(PATIENCE, wait).await;
    seen.unwrap_or_else(|_| panic!("{device:?} is never {why:?}"))
}

/// Pixels of a letter's side.
const SIDE: u32 = 40;

/// A camera that sees these black and white squares.
fn camera_before(directory: &Path, squares: &[&str]) -> camera::Source {
    let size = (squares[0].len() as u32 * SIDE, squares.len() as u32 * SIDE);
    let picture = GrayImage::from_fn(size.0, size.1, |x, y| {
        let is_black = squares[(y / SIDE) as usize].as_bytes()[(x / SIDE) as usize] == b'#';
        Luma([if is_black { 0 } else { 255 }])
    });
    let file = directory.join("seen.png");
    picture.save(&file).unwrap();
    camera::Source::parse(&file.display().to_string()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_light_tells_why_it_is_missing_and_shows_its_colours() {
    let (bus, dir, channel) = (Bus::start(), tempfile::tempdir().unwrap(), Arc::<Script>::default());
    let place = dir.path().join("light");
    let shop = Shop { light: Some(place.clone()), ..Shop::staffed(&channel) };
    let running = Running::open(&bus, &dir.path().join("l"), &shop).await;
    let grant = running.grant(CASHIER).await;
    let health = until_why(&running, Device::Light, Why::Unplugged).await;
    assert_eq!((health.state, health.ready, health.lost), (DeviceState::Missing.to_wire(), 0, 0));
    assert!(health.en.contains("check its cable") && health.zh.contains("检查它的线缆"), "{health:?}");
    let failed = test(&running, &grant, Device::Light).await.unwrap();
    assert_eq!((failed.outcome, failed.why), (Outcome::Failed.to_wire(), Why::Unplugged.to_wire()));
    assert_eq!((failed.zh, failed.en), (health.zh, health.en));
    std::fs::create_dir(&place).unwrap();
    until_why(&running, Device::Light, Why::WrongDevice).await;
    std::fs::remove_dir(&place).unwrap();
    let mut led = LedDirectory::new(&place, Lamps::Colours);
    led.plug().unwrap();
    until_device_is(&running, Device::Light, DeviceState::Ready).await;
    let shown = test(&running, &grant, Device::Light).await.unwrap();
    assert_eq!((shown.outcome, shown.why), (Outcome::LookAndListen.to_wire(), Why::Nothing.to_wire()));
    assert!(shown.en.contains("red, green and blue") && shown.zh.contains("红、绿、蓝"), "{shown:?}");
    let mut colours = Vec::new();
    while colours.len() < 3 {
        let written = led.written().recv_timeout(PATIENCE).expect("a colour");
        if written.file == "multi_intensity" && !colours.contains(&written.line) {
            colours.push(written.line);
        }
    }
    assert_eq!(colours, ["255 0 0", "0 255 0", "0 0 255"]);
    led.unplug().unwrap();
    until_device_is(&running, Device::Light, DeviceState::Missing).await;
    let health = health_of(&running, Device::Light).await;
    assert_eq!((health.ready, health.lost), (1, 1));
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_camera_is_measured_but_never_while_somebody_pays() {
    let (bus, dir, channel) = (Bus::start(), tempfile::tempdir().unwrap(), Arc::<Script>::default());
    let camera = camera_before(dir.path(), &["#..#..#.", ".##..##.", "#.#.#.#."]);
    let shop = Shop { camera: Some(camera), ..Shop::staffed(&channel) };
    let running = Running::open(&bus, &dir.path().join("l"), &shop).await;
    until_device_is(&running, Device::Camera, DeviceState::Ready).await;
    let grant = running.grant(CASHIER).await;
    let seen = test(&running, &grant, Device::Camera).await.unwrap();
    assert_eq!((seen.outcome, seen.why), (Outcome::Passed.to_wire(), Why::Nothing.to_wire()), "{seen:?}");
    let fact =
        |name: &str| seen.facts.iter().find(|(is, _)| is == name).unwrap_or_else(|| panic!("{name}")).1;
    assert_eq!((fact("width"), fact("height")), (i64::from(SIDE) * 8, i64::from(SIDE) * 3));
    assert!(fact("frames-per-1000-s") > 0 && fact("contrast") > 50, "{seen:?}");
    running.begin("p1").await.unwrap();
    running.until_state(PaymentState::Waiting).await;
    let busy = test(&running, &grant, Device::Camera).await.unwrap_err();
    assert!(matches!(busy, DevicesError::Busy(_)), "{busy:?}");
    running.till.cancel("p1").await.unwrap();
    running.until_state(PaymentState::Cancelled).await;
    assert_eq!(test(&running, &grant, Device::Camera).await.unwrap().outcome, Outcome::Passed.to_wire());
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_camera_that_sees_nothing_fails() {
    let (bus, dir, channel) = (Bus::start(), tempfile::tempdir().unwrap(), Arc::<Script>::default());
    let camera = camera_before(dir.path(), &["........"; 8]);
    let shop = Shop { camera: Some(camera), ..Shop::staffed(&channel) };
    let running = Running::open(&bus, &dir.path().join("l"), &shop).await;
    until_device_is(&running, Device::Camera, DeviceState::Ready).await;
    let grant = running.grant(CASHIER).await;
    let seen = test(&running, &grant, Device::Camera).await.unwrap();
    assert_eq!(
        (seen.outcome, seen.why),
        (Outcome::Failed.to_wire(), Why::ShowsNothing.to_wire()),
        "{seen:?}"
    );
    assert!(seen.en.contains("uncover the lens"), "{seen:?}");
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_not_and_what_is_not_there() {
    let (bus, dir, channel) = (Bus::start(), tempfile::tempdir().unwrap(), Arc::<Script>::default());
    let running = Running::open(&bus, &dir.path().join("l"), &Shop::staffed(&channel)).await;
    let no_grant = test(&running, "nonsense", Device::Camera).await.unwrap_err();
    assert!(matches!(no_grant, DevicesError::NoGrant(_)), "{no_grant:?}");
    let auditor = running.grant(AUDITOR).await;
    let not_allowed = test(&running, &auditor, Device::Camera).await.unwrap_err();
    assert!(matches!(not_allowed, DevicesError::NotAllowed(_)), "{not_allowed:?}");
    let cashier = running.grant(CASHIER).await;
    for device in Device::ALL.iter().copied().chain([Device::Unknown]) {
        let none = test(&running, &cashier, device).await.unwrap_err();
        assert!(matches!(none, DevicesError::NoDevice(_)), "{device:?} {none:?}");
    }
    for health in devices(&running).await.health().await.unwrap() {
        assert_eq!((health.state, health.why), (DeviceState::Absent.to_wire(), Why::Nothing.to_wire()));
        assert_eq!((health.zh.as_str(), health.en.as_str()), ("", ""));
    }
    running.stop().await;
}
