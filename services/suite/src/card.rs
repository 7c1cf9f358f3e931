//! The card reader that is not there: a PN532 chip on a pty, below libnfc's own serial driver.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::UnixStream;

use crate::process::{Program, Running};

/// The student card that a new suite enrols with money on it.
pub const STUDENT_CARD: &str = "04a1b2c3d4e5f6";
/// A card that nobody enrolled.
pub const STRANGER_CARD: &str = "04ffeeddccbbaa";

/// A tag that proves itself and a card with a purse; a new suite enrols both for the student.
pub const STUDENT_TAG: &str = "04b1b2b3b4b5b6";
/// The purse.
pub const STUDENT_PURSE: &str = "04c1c2c3c4c5c6";
/// A MIFARE Classic card with a purse in its sectors.
pub const STUDENT_CLASSIC: &str = "a1b2c3d4";
/// A card with an electronic purse by PBOC.
pub const STUDENT_EPURSE: &str = "04d1d2d3d4d5d6";
/// Its serial number.
pub const EPURSE_SERIAL: &str = "20261122334455667788";
/// The development machine's own key of its tags and purses; a unit's are made when it is set up.
pub const DEVELOPMENT_KEY: &str = "646576656c6f706d656e74206f6e6c79";
/// What lies in the purse at first, in fen.
pub const IN_PURSE: u32 = 10_000;

/// How long the chip's process may take to open its control socket.
const SOCKET_MAX: Duration = Duration::from_secs(20);
/// The reader looks some ten times a second; on a busy machine it may take a while.
const LOOK_MAX: Duration = Duration::from_secs(20);
/// How often its socket is tried meanwhile.
const TRY_EVERY: Duration = Duration::from_millis(20);

/// The emulated chip and its control socket.
#[derive(Debug)]
pub struct CardReader {
    running: Running,
    socket: PathBuf,
    /// libnfc's name for the device.
    pub connstring: String,
}

impl CardReader {
    /// Plugs the reader in.
    pub(crate) async fn start(programs: &Path, dir: &Path, logs: &Path) -> Result<Self> {
        let (link, socket) = (dir.join("pn532"), dir.join("pn532.control"));
        let program = Program::new("dais-pn532", programs.join("dais-pn532")).with([
            "--link".into(),
            link.clone().into_os_string(),
            "--control".into(),
            socket.clone().into_os_string(),
        ]);
        let running = program.start(logs)?;
        let connstring = format!("pn532_uart:{}:115200", link.display());
        let reader = Self { running, socket, connstring };
        let mut beat = tokio::time::interval(TRY_EVERY);
        let connected = async {
            while UnixStream::connect(&reader.socket).await.is_err() {
                beat.tick().await;
            }
        };
        let last_lines = || format!("the card reader did not start:\n{}", reader.running.last_lines());
        tokio::time::timeout(SOCKET_MAX, connected).await.with_context(last_lines)?;
        Ok(reader)
    }

    /// Ends the emulator.
    pub(crate) async fn stop(self) -> Result<()> {
        self.running.stop().await
    }

    /// Pulls its plug.
    pub async fn unplug(&self) -> Result<()> {
        self.say("unplug").await
    }

    /// Plugs it in again.
    pub async fn plug(&self) -> Result<()> {
        self.say("plug").await
    }

    /// Holds a card to it.
    pub async fn put(&self, uid: &str) -> Result<()> {
        self.say(&format!("put {uid}")).await
    }

    /// Holds two cards to it in one movement.
    pub async fn put_both(&self, one: &str, other: &str) -> Result<()> {
        self.say(&format!("both {one} ultralight {other} ultralight")).await
    }

    /// Takes one of the cards away.
    pub async fn take_one(&self, uid: &str) -> Result<()> {
        self.say(&format!("take {uid}")).await
    }

    /// Holds a phone to it that reads the tag it finds there.
    pub async fn hold_phone(&self) -> Result<()> {
        self.say("phone").await
    }

    /// Takes the phone away; what it has opened, or nothing.
    pub async fn take_phone(&self) -> Result<String> {
        self.say("phone away").await?;
        self.ask("opened").await
    }

    /// What the phone has opened, or nothing.
    pub async fn opened(&self) -> Result<String> {
        self.ask("opened").await
    }

    /// Holds the student's tag to it: each time is another tap.
    pub async fn put_tag(&self) -> Result<()> {
        self.say(&format!("put {STUDENT_TAG} ntag424 {DEVELOPMENT_KEY}")).await
    }

    /// Holds the student's purse to it; it comes back with what it held.
    pub async fn put_purse(&self) -> Result<()> {
        self.say(&format!("put {STUDENT_PURSE} desfire {DEVELOPMENT_KEY} {IN_PURSE}")).await
    }

    /// Holds the student's MIFARE Classic purse to it.
    pub async fn put_classic(&self) -> Result<()> {
        self.say(&format!("put {STUDENT_CLASSIC} classic {DEVELOPMENT_KEY} {IN_PURSE}")).await
    }

