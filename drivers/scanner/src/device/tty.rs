//! Serial scanners, through the kernel's terminals.

use rustix::fd::AsFd;
use rustix::termios::{
    ControlModes, InputModes, OptionalActions, QueueSelector, SpecialCodeIndex, tcflush, tcgetattr, tcsetattr,
};

use super::missing;
use crate::error::Missing;
use crate::source::Parity;

/// True for a terminal.
pub(super) fn is_terminal(fd: impl AsFd) -> bool {
    tcgetattr(fd).is_ok()
}

/// Sets the line up: characters as they are, damaged ones marked, no modem lines, and nothing of before.
pub(super) fn set_up(fd: impl AsFd, speed: u32, parity: Parity) -> Result<(), Missing> {
    let mut settings = tcgetattr(&fd).map_err(missing)?;
    settings.make_raw();
    settings.input_modes.insert(InputModes::INPCK | InputModes::PARMRK);
    settings.input_modes.remove(InputModes::IGNPAR | InputModes::IGNBRK | InputModes::BRKINT);
    settings.control_modes.insert(ControlModes::CLOCAL | ControlModes::CREAD | ControlModes::HUPCL);
    settings.control_modes.remove(ControlModes::CRTSCTS | ControlModes::CSTOPB);
    settings.control_modes.set(ControlModes::PARENB, parity != Parity::None);
    settings.control_modes.set(ControlModes::PARODD, parity == Parity::Odd);
    settings.special_codes[SpecialCodeIndex::VMIN] = 1;
    settings.special_codes[SpecialCodeIndex::VTIME] = 0;
    settings.set_speed(speed).map_err(missing)?;
    tcsetattr(&fd, OptionalActions::Now, &settings).map_err(missing)?;
    tcflush(&fd, QueueSelector::IFlush).map_err(missing)
}
