//! The camera over a desk, in the panel of what is put on the board: what it sees, and a button that keeps it.

use std::rc::Rc;

use display::LiveSource;
use screens::{CameraAdapter, DockPanel, SourceState};
use slint::ComponentHandle;

use super::{Sources, Wall, shown};

/// The camera that is shown: the one that was chosen, or the first that is there.
pub(super) fn seen(sources: &mut Sources) -> Option<LiveSource> {
    let chosen = sources.inputs.iter().find(|source| Some(source.id()) == sources.camera);
    let seen = chosen.or(sources.inputs.first()).cloned();
    sources.camera = seen.as_ref().map(LiveSource::id);
    seen
}

pub(super) fn show(sources: &Sources, adapter: &CameraAdapter<'_>) {
    adapter.set_shown(sources.camera_wanted);
    if !sources.camera_wanted {
        return;
    }
    let camera = sources.inputs.iter().find(|source| Some(source.id()) == sources.camera);
    let id = camera.map(LiveSource::id);
    let picture = id.and_then(|id| sources.pictures.get(&id));
    let state = id.and_then(|id| sources.states.get(&id));
    adapter.set_name(camera.map(|camera| camera.name.as_str()).unwrap_or_default().into());
    adapter.set_none(camera.is_none() && sources.setup.devices);
    adapter.set_several(sources.inputs.len() > 1);
    adapter.set_state(match state {
        Some(state) => shown(*state),
        None if !sources.setup.devices => SourceState::Off,
        None => SourceState::Opening,
    });
    adapter.set_has_picture(picture.is_some());
    adapter.set_picture(picture.cloned().unwrap_or_default());
}

impl Wall {
    pub(in crate::wall) fn connect_camera(self: &Rc<Self>, adapter: &CameraAdapter<'_>) {
        let with = |act: fn(&Rc<Wall>)| {
            let wall = Rc::downgrade(self);
            move || wall.upgrade().iter().for_each(act)
        };
        adapter.on_open(with(|wall| wall.want_camera(!wall.sources.borrow().camera_wanted)));
        adapter.on_leave(with(|wall| wall.leave_camera()));
        adapter.on_next(with(|wall| {
            let mut sources = wall.sources.borrow_mut();
            let at = sources.inputs.iter().position(|source| Some(source.id()) == sources.camera);
            let next = at.map_or(0, |at| (at + 1) % sources.inputs.len().max(1));
            sources.camera = sources.inputs.get(next).map(LiveSource::id);
            drop(sources);
            wall.renew_sources();
            wall.show_sources();
        }));
        adapter.on_take(with(|wall| {
            let sources = wall.sources.borrow();
            let camera = sources.inputs.iter().find(|source| Some(source.id()) == sources.camera).cloned();
            drop(sources);
            if let Some(camera) = camera {
                wall.take_picture(wall.opener(DockPanel::Insert), camera.id(), camera.name);
            }
        }));
    }

    fn want_camera(&self, wanted: bool) {
        self.sources.borrow_mut().camera_wanted = wanted;
        self.renew_sources();
        self.show_sources();
    }

    pub(super) fn leave_camera(&self) {
        if let Some(sheet) = &self.insert.borrow().sheet {
            sheet.ui.global::<CameraAdapter<'_>>().set_shown(false);
        }
        self.want_camera(false);
    }
}
