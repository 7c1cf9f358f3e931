//! Cameras, other devices' screens and streams: a panel that shows what is there, and what stands beside each window on
//! the board. A device is open while somebody sees it and no longer; a sign says so meanwhile, and one touch of the sign
//! closes it.

mod address;
mod camera;
mod windows;

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use board::{Bitmap, MediaId, PersonId};
use display::{FileError, FromDisplay, LiveLoss, LiveSource, LiveState, LiveWish, SnapError, ToDisplay};
use slint::{ComponentHandle, Image, PlatformError, Rgba8Pixel, SharedPixelBuffer};

use super::Wall;
use super::insert::hint_of;
use super::panels::Sheet;
use super::told::Told;
use crate::rows::kept_while;
use crate::surface::{Level, Surface};
use address::Address;
use screens::{CameraAdapter, DockPanel, Hint, SourceRow, SourceState, SourcesAdapter, SourcesSurface};
use windows::Windows;

/// In design units, as the screen's file has it.
pub(super) const SIZE: (f32, f32) = (954.0, 576.0);
/// How wide a tile's picture is, and the one that a page is held under a camera by.
const TILE: f32 = 272.0;
const CAMERA: f32 = 480.0;
/// Addresses that were typed and stay in the panel until the class is over.
const TYPED_MAX: usize = 4;
/// Sources in the panel: as many as may be open at once, so that each shows a picture.
const LISTED_MAX: usize = 8;

/// What the configuration says.
#[derive(Clone, Debug, Default)]
pub struct Setup {
    /// Cameras and inputs of this unit may be opened.
    pub devices: bool,
    /// Streams that are always listed.
    pub streams: Vec<LiveSource>,
}

/// What is known of sources.
#[derive(Default)]
pub(super) struct Sources {
    setup: Setup,
    sheet: Option<Rc<Surface<SourcesSurface>>>,
    inputs: Vec<LiveSource>,
    typed: Vec<LiveSource>,
    address: Address,
    /// The camera that the panel for inserting shows.
    camera: Option<MediaId>,
    camera_wanted: bool,
    states: BTreeMap<MediaId, LiveState>,
    pictures: BTreeMap<MediaId, Image>,
    /// What the display was asked to show small, and how wide.
    previewed: BTreeMap<MediaId, (LiveSource, u32)>,
    looks: bool,
    /// Devices that are not surely closed.
    open: BTreeSet<MediaId>,
    pub(super) windows: Windows,
}

impl Sources {
    pub(super) fn new(setup: Setup) -> Self {
        Self { setup, ..Self::default() }
    }

    /// All that can be chosen, in the panel's order: what is plugged in, then streams.
    fn listed(&self) -> Vec<LiveSource> {
        let all = self.inputs.iter().chain(&self.setup.streams).chain(&self.typed);
        all.take(LISTED_MAX).cloned().collect()
    }

    fn row(&self, source: &LiveSource) -> SourceRow {
        let id = source.id();
        let picture = self.pictures.get(&id);
        SourceRow {
            name: source.name.as_str().into(),
            stream: !source.is_device(),
            state: self.states.get(&id).map_or(SourceState::Opening, |state| shown(*state)),
            has_picture: picture.is_some(),
            picture: picture.cloned().unwrap_or_default(),
        }
    }
}

impl Wall {
    pub(super) fn sources_sheet(self: &Rc<Self>) -> Result<Rc<dyn Sheet>, PlatformError> {
        if let Some(sheet) = &self.sources.borrow().sheet {
            return Ok(sheet.clone());
        }
        let rect = self.layout.panel(SIZE, 0);
        let sheet = Rc::new(self.easel.make("sources", rect, Level::Passing, None, SourcesSurface::new)?);
        let adapter = sheet.ui.global::<SourcesAdapter<'_>>();
        adapter.set_devices_off(!self.sources.borrow().setup.devices);
        let wall = Rc::downgrade(self);
        adapter.on_close(move || wall.upgrade().iter().for_each(|wall| wall.close_panel(DockPanel::Sources)));
        let wall = Rc::downgrade(self);
        adapter.on_open(move |place| {
            if let (Some(wall), Ok(place)) = (wall.upgrade(), usize::try_from(place)) {
                let chosen = wall.sources.borrow().listed().get(place).cloned();
                chosen.into_iter().for_each(|source| wall.place_source(source));
            }
        });
        self.connect_address(&adapter);
        self.sources.borrow_mut().sheet = Some(sheet.clone());
        Ok(sheet)
    }

