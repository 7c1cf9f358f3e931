//! `org.dais.Inference1.Camera`: frames out of sealed memfds, people counted in one of them, and cameras that are
//! watched. A frame is dropped as soon as it was looked at.

mod watching;

use std::time::Duration;

use api::camera::{CameraError, Face, FrameFormat, PageTurn, Place, Sight};
use api::sealed::{self, SealedError};
use tokio::sync::{mpsc, oneshot};
use zbus::message::Header;
use zbus::{OwnedFd, interface};

use super::checks::client;
use crate::desk::Desk;
use crate::refusal::Refusal;
use crate::vision::{self, Format, Frame, Rect, Turn, Wants};
use crate::work::Work;
use watching::{Ask, Shown};

/// Largest frame in bytes: 4K with three bytes a pixel, rows twice as long as they need be.
const FRAME_LEN_MAX: u64 = 6 * 3840 * 3840;

/// The interface.
pub(super) struct Camera {
    desk: Desk,
    watching: mpsc::Sender<Ask>,
}

impl Camera {
    pub(super) fn new(desk: Desk) -> Self {
        Self { watching: watching::start(desk.clone()), desk }
    }

    async fn tell<T>(
        &self,
        ask: impl FnOnce(oneshot::Sender<Result<T, CameraError>>) -> Ask,
    ) -> Result<T, CameraError> {
        let (reply, answer) = oneshot::channel();
        self.watching.send(ask(reply)).await.map_err(|_| refused(Refusal::Ending))?;
        answer.await.map_err(|_| refused(Refusal::Ending))?
    }
}

#[interface(name = "org.dais.Inference1.Camera", introspection_docs = false)]
impl Camera {
    #[zbus(out_args("faces", "persons"))]
    #[allow(clippy::too_many_arguments)] // the wire's
    async fn count(
        &self,
        frame: OwnedFd,
        format: u32,
        width: u32,
        height: u32,
        stride: u32,
        deadline_ms: u32,
        #[zbus(header)] header: Header<'_>,
    ) -> Result<(Vec<Face>, u32), CameraError> {
        let asker = self.desk.asker(client(&header), deadline_ms);
        let frame = read(frame, format, width, height, stride).await?;
        let count =
            self.desk.ask(asker, |reply| Work::CountPeople { frame, reply }).await.map_err(refused)?;
        let face =
            |found: &vision::Found| Face { place: place(&found.place), confidence: found.score.into() };
        let persons = u32::try_from(count.persons).unwrap_or(u32::MAX);
        Ok((count.faces.iter().map(face).collect(), persons))
    }

    async fn watch(&self, wants: u32, #[zbus(header)] header: Header<'_>) -> Result<(), CameraError> {
        let (client, wants) = (client(&header), wants_of(wants)?);
        self.tell(|reply| Ask::Watch { client, wants, reply }).await
    }

    #[zbus(out_args("sight"))]
    #[allow(clippy::too_many_arguments)] // the wire's
    async fn look(
        &self,
        frame: OwnedFd,
        format: u32,
        width: u32,
        height: u32,
        stride: u32,
        time_us: u64,
        #[zbus(header)] header: Header<'_>,
    ) -> Result<Sight, CameraError> {
        let client = client(&header);
        let frame = read(frame, format, width, height, stride).await?;
        let at = Duration::from_micros(time_us);
        self.tell(|reply| Ask::Look { client, shown: Shown { frame, at, reply } })
            .await
            .map(|sight| wire(&sight))
    }

    async fn stop(&self, #[zbus(header)] header: Header<'_>) -> Result<(), CameraError> {
        let client = client(&header);
        self.tell(|reply| Ask::Stop { client, reply }).await
    }
}

fn wants_of(sum: u32) -> Result<Wants, CameraError> {
    use api::camera::{WANT_FACES, WANT_PAGES, WANT_RAISED, WANT_VIEW};
    if sum == 0 || sum & !(WANT_FACES | WANT_VIEW | WANT_RAISED | WANT_PAGES) != 0 {
        return Err(CameraError::BadWants(format!("{sum} is no sum of 1, 2, 4 and 8")));
    }
    Ok(Wants {
        faces: sum & WANT_FACES != 0,
        view: sum & WANT_VIEW != 0,
        raised: sum & WANT_RAISED != 0,
        pages: sum & WANT_PAGES != 0,
    })
}

/// A frame, checked before a byte of it is read.
async fn read(fd: OwnedFd, format: u32, width: u32, height: u32, stride: u32) -> Result<Frame, CameraError> {
    let format = match FrameFormat::from_wire(format) {
        FrameFormat::Grey8 => Format::Grey8,
        FrameFormat::Rgb8 => Format::Rgb8,
        FrameFormat::Nv12 => Format::Nv12,
        FrameFormat::Unknown => {
            return Err(CameraError::BadFrame(format!("{format} is no format of a frame")));
        }
    };
    let bad = |error: vision::FrameError| CameraError::BadFrame(error.to_string());
    let (width, height, stride) = (width as usize, height as usize, stride as usize);
    Frame::check_sides(format, width, height).map_err(bad)?;
    let read = move || {
        let bytes = sealed::read(fd, FRAME_LEN_MAX).map_err(|error| match error {
            SealedError::NotSealed => CameraError::NotSealed(error.to_string()),
            SealedError::TooLarge { .. } | SealedError::Io(_) => CameraError::BadFrame(error.to_string()),
        })?;
        Frame::new(format, width, height, stride, bytes).map_err(bad)
    };
    tokio::task::spawn_blocking(read).await.map_err(|error| CameraError::BadFrame(error.to_string()))?
}

/// The named error for a refusal.
fn refused(refusal: Refusal) -> CameraError {
    let text = refusal.to_string();
    match refusal {
        Refusal::NoModel(_) | Refusal::Broke | Refusal::Ending => CameraError::NoModel(text),
        Refusal::Busy { .. } => CameraError::Busy(text),
        Refusal::DeadlinePassed | Refusal::CannotBeInTime { .. } => CameraError::DeadlinePassed(text),
        Refusal::Cancelled => CameraError::Overtaken(text),
    }
}

fn place(rect: &Rect) -> Place {
    let (x, y) = (rect.left.round() as i32, rect.top.round() as i32);
    Place { x, y, width: rect.right.round() as i32 - x, height: rect.bottom.round() as i32 - y }
}

fn wire(sight: &vision::Sight) -> Sight {
    let turn = match sight.turn {
        None => PageTurn::Stay,
        Some(Turn::Next) => PageTurn::Next,
        Some(Turn::Previous) => PageTurn::Previous,
    };
    Sight {
        faces: sight.faces.iter().map(place).collect(),
        view: place(&sight.view),
        raised: sight.raised.iter().map(place).collect(),
        turn: turn.to_wire(),
    }
}
