//! What the Slint compiler makes of `ui/shell.slint`. Generated, so it sits alone under its own allowances.
#![allow(clippy::all, clippy::unwrap_used, clippy::todo, clippy::let_underscore_must_use)]
#![allow(unreachable_pub, unsafe_code, unused_lifetimes, missing_docs)]

slint::include_modules!();
