//! One card reader: an emulated chip on a terminal, its child with the real libnfc, and its owner.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use nfc::event::Missing;
use nfc::fake::Fake;
use nfc::fake::control::Control;
use nfc::{Apdu, NoAnswer, Reader, ReaderError, Tap, Uid};

/// Longer than anything here takes on a machine under load; only a failure waits so long.
const LONG: Duration = Duration::from_secs(60);
/// How often a condition is looked at for which nothing is told.
const LOOK: Duration = Duration::from_millis(5);
/// A card that was seen at all is told as one that left within a hundredth of this.
const UNSEEN: Duration = Duration::from_secs(10);
/// Nothing more is told after the last tap; a card is told within a tenth of this.
const QUIET: Duration = Duration::from_secs(1);

/// A reader and its cards.
pub(crate) struct Desk {
    // Fields drop in this order: the reader's child before its chip, the folder last.
    reader: Reader,
    control: Control,
    /// How often what lay there was first told as left too soon.
    hesitated: u32,
    _chip: Fake,
    _folder: tempfile::TempDir,
}

impl Desk {
    /// A ready reader.
    pub(crate) fn open(program: &Path) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let link = folder.path().join("reader");
        let chip = Fake::start(&link, &folder.path().join("control"))?;
        let reader = Reader::spawn(program, &format!("pn532_uart:{}:115200", link.display()))?;
        let control = chip.control()?;
        let mut desk = Self { reader, control, hesitated: 0, _chip: chip, _folder: folder };
        desk.until_ready()?;
        Ok(desk)
    }

    /// Its child's process.
    pub(crate) fn child(&self) -> Result<u32> {
        self.reader.child_id().context("the reader has no child")
    }

    /// Tells the chip.
    pub(crate) fn does(&mut self, line: &str) -> Result<()> {
        self.control.send(line).with_context(|| format!("`{line}`"))
    }

    /// Asks the chip for a number.
    pub(crate) fn number(&mut self, line: &str) -> Result<i64> {
        Ok(self.control.ask(line)?.parse()?)
    }

    /// The very next thing that is told must be this.
    pub(crate) fn tells(&mut self, wanted: Tap) -> Result<()> {
        self.tells_one_of(&[wanted])
    }

    /// The very next thing that is told must be one of these.
    pub(crate) fn tells_one_of(&mut self, wanted: &[Tap]) -> Result<()> {
        match self.reader.next(Instant::now() + LONG) {
            Ok(Some(tap)) if wanted.contains(&tap) => Ok(()),
            told => bail!("told {told:?} in place of {wanted:?}"),
        }
    }

    /// What was laid down must be told next. Where a loaded machine runs the emulated chip so late that libnfc does not
    /// wait for its second look, the person is first asked to hold it still.
    pub(crate) fn reads(&mut self, wanted: Tap) -> Result<()> {
        let mut told = self.reader.next(Instant::now() + LONG);
        while matches!(told, Ok(Some(Tap::LeftTooSoon))) {
            self.hesitated += 1;
            told = self.reader.next(Instant::now() + LONG);
        }
        ensure!(matches!(told, Ok(Some(tap)) if tap == wanted), "told {told:?} in place of {wanted:?}");
        Ok(())
    }

    /// A card brushed the field: that is told, or nothing where a machine is so slow that libnfc gave up the only look
    /// that met the card.
    pub(crate) fn tells_too_soon(&mut self) -> Result<()> {
        let told = self.reader.next(Instant::now() + UNSEEN);
        ensure!(
            matches!(told, Ok(Some(Tap::LeftTooSoon) | None)),
            "told {told:?} of a card that left too soon"
        );
        Ok(())
    }

    /// How often what lay there was first told as left too soon.
    pub(crate) fn hesitated(&self) -> u32 {
        self.hesitated
    }

    /// The very next thing that is told must be that the reader is gone.
    pub(crate) fn tells_unplugged(&mut self) -> Result<()> {
        match self.reader.next(Instant::now() + LONG) {
            Err(ReaderError::Missing(Missing::Unplugged)) => Ok(()),
            told => bail!("told {told:?} in place of a reader that is unplugged"),
        }
    }

    /// Nothing is told any more.
    pub(crate) fn is_quiet(&mut self) -> Result<()> {
        let told = self.reader.next(Instant::now() + QUIET);
        ensure!(matches!(told, Ok(None)), "told {told:?} when all was over");
        Ok(())
    }

    /// Waits until it polls for cards; no tap may be told meanwhile, and no fault but that it is missing.
    pub(crate) fn until_ready(&mut self) -> Result<()> {
        self.until(|reader| reader.is_ready())
    }

    /// Waits until libnfc has aborted and another child polls.
    pub(crate) fn until_another(&mut self, child: u32) -> Result<()> {
        self.until(|reader| reader.is_ready() && reader.child_id().is_some_and(|other| other != child))
    }

    fn until(&mut self, there: impl Fn(&Reader) -> bool) -> Result<()> {
        let end = Instant::now() + LONG;
        while !there(&self.reader) {
            ensure!(Instant::now() < end, "the reader was not ready");
            match self.reader.next(Instant::now() + LOOK) {
                Ok(None) | Err(ReaderError::Missing(_)) => {}
                told => bail!("told {told:?} before it was ready"),
            }
        }
        Ok(())
    }

    /// Sends the card a command.
    pub(crate) fn ask(&mut self, uid: Uid, command: Vec<u8>) -> Result<Result<Vec<u8>, NoAnswer>> {
        let answer = self.reader.exchange(uid, Apdu::new(command)?, Instant::now() + LONG);
        Ok(answer.map(|answer| answer.reveal().to_vec()))
    }
}
