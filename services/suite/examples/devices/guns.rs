//! Scanner guns on USB in their three ways, plugged in and out below one [`Scanner`] that stays.

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use rustix::fs::OFlags;
use rustix::termios::{OptionalActions, isatty, tcgetattr, tcsetattr};
use scanner::fake::reports;
use scanner::{Missing, Presents, Scanner, ScannerError, Source};

use crate::flat::Flat;
use crate::gadget::{About, Gadget};
use crate::{PATIENCE, until};

/// How long the scanner listens before it is asked again whether it is ready.
const LISTEN: Duration = Duration::from_millis(20);
/// What a gun sent arrives within a thousandth of this.
const REST: Duration = Duration::from_secs(2);
/// So often in a row no machine is that busy.
const TORN_MAX: usize = 5;
/// The symbology that a HID POS gun tells: QR Code.
const QR: [u8; 3] = *b"]Q1";
/// Bytes that a serial gun sends at a time.
const CHUNK: usize = 7;

/// One kind of gun.
struct Gun {
    about: About,
    presents: Presents,
    /// As a line of the configuration names it.
    source: &'static str,
    /// The gun's own end.
    node: &'static str,
    /// Characters of its codes.
    length: usize,
    /// What it sends of a code, a write each.
    pieces: fn(&[u8]) -> Vec<Vec<u8>>,
}

fn keyboard() -> Gun {
    let settings = vec![
        ("protocol", b"1".to_vec()),
        ("subclass", b"1".to_vec()),
        ("report_length", b"8".to_vec()),
        ("report_desc", KEYBOARD.to_vec()),
    ];
    Gun {
        about: about(0x013a, "Barcode keyboard", "hid.0", settings),
        presents: Presents::Keyboard,
        source: "auto",
        node: "/dev/hidg0",
        length: 18,
        pieces: strokes,
    }
}

fn hidpos() -> Gun {
    let settings = vec![
        ("protocol", b"0".to_vec()),
        ("subclass", b"0".to_vec()),
        ("report_length", reports::REPORT.to_string().into_bytes()),
        ("report_desc", reports::DESCRIPTOR.to_vec()),
    ];
    Gun {
        about: about(0x013b, "HID POS gun", "hid.0", settings),
        presents: Presents::HidPos,
        source: "auto",
        node: "/dev/hidg0",
        // More than one report holds.
        length: reports::DATA + 18,
        pieces: |code| reports::reports(code, QR),
    }
}

fn serial() -> Gun {
    Gun {
        about: about(0x0139, "Serial gun", "acm.0", Vec::new()),
        presents: Presents::Serial,
        source: "/dev/ttyACM0",
        node: "/dev/ttyGS0",
        length: 18,
        pieces: |code| [code, b"\r"].concat().chunks(CHUNK).map(<[u8]>::to_vec).collect(),
    }
}

