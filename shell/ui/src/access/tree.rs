//! What is on all surfaces and has a label: found as accessibility trees have it, placed on the screen.

use std::cell::RefCell;

use display::{Area, SurfaceHandle, WeakSurface};
use i_slint_backend_testing::{AccessibleRole, ElementHandle, ElementQuery, ElementRoot};
use slint::ComponentHandle;

/// Something with a label.
#[derive(Clone)]
pub struct Found {
    /// The element itself.
    pub element: ElementHandle,
    /// Where it is on the screen, in pixels.
    pub area: Area,
}

impl Found {
    /// What it is known by while it is on its surface: its name, else its label.
    pub fn name(&self) -> String {
        let name = self.element.accessible_id().filter(|name| !name.is_empty());
        name.or_else(|| self.element.accessible_label()).unwrap_or_default().into()
    }

    /// Whether a finger does something to it.
    pub fn is_target(&self) -> bool {
        use AccessibleRole::{Button, Checkbox, RadioButton, Slider, Switch, Tab, TextInput};
        let role = self.element.accessible_role();
        matches!(role, Some(Button | Checkbox | RadioButton | Slider | Switch | Tab | TextInput))
    }

    /// Whether it does something now.
    pub fn is_enabled(&self) -> bool {
        self.element.accessible_enabled().unwrap_or(true)
    }
}

/// Everything on a component that has a label and is seen; `place` is where the component is.
fn found(root: &impl ElementRoot, place: Area) -> Vec<Found> {
    let labelled = ElementQuery::from_root(root).match_predicate(|element| {
        element.accessible_role().is_some()
            && element.accessible_label().is_some_and(|label| !label.is_empty())
            && element.computed_opacity() > 0.0
    });
    let on_screen = |element: ElementHandle| {
        let (at, size) = (element.absolute_position(), element.size());
        let area = Area::new(
            place.x + at.x.round() as i32,
            place.y + at.y.round() as i32,
            size.width.round() as i32,
            size.height.round() as i32,
        );
        // What is scrolled halfway out of sight is as large as what is seen of it on its surface.
        Found { element, area: area.intersect(place) }
    };
    labelled.find_all().into_iter().map(on_screen).filter(|found| !found.area.is_empty()).collect()
}

/// All surfaces there are.
#[derive(Default)]
pub struct Tree {
    branches: RefCell<Vec<Branch>>,
}

struct Branch {
    place: WeakSurface,
    found: Box<dyn Fn(Area) -> Vec<Found>>,
}

impl Tree {
    /// A surface was made; it leaves the tree when it leaves the screen.
    pub fn add<C>(&self, ui: &C, place: &SurfaceHandle)
    where
        C: ComponentHandle + ElementRoot + 'static,
    {
        let ui = ui.as_weak();
        let found = move |place| ui.upgrade().map_or_else(Vec::new, |ui| found(&ui, place));
        let mut branches = self.branches.borrow_mut();
        branches.retain(|branch| branch.place.upgrade().is_some());
        branches.push(Branch { place: place.downgrade(), found: Box::new(found) });
    }

    /// Each surface that is shown, in the order in which they were made, and what is on it.
    pub fn shown(&self) -> Vec<(SurfaceHandle, Vec<Found>)> {
        let branches = self.branches.borrow();
        let shown = branches.iter().filter_map(|branch| {
            let place = branch.place.upgrade().filter(SurfaceHandle::is_visible)?;
            let found = (branch.found)(place.rect());
            Some((place, found))
        });
        shown.collect()
    }

    /// What is on one surface.
    pub fn on(&self, surface: &SurfaceHandle) -> Vec<Found> {
        let branches = self.branches.borrow();
        let branch = branches.iter().find(|branch| branch.place.upgrade().as_ref() == Some(surface));
        branch.map_or_else(Vec::new, |branch| (branch.found)(surface.rect()))
    }

    /// What lies under a point of the screen on a surface: the smallest thing that a finger uses, else the smallest
    /// that has a label.
    pub fn under(&self, surface: &SurfaceHandle, (x, y): (i32, i32)) -> Option<Found> {
        let holds = |found: &Found| {
            let area = found.area;
            (area.x..area.right()).contains(&x) && (area.y..area.bottom()).contains(&y)
        };
        let under = self.on(surface).into_iter().filter(holds);
        under.min_by_key(|found| (!found.is_target(), found.area.pixels()))
    }
}
