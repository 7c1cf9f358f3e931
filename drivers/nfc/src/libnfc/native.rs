//! Native commands of cards that do not speak ISO 14443-4.

use nfc1::{Error, Property, Timeout};

use super::{ANSWER_WITHIN, Chip, Lost, SILENT_POLLS};
use crate::apdu::{APDU_MAX, Apdu, NoAnswer};
use crate::card::CardKind;
use crate::native;

impl Chip {
    /// Sends a native command to the selected card: see [`native`]. What the card does is an answer; only the reader's
    /// trouble is an error.
    ///
    /// # Errors
    /// [`Lost`] where the reader is gone or hangs; the card may have obeyed.
    pub fn exchange_native(
        &mut self,
        kind: CardKind,
        command: &Apdu,
    ) -> Result<Result<Apdu, NoAnswer>, Lost> {
        // The chip keeps Classic's protocol by itself; to it 60 is an authentication, which an NTAG knows nothing of.
        let framed = kind == CardKind::Classic;
        if let Err(error) = self.device.set_property_bool(Property::EasyFraming, framed) {
            return Err(Lost(error));
        }
        let limit = Timeout::Duration(ANSWER_WITHIN);
        let answer = self.device.initiator_transceive_bytes(command.reveal(), APDU_MAX, limit);
        if let Err(error) = self.device.set_property_bool(Property::EasyFraming, true) {
            return Err(Lost(error));
        }
        let silent = std::mem::take(&mut self.silent);
        match answer {
            Ok(bytes) => Ok(native::done(&bytes)),
            Err(Error::MifareAuthFailed) => Ok(Ok(native::not_authenticated())),
            Err(error @ (Error::Io | Error::NoSuchDeviceFound | Error::NoDeviceFound | Error::Soft)) => {
                Err(Lost(error))
            }
            Err(error @ Error::Timeout) if silent + 1 >= SILENT_POLLS => Err(Lost(error)),
            Err(error) => {
                self.silent = if error == Error::Timeout { silent + 1 } else { 0 };
                Ok(Err(NoAnswer::CardLeft))
            }
        }
    }
}
