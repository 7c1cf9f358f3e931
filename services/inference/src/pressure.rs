//! Tells when memory grows short: the kernel's pressure stall information, by a trigger that wakes us only then.

use std::fs::File;
use std::io::{self, Write};
use std::path::Path;

use rustix::event::{PollFd, PollFlags, poll};
use rustix::io::Errno;
use tokio::sync::mpsc;

use crate::desk::Mail;

/// Where the kernel tells.
pub(crate) const MEMORY: &str = "/proc/pressure/memory";
/// Somebody waited for memory for a tenth of 2 s; a shorter window is for the administrator alone.
const TRIGGER: &[u8] = b"some 200000 2000000\0";

/// Starts the thread that tells the actor whenever memory is short. Where the kernel does not tell, there is none.
pub(crate) fn start(file: &Path, mail: mpsc::Sender<Mail>) -> io::Result<()> {
    match trigger(file) {
        Ok(trigger) => {
            let thread = std::thread::Builder::new().name("pressure".to_owned());
            thread.spawn(move || follow(&trigger, &mail)).map(drop)
        }
        Err(error) => {
            tracing::info!(%error, "the kernel does not tell when memory is short");
            Ok(())
        }
    }
}

fn trigger(file: &Path) -> io::Result<File> {
    let mut trigger = File::options().read(true).write(true).open(file)?;
    trigger.write_all(TRIGGER)?;
    Ok(trigger)
}

/// Returns when the kernel tells no more, or nobody listens.
fn follow(trigger: &File, mail: &mpsc::Sender<Mail>) {
    loop {
        let mut events = [PollFd::new(trigger, PollFlags::PRI)];
        match poll(&mut events, None) {
            Err(Errno::INTR) => continue,
            Ok(_) if events[0].revents().contains(PollFlags::PRI) => {}
            _ => return,
        }
        if mail.blocking_send(Mail::MemoryShort).is_err() {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kernel_that_does_not_tell_is_no_error() {
        let (mail, mut told) = mpsc::channel(1);
        start(Path::new("/nonexistent"), mail).unwrap();
        assert!(told.blocking_recv().is_none(), "nobody is left who could tell");
    }
}
