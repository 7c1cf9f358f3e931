//! The display thread without a screen: it sleeps in its queue and draws into memory.

use crate::inbox::{Input, Ready};
use crate::thread::Core;
use std::sync::mpsc::{Receiver, RecvTimeoutError};

/// Runs until the core has been told to stop.
pub(crate) fn run(mut core: Core, inputs: &Receiver<Input>, ready: Ready) -> Core {
    if ready.send(Ok(None)).is_err() {
        return core;
    }
    drop(ready);
    while !core.stopped() {
        let first = match core.wait() {
            Some(wait) => inputs.recv_timeout(wait),
            None => inputs.recv().map_err(|_| RecvTimeoutError::Disconnected),
        };
        match first {
            Ok(input) => core.take(input),
            Err(RecvTimeoutError::Timeout) => {}
            // Nobody is left who could ask for anything.
            Err(RecvTimeoutError::Disconnected) => break,
        }
        core.drain(inputs);
        core.turn();
        core.compose();
    }
    core
}
