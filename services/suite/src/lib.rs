//! The whole of Dais on one machine: a private bus under the shipped policy, the channel sandbox, a card reader, a
//! scanner gun, the services and the shell, as real processes. `cargo dev` and the end-to-end tests
//! start the same suite.

mod album;
mod bus;
mod card;
pub mod dev;
mod fingers;
mod gun;
mod lesson;
pub mod look;
mod lunch;
mod office;
mod pcsc;
mod printer;
mod process;
mod sandbox;
mod screen;
mod services;
pub mod sound;
pub mod strip;
mod switches;
mod visit;
mod worksheet;
pub mod writing;

use std::fs::File;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use rustix::fs::{FlockOperation, flock};
use zbus::Connection;

pub use self::pcsc::PcscReader;
pub use crate::printer::ReceiptPrinter;
pub use bus::Bus;
pub use card::{
    CardReader, DEVELOPMENT_KEY, EPURSE_SERIAL, IN_PURSE, STRANGER_CARD, STUDENT_CARD, STUDENT_CLASSIC,
    STUDENT_EPURSE, STUDENT_PURSE, STUDENT_TAG,
};
pub use fingers::{Contact, Fingers, panel_mm};
pub use gun::Gun;
pub use lunch::{Lunch, Student};
pub use process::{Program, Running};
pub use sandbox::{Sandbox, free_port};
pub use screen::{Picture, Screen};
pub use services::{CASHIER, MANAGER};
pub use switches::{Key, Switches};

/// What to start, and how.
#[derive(Clone, Debug)]
pub struct Parts {
    /// Where boards, ledger, keys and logs lie; it survives the suite.
    pub state: PathBuf,
    /// True for the shell in a window, false for a screen in memory.
    pub window: bool,
    /// Screen size in pixels.
    pub size: (u32, u32),
    /// `panel`, `kiosk` or `both`.
    pub role: &'static str,
    /// `zh` or `en`.
    pub language: &'static str,
    /// The sandbox's port, 0 for any.
    pub port: u16,
    /// False leaves the shell out: for tests of the services alone.
    pub shell: bool,
    /// False leaves the inference service out.
    pub inference: bool,
    /// The room's camera and microphone, as `sense.toml` names them; none leaves their service out.
    pub sense: Option<Senses>,
    /// Whether the page that tells how the unit is runs, for this machine alone.
    pub admin: bool,
    /// Whether the unit has never been set up; then its shell asks what a first start asks.
    pub first_start: bool,
    /// Shorter waits towards the channels, for tests.
    pub hasty: bool,
    /// Waits so short that also what nobody comes to pay is over soon, for a scripted lunch.
    pub brisk: bool,
    /// Whether the till offers UnionPay as a third channel.
    pub unionpay: bool,
    /// Whether the till can be reached from outside, by notifies and the one code for every wallet, and has a card
    /// terminal beside it.
    pub outside: bool,
    /// Whether a receipt printer stands beside the till.
    pub printer: bool,
    /// Whether the till's card reader is one of PC/SC's; the one on a serial line stands beside it then, unused.
    pub pcsc: bool,
    /// What the till sells by time, as `session.toml` has it; then the board is locked until somebody pays.
    pub time: Option<&'static str>,
    /// After how many seconds without a touch the shell shows what it shows while nobody is there, and over a board; none
    /// is as shipped.
    pub signage: Option<(u32, u32)>,
    /// Whether a switch to choose and one to step are plugged into the shell's unit.
    pub switches: bool,
    /// Where the shell's sound card writes what it would play; none is no sound card.
    pub sound: Option<PathBuf>,
}

impl Parts {
    /// Everything, on a screen in memory.
    pub fn all(state: impl Into<PathBuf>) -> Self {
        Self {
            state: state.into(),
            window: false,
            size: (1920, 1080),
            role: "both",
            language: "en",
            port: 0,
            shell: true,
            inference: true,
            sense: Some(Senses::default()),
            admin: true,
            first_start: false,
            hasty: true,
            brisk: false,
            unionpay: false,
            outside: false,
            printer: false,
            pcsc: false,
            time: None,
            signage: None,
            switches: false,
            sound: None,
        }
    }

    /// The till and what it needs, without a screen.
    pub fn till(state: impl Into<PathBuf>) -> Self {
        Self { shell: false, inference: false, sense: None, admin: false, ..Self::all(state) }
    }
}

/// The room's devices; both are off by default.
#[derive(Clone, Debug)]
pub struct Senses {
    /// `off`, `any`, a device, or `gst:` and a description.
    pub camera: String,
    /// The same.
    pub microphone: String,
}

impl Default for Senses {
    fn default() -> Self {
        Self { camera: "off".to_owned(), microphone: "off".to_owned() }
    }
}

