//! Taps: cards of all kinds on several readers, with conversations, tears, pulled cables and aborts of libnfc.

use std::ops::AddAssign;
use std::thread;

use anyhow::{Context, Result, anyhow, ensure};
use nfc::fake::cards::classic::Classic;
use nfc::fake::cards::ntag424::Ntag424;
use nfc::{Card, CardKind, NoAnswer, Tap, Uid, native};

use crate::chance::Chance;
use crate::desk::Desk;
use crate::footprint::{self, Footprint};

/// Readers side by side, at most: a tap waits most of its time for the next look of its reader, so few would leave the
/// machine idle.
const DESKS_MAX: u32 = 16;
/// Taps that are worth a reader of their own.
const TAPS_EACH: u32 = 12;
/// One tap in so many is for warming up.
const WARM_UP: u32 = 10;
/// In a purse at first, in fen; each tap takes one, and there are not so many taps.
const PURSE: i64 = 100_000_000;
/// The block of the purse's value, and of its copy.
const VALUE: u8 = 4;
const COPY: u8 = 5;
const MASTER: &str = "00000000000000000000000000000000";
const TAG: [u8; 7] = [0x04, 0xDE, 0x5F, 0x1E, 0xAC, 0xC0, 0x40];

/// What is done at a reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Deed {
    /// A card of some kind, held there and taken away.
    Plain(CardKind),
    /// A purse that is debited.
    Purse,
    /// A tag that proves itself.
    Tag,
    /// A card that brushes the field.
    TooSoon,
    /// Two cards at once.
    Two,
    /// A purse torn away in a command.
    Torn,
    /// The reader's cable pulled in a command.
    Pulled,
    /// The reader's cable pulled while a card lies there.
    Unplugged,
    /// libnfc aborts while a card lies there.
    Abort,
}

const DEEDS: &[(usize, Deed)] = &[
    (4, Deed::Plain(CardKind::Ultralight)),
    (4, Deed::Plain(CardKind::Classic)),
    (4, Deed::Plain(CardKind::IsoDep)),
    (6, Deed::Purse),
    (4, Deed::Tag),
    (2, Deed::TooSoon),
    (2, Deed::Two),
    (4, Deed::Torn),
    (1, Deed::Pulled),
    (1, Deed::Unplugged),
];

#[derive(Clone, Copy, Default)]
struct Tally {
    read: u32,
    debited: u32,
    proved: u32,
    too_soon: u32,
    two: u32,
    torn: u32,
    unplugged: u32,
    aborts: u32,
    /// Conversations that a slow machine broke.
    interrupted: u32,
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.read += other.read;
        self.debited += other.debited;
        self.proved += other.proved;
        self.too_soon += other.too_soon;
        self.two += other.two;
        self.torn += other.torn;
        self.unplugged += other.unplugged;
        self.aborts += other.aborts;
        self.interrupted += other.interrupted;
    }
}

/// A reader, and what lies on its cards by our own count.
struct Teller {
    number: u32,
    desk: Desk,
    chance: Chance,
    taps: u32,
    purse: Uid,
    value: i64,
    tag_taps: u32,
    tally: Tally,
}

