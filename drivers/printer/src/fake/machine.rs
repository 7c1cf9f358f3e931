//! The emulated printer itself, pure: bytes in, answers out, paper in between.

use std::collections::VecDeque;
use std::sync::Arc;

use super::command::{Command, Parsed, parse};
use super::head::Head;
use crate::escpos::DLE;
use crate::fonts::Fonts;
use crate::picture::Picture;

/// Bytes that the printer takes before the host must wait: as the small ones have.
pub const BUFFER: usize = 4096;
/// Rows of dots before the end at which paper is low.
const LOW_ROWS: usize = 2000;

/// One piece of paper, cut or torn off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sheet {
    /// Its dots.
    pub picture: Picture,
    /// What was printed in the printer's own letters.
    pub text: String,
    /// Marks that were asked for on it, and whether the answer was sent.
    pub marks: Vec<[u8; 4]>,
    /// Cut; otherwise the power went.
    pub cut: bool,
}

/// How the printer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Health {
    /// Rows of dots that are left on the roll.
    pub paper: usize,
    /// The cover is open.
    pub cover_open: bool,
    /// The cutter is stuck.
    pub cutter: bool,
    /// The drawer is open.
    pub drawer_open: bool,
    /// Answers nothing, as a printer whose cable has no wire back.
    pub mute: bool,
    /// Does not know marks, as cheap printers do; they take them for nothing here.
    pub markless: bool,
}

impl Default for Health {
    fn default() -> Self {
        let paper = 100_000; // a roll of 80 m is six times that; what counts is that it ends where a test says so
        Self { paper, cover_open: false, cutter: false, drawer_open: false, mute: false, markless: false }
    }
}

/// An emulated printer.
pub struct Machine {
    health: Health,
    head: Head,
    /// Not obeyed yet.
    buffer: Vec<u8>,
    /// The last three bytes that came, for what is obeyed at once.
    last: [u8; 3],
    /// Rows of dots that are not on paper yet.
    ink: VecDeque<Vec<u8>>,
    sheet: Sheet,
    sheets: Vec<Sheet>,
    /// Something was printed since the last mark.
    fresh: bool,
    tell: u8,
    told: [u8; 4],
    kicks: usize,
    failure: Option<String>,
}

impl Machine {
    /// Switched on, with paper so many dots wide.
    pub fn new(width: u16, fonts: Option<Arc<Fonts>>) -> Self {
        Self {
            health: Health::default(),
            head: Head::new(width, fonts),
            buffer: Vec::new(),
            last: [0; 3],
            ink: VecDeque::new(),
            sheet: blank(width),
            sheets: Vec::new(),
            fresh: false,
            tell: 0,
            told: [0; 4],
            kicks: 0,
            failure: None,
        }
    }

    /// How it is.
    pub fn health(&self) -> Health {
        self.health
    }

    /// Why it stopped for good: bytes that are no command it knows.
    pub fn failure(&self) -> Option<&str> {
        self.failure.as_deref()
    }

    /// Pieces of paper that came out.
    pub fn sheets(&self) -> &[Sheet] {
        &self.sheets
    }

    /// What is printed and still in the printer.
    pub fn unfinished(&self) -> &Sheet {
        &self.sheet
    }

    /// How often the drawer was kicked.
    pub fn kicks(&self) -> usize {
        self.kicks
    }

    /// Bytes that it takes now.
    pub fn room(&self) -> usize {
        BUFFER.saturating_sub(self.buffer.len())
    }

    /// Changes how it is; answers what it tells by itself, and what it can print now.
    pub fn change(&mut self, how: impl FnOnce(&mut Health)) -> Vec<u8> {
        how(&mut self.health);
        let mut answers = Vec::new();
        self.work(&mut answers);
        self.hush(answers)
    }

    /// Off and on again: what was not printed is gone, and what hangs out is torn off.
    pub fn power_cycle(&mut self) {
        let width = u16::try_from(self.head.across() * 8).unwrap_or(0);
        let torn = std::mem::replace(&mut self.sheet, blank(width));
        if torn.picture.height() > 0 {
            self.sheets.push(torn);
        }
        self.buffer.clear();
        self.ink.clear();
        self.head.start();
        (self.tell, self.last, self.failure) = (0, [0; 3], None);
    }

    /// Takes bytes, answers.
    pub fn receive(&mut self, bytes: &[u8]) -> Vec<u8> {
        let mut answers = Vec::new();
        for byte in bytes {
            self.last = [self.last[1], self.last[2], *byte];
            self.buffer.push(*byte);
            self.at_once(&mut answers);
        }
        self.work(&mut answers);
        self.hush(answers)
    }

    fn hush(&self, answers: Vec<u8>) -> Vec<u8> {
        if self.health.mute { Vec::new() } else { answers }
    }

    /// What is obeyed at once, wherever it stands; only the questions are known here.
    fn at_once(&mut self, answers: &mut Vec<u8>) {
        match self.last {
            [DLE, 0x04, n @ 1..=4] => answers.push(self.answer(n)),
            [DLE, what @ (0x05 | 0x14), n] => self.fail(format!("obeyed at once: 10 {what:02x} {n:02x}")),
            _ => {}
        }
    }

