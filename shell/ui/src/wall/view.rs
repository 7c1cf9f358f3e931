//! How the board is divided and shown: panes, zoom, and the way back to how it was divided before; instruments laid on it.

use std::rc::Rc;

use board::{Fit, Grip, InstrumentTool};
use display::{BoardCommand, PaneStatus, ToDisplay};
use slint::{ComponentHandle, PlatformError};

use super::Wall;
use super::panels::Sheet;
use crate::surface::{Level, Surface};
use screens::{DockPanel, FitKind, LaidTool, ToolsAdapter, ToolsSurface, ViewAdapter, ViewSurface};

/// In design units, as the screens' files have them.
pub(super) const VIEW_SIZE: (f32, f32) = (616.0, 270.0);
pub(super) const TOOLS_SIZE: (f32, f32) = (702.0, 176.0);
/// One touch makes things so much larger.
const STEP: f64 = 1.25;
/// How far apart two fingers are thought to be that make it larger, in pixels.
const SPREAD: f64 = 400.0;

/// How the board was divided before.
#[derive(Default)]
pub(super) struct Views {
    before: Option<Vec<PaneStatus>>,
    sheet: Option<Rc<Surface<ViewSurface>>>,
    tools: Option<Rc<Surface<ToolsSurface>>>,
}

impl Wall {
    /// Whether something on it is looked at without being touched, or is soon over for good. What was only left open is
    /// neither.
    pub fn is_watched(&self) -> bool {
        self.class.is_watched()
            || self.end.borrow().is_pending()
            || self.past.borrow().plays()
            || self.sources.borrow().windows.is_any()
    }

    pub(super) fn view_sheet(self: &Rc<Self>) -> Result<Rc<dyn Sheet>, PlatformError> {
        if let Some(sheet) = &self.views.borrow().sheet {
            return Ok(sheet.clone());
        }
        let rect = self.layout.panel(VIEW_SIZE, 0);
        let sheet = Rc::new(self.easel.make("view", rect, Level::Passing, None, ViewSurface::new)?);
        let adapter = sheet.ui.global::<ViewAdapter<'_>>();
        let with = |act: fn(&Rc<Wall>)| {
            let wall = Rc::downgrade(self);
            move || wall.upgrade().iter().for_each(act)
        };
        adapter.on_close(with(|wall| wall.close_panel(DockPanel::View)));
        adapter.on_undo(with(|wall| wall.divide_as_before()));
        adapter.on_zoom_in(with(|wall| wall.zoom(STEP)));
        adapter.on_zoom_out(with(|wall| wall.zoom(1.0 / STEP)));
        let wall = Rc::downgrade(self);
        adapter.on_split(move |count| wall.upgrade().iter().for_each(|wall| wall.split(count)));
        let wall = Rc::downgrade(self);
        adapter.on_fit(move |fit| {
            let fit = match fit {
                FitKind::Page => Fit::Page,
                FitKind::Width => Fit::Width,
                FitKind::Full => Fit::Full,
            };
            wall.upgrade().iter().for_each(|wall| {
                wall.command(BoardCommand::Fit { pane: wall.pane_of(DockPanel::View), fit });
                wall.command(BoardCommand::Status);
            });
        });
        self.views.borrow_mut().sheet = Some(sheet.clone());
        Ok(sheet)
    }

    pub(super) fn tools_sheet(self: &Rc<Self>) -> Result<Rc<dyn Sheet>, PlatformError> {
        if let Some(sheet) = &self.views.borrow().tools {
            return Ok(sheet.clone());
        }
        let rect = self.layout.panel(TOOLS_SIZE, 0);
        let sheet = Rc::new(self.easel.make("tools", rect, Level::Passing, None, ToolsSurface::new)?);
        let adapter = sheet.ui.global::<ToolsAdapter<'_>>();
        let wall = Rc::downgrade(self);
        adapter.on_close(move || wall.upgrade().iter().for_each(|wall| wall.close_panel(DockPanel::Tools)));
        let wall = Rc::downgrade(self);
        adapter.on_lay(move |tool| wall.upgrade().iter().for_each(|wall| wall.lay(tool)));
        self.views.borrow_mut().tools = Some(sheet.clone());
        Ok(sheet)
    }

