//! What is known of a unit. Pure: nothing here asks anybody.

use api::admin::{Computer, GatewayState, Link, LogLine};
use api::devices::DeviceHealth;
use api::inference::Latency;
use api::kiosk::{DeviceState, Standing};

/// Everything the page tells.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Report {
    /// School, room and unit, as the unit was enrolled; empty where it was not.
    pub names: [String; 3],
    /// The computer.
    pub computer: Computer,
    /// Processes that want a processor, over the last five minutes.
    pub load: f32,
    /// Its network interfaces.
    pub links: Vec<Link>,
    /// The last warnings and worse, newest first.
    pub log: Vec<LogLine>,
    /// Our services.
    pub services: Vec<Service>,
    /// What the till has to work with; empty where there is no till.
    pub devices: Vec<DeviceHealth>,
    /// Whether the till takes orders; `None` where there is no till.
    pub standing: Option<Standing>,
    /// What recognition says is wrong; empty where nothing is.
    pub recognition: String,
    /// How quickly each task of recognition answers.
    pub tasks: Vec<Task>,
    /// What is wrong with the room's camera and microphone, 中文 and English.
    pub room: Vec<(String, String)>,
}

/// One of our services.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Service {
    /// Its name on the bus.
    pub name: &'static str,
    /// Its version; `None` where it does not answer.
    pub version: Option<String>,
}

/// How quickly a task of recognition answered since the service started.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Task {
    /// Its name.
    pub name: String,
    /// Requests that were answered.
    pub answered: u64,
    /// Half, and 99 of 100, took at most so many milliseconds; `None`: longer than the last bound, or there were none.
    pub median_ms: Option<u32>,
    pub slow_ms: Option<u32>,
}

impl Task {
    /// From the service's histogram: counts for each bound, and one more for what took longer.
    pub fn of(latency: &Latency, bounds: &[u32]) -> Self {
        let answered = latency.counts.iter().fold(0_u64, |sum, count| sum.saturating_add(*count));
        let within = |part_of_100: u64| {
            let wanted = u128::from(answered) * u128::from(part_of_100);
            let mut sum = 0_u128;
            latency.counts.iter().zip(bounds).find_map(|(count, bound)| {
                sum += u128::from(*count);
                (answered > 0 && sum * 100 >= wanted).then_some(*bound)
            })
        };
        Self { name: latency.task.clone(), answered, median_ms: within(50), slow_ms: within(99) }
    }
}

impl Report {
    /// How many things a person should look at.
    pub fn troubles(&self) -> usize {
        let away = self.services.iter().filter(|service| service.version.is_none()).count();
        let missing = self.devices.iter().filter(|device| is_missing(device)).count();
        let locked = usize::from(self.standing == Some(Standing::Locked));
        let network = usize::from(!self.links.is_empty() && !self.links.iter().any(|link| link.up));
        let silent = self.links.iter().filter(|link| is_silent(link)).count();
        let recognition = usize::from(!self.recognition.is_empty());
        away + missing + locked + recognition + self.room.len() + network + silent
    }
}

/// Configured, and not working.
pub fn is_missing(device: &DeviceHealth) -> bool {
    DeviceState::from_wire(device.state) == DeviceState::Missing
}

/// Connected, and the way out of the network does not answer.
pub fn is_silent(link: &Link) -> bool {
    link.up && GatewayState::from_wire(link.gateway_state) == GatewayState::Silent
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn latency(counts: &[u64]) -> Latency {
        Latency { task: "text".to_owned(), counts: counts.to_vec() }
    }

    #[test]
    fn half_and_ninety_nine_of_a_hundred() {
        let bounds = [1, 10, 100];
        let task = Task::of(&latency(&[50, 48, 2, 0]), &bounds);
        assert_eq!((task.answered, task.median_ms, task.slow_ms), (100, Some(1), Some(100)));
        // What took longer than the last bound has none.
        let task = Task::of(&latency(&[0, 1, 0, 99]), &bounds);
        assert_eq!((task.answered, task.median_ms, task.slow_ms), (100, None, None));
        assert_eq!(Task::of(&latency(&[0, 0, 0, 0]), &bounds).median_ms, None);
        assert_eq!(Task::of(&latency(&[]), &bounds).answered, 0);
    }

    proptest! {
        #[test]
        fn the_slow_are_no_quicker_than_the_half(counts in prop::collection::vec(any::<u64>(), 0..8)) {
            let bounds: Vec<u32> = (1..8).collect();
            let task = Task::of(&latency(&counts), &bounds);
            prop_assert!(task.slow_ms.is_none() || task.median_ms <= task.slow_ms);
        }
    }
}
