//! What is known, as the page's rows.

use api::admin::{Computer, LinkKind, LogLine};
use api::devices::DeviceHealth;
use api::inference::Latency;
use api::kiosk::DeviceState;
use slint::{Color, ComponentHandle};

use super::{MICROPHONE, ROOM_CAMERA, Service, State, VIDEO_INPUT};
use crate::bridge::Sensed;
use crate::code_picture;
use crate::rows::{kept_while, model};
use crate::settings::Language;
use screens::{
    ContactRow, DeviceView, FactRow, LinkRow, LogRow, ServiceAdapter, ServiceDeviceRow, SpeedRow, TrailRow,
};

/// Colours of contacts, as far from each other as ten can be; white words can be read on each.
const TONES: [u32; 10] =
    [0x0c6b58, 0xb3261e, 0x1468e0, 0x8f5600, 0x6246b5, 0xa8326e, 0x3d6b00, 0x00687a, 0x5f5148, 0x7a4fa0];
/// Loudness that fills the bar from nothing to all of it, in dBFS.
const LOUD: (f32, f32) = (-70.0, -10.0);
/// Facts of the computer, by their numbers in the words.
const NAME: i32 = 10;
const ANOTHER: i32 = 99;

/// A device, whoever has it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Device {
    pub(super) device: u32,
    view: DeviceView,
    words: (String, String),
    written: String,
    can_test: bool,
}

impl State {
    /// The till's devices that it has, then the room's, then video inputs.
    pub(super) fn rows(&self) -> Vec<Device> {
        let till = self.seen.devices.iter().map(|health| of_till(health, self.grant.is_some()));
        let inputs = self.seen.unit.iter().flat_map(|unit| &unit.computer.video_inputs);
        let inputs = inputs.map(|name| Device {
            device: VIDEO_INPUT,
            view: DeviceView::Ready,
            words: Default::default(),
            written: name.clone(),
            can_test: false,
        });
        till.chain(of_room(&self.sensed)).chain(inputs).collect()
    }

    fn device(&self, device: Device, language: Language) -> ServiceDeviceRow {
        let found = self.found.iter().find(|(known, _)| *known == device.device).map(|(_, found)| found);
        let pick = |(zh, en): (&str, &str)| if language == Language::Zh { zh } else { en }.to_owned();
        let words = match found {
            Some(found) => pick((&found.zh, &found.en)),
            None => pick((&device.words.0, &device.words.1)),
        };
        let loud = self.sensed.noise.filter(|_| device.device == MICROPHONE && self.held.microphone);
        let sees = device.device == ROOM_CAMERA && self.sensed.watching && self.held.camera;
        let people = self.sensed.persons;
        ServiceDeviceRow {
            kind: number(device.device),
            view: device.view,
            words: if sees {
                pick((
                    &format!("正在看，看到 {people} 人。"),
                    &format!("It is watching and sees people: {people}."),
                ))
            } else {
                words
            }
            .into(),
            written: device.written.into(),
            outcome: found.map_or(0, |found| number(found.outcome)),
            can_test: device.can_test,
            testing: self.testing == Some(device.device)
                || (device.device == ROOM_CAMERA && self.held.camera)
                || (device.device == MICROPHONE && self.held.microphone),
            part: loud.map_or(-1.0, |noise| ((noise - LOUD.0) / (LOUD.1 - LOUD.0)).clamp(0.0, 1.0)),
        }
    }
}

fn of_till(health: &DeviceHealth, granted: bool) -> Device {
    let view = match DeviceState::from_wire(health.state) {
        DeviceState::Ready => DeviceView::Ready,
        DeviceState::Missing => DeviceView::Missing,
        DeviceState::Absent | DeviceState::Unknown => DeviceView::Absent,
    };
    Device {
        device: health.device,
        view,
        words: (health.zh.clone(), health.en.clone()),
        written: String::new(),
        can_test: granted && view != DeviceView::Absent,
    }
}