/// The running suite. Drop it and everything is killed; [`Suite::stop`] ends it politely.
#[derive(Debug)]
pub struct Suite {
    /// What it was started from.
    pub parts: Parts,
    /// Sockets and FIFOs: short paths, gone with the suite.
    _sockets: tempfile::TempDir,
    /// Held as long as the suite runs: two suites in one folder would be two tills with one ledger.
    _lock: File,
    /// The private bus.
    pub bus: Bus,
    /// Our own connection to it.
    pub connection: Connection,
    /// The channels.
    pub sandbox: Sandbox,
    /// The card reader.
    pub reader: CardReader,
    /// The reader of the PC/SC service that the till uses in its place; none where left out.
    pub pcsc: Option<PcscReader>,
    /// The scanner gun.
    pub gun: Gun,
    /// The receipt printer; none where left out.
    pub printer: Option<ReceiptPrinter>,
    /// The till; none while a test has killed it.
    pub kiosk: Option<Running>,
    /// Recognition; none where left out or killed.
    pub inference: Option<Running>,
    /// Camera and microphone; none where left out or killed.
    pub sense: Option<Running>,
    /// The page that tells how the unit is; none where left out or killed.
    pub admin: Option<Running>,
    /// The shell; none where left out or killed.
    pub shell: Option<Running>,
    /// The panel's fingers.
    pub fingers: Fingers,
    touch: String,
    /// The switches; none where left out.
    pub switches: Option<Switches>,
    switch_flags: Vec<String>,
    /// Where the till's front listens; none where the till has none.
    pub front: Option<String>,
}

impl Suite {
    /// Starts everything in `parts`, in the order in which one needs the other.
    pub async fn start(parts: Parts) -> Result<Self> {
        let logs = parts.state.join("logs");
        std::fs::create_dir_all(&logs).with_context(|| format!("{} cannot be made", logs.display()))?;
        let lock = take_folder(&parts)?;
        let dir = tempfile::Builder::new().prefix("dais-").tempdir()?;
        let bus = Bus::start(&source_tree(), dir.path(), &logs).await?;
        let connection = bus.connect().await?;
        let sandbox = Sandbox::start(&programs()?, &parts.state, &logs, parts.port).await?;
        let reader = CardReader::start(&programs()?, dir.path(), &logs).await?;
        let pcsc = match parts.pcsc {
            true => Some(PcscReader::start(&programs()?, dir.path()).await?),
            false => None,
        };
        let gun = Gun::start(&programs()?, dir.path(), &logs).await?;
        let printer = match parts.printer {
            true => {
                let pictures = parts.state.join("receipts");
                Some(ReceiptPrinter::start(&programs()?, dir.path(), &pictures, &logs).await?)
            }
            false => None,
        };
        let (fingers, touch) = Fingers::make(dir.path(), parts.size)?;
        let (switches, switch_flags) = match parts.switches {
            true => {
                let (switches, flags) = Switches::make(dir.path())?;
                (Some(switches), flags.to_vec())
            }
            false => (None, Vec::new()),
        };
        let front = match parts.outside {
            true => Some(format!("127.0.0.1:{}", free_port()?)),
            false => None,
        };
        let mut suite = Self {
            parts,
            _sockets: dir,
            _lock: lock,
            bus,
            connection,
            sandbox,
            reader,
            pcsc,
            gun,
            printer,
            kiosk: None,
            inference: None,
            sense: None,
            admin: None,
            shell: None,
            fingers,
            touch,
            switches,
            switch_flags,
            front,
        };
        suite.start_kiosk().await?;
        if suite.parts.inference {
            suite.start_inference().await?;
        }
        if suite.parts.sense.is_some() {
            suite.start_sense().await?;
        }
        if suite.parts.admin {
            suite.start_admin().await?;
        }
        if suite.parts.shell {
            suite.start_shell().await?;
        }
        Ok(suite)
    }

    /// Where the logs lie.
    pub fn logs(&self) -> PathBuf {
        self.parts.state.join("logs")
    }

    /// What a person sees and touches.
    pub async fn screen(&self) -> Result<Screen> {
        Screen::new(&self.connection).await
    }

    /// Ends everything politely, last started first; every part must end well.
    pub async fn stop(self) -> Result<()> {
        for part in [self.shell, self.admin, self.sense, self.inference, self.kiosk].into_iter().flatten() {
            part.stop().await?;
        }
        self.gun.stop().await?;
        self.reader.stop().await?;
        if let Some(printer) = self.printer {
            printer.stop().await?;
        }
        self.sandbox.stop().await?;
        drop(self.connection);
        self.bus.stop().await
    }
}

/// Takes the state folder for ourselves, without an earlier unit's enrolment where this one is new.
fn take_folder(parts: &Parts) -> Result<File> {
    let lock = lock(&parts.state)?;
    if parts.first_start {
        forget_setup(&parts.state)?;
    }
    Ok(lock)
}

/// A unit that was never set up has nothing of an earlier one's enrolment.
fn forget_setup(state: &Path) -> Result<()> {
    for path in ["admin", "shell/enrolled.toml"].map(|name| state.join(name)) {
        let gone = if path.is_dir() { std::fs::remove_dir_all(&path) } else { std::fs::remove_file(&path) };
        match gone {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(error).with_context(|| format!("{} cannot be removed", path.display()));
            }
            _ => {}
        }
    }
    Ok(())
}

/// Takes a state folder for ourselves; the kernel gives it back when we end in whatever way.
fn lock(state: &Path) -> Result<File> {
    let file = File::create(state.join("lock"))?;
    flock(&file, FlockOperation::NonBlockingLockExclusive).ok().with_context(|| {
        format!(
            "another suite runs in {}; end it, or give this one another folder with --state",
            state.display()
        )
    })?;
    Ok(file)
}

/// The source tree that this suite was built from.
pub fn source_tree() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).unwrap_or(here).to_owned()
}

/// Where the built programs lie: beside this one, or one folder up for a test.
pub fn programs() -> Result<PathBuf> {
    let ourselves = std::env::current_exe()?;
    let dir = ourselves.parent().context("this program has no folder")?;
    let dir = if dir.ends_with("deps") { dir.parent().context("deps has no parent")? } else { dir };
    Ok(dir.to_owned())
}
