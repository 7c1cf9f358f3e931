//! Who is here: cards held to the reader and names that are touched. The list stays when the sheet is closed, for as long
//! as the lesson lasts; only while it is open and seen are cards counted.

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};
use std::sync::Arc;
use std::time::Duration;

use api::attendance::{Came, Tapped};
use display::Area;
use slint::{ComponentHandle, PlatformError, SharedString, Timer, TimerMode};

use super::picker::fault_of;
use crate::class::float::{Float, Sheet};
use crate::class::register::{CardName, Heard, Register, Touched};
use crate::class::roll::{Reader, Roll};
use crate::class::roster::{self, Roster};
use crate::class::{Class, Kind, calendar};
use crate::code_picture;
use crate::files::Unwritten;
use crate::handout::{self, OPEN_FOR, Offer, Server};
use crate::rows::kept;
use crate::sound::{Sound, Speaker};
use crate::surface::{Level, Surface};
use screens::{AttendanceAdapter, AttendanceSurface, RollReader, RollRow, RollTold, RosterFault};

/// How long it is told what happened last: to read it, and to say that it is not so.
const TOLD_FOR: Duration = Duration::from_secs(6);

struct Attendance {
    me: Weak<Self>,
    surface: Surface<AttendanceSurface>,
    class: Weak<Class>,
    roll: Rc<Roll>,
    speaker: Rc<Speaker>,
    rosters: Vec<Roster>,
    list: Cell<Option<usize>>,
    told: Cell<RollTold>,
    about: RefCell<String>,
    forget: Timer,
    offered: RefCell<Option<(Server, Duration)>>,
}

/// Opens it, with the class lists as they are now and whoever is known to be here.
pub(in crate::class) fn open(class: &Rc<Class>, rect: Area) -> Result<Rc<dyn Float>, PlatformError> {
    let surface = class.easel.make("attendance", rect, Level::Passing, None, AttendanceSurface::new)?;
    class.connect_frame(Kind::Attendance, &surface.ui);
    let attendance = Rc::new_cyclic(|me| Attendance {
        me: me.clone(),
        surface,
        class: Rc::downgrade(class),
        roll: class.roll().clone(),
        speaker: class.speaker.clone(),
        rosters: roster::read(&class.lists),
        list: Cell::new(None),
        told: Cell::new(RollTold::Nothing),
        about: RefCell::default(),
        forget: Timer::default(),
        offered: RefCell::default(),
    });
    let names: Vec<SharedString> =
        attendance.rosters.iter().map(|roster| roster.class.as_str().into()).collect();
    attendance.adapter().set_lists(kept(attendance.adapter().get_lists(), names));
    if let Some(cards) = attendance.roll.cards() {
        let classes: Vec<&str> = attendance.rosters.iter().map(|roster| roster.class.as_str()).collect();
        cards.keep_only(&classes);
    }
    attendance.resume();
    attendance.connect();
    Ok(attendance)
}

