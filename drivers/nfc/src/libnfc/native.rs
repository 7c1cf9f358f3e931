//! Native commands of cards that do not speak ISO 14443-4.

use nfc1::{Error, Property, Timeout};

use super::{ANSWER_WITHIN, Chip, lost};
use crate::apdu::{APDU_MAX, Apdu, NoAnswer};
use crate::card::CardKind;
use crate::device::Lost;
use crate::native;

impl Chip {
    /// Sends a native command to the selected card: see [`native`]. What the card does is an answer; only the reader's
    /// trouble is an error.
    ///
    /// # Errors
    /// [`Lost`] where the reader is gone or hangs; the card may have obeyed.
    pub(super) fn exchange_native(
        &mut self,
        kind: CardKind,
        command: &Apdu,
    ) -> Result<Result<Apdu, NoAnswer>, Lost> {
        // The chip keeps Classic's protocol by itself; to it 60 is an authentication, which an NTAG knows nothing of.
        let framed = kind == CardKind::Classic;
        self.device.set_property_bool(Property::EasyFraming, framed).map_err(lost)?;
        let limit = Timeout::Duration(ANSWER_WITHIN);
        let answer = self.device.initiator_transceive_bytes(command.reveal(), APDU_MAX, limit);
        self.device.set_property_bool(Property::EasyFraming, true).map_err(lost)?;
        match answer {
            Ok(bytes) => {
                self.silent = 0;
                Ok(native::done(&bytes))
            }
            Err(Error::MifareAuthFailed) => {
                self.silent = 0;
                Ok(Ok(native::not_authenticated()))
            }
            Err(error) => {
                self.bear(error)?;
                Ok(Err(NoAnswer::CardLeft))
            }
        }
    }
}
