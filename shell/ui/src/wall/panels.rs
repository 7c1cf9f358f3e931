//! Panels above the dock: opened by its buttons, right above where it was touched, and closed by their cross, by the
//! button again, or by a touch of the board near them. Whoever writes further away goes on and closes nothing.

use std::rc::Rc;

use api::shell::Element;
use board::PersonId;
use display::{Area, SurfaceHandle};
use i_slint_backend_testing::ElementRoot;
use slint::{ComponentHandle, PlatformError};

use super::Wall;
use crate::surface::Surface;
use screens::DockPanel;

/// A touch of the board this near to a panel is by whoever opened it: an arm's reach, in micrometres.
const NEAR_UM: i64 = 400_000;

/// A surface and its size in design units.
type Made = (Rc<dyn Sheet>, (f32, f32));

/// A surface, whatever it shows.
pub(super) trait Sheet {
    fn place(&self) -> &SurfaceHandle;
    fn set_visible(&self, visible: bool);
    fn list(&self, into: &mut Vec<Element>);
}

impl<C: ComponentHandle + ElementRoot> Sheet for Surface<C> {
    fn place(&self) -> &SurfaceHandle {
        &self.place
    }

    fn set_visible(&self, visible: bool) {
        Surface::set_visible(self, visible);
    }

    fn list(&self, into: &mut Vec<Element>) {
        Surface::list(self, into);
    }
}

/// All panels that were ever opened.
#[derive(Default)]
pub(super) struct Panels(Vec<Kept>);

struct Kept {
    panel: DockPanel,
    sheet: Rc<dyn Sheet>,
    open: bool,
    /// Whose palette was nearest when it was opened.
    person: PersonId,
}

impl Panels {
    fn find(&self, panel: DockPanel) -> Option<&Kept> {
        self.0.iter().find(|kept| kept.panel == panel)
    }

    pub(super) fn list(&self, into: &mut Vec<Element>) {
        self.0.iter().for_each(|kept| kept.sheet.list(into));
    }
}

impl Wall {
    pub(super) fn is_open(&self, panel: DockPanel) -> bool {
        self.panels.borrow().find(panel).is_some_and(|kept| kept.open)
    }

    /// Who opened a panel; person 1 where nobody did.
    pub(super) fn opener(&self, panel: DockPanel) -> PersonId {
        self.panels.borrow().find(panel).map_or(PersonId::FIRST, |kept| kept.person)
    }

    /// Where a panel was opened last.
    pub(super) fn panel_rect(&self, panel: DockPanel) -> Area {
        self.panels.borrow().find(panel).map_or_else(|| self.dock.rect(), |kept| kept.sheet.place().rect())
    }

    /// Opens a panel above a place of the dock, or closes it.
    pub(super) fn toggle_panel(self: &Rc<Self>, panel: DockPanel, x: i32) {
        if self.is_open(panel) {
            self.close_panel(panel);
            return;
        }
        let (sheet, size) = match self.panel(panel) {
            Ok(made) => made,
            Err(error) => {
                tracing::error!(%error, ?panel, "a panel could not be made");
                return;
            }
        };
        let rect = self.layout.panel(size, x);
        // What it would lie on is closed: two people open theirs at both ends of the dock.
        self.close_panels(|other| {
            self.panels
                .borrow()
                .find(other)
                .is_some_and(|kept| !kept.sheet.place().rect().intersect(rect).is_empty())
        });
        let person = self.person_near(x, rect.y);
        let mut panels = self.panels.borrow_mut();
        panels.0.retain(|kept| kept.panel != panel);
        panels.0.push(Kept { panel, sheet: sheet.clone(), open: true, person });
        drop(panels);
        sheet.place().set_rect(rect);
        sheet.place().raise();
        sheet.set_visible(self.state.borrow().visible);
        self.panels_changed();
        self.opened(panel);
    }

