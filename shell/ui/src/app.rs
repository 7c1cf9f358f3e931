//! The screens' thread: which screen is shown, in which language, and where each message goes.

use std::cell::{Cell, OnceCell};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use api::shell::Element;
use display::{BoardCommand, FromDisplay, Scene, ToDisplay};
use slint::{ComponentHandle, Timer};

use crate::assets::Assets;
use crate::boards::Boards;
use crate::bridge::{Asker, FromUi, Shown, Tell, ToUi};
use crate::class::Class;
use crate::first::First;
use crate::home::Home;
use crate::kept::Keeper;
use crate::kept::enrolled::EnrolledKeeper;
use crate::kept::prefs::Prefs;
use crate::kiosk::Kiosk;
use crate::layout::Layout;
use crate::messages::Messages;
use crate::preferences::Preferences;
use crate::service::Service;
use crate::session::SessionScreens;
use crate::settings::{Language, Role, Settings};
use crate::signage::Signage;
use crate::sound::Speaker;
use crate::surface::{Easel, Level};
use crate::wall::{self, Wall};
use screens::{KioskAdapter, KioskScreen, ServiceDoor};

mod asked;
mod boards;
mod first;
mod screen;
mod signage;
mod time;
mod trouble;
mod ways;

use screen::Screen;
use ways::Ways;

/// Class lists, in the folder of the lessons.
const CLASSES: &str = "classes";
/// How long the bus may be away before people are told: services restart within this.
const BUS_GRACE: Duration = Duration::from_secs(3);

/// Everything on the screens' thread.
pub struct App {
    role: Role,
    easel: Rc<Easel>,
    asker: Asker,
    home: Rc<Home>,
    boards: Rc<Boards>,
    preferences: Rc<Preferences>,
    kiosk_place: display::SurfaceHandle,
    kiosk: Rc<Kiosk>,
    wall: Rc<Wall>,
    messages: Rc<Messages>,
    ways: Ways,
    service: Rc<Service>,
    first: Rc<First>,
    enrolled: EnrolledKeeper,
    session: Rc<SessionScreens>,
    signage: Rc<Signage>,
    bus_timer: Timer,
    bus_complained: Cell<bool>,
    shown: Cell<(Screen, Language)>,
}

thread_local! {
    /// The app of this thread, for messages that come through Slint's event loop.
    static APP: OnceCell<Rc<App>> = const { OnceCell::new() };
}

/// How the bridge reaches this thread.
pub fn teller() -> Tell {
    Arc::new(|message| {
        let sent = slint::invoke_from_event_loop(move || {
            if let Some(app) = APP.with(|app| app.get().cloned()) {
                app.take(message);
            }
        });
        if sent.is_err() {
            tracing::debug!("the screens have ended");
        }
    })
}

/// Makes every screen, shows the first one and puts the app in its place.
pub fn begin(settings: &Settings, easel: Easel, layout: Layout, assets: Assets, asker: Asker) -> Result<()> {
    let app = App::new(settings, Rc::new(easel), layout, Rc::new(assets), asker)?;
    app.connect();
    let (first, language) = app.shown.get();
    app.speak(language);
    app.go(first);
    let prefs = app.preferences.get();
    app.like(&prefs);
    app.show_enrolled(&app.enrolled.recall());
    let events = Rc::downgrade(&app);
    app.easel.display.on_event(move |event| {
        if let Some(app) = events.upgrade() {
            app.take_event(event);
        }
    });
    app.easel.display.send(ToDisplay::Board(BoardCommand::Status)).context("the display does not listen")?;
    APP.with(|place| place.set(app)).ok().context("the app was begun twice")
}

/// Forgets the app, and with it every surface.
pub fn end() {
    // A thread-local of this kind cannot be emptied; hiding what it shows is enough, as the process ends.
    if let Some(app) = APP.with(|app| app.get().cloned()) {
        app.home.set_visible(false);
        app.wall.set_visible(false);
        app.messages.hide();
    }
}

