//! The printer's thread: it alone has the printer and the spool.

use std::sync::Arc;
use std::sync::mpsc::RecvTimeoutError;
use std::time::{Duration, Instant};

use api::kiosk::Notice;
use api::receipts::{DrawerState, PrinterState, ReceiptState};
use printer::escpos::Pin;
use printer::receipt::test_page;
use printer::{Fonts, Job, Limits, Outcome, Paper, Printer, Status, Trouble, Why};
use tokio::sync::{oneshot, watch};

use super::compose::{local, receipt};
use super::spool::{Spool, SpoolError};
use super::{DrawerSwitch, Inbox, Letter, NoReceipt, ReceiptPrinter, Standing, TestPage};
use crate::run::Clock;
use crate::till::Menu;

/// Longest wait for a letter, so that a stop is noticed.
const LOOK: Duration = Duration::from_millis(200);
/// How often an idle printer is asked how it is: a cover that was closed is noticed before the payer has walked away.
const ASK_AGAIN: Duration = Duration::from_secs(3);
/// Receipts whose payers may still stand before the screen.
const NOTICES: u32 = 4;

/// What a thread does with a printer until it is told to stop.
pub(crate) struct Work {
    own: ReceiptPrinter,
    printer: Printer,
    desk: WorkDesk,
    inbox: Inbox,
    fonts: Option<Arc<Fonts>>,
}

/// All but the printer itself, so that letters are answered while it prints.
struct WorkDesk {
    spool: Spool,
    menu: Menu,
    clock: Clock,
    tell: watch::Sender<Standing>,
    own: ReceiptPrinter,
}

/// A letter that needs the printer.
enum Task {
    Test(oneshot::Sender<Result<TestPage, NoReceipt>>),
    OpenDrawer(oneshot::Sender<Result<(), NoReceipt>>),
}

impl Work {
    pub(super) fn new(
        own: ReceiptPrinter,
        spool: Spool,
        fonts: Option<Arc<Fonts>>,
        menu: Menu,
        clock: Clock,
        tell: watch::Sender<Standing>,
        inbox: Inbox,
    ) -> Self {
        let printer = Printer::new(own.place.clone(), Limits::default()).proving_by(own.config.proof.into());
        let desk = WorkDesk { spool, menu, clock, tell, own: own.clone() };
        Self { own, printer, desk, inbox, fonts }
    }

