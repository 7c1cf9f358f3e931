//! The first screen: the time, today's lessons, the pages written on last, and the ways on from here.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::rc::Rc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use api::admin::Enrolled;
use board::{Bitmap, PageId, Said};
use display::{BoardCommand, ToDisplay};
use slint::{ComponentHandle, Image, PlatformError, Timer, TimerMode};

use crate::bridge::ToUi;
use crate::class::calendar;
use crate::class::timetable::{Timetable, When, hm};
use crate::layout::Layout;
use crate::recent::{self, Recent};
use crate::rows::{kept, kept_while};
use crate::settings::Language;
use crate::surface::{Easel, Level, Surface};
use screens::{HomeAdapter, HomeScreen, LessonRow, LessonState, RecentRow};

/// How often the clock is looked at: minutes are shown, and nobody sees it late.
const TICK: Duration = Duration::from_secs(1);
/// Lessons that fit on the card; what is over makes room first.
const LESSONS: usize = 6;
/// Pages that are shown, and how wide in design units.
const PAGES: usize = 4;
const PAGE_WIDE: f32 = 290.0;
/// The timetable in the folder of the lessons.
const TIMETABLE: &str = "timetable.toml";

/// The screen and what it shows.
pub struct Home {
    surface: Surface<HomeScreen>,
    easel: Rc<Easel>,
    page_px: u32,
    timetable: PathBuf,
    /// The timetable of the unit's enrolment, where the folder has none.
    enrolled: RefCell<String>,
    lessons: RefCell<Read>,
    language: Cell<Language>,
    pages: RefCell<Vec<Recent>>,
    pictures: RefCell<BTreeMap<PageId, Image>>,
    clock: Timer,
}

/// The timetable as it was read last, and when its file had changed then.
#[derive(Default)]
struct Read {
    done: bool,
    changed: Option<SystemTime>,
    week: Timetable,
    fault_line: usize,
}

impl Home {
    /// Hidden. `lessons` is the folder with the timetable, which may be absent.
    pub fn new(
        easel: Rc<Easel>,
        layout: &Layout,
        lessons: &std::path::Path,
    ) -> Result<Rc<Self>, PlatformError> {
        let surface = easel.make("home", layout.screen(), Level::Screen, None, HomeScreen::new)?;
        Ok(Rc::new(Self {
            surface,
            easel,
            page_px: u32::try_from(layout.px(PAGE_WIDE)).unwrap_or(1),
            timetable: lessons.join(TIMETABLE),
            enrolled: RefCell::default(),
            lessons: RefCell::default(),
            language: Cell::default(),
            pages: RefCell::default(),
            pictures: RefCell::default(),
            clock: Timer::default(),
        }))
    }

