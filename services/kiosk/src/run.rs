//! The service put together: the actor's thread, one thread a device, the bus.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use anyhow::Context;
use daemon::Stop;
use tokio::sync::{mpsc, watch};
use zbus::Connection;

use crate::actor::{Actor, LinkTable, Mail, Screen};
use crate::bus::{self, Desk};
use crate::channel::Channel;
use crate::counter::{self, Attendance, Counter, Glances, Places};
use crate::finance::Calendar;
use crate::front::{self, FrontConfig, Letter, Limits, Links};
use crate::policy::Policy;
use crate::receipts;
use crate::reconcile::Reading;
use crate::split::Plans;
use crate::staff::Staff;
use crate::till::{Menu, Timing};

/// Milliseconds since 1970 UTC.
pub type Clock = Arc<dyn Fn() -> u64 + Send + Sync>;

/// Letters waiting for the actor. One screen, two devices and a handful of calls under way write them; more than
/// this means that the disk hangs, and then askers wait and sightings are dropped.
const MAIL_MAX: usize = 64;

/// Everything from outside, so that tests bring their own.
pub struct Parts {
    /// Who moves money, in the order to open codes.
    pub channels: Vec<Arc<dyn Channel>>,
    /// The counter's devices.
    pub places: Places,
    /// What is sold.
    pub menu: Menu,
    /// The ledger's file.
    pub ledger: PathBuf,
    /// How long to wait for what.
    pub timing: Timing,
    /// Who else has a part in what is sold.
    pub plans: Plans,
    /// How bills are read.
    pub reading: Reading,
    /// When each channel pays out.
    pub calendar: Calendar,
    /// Who may do more than sell.
    pub staff: Option<Staff>,
    /// Where channels tell and one code for every wallet leads.
    pub front: Option<(FrontConfig, tokio::net::TcpListener)>,
    /// What the school decides about its till.
    pub policy: Policy,
    /// The clock.
    pub clock: Clock,
}

/// The machine's clock. It starts at the wall clock and then counts by itself, so that it never goes backwards; a
/// wall clock that was corrected forwards is followed.
pub fn system_clock() -> Clock {
    let wall = || {
        SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| u64::try_from(d.as_millis()).unwrap_or(0))
    };
    let (began_wall, began) = (wall(), Instant::now());
    Arc::new(move || {
        let counted =
            began_wall.saturating_add(u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX));
        counted.max(wall())
    })
}

/// Serves `org.dais.Kiosk1` on `connection` until `stop`; the name is taken once the ledger has been read, so that
/// the first answer is the truth.
///
/// # Errors
/// The bus is lost, the name is taken, another till holds the ledger, or the till met a bug of its own. Ending the
/// process is then right: the ledger replays.
pub async fn run(connection: &Connection, mut parts: Parts, stop: Stop) -> anyhow::Result<()> {
    let (mail, letters) = mpsc::channel(MAIL_MAX);
    let (screen_tell, screen) = watch::channel(Screen::default());
    let (listen_tell, listen) = watch::channel(false);
    let (menu, channels) = (parts.menu.clone(), parts.channels.clone());
    let (sessions, clock) = (parts.policy.sessions.clone().unwrap_or_default(), parts.clock.clone());
    // A receipt names what is sold by time too.
    let mut sold = menu.clone();
    sold.dishes.extend(sessions.dishes());
    let plans = parts.policy.instalments.clone();
    let places = std::mem::take(&mut parts.places);
    let (printing, work) = receipts::Desk::open(&places.printer, &parts.ledger, sold, parts.clock.clone());
    let glances = Glances::start(parts.channels.clone(), menu.currency, screen.clone(), parts.clock.clone());
    let paying = screen.clone();
    let pays = move || paying.borrow().payment.as_ref().is_some_and(|payment| !payment.phase.is_over());
    let attendance = Attendance::open(&parts.ledger, pays, parts.clock.clone())
        .context("no key for attendance can be made")?;
    let wiring = counter::Wiring {
        attendance: &attendance,
        glances: &glances,
        mail: &mail,
        listen: &listen,
        screen: &screen,
        printing: &printing,
        clock: &parts.clock,
    };
    let counter = Counter::start(places, work, &wiring)?;
    let desk = Desk::start(parts.staff.take(), parts.clock.clone());
    let links = parts.front.take().map(|front| open_front(front, &parts, &mail, &stop));
    let mut actor = Actor::new(parts, mail.clone(), screen_tell, listen_tell, links);
    actor.start_forwarding(&stop);
    let mut till = tokio::task::spawn_blocking({
        let handle = tokio::runtime::Handle::current();
        move || actor.work(&handle, letters)
    });
    let served = async {
        let mut started = screen.clone();
        started.wait_for(|screen| screen.started).await.context("the till ended at its start")?;
        let (devices, trials, mail) = (counter.devices(), counter.trials(), mail.clone());
        tokio::spawn(receipts::feed(printing.clone(), screen.clone(), mail.clone()));
        let sight = counter.sight();
        let sessions = bus::Sessions::new(&menu, &sessions, &screen, clock);
        let bus = bus::Parts {
            menu,
            mail,
            screen,
            devices,
            trials,
            desk,
            channels,
            plans,
            printing,
            sight,
            sessions,
            glances,
            attendance,
        };
        let service = bus::serve(connection, bus).await?;
        daemon::own(connection, api::KIOSK.name).await?;
        daemon::ready();
        service.tell_changes().await
    };
    let outcome = tokio::select! {
        ended = &mut till => return ended.context("the till's thread is gone")?,
        served = served => served,
        () = daemon::lost(connection) => Err(anyhow::anyhow!("the bus is gone")),
        () = stop.requested() => Ok(()),
    };
    counter.stop();
    if mail.send(Mail::Stop).await.is_ok() {
        till.await.context("the till's thread is gone")??;
    }
    outcome
}

/// Starts the front beside the till. It may fail without the till: then the till asks, as it does anyway.
fn open_front(
    (config, listener): (FrontConfig, tokio::net::TcpListener),
    parts: &Parts,
    mail: &mpsc::Sender<Mail>,
    stop: &Stop,
) -> LinkTable {
    let (table, links) = watch::channel(Links::default());
    let (letters, mut told) = mpsc::channel::<Letter>(MAIL_MAX);
    let (channels, clock) = (parts.channels.clone(), parts.clock.clone());
    let front = front::Parts { channels, letters, links, limits: Limits::default(), clock };
    let (mail, stop) = (mail.clone(), stop.clone());
    tokio::spawn(async move {
        while let Some(letter) = told.recv().await {
            if mail.send(Mail::Told(letter.channel, letter.told, letter.reply)).await.is_err() {
                return;
            }
        }
    });
    tokio::spawn(async move {
        if let Err(error) = front::serve(listener, front, async move { stop.requested().await }).await {
            tracing::warn!(%error, "the front has ended; payments are asked about as before");
        }
    });
    LinkTable::new(config, table)
}
