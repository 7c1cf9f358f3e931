//! Scans: an emulated gun on a terminal, and the scanner's driver that opens it by its name.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use scanner::fake::Gun;
use scanner::{Code, Fault, Missing, Scanner, ScannerError, Source};

use crate::chance::Chance;
use crate::footprint::{self, Footprint};

/// Longer than anything here takes on a machine under load; only a failure waits so long.
const LONG: Duration = Duration::from_secs(60);
/// One scan in so many is for warming up.
const WARM_UP: u32 = 10;

/// What is done at the gun.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Deed {
    /// A pay code.
    PayCode,
    /// A link with its AIM identifier.
    Link,
    /// A code that is read a second time while it is held there.
    Twice,
    /// A part of a code; then the code that is taken for its rest.
    Torn,
    /// A digit of an article number turned into another on its way.
    Garbled,
    /// The cable pulled between two scans.
    Unplugged,
    /// The cable pulled in the middle of a code.
    TornOff,
}

const DEEDS: &[(usize, Deed)] = &[
    (20, Deed::PayCode),
    (10, Deed::Link),
    (4, Deed::Twice),
    (2, Deed::Torn),
    (2, Deed::Garbled),
    (1, Deed::Unplugged),
    (1, Deed::TornOff),
];

type Told = Result<Option<Code>, ScannerError>;

#[derive(Default)]
struct Tally {
    whole: u32,
    doubled: u32,
    torn: u32,
    garbled: u32,
    unplugged: u32,
}

struct Counter {
    scanner: Scanner,
    gun: Gun,
    chance: Chance,
    /// Codes sent so far; each is another one.
    sent: u32,
    /// The driver has seen how the gun ends its codes.
    known: bool,
    tally: Tally,
}

/// So many scans.
///
/// # Errors
/// Where one was lost, doubled or changed, or the process grew.
pub(crate) fn run(count: u32, seed: u64) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let link = folder.path().join("gun");
    let gun = Gun::start(&link, &folder.path().join("trigger"))?;
    let source = Source::parse(&link.display().to_string()).context("a path is a source")?;
    let mut counter = Counter {
        scanner: Scanner::start(&source),
        gun,
        chance: Chance::new(seed),
        sent: 0,
        known: false,
        tally: Tally::default(),
    };
    counter.ready()?;
    counter.scans(count.div_ceil(WARM_UP))?;
    let before = Footprint::ours()?;
    counter.scans(count - count.div_ceil(WARM_UP))?;
    ensure!(counter.scanner.next(Instant::now())?.is_none(), "a code more than was scanned");
    let after = footprint::hold("this process", before, Footprint::ours)?;
    let Tally { whole, doubled, torn, garbled, unplugged } = counter.tally;
    println!(
        "{count} scans: {whole} told as sent, {doubled} of them read twice and told once; {torn} torn, {garbled} \
         garbled and {unplugged} unplugged, each told as that and none as a code"
    );
    println!("  this process: {before}\n            then {after}");
    Ok(())
}

impl Counter {
    fn scans(&mut self, count: u32) -> Result<()> {
        for _ in 0..count {
            let deed = self.chance.one_of(DEEDS);
            self.scan(deed).with_context(|| format!("scan {} ({deed:?})", self.sent))?;
        }
        Ok(())
    }