    /// What the screen shows and tells.
    pub fn adapter(&self) -> HomeAdapter<'_> {
        self.surface.ui.global::<HomeAdapter<'_>>()
    }

    /// The surface.
    pub fn surface(&self) -> &Surface<HomeScreen> {
        &self.surface
    }

    /// Shows it as things are now, or hides it.
    pub fn set_visible(self: &Rc<Self>, visible: bool) {
        if visible {
            self.tick();
            let home = Rc::downgrade(self);
            self.clock
                .start(TimerMode::Repeated, TICK, move || home.upgrade().iter().for_each(|home| home.tick()));
            self.look();
        } else {
            self.clock.stop();
        }
        self.surface.set_visible(visible);
    }

    /// The language has changed.
    pub fn speak(&self, language: Language) {
        self.language.set(language);
        self.adapter().set_chinese(language == Language::Zh);
        self.tick();
    }

    /// What the unit was enrolled with: school and room are on the screen, and its timetable counts where the folder of
    /// the lessons has none.
    pub fn set_enrolled(&self, enrolled: &Enrolled) {
        let names = [&enrolled.school, &enrolled.room].into_iter().filter(|name| !name.is_empty());
        let place = names.map(String::as_str).collect::<Vec<_>>().join(" · ");
        self.adapter().set_place(place.into());
        self.enrolled.replace(enrolled.timetable.clone());
        self.lessons.replace(Read::default());
        self.tick();
    }

    /// The board has changed, or was read from the disk.
    pub fn look(&self) {
        if !self.adapter().get_has_board() {
            return;
        }
        let reply = Box::new(|said| crate::app::teller()(ToUi::Said(said)));
        if let Err(error) = self.easel.display.send(ToDisplay::Board(BoardCommand::Said(reply))) {
            tracing::error!(%error, "the display does not listen");
        }
    }

    /// What is on the board now.
    pub fn take_said(&self, said: &Said) {
        let pages = recent::pages(said, PAGES);
        for page in &pages {
            let id = page.id;
            let reply = Box::new(move |bitmap: Option<Bitmap>| {
                if let Some(bitmap) = bitmap {
                    crate::app::teller()(ToUi::Thumbnail { page: id, bitmap });
                }
            });
            let wish = ToDisplay::Thumbnail { page: id, width_px: self.page_px, reply };
            if let Err(error) = self.easel.display.send(wish) {
                tracing::error!(%error, "the display does not listen");
            }
        }
        self.pictures.borrow_mut().retain(|id, _| pages.iter().any(|page| page.id == *id));
        *self.pages.borrow_mut() = pages;
        self.show_pages();
    }

    /// A page has been drawn small; not each of them is asked for here.
    pub fn take_thumbnail(&self, page: PageId, bitmap: &Bitmap) {
        let wanted = bitmap.width == self.page_px && self.pages.borrow().iter().any(|known| known.id == page);
        if wanted {
            self.pictures.borrow_mut().insert(page, crate::wall::picture(bitmap));
            self.show_pages();
        }
    }

    fn show_pages(&self) {
        let now_us = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_micros();
        let now_us = u64::try_from(now_us).unwrap_or(u64::MAX);
        let pictures = self.pictures.borrow();
        let row = |page: &Recent| {
            let (age, count) = crate::wall::age(page.made_us, now_us);
            let picture = pictures.get(&page.id).cloned();
            RecentRow {
                number: i32::try_from(page.number + 1).unwrap_or(i32::MAX),
                age,
                count,
                has_picture: picture.is_some(),
                picture: picture.unwrap_or_default(),
            }
        };
        let rows: Vec<RecentRow> = self.pages.borrow().iter().map(row).collect();
        let adapter = self.adapter();
        adapter.set_pages(kept_while(|one, other| one.number == other.number, adapter.get_pages(), rows));
    }

    /// What the lesson that runs is called, and all of today.
    pub fn lesson_names(&self) -> (Option<String>, Vec<String>) {
        let read = self.lessons.borrow();
        let chinese = self.language.get() == Language::Zh;
        let shown = read.week.shown(calendar::now(), LESSONS);
        let name = |lesson: &crate::class::timetable::Lesson| {
            if chinese { lesson.title.clone() } else { lesson.title_en.clone() }
        };
        let now = shown.iter().find(|(when, _)| *when == When::Now).map(|(_, lesson)| name(lesson));
        let mut names: Vec<String> = shown.iter().map(|(_, lesson)| name(lesson)).collect();
        names.dedup();
        (now, names)
    }

    /// The time and the lessons as they are now, also while it is not shown.
    pub fn bring_up_to_date(&self) {
        self.tick();
    }

    fn tick(&self) {
        let now = calendar::now();
        let adapter = self.adapter();
        let (zh, en) = (calendar::date_zh(now.date()), calendar::date_en(now.date()));
        let chinese = self.language.get() == Language::Zh;
        let (date, other) = if chinese { (zh, en) } else { (en, zh) };
        adapter.set_time(calendar::time(now).into());
        adapter.set_date(date.into());
        adapter.set_other_date(other.into());
        let mut read = self.lessons.borrow_mut();
        self.read_again(&mut read);
        adapter.set_fault_line(i32::try_from(read.fault_line).unwrap_or(i32::MAX));
        let rows: Vec<LessonRow> = read
            .week
            .shown(now, LESSONS)
            .into_iter()
            .map(|(when, lesson)| LessonRow {
                from: hm(lesson.from).into(),
                to: hm(lesson.to).into(),
                title: if chinese { &lesson.title } else { &lesson.title_en }.into(),
                room: lesson.room.as_str().into(),
                state: match when {
                    When::Past => LessonState::Past,
                    When::Now => LessonState::Now,
                    When::Next => LessonState::Next,
                    When::Later => LessonState::Later,
                },
            })
            .collect();
        adapter.set_lessons(kept(adapter.get_lessons(), rows));
    }

    /// Reads the timetable where its file has changed.
    fn read_again(&self, read: &mut Read) {
        let changed = std::fs::metadata(&self.timetable).and_then(|file| file.modified()).ok();
        if read.done && changed == read.changed {
            return;
        }
        *read = Read { done: true, changed, ..Read::default() };
        let text = match changed {
            Some(_) => recent::read_small(&self.timetable),
            None => Ok(self.enrolled.borrow().clone()),
        };
        match text.map(|text| Timetable::parse(&text)) {
            Ok(Ok(week)) => read.week = week,
            Ok(Err(error)) => {
                tracing::warn!(%error, "the timetable is not valid");
                read.fault_line = error.line;
            }
            Err(error) => {
                tracing::warn!(%error, "the timetable cannot be read");
                read.fault_line = 1;
            }
        }
    }
}
