//! What a first start asks of `org.dais.Admin1.Setup`, and what it is told.

use std::time::Duration;

use api::admin::{AdminProxy, Enrolled, FirstStep, Link, Offer, SetupError, SetupProxy, WifiNetwork};
use futures_util::StreamExt;
use zbus::Connection;
use zbus::fdo::DBusProxy;
use zbus::proxy::CacheProperties;

use super::{Hidden, Tell, ToUi};
use screens::FirstTrouble;

/// A network may take 45 seconds to let the unit in, and an enrolment has several things to settle.
const ANSWER_MAX: Duration = Duration::from_secs(70);

/// A question of a first start.
#[derive(Clone, Debug)]
pub enum SetupAsk {
    /// The time zone and the cable, as they are.
    Look,
    /// Wireless networks in reach.
    Networks,
    /// Into this one.
    Join { name: String, password: Hidden, hidden: bool },
    /// This time zone from now on.
    TimeZone(String),
    /// What an enrolment is, or, where a person has agreed, that it is taken. `ticket` comes back with the answer.
    Enrol { ticket: u64, text: Hidden, agreed: bool },
    /// What comes next, to be kept.
    Reach(FirstStep),
}

/// Why something is not settled, and the service's own words where they tell more.
#[derive(Clone, Debug, PartialEq)]
pub struct Refused {
    /// For the screen.
    pub trouble: FirstTrouble,
    /// As the service says it; empty where the screen's words say all.
    pub detail: String,
}

/// What a first start is told.
#[derive(Clone, Debug)]
pub enum SetupSaid {
    /// What comes next, and the computer's serial number.
    Step(FirstStep, String),
    /// What the unit was enrolled with.
    Enrolled(Enrolled),
    /// The time zone now, and the network.
    Looked { zone: Result<String, Refused>, links: Vec<Link> },
    /// Wireless networks, the strongest first.
    Networks(Result<Vec<WifiNetwork>, Refused>),
    /// Whether the network let the unit in.
    Joined(Result<(), Refused>),
    /// Whether the time zone was taken.
    Zone(Result<String, Refused>),
    /// What an enrolment is; it was taken where it was `agreed` to.
    Offer { ticket: u64, agreed: bool, offer: Result<Offer, Refused> },
    /// Whether what comes next is kept.
    Kept(Result<(), Refused>),
}

/// Tells how far the first start is and what the unit was enrolled with, for as long as the bus lives.
pub(super) async fn watch(connection: Connection, tell: Tell) {
    if let Err(error) = follow_owner(&connection, &tell).await {
        tracing::warn!(%error, "the first start cannot be followed");
    }
}

async fn follow_owner(connection: &Connection, tell: &Tell) -> zbus::Result<()> {
    let bus = DBusProxy::new(connection).await?;
    let mut owners = bus.receive_name_owner_changed_with_args(&[(0, api::ADMIN.name)]).await?;
    loop {
        if bus.name_has_owner(api::ADMIN.name.try_into()?).await?
            && let Err(error) = read(connection, tell).await
        {
            tracing::warn!(%error, "how far the first start is cannot be read");
        }
        if owners.next().await.is_none() {
            return Ok(());
        }
    }
}

async fn read(connection: &Connection, tell: &Tell) -> Result<(), SetupError> {
    let setup = SetupProxy::builder(connection).cache_properties(CacheProperties::No).build().await?;
    let said = |said| tell(ToUi::Setup(said));
    said(SetupSaid::Enrolled(setup.enrolled().await?));
    let (step, serial) = tokio::try_join!(setup.first_step(), setup.serial())?;
    said(SetupSaid::Step(FirstStep::from_wire(step), serial));
    Ok(())
}

/// Asks and tells the answer. Some take longer than other services may, so each has a connection of its own.
pub(super) fn ask(ask: SetupAsk, tell: Tell) {
    tokio::spawn(async move {
        let connected = zbus::connection::Builder::system().method_timeout(ANSWER_MAX).build().await;
        let said = match connected {
            Ok(connection) => answer(&connection, ask).await,
            Err(error) => {
                tracing::debug!(%error, "the bus cannot be reached for a first start");
                unheard(ask)
            }
        };
        if let SetupSaid::Offer { agreed: true, offer: Ok(_), .. } = &said
            && let Ok(enrolled) = enrolled().await
        {
            tell(ToUi::Setup(SetupSaid::Enrolled(enrolled)));
        }
        tell(ToUi::Setup(said));
    });
}

