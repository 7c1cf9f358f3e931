//! `org.dais.Admin1.Setup`: what a first start settles, by the system's own services. What these refuse, or that they are
//! not there, comes back as an error that says so.

use std::io;
use std::time::{SystemTime, UNIX_EPOCH};

use api::admin::{Enrolled, FirstStep, Offer, PartState, SetupError, WifiNetwork};
use zbus::object_server::SignalEmitter;
use zbus::proxy::CacheProperties;
use zbus::{Connection, interface};

use super::apply::{apply, parts, role_name};
use super::profiles::Secrets;
use super::system::{TimeDateProxy, is_away};
use super::wifi::Wifi;
use crate::enrol::{self, EnrolError, Enrolment, Fingerprint, Language, Signed, Trust};
use crate::office::{Office, Pinned};

/// The interface.
pub(super) struct Setup {
    pub(super) bus: Connection,
    pub(super) office: Office,
    pub(super) serial: String,
}

#[interface(name = "org.dais.Admin1.Setup", introspection_docs = false)]
impl Setup {
    /// Takes an enrolment that a person has agreed to, or only says what it is.
    #[zbus(out_args("offer"))]
    async fn enrol(&self, text: String, agreed: bool) -> Result<Offer, SetupError> {
        let signed = enrol::read(&text).map_err(bad)?;
        enrol::fits(&signed.enrolment, &self.serial, now_s()).map_err(bad)?;
        let first = self.trusts(&signed)?;
        let secrets = Secrets::read(&signed.enrolment.network, &daemon::credential).map_err(|name| {
            SetupError::NoCredential(format!("the credential {name} is not on this unit: bring it first"))
        })?;
        let parts = if agreed {
            let key = Pinned { key: signed.key };
            self.office.keep(&key, &text).map_err(not_kept)?;
            tracing::info!(first, "this unit is enrolled");
            self.settle(&text, &signed.enrolment, &secrets).await
        } else {
            parts(&signed.enrolment)
        };
        let it = signed.enrolment;
        Ok(Offer {
            school: it.school,
            room: it.room,
            unit: it.unit,
            fingerprint: Fingerprint::of(&signed.key).text().to_owned(),
            first,
            by_serial: it.serial.is_some(),
            parts,
        })
    }

    /// What the screens use of it.
    #[zbus(out_args("enrolled"))]
    async fn enrolled(&self) -> Result<Enrolled, SetupError> {
        let kept = self.office.enrolment().map_err(not_kept)?;
        Ok(kept.map(|(_, enrolment)| enrolled(enrolment)).unwrap_or_default())
    }

    /// Joins a wireless network and keeps it; one that does not let us in is not kept.
    async fn join_wifi(&self, ssid: String, password: String, hidden: bool) -> Result<(), SetupError> {
        Wifi { bus: &self.bus }.join(&ssid, &password, hidden).await
    }

    /// Keeps what of a first start comes next.
    async fn reach(
        &self,
        #[zbus(signal_emitter)] emitter: SignalEmitter<'_>,
        step: u32,
    ) -> Result<(), SetupError> {
        let step = FirstStep::from_wire(step);
        if step != FirstStep::Unknown && step != self.office.step() {
            self.office.reach(step).map_err(not_kept)?;
            self.first_step_changed(&emitter).await?;
        }
        Ok(())
    }

    /// For the clock on the wall.
    async fn set_time_zone(&self, name: String) -> Result<(), SetupError> {
        if !enrol::is_zone(&name) {
            return Err(SetupError::BadTimeZone(format!("{name:?} is no time zone")));
        }
        let clock = TimeDateProxy::new(&self.bus).await.map_err(time)?;
        clock.set_timezone(&name, false).await.map_err(|error| match time(error) {
            SetupError::Bus(_) => SetupError::BadTimeZone(format!("the clock does not take {name}")),
            known => known,
        })
    }

