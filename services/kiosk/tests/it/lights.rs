//! The customer light beside the screen, as a directory that behaves as one of the kernel's.

use std::sync::Arc;
use std::sync::mpsc::Receiver;

use api::kiosk::{Device, DeviceState, PaymentState};
use futures_util::StreamExt;
use signal::fake::{Lamps, LedDirectory, Written};

use crate::bench::{Bus, PATIENCE, Running, Shop};
use crate::script::{Script, paid};

/// Waits for this colour, and for the light to be on after it.
fn until_colour(written: &Receiver<Written>, colour: &str) {
    let mut is_mixed = false;
    loop {
        let written = written.recv_timeout(PATIENCE).expect(colour);
        is_mixed |= written.file == "multi_intensity" && written.line == colour;
        if is_mixed && written.file == "brightness" && written.line == "255" {
            return;
        }
    }
}

fn until_dark(written: &Receiver<Written>) {
    while written.recv_timeout(PATIENCE).expect("dark").line != "0" {}
}

async fn until_light_is(running: &Running, state: DeviceState) {
    until_device_is(running, Device::Light, state).await;
}

/// Waits until a device is so on the bus.
pub(crate) async fn until_device_is(running: &Running, device: Device, state: DeviceState) {
    let wanted = (device.to_wire(), state.to_wire());
    let wait = async {
        let mut changes = running.till.receive_devices_changed().await;
        let mut devices = running.till.devices().await.unwrap();
        while !devices.contains(&wanted) {
            devices = changes.next().await.expect("changes").get().await.unwrap();
        }
    };
    tokio::time::timeout(PATIENCE, wait).await.unwrap_or_else(|_| panic!("{device:?} is never {state:?}"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_light_follows_the_payment_and_comes_back_in_its_middle() {
    let (bus, dir, channel) = (Bus::start(), tempfile::tempdir().unwrap(), Arc::<Script>::default());
    let place = dir.path().join("light");
    let mut led = LedDirectory::new(&place, Lamps::Colours);
    let shop = Shop { light: Some(place), ..Shop::of(&channel) };
    let running = Running::open(&bus, &dir.path().join("l"), &shop).await;
    until_light_is(&running, DeviceState::Missing).await;
    led.plug().unwrap();
    until_light_is(&running, DeviceState::Ready).await;
    running.begin("p1").await.unwrap();
    until_colour(led.written(), "255 255 255");
    led.unplug().unwrap();
    until_light_is(&running, DeviceState::Missing).await;
    running.until_state(PaymentState::Waiting).await;
    led.plug().unwrap();
    until_colour(led.written(), "255 255 255");
    channel.charges.lock().expect("charges").push_back(Some(paid(600)));
    running.till.present("p1", "281234567890123456").await.unwrap();
    until_colour(led.written(), "0 255 0");
    running.until_state(PaymentState::Paid).await;
    running.till.dismiss("p1").await.unwrap();
    until_dark(led.written());
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_light_that_hangs_does_not_hold_the_till() {
    let (bus, dir, channel) = (Bus::start(), tempfile::tempdir().unwrap(), Arc::<Script>::default());
    let place = dir.path().join("light");
    let mut led = LedDirectory::new(&place, Lamps::One);
    led.plug().unwrap();
    let shop = Shop { light: Some(place), ..Shop::of(&channel) };
    let running = Running::open(&bus, &dir.path().join("l"), &shop).await;
    until_light_is(&running, DeviceState::Ready).await;
    led.hang().unwrap();
    until_light_is(&running, DeviceState::Missing).await;
    running.sell("p1", &channel).await;
    running.sell("p2", &channel).await;
    led.go_on().unwrap();
    until_light_is(&running, DeviceState::Ready).await;
    running.stop().await;
}
