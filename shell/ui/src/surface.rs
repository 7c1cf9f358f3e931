//! One surface: a Slint component and its place on the screen.

use api::shell::Element;
use display::{Area, Display, SurfaceHandle, SurfaceSpec};
use i_slint_backend_testing::{ElementQuery, ElementRoot};
use slint::{ComponentHandle, Global, PlatformError};

use crate::access::Tree;
use crate::look::Look;
use screens::{Icons, Pictures, Theme};

/// Heights: what covers the screen, what stands on it, what comes and goes, what must be read.
#[derive(Clone, Copy, Debug)]
pub enum Level {
    /// Home and kiosk.
    Screen = 0,
    /// Dock and palettes.
    Standing = 10,
    /// What belongs to a selection or a text.
    Passing = 20,
    /// What covers everything but messages while nobody is there.
    Rest = 25,
    /// Messages.
    Message = 30,
    /// The frame of a switch, around anything.
    Frame = 40,
}

/// A component with its place.
pub struct Surface<C> {
    /// The component.
    pub ui: C,
    /// Its place.
    pub place: SurfaceHandle,
}

/// Makes surfaces.
pub struct Easel {
    /// Where they are shown.
    pub display: Display,
    /// How they look.
    pub look: Look,
    /// What is on them, for those who do not see or reach it.
    pub tree: Tree,
}

impl Easel {
    /// Makes a hidden surface.
    pub fn make<C>(
        &self,
        name: &'static str,
        rect: Area,
        level: Level,
        owner: Option<board::PersonId>,
        new: fn() -> Result<C, PlatformError>,
    ) -> Result<Surface<C>, PlatformError>
    where
        C: ComponentHandle + ElementRoot + 'static,
        for<'a> Theme<'a>: Global<'a, C>,
        for<'a> Icons<'a>: Global<'a, C>,
        for<'a> Pictures<'a>: Global<'a, C>,
    {
        let opaque = matches!(level, Level::Screen | Level::Rest);
        let place = self.display.next_surface(SurfaceSpec { name, rect, z: level as i32, owner, opaque });
        let ui = new()?;
        self.look.dress(&ui);
        self.tree.add(&ui, &place);
        Ok(Surface { ui, place })
    }
}

impl<C: ComponentHandle> Surface<C> {
    /// Shows or hides it.
    pub fn set_visible(&self, visible: bool) {
        let outcome = match (visible, self.place.is_visible()) {
            (true, false) => self.ui.show(),
            (false, true) => self.ui.hide(),
            _ => Ok(()),
        };
        if let Err(error) = outcome {
            tracing::error!(surface = self.place.name(), %error, "a surface could not be shown or hidden");
        }
    }

    /// Everything on it that has a name, in screen pixels; nothing while it is hidden.
    pub fn list(&self, into: &mut Vec<Element>)
    where
        C: ElementRoot,
    {
        if self.place.is_visible() {
            list(&self.ui, self.place.name(), self.place.rect(), into);
        }
    }
}

/// Everything on a component that has a name, placed on the screen by `rect`.
pub fn list(root: &impl ElementRoot, surface: &str, rect: Area, into: &mut Vec<Element>) {
    let named = ElementQuery::from_root(root).match_predicate(|element| {
        element.accessible_id().is_some_and(|name| !name.is_empty()) && element.computed_opacity() > 0.0
    });
    for element in named.find_all() {
        let (at, size) = (element.absolute_position(), element.size());
        into.push(Element {
            surface: surface.to_owned(),
            label: element.accessible_label().unwrap_or_default().into(),
            name: element.accessible_id().unwrap_or_default().into(),
            x: rect.x + at.x.round() as i32,
            y: rect.y + at.y.round() as i32,
            width: size.width.round() as i32,
            height: size.height.round() as i32,
            enabled: element.accessible_enabled().unwrap_or(true),
            chosen: element.accessible_checked().unwrap_or(false),
        });
    }
}
