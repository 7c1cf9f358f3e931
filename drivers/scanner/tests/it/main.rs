//! Guns that are emulated below the decoders, on sockets and on a pseudo terminal.

mod guns;
mod mishaps;
mod port;
