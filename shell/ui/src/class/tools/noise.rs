//! The traffic light for noise. Its level comes from [`Class::set_noise`].

use std::rc::{Rc, Weak};
use std::time::Duration;

use display::Area;
use slint::{ComponentHandle, PlatformError};

use crate::class::float::{FORGOTTEN, Float, Sheet};
use crate::class::noise::{Light, Talk};
use crate::class::{Class, Kind};
use crate::surface::{Level, Surface};
use screens::{NoiseAdapter, NoiseLight, NoiseSurface, TalkLevel};

struct Lights {
    surface: Surface<NoiseSurface>,
    class: Weak<Class>,
    opened: Duration,
}

/// Opens it.
pub(in crate::class) fn open(class: &Rc<Class>, rect: Area) -> Result<Rc<dyn Float>, PlatformError> {
    let surface = class.easel.make("noise", rect, Level::Passing, None, NoiseSurface::new)?;
    class.connect_frame(Kind::Noise, &surface.ui);
    let lights = Rc::new(Lights { surface, class: Rc::downgrade(class), opened: class.now() });
    let weak = Rc::downgrade(&lights);
    lights.surface.ui.global::<NoiseAdapter<'_>>().on_choose(move |level| {
        let Some(lights) = weak.upgrade() else { return };
        if let Some(class) = lights.class.upgrade() {
            let talk = match level {
                TalkLevel::Silence => Talk::Silence,
                TalkLevel::Pairs => Talk::Pairs,
                TalkLevel::Groups => Talk::Groups,
            };
            class.noise.borrow_mut().set_talk(talk, class.now());
            lights.tick(class.now());
        }
    });
    Ok(lights)
}

impl Float for Lights {
    fn sheet(&self) -> &dyn Sheet {
        &self.surface
    }

    fn is_watched(&self, now: Duration) -> bool {
        let listens = self.class.upgrade().is_some_and(|class| class.noise.borrow().light().is_some());
        listens && now.saturating_sub(self.opened) < FORGOTTEN
    }

    fn tick(&self, now: Duration) {
        let Some(class) = self.class.upgrade() else { return };
        let mut noise = class.noise.borrow_mut();
        noise.pass(now);
        let adapter = self.surface.ui.global::<NoiseAdapter<'_>>();
        adapter.set_light(match noise.light() {
            None => NoiseLight::None,
            Some(Light::Green) => NoiseLight::Quiet,
            Some(Light::Amber) => NoiseLight::Lively,
            Some(Light::Red) => NoiseLight::Loud,
        });
        adapter.set_talk(match noise.talk() {
            Talk::Silence => TalkLevel::Silence,
            Talk::Pairs => TalkLevel::Pairs,
            Talk::Groups => TalkLevel::Groups,
        });
        adapter.set_level(noise.height());
        let (amber, red) = noise.limits();
        adapter.set_amber(amber);
        adapter.set_red(red);
    }
}
