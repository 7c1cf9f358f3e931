//! A panel without glass, and hands that write on it.
use std::{path::Path, sync::OnceLock};

use crate::{Actor, Board, Canvas, ContactId, Effects, Nib, Op, PanelPoint, PersonId, Surface, Touch};

/// The bundled font, or any other: only the pictures of Chinese text need the former.
pub(crate) fn font() -> Vec<u8> {
    static FONT: OnceLock<Vec<u8>> = OnceLock::new();
    FONT.get_or_init(|| {
        let assets = std::env::var("DAIS_ASSETS").unwrap_or_else(|_| "../../assets/fetched".to_owned());
        let ours = Path::new(&assets).join("fonts/NotoSansSC-Regular.ttf");
        std::fs::read(&ours)
            .or_else(|_| std::fs::read("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"))
            .expect("no font: run `cargo xtask assets`")
    })
    .clone()
}

pub(crate) fn person(number: u8) -> PersonId {
    PersonId::new(number).unwrap()
}

pub(crate) struct Wall {
    pub(crate) board: Board,
    /// What the panel shows: repainted only where the board said so.
    pub(crate) screen: Vec<u32>,
    pub(crate) ops: Vec<Op>,
    pub(crate) events: Vec<crate::BoardEvent>,
    pub(crate) now_us: u64,
    /// With each step so many tiles are made sharp; `None`: all.
    pub(crate) patience: Option<usize>,
}

impl Wall {
    /// 480x270 pixels on 400x225 mm: small, so that thousands of steps are quick.
    pub(crate) fn new(actor: u32) -> Wall {
        Wall::sized(Surface { width_px: 480, height_px: 270, width_um: 400_000, height_um: 225_000 }, actor)
    }

    pub(crate) fn sized(surface: Surface, actor: u32) -> Wall {
        let board = Board::new(surface, Actor(actor), font()).unwrap();
        let mut wall = Wall {
            screen: Vec::new(),
            board,
            ops: Vec::new(),
            events: Vec::new(),
            now_us: 1_000_000,
            patience: None,
        };
        wall.screen = wall.full();
        wall.show(Effects::default());
        wall
    }

    /// The whole page, painted afresh.
    pub(crate) fn full(&self) -> Vec<u32> {
        let all = self.board.panel_px();
        let mut pixels = vec![0; all.area() as usize];
        let stride_px = all.width() as usize;
        self.board.paint(&mut Canvas { pixels: &mut pixels, stride_px, area: all }, all);
        pixels
    }

    pub(crate) fn is_blank(&self) -> bool {
        self.full().iter().all(|pixel| *pixel == 0xfffd_fdfb)
    }

    /// Does what a display does with the consequences.
    pub(crate) fn show(&mut self, effects: Effects) {
        self.repaint(effects);
        loop {
            let effects = self.board.sharpen(self.patience.unwrap_or(200));
            self.repaint(effects);
            if self.board.is_sharp() || self.patience.is_some() {
                break;
            }
        }
    }

    pub(crate) fn repaint(&mut self, effects: Effects) {
        let area = self.board.panel_px();
        let stride_px = area.width() as usize;
        for rect in effects.damage.rects() {
            self.board.paint(&mut Canvas { pixels: &mut self.screen, stride_px, area }, *rect);
        }
        self.ops.extend(effects.ops);
        self.events.extend(effects.events);
    }

    pub(crate) fn touch(&mut self, contact: u64, by: u8, x_um: i32, y_um: i32) -> Touch {
        self.now_us += 8_000;
        Touch {
            contact: ContactId(contact),
            person: person(by),
            at: PanelPoint::new(x_um, y_um),
            t_us: self.now_us,
            pressure: None,
            major_um: None,
            minor_um: None,
            nib: Nib::Finger,
        }
    }

    pub(crate) fn down(&mut self, touch: &Touch) {
        let effects = self.board.hand_down(touch);
        self.show(effects);
    }

    pub(crate) fn go(&mut self, touch: &Touch) {
        let effects = self.board.hand_move(touch);
        self.show(effects);
    }

    pub(crate) fn up(&mut self, touch: &Touch) {
        let effects = self.board.hand_up(touch);
        self.show(effects);
    }

    /// One whole stroke of one person through these places, in micrometres, ten reports from each to the next.
    pub(crate) fn stroke(&mut self, by: u8, path: &[(i32, i32)]) {
        let contact = 1_000 + self.now_us;
        let first = self.touch(contact, by, path[0].0, path[0].1);
        self.down(&first);
        let mut last = first;
        for pair in path.windows(2) {
            for step in 1..=10 {
                let mix = |a: i32, b: i32| a + (b - a) * step / 10;
                last = self.touch(contact, by, mix(pair[0].0, pair[1].0), mix(pair[0].1, pair[1].1));
                self.go(&last);
            }
        }
        self.up(&last);
    }

    pub(crate) fn undo(&mut self, by: u8) {
        let effects = self.board.undo(person(by), self.now_us);
        self.show(effects);
    }

    pub(crate) fn redo(&mut self, by: u8) {
        let effects = self.board.redo(person(by), self.now_us);
        self.show(effects);
    }
}
