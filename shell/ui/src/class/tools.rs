//! One file a tool: its surface, and what a press on it does.

pub(super) mod attendance;
pub(super) mod clock;
pub(super) mod dice;
pub(super) mod handout;
pub(super) mod noise;
pub(super) mod picker;
pub(super) mod scores;
pub(super) mod timer;
