//! What a first start shows of what it knows.

use crate::rows::{kept_keys, kept_while, model};
use api::admin::{EnrolPart, Offer, PartState, PartTold, WifiNetwork};
use jiff::Timestamp;
use screens::{CableRow, FirstAdapter, FirstPage, FoundRow, NetworkRow, PartRow};
use slint::SharedString;

use super::{State, found, zones};

/// Signal in bars: below these of 100 there are none, one and two.
const BARS: [u32; 3] = [25, 50, 75];

impl State {
    pub(super) fn show(&self, adapter: &FirstAdapter<'_>, chinese: bool, now: Timestamp) {
        adapter.set_chinese(chinese);
        adapter.set_page(self.page);
        adapter.set_trouble(self.trouble);
        adapter.set_detail(self.detail.as_str().into());
        let seen = self.networks.seen_password || self.searching || self.is_naming();
        adapter.set_typed(self.typing.shown(seen).into());
        adapter.set_shifted(self.typing.shifted);
        adapter.set_symbols(self.typing.symbols);
        adapter.set_keys(kept_keys(adapter.get_keys(), self.typing.keys()));
        match self.page {
            FirstPage::Zone => self.show_zones(adapter, chinese, now),
            FirstPage::Network => self.show_networks(adapter),
            FirstPage::Enrolment | FirstPage::Done => self.show_enrolment(adapter),
            FirstPage::Closed | FirstPage::Language => {}
        }
    }

    fn is_naming(&self) -> bool {
        self.networks.chosen.as_ref().is_some_and(|chosen| chosen.naming)
    }

    fn show_zones(&self, adapter: &FirstAdapter<'_>, chinese: bool, now: Timestamp) {
        adapter.set_zone(self.zone.as_str().into());
        if !self.zone.is_empty() {
            let here = zones::row(&self.zone, &zones::city(&self.zone, chinese), now);
            adapter.set_zone_city(here.city);
            adapter.set_zone_time(here.time);
            adapter.set_zone_offset(here.offset);
        }
        adapter.set_region(self.region);
        adapter.set_searching(self.searching);
        let places = match self.searching {
            true => zones::search(self.typing.text(), chinese, now),
            false => zones::of_region(self.region, chinese, now),
        };
        adapter.set_zones(model(places));
    }

    fn show_networks(&self, adapter: &FirstAdapter<'_>) {
        let networks = &self.networks;
        let cable = |link: &api::admin::Link| CableRow {
            name: link.name.as_str().into(),
            up: link.up,
            address: link.addresses.first().cloned().unwrap_or_default().into(),
        };
        let mut cables: Vec<CableRow> = networks.cables.iter().map(cable).collect();
        cables.sort_by_key(|cable| !cable.up);
        adapter.set_cables(model(cables));
        let chosen = networks.chosen.as_ref();
        let row = |network: &WifiNetwork| NetworkRow {
            name: network.ssid.as_str().into(),
            bars: i32::try_from(BARS.iter().filter(|least| network.strength >= **least).count()).unwrap_or(0),
            secured: network.secured,
            joined: network.ssid == networks.joined,
            joining: networks.joining && chosen.is_some_and(|chosen| chosen.name == network.ssid),
        };
        let alike = |there: &NetworkRow, row: &NetworkRow| there.name == row.name;
        adapter.set_networks(kept_while(alike, adapter.get_networks(), networks.seen.iter().map(row)));
        adapter.set_looked(networks.looked);
        adapter.set_online(networks.online);
        adapter.set_joining(networks.joining);
        adapter.set_typing(chosen.is_some_and(|chosen| chosen.hidden || chosen.secured));
        adapter.set_naming(self.is_naming());
        adapter.set_network(chosen.map(|chosen| chosen.name.as_str()).unwrap_or_default().into());
        adapter.set_seen_password(networks.seen_password);
        // A hidden network may be an open one.
        let hidden = chosen.is_some_and(|chosen| chosen.hidden && !chosen.naming);
        adapter.set_can_enter(hidden || !self.typing.text().is_empty());
    }

    fn show_enrolment(&self, adapter: &FirstAdapter<'_>) {
        let enrolments = &self.enrolments;
        adapter.set_serial(self.serial.as_str().into());
        adapter.set_enrolled(!self.enrolled.school.is_empty());
        adapter.set_enrolling(enrolments.stage.into());
        let row = |at: usize| {
            let found = &enrolments.files[at];
            let offer = found.judged.as_ref().and_then(|judged| judged.as_ref().ok());
            let name = |of: fn(&Offer) -> &str| offer.map(of).unwrap_or_default().into();
            FoundRow {
                school: name(|offer| &offer.school),
                unit: name(|offer| &offer.unit),
                file: found.file.as_str().into(),
            }
        };
        adapter.set_found(model(enrolments.good().into_iter().map(row)));
        let offer = if self.page == FirstPage::Done { enrolments.taken.as_ref() } else { enrolments.offer() };
        let kept = Offer {
            school: self.enrolled.school.clone(),
            room: self.enrolled.room.clone(),
            unit: self.enrolled.unit.clone(),
            ..Offer::default()
        };
        let told = if self.page == FirstPage::Done { Some(offer.unwrap_or(&kept)) } else { offer };
        let Some(offer) = told else {
            return adapter.set_unit(enrolments.refused().into());
        };
        adapter.set_school(offer.school.as_str().into());
        adapter.set_room(offer.room.as_str().into());
        adapter.set_unit(offer.unit.as_str().into());
        let groups: Vec<SharedString> = offer.fingerprint.split(' ').map(SharedString::from).collect();
        adapter.set_fingerprint(model(groups));
        adapter.set_first_key(offer.first);
        adapter.set_parts(model(offer.parts.iter().map(|told| part(told, &offer.parts))));
    }
}

fn part(told: &PartTold, all: &[PartTold]) -> PartRow {
    let lessons = || found::lessons(all).and_then(Result::ok).unwrap_or_default().to_string();
    let value = match (EnrolPart::from_wire(told.part), told.value.as_str()) {
        (EnrolPart::Timetable, _) => lessons(),
        (EnrolPart::Language, "zh") => "中文".to_owned(),
        (EnrolPart::Language, "en") => "English".to_owned(),
        (_, value) => value.to_owned(),
    };
    let number = |wire: u32| i32::try_from(wire).unwrap_or_default();
    let state = match (EnrolPart::from_wire(told.part), PartState::from_wire(told.state)) {
        (EnrolPart::Role | EnrolPart::Staff, PartState::Applied) => AT_NEXT_START,
        _ => number(told.state),
    };
    PartRow { part: number(told.part), value: value.into(), state }
}

/// What the screens and the till read as they start, for `SayFirst`.
const AT_NEXT_START: i32 = 5;