impl App {
    fn new(
        settings: &Settings,
        easel: Rc<Easel>,
        layout: Layout,
        assets: Rc<Assets>,
        asker: Asker,
    ) -> Result<Rc<Self>> {
        let whole = layout.screen();
        let home = Home::new(easel.clone(), &layout, &settings.lessons).context("the home screen")?;
        let kiosk =
            easel.make("kiosk", whole, Level::Screen, None, KioskScreen::new).context("the kiosk screen")?;
        let messages = Messages::new(&easel, &layout).context("messages")?;
        let kiosk_place = kiosk.place;
        let assets_of_first = assets.clone();
        let session =
            time::screens(&easel, &layout, assets.clone(), settings).context("the screens of time")?;
        let kiosk = Kiosk::new(kiosk.ui, assets, asker.clone(), Keeper::new(&settings.state));
        let speaker = Rc::new(Speaker::start());
        let class = Class::new(easel.clone(), layout, settings.lessons.join(CLASSES), speaker);
        class.roll().keep_in(&settings.state);
        let wall = Wall::new(wall::Parts {
            easel: easel.clone(),
            layout,
            class,
            asker: asker.clone(),
            size_um: settings.size_um(),
            sources: settings.live()?,
            files: wall::files(settings.folders.clone()).context("the thread for files")?,
            leave: Box::new(|| with_app(|app| app.go(Screen::Home))),
            complain: Box::new(|trouble| with_app(move |app| app.messages.say(trouble, false))),
        })
        .context("the board's surfaces")?;
        let first = if settings.role == Role::Kiosk { Screen::Kiosk } else { Screen::Home };
        Ok(Rc::new(Self {
            role: settings.role,
            easel: easel.clone(),
            boards: boards::sheet(&easel, layout, settings, &home, wall.dictionary()),
            home,
            service: first::service(settings, easel.clone(), layout, asker.clone()),
            first: first::screen(settings, easel.clone(), layout, assets_of_first, asker.clone()),
            enrolled: EnrolledKeeper::new(&settings.state),
            asker,
            preferences: Preferences::new(easel.clone(), layout, &settings.state, |prefs| {
                with_app(|app| app.like(&prefs));
            }),
            kiosk_place,
            kiosk,
            wall,
            messages,
            session,
            signage: signage::signage(&easel, layout, settings),
            ways: Ways::new(easel, layout, settings)?,
            bus_timer: Timer::default(),
            bus_complained: Cell::new(false),
            shown: Cell::new((first, settings.language)),
        }))
    }

    fn connect(&self) {
        let home = self.home.adapter();
        home.set_has_board(Screen::Board.is_in(self.role));
        home.set_has_boards(Screen::Board.is_in(self.role) && !self.session.sells());
        home.set_has_kiosk(Screen::Kiosk.is_in(self.role));
        home.on_board(|| with_app(|app| app.go(Screen::Board)));
        home.on_boards(|| with_app(|app| app.boards.show()));
        home.on_kiosk(|| with_app(|app| app.go(Screen::Kiosk)));
        home.on_page(|number| with_app(move |app| app.open_page(number)));
        home.on_setup(|| with_app(|app| app.first.open()));
        home.on_settings(|| with_app(|app| app.preferences.open(app.shown.get().1)));
        home.on_language(|name| with_app(move |app| app.prefer_language(&name)));
        self.session.on_language(|name| with_app(|app| app.speak_named(&name)));
        let kiosk = self.kiosk.screen().global::<KioskAdapter<'_>>();
        kiosk.set_has_home(Screen::Home.is_in(self.role));
        kiosk.on_home(|| with_app(|app| app.go(Screen::Home)));
        kiosk.on_language(|name| with_app(move |app| app.speak_named(&name)));
        self.connect_ways();
        self.wall.on_class_over(|| {
            with_app(|app| {
                app.session.board_is_wiped();
                app.settle_time();
            });
        });
        self.home.surface().ui.global::<ServiceDoor<'_>>().on_opened(|| with_app(|app| app.service.open()));
        let kiosk = self.kiosk.screen().global::<ServiceDoor<'_>>();
        kiosk.on_opened(|| with_app(|app| app.service.open()));
    }

    /// Goes to a screen. The next one is shown before the last one goes, so the board never flashes through.
    fn go(&self, screen: Screen) {
        let screen = self.open_or_locked(screen);
        self.shown.set((screen, self.shown.get().1));
        let scene = if screen == Screen::Board { Scene::Board } else { Scene::Covered };
        if let Err(error) = self.easel.display.send(ToDisplay::Scene(scene)) {
            tracing::error!(%error, "the display does not listen");
        }
        let show = |wanted: bool| {
            if (screen == Screen::Home) == wanted {
                self.home.set_visible(wanted);
            }
            if (screen == Screen::Kiosk) == wanted && self.kiosk_place.is_visible() != wanted {
                let kiosk = self.kiosk.screen();
                let outcome = if wanted { kiosk.show() } else { kiosk.hide() };
                if let Err(error) = outcome {
                    tracing::error!(%error, "the kiosk could not be shown or hidden");
                }
            }
            if (screen == Screen::Board) == wanted {
                self.wall.set_visible(wanted);
            }
            if (screen == Screen::Session) == wanted {
                self.session.set_start(wanted);
            }
        };
        show(true);
        show(false);
        self.boards.close();
        self.kiosk.set_shown(screen == Screen::Kiosk);
        self.session.set_on_board(screen == Screen::Board);
        self.tell_shown();
        self.settle_first();
    }

    fn speak_named(&self, name: &str) {
        match Language::parse(name) {
            Some(language) => self.speak(language),
            None => tracing::warn!(name, "there is no such language"),
        }
    }

    /// Somebody chose a language for this room; that of a guest at the kiosk is not kept.
    fn prefer_language(&self, name: &str) {
        if let Some(language) = Language::parse(name) {
            self.preferences.change(|prefs| prefs.language = Some(language));
        }
    }

    fn like(&self, prefs: &Prefs) {
        self.easel.look.set_liked(prefs);
        self.wall.like(prefs);
        self.like_ways(prefs);
        if let Some(language) = prefs.language.filter(|language| *language != self.shown.get().1) {
            self.speak(language);
        }
    }

