//! The settings a teacher finds on the first screen: each touch counts at once and is kept.

use std::cell::Cell;
use std::path::Path;
use std::rc::Rc;

use api::shell::Element;
use slint::ComponentHandle;

use crate::kept::prefs::{BoardColour, Hand, Prefs, PrefsKeeper, ScanPace, TextSize};
use crate::layout::Layout;
use crate::settings::Language;
use crate::sheet::{Kind, Sheet};
use crate::surface::Easel;
use screens::{AccessAdapter, BoardGround, SettingsAdapter, SettingsSurface};

/// Width and height in design units.
const SIZE: (f32, f32) = (1000.0, 760.0);

/// What people like, and where they say so.
pub struct Preferences {
    easel: Rc<Easel>,
    keeper: PrefsKeeper,
    prefs: Cell<Prefs>,
    not_kept: Cell<bool>,
    sheet: Rc<Sheet<SettingsSurface>>,
    apply: Box<dyn Fn(Prefs)>,
}

impl Preferences {
    /// As they were kept in the folder `state`. `apply` is called after each change.
    pub fn new(easel: Rc<Easel>, layout: Layout, state: &Path, apply: impl Fn(Prefs) + 'static) -> Rc<Self> {
        let keeper = PrefsKeeper::new(state);
        Rc::new(Self {
            easel,
            prefs: Cell::new(keeper.recall()),
            keeper,
            not_kept: Cell::default(),
            sheet: Sheet::new(layout, Kind { name: "settings", size: SIZE, new: SettingsSurface::new }),
            apply: Box::new(apply),
        })
    }

    /// What people like now.
    pub fn get(&self) -> Prefs {
        self.prefs.get()
    }

    /// Changes it, and keeps it where the disk takes it.
    pub fn change(&self, change: impl FnOnce(&mut Prefs)) {
        let mut prefs = self.prefs.get();
        change(&mut prefs);
        self.prefs.set(prefs);
        let kept = self.keeper.keep(&prefs);
        self.not_kept.set(kept.is_err());
        if let Err(error) = kept {
            tracing::warn!(%error, "the preferences could not be kept");
        }
        (self.apply)(prefs);
        self.show();
    }

    /// Opens the sheet; `language` is that of the screens where nobody has chosen one.
    pub fn open(self: &Rc<Self>, language: Language) {
        if self.prefs.get().language.is_none() {
            let mut prefs = self.prefs.get();
            prefs.language = Some(language);
            self.prefs.set(prefs);
        }
        let preferences = Rc::downgrade(self);
        let close = move || preferences.upgrade().iter().for_each(|preferences| preferences.close());
        if let Err(error) = self.sheet.make(&self.easel, |ui| self.connect(ui), close) {
            tracing::error!(%error, "the settings could not be shown");
            return;
        }
        self.show();
        self.sheet.show();
    }

    /// Closes it.
    pub fn close(&self) {
        self.sheet.hide();
    }

    /// Everything on it that a finger can use.
    pub fn list(&self, into: &mut Vec<Element>) {
        self.sheet.list(into);
    }

    fn connect(self: &Rc<Self>, ui: &SettingsSurface) {
        let adapter = ui.global::<SettingsAdapter<'_>>();
        let with = |set: fn(&mut Prefs, bool)| {
            let preferences = Rc::downgrade(self);
            move |on| {
                preferences
                    .upgrade()
                    .iter()
                    .for_each(|preferences| preferences.change(|prefs| set(prefs, on)));
            }
        };
        adapter.on_set_chinese(with(|prefs, chinese| {
            prefs.language = Some(if chinese { Language::Zh } else { Language::En });
        }));
        adapter.on_set_contrast(with(|prefs, on| prefs.contrast = on));
        adapter.on_set_motion(with(|prefs, on| prefs.motion = on));
        adapter.on_set_sound(with(|prefs, on| prefs.sound = on));
        adapter.on_set_left_handed(with(|prefs, left| {
            prefs.hand = if left { Hand::Left } else { Hand::Right };
        }));
        let access = ui.global::<AccessAdapter<'_>>();
        access.on_set_read_aloud(with(|prefs, on| prefs.read_aloud = on));
        access.on_set_captions(with(|prefs, on| prefs.captions = on));
        let preferences = Rc::downgrade(self);
        access.on_set_scan(move |pace| {
            let scan = match pace {
                screens::ScanPace::Off => ScanPace::Off,
                screens::ScanPace::Slow => ScanPace::Slow,
                screens::ScanPace::Quick => ScanPace::Quick,
            };
            preferences
                .upgrade()
                .iter()
                .for_each(|preferences| preferences.change(|prefs| prefs.scan = scan));
        });
        let preferences = Rc::downgrade(self);
        adapter.on_set_text(move |percent| {
            let text = match percent {
                125 => TextSize::Large,
                150 => TextSize::Huge,
                _ => TextSize::Normal,
            };
            preferences
                .upgrade()
                .iter()
                .for_each(|preferences| preferences.change(|prefs| prefs.text = text));
        });
        let preferences = Rc::downgrade(self);
        adapter.on_set_ground(move |ground| {
            let board = match ground {
                BoardGround::White => BoardColour::White,
                BoardGround::Green => BoardColour::Green,
                BoardGround::Black => BoardColour::Black,
            };
            preferences
                .upgrade()
                .iter()
                .for_each(|preferences| preferences.change(|prefs| prefs.board = board));
        });
    }

    fn show(&self) {
        let Some(ui) = self.sheet.ui() else { return };
        let prefs = self.prefs.get();
        let adapter = ui.global::<SettingsAdapter<'_>>();
        adapter.set_chinese(prefs.language == Some(Language::Zh));
        adapter.set_ground(match prefs.board {
            BoardColour::White => BoardGround::White,
            BoardColour::Green => BoardGround::Green,
            BoardColour::Black => BoardGround::Black,
        });
        adapter.set_text((prefs.text.factor() * 100.0).round() as i32);
        adapter.set_contrast(prefs.contrast);
        adapter.set_motion(prefs.motion);
        adapter.set_sound(prefs.sound);
        adapter.set_left_handed(prefs.hand == Hand::Left);
        let access = ui.global::<AccessAdapter<'_>>();
        access.set_read_aloud(prefs.read_aloud);
        access.set_captions(prefs.captions);
        access.set_scan(match prefs.scan {
            ScanPace::Off => screens::ScanPace::Off,
            ScanPace::Slow => screens::ScanPace::Slow,
            ScanPace::Quick => screens::ScanPace::Quick,
        });
        adapter.set_not_kept(self.not_kept.get());
    }
}