    fn answer(&self, n: u8) -> u8 {
        let health = self.health;
        let bit = |on: bool, bit: u8| if on { bit } else { 0 };
        0x12 | match n {
            1 => bit(health.drawer_open, 0x04) | bit(self.offline(), 0x08),
            2 => bit(health.cover_open, 0x04) | bit(health.paper == 0, 0x20) | bit(self.faulty(), 0x40),
            3 => bit(health.cutter, 0x08) | bit(self.failure.is_some(), 0x20),
            _ => bit(health.paper < LOW_ROWS, 0x0c) | bit(health.paper == 0, 0x60),
        }
    }

    fn four(&self) -> [u8; 4] {
        let health = self.health;
        let bit = |on: bool, bit: u8| if on { bit } else { 0 };
        [
            0x10 | bit(health.drawer_open, 0x04) | bit(self.offline(), 0x08) | bit(health.cover_open, 0x20),
            bit(health.cutter, 0x08) | bit(self.failure.is_some(), 0x20),
            bit(health.paper < LOW_ROWS, 0x03) | bit(health.paper == 0, 0x0c),
            0x0f,
        ]
    }

    fn faulty(&self) -> bool {
        self.health.cutter || self.failure.is_some()
    }

    fn offline(&self) -> bool {
        self.health.cover_open || self.health.paper == 0 || self.faulty()
    }

    fn fail(&mut self, why: String) {
        self.failure.get_or_insert(why);
    }

    /// Prints and obeys while it can.
    fn work(&mut self, answers: &mut Vec<u8>) {
        loop {
            while !self.offline()
                && let Some(row) = self.ink.pop_front()
            {
                self.sheet.picture.append(&row);
                self.health.paper -= 1;
            }
            self.tell_changes(answers);
            if self.offline() {
                return;
            }
            match parse(&self.buffer) {
                Parsed::More => return,
                Parsed::Unknown(what) => self.fail(format!("unknown command: {what}")),
                Parsed::Whole(count, command) => {
                    self.buffer.drain(..count);
                    if let Err(why) = self.obey(command, answers) {
                        self.fail(why);
                    }
                }
            }
        }
    }

    fn tell_changes(&mut self, answers: &mut Vec<u8>) {
        let four = self.four();
        if self.tell & 0x0f != 0 && four != self.told {
            self.told = four;
            answers.extend(four);
        }
    }

    fn obey(&mut self, command: Command, answers: &mut Vec<u8>) -> Result<(), String> {
        match command {
            Command::Asked | Command::CodeModel | Command::CodeLevel => {}
            Command::Start => self.head.start(),
            Command::TellChanges(n) => {
                self.tell = n;
                self.told = self.four();
                answers.extend(self.told);
            }
            Command::Chinese(on) => self.head.set(|set| set.chinese = on),
            Command::Align(n) => self.head.set(|set| set.align = n),
            Command::Size(wide, high) => self.head.set(|set| set.size = (wide.into(), high.into())),
            Command::Bold(on) => self.head.set(|set| set.bold = on),
            Command::Inverse(on) => self.head.set(|set| set.inverse = on),
            Command::CodeDot(dot) => self.head.set(|set| set.code_dot = dot.into()),
            Command::Letter(letter) => self.head.letter(letter)?,
            Command::EndRow => {
                let (text, dots) = self.head.end_row();
                self.sheet.text.push_str(&text);
                self.sheet.text.push('\n');
                self.ink(&dots);
            }
            Command::Feed(rows) => {
                let dots = self.head.feed(rows);
                self.ink(&dots);
            }
            Command::CodeText(text) => self.head.code_text(text),
            Command::CodePrint => {
                let dots = self.head.code()?;
                self.ink(&dots);
            }
            Command::Picture(across, dots) => {
                let dots = self.head.picture(across, &dots)?;
                self.ink(&dots);
            }
            Command::Cut => {
                self.sheet.cut = true;
                let width = u16::try_from(self.head.across() * 8).unwrap_or(0);
                self.sheets.push(std::mem::replace(&mut self.sheet, blank(width)));
            }
            Command::Kick(_) => {
                self.kicks += 1;
                self.health.drawer_open = true;
            }
            Command::Mark(mark) => self.mark(mark, answers),
            Command::Paper => answers.push(self.four()[2]),
        }
        Ok(())
    }

    fn ink(&mut self, dots: &[u8]) {
        self.fresh = true;
        self.ink.extend(dots.chunks(self.head.across()).map(<[u8]>::to_vec));
    }

    /// A mark belongs to the sheet that was cut last, or to the one under way; to none after a kick of the drawer.
    fn mark(&mut self, mark: [u8; 4], answers: &mut Vec<u8>) {
        if std::mem::take(&mut self.fresh) {
            let last = self.sheets.last_mut().filter(|_| self.sheet.picture.height() == 0);
            last.unwrap_or(&mut self.sheet).marks.push(mark);
        }
        if !self.health.markless {
            answers.extend([&[0x37, 0x22], &mark[..], &[0]].concat());
        }
    }
}

fn blank(width: u16) -> Sheet {
    Sheet { picture: Picture::new(width), text: String::new(), marks: Vec::new(), cut: false }
}
