//! What the service page asks: who is let in, how everything is, a test of a device. Other services are asked over the
//! bus alone; what the shell may not look at itself it hears from `org.dais.Admin1`.

use std::future::Future;
use std::time::Duration;

use api::admin::{AdminProxy, Computer, Link, LogLine};
use api::devices::{DeviceHealth, DevicesError, DevicesProxy, TestResult};
use api::inference::{InferenceProxy, Latency};
use api::staff::{StaffError, StaffProxy};
use zbus::Connection;
use zbus::proxy::CacheProperties;

use super::{Hidden, Tell, ToUi};
use crate::service::pin::PinHash;
use screens::ServiceTrouble;

/// How long each of those asked may take; the page is for units where not all is well.
const LOOK_MAX: Duration = Duration::from_secs(6);

/// A question of the service page.
#[derive(Clone, Debug)]
pub enum ServiceAsk {
    /// Lets somebody in: by the till's staff where there is a till, else, or where it is away, by the unit's own PIN.
    SignIn { typed: Hidden, by_staff: bool, own: Option<PinHash> },
    /// The grant ends.
    SignOut { grant: Hidden },
    /// How everything is.
    Look { till: bool },
    /// Tests a device of the till.
    Test { grant: Hidden, device: u32 },
}

/// How everything is.
#[derive(Clone, Debug, Default)]
pub struct Seen {
    /// What the admin service tells; none where it is away.
    pub unit: Option<Unit>,
    /// The till's devices; empty where there is no till.
    pub devices: Vec<DeviceHealth>,
    /// How quickly recognition answered, and the upper bounds of its buckets in milliseconds.
    pub speeds: (Vec<Latency>, Vec<u32>),
}

/// What the admin service tells.
#[derive(Clone, Debug, Default)]
pub struct Unit {
    /// Of its page.
    pub address: String,
    /// Our services by their names; without a version where one does not answer.
    pub versions: Vec<(String, String)>,
    /// Its own.
    pub version: String,
    /// The computer.
    pub computer: Computer,
    /// The network.
    pub links: Vec<Link>,
    /// The last warnings and worse.
    pub log: Vec<LogLine>,
}

/// What the service page is told.
#[derive(Clone, Debug)]
pub enum ServiceSaid {
    /// Somebody is let in, with a grant of the till where it gave one; or why not.
    SignedIn(Result<Option<Hidden>, ServiceTrouble>),
    /// How everything is.
    Seen(Box<Seen>),
    /// What a test found.
    Tested { device: u32, found: Result<TestResult, ServiceTrouble> },
    /// Nothing to tell.
    Nothing,
}

/// Asks and tells the answer.
pub(super) async fn ask(connection: Connection, ask: ServiceAsk, tell: Tell) {
    tell(ToUi::Service(answer(Some(&connection), ask).await));
}

/// The same while there is no bus.
pub(super) fn alone(ask: ServiceAsk, tell: Tell) {
    tokio::spawn(async move { tell(ToUi::Service(answer(None, ask).await)) });
}

async fn answer(connection: Option<&Connection>, ask: ServiceAsk) -> ServiceSaid {
    match ask {
        ServiceAsk::SignIn { typed, by_staff, own } => {
            ServiceSaid::SignedIn(sign_in(connection.filter(|_| by_staff), typed, own).await)
        }
        ServiceAsk::SignOut { grant } => {
            if let Some(connection) = connection
                && close(connection, &grant).await.is_err()
            {
                tracing::debug!("a grant ends by itself");
            }
            ServiceSaid::Nothing
        }
        ServiceAsk::Look { till } => ServiceSaid::Seen(Box::new(match connection {
            Some(connection) => look(connection, till).await,
            None => Seen::default(),
        })),
        ServiceAsk::Test { grant, device } => {
            let found = match connection {
                Some(connection) => test(connection, &grant, device).await,
                None => Err(ServiceTrouble::Silent),
            };
            ServiceSaid::Tested { device, found }
        }
    }
}