    /// Tells the display, at the start, what may be opened.
    pub(super) fn allow_sources(&self) {
        let devices = self.sources.borrow().setup.devices;
        self.ask_display(ToDisplay::Live(LiveWish::Allow(devices)));
    }

    /// Puts a window on the page of whoever opened the panel.
    fn place_source(self: &Rc<Self>, source: LiveSource) {
        let (person, name) = (self.opener(DockPanel::Sources), source.name.clone());
        let reply = Box::new(move |placed: Result<(), FileError>| {
            Told::Opened(person, name, placed.map_err(|error| hint_of(&error))).send();
        });
        self.ask_display(ToDisplay::Live(LiveWish::Place { person, source, reply }));
        self.close_panel(DockPanel::Sources);
    }

    /// Puts what a source shows now on a person's page, as a picture.
    fn take_picture(self: &Rc<Self>, person: PersonId, file: MediaId, name: String) {
        let reply = Box::new(move |taken: Result<(), SnapError>| {
            let taken = taken.map_err(|error| match error {
                SnapError::NoPicture => Hint::NoPicture,
                SnapError::File(error) => hint_of(&error),
            });
            Told::Opened(person, name, taken).send();
        });
        self.ask_display(ToDisplay::Live(LiveWish::Snap { person, file, reply }));
    }

    /// What the display tells of sources.
    pub(super) fn take_live(self: &Rc<Self>, event: FromDisplay) -> Result<(), PlatformError> {
        match event {
            FromDisplay::Inputs(inputs) => {
                self.sources.borrow_mut().inputs = inputs;
                self.renew_sources();
                self.show_sources();
            }
            FromDisplay::Live { file, name, device, state, frozen } => {
                let mut sources = self.sources.borrow_mut();
                match state {
                    LiveState::Closed => drop(sources.states.remove(&file)),
                    _ => drop(sources.states.insert(file, state)),
                }
                let is_closed = matches!(
                    state,
                    LiveState::Closed
                        | LiveState::Stands
                        | LiveState::Lost(
                            LiveLoss::Off | LiveLoss::NotInstalled | LiveLoss::TooMany | LiveLoss::Unplugged
                        )
                );
                if device && !is_closed {
                    sources.open.insert(file);
                } else {
                    sources.open.remove(&file);
                }
                self.senses.set_live(!sources.open.is_empty());
                drop(sources);
                self.show_window_state(file, &name, state, frozen);
                self.show_sources();
            }
            FromDisplay::LivePicture { file, bitmap } => {
                self.sources.borrow_mut().pictures.insert(file, image(&bitmap));
                self.show_sources();
            }
            FromDisplay::VideoShown { file, live: true, area } => self.show_window(file, area)?,
            FromDisplay::VideoHidden { file } => self.hide_window(file),
            _ => {}
        }
        Ok(())
    }