/// So many taps.
///
/// # Errors
/// Where one was lost, doubled or told as another, a fen is not where it should be, or a process grew.
pub(crate) fn run(count: u32, seed: u64) -> Result<()> {
    let program = suite::programs()?.join("dais-nfc");
    let desks = count.div_ceil(TAPS_EACH).min(DESKS_MAX);
    let tellers = (0..desks).map(|number| Teller::new(number, Desk::open(&program)?, seed));
    let mut tellers = tellers.collect::<Result<Vec<_>>>()?;
    round(&mut tellers, count.div_ceil(WARM_UP))?;
    let before = Footprint::ours()?;
    let children: Vec<(u32, Footprint)> = tellers
        .iter()
        .map(|teller| teller.desk.child().and_then(|id| Ok((id, Footprint::of_child(id)?))))
        .collect::<Result<_>>()?;
    round(&mut tellers, count - count.div_ceil(WARM_UP))?;
    let mut tally = Tally::default();
    for teller in &mut tellers {
        teller.desk.is_quiet()?;
        tally += teller.tally;
    }
    let after = footprint::hold("this process", before, Footprint::ours)?;
    println!("{count} taps at {desks} readers: {}", tally.words());
    let hesitated: u32 = tellers.iter().map(|teller| teller.desk.hesitated()).sum();
    println!(
        "  {hesitated} times what was read then was first told as left too soon: the machine was too slow"
    );
    println!("  this process: {before}\n            then {after}");
    let mut grown = None;
    for (teller, (id, before)) in tellers.iter().zip(children) {
        // The first reader's child is killed by aborts; each of the others lived through all of its taps.
        if teller.number > 0 {
            ensure!(teller.desk.child()? == id, "the child of reader {} was restarted", teller.number);
            let after = footprint::hold("a reader's child", before, || Footprint::of_child(id))?;
            grown = grown.max(Some((after.growth_kb(before), before.to_string(), after.to_string())));
        }
    }
    if let Some((_, before, after)) = grown {
        println!("  the child that grew most: {before}\n                       then {after}");
    }
    Ok(())
}

/// So many taps, shared among all readers.
fn round(tellers: &mut [Teller], count: u32) -> Result<()> {
    let desks = u32::try_from(tellers.len())?;
    thread::scope(|scope| {
        let work =
            move |teller: &mut Teller| teller.serve(count / desks + u32::from(teller.number < count % desks));
        let threads: Vec<_> = tellers.iter_mut().map(|teller| scope.spawn(move || work(teller))).collect();
        threads
            .into_iter()
            .try_for_each(|thread| thread.join().map_err(|_| anyhow!("a reader's thread panicked"))?)
    })
}

impl Tally {
    fn words(self) -> String {
        let Self { read, debited, proved, too_soon, two, torn, unplugged, aborts, interrupted } = self;
        format!(
            "{read} cards told once and gone once, of them {debited} purses debited and {proved} tags that proved \
             themselves; {too_soon} left too soon, {two} were two at once, {torn} torn in a command, {unplugged} \
             times a cable pulled, {aborts} aborts of libnfc, each told as that; {interrupted} conversations broken by \
             a slow machine; every fen accounted for"
        )
    }
}

impl Teller {
    fn new(number: u32, desk: Desk, seed: u64) -> Result<Self> {
        let chance = Chance::new(seed ^ u64::from(number) << 32);
        let purse = Uid::new(&[0xA1, 0xB2, 0xC3, number as u8])?;
        Ok(Self { number, desk, chance, taps: 0, purse, value: PURSE, tag_taps: 0, tally: Tally::default() })
    }

    fn serve(&mut self, taps: u32) -> Result<()> {
        for _ in 0..taps {
            self.taps += 1;
            let mut deed = self.chance.one_of(DEEDS);
            if self.number == 0 && deed == Deed::Unplugged {
                deed = Deed::Abort;
            }
            self.tap(deed)
                .with_context(|| format!("reader {}, tap {} ({deed:?})", self.number, self.taps))?;
        }
        Ok(())
    }