async fn sign_in(
    till: Option<&Connection>,
    typed: Hidden,
    own: Option<PinHash>,
) -> Result<Option<Hidden>, ServiceTrouble> {
    let by_staff = match till {
        Some(connection) => Some(open(connection, &typed).await),
        None => None,
    };
    match (by_staff, own) {
        (Some(Ok(grant)), _) => Ok(Some(grant)),
        // The till cannot say who this is: then the unit's own PIN counts, so that a broken till can be looked at.
        (None | Some(Err(ServiceTrouble::Silent | ServiceTrouble::NoStaff)), Some(own)) => {
            let right = tokio::task::spawn_blocking(move || own.is(&typed.0)).await.unwrap_or(false);
            if right { Ok(None) } else { Err(ServiceTrouble::WrongPin) }
        }
        (Some(Err(trouble)), _) => Err(trouble),
        (None, None) => Err(ServiceTrouble::NoPin),
    }
}

async fn open(connection: &Connection, typed: &Hidden) -> Result<Hidden, ServiceTrouble> {
    use ServiceTrouble as T;
    let staff = StaffProxy::new(connection).await.map_err(|_unaddressed| T::Silent)?;
    match staff.open(&typed.0).await {
        Ok((grant, _who, _seconds)) => Ok(Hidden(grant)),
        Err(StaffError::WrongPin(_)) => Err(T::WrongPin),
        Err(StaffError::LockedOut(_)) => Err(T::LockedOut),
        Err(StaffError::NoStaff(_)) => Err(T::NoStaff),
        Err(StaffError::Locked(_)) => Err(T::TillLocked),
        Err(_) => Err(T::Silent),
    }
}

async fn close(connection: &Connection, grant: &Hidden) -> Result<(), StaffError> {
    StaffProxy::new(connection).await?.close(&grant.0).await
}

async fn test(connection: &Connection, grant: &Hidden, device: u32) -> Result<TestResult, ServiceTrouble> {
    use ServiceTrouble as T;
    let devices = DevicesProxy::new(connection).await.map_err(|_unaddressed| T::Silent)?;
    devices.test(&grant.0, device).await.map_err(|error| match error {
        DevicesError::Bus(_) => T::Silent,
        DevicesError::NoGrant(_) => T::SignedOut,
        DevicesError::NotAllowed(_) => T::NotAllowed,
        DevicesError::NoStaff(_) => T::NoStaff,
        DevicesError::NoDevice(_) => T::NoDevice,
        DevicesError::Busy(_) => T::Paying,
        DevicesError::Locked(_) => T::TillLocked,
    })
}

/// Asks all at the same time.
async fn look(connection: &Connection, till: bool) -> Seen {
    let devices =
        async { if till { within(devices(connection)).await.unwrap_or_default() } else { Vec::new() } };
    let (unit, devices, speeds) = tokio::join!(within(unit(connection)), devices, within(speeds(connection)));
    Seen { unit, devices, speeds: speeds.unwrap_or_default() }
}

/// What is told, unless who should tell it is gone or hangs.
async fn within<T>(asked: impl Future<Output = zbus::Result<T>>) -> Option<T> {
    match tokio::time::timeout(LOOK_MAX, asked).await {
        Ok(Ok(told)) => Some(told),
        Ok(Err(error)) => {
            tracing::debug!(%error, "a service does not tell the service page");
            None
        }
        Err(_) => None,
    }
}

async fn unit(connection: &Connection) -> zbus::Result<Unit> {
    let admin = AdminProxy::builder(connection).cache_properties(CacheProperties::No).build().await?;
    let (address, versions, version, computer, links, log) = tokio::try_join!(
        admin.address(),
        admin.versions(),
        admin.version(),
        admin.computer(),
        admin.network(),
        admin.logs()
    )?;
    Ok(Unit { address, versions, version, computer, links, log })
}

async fn devices(connection: &Connection) -> zbus::Result<Vec<DeviceHealth>> {
    DevicesProxy::builder(connection).cache_properties(CacheProperties::No).build().await?.health().await
}

async fn speeds(connection: &Connection) -> zbus::Result<(Vec<Latency>, Vec<u32>)> {
    let service = InferenceProxy::builder(connection).cache_properties(CacheProperties::No).build().await?;
    Ok((service.latencies().await?, service.latency_bounds().await?))
}