    /// A panel's surface, made when it is first opened, and its size in design units.
    fn panel(self: &Rc<Self>, panel: DockPanel) -> Result<Made, PlatformError> {
        match panel {
            DockPanel::Pages => Ok((self.strip_sheet()?, super::strip::SIZE)),
            DockPanel::Present => Ok((self.present_sheet()?, super::present::SIZE)),
            DockPanel::Tools => Ok((self.tools_sheet()?, super::view::TOOLS_SIZE)),
            DockPanel::View => Ok((self.view_sheet()?, super::view::VIEW_SIZE)),
            DockPanel::Past => Ok((self.past_sheet()?, super::past::SIZE)),
            DockPanel::End => Ok((self.end_sheet()?, super::end::SIZE)),
            DockPanel::Insert => Ok((self.insert_sheet()?, super::insert::SIZE)),
            DockPanel::Sources => Ok((self.sources_sheet()?, super::sources::SIZE)),
        }
    }

    fn opened(self: &Rc<Self>, panel: DockPanel) {
        match panel {
            DockPanel::Pages => self.fill_strip(true),
            DockPanel::View => self.show_view(),
            DockPanel::Insert => {
                self.show_sources();
                self.look_into(None);
            }
            DockPanel::Sources => self.show_sources(),
            _ => {}
        }
    }

    pub(super) fn close_panel(self: &Rc<Self>, panel: DockPanel) {
        self.close_panels(|other| other == panel);
    }

    /// Closes the open panels that are meant.
    pub(super) fn close_panels(self: &Rc<Self>, which: impl Fn(DockPanel) -> bool) {
        let open: Vec<DockPanel> =
            self.panels.borrow().0.iter().filter(|kept| kept.open).map(|kept| kept.panel).collect();
        let closing: Vec<DockPanel> = open.into_iter().filter(|panel| which(*panel)).collect();
        for kept in self.panels.borrow_mut().0.iter_mut().filter(|kept| closing.contains(&kept.panel)) {
            kept.open = false;
            kept.sheet.set_visible(false);
        }
        if !closing.is_empty() {
            self.panels_changed();
        }
    }

    /// The board is shown or left: what is open goes with it.
    pub(super) fn show_panels(&self, visible: bool) {
        self.panels.borrow().0.iter().for_each(|kept| kept.sheet.set_visible(visible && kept.open));
    }

    /// The dock shows what is open.
    fn panels_changed(&self) {
        let adapter = self.dock.adapter();
        adapter.set_pages_open(self.is_open(DockPanel::Pages));
        adapter.set_insert_open(self.is_open(DockPanel::Insert));
        adapter.set_sources_open(self.is_open(DockPanel::Sources));
        self.renew_sources();
        self.show_reminders();
        adapter.set_present_open(self.is_open(DockPanel::Present));
        adapter.set_tools_open(self.is_open(DockPanel::Tools));
        adapter.set_view_open(self.is_open(DockPanel::View));
        adapter.set_end_open(self.is_open(DockPanel::End));
    }

    /// Where a panel is open that lies over a place, if any does.
    pub(super) fn open_panel_over(&self, rect: Area) -> Option<Area> {
        let panels = self.panels.borrow();
        let open = panels.0.iter().filter(|kept| kept.open).map(|kept| kept.sheet.place().rect());
        open.filter(|open| open.y > 0 && !open.intersect(rect).is_empty()).min_by_key(|open| open.y)
    }

    /// The board was touched: panels near by are closed.
    pub(super) fn touched(self: &Rc<Self>, x: i32, y: i32) {
        let um = i64::from(self.size_um.0) / i64::from(self.layout.screen().width.max(1));
        let near = |rect: Area| {
            let dx = i64::from((rect.x - x).max(x - rect.right()).max(0)) * um;
            let dy = i64::from((rect.y - y).max(y - rect.bottom()).max(0)) * um;
            dx * dx + dy * dy <= NEAR_UM * NEAR_UM
        };
        self.close_panels(|panel| {
            let panels = self.panels.borrow();
            panel != DockPanel::Past && panels.find(panel).is_some_and(|kept| near(kept.sheet.place().rect()))
        });
    }
}