impl Attendance {
    fn adapter(&self) -> AttendanceAdapter<'_> {
        self.surface.ui.global::<AttendanceAdapter<'_>>()
    }

    fn connect(&self) {
        let adapter = self.adapter();
        let with = |act: fn(&Self)| {
            let weak = self.me.clone();
            move || weak.upgrade().iter().for_each(|it| act(it))
        };
        let with_index = |act: fn(&Self, Option<usize>)| {
            let weak = self.me.clone();
            move |at: i32| weak.upgrade().iter().for_each(|it| act(it, usize::try_from(at).ok()))
        };
        adapter.on_choose(with_index(|it, list| {
            it.choose(list);
            it.show();
        }));
        adapter.on_touched(with_index(|it, at| it.touched(at.unwrap_or(usize::MAX))));
        adapter.on_aside(with(|it| {
            it.roll.register.borrow_mut().set_aside();
            it.tell(RollTold::Counted, "");
        }));
        adapter.on_part(with(|it| it.part()));
        adapter.on_offer(with(|it| it.offer()));
        adapter.on_stop(with(|it| it.stop()));
        adapter.on_save(with(|it| it.save()));
        adapter.on_reset(with(|it| {
            it.roll.register.borrow_mut().start_over();
            it.tell(RollTold::Nothing, "");
        }));
    }

    /// The class that was counted before, or the first one.
    fn resume(&self) {
        let before = self.roll.class.borrow().clone();
        let at = before.and_then(|class| self.rosters.iter().position(|roster| roster.class == class));
        match at {
            Some(at) => self.list.set(Some(at)),
            None if !self.roll.register.borrow().is_blank() => {}
            None => self.choose((!self.rosters.is_empty()).then_some(0)),
        }
        self.show();
    }

    /// Another class is counted from now on: whoever was here in the one before is not in this one.
    fn choose(&self, list: Option<usize>) {
        let roster = list.and_then(|at| self.rosters.get(at));
        let names = roster.and_then(|roster| roster.names.as_ref().ok()).cloned().unwrap_or_default();
        let joined = match (self.roll.cards(), roster) {
            (Some(cards), Some(roster)) => cards.of(&roster.class, &names),
            _ => Vec::new(),
        };
        self.list.set(list);
        *self.roll.register.borrow_mut() = Register::new(names, joined);
        *self.roll.class.borrow_mut() = roster.map(|roster| roster.class.clone());
        self.told.set(RollTold::Nothing);
    }

    fn class_name(&self) -> String {
        self.roll.class.borrow().clone().unwrap_or_default()
    }

    fn name(&self, index: usize) -> String {
        self.roll.register.borrow().names().get(index).map(|(name, _)| name.clone()).unwrap_or_default()
    }

    /// Something was held to the reader.
    fn heard(&self, tapped: &Tapped) {
        let (told, about) = match Came::from_wire(tapped.came) {
            Came::Card => {
                let card = CardName(tapped.name.clone());
                let heard = self.roll.register.borrow_mut().tap(card, calendar::now());
                match heard {
                    Heard::Came(index) => (RollTold::Came, self.name(index)),
                    Heard::Again(index) => (RollTold::Again, self.name(index)),
                    Heard::Whose => (RollTold::Whose, String::new()),
                    Heard::Counted => (RollTold::Counted, String::new()),
                }
            }
            Came::Changing | Came::Unknown => (RollTold::Changing, String::new()),
            Came::TwoCards => (RollTold::TwoCards, String::new()),
            Came::LeftTooSoon => (RollTold::TooSoon, String::new()),
        };
        let good = matches!(told, RollTold::Came | RollTold::Again | RollTold::Counted);
        self.speaker.play(if good { Sound::Tick } else { Sound::Ask });
        self.tell(told, &about);
    }

    fn touched(&self, index: usize) {
        let touched = self.roll.register.borrow_mut().touch(index, calendar::now());
        match touched {
            Touched::Joined(card) => {
                if let Some(cards) = self.roll.cards() {
                    cards.join(&self.class_name(), &card, &self.name(index));
                }
                self.speaker.play(Sound::Tick);
                self.tell(RollTold::Joined, &self.name(index));
            }
            Touched::Turned | Touched::Nobody => self.tell(RollTold::Nothing, ""),
        }
    }

    /// Whoever held the last card to the reader says that it is not theirs.
    fn part(&self) {
        let parted = self.roll.register.borrow_mut().part();
        if let (Some(card), Some(cards)) = (&parted, self.roll.cards()) {
            cards.part(&self.class_name(), card);
        }
        self.tell(if parted.is_some() { RollTold::Whose } else { RollTold::Nothing }, "");
    }

    /// Says what happened, for some seconds; a card that waits for its owner waits on.
    fn tell(&self, told: RollTold, about: &str) {
        let waits = self.roll.register.borrow().waiting() > 0;
        let passing = !matches!(told, RollTold::Nothing | RollTold::Whose);
        self.told.set(if waits && told == RollTold::Nothing { RollTold::Whose } else { told });
        self.about.replace(about.to_owned());
        if passing {
            let weak = self.me.clone();
            self.forget.start(TimerMode::SingleShot, TOLD_FOR, move || {
                weak.upgrade().iter().for_each(|it| {
                    it.roll.register.borrow_mut().settle();
                    it.tell(RollTold::Nothing, "");
                });
            });
        }
        self.show();
    }

    fn table(&self) -> String {
        self.roll.register.borrow().to_csv(&self.class_name())
    }

    fn offer(&self) {
        let Some(class) = self.class.upgrade() else { return };
        let adapter = self.adapter();
        adapter.set_offered(true);
        adapter.set_no_network(true);
        let Some(here) = handout::local() else { return };
        let bytes: Arc<[u8]> = self.table().into_bytes().into();
        let started =
            Offer::new(handout::Kind::Csv, bytes).map_err(handout::HandoutError::from).and_then(|offer| {
                let path = offer.path().to_owned();
                Ok((Server::start(here, offer)?, path))
            });
        match started {
            Ok((server, path)) => {
                let address = format!("{}/{path}", server.address());
                let Some(code) = code_picture::draw(&format!("http://{address}")) else { return };
                adapter.set_code(code);
                adapter.set_address(address.into());
                adapter.set_no_network(false);
                *self.offered.borrow_mut() = Some((server, class.now()));
            }
            Err(error) => tracing::warn!(%error, "the table could not be offered"),
        }
    }

    fn stop(&self) {
        self.offered.borrow_mut().take();
        self.adapter().set_offered(false);
    }

    fn save(&self) {
        let Some(class) = self.class.upgrade() else { return };
        let name = calendar::now().strftime("attendance-%Y-%m-%d-%H%M.csv").to_string();
        class.save(name, self.table().into_bytes());
    }

    fn show(&self) {
        let adapter = self.adapter();
        let register = self.roll.register.borrow();
        let number = |count: usize| i32::try_from(count).unwrap_or(i32::MAX);
        let row = |(at, (name, arrival)): (usize, &(String, Option<_>))| RollRow {
            name: name.as_str().into(),
            here: arrival.is_some(),
            by_card: arrival.is_some_and(|arrival: crate::class::register::Arrival| arrival.by_card),
            has_card: register.has_card(at),
        };
        let rows: Vec<RollRow> = register.names().iter().enumerate().map(row).collect();
        adapter.set_names(kept(adapter.get_names(), rows));
        adapter.set_here(number(register.here()));
        adapter.set_counted(number(register.counted()));
        adapter.set_list(self.list.get().map_or(-1, number));
        let roster = self.list.get().and_then(|at| self.rosters.get(at));
        let fault = roster.and_then(|roster| roster.names.as_ref().err()).map(|error| fault_of(*error));
        let (fault, line) = fault.unwrap_or((RosterFault::None, 0));
        adapter.set_fault(fault);
        adapter.set_fault_line(line);
        adapter.set_told(self.told.get());
        adapter.set_about(self.about.borrow().as_str().into());
        adapter.set_reader(match self.roll.reader() {
            Reader::Ready => RollReader::Ready,
            Reader::Missing => RollReader::Missing,
            Reader::Paying => RollReader::Paying,
            Reader::Away => RollReader::Away,
        });
    }
}

