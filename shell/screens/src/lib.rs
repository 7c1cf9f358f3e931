//! What the screens look like: `ui/shell.slint` and all it names, as the Slint compiler translates them, and nothing
//! else. What they do is in `ui`. A crate of its own, because its fifteen megabytes of generated code take longer to
//! compile than everything around them, and need not when only that has changed; and they sit under allowances alone.
#![allow(clippy::all, clippy::unwrap_used, clippy::todo, clippy::let_underscore_must_use)]
#![allow(unreachable_pub, unsafe_code, unused_lifetimes, missing_docs)]

slint::include_modules!();
