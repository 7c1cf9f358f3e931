//! A code held to the unit's camera: while the page of enrolments is shown, and the configuration lets cameras be opened,
//! the first of them is open, is seen on the page, and what it sees is looked at for an enrolment.

use std::cell::RefCell;
use std::io;
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::thread::Builder;

use board::Bitmap;
use display::{FromDisplay, LiveSource, LiveWish, ToDisplay};
use slint::Image;

use crate::surface::Easel;

/// Pictures that wait to be looked at: the newest is held up again anyway.
const WAITING_MAX: usize = 1;
/// How wide the camera's picture is taken: a code of an enrolment has up to a hundred modules a side.
const WIDE_PX: u32 = 1280;
/// What every enrolment ends with; any other code is none of ours, and is not told.
const MARK: &str = "# signature: ";

/// The camera and who looks through it.
pub(super) struct Eye {
    /// Cameras may be opened.
    allowed: bool,
    state: RefCell<State>,
}

#[derive(Default)]
struct State {
    open: bool,
    source: Option<LiveSource>,
    picture: Option<Image>,
    reader: Option<SyncSender<Bitmap>>,
}

impl Eye {
    /// Closed.
    pub(super) fn new(allowed: bool) -> Self {
        Self { allowed, state: RefCell::default() }
    }

    /// Opens it for as long as the page is shown.
    pub(super) fn set_open(&self, open: bool, easel: &Easel, tell: impl Fn(String) + Send + 'static) {
        let mut state = self.state.borrow_mut();
        if !self.allowed || state.open == open {
            return;
        }
        state.open = open;
        wish(easel, LiveWish::Look(open));
        if open {
            match start(tell) {
                Ok(reader) => state.reader = Some(reader),
                Err(error) => tracing::error!(%error, "there is no thread for codes"),
            }
            return;
        }
        let State { source, .. } = std::mem::take(&mut *state);
        source.into_iter().for_each(|source| wish(easel, LiveWish::Preview { source, width_px: None }));
    }

    /// What the display tells of cameras; true where the page has something new to show.
    pub(super) fn feel(&self, event: &FromDisplay, easel: &Easel) -> bool {
        let mut state = self.state.borrow_mut();
        match event {
            FromDisplay::Inputs(inputs) if state.open => {
                let first = inputs.first().cloned();
                if first != state.source {
                    let before = std::mem::replace(&mut state.source, first.clone());
                    state.picture = None;
                    for (source, width_px) in [(before, None), (first, Some(WIDE_PX))] {
                        source
                            .into_iter()
                            .for_each(|source| wish(easel, LiveWish::Preview { source, width_px }));
                    }
                }
                true
            }
            FromDisplay::LivePicture { file, bitmap } if state.is_of(*file) => {
                state.picture = Some(crate::wall::picture(bitmap));
                if let Some(reader) = &state.reader
                    && let Err(TrySendError::Disconnected(_)) = reader.try_send(bitmap.clone())
                {
                    tracing::error!("nobody looks for codes any more");
                }
                true
            }
            _ => false,
        }
    }

    /// Whether there is a camera to hold a code to, and what it sees.
    pub(super) fn seen(&self) -> (bool, Option<Image>) {
        let state = self.state.borrow();
        (state.source.is_some(), state.picture.clone())
    }
}

impl State {
    fn is_of(&self, file: board::MediaId) -> bool {
        self.source.as_ref().is_some_and(|source| source.id() == file)
    }
}

fn wish(easel: &Easel, wish: LiveWish) {
    if let Err(error) = easel.display.send(ToDisplay::Live(wish)) {
        tracing::error!(%error, "the display does not listen");
    }
}

/// The thread ends with the sender.
fn start(tell: impl Fn(String) + Send + 'static) -> io::Result<SyncSender<Bitmap>> {
    let (to, pictures) = sync_channel(WAITING_MAX);
    Builder::new().name("codes".into()).spawn(move || look(&pictures, tell))?;
    Ok(to)
}

fn look(pictures: &Receiver<Bitmap>, tell: impl Fn(String)) {
    for bitmap in pictures {
        if let Some(text) = read(&bitmap) {
            tell(text);
        }
    }
}

/// The enrolment that a picture shows.
fn read(bitmap: &Bitmap) -> Option<String> {
    let grey = |pixel: &u32| {
        let [_, red, green, blue] = pixel.to_be_bytes().map(u32::from);
        // ITU-R BT.601, in parts of 256.
        u8::try_from((77 * red + 150 * green + 29 * blue) >> 8).unwrap_or(u8::MAX)
    };
    let grey: Vec<u8> = bitmap.pixels.iter().map(grey).collect();
    let side = |px: u32| usize::try_from(px).unwrap_or(0);
    let codes = camera::decode::codes(&grey, side(bitmap.width), side(bitmap.height)).unwrap_or_default();
    let texts = codes.iter().filter_map(|code| code.reveal_text());
    texts.map(str::to_owned).find(|text| text.contains(MARK))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a camera sees of a sheet with this code on it, so many pixels a module.
    fn seen(text: &str, scale: u32) -> Bitmap {
        let code = crate::code_picture::draw(text).unwrap().to_rgb8().unwrap();
        let (side, margin) = (code.width() * scale, 60);
        let (width, height) = (side + 2 * margin, side + 2 * margin);
        let pixel = |x: u32, y: u32| {
            let at = |place: u32| {
                place.checked_sub(margin).map(|place| place / scale).filter(|at| *at < code.width())
            };
            let shade = match (at(x), at(y)) {
                (Some(x), Some(y)) => code.as_slice()[(y * code.width() + x) as usize].r,
                _ => 200,
            };
            u32::from_be_bytes([255, shade, shade, shade])
        };
        let pixels =
            (0..height).flat_map(|y| (0..width).map(move |x| (x, y))).map(|(x, y)| pixel(x, y)).collect();
        Bitmap { width, height, pixels }
    }

    #[test]
    fn a_whole_enrolment_is_read_and_other_codes_are_not_told() {
        let text = format!(
            "schema = 1\nschool = \"第三中学\"\nroom = \"3B\"\nunit = \"3B-panel\"\n[network.wifi]\nssid = \"a\"\npassword = \"correct horse\"\n\
             # key: {}\n# signature: {}\n",
            "A".repeat(44),
            "b".repeat(88)
        );
        assert_eq!(read(&seen(&text, 4)).as_deref(), Some(text.as_str()));
        assert_eq!(read(&seen("https://qr.alipay.com/bax012345", 4)), None);
        let nothing = Bitmap { width: 400, height: 300, pixels: vec![0; 400 * 300].into() };
        assert_eq!(read(&nothing), None);
    }
}