impl Float for Attendance {
    fn sheet(&self) -> &dyn Sheet {
        &self.surface
    }

    fn is_watched(&self, _now: Duration) -> bool {
        self.offered.borrow().is_some()
    }

    fn tick(&self, now: Duration) {
        let over = {
            let offered = self.offered.borrow();
            let Some((server, since)) = &*offered else { return };
            let left = OPEN_FOR.saturating_sub(now.saturating_sub(*since));
            self.adapter().set_minutes(i32::try_from(left.as_secs().div_ceil(60)).unwrap_or_default());
            !server.is_open()
        };
        if over {
            self.stop();
        }
    }

    fn set_visible(&self, visible: bool) {
        self.sheet().set_visible(visible);
        if !visible {
            self.stop();
            self.roll.hear_no_more();
            return;
        }
        let (hearing, changed) = (self.me.clone(), self.me.clone());
        self.roll.hear(
            move |tapped| hearing.upgrade().iter().for_each(|it| it.heard(tapped)),
            move || changed.upgrade().iter().for_each(|it| it.show()),
        );
    }

    fn take_put(&self, put: Result<String, Unwritten>) {
        match put {
            Ok(drive) => self.tell(RollTold::Saved, &drive),
            Err(Unwritten::NoDrive) => self.tell(RollTold::NoStick, ""),
            Err(Unwritten::Refused) => self.tell(RollTold::NotSaved, ""),
        }
    }
}