    fn open_page(&self, number: i32) {
        if let Some(page) = usize::try_from(number).ok().and_then(|number| number.checked_sub(1)) {
            self.wall.go_to(page);
            self.go(Screen::Board);
        }
    }

    fn speak(&self, language: Language) {
        self.shown.set((self.shown.get().0, language));
        if let Err(error) = slint::select_bundled_translation(language.name()) {
            tracing::error!(%error, "the language could not be changed");
        }
        self.ways.speak(language);
        self.home.speak(language);
        self.session.speak(language);
        self.kiosk.speak(language == Language::Zh);
        self.wall.speak(language == Language::Zh);
        self.service.speak(language);
        self.first.speak(language == Language::Zh);
        self.tell_shown();
    }

    fn tell_shown(&self) {
        let (screen, language) = self.shown.get();
        if !self.asker.ask(FromUi::Shown(Shown { screen: screen.name(), language: language.name() })) {
            tracing::warn!("callers on the bus are not told of the screen");
        }
    }

    fn take_event(&self, event: FromDisplay) {
        if let FromDisplay::Trouble(trouble) = event {
            self.take_trouble(trouble);
        } else {
            self.signage.heed(&event);
            self.service.feel(&event);
            self.first.feel(&event);
            if matches!(event, FromDisplay::Status { .. }) && self.shown.get().0 == Screen::Home {
                self.home.look();
            }
            self.wall.take(event);
        }
    }

    fn take(&self, message: ToUi) {
        match message {
            ToUi::Bus(there) => self.take_bus(there),
            ToUi::Reading(ready) => {
                self.wall.set_reading(ready);
                self.home.adapter().set_reading_ready(ready);
            }
            ToUi::WorkedOut { ticket, answer } => self.wall.take_answer(ticket, answer),
            ToUi::Evaluated { ticket, expression } => self.wall.take_evaluated(ticket, expression),
            ToUi::Read { ticket, lines } => self.wall.take_reading(ticket, lines),
            ToUi::Sensed(sensed) => {
                self.service.sensed(&sensed);
                self.wall.sense(sensed);
            }
            ToUi::Reader(reader) => self.wall.class().roll().set_reader(reader),
            ToUi::Tapped(tapped) => {
                self.signage.touched();
                self.wall.class().roll().take(&tapped);
            }
            ToUi::Service(said) => self.service.take(said),
            ToUi::Setup(said) => self.take_setup(said),
            ToUi::Sticks(answer) => self.first.take_sticks(answer),
            ToUi::HeldUp(text) => self.first.take_held_up(text),
            ToUi::PageWaved(pages) => self.wall.wave(pages),
            ToUi::Found { ticket, hits, understanding } => self.wall.take_found(ticket, hits, understanding),
            ToUi::InkWanted(inked) => self.wall.give_ink(inked),
            ToUi::Thumbnail { page, bitmap } => {
                self.wall.take_thumbnail(page, &bitmap);
                self.home.take_thumbnail(page, &bitmap);
            }
            ToUi::Told(told) => self.wall.take_told(told),
            ToUi::Said(said) => {
                self.home.take_said(&said);
                self.boards.take_said(&said);
            }
            ToUi::BoardOpened { id, opened } => self.boards.take_opened(&id, opened),
            ToUi::Preview { id, bitmap } => self.boards.take_preview(&id, &bitmap),
            ToUi::Saved { kind, saved } => self.wall.class().take_saved(kind, saved),
            ToUi::Asked(ask) => self.answer(ask),
            ToUi::End => {
                if let Err(error) = self.easel.display.send(ToDisplay::Stop) {
                    tracing::debug!(%error, "the display has stopped");
                }
            }
            ToUi::Whose(first) => self.take_whose(first.as_deref()),
            ToUi::Sessions(sessions) => self.session.take_current(sessions),
            ToUi::TimeOffers(currency, offers) => {
                self.kiosk.name_time(offers.clone());
                self.session.take_offers(currency, offers);
            }
            of_the_till => self.kiosk.take(of_the_till),
        }
        self.home.adapter().set_till_ready(self.kiosk.is_open());
        self.settle_time();
        self.signage.settle();
    }

    /// Everything a finger can use, back to front.
    fn elements(&self) -> Vec<Element> {
        let mut elements = Vec::new();
        self.home.surface().list(&mut elements);
        self.boards.list(&mut elements);
        self.preferences.list(&mut elements);
        if self.kiosk_place.is_visible() {
            crate::surface::list(self.kiosk.screen(), "kiosk", self.kiosk_place.rect(), &mut elements);
        }
        self.wall.list(&mut elements);
        self.first.list(&mut elements);
        self.service.list(&mut elements);
        self.session.list(&mut elements);
        self.signage.list(&mut elements);
        self.messages.list(&mut elements);
        self.ways.list(&mut elements);
        elements
    }
}

fn with_app(act: impl FnOnce(&App)) {
    if let Some(app) = APP.with(|app| app.get().cloned()) {
        act(&app);
    }
}
