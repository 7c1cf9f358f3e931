//! How each device is: its state, why, since when, and what to do about it.

use api::devices::{DeviceHealth, Why};
use api::kiosk::{Device, DeviceState};

use super::words;

/// How one device is.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Known {
    device: Device,
    state: DeviceState,
    why: Why,
    /// Milliseconds since 1970 UTC.
    since_ms: u64,
    ready: u64,
    lost: u64,
}

/// Every device and how it is, in the order of their numbers on the bus.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Devices(Vec<Known>);

impl Devices {
    /// None of them is there; those that are configured are told when they are.
    pub(super) fn configured(now_ms: u64, there: impl Fn(Device) -> bool) -> Self {
        let known = |device: &Device| {
            let (state, why) = match there(*device) {
                true => (DeviceState::Missing, Why::Starting),
                false => (DeviceState::Absent, Why::Nothing),
            };
            Known { device: *device, state, why, since_ms: now_ms, ready: 0, lost: 0 }
        };
        Self(Device::ALL.iter().map(known).collect())
    }

    /// How one of them is.
    pub fn state(&self, device: Device) -> DeviceState {
        self.known(device).map_or(DeviceState::Absent, |known| known.state)
    }

    /// Why it is so.
    pub(crate) fn why(&self, device: Device) -> Why {
        self.known(device).map_or(Why::Nothing, |known| known.why)
    }

    fn known(&self, device: Device) -> Option<&Known> {
        self.0.iter().find(|known| known.device == device)
    }

    /// Answers whether that is news.
    pub(super) fn set(&mut self, device: Device, state: DeviceState, why: Why, now_ms: u64) -> bool {
        let Some(known) = self.0.iter_mut().find(|known| known.device == device) else { return false };
        if (known.state, known.why) == (state, why) {
            return false;
        }
        if known.state != state {
            known.since_ms = now_ms;
            known.ready = known.ready.saturating_add(u64::from(state == DeviceState::Ready));
            known.lost = known.lost.saturating_add(u64::from(known.state == DeviceState::Ready));
        }
        (known.state, known.why) = (state, why);
        true
    }

    /// As the bus has it in short.
    pub fn to_wire(&self) -> Vec<(u32, u32)> {
        self.0.iter().map(|known| (known.device.to_wire(), known.state.to_wire())).collect()
    }

    /// As the bus has it at length.
    pub(crate) fn health(&self) -> Vec<DeviceHealth> {
        let health = |known: &Known| {
            let (zh, en) = words::what_to_do(known.device, known.why);
            DeviceHealth {
                device: known.device.to_wire(),
                state: known.state.to_wire(),
                why: known.why.to_wire(),
                since_ms: known.since_ms,
                ready: known.ready,
                lost: known.lost,
                zh,
                en,
            }
        };
        self.0.iter().map(health).collect()
    }
}

#[cfg(test)]
mod tests {
    //! A device's life.
    use super::*;

    #[test]
    fn a_life() {
        let mut devices = Devices::configured(5, |device| device == Device::Light);
        let light = |devices: &Devices| devices.health().remove(4);
        let health = light(&devices);
        assert_eq!((health.state, health.why, health.since_ms), (2, Why::Starting.to_wire(), 5));
        assert!(devices.set(Device::Light, DeviceState::Missing, Why::Unplugged, 6));
        let health = light(&devices);
        assert_eq!((health.since_ms, health.lost), (5, 0), "it is missing as before, for a reason");
        assert!(health.en.contains("cable") && health.zh.contains("线"), "{health:?}");
        for (state, why, at, news) in [
            (DeviceState::Ready, Why::Nothing, 10, true),
            (DeviceState::Ready, Why::Nothing, 11, false),
            (DeviceState::Missing, Why::Lost, 12, true),
            (DeviceState::Missing, Why::Lost, 13, false),
            (DeviceState::Ready, Why::Nothing, 14, true),
        ] {
            assert_eq!(devices.set(Device::Light, state, why, at), news, "{at}");
        }
        let health = light(&devices);
        assert_eq!((health.since_ms, health.ready, health.lost), (14, 2, 1));
        assert_eq!((health.zh.as_str(), health.en.as_str()), ("", ""));
        assert_eq!(devices.state(Device::Buzzer), DeviceState::Absent);
    }
}