    /// Prints what comes, while `goes_on`; `there` hears whether the printer answers.
    ///
    /// # Errors
    /// The spool fails. Nothing is printed then: what was begun could not be written down.
    pub(crate) fn run(
        mut self,
        goes_on: &mut dyn FnMut() -> bool,
        there: &mut dyn FnMut(bool),
    ) -> Result<(), SpoolError> {
        let mut asked: Option<Instant> = None;
        while goes_on() {
            if asked.is_none_or(|at| at.elapsed() >= ASK_AGAIN) {
                self.ask(there)?;
                asked = Some(Instant::now());
            }
            while self.well()
                && let Some(next) = self.desk.spool.next(self.desk.now())?
            {
                self.print(&next, goes_on)?;
                self.tell(there)?;
                if !goes_on() {
                    return Ok(());
                }
            }
            match self.inbox.recv_timeout(LOOK) {
                Ok(letter) => {
                    if let Some(task) = self.desk.take(letter)? {
                        self.perform(task, goes_on)?;
                    }
                    self.tell(there)?;
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return Ok(()),
            }
        }
        Ok(())
    }

    /// Whether it answered and nothing keeps it from printing.
    fn well(&self) -> bool {
        self.printer.status().is_some_and(|status| status.trouble().is_none())
    }

    fn ask(&mut self, there: &mut dyn FnMut(bool)) -> Result<(), SpoolError> {
        let before = self.printer.status().is_some();
        if let Err(error) = self.printer.ask()
            && before
        {
            tracing::warn!(%error, "receipt printer");
        }
        self.tell(there)
    }

    /// Publishes how all of it stands.
    fn tell(&mut self, there: &mut dyn FnMut(bool)) -> Result<(), SpoolError> {
        for mark in self.printer.take_late() {
            if self.desk.spool.proved(mark, self.desk.now())? {
                tracing::info!("a receipt that was in doubt is proved");
            }
        }
        there(self.printer.status().is_some());
        self.desk.tell(self.printer.status())
    }

    fn print(
        &mut self,
        next: &printer::Receipt,
        goes_on: &mut dyn FnMut() -> bool,
    ) -> Result<(), SpoolError> {
        let mark = self.desk.spool.begin(&next.order, self.desk.now())?;
        let job = Job::rows(&next.rows(), self.own.config.width, letters(self.fonts.as_deref()), mark);
        let outcome = self.send(&job, goes_on)?;
        let state = match outcome {
            Outcome::Printed => ReceiptState::Printed,
            Outcome::NotBegun(_) => ReceiptState::Waiting,
            Outcome::Unproved(Why::NoProof) => ReceiptState::Handed,
            Outcome::Unproved(_) => ReceiptState::Unproved,
        };
        if let Outcome::Unproved(why) = outcome
            && why != Why::NoProof
        {
            tracing::warn!(%why, "a receipt is in doubt");
        }
        self.desk.spool.ended(&next.order, state, self.desk.now())
    }

    /// Sends a job; letters are answered meanwhile.
    fn send(&mut self, job: &Job, goes_on: &mut dyn FnMut() -> bool) -> Result<Outcome, SpoolError> {
        let (desk, inbox) = (&mut self.desk, &self.inbox);
        let mut failed = None;
        let mut told = None;
        let outcome = self.printer.print(job, &mut |status| {
            let mut look = || -> Result<(), SpoolError> {
                while let Ok(letter) = inbox.try_recv() {
                    if let Some(task) = desk.take(letter)? {
                        task.refuse(busy(status));
                    }
                }
                if told != Some(status) {
                    told = Some(status);
                    desk.tell(Some(status))?;
                }
                Ok(())
            };
            if let Err(error) = look() {
                failed.get_or_insert(error);
            }
            failed.is_none() && goes_on()
        });
        match failed {
            Some(error) => Err(error),
            None => Ok(outcome),
        }
    }

    fn perform(&mut self, task: Task, goes_on: &mut dyn FnMut() -> bool) -> Result<(), SpoolError> {
        match task {
            Task::Test(reply) => {
                let said = self.test(goes_on)?;
                answer(reply, said);
            }
            Task::OpenDrawer(reply) => {
                let mark = self.desk.spool.mark()?;
                let outcome = self.send(&Job::kick(Pin::Two, mark), goes_on)?;
                answer(reply, told(outcome));
                // What the drawer's switch says after the kick.
                if let Err(error) = self.printer.ask() {
                    tracing::debug!(%error, "receipt printer");
                }
            }
        }
        Ok(())
    }

    /// Prints a test page.
    fn test(&mut self, goes_on: &mut dyn FnMut() -> bool) -> Result<Result<TestPage, NoReceipt>, SpoolError> {
        let mark = self.desk.spool.mark()?;
        let rows = test_page(&self.own.config.shop, self.own.config.width, &local(self.desk.now()));
        let job = Job::rows(&rows, self.own.config.width, letters(self.fonts.as_deref()), mark);
        let said = told(self.send(&job, goes_on)?);
        Ok(said.map(|()| if self.printer.proves() { TestPage::Proved } else { TestPage::Handed }))
    }
}

impl WorkDesk {
    fn now(&self) -> u64 {
        (self.clock)()
    }

    /// Does what needs no printer, and hands back what does.
    fn take(&mut self, letter: Letter) -> Result<Option<Task>, SpoolError> {
        let now = self.now();
        match letter {
            Letter::Paid(slip) => {
                let receipt = receipt(&slip, &self.menu, &self.own.config);
                self.spool.paid(&receipt, slip.view.paid_ms, now)?;
            }
            Letter::Asked(slip, reply) => {
                let receipt = receipt(&slip, &self.menu, &self.own.config);
                self.spool.paid(&receipt, slip.view.paid_ms, now)?;
                answer(reply, Ok(()));
            }
            Letter::Reprint(slip, reply) => {
                let receipt = receipt(&slip, &self.menu, &self.own.config);
                self.spool.reprint(&receipt, slip.view.paid_ms, now)?;
                answer(reply, Ok(()));
            }
            Letter::List(limit, reply) => {
                let found = self.spool.newest(limit)?;
                answer(reply, Ok(found));
            }
            Letter::OpenDrawer(reply) if self.own.config.drawer == DrawerSwitch::None => {
                answer(reply, Err(NoReceipt::NoDrawer));
            }
            Letter::Test(reply) => return Ok(Some(Task::Test(reply))),
            Letter::OpenDrawer(reply) => return Ok(Some(Task::OpenDrawer(reply))),
        }
        Ok(None)
    }

