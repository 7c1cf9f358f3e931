//! Contactless card readers -> cards.
//!
//! The kiosk owns a [`Reader`]: a small child process (`dais-nfc`) that alone talks to the reader, because libnfc
//! calls `abort()` on a bad status byte and must never take the till down with it. The two speak JSON lines
//! ([`event`]); the reader restarts the child, so its owner only ever sees [`Tap`]s and plain errors.
//!
//! | module | what |
//! |---|---|
//! | `card` | the nouns: [`Uid`], [`Card`], [`CardKind`], [`Tap`] |
//! | [`apdu`] | commands to a card, their answers, and the lines that carry them to the child |
//! | [`native`] | commands of cards that do not speak ISO 14443-4: MIFARE Classic, NTAG21x |
//! | [`ask`] | the lines from the owner to its child |
//! | [`event`] | the lines from the child to its owner |
//! | `reader` | the owner's side: [`Reader`] |
//! | [`presence`] | pure: what the polls saw -> came, left, left too soon |
//! | [`device`] | the child's side: one reader, whichever stack it is reached by |
//! | [`tag`] | pure: what the reader plays while it shows a link to phones |
//! | [`libnfc`] | chips on a port; the only file that knows libnfc |
//! | [`pcsc`], [`atr`] | readers of the PC/SC service; the first is the only file that knows it |
//! | [`storage`], [`quirks`] | pure: native commands in the words of PC/SC readers, and which reader has which |
//! | [`claim`] | one process a serial port |
//! | [`fake`] | an emulated PN532 on a pseudo terminal, for tests and for a kiosk without a reader |

pub mod apdu;
pub mod ask;
pub mod atr;
mod card;
pub mod claim;
pub mod device;
pub mod event;
pub mod fake;
pub mod libnfc;
pub mod native;
pub mod pcsc;
pub mod presence;
pub mod quirks;
mod reader;
pub mod storage;
pub mod tag;

pub use apdu::{Apdu, NoAnswer};
pub use ask::{BadLink, Link};
pub use card::{Card, CardKind, Tap, Uid, UidError};
pub use reader::{Reader, ReaderError, Waker};