    fn tap(&mut self, deed: Deed) -> Result<()> {
        match deed {
            Deed::Plain(kind) => {
                self.lay(kind, 0)?;
                self.leaves()
            }
            Deed::Purse => self.pay(None),
            Deed::Tag => self.prove(),
            Deed::TooSoon => {
                self.desk.does("tear")?;
                self.desk.does(&format!("put {} iso_dep", self.card(0)?.reveal_hex()))?;
                self.desk.tells_too_soon()?;
                self.tally.too_soon += 1;
                Ok(())
            }
            Deed::Two => {
                let [one, other] = [self.card(0)?.reveal_hex(), self.card(1)?.reveal_hex()];
                self.desk.does(&format!("both {one} ultralight {other} iso_dep"))?;
                self.desk.reads(Tap::TwoCards)?;
                self.desk.does("take")?;
                self.tally.two += 1;
                // Nothing is told of two that leave; whoever comes next shows that they did.
                self.lay(CardKind::Ultralight, 2)?;
                self.leaves()
            }
            Deed::Torn => self.pay(Some("tear")),
            Deed::Pulled => self.pay(Some("unplug")),
            Deed::Unplugged => {
                self.lay(CardKind::IsoDep, 0)?;
                self.desk.does("unplug")?;
                self.replug()?;
                self.desk.until_ready()?;
                self.leaves_unseen()
            }
            Deed::Abort => {
                self.lay(CardKind::IsoDep, 0)?;
                let child = self.desk.child()?;
                self.desk.does("poison")?;
                self.desk.until_another(child)?;
                self.tally.aborts += 1;
                self.leaves_unseen()
            }
        }
    }

    /// A card that nobody had before; `nth` of this tap.
    fn card(&self, nth: u8) -> Result<Uid> {
        let [a, b, c, d] = self.taps.to_be_bytes();
        Ok(Uid::new(&[0x04, self.number as u8, nth, a, b, c, d])?)
    }

    fn lay(&mut self, kind: CardKind, nth: u8) -> Result<()> {
        let word = match kind {
            CardKind::Ultralight => "ultralight",
            CardKind::Classic => "classic",
            CardKind::IsoDep => "iso_dep",
            CardKind::Other => "other",
        };
        let uid = self.card(nth)?;
        self.desk.does(&format!("put {} {word}", uid.reveal_hex()))?;
        self.desk.reads(Tap::Card(Card { uid, kind }))
    }

    fn leaves(&mut self) -> Result<()> {
        self.desk.does("take")?;
        self.desk.tells(Tap::Gone)?;
        self.tally.read += 1;
        Ok(())
    }

    /// A card leaves that lay there all the time, so that the reader that came back tells nothing of it; it may be in
    /// the middle of looking. When the same comes once more it is a new tap.
    fn leaves_unseen(&mut self) -> Result<()> {
        self.desk.does("take")?;
        self.desk.tells_one_of(&[Tap::Gone, Tap::LeftTooSoon])?;
        self.lay(CardKind::IsoDep, 0)?;
        self.leaves()
    }

    fn replug(&mut self) -> Result<()> {
        self.desk.tells_unplugged()?;
        self.desk.does("plug")?;
        self.tally.unplugged += 1;
        Ok(())
    }

    /// Takes one fen out of the purse, and the copy after it. Where something is `pulled`, one command has no answer;
    /// the purse has then paid if the card obeyed the one that moves the value.
    fn pay(&mut self, pulled: Option<&str>) -> Result<()> {
        let (uid, hex) = (self.purse, self.purse.reveal_hex());
        let card = Tap::Card(Card { uid, kind: CardKind::Classic });
        self.desk.does(&format!("put {hex} classic {MASTER} {PURSE}"))?;
        self.desk.reads(card)?;
        let key = Classic::issued(uid, [0; 16], 0).block(VALUE | 3)[..6].try_into()?;
        let commands = [
            native::authenticate(VALUE, &key, uid.reveal()),
            native::decrement(VALUE, 1),
            native::transfer(VALUE),
            native::restore(VALUE),
            native::transfer(COPY),
        ];
        let cut = pulled.map(|what| (what, self.chance.below(commands.len()), self.chance.below(2) == 1));
        if let Some((what, at, obeyed)) = cut {
            self.desk.does(&format!("{what} after {at}{}", if obeyed { " obeyed" } else { "" }))?;
        }
        let whole = cut.map_or(commands.len(), |(_, at, _)| at);
        let mut moved = whole > 2;
        for (at, command) in commands.into_iter().enumerate().take(whole + 1) {
            let answer = self.desk.ask(uid, command)?;
            match cut {
                Some((what, cut_at, obeyed)) if cut_at == at => {
                    let why = if what == "tear" { NoAnswer::CardLeft } else { NoAnswer::ReaderLost };
                    ensure!(answer == Err(why), "{answer:?} to a command that was cut off");
                    moved |= at == 2 && obeyed;
                }
                _ if self.is_interrupted(&answer)? => return self.interrupted(card, at),
                _ => {
                    let acknowledged = answer.map(|answer| native::acknowledged(&answer));
                    ensure!(acknowledged == Ok(Ok(())), "{acknowledged:?} to command {at}");
                }
            }
        }
        self.value -= i64::from(moved);
        let value = self.desk.number(&format!("value {hex}"))?;
        ensure!(value == self.value, "the purse holds {value} fen in place of {}", self.value);
        match cut {
            None => {
                self.tally.debited += 1;
                self.leaves()
            }
            Some(("tear", ..)) => {
                self.tally.torn += 1;
                Ok(())
            }
            Some(_) => {
                self.replug()?;
                // Its command was not answered, so it is a new tap, for whoever settles it.
                self.desk.reads(card)?;
                self.leaves()
            }
        }
    }