    /// Asks the display for what the open panels want, and for nothing else.
    pub(super) fn renew_sources(&self) {
        let visible = self.state.borrow().visible;
        let panel = visible && self.is_open(DockPanel::Sources);
        let camera = visible && self.is_open(DockPanel::Insert) && self.sources.borrow().camera_wanted;
        let mut sources = self.sources.borrow_mut();
        if sources.camera_wanted && !self.is_open(DockPanel::Insert) {
            sources.camera_wanted = false;
        }
        let px = |units: f32| u32::try_from(self.layout.px(units)).unwrap_or(1);
        let mut wanted: BTreeMap<MediaId, (LiveSource, u32)> = BTreeMap::new();
        if panel && !sources.address.typing {
            wanted.extend(sources.listed().into_iter().map(|source| (source.id(), (source, px(TILE)))));
        }
        if camera {
            let seen = camera::seen(&mut sources);
            wanted.extend(seen.map(|source| (source.id(), (source, px(CAMERA)))));
        }
        let looks = (panel || camera) && sources.setup.devices;
        let before = std::mem::replace(&mut sources.previewed, wanted.clone());
        let looked = std::mem::replace(&mut sources.looks, looks);
        sources.pictures.retain(|file, _| wanted.contains_key(file));
        drop(sources);
        let wish = |wish| self.ask_display(ToDisplay::Live(wish));
        for (source, _) in before.iter().filter(|(id, _)| !wanted.contains_key(*id)).map(|(_, one)| one) {
            wish(LiveWish::Preview { source: source.clone(), width_px: None });
        }
        for (id, (source, width_px)) in wanted {
            if before.get(&id).map(|(_, width_px)| *width_px) != Some(width_px) {
                wish(LiveWish::Preview { source, width_px: Some(width_px) });
            }
        }
        if looked != looks {
            wish(LiveWish::Look(looks));
        }
    }

    pub(super) fn show_sources(&self) {
        let sources = self.sources.borrow();
        if let Some(sheet) = &sources.sheet {
            let adapter = sheet.ui.global::<SourcesAdapter<'_>>();
            let rows: Vec<SourceRow> = sources.listed().iter().map(|source| sources.row(source)).collect();
            let alike =
                |there: &SourceRow, row: &SourceRow| (&there.name, there.stream) == (&row.name, row.stream);
            adapter.set_sources(kept_while(alike, adapter.get_sources(), rows));
            sources.address.show(&adapter);
        }
        if let Some(sheet) = &self.insert.borrow().sheet {
            camera::show(&sources, &sheet.ui.global::<CameraAdapter<'_>>());
        }
    }

    /// Somebody touched the sign: whatever device is open is closed. Its windows keep what they show.
    pub(super) fn close_devices(self: &Rc<Self>) {
        let open: Vec<MediaId> = self.sources.borrow().open.iter().copied().collect();
        self.close_panel(DockPanel::Sources);
        self.leave_camera();
        for file in open {
            self.ask_display(ToDisplay::Live(LiveWish::Freeze { file, on: true }));
        }
    }

    /// The class is over: what it typed and saw is forgotten.
    pub(super) fn forget_sources(&self) {
        let mut sources = self.sources.borrow_mut();
        sources.typed.clear();
        sources.address = Address::default();
        sources.windows.forget();
    }
}

fn shown(state: LiveState) -> SourceState {
    match state {
        LiveState::Opening | LiveState::Closed => SourceState::Opening,
        LiveState::Comes => SourceState::Comes,
        LiveState::Stands => SourceState::Stands,
        LiveState::Lost(loss) => match loss {
            LiveLoss::Unplugged => SourceState::Unplugged,
            LiveLoss::NoSignal => SourceState::NoSignal,
            LiveLoss::OutOfRange => SourceState::OutOfRange,
            LiveLoss::Silent => SourceState::Silent,
            LiveLoss::Busy => SourceState::Busy,
            LiveLoss::Forbidden => SourceState::Forbidden,
            LiveLoss::Off => SourceState::Off,
            LiveLoss::NotInstalled => SourceState::Missing,
            LiveLoss::TooMany => SourceState::TooMany,
            LiveLoss::Failed => SourceState::Failed,
        },
    }
}

fn image(bitmap: &Bitmap) -> Image {
    let mut buffer = SharedPixelBuffer::<Rgba8Pixel>::new(bitmap.width, bitmap.height);
    for (to, from) in buffer.make_mut_slice().iter_mut().zip(bitmap.pixels.iter()) {
        let [_, r, g, b] = from.to_be_bytes();
        *to = Rgba8Pixel { r, g, b, a: 255 };
    }
    Image::from_rgba8(buffer)
}