fn of_room(sensed: &Sensed) -> [Device; 2] {
    let parts = [
        (ROOM_CAMERA, sensed.has_camera, [api::sense::Part::Camera, api::sense::Part::Sight]),
        (MICROPHONE, sensed.has_microphone, [api::sense::Part::Microphone, api::sense::Part::Hearing]),
    ];
    parts.map(|(device, there, parts)| {
        let its = |trouble: &&api::sense::Trouble| parts.iter().any(|part| part.to_wire() == trouble.part);
        let trouble = sensed.troubles.iter().find(its);
        Device {
            device,
            view: match (there, trouble) {
                (false, _) => DeviceView::Absent,
                (true, Some(_)) => DeviceView::Missing,
                (true, None) => DeviceView::Ready,
            },
            words: trouble.map(|trouble| (trouble.zh.clone(), trouble.en.clone())).unwrap_or_default(),
            written: String::new(),
            can_test: there,
        }
    })
}

impl Service {
    pub(super) fn show(&self) {
        let surface = self.surface.borrow();
        let Some(surface) = &*surface else { return };
        let adapter = surface.ui.global::<ServiceAdapter<'_>>();
        {
            let state = self.state.borrow();
            let language = self.speaks.get();
            adapter.set_page(state.page);
            adapter.set_chinese(language == Language::Zh);
            adapter.set_by_staff(self.has_till);
            adapter.set_typed(number(state.typed.len()));
            adapter.set_busy(state.busy);
            adapter.set_trouble(state.trouble);
            let rows = state.rows().into_iter().map(|row| state.device(row, language));
            let alike = |there: &ServiceDeviceRow, row: &ServiceDeviceRow| there.kind == row.kind;
            adapter.set_devices(kept_while(alike, adapter.get_devices(), rows));
            adapter.set_speeds(model(speeds(&state.seen.speeds)));
            let unit = state.seen.unit.clone().unwrap_or_default();
            adapter.set_services(model(services(&unit.versions, &unit.version)));
            adapter.set_computer(model(computer(&unit.computer, language)));
            adapter.set_links(model(unit.links.into_iter().map(|link| LinkRow {
                name: link.name.into(),
                wireless: LinkKind::from_wire(link.kind) == LinkKind::Wireless,
                up: link.up,
                speed: number(link.speed_mbps),
                addresses: link.addresses.join("   ").into(),
                gateway: link.gateway.into(),
                state: number(link.gateway_state),
            })));
            adapter.set_log(model(unit.log.iter().map(log)));
            if adapter.get_address() != unit.address {
                adapter.set_code(code_picture::draw(&unit.address).unwrap_or_default());
                adapter.set_address(unit.address.into());
            }
        }
        self.show_glass();
    }

    /// What touches, as often as the panel says something.
    pub(super) fn show_glass(&self) {
        let surface = self.surface.borrow();
        let Some(surface) = &*surface else { return };
        let adapter = surface.ui.global::<ServiceAdapter<'_>>();
        let glass = &self.state.borrow().glass;
        let px = |um: Option<u32>| um.map_or(0.0, |um| um as f32 / 1_000.0 * self.easel.look.millimetre());
        adapter.set_contacts(model(glass.contacts().map(|contact| ContactRow {
            number: number(contact.number),
            x: contact.at.0,
            y: contact.at.1,
            wide: px(contact.wide_um),
            high: px(contact.high_um),
            size: size(contact.wide_um, contact.high_um).into(),
            rate: number(contact.rate()),
            tone: tone(contact.number),
        })));
        adapter.set_trails(model(
            glass
                .trails()
                .map(|trail| TrailRow { commands: trail.commands.as_str().into(), tone: tone(trail.number) }),
        ));
        adapter.set_panel_rate(number(glass.rate()));
        adapter.set_most(number(glass.most()));
        let (median, slow) = match glass.took_us() {
            Some((median, slow)) => (milliseconds(median), milliseconds(slow)),
            None => Default::default(),
        };
        adapter.set_took_median(median.into());
        adapter.set_took_slow(slow.into());
    }
}