    /// Whether the machine was so slow that the reader has lost sight of the card: in this command, or before it, which
    /// is then told.
    fn is_interrupted(&mut self, answer: &Result<Vec<u8>, NoAnswer>) -> Result<bool> {
        match answer {
            Err(NoAnswer::CardLeft) => Ok(true),
            Err(NoAnswer::NotThere) => self.desk.tells(Tap::Gone).map(|()| true),
            _ => Ok(false),
        }
    }

    /// The machine was so slow that the reader looked for the card between two commands, which closes a Classic card's
    /// sector, or that an answer came too late: the card is told anew, and what it holds is looked at.
    fn interrupted(&mut self, card: Tap, at: usize) -> Result<()> {
        self.tally.interrupted += 1;
        self.desk.does("fault none")?;
        let value = self.desk.number(&format!("value {}", self.purse.reveal_hex()))?;
        let spent = self.value - value;
        let fits = if at == 2 { (0..=1).contains(&spent) } else { spent == i64::from(at > 2) };
        ensure!(fits, "interrupted at command {at}, {spent} fen left the purse");
        self.value = value;
        self.desk.reads(card)?;
        self.leaves()
    }

    /// Reads what a tag mirrors, which tells how often it was tapped.
    fn prove(&mut self) -> Result<()> {
        let uid = Uid::new(&TAG)?;
        self.desk.does(&format!("put {} ntag424 {MASTER}", uid.reveal_hex()))?;
        self.desk.reads(Tap::Card(Card { uid, kind: CardKind::IsoDep }))?;
        let mut twin = Ntag424::new(TAG, [0; 16], self.tag_taps);
        let select = [&[0x00, 0xA4, 0x04, 0x00, 0x07][..], b"\xD2\x76\x00\x00\x85\x01\x01", &[0]].concat();
        for command in [select, b"\x00\xA4\x00\x0C\x02\xE1\x04".to_vec(), b"\x00\xB0\x00\x00\x00".to_vec()] {
            let wanted = twin.obey(&command);
            let answer = self.desk.ask(uid, command)?;
            if self.is_interrupted(&answer)? {
                return self.interrupted_proof(uid);
            }
            ensure!(answer.as_ref() == Ok(&wanted), "the tag did not answer as at its tap {}", self.tag_taps);
        }
        self.tag_taps += 1;
        self.tally.proved += 1;
        self.leaves()
    }

    /// The same in a proof: whether the tag has counted it nobody knows, so all cards begin anew.
    fn interrupted_proof(&mut self, uid: Uid) -> Result<()> {
        self.tally.interrupted += 1;
        self.desk.reads(Tap::Card(Card { uid, kind: CardKind::IsoDep }))?;
        self.leaves()?;
        self.desk.does("forget")?;
        (self.tag_taps, self.value) = (0, PURSE);
        Ok(())
    }
}
