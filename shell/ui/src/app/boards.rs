//! Several boards: which is open, and what else changes with it.

use std::path::{Path, PathBuf};
use std::rc::Rc;

use super::{App, CLASSES, Screen, with_app};
use crate::boards::{Boards, Parts};
use crate::bridge::FromUi;
use crate::class::roster;
use crate::home::Home;
use crate::layout::Layout;
use crate::pinyin::Loading;
use crate::settings::Settings;
use crate::surface::Easel;

/// The sheet of boards, which asks this app for what it wants.
pub(super) fn sheet(
    easel: &Rc<Easel>,
    layout: Layout,
    settings: &Settings,
    home: &Rc<Home>,
    dictionary: Loading,
) -> Rc<Boards> {
    let (lists, home) = (settings.lessons.join(CLASSES), home.clone());
    let names = move || {
        let (now, mut names) = home.lesson_names();
        names.extend(roster::read(&lists).into_iter().map(|roster| roster.class));
        (now, names)
    };
    let opened = |folder: &Path| {
        let folder = folder.to_owned();
        // From the next turn of the loop, since the sheet's own touch may be calling.
        slint::Timer::single_shot(std::time::Duration::ZERO, move || {
            with_app(|app| app.show_board(folder));
        });
    };
    let (names, opened) = (Box::new(names), Box::new(opened));
    let parts = Parts { state: settings.state.clone(), names, dictionary, opened };
    Boards::new(easel.clone(), layout, parts)
}

impl App {
    /// The board of this folder is open now, or with no folder the one that was.
    fn show_board(&self, folder: PathBuf) {
        if !folder.as_os_str().is_empty() {
            self.wall.change_board();
            if !self.asker.ask(FromUi::Board(folder)) {
                tracing::error!("what this board says is found after the next start");
            }
        }
        self.go(Screen::Board);
    }
}