fn size(wide_um: Option<u32>, high_um: Option<u32>) -> String {
    let mm = |um: u32| format!("{:.0}", f64::from(um) / 1_000.0);
    match (wide_um, high_um) {
        (Some(wide), Some(high)) => format!("{} × {}", mm(wide), mm(high)),
        (Some(one), None) | (None, Some(one)) => mm(one),
        (None, None) => String::new(),
    }
}

fn milliseconds(us: u32) -> String {
    format!("{:.1}", f64::from(us) / 1_000.0)
}

fn tone(number: usize) -> Color {
    let at = number.saturating_sub(1) % TONES.len();
    Color::from_argb_encoded(0xff00_0000 | TONES[at])
}

/// In the order of the words; those that the shell knows of itself too.
fn services(versions: &[(String, String)], admin: &str) -> Vec<FactRow> {
    let names = [api::SHELL, api::KIOSK, api::INFERENCE, api::SENSE];
    let fact = |name: &str| names.iter().position(|known| known.name == name).map_or(ANOTHER, number);
    let row = |fact: i32, version: &str| FactRow { fact, value: version.into(), here: !version.is_empty() };
    let own = row(number(names.len()), admin);
    versions.iter().map(|(name, version)| row(fact(name), version)).chain([own]).collect()
}

fn computer(computer: &Computer, language: Language) -> Vec<FactRow> {
    let of = |(all, free): (u64, u64)| match (all, language) {
        (0, _) => String::new(),
        (_, Language::Zh) => format!("{all} MB，可用 {free} MB"),
        (_, Language::En) => format!("{all} MB, {free} MB free"),
    };
    let up = if computer.up_s == 0 { String::new() } else { duration(computer.up_s, language) };
    let values = [
        computer.name.clone(),
        computer.system.clone(),
        computer.kernel.clone(),
        up,
        of(computer.memory_mb),
        of(computer.disk_mb),
    ];
    let facts = values.into_iter().zip(NAME..).filter(|(value, _)| !value.is_empty());
    facts.map(|(value, fact)| FactRow { fact, value: value.into(), here: true }).collect()
}

fn duration(seconds: u64, language: Language) -> String {
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3600 % 24, seconds / 60 % 60);
    match (language, days) {
        (Language::Zh, 0) => format!("{hours} 小时 {minutes} 分钟"),
        (Language::Zh, _) => format!("{days} 天 {hours} 小时"),
        (Language::En, 0) => format!("{hours} h {minutes} min"),
        (Language::En, _) => format!("{days} d {hours} h"),
    }
}

/// Those that answered anything: how many, and half and 99 of 100 of them within which bound.
fn speeds((latencies, bounds): &(Vec<Latency>, Vec<u32>)) -> Vec<SpeedRow> {
    let row = |latency: &Latency| {
        let all: u64 = latency.counts.iter().fold(0, |sum, count| sum.saturating_add(*count));
        let within = |part: u128| {
            let mut sum = 0_u128;
            let found = latency.counts.iter().zip(bounds).find_map(|(count, bound)| {
                sum += u128::from(*count);
                (sum * 100 >= u128::from(all) * part).then_some(*bound)
            });
            found.map_or_else(
                || bounds.last().map(|bound| format!("> {bound} ms")),
                |bound| Some(format!("{bound} ms")),
            )
        };
        (all > 0).then(|| SpeedRow {
            task: latency.task.as_str().into(),
            count: all.to_string().into(),
            median: within(50).unwrap_or_default().into(),
            slow: within(99).unwrap_or_default().into(),
            part: 0.0,
        })
    };
    latencies.iter().filter_map(row).collect()
}

fn log(line: &LogLine) -> LogRow {
    /// RFC 5424.
    const ERROR: u32 = 3;
    let time = if line.time_ms == 0 { String::new() } else { crate::class::calendar::stamp(line.time_ms) };
    LogRow {
        grave: line.level <= ERROR,
        time: time.into(),
        unit: line.unit.as_str().into(),
        text: line.text.as_str().into(),
    }
}

fn number(number: impl TryInto<i32>) -> i32 {
    number.try_into().unwrap_or(i32::MAX)
}

#[cfg(test)]
mod tests;