/// A gun of Access IS, who make all three kinds.
fn about(
    product: u16,
    name: &'static str,
    function: &'static str,
    settings: Vec<(&'static str, Vec<u8>)>,
) -> About {
    About { vendor: 0x0db5, product, name, function, settings }
}

/// Plugs a gun in and out. Each time one code arrives as it was sent and nothing else does, and then the gun is pulled out
/// in the middle of the next.
pub(crate) fn cycles(name: &str, cycles: usize) -> Result<String> {
    let gun = match name {
        "keyboard" => keyboard(),
        "hidpos" => hidpos(),
        "serial" => serial(),
        _ => bail!("{name} is no gun"),
    };
    let gadget = Gadget::new(&gun.about)?;
    let source = Source::parse(gun.source)?;
    let mut scanner = Scanner::start(&source);
    let mut flat = Flat::default();
    let mut torn = 0;
    for cycle in 0..cycles {
        gadget.plug()?;
        torn +=
            visit(&gun, &gadget, &source, &mut scanner, cycle).with_context(|| format!("cycle {cycle}"))?;
        flat.cycle()?;
    }
    Ok(format!("{}, {torn} codes torn and scanned again", flat.verdict()?))
}

/// One plugging in and out; how often the code had to be scanned again.
fn visit(gun: &Gun, gadget: &Gadget, source: &Source, scanner: &mut Scanner, cycle: usize) -> Result<usize> {
    ready(scanner)?;
    let place = held(gun, source)?;
    let witness = Witness::of(gun, &place)?;
    let code = format!("28{cycle:0width$}Q", width = gun.length - 3);
    let pieces = (gun.pieces)(code.as_bytes());
    let mut torn = 0;
    while !scan(gun, scanner, &code, &pieces)? {
        torn += 1;
        if torn == TORN_MAX {
            bail!("{code} was torn {TORN_MAX} times in a row");
        }
    }
    witness.saw_nothing()?;
    write(gun.node, &pieces[..pieces.len() / 2])?;
    gadget.unplug()?;
    pulled_out(scanner)?;
    let gone = Source::parse(&place.display().to_string())?;
    match scanner::check(&gone) {
        Err(ScannerError::Missing(Missing::Unplugged)) => Ok(torn),
        other => bail!("{other:?} of a gun that is gone"),
    }
}

/// Scans a code, which arrives as it was sent; false where the machine was so busy that the gun stood still in the middle
/// of it, and the driver says so: of a keyboard that stands still the kernel even repeats the key.
fn scan(gun: &Gun, scanner: &mut Scanner, code: &str, pieces: &[Vec<u8>]) -> Result<bool> {
    let (node, sent) = (gun.node, pieces.to_vec());
    let sending = std::thread::spawn(move || write(node, &sent));
    let heard = scanner.next(Instant::now() + PATIENCE);
    sending.join().map_err(|_| anyhow::anyhow!("the gun panicked"))??;
    match heard {
        Ok(Some(heard)) if heard.reveal() == code.as_bytes() => Ok(true),
        Ok(Some(heard)) => bail!("{:?} instead of {code}", heard.reveal_text()),
        Ok(None) => bail!("{code} was scanned, and nothing came"),
        Err(ScannerError::Unread(_)) => {
            rest(scanner)?;
            Ok(false)
        }
        Err(error) => Err(error.into()),
    }
}

/// What still comes of a torn code is no code either.
fn rest(scanner: &mut Scanner) -> Result<()> {
    loop {
        match scanner.next(Instant::now() + REST) {
            Ok(None) => return Ok(()),
            Err(ScannerError::Unread(_)) => {}
            other => bail!("{other:?} after a torn code"),
        }
    }
}

/// Waits until the gun is open and its line quiet.
fn ready(scanner: &mut Scanner) -> Result<()> {
    let end = Instant::now() + PATIENCE;
    while !scanner.is_ready() {
        match scanner.next(Instant::now() + LISTEN) {
            Ok(None) | Err(ScannerError::Missing(Missing::Unplugged)) if Instant::now() < end => {}
            other => bail!("{other:?} of a gun that was plugged in"),
        }
    }
    Ok(())
}

/// The self-test finds the gun, as what it is and in the till's hands.
fn held(gun: &Gun, source: &Source) -> Result<PathBuf> {
    let report = scanner::check(source)?;
    let found = report.found.iter().find(|found| found.presents == gun.presents && found.known);
    let found = found.with_context(|| format!("the self-test found {report:?}"))?;
    if (found.vendor, found.product, found.opens)
        != (gun.about.vendor, gun.about.product, Err(Missing::InUse))
    {
        bail!("the self-test found {found:?}");
    }
    Ok(found.place.clone())
}

/// Nothing of half a code is told, and then that the gun is gone.
fn pulled_out(scanner: &mut Scanner) -> Result<()> {
    let end = Instant::now() + PATIENCE;
    loop {
        match scanner.next(end) {
            Err(ScannerError::Missing(Missing::Unplugged)) => return Ok(()),
            Err(ScannerError::Unread(_)) => {}
            other => bail!("{other:?} when the gun was pulled out"),
        }
    }
}

fn write(node: &str, pieces: &[Vec<u8>]) -> Result<()> {
    let mut file = until(node, || {
        let flags = OFlags::NOCTTY.bits().cast_signed();
        OpenOptions::new().read(true).write(true).custom_flags(flags).open(node).ok()
    })?;
    if isatty(&file) {
        let mut settings = tcgetattr(&file)?;
        settings.make_raw();
        tcsetattr(&file, OptionalActions::Now, &settings)?;
    }
    for piece in pieces {
        file.write_all(piece).with_context(|| node.to_owned())?;
    }
    Ok(())
}

/// Another program that reads the keyboard, as a text field would.
struct Witness(Option<File>);

impl Witness {
    fn of(gun: &Gun, place: &Path) -> Result<Self> {
        if gun.presents != Presents::Keyboard {
            return Ok(Self(None));
        }
        let flags = OFlags::NONBLOCK.bits().cast_signed();
        Ok(Self(Some(OpenOptions::new().read(true).custom_flags(flags).open(place)?)))
    }

    fn saw_nothing(self) -> Result<()> {
        let Some(mut keyboard) = self.0 else { return Ok(()) };
        match keyboard.read(&mut [0; 256]) {
            Err(error) if error.kind() == ErrorKind::WouldBlock => Ok(()),
            other => bail!("{other:?}: keys of the gun reached another program"),
        }
    }
}

/// The reports of a keyboard: digits and capital letters, and Enter at the end; each key goes down and up.
fn strokes(code: &[u8]) -> Vec<Vec<u8>> {
    const SHIFT: u8 = 0x02;
    const ENTER: u8 = 0x28;
    let keys = code.iter().map(|byte| match byte {
        b'0' => (0, 0x27),
        b'1'..=b'9' => (0, 0x1e + byte - b'1'),
        letter => (SHIFT, 0x04 + letter.wrapping_sub(b'A')),
    });
    let report = |shift, key| vec![shift, 0, key, 0, 0, 0, 0, 0];
    keys.chain([(0, ENTER)]).flat_map(|(shift, key)| [report(shift, key), report(0, 0)]).collect()
}

/// The report descriptor of a keyboard as the HID specification's appendix B.1 has it for booting machines.
const KEYBOARD: &[u8] = &[
    0x05, 0x01, 0x09, 0x06, 0xa1, 0x01, // generic desktop: keyboard
    0x05, 0x07, 0x19, 0xe0, 0x29, 0xe7, // modifiers
    0x15, 0x00, 0x25, 0x01, 0x75, 0x01, 0x95, 0x08, 0x81, 0x02, // a bit each
    0x95, 0x01, 0x75, 0x08, 0x81, 0x03, // a byte of nothing
    0x95, 0x05, 0x75, 0x01, 0x05, 0x08, 0x19, 0x01, 0x29, 0x05, 0x91, 0x02, // five lights
    0x95, 0x01, 0x75, 0x03, 0x91, 0x03, // padding
    0x95, 0x06, 0x75, 0x08, 0x15, 0x00, 0x25, 0x65, // six keys
    0x05, 0x07, 0x19, 0x00, 0x29, 0x65, 0x81, 0x00, // by their usage
    0xc0,
];