/// The same while there is no bus.
pub(super) fn unheard(ask: SetupAsk) -> SetupSaid {
    let away = || Refused { trouble: FirstTrouble::Away, detail: String::new() };
    match ask {
        SetupAsk::Look => SetupSaid::Looked { zone: Err(away()), links: Vec::new() },
        SetupAsk::Networks => SetupSaid::Networks(Err(away())),
        SetupAsk::Join { .. } => SetupSaid::Joined(Err(away())),
        SetupAsk::TimeZone(_) => SetupSaid::Zone(Err(away())),
        SetupAsk::Enrol { ticket, agreed, .. } => SetupSaid::Offer { ticket, agreed, offer: Err(away()) },
        SetupAsk::Reach(_) => SetupSaid::Kept(Err(away())),
    }
}

async fn enrolled() -> Result<Enrolled, SetupError> {
    let connection = zbus::connection::Builder::system().method_timeout(ANSWER_MAX).build().await?;
    SetupProxy::new(&connection).await?.enrolled().await
}

async fn answer(connection: &Connection, ask: SetupAsk) -> SetupSaid {
    let Ok(setup) = SetupProxy::builder(connection).cache_properties(CacheProperties::No).build().await
    else {
        return unheard(ask);
    };
    match ask {
        SetupAsk::Look => {
            let links = async {
                let admin = AdminProxy::builder(connection).cache_properties(CacheProperties::No).build();
                admin.await?.network().await
            };
            let (zone, links) = tokio::join!(setup.time_zone(), links);
            SetupSaid::Looked { zone: zone.map_err(refused), links: links.unwrap_or_default() }
        }
        SetupAsk::Networks => SetupSaid::Networks(setup.wifi().await.map_err(refused)),
        SetupAsk::Join { name, password, hidden } => {
            SetupSaid::Joined(setup.join_wifi(&name, &password.0, hidden).await.map_err(refused))
        }
        SetupAsk::TimeZone(name) => {
            SetupSaid::Zone(setup.set_time_zone(&name).await.map(|()| name).map_err(refused))
        }
        SetupAsk::Enrol { ticket, text, agreed } => {
            let offer = setup.enrol(&text.0, agreed).await.map_err(refused);
            SetupSaid::Offer { ticket, agreed, offer }
        }
        SetupAsk::Reach(step) => SetupSaid::Kept(setup.reach(step.to_wire()).await.map_err(refused)),
    }
}

fn refused(error: SetupError) -> Refused {
    use FirstTrouble as T;
    let (trouble, detail) = match error {
        SetupError::Bus(error) => {
            tracing::debug!(%error, "the first start is not answered");
            (T::Silent, String::new())
        }
        SetupError::NotSigned(_) => (T::NotSigned, String::new()),
        SetupError::BadSignature(_) => (T::BadSignature, String::new()),
        SetupError::OtherSchema(_) => (T::OtherSchema, String::new()),
        SetupError::BadEnrolment(words) => (T::BadEnrolment, words),
        SetupError::OtherUnit(words) => (T::OtherUnit, words),
        SetupError::Expired(words) => (T::Expired, words),
        SetupError::NoCredential(words) => (T::NoCredential, words),
        SetupError::OtherKey(words) => (T::OtherKey, words),
        SetupError::NotKept(words) => (T::NotKept, words),
        SetupError::BadTimeZone(_) => (T::BadTimeZone, String::new()),
        SetupError::NoTimeService(_) => (T::NoTimeService, String::new()),
        SetupError::NoNetworkService(_) => (T::NoNetworkService, String::new()),
        SetupError::NoWireless(_) => (T::NoRadio, String::new()),
        SetupError::NotJoined(_) => (T::NotJoined, String::new()),
    };
    Refused { trouble, detail }
}
