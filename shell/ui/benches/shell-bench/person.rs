//! A person before the panel: looks for a thing by its name, touches it, and sees when the picture answers.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::sleep;
use std::time::{Duration, Instant};

use api::shell::Element;
use display::Area;
use tokio::sync::oneshot;
use ui::app;
use ui::bridge::{Ask, ToUi};

use crate::panel::{Hand, SCAN};
use crate::shell::{Heard, Seen, Turn};

/// How long a finger stays down that touches a button.
const TOUCH: Duration = Duration::from_millis(60);
/// A picture that does not change for so long is finished.
const QUIET: Duration = Duration::from_millis(120);
/// Nothing here takes longer, whatever else the machine does.
const PATIENCE: Duration = Duration::from_secs(30);
/// The slot of the finger that touches buttons; those who write have the ones below.
const FINGER: i32 = 30;

pub(crate) struct Person {
    size: (u32, u32),
    fifo: PathBuf,
    began: Instant,
    finger: Hand,
    seen: Seen,
    asking: Arc<AtomicBool>,
}

/// A touch of a button.
#[derive(Clone, Copy)]
pub(crate) struct Touched {
    pub(crate) down: Instant,
    pub(crate) up: Instant,
}

impl Person {
    pub(crate) fn new(
        size: (u32, u32),
        fifo: &Path,
        began: Instant,
        seen: Seen,
        asking: Arc<AtomicBool>,
    ) -> Self {
        let finger = Hand::new(fifo, size, began, FINGER);
        Self { size, fifo: fifo.to_owned(), began, finger, seen, asking }
    }

    /// Somebody else's hand on the same panel.
    pub(crate) fn other_hand(&self) -> Hand {
        Hand::new(&self.fifo, self.size, self.began, 0)
    }

    pub(crate) fn size(&self) -> (u32, u32) {
        self.size
    }

    /// The whole screen.
    pub(crate) fn screen(&self) -> Area {
        Area::new(0, 0, self.size.0.cast_signed(), self.size.1.cast_signed())
    }

    /// All that can be touched.
    pub(crate) fn elements(&self) -> Vec<Element> {
        let (reply, answer) = oneshot::channel();
        self.asking.store(true, Ordering::SeqCst);
        (app::teller())(ToUi::Asked(Ask::Elements(reply)));
        let elements = answer.blocking_recv().expect("the screens answer");
        self.asking.store(false, Ordering::SeqCst);
        elements
    }

    /// What can be touched, once it satisfies `look`.
    pub(crate) fn until<T>(&self, what: &str, look: impl Fn(&[Element]) -> Option<T>) -> T {
        let late = Instant::now() + PATIENCE;
        loop {
            let elements = self.elements();
            if let Some(found) = look(&elements) {
                return found;
            }
            let names: Vec<&str> = elements.iter().map(|element| element.name.as_str()).collect();
            assert!(Instant::now() < late, "never {what}; there are {names:?}");
            sleep(SCAN);
        }
    }

    /// Where a thing is, once it can be used.
    pub(crate) fn find(&self, name: &str) -> Area {
        self.until(name, |all| all.iter().find(|e| e.name == name && e.enabled).map(area))
    }

    /// What a surface takes of the screen, by what can be touched on it.
    pub(crate) fn surface(&self, name: &str) -> Option<Area> {
        let all = self.elements();
        let on_it = all.iter().filter(|element| element.surface == name).map(area);
        on_it.reduce(|one, other| {
            let (x, y) = (one.x.min(other.x), one.y.min(other.y));
            let (right, bottom) = (one.right().max(other.right()), one.bottom().max(other.bottom()));
            Area::new(x, y, right - x, bottom - y)
        })
    }

    /// Touches the middle of a place.
    pub(crate) fn touch(&mut self, place: Area) -> Touched {
        let at = (f64::from(place.x + place.width / 2), f64::from(place.y + place.height / 2));
        let down = self.finger.report(&[(0, Some(at))], true);
        sleep(TOUCH);
        let up = self.finger.report(&[(0, None)], false);
        Touched { down, up }
    }

    /// Begins to write at a place and goes on to the right; when the finger came down.
    pub(crate) fn write(&mut self, (x, y): (f64, f64)) -> Instant {
        let down = self.finger.report(&[(0, Some((x, y)))], true);
        for step in 1..20 {
            sleep(SCAN);
            self.finger.report(&[(0, Some((x + 6.0 * f64::from(step), y)))], false);
        }
        self.finger.report(&[(0, None)], false);
        down
    }

    /// The first picture after a moment in which so large a share of a place is drawn.
    pub(crate) fn first(&self, after: Instant, place: Area, share: f64) -> Instant {
        loop {
            let heard = self.seen.0.recv_timeout(PATIENCE).expect("the picture never answers");
            let drawn: i64 = heard.areas.iter().map(|drawn| drawn.intersect(place).pixels()).sum();
            if heard.at > after && drawn > 0 && drawn as f64 >= share * place.pixels() as f64 {
                return heard.at;
            }
        }
    }

    /// Waits until the picture does not change any more; when it last did.
    pub(crate) fn quiet(&self) -> Option<Instant> {
        let mut last = None;
        while let Ok(Heard { at, .. }) = self.seen.0.recv_timeout(QUIET) {
            last = Some(at);
        }
        last
    }

    /// What Slint's thread did since this was asked last.
    pub(crate) fn turns(&self) -> Vec<Turn> {
        self.seen.1.try_iter().collect()
    }
}

fn area(element: &Element) -> Area {
    Area::new(element.x, element.y, element.width, element.height)
}
