//! Takes a graphics device away from another process, as a session's keeper does when a console is switched: through
//! that process' own descriptor, since only its holder can give the right away.

use super::{Outcome, say, wait_for_a_line};
use drm::Device;
use drm::buffer::DrmFourcc;
use drm::control::{Device as Control, connector};
use rustix::process::{Pid, PidfdFlags, PidfdGetfdFlags, pidfd_getfd, pidfd_open};
use std::fs::File;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::Path;

struct Node(OwnedFd);

impl AsFd for Node {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}

impl Device for Node {}
impl Control for Node {}

const RED: [u8; 4] = [0, 0, 255, 0];

pub(super) fn run(pid: i32, card: &Path) -> Outcome {
    let process = pidfd_open(Pid::from_raw(pid).ok_or("no process 0")?, PidfdFlags::empty())?;
    let mut dropped = 0;
    for entry in std::fs::read_dir(format!("/proc/{pid}/fd"))? {
        let path = entry?.path();
        if std::fs::read_link(&path).is_ok_and(|to| to == card) {
            let fd = path.file_name().and_then(|name| name.to_str()).unwrap_or_default().parse()?;
            Node(pidfd_getfd(&process, fd, PidfdGetfdFlags::empty())?).release_master_lock()?;
            dropped += 1;
        }
    }
    let ours = Node(File::options().read(true).write(true).open(card)?.into());
    ours.acquire_master_lock()?;
    let all = ours.resource_handles()?;
    let screens = all.connectors().iter().filter_map(|handle| ours.get_connector(*handle, false).ok());
    let screen = screens.into_iter().find(|screen| screen.state() == connector::State::Connected);
    let screen = screen.ok_or("no screen")?;
    let mode = *screen.modes().first().ok_or("no mode")?;
    let encoder = ours.get_encoder(*screen.encoders().first().ok_or("no encoder")?)?;
    let crtc = *all.filter_crtcs(encoder.possible_crtcs()).first().ok_or("nothing feeds the screen")?;
    let size = (u32::from(mode.size().0), u32::from(mode.size().1));
    let mut buffer = ours.create_dumb_buffer(size, DrmFourcc::Xrgb8888, 32)?;
    let fb = ours.add_framebuffer(&buffer, 24, 32)?;
    ours.map_dumb_buffer(&mut buffer)?.as_mut().chunks_exact_mut(4).for_each(|px| px.copy_from_slice(&RED));
    ours.set_crtc(crtc, Some(fb), (0, 0), &[screen.handle()], Some(mode))?;
    say(&format!("stolen {dropped}"))?;
    wait_for_a_line()
}