    /// Lays an instrument above the panel, where whoever opened it stands.
    fn lay(self: &Rc<Self>, tool: LaidTool) {
        let tool = match tool {
            LaidTool::Ruler => InstrumentTool::Ruler,
            LaidTool::HalfSquare => InstrumentTool::HalfSquare,
            LaidTool::ThirdSquare => InstrumentTool::ThirdSquare,
            LaidTool::Protractor => InstrumentTool::Protractor,
            LaidTool::Compass => InstrumentTool::Compass,
        };
        let panel = self.panel_rect(DockPanel::Tools);
        // Its middle two thirds of the way up from the bottom: in reach, and clear of the dock.
        let y = self.layout.screen().height / 2;
        let at = self.on_panel(display::Area { y, height: 0, ..panel });
        self.command(BoardCommand::LayInstrument { tool, at });
        self.close_panel(DockPanel::Tools);
    }

    fn split(self: &Rc<Self>, count: i32) {
        let Ok(count) = usize::try_from(count) else { return };
        let panes = self.state.borrow().panes.clone();
        if panes.len() == count {
            return;
        }
        self.views.borrow_mut().before = Some(panes);
        self.command(BoardCommand::Split(count));
    }

    /// As many panes as before, each with its page and view.
    fn divide_as_before(self: &Rc<Self>) {
        let Some(before) = self.views.borrow_mut().before.take() else { return };
        let now = self.state.borrow().panes.clone();
        self.command(BoardCommand::Split(before.len()));
        for (pane, status) in before.iter().enumerate() {
            self.command(BoardCommand::TurnTo { pane, page: status.page });
            self.command(BoardCommand::SetView { pane, view: status.view });
        }
        self.views.borrow_mut().before = Some(now);
    }

    fn zoom(self: &Rc<Self>, factor: f64) {
        let pane = self.pane_of(DockPanel::View);
        let area = self.state.borrow().panes.get(pane).map(|pane| pane.area);
        let Some(area) = area else { return };
        let (x_px, y_px) = (f64::from(area.x + area.width / 2), f64::from(area.y + area.height / 2));
        let grip = |spread_px: f64| Grip { x_px, y_px, spread_px };
        self.command(BoardCommand::MoveView { pane, from: grip(SPREAD), to: grip(SPREAD * factor) });
        self.command(BoardCommand::Status);
    }

    /// The pane of whoever opened a panel.
    pub(super) fn pane_of(&self, panel: DockPanel) -> usize {
        let person = self.opener(panel);
        let state = self.state.borrow();
        let seat = state.seats.get(&person).copied().unwrap_or_default();
        seat.min(state.panes.len().saturating_sub(1))
    }

    /// What is seen of the board now, on the panel.
    pub(super) fn show_view(&self) {
        let pane = self.pane_of(DockPanel::View);
        let (views, state) = (self.views.borrow(), self.state.borrow());
        let Some(sheet) = &views.sheet else { return };
        let adapter = sheet.ui.global::<ViewAdapter<'_>>();
        adapter.set_panes(i32::try_from(state.panes.len()).unwrap_or(1));
        let percent = state.panes.get(pane).map_or(100.0, |pane| pane.view.zoom.factor() * 100.0);
        adapter.set_zoom(format!("{percent:.0} %").into());
        adapter.set_can_undo(views.before.as_ref().is_some_and(|before| before.len() != state.panes.len()));
    }

    /// The whole board hangs lower, so that its top is within reach, or as before.
    pub(super) fn toggle_reach(self: &Rc<Self>) {
        let reached = !self.state.borrow().reached;
        self.state.borrow_mut().reached = reached;
        if let Err(error) = self.easel.display.send(ToDisplay::Reach(reached)) {
            tracing::error!(%error, "the display does not listen");
        }
        self.dock.show_reach(reached);
    }
}
