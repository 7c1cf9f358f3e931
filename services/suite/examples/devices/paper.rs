//! A receipt printer on USB, plugged in and out: the gadget's bytes go through the emulated printer's strict parser, the
//! host's through its own printer driver and ours.

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

use anyhow::{Context, Result, bail};
use printer::escpos::Pin;
use printer::fake::machine::Machine;
use printer::receipt::Line;
use printer::{
    Job, Letters, Limits, LineError, Mark, Outcome, Place, Printer, PrinterError, Receipt, Why, Words,
};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::OFlags;

use crate::flat::Flat;
use crate::gadget::{About, Gadget};
use crate::{PATIENCE, until};

/// The host's end, and the printer's.
const HOST: &str = "/dev/usb/lp0";
const NODE: &str = "/dev/g_printer0";
/// Paper of 80 mm, in dots.
const WIDTH: u16 = 576;
/// How often the emulated printer looks whether it has been switched off.
const LOOK: Timespec = Timespec { tv_sec: 0, tv_nsec: 5_000_000 };

/// Plugs a printer in and out. Each time one receipt is printed and proved and the drawer kicked once, and then the printer
/// is pulled out before it has proved the next.
pub(crate) fn cycles(cycles: usize) -> Result<String> {
    let gadget = Gadget::new(&About {
        vendor: 0x04b8,
        product: 0x0202,
        name: "Receipt printer",
        function: "printer.0",
        settings: vec![
            ("q_len", b"10".to_vec()),
            ("pnp_string", b"MFG:Dais;CMD:ESC/POS;CLS:PRINTER;".to_vec()),
        ],
    })?;
    let limits = Limits { answer: PATIENCE, progress: PATIENCE, ..Limits::default() };
    let mut printer = Printer::new(HOST.parse::<Place>()?, limits);
    let mut flat = Flat::default();
    missing(&mut printer)?;
    for cycle in 0..cycles {
        gadget.plug()?;
        visit(&gadget, &mut printer, u32::try_from(cycle)?).with_context(|| format!("cycle {cycle}"))?;
        flat.cycle()?;
    }
    flat.verdict()
}

fn visit(gadget: &Gadget, printer: &mut Printer, cycle: u32) -> Result<()> {
    let brain = Brain::start()?;
    until(HOST, || std::fs::exists(HOST).ok().filter(|there| *there))?;
    printer.ask().context("asked how it is")?;
    let marks = [0, 1, 2].map(|job| Mark::numbered(3 * cycle + job));
    let order = format!("lunch-{cycle}");
    let job = Job::rows(&receipt(&order).rows(), WIDTH, Letters::Own, marks[0]);
    for job in [job, Job::kick(Pin::Two, marks[1])] {
        match printer.print(&job, &mut |_| true) {
            Outcome::Printed => {}
            other => bail!("{other:?} for {job:?}; the printer: {:?}", brain.machine().failure()),
        }
    }
    brain.printed(&order, marks[0])?;
    // From here on it prints, and proves nothing.
    brain.machine().change(|health| health.markless = true);
    let (mut brain, mut unplugged) = (Some(brain), Ok(()));
    let job = Job::rows(&receipt("torn").rows(), WIDTH, Letters::Own, marks[2]);
    let outcome = printer.print(&job, &mut |_| {
        if brain.as_ref().is_some_and(|brain| brain.machine().sheets().len() == 2) {
            // Its end of the line is closed before it is pulled, as it is when a printer's power goes.
            brain = None;
            unplugged = gadget.unplug();
        }
        true
    });
    unplugged?;
    if brain.is_some() || outcome != Outcome::Unproved(Why::Lost) {
        bail!("{outcome:?} when the printer was pulled out");
    }
    missing(printer)
}

/// A printer that is not there is told by name.
fn missing(printer: &mut Printer) -> Result<()> {
    // While the kernel takes its node away it can still be opened, and then the line breaks.
    let answer = until("the printer's end", || {
        Some(printer.ask()).filter(|answer| !matches!(answer, Err(PrinterError::Printing(Why::Lost))))
    })?;
    match answer {
        Err(PrinterError::Line(LineError::Missing(path))) if path.as_os_str() == HOST => Ok(()),
        other => bail!("{other:?} of a printer that is not plugged in"),
    }
}

fn receipt(order: &str) -> Receipt {
    let name = Words::new("红烧牛肉面", "Braised beef noodles");
    let (price, amount) = ("¥18.00".to_owned(), "¥18.00".to_owned());
    Receipt {
        shop: Words::new("第一学生食堂", "Student Canteen No. 1"),
        lines: vec![Line { name, quantity: 1, price, amount }],
        total: "¥18.00".to_owned(),
        order: order.to_owned(),
        link: Some(format!("https://pay.example.edu/o/{order}")),
        ..Receipt::default()
    }
}

/// What makes the gadget a printer: a thread between its node and an emulated printer.
struct Brain {
    machine: Arc<Mutex<Machine>>,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Brain {
    /// Switches a new one on, once the gadget's node is there.
    fn start() -> Result<Self> {
        let flags = OFlags::NONBLOCK.bits().cast_signed();
        let node =
            until(NODE, || OpenOptions::new().read(true).write(true).custom_flags(flags).open(NODE).ok())?;
        let machine = Arc::new(Mutex::new(Machine::new(WIDTH, None)));
        let stop = Arc::new(AtomicBool::new(false));
        let thread = std::thread::spawn({
            let (machine, stop) = (machine.clone(), stop.clone());
            move || serve(node, &machine, &stop)
        });
        Ok(Self { machine, stop, thread: Some(thread) })
    }

    fn machine(&self) -> MutexGuard<'_, Machine> {
        self.machine.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// One receipt, proved and cut, and one kick of the drawer.
    fn printed(&self, order: &str, mark: Mark) -> Result<()> {
        let machine = self.machine();
        let ([sheet], 1, None) = (machine.sheets(), machine.kicks(), machine.failure()) else {
            bail!("{} sheets, {} kicks, {:?}", machine.sheets().len(), machine.kicks(), machine.failure());
        };
        if !sheet.cut || sheet.marks != [mark.bytes()] || !sheet.text.contains(order) {
            bail!("printed {:?}, marks {:?}, cut {}", sheet.text, sheet.marks, sheet.cut);
        }
        Ok(())
    }
}

impl Drop for Brain {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        // One that panicked has answered nothing, which fails the check that waits for its answer.
        drop(self.thread.take().map(JoinHandle::join));
    }
}

fn serve(mut node: File, machine: &Mutex<Machine>, stop: &AtomicBool) {
    let mut bytes = [0; 512];
    while !stop.load(Ordering::Relaxed) {
        if poll(&mut [PollFd::new(&node, PollFlags::IN)], Some(&LOOK)).is_err() {
            return;
        }
        let count = match node.read(&mut bytes) {
            Ok(count) => count,
            Err(error) if error.kind() == ErrorKind::WouldBlock => 0,
            Err(_) => return,
        };
        let answers = machine.lock().unwrap_or_else(PoisonError::into_inner).receive(&bytes[..count]);
        if !answers.is_empty() && node.write_all(&answers).is_err() {
            return;
        }
    }
}
