//! The clock: the time and the date of this place, in both languages.

use std::rc::Rc;
use std::time::Duration;

use display::Area;
use slint::{ComponentHandle, PlatformError};

use crate::class::calendar;
use crate::class::float::{Float, Sheet};
use crate::class::{Class, Kind};
use crate::surface::{Level, Surface};
use screens::{ClockAdapter, ClockSurface};

struct Clock {
    surface: Surface<ClockSurface>,
}

/// Opens it.
pub(in crate::class) fn open(class: &Rc<Class>, rect: Area) -> Result<Rc<dyn Float>, PlatformError> {
    let surface = class.easel.make("clock", rect, Level::Passing, None, ClockSurface::new)?;
    class.connect_frame(Kind::Clock, &surface.ui);
    Ok(Rc::new(Clock { surface }))
}

impl Float for Clock {
    fn sheet(&self) -> &dyn Sheet {
        &self.surface
    }

    fn tick(&self, _now: Duration) {
        let now = calendar::now();
        let adapter = self.surface.ui.global::<ClockAdapter<'_>>();
        adapter.set_time(calendar::time(now).into());
        adapter.set_seconds(format!("{:02}", now.second()).into());
        adapter.set_zh(calendar::date_zh(now.date()).into());
        adapter.set_en(calendar::date_en(now.date()).into());
    }
}
