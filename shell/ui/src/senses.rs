//! The room's camera and microphone on the board: a switch for turning pages with a palm, and signs that cannot be
//! overlooked while either is on.
//!
//! The switch is kept nowhere: a camera that comes on by itself after a restart is one that nobody switched on. Leaving
//! the board switches both off.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use api::shell::Element;
use display::Area;
use slint::{ComponentHandle, PlatformError};

use crate::bridge::{Asker, FromUi, Held, Sensed};
use crate::layout::Layout;
use crate::surface::{Easel, Level, Surface};
use screens::{SensesAdapter, SensesSurface, SensesTroubleSurface};

/// Sizes in design units: a sign, and words beside it.
const SIGN: (f32, f32) = (152.0, 100.0);
/// See [`SIGN`].
const TROUBLE: (f32, f32) = (520.0, 100.0);
/// Between them and the palette below.
const GAP: f32 = 14.0;

/// Signs and switch.
pub struct Senses {
    asker: Asker,
    layout: Layout,
    signs: Surface<SensesSurface>,
    trouble: Surface<SensesTroubleSurface>,
    visible: Cell<bool>,
    chinese: Cell<bool>,
    held: Cell<Held>,
    sensed: RefCell<Sensed>,
    /// A camera or input is open because the board shows it.
    live: Cell<bool>,
    live_off: RefCell<Option<Box<dyn Fn()>>>,
}

impl Senses {
    /// Nothing is on.
    pub fn new(easel: &Easel, layout: Layout, asker: Asker) -> Result<Rc<Self>, PlatformError> {
        let signs = easel.make("senses", signs(&layout, 1), Level::Standing, None, SensesSurface::new)?;
        let trouble = easel.make(
            "senses-trouble",
            trouble(&layout),
            Level::Passing,
            None,
            SensesTroubleSurface::new,
        )?;
        let senses = Rc::new(Self {
            asker,
            layout,
            signs,
            trouble,
            visible: Cell::default(),
            chinese: Cell::default(),
            held: Cell::default(),
            sensed: RefCell::default(),
            live: Cell::default(),
            live_off: RefCell::default(),
        });
        let with = |act: fn(&Self)| {
            let senses = Rc::downgrade(&senses);
            move || {
                if let Some(senses) = senses.upgrade() {
                    act(&senses);
                }
            }
        };
        let adapter = senses.signs.ui.global::<SensesAdapter<'_>>();
        adapter.on_camera(with(Self::toggle_camera));
        adapter.on_microphone(with(|senses| senses.listen(false)));
        Ok(senses)
    }

    /// The board is shown or left; whoever leaves it switches both off.
    pub fn set_visible(&self, visible: bool) {
        self.visible.set(visible);
        if !visible {
            self.hold(Held::default());
        }
        self.show();
    }

    /// The language of what is wrong.
    pub fn speak(&self, chinese: bool) {
        self.chinese.set(chinese);
        self.show();
    }

    /// Holds the microphone on, or lets it go.
    pub fn listen(&self, on: bool) {
        self.hold(Held { microphone: on, ..self.held.get() });
    }

    /// What camera and microphone tell.
    pub fn take(&self, sensed: Sensed) {
        self.sensed.replace(sensed);
        self.show();
    }

    /// The board shows what a camera or input of this unit sees, or no longer.
    pub fn set_live(&self, live: bool) {
        if self.live.replace(live) != live {
            self.show();
        }
    }

    /// Called when somebody touches the sign of such a camera.
    pub fn on_live_off(&self, off: impl Fn() + 'static) {
        *self.live_off.borrow_mut() = Some(Box::new(off));
    }

    /// Everything of it that a finger can use.
    pub fn list(&self, into: &mut Vec<Element>) {
        self.signs.list(into);
        self.trouble.list(into);
    }

    /// The sign says what is so, thus a touch turns that round: a camera that is on is switched off.
    fn toggle_camera(&self) {
        if self.live.get() {
            self.live_off.borrow().iter().for_each(|off| off());
        }
        let on = self.sensed.borrow().watching || self.held.get().camera || self.live.get();
        self.hold(Held { camera: !on, ..self.held.get() });
    }

    fn hold(&self, held: Held) {
        if self.held.replace(held) != held && !self.asker.ask(FromUi::Hold(held)) {
            tracing::error!("camera and microphone cannot be told; they go off with this program");
        }
    }

    fn show(&self) {
        let sensed = self.sensed.borrow();
        let adapter = self.signs.ui.global::<SensesAdapter<'_>>();
        adapter.set_has_camera(sensed.has_camera);
        let watching = sensed.watching || self.live.get();
        adapter.set_watching(watching);
        adapter.set_listening(sensed.listening);
        let count = i32::from(sensed.has_camera || watching) + i32::from(sensed.listening);
        self.signs.place.set_rect(signs(&self.layout, count));
        let shown = sensed.has_camera || watching || sensed.listening;
        // A device that is on shows its sign on every screen.
        self.signs.set_visible(shown && (self.visible.get() || watching || sensed.listening));
        let words = sensed.troubles.first().map(|trouble| match self.chinese.get() {
            true => trouble.zh.as_str(),
            false => trouble.en.as_str(),
        });
        self.trouble.ui.global::<SensesAdapter<'_>>().set_trouble(words.unwrap_or_default().into());
        self.trouble.set_visible(words.is_some() && self.visible.get());
    }
}

/// Above the right palette, so that both are within reach.
fn signs(layout: &Layout, count: i32) -> Area {
    let palette = layout.right_palette();
    let (width, height) = (layout.px(SIGN.0), layout.px(SIGN.1) * count);
    let y = palette.y - height - layout.px(GAP);
    Area::new(palette.right() - width, y.max(0), width, height)
}

fn trouble(layout: &Layout) -> Area {
    let sign = signs(layout, 1);
    let (width, height) = (layout.px(TROUBLE.0), layout.px(TROUBLE.1));
    Area::new((sign.x - width - layout.px(GAP)).max(0), sign.y, width, height)
}
