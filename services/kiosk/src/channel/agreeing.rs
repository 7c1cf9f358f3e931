//! What a channel says of agreements by which payers are charged without a password: where one is signed, whether it
//! was, and whether it is ended. As with money, silence and an unsigned answer say nothing.

use super::Doubt;
use crate::till::AgreementNumber;

/// What came of asking for a place to sign.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Signing {
    /// A link to show as a QR code; its page asks the payer for the password.
    Link(String),
    /// No agreements here.
    NotOffered,
    /// No link came.
    Unavailable(Doubt),
}

/// What a channel knows of an agreement by our name of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Signed {
    /// It may be charged by this number.
    Active(AgreementNumber),
    /// None is in force by that name: not yet, or not any more.
    None,
    /// It was in force, and the payer or the merchant has ended it.
    Ended,
    /// Nobody can say: ask again.
    Unknown(Doubt),
}

/// What came of ending an agreement.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Unsigned {
    /// Nobody is charged by it any more.
    Done,
    /// Not acknowledged: ask again.
    Again(Doubt),
}
