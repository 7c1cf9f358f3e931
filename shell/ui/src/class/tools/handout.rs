//! The board to take away: made into a file, offered for some minutes, shown as a code. Closed, it is offered no more.

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};
use std::time::Duration;

use board::format::{Format, Saved};
use display::{Area, FileError, ToDisplay};
use slint::{ComponentHandle, PlatformError};

use crate::bridge::ToUi;
use crate::class::float::{Float, Sheet};
use crate::class::{Class, Kind};
use crate::code_picture;
use crate::handout::{self, OPEN_FOR, Offer, Server};
use crate::surface::{Level, Surface};
use screens::{HandoutAdapter, HandoutState, HandoutSurface};

struct Handout {
    surface: Surface<HandoutSurface>,
    class: Weak<Class>,
    state: Cell<HandoutState>,
    offered: RefCell<Option<Offered>>,
}

struct Offered {
    server: Server,
    since: Duration,
}

/// Opens it.
pub(in crate::class) fn open(class: &Rc<Class>, rect: Area) -> Result<Rc<dyn Float>, PlatformError> {
    let surface = class.easel.make("handout", rect, Level::Passing, None, HandoutSurface::new)?;
    class.connect_frame(Kind::Handout, &surface.ui);
    let handout = Rc::new(Handout {
        surface,
        class: Rc::downgrade(class),
        state: Cell::new(HandoutState::Choose),
        offered: RefCell::default(),
    });
    let adapter = handout.surface.ui.global::<HandoutAdapter<'_>>();
    let with = |act: fn(&Handout)| {
        let handout = Rc::downgrade(&handout);
        move || handout.upgrade().iter().for_each(|handout| act(handout))
    };
    adapter.on_offer_board(with(|handout| handout.ask(handout::Kind::Pdf)));
    adapter.on_offer_page(with(|handout| handout.ask(handout::Kind::Png)));
    adapter.on_stop(with(|handout| {
        handout.offered.borrow_mut().take();
        handout.go(HandoutState::Choose);
    }));
    Ok(handout)
}

impl Handout {
    fn go(&self, state: HandoutState) {
        self.state.set(state);
        self.surface.ui.global::<HandoutAdapter<'_>>().set_state(state);
    }

    /// The display makes the file; it comes back as [`ToUi::Saved`].
    fn ask(&self, kind: handout::Kind) {
        let Some(class) = self.class.upgrade() else { return };
        if handout::local().is_none() {
            self.go(HandoutState::NoNetwork);
            return;
        }
        let format = match kind {
            handout::Kind::Pdf => Format::Pdf,
            handout::Kind::Png | handout::Kind::Csv => Format::Png,
        };
        let reply = Box::new(move |saved| crate::app::teller()(ToUi::Saved { kind, saved }));
        let sent = class.easel.display.send(ToDisplay::Save { format, reply });
        self.go(if sent.is_ok() { HandoutState::Waits } else { HandoutState::Failed });
    }

    fn offer(&self, kind: handout::Kind, saved: Result<Saved, FileError>) {
        if self.state.get() != HandoutState::Waits {
            return;
        }
        let Some(class) = self.class.upgrade() else { return };
        let page = match kind {
            handout::Kind::Pdf => 0,
            handout::Kind::Png | handout::Kind::Csv => class.page.get(),
        };
        let file = match saved {
            Ok(saved) => saved.files.get(page).or(saved.files.first()).map(|file| file.bytes.clone()),
            Err(error) => {
                tracing::warn!(%error, "the board could not be made into a file");
                None
            }
        };
        let Some(bytes) = file else { return self.go(HandoutState::Failed) };
        let Some(here) = handout::local() else { return self.go(HandoutState::NoNetwork) };
        let outcome = Offer::new(kind, bytes).map_err(handout::HandoutError::from).and_then(|offer| {
            let path = offer.path().to_owned();
            Ok((Server::start(here, offer)?, path))
        });
        let (server, path) = match outcome {
            Ok(started) => started,
            Err(error) => {
                tracing::warn!(%error, "the board could not be offered");
                return self.go(HandoutState::Failed);
            }
        };
        let address = format!("{}/{path}", server.address());
        let Some(code) = code_picture::draw(&format!("http://{address}")) else {
            return self.go(HandoutState::Failed);
        };
        let adapter = self.surface.ui.global::<HandoutAdapter<'_>>();
        adapter.set_code(code);
        adapter.set_address(address.into());
        *self.offered.borrow_mut() = Some(Offered { server, since: class.now() });
        self.go(HandoutState::Offered);
        self.tick(class.now());
    }
}

impl Float for Handout {
    fn sheet(&self) -> &dyn Sheet {
        &self.surface
    }

    fn is_watched(&self, _now: Duration) -> bool {
        self.offered.borrow().is_some()
    }

    fn tick(&self, now: Duration) {
        let over = {
            let offered = self.offered.borrow();
            let Some(offered) = &*offered else { return };
            let adapter = self.surface.ui.global::<HandoutAdapter<'_>>();
            let left = OPEN_FOR.saturating_sub(now.saturating_sub(offered.since));
            adapter.set_minutes(i32::try_from(left.as_secs().div_ceil(60)).unwrap_or_default());
            adapter.set_given(i32::try_from(offered.server.given()).unwrap_or(i32::MAX));
            !offered.server.is_open()
        };
        if over {
            self.offered.borrow_mut().take();
            self.go(HandoutState::Over);
        }
    }

    fn take_saved(&self, kind: handout::Kind, saved: Result<Saved, FileError>) {
        self.offer(kind, saved);
    }
}