    fn tell(&self, status: Option<Status>) -> Result<(), SpoolError> {
        let counts = self.spool.counts()?;
        let printer = printer_state(status);
        let drawer = match (status, self.own.config.drawer) {
            (_, DrawerSwitch::None) => DrawerState::Absent,
            (None, _) => DrawerState::Unknown,
            (Some(status), switch) if status.switch_high == (switch == DrawerSwitch::OpenHigh) => {
                DrawerState::Open
            }
            (Some(_), _) => DrawerState::Closed,
        };
        let newest = self.spool.newest(NOTICES)?;
        let notices = newest
            .into_iter()
            .filter_map(|entry| Some((entry.payment, notice(entry.state, printer)?)))
            .collect();
        let standing =
            Standing { printer, drawer, waiting: counts.waiting, in_doubt: counts.in_doubt, notices };
        self.tell.send_if_modified(|told| std::mem::replace(told, standing.clone()) != standing);
        Ok(())
    }
}

impl Task {
    fn refuse(self, why: NoReceipt) {
        match self {
            Self::Test(reply) => answer(reply, Err(why)),
            Self::OpenDrawer(reply) => answer(reply, Err(why)),
        }
    }
}

fn letters(fonts: Option<&Fonts>) -> printer::Letters<'_> {
    fonts.map_or(printer::Letters::Own, printer::Letters::Drawn)
}

/// Why something that is asked for while the printer prints is refused.
fn busy(status: Status) -> NoReceipt {
    NoReceipt::Printer(match status.trouble() {
        Some(trouble) => trouble.to_string(),
        None => "the printer is printing; ask again".to_owned(),
    })
}

fn told(outcome: Outcome) -> Result<(), NoReceipt> {
    match outcome {
        Outcome::Printed | Outcome::Unproved(Why::NoProof) => Ok(()),
        Outcome::NotBegun(why) | Outcome::Unproved(why) => Err(NoReceipt::Printer(why.to_string())),
    }
}

fn answer<T>(reply: oneshot::Sender<T>, said: T) {
    if reply.send(said).is_err() {
        tracing::debug!("nobody waits for the printer's answer any more");
    }
}

/// How the printer is, as the bus has it.
fn printer_state(status: Option<Status>) -> PrinterState {
    let Some(status) = status else { return PrinterState::Away };
    match (status.trouble(), status.paper) {
        (Some(Trouble::PaperOut), _) => PrinterState::NoPaper,
        (Some(Trouble::CoverOpen), _) => PrinterState::CoverOpen,
        (Some(_), _) => PrinterState::Fault,
        (None, Paper::Low) => PrinterState::PaperLow,
        (None, _) => PrinterState::Ready,
    }
}

/// What the payer should be told; nothing while all is well.
fn notice(receipt: ReceiptState, printer: PrinterState) -> Option<Notice> {
    match (receipt, printer) {
        (ReceiptState::Waiting | ReceiptState::Printing, PrinterState::NoPaper) => {
            Some(Notice::ReceiptNoPaper)
        }
        (ReceiptState::Waiting | ReceiptState::Printing, PrinterState::CoverOpen) => {
            Some(Notice::ReceiptCoverOpen)
        }
        (ReceiptState::Waiting | ReceiptState::Printing, PrinterState::Fault | PrinterState::Away) => {
            Some(Notice::ReceiptLater)
        }
        (ReceiptState::Unproved | ReceiptState::Late, _) => Some(Notice::ReceiptInDoubt),
        _ => None,
    }
}
