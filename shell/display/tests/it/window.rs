//! The window output. It needs an X server; the suite's own runs one, elsewhere this is skipped.
