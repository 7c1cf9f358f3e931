//! Messages at the top of the screen: the newest bad news until it is closed or over, or good news for a while.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use api::shell::Element;
use slint::{ComponentHandle, PlatformError, Timer, TimerMode};

use crate::layout::Layout;
use crate::surface::{Easel, Level, Surface};
use screens::{ToastAdapter, ToastSurface, Trouble};

/// How long good news stays; bad news stays until it is closed or over.
const GOOD_NEWS: Duration = Duration::from_secs(6);

/// What is said, and what is still to be said.
pub struct Messages {
    toast: Surface<ToastSurface>,
    timer: Timer,
    troubles: RefCell<Vec<Trouble>>,
}

impl Messages {
    /// Nothing is said yet.
    pub fn new(easel: &Easel, layout: &Layout) -> Result<Rc<Self>, PlatformError> {
        let toast = easel.make("message", layout.toast(), Level::Message, None, ToastSurface::new)?;
        let messages = Rc::new(Self { toast, timer: Timer::default(), troubles: RefCell::default() });
        let weak = Rc::downgrade(&messages);
        messages.toast.ui.global::<ToastAdapter<'_>>().on_close(move || {
            weak.upgrade().iter().for_each(|messages| messages.hush());
        });
        Ok(messages)
    }

    /// Takes them off the screen for good.
    pub fn hide(&self) {
        self.toast.set_visible(false);
    }

    /// Everything on them that a finger can use.
    pub fn list(&self, into: &mut Vec<Element>) {
        self.toast.list(into);
    }

    /// Shows a message: the newest bad news, or good news for a while.
    pub fn say(self: &Rc<Self>, trouble: Trouble, good: bool) {
        let over: &[Trouble] = match trouble {
            Trouble::JournalRoom => &[Trouble::JournalFull, Trouble::JournalBroken],
            Trouble::TouchBack => &[Trouble::TouchLost],
            Trouble::BusBack => &[Trouble::BusLost],
            _ => &[],
        };
        let mut troubles = self.troubles.borrow_mut();
        troubles.retain(|known| *known != trouble && !over.contains(known));
        if !good {
            troubles.push(trouble);
        }
        drop(troubles);
        self.show(trouble, good);
        if good {
            let weak = Rc::downgrade(self);
            self.timer.start(TimerMode::SingleShot, GOOD_NEWS, move || {
                weak.upgrade().iter().for_each(|messages| messages.show_rest());
            });
        } else {
            self.timer.stop();
        }
    }

    /// Somebody has read the message.
    fn hush(&self) {
        self.timer.stop();
        self.troubles.borrow_mut().pop();
        self.show_rest();
    }

    fn show_rest(&self) {
        let last = self.troubles.borrow().last().copied();
        match last {
            Some(trouble) => self.show(trouble, false),
            None => self.toast.set_visible(false),
        }
    }

    fn show(&self, trouble: Trouble, good: bool) {
        let adapter = self.toast.ui.global::<ToastAdapter<'_>>();
        adapter.set_trouble(trouble);
        adapter.set_good(good);
        self.toast.set_visible(true);
    }
}
