//! Receipts: what was paid is written down before it is printed, and counts as printed only by the printer's own proof.
//!
//! A payment never waits for any of it. A thread of its own ([`Work`]) has the printer and the spool; the bus and the
//! till's screen reach it by a bounded box of letters ([`Desk`]).
//!
//! | module | what |
//! |---|---|
//! | [`compose`] | a paid payment -> a receipt, pure |
//! | [`spool`] | what is to be printed and what became of it, a file beside the ledger |
//! | `feed` | every paid payment reaches the spool, also one that was paid while the power failed |
//! | `work` | the printer's thread |

pub mod compose;
mod feed;
pub mod spool;
mod work;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::time::Duration;

use anyhow::Context;
use api::kiosk::Notice;
use api::receipts::{DrawerState, PrinterState};
use printer::{Fonts, Place, Words};
use serde::Deserialize;
use tokio::sync::{oneshot, watch};

use crate::channel::Channel;
use crate::run::Clock;
use crate::till::{Menu, Money, View};
use spool::{Spool, SpoolError};

pub(crate) use feed::feed;
pub(crate) use work::Work;

/// Letters that may wait for the printer's thread, which looks at them many times a second, also while it prints; more
/// than these means that its disk hangs.
const LETTERS_MAX: usize = 32;

/// How long a receipt waits for a channel that knows what a purse holds: our own accounts, which answer at once.
const LEFT_WITHIN: Duration = Duration::from_secs(2);

/// Whose letters are printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Letters {
    /// Ours, as dots: every printer can.
    #[default]
    Drawn,
    /// The printer's own: faster, for printers that have GBK.
    Own,
}

/// How the printer proves what is on paper.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Proof {
    /// It answers with the receipt's own mark (`GS ( H`).
    #[default]
    Mark,
    /// It knows no marks, and answers in its turn how its paper is (`GS r`).
    Status,
}

impl From<Proof> for printer::Proof {
    fn from(proof: Proof) -> Self {
        match proof {
            Proof::Mark => Self::Mark,
            Proof::Status => Self::Status,
        }
    }
}

/// What hangs on the printer's drawer cable. Which way its switch stands is the drawer's make.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DrawerSwitch {
    /// No drawer.
    #[default]
    None,
    /// A drawer whose switch is high while it is open.
    OpenHigh,
    /// A drawer whose switch is low while it is open.
    OpenLow,
}

/// When receipts are printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum When {
    /// Each, by itself.
    #[default]
    Always,
    /// Those whose payers touch *Print*; the others have theirs as a code, and save paper.
    Asked,
}

/// How receipts look.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ReceiptConfig {
    /// Who sells.
    pub shop: Words,
    /// What stands at the end.
    pub foot: Words,
    /// Dots across the paper: 576 for 80 mm, 384 for 58 mm.
    pub width: u16,
    /// Whose letters.
    pub letters: Letters,
    /// How the printer proves what is on paper.
    pub proof: Proof,
    /// The folder of the typeface.
    pub fonts: PathBuf,
    /// The drawer.
    pub drawer: DrawerSwitch,
    /// When they are printed.
    pub print: When,
    /// Where an order can be looked at; the payment's id is put behind it.
    pub link: Option<String>,
}

impl Default for ReceiptConfig {
    fn default() -> Self {
        Self {
            shop: Words::new("学生食堂", "Student Canteen"),
            foot: Words::new("谢谢惠顾", "Thank you"),
            width: 576,
            letters: Letters::default(),
            proof: Proof::default(),
            fonts: "/usr/share/dais/assets/fonts".into(),
            drawer: DrawerSwitch::default(),
            print: When::default(),
            link: None,
        }
    }
}

/// Narrowest and widest paper in dots.
const WIDTHS: std::ops::RangeInclusive<u16> = 320..=576;

impl ReceiptConfig {
    /// Says what cannot be printed.
    ///
    /// # Errors
    /// Which line is wrong.
    pub fn check(&self) -> anyhow::Result<()> {
        anyhow::ensure!(
            WIDTHS.contains(&self.width) && self.width.is_multiple_of(8),
            "[receipt] width is in dots, a multiple of 8 from 320 to 576: 576 for 80 mm, 384 for 58 mm"
        );
        anyhow::ensure!(!self.shop.zh.is_empty(), "[receipt] shop needs a name in zh");
        Ok(())
    }
}

/// The receipt printer and how its receipts look.
#[derive(Clone, Debug)]
pub struct ReceiptPrinter {
    /// Where it is.
    pub place: Place,
    /// How receipts look.
    pub config: ReceiptConfig,
}

/// Why a receipt or the drawer is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum NoReceipt {
    #[error("this kiosk has no receipt printer: write it into kiosk.toml as printer = \"...\"")]
    NoPrinter,
    #[error("this kiosk has no cash drawer: write it into kiosk.toml as [receipt] drawer = \"...\"")]
    NoDrawer,
    #[error("receipts cannot be written down; look at the disk, then start the till again")]
    NoSpool,
    #[error("only a paid payment has a receipt")]
    NotPaid,
    /// The printer's own word.
    #[error("{0}")]
    Printer(String),
}

/// What came of a test page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TestPage {
    /// The printer says that it is on paper.
    Proved,
    /// CUPS has it.
    Handed,
}

/// What a receipt is made of.
#[derive(Clone, Debug)]
pub(crate) struct Slip {
    /// The payment.
    pub(crate) view: View,
    /// What the card's purse held after it.
    pub(crate) left: Option<Money>,
}