    fn scan(&mut self, deed: Deed) -> Result<()> {
        let code = self.code();
        match deed {
            Deed::PayCode => self.sees(&code, &code)?,
            Deed::Link => {
                let link = format!("https://qr.example.edu/m/{code}?from=counter");
                self.sees(&format!("]Q1{link}"), &link)?;
            }
            Deed::Twice => {
                self.gun.control().send(&format!("scan {code}"))?;
                // Were the second one told, it would be told in place of the next code.
                self.sees(&code, &code)?;
                self.tally.doubled += 1;
            }
            Deed::Torn => {
                self.tear(&code)?;
                let fault = if self.known { Fault::Torn } else { Fault::Unended };
                self.tells(Err(ScannerError::Unread(fault)))?;
                self.gun.control().send(&format!("scan {code}"))?;
                self.tells(Err(ScannerError::Unread(Fault::Torn)))?;
                self.sees(&code, &code)?;
                self.tally.torn += 1;
            }
            Deed::Garbled => {
                let article = self.garbled_article();
                self.gun.control().send(&format!("scan ]E0{article}"))?;
                self.tells(Err(ScannerError::Unread(Fault::CheckDigit)))?;
                self.known = true;
                self.tally.garbled += 1;
            }
            Deed::Unplugged => self.unplug()?,
            Deed::TornOff => {
                self.tear(&code)?;
                self.unplug()?;
            }
        }
        Ok(())
    }

    /// Eighteen digits, as pay codes have.
    fn code(&mut self) -> String {
        self.sent += 1;
        format!("28{:016}", self.sent)
    }

    /// An EAN-13 number of which one digit is another.
    fn garbled_article(&mut self) -> String {
        let digits = format!("690{:09}", self.sent);
        let sum: u32 =
            digits.bytes().zip([1, 3].into_iter().cycle()).map(|(d, w)| u32::from(d - b'0') * w).sum();
        let mut article: Vec<u8> = format!("{digits}{}", (10 - sum % 10) % 10).into_bytes();
        let (at, more) = (self.chance.below(article.len()), 1 + self.chance.below(9) as u8);
        article[at] = (article[at] - b'0' + more) % 10 + b'0';
        article.into_iter().map(char::from).collect()
    }

    fn sees(&mut self, sent: &str, told: &str) -> Result<()> {
        self.gun.control().send(&format!("scan {sent}"))?;
        self.tells(Ok(told))?;
        self.known = true;
        self.tally.whole += 1;
        Ok(())
    }

    /// Sends a part of a code that is not all of it.
    fn tear(&mut self, code: &str) -> Result<()> {
        let at = 1 + self.chance.below(code.len() - 1);
        Ok(self.gun.control().send(&format!("tear {at} {code}"))?)
    }

    /// Pulls the cable and puts it back. What came before may be told as torn, if it was read; never as a code.
    fn unplug(&mut self) -> Result<()> {
        self.gun.control().send("unplug")?;
        let mut told = self.next();
        if matches!(told, Err(ScannerError::Unread(Fault::Torn | Fault::Unended))) {
            told = self.next();
        }
        same(told, Err(ScannerError::Missing(Missing::Unplugged)))?;
        self.gun.control().send("plug")?;
        self.tally.unplugged += 1;
        self.known = false;
        self.ready()
    }

    fn ready(&mut self) -> Result<()> {
        let until = Instant::now() + LONG;
        while !self.scanner.is_ready() {
            ensure!(Instant::now() < until, "the gun was not found");
            match self.scanner.next(Instant::now() + Duration::from_millis(5)) {
                Ok(None) | Err(ScannerError::Missing(_)) => {}
                told => same(told, Ok(""))?,
            }
        }
        Ok(())
    }

    fn next(&mut self) -> Told {
        self.scanner.next(Instant::now() + LONG)
    }

    fn tells(&mut self, wanted: Result<&str, ScannerError>) -> Result<()> {
        same(self.next(), wanted)
    }
}

fn same(told: Told, wanted: Result<&str, ScannerError>) -> Result<()> {
    let holds = match (&told, &wanted) {
        (Ok(Some(code)), Ok(wanted)) => code.reveal() == wanted.as_bytes(),
        (Err(error), Err(wanted)) => error == wanted,
        _ => false,
    };
    // The codes are made up here, so they may be shown.
    let told = told.map(|code| code.and_then(|code| code.reveal_text().map(str::to_owned)));
    ensure!(holds, "told {told:?} in place of {wanted:?}");
    Ok(())
}
