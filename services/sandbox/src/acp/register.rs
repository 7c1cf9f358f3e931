//! Every order number that the merchant used, for payments, undos and refunds alike: each is used once.

use super::gate::Kind;

/// One transaction.
#[derive(Clone, Debug)]
pub struct Filed {
    /// Which kind.
    pub kind: Kind,
    /// The merchant's time of it; number and time together name it in questions.
    pub txn_time: String,
    /// Fen.
    pub fen: i64,
    /// The order number of the payment that an undo or a refund is about.
    pub of: Option<String>,
    /// UnionPay's own number of it.
    pub query_id: String,
}