/// A letter to the printer's thread.
pub(crate) enum Letter {
    /// It was paid; printed once.
    Paid(Box<Slip>),
    /// Its payer wants it on paper; printed once, however often it is touched.
    Asked(Box<Slip>, oneshot::Sender<Result<(), NoReceipt>>),
    /// Staff want it once more.
    Reprint(Box<Slip>, oneshot::Sender<Result<(), NoReceipt>>),
    /// A test page.
    Test(oneshot::Sender<Result<TestPage, NoReceipt>>),
    /// Kick the drawer open.
    OpenDrawer(oneshot::Sender<Result<(), NoReceipt>>),
    /// What became of the newest receipts.
    List(u32, oneshot::Sender<Result<Vec<spool::Entry>, NoReceipt>>),
}

/// What others may know of the printer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Standing {
    /// How it is.
    pub(crate) printer: PrinterState,
    /// The drawer.
    pub(crate) drawer: DrawerState,
    /// Receipts that wait to be printed.
    pub(crate) waiting: u32,
    /// Receipts that staff must look at.
    pub(crate) in_doubt: u32,
    /// What payers of the newest receipts should be told, by payment.
    pub(crate) notices: Vec<(String, Notice)>,
}

impl Standing {
    fn absent() -> Self {
        Self {
            printer: PrinterState::Absent,
            drawer: DrawerState::Absent,
            waiting: 0,
            in_doubt: 0,
            notices: Vec::new(),
        }
    }

    /// What the payer of this payment should be told.
    pub(crate) fn notice(&self, id: &str) -> Option<Notice> {
        self.notices.iter().find(|(of, _)| of == id).map(|(_, notice)| *notice)
    }
}

/// The way to the printer's thread.
#[derive(Clone)]
pub(crate) struct Desk {
    letters: Option<SyncSender<Letter>>,
    standing: watch::Receiver<Standing>,
    /// Why nothing is printed although a printer is configured.
    broken: bool,
    when: When,
    channels: Vec<Arc<dyn Channel>>,
}

impl Desk {
    /// The printer of this kiosk, where there is one: the desk, and the work for its thread. A spool that cannot be
    /// opened is told and nothing is printed; the till sells on.
    pub(crate) fn open(
        printer: &Option<ReceiptPrinter>,
        ledger: &Path,
        menu: Menu,
        clock: Clock,
        channels: &[Arc<dyn Channel>],
    ) -> (Self, Option<Work>) {
        let (tell, standing) = watch::channel(Standing::absent());
        let when = printer.as_ref().map_or(When::default(), |printer| printer.config.print);
        let channels = channels.to_vec();
        let desk = |letters, standing, broken| Self { letters, standing, broken, when, channels };
        let Some(printer) = printer else { return (desk(None, standing, false), None) };
        tell.send_modify(|standing| standing.printer = PrinterState::Away);
        match prepare(printer, ledger, clock()) {
            Ok((spool, fonts)) => {
                let (letters, inbox) = sync_channel(LETTERS_MAX);
                let work = Work::new(printer.clone(), spool, fonts, menu, clock, tell, inbox);
                (desk(Some(letters), standing, false), Some(work))
            }
            Err(error) => {
                tracing::error!("no receipts are printed: {error:#}");
                (desk(None, standing, true), None)
            }
        }
    }

    /// Whether receipts are printed for those who ask, and there is a printer for it.
    pub(crate) fn asks(&self) -> bool {
        self.when == When::Asked && self.letters.is_some()
    }

    /// What a payment's receipt is made of. Where the channel does not say in time what a purse holds, that is left out.
    pub(crate) async fn slip(&self, view: View) -> Box<Slip> {
        let channel = self.channels.iter().find(|channel| Some(channel.kind()) == view.paid_by);
        let left = match (channel, &view.paid_number) {
            (Some(channel), Some(number)) => {
                tokio::time::timeout(LEFT_WITHIN, channel.left(number)).await.unwrap_or_default()
            }
            _ => None,
        };
        Box::new(Slip { view, left })
    }

    pub(crate) fn standing(&self) -> watch::Receiver<Standing> {
        self.standing.clone()
    }

    /// Puts a letter into the box; false where it is full or nobody reads it.
    fn put(&self, letter: Letter) -> bool {
        self.letters.as_ref().is_some_and(|letters| match letters.try_send(letter) {
            Ok(()) => true,
            Err(TrySendError::Full(_) | TrySendError::Disconnected(_)) => false,
        })
    }

    /// Asks the thread, and waits for its answer.
    pub(crate) async fn ask<T>(
        &self,
        letter: impl FnOnce(oneshot::Sender<Result<T, NoReceipt>>) -> Letter,
    ) -> Result<T, NoReceipt> {
        if self.letters.is_none() {
            return Err(if self.broken { NoReceipt::NoSpool } else { NoReceipt::NoPrinter });
        }
        let busy = || NoReceipt::Printer("the printer is busy; ask again".to_owned());
        let (reply, answer) = oneshot::channel();
        if !self.put(letter(reply)) {
            return Err(busy());
        }
        answer.await.map_err(|_ended| busy())?
    }
}

/// What the thread needs before anything can be printed.
fn prepare(
    printer: &ReceiptPrinter,
    ledger: &Path,
    now_ms: u64,
) -> anyhow::Result<(Spool, Option<Arc<Fonts>>)> {
    let file = ledger.with_file_name("receipts.sqlite");
    let spool = Spool::open(&file, now_ms)
        .map_err(|error: SpoolError| anyhow::Error::new(error))
        .with_context(|| format!("{} cannot be used", file.display()))?;
    let fonts = match printer.config.letters {
        Letters::Drawn => Some(Arc::new(Fonts::load(&printer.config.fonts).context("[receipt] fonts")?)),
        Letters::Own => None,
    };
    Ok((spool, fonts))
}

/// Letters for the thread, as it takes them.
type Inbox = Receiver<Letter>;