    /// Holds the student's electronic purse to it.
    pub async fn put_epurse(&self) -> Result<()> {
        let keys = format!("{DEVELOPMENT_KEY} {DEVELOPMENT_KEY}");
        self.say(&format!("put {STUDENT_EPURSE} epurse {EPURSE_SERIAL} {keys} {IN_PURSE}")).await
    }

    /// Holds an NFC sticker with these words to it.
    pub async fn put_sticker(&self, uid: &str, words: &str) -> Result<()> {
        self.say(&format!("put {uid} ntag213 {words}")).await
    }

    /// Holds another card with a purse to it, as the school's office makes it.
    pub async fn put_other_purse(&self) -> Result<()> {
        self.say(&format!("put {STRANGER_CARD} desfire {DEVELOPMENT_KEY} {IN_PURSE}")).await
    }

    /// Holds a tag to it that the school's key made and nobody enrolled.
    pub async fn put_stranger_tag(&self) -> Result<()> {
        self.say(&format!("put {STRANGER_CARD} ntag424 {DEVELOPMENT_KEY}")).await
    }

    /// From now on each tag and purse is as it was made: a tag says again what it said, as a copy of it would.
    pub async fn forget(&self) -> Result<()> {
        self.say("forget").await
    }

    /// The next conversation with a card's processor is cut off: after so many answers, and `obeyed` where the card
    /// still does what it is told next.
    pub async fn tear_after(&self, answers: u32, obeyed: bool) -> Result<()> {
        self.say(&format!("tear after {answers}{}", if obeyed { " obeyed" } else { "" })).await
    }

    /// The next conversation with a card's processor is cut off by pulling the plug: after so many answers, and `obeyed`
    /// where the card still does what it is told next.
    pub async fn unplug_after(&self, answers: u32, obeyed: bool) -> Result<()> {
        self.say(&format!("unplug after {answers}{}", if obeyed { " obeyed" } else { "" })).await
    }

    /// The same, and the write of a memory's last command stops in the middle, as this number says.
    pub async fn tear_within(&self, answers: u32, seed: u64) -> Result<()> {
        self.say(&format!("tear after {answers} within {seed}")).await
    }

    /// What lies in the student's purse, in fen.
    pub async fn in_purse(&self) -> Result<i64> {
        self.held_by(STUDENT_PURSE).await
    }

    /// What lies in a purse, in fen.
    pub async fn held_by(&self, uid: &str) -> Result<i64> {
        Ok(self.ask(&format!("value {uid}")).await?.parse()?)
    }

    /// How many commands cards with a processor were sent so far.
    pub async fn heard(&self) -> Result<u64> {
        Ok(self.ask("heard").await?.parse()?)
    }

    /// Holds a bank card to it.
    pub async fn put_bank_card(&self) -> Result<()> {
        self.say("put 08d1d2d3 bank").await
    }

    /// Makes its line and its field as slow as this says (`pace BYTES FIELD`), for measurements.
    pub async fn set_pace(&self, pace: &str) -> Result<()> {
        self.say(pace).await
    }

    /// Takes the card away.
    pub async fn take(&self) -> Result<()> {
        self.say("take").await
    }

    /// Takes the card away as a hand does: whoever comes next lays a card down when the reader has long looked in vain.
    /// Within one of its looks the same card's way out and back could not be seen.
    pub async fn take_away(&self) -> Result<()> {
        self.take().await?;
        let before = self.vain().await?;
        let mut beat = tokio::time::interval(TRY_EVERY);
        let seen = async {
            while self.vain().await? == before {
                beat.tick().await;
            }
            anyhow::Ok(())
        };
        tokio::time::timeout(LOOK_MAX, seen).await.context("the reader does not look for cards")?
    }

    /// How often the reader looked for a card and there was none.
    async fn vain(&self) -> Result<u64> {
        Ok(self.ask("vain").await?.parse()?)
    }

    /// Holds a card to it and pulls it away in the middle of the exchange.
    pub async fn tear(&self, uid: &str) -> Result<()> {
        self.say("tear").await?;
        self.put(uid).await
    }

    /// One command to the chip's control socket.
    async fn say(&self, command: &str) -> Result<()> {
        self.ask(command).await.map(drop)
    }

    /// The same, and what follows its `ok`.
    async fn ask(&self, command: &str) -> Result<String> {
        let stream =
            UnixStream::connect(&self.socket).await.context("the card reader's control socket is gone")?;
        let (read, mut write) = stream.into_split();
        write.write_all(format!("{command}\n").as_bytes()).await?;
        let mut answer = String::new();
        BufReader::new(read).read_line(&mut answer).await?;
        let verb = command.split(' ').next().unwrap_or_default();
        let said = answer.trim().strip_prefix("ok");
        ensure!(said.is_some(), "the card reader refused to {verb}: {answer}");
        Ok(said.unwrap_or_default().trim().to_owned())
    }
}
