//! The scanner gun on its thread: scanned codes become tenders, as the camera's do.

use std::time::Instant;

use ::scanner::{Code, Missing, Scanner, ScannerError, Source};
use api::devices::Why;
use api::kiosk::Device;

use super::trial::Found;
use super::{Counting, LOOK, Want};
use crate::actor::Sensed;
use crate::till::{Notice, PayCode, Tender};

/// EAN and UPC by AIM's letters.
const EAN: u8 = b'E';

impl Counting {
    /// The driver opens a gun that comes back by itself; here its state is told and its codes become tenders.
    pub(super) fn watch_scanner(&self, source: &Source) {
        let mut scanner = Scanner::start(source);
        let mut missing = Why::Starting;
        while self.goes_on() {
            match scanner.next(Instant::now() + LOOK) {
                Ok(Some(code)) if self.listens() => self.tell(sense(&code)),
                Ok(Some(code)) if self.glances.wants(Want::Codes) => self.glance(sense(&code)),
                // Nobody waits for it: it is dropped, and must not count as seen when a payment does.
                Ok(Some(_)) => scanner.clear(),
                Ok(None) => {}
                Err(ScannerError::Unread(fault)) => {
                    tracing::info!(%fault, "a scan gave no code");
                    self.tell(Sensed::Hint(Notice::CodeUnreadable));
                }
                Err(error @ ScannerError::Missing(why)) => {
                    tracing::warn!(%error, "scanner");
                    missing = trouble(why);
                }
            }
            match scanner.is_ready() {
                true => self.device_is_ready(Device::Scanner),
                false => self.device_is_missing(Device::Scanner, missing),
            }
            if let Some(asked) = self.asked() {
                // A gun says nothing of itself: it is open, and whoever holds it scans something.
                asked.answer(match scanner.is_ready() {
                    true => Found::look_and_listen(),
                    false => Found::failed(missing),
                });
            }
        }
    }
}

fn trouble(missing: Missing) -> Why {
    match missing {
        Missing::Unplugged => Why::Unplugged,
        Missing::InUse => Why::InUse,
        Missing::Forbidden => Why::Forbidden,
        // What answers otherwise than a scanner is none.
        Missing::Silent => Why::WrongDevice,
    }
}

/// Which tender a code is. The bars on goods and books pay for nothing.
fn sense(code: &Code) -> Sensed {
    let pays = code.symbology().is_none_or(|symbology| symbology.letter != EAN);
    match code.reveal_text().filter(|_| pays).map(PayCode::new) {
        Some(Ok(code)) => Sensed::Tender(Tender::Code(code)),
        _ => Sensed::Hint(Notice::UnknownCode),
    }
}

#[cfg(test)]
mod tests {
    //! What is a tender.
    use super::*;
    use ::scanner::Symbology;

    #[test]
    fn codes_of_wallets_pay_and_bars_on_goods_do_not() {
        let told = |aim: Option<[u8; 3]>, bytes: &[u8]| {
            sense(&Code::new(bytes.to_vec(), aim.map(|aim| Symbology::parse(aim).expect("an identifier"))))
        };
        for aim in [None, Some(*b"]Q1"), Some(*b"]C0")] {
            assert!(matches!(told(aim, b"281234567890123456"), Sensed::Tender(Tender::Code(_))), "{aim:?}");
        }
        assert!(matches!(told(Some(*b"]E0"), b"9787111128069"), Sensed::Hint(Notice::UnknownCode)));
        assert!(matches!(told(None, b"\xd6\xd0\xff"), Sensed::Hint(Notice::UnknownCode)));
    }
}