    /// The time zone now.
    async fn time_zone(&self) -> Result<String, SetupError> {
        let clock = TimeDateProxy::builder(&self.bus).cache_properties(CacheProperties::No).build().await?;
        clock.timezone().await.map_err(time)
    }

    /// Wireless networks in reach, the strongest first.
    async fn wifi(&self) -> Result<Vec<WifiNetwork>, SetupError> {
        Wifi { bus: &self.bus }.seen().await
    }

    #[zbus(property)]
    fn first_step(&self) -> u32 {
        self.office.step().to_wire()
    }

    #[zbus(property(emits_changed_signal = "const"))]
    fn serial(&self) -> &str {
        &self.serial
    }
}

impl Setup {
    /// Does once more what was not done wholly: the power failed, or the system's services were not there.
    pub(super) async fn catch_up(&self) {
        let (text, enrolment) = match self.office.enrolment() {
            Ok(Some((text, enrolment))) if !self.office.is_applied(&text) => (text, enrolment),
            Ok(_) => return,
            Err(error) => return tracing::error!(%error, "the enrolment cannot be read"),
        };
        match Secrets::read(&enrolment.network, &daemon::credential) {
            Ok(secrets) => drop(self.settle(&text, &enrolment, &secrets).await),
            Err(name) => tracing::warn!(name, "a credential that the enrolment names is gone"),
        }
    }

    async fn settle(
        &self,
        text: &str,
        enrolment: &Enrolment,
        secrets: &Secrets,
    ) -> Vec<api::admin::PartTold> {
        let parts = apply(&self.bus, &self.office, enrolment, secrets).await;
        let wholly = parts.iter().all(|told| PartState::from_wire(told.state) != PartState::Later);
        if wholly && let Err(error) = self.office.set_applied(text) {
            tracing::warn!(%error, "that the enrolment is applied is not kept");
        }
        parts
    }

    /// Whether this unit meets its first key; another than its own is refused.
    fn trusts(&self, signed: &Signed) -> Result<bool, SetupError> {
        let pinned = self.office.pinned().map_err(not_kept)?;
        match enrol::trust(pinned.as_ref().map(|pinned| &pinned.key), &signed.key) {
            Trust::First => Ok(true),
            Trust::Pinned => Ok(false),
            Trust::Another { pinned } => Err(SetupError::OtherKey(format!(
                "this unit belongs to whoever has the key {}; this is signed by {}",
                pinned.text(),
                Fingerprint::of(&signed.key).text()
            ))),
        }
    }
}

fn enrolled(it: Enrolment) -> Enrolled {
    let language = it.language.map(|language| match language {
        Language::Zh => "zh",
        Language::En => "en",
    });
    Enrolled {
        school: it.school,
        room: it.room,
        unit: it.unit,
        language: language.unwrap_or_default().to_owned(),
        role: it.role.map(role_name).unwrap_or_default().to_owned(),
        timetable: it.timetable.unwrap_or_default(),
        service_pin: it.roles.service_pin.unwrap_or_default(),
    }
}

fn bad(error: EnrolError) -> SetupError {
    let words = error.to_string();
    match error {
        EnrolError::NotSigned | EnrolError::TooLong => SetupError::NotSigned(words),
        EnrolError::BadSignature => SetupError::BadSignature(words),
        EnrolError::Schema(_) => SetupError::OtherSchema(words),
        EnrolError::OtherUnit { .. } => SetupError::OtherUnit(words),
        EnrolError::Expired { .. } => SetupError::Expired(words),
        _ => SetupError::BadEnrolment(words),
    }
}

fn not_kept(error: io::Error) -> SetupError {
    SetupError::NotKept(error.to_string())
}

fn time(error: zbus::Error) -> SetupError {
    if is_away(&error) {
        return SetupError::NoTimeService("systemd-timedated does not run here".to_owned());
    }
    SetupError::Bus(error)
}

fn now_s() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
}
