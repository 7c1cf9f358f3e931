//! The client against the sandbox terminal.
