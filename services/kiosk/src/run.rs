//! The service put together: the actor's thread, one thread a device, the bus.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use anyhow::Context;
use daemon::Stop;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;
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
use crate::till::{Menu, SessionRules, Steady, Timing};

/// Milliseconds since 1970 UTC.
pub type Clock = Arc<dyn Fn() -> u64 + Send + Sync>;

/// The machine's steady clock.
pub type SteadyClock = Arc<dyn Fn() -> Steady + Send + Sync>;

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
    /// The clock that nobody sets; time that is sold is counted by it.
    pub steady: SteadyClock,
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

/// Which start of the machine this is, as the unit tells (`systemd.unit(5)`, `%b`): the kernel's own word lies in a part
/// of `/proc` that the unit does not see.
const BOOT_ID: &str = "DAIS_BOOT_ID";
/// The same from the kernel (`random(4)`), where the till runs without its unit.
const KERNEL_BOOT_ID: &str = "/proc/sys/kernel/random/boot_id";

/// The machine's clock since its start, sleep included. Where nobody tells which start that is, each process counts as
/// one: then the wall clock says how long the till was away, as it does over a restart of the machine.
pub fn system_steady() -> SteadyClock {
    let told = std::env::var(BOOT_ID).or_else(|_| std::fs::read_to_string(KERNEL_BOOT_ID));
    let boot = told.ok().and_then(|id| boot_number(&id)).unwrap_or_else(|| {
        tracing::warn!(
            "nobody tells which start of the machine this is; the wall clock counts over restarts"
        );
        std::hash::BuildHasher::hash_one(&std::hash::RandomState::new(), std::process::id())
    });
    Arc::new(move || {
        let since = rustix::time::clock_gettime(rustix::time::ClockId::Boottime);
        let seconds = u64::try_from(since.tv_sec).unwrap_or(0);
        let ms = u64::try_from(since.tv_nsec).unwrap_or(0) / 1_000_000;
        Steady { boot, ms: seconds.saturating_mul(1000).saturating_add(ms) }
    })
}

/// The first eight of the 16 random bytes of a start's id, which is written in hexadecimal with or without dashes.
fn boot_number(id: &str) -> Option<u64> {
    let digits: String = id.chars().filter(char::is_ascii_hexdigit).take(16).collect();
    (digits.len() == 16).then(|| u64::from_str_radix(&digits, 16).ok()).flatten()
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
    let (sessions, steady) = (parts.policy.sessions.clone().unwrap_or_default(), parts.steady.clone());
    let plans = parts.policy.instalments.clone();
    let places = std::mem::take(&mut parts.places);
    let (sold, clock) = (sold(&menu, &sessions), parts.clock.clone());
    let (printing, work) = receipts::Desk::open(&places.printer, &parts.ledger, sold, clock, &channels);
    let glances = Glances::start(parts.channels.clone(), menu.currency, screen.clone(), parts.clock.clone());
    let attendance = attendance(&parts, screen.clone())?;
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
    let mut till = on_its_thread(actor, letters);
    let served = async {
        let mut started = screen.clone();
        started.wait_for(|screen| screen.started).await.context("the till ended at its start")?;
        let (devices, trials, mail) = (counter.devices(), counter.trials(), mail.clone());
        tokio::spawn(receipts::feed(printing.clone(), screen.clone(), mail.clone()));
        let sight = counter.sight();
        let sessions = bus::Sessions::new(&menu, &sessions, &screen, steady);
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

/// The till writes to the disk, and so has a thread of its own.
fn on_its_thread(actor: Actor, letters: mpsc::Receiver<Mail>) -> JoinHandle<anyhow::Result<()>> {
    let handle = tokio::runtime::Handle::current();
    tokio::task::spawn_blocking(move || actor.work(&handle, letters))
}

/// What a receipt names: dishes, and what is sold by time.
fn sold(menu: &Menu, sessions: &SessionRules) -> Menu {
    let mut sold = menu.clone();
    sold.dishes.extend(sessions.dishes());
    sold
}

/// Counts a class by its cards, while nobody pays.
fn attendance(parts: &Parts, screen: watch::Receiver<Screen>) -> anyhow::Result<Attendance> {
    let pays = move || screen.borrow().payment.as_ref().is_some_and(|payment| !payment.phase.is_over());
    Attendance::open(&parts.ledger, pays, parts.clock.clone()).context("no key for attendance can be made")
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
