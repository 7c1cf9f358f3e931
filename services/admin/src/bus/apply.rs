//! What an enrolment settles, done: by the system's own services, by the screens, by the till at its next start. All of
//! it can be done twice, so what was interrupted is done once more.

use api::admin::{EnrolPart, PartState, PartTold};
use zbus::Connection;

use super::profiles::{self, Secrets};
use super::system::TimeDateProxy;
use crate::enrol::{Enrolment, Language, Role};
use crate::office::Office;

/// What would be done, each part in its state before.
pub(super) fn parts(enrolment: &Enrolment) -> Vec<PartTold> {
    let language = enrolment.language.map(|language| match language {
        Language::Zh => "zh",
        Language::En => "en",
    });
    let network = &enrolment.network;
    let staff = enrolment.roles.staff.len();
    let found = [
        (EnrolPart::Language, language.map(str::to_owned)),
        (EnrolPart::TimeZone, enrolment.time_zone.clone()),
        (EnrolPart::Role, enrolment.role.map(|role| role_name(role).to_owned())),
        (EnrolPart::Wifi, network.wifi.as_ref().map(|wifi| wifi.ssid.clone())),
        (EnrolPart::Wired, network.wired.as_ref().map(|wired| wired.eap.identity.clone())),
        (EnrolPart::Proxy, enrolment.proxy.clone()),
        (EnrolPart::Timetable, enrolment.timetable.clone()),
        (EnrolPart::Staff, (staff > 0).then(|| staff.to_string())),
        (EnrolPart::ServicePin, enrolment.roles.service_pin.as_ref().map(|_| String::new())),
    ];
    let told = |(part, value): (EnrolPart, Option<String>)| {
        let state = if part == EnrolPart::Proxy { PartState::Kept } else { PartState::Waits };
        value.map(|value| PartTold { part: part.to_wire(), value, state: state.to_wire() })
    };
    found.into_iter().filter_map(told).collect()
}

pub(super) fn role_name(role: Role) -> &'static str {
    match role {
        Role::Panel => "panel",
        Role::Kiosk => "kiosk",
        Role::Both => "both",
    }
}

/// Does it, and says what became of each part.
pub(super) async fn apply(
    bus: &Connection,
    office: &Office,
    enrolment: &Enrolment,
    secrets: &Secrets,
) -> Vec<PartTold> {
    let mut parts = parts(enrolment);
    let wifi = done("a wireless network", profiles::keep_wifi(bus, &enrolment.network, secrets).await);
    let wired = done("the cable's 802.1X", profiles::keep_wired(bus, secrets).await);
    let zone = match &enrolment.time_zone {
        Some(zone) => done("the time zone", set_time_zone(bus, zone).await),
        None => true,
    };
    let staff = done("the till's staff", office.keep_staff(&enrolment.roles.staff));
    for told in &mut parts {
        let well = match EnrolPart::from_wire(told.part) {
            EnrolPart::TimeZone => zone,
            EnrolPart::Wifi => wifi,
            EnrolPart::Wired => wired,
            EnrolPart::Staff => staff,
            EnrolPart::Proxy => continue,
            // The screens read these and keep them.
            _ => true,
        };
        told.state = if well { PartState::Applied } else { PartState::Later }.to_wire();
    }
    parts
}

async fn set_time_zone(bus: &Connection, zone: &str) -> zbus::Result<()> {
    TimeDateProxy::new(bus).await?.set_timezone(zone, false).await
}

fn done<E: std::fmt::Display>(what: &str, outcome: Result<(), E>) -> bool {
    if let Err(error) = &outcome {
        tracing::warn!(what, %error, "a part of the enrolment is not applied yet; it is tried at the next start");
    }
    outcome.is_ok()
}
