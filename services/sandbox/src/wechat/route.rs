//! Which of API v3's calls a request is, by its method and path.

use super::gate::Asked;

/// Which call a request is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Call {
    Native,
    Codepay,
    Query(String),
    QueryById(String),
    Close(String),
    Reverse(String),
    Refund,
    RefundQuery(String),
    Certificates,
    TradeBill,
    BillFile,
    Share,
    ShareQuery(String),
    Unfreeze,
    Amounts(String),
    ReturnShare,
    ReturnQuery(String),
    AddReceiver,
    DeleteReceiver,
}

impl Call {
    /// Reads method and path; `None` where there is no such call.
    pub fn of(asked: &Asked) -> Option<Self> {
        let path = asked.target.split('?').next().unwrap_or_default();
        let parts: Vec<&str> = path.trim_start_matches('/').split('/').collect();
        Some(match (asked.method.as_str(), parts.as_slice()) {
            ("POST", ["v3", "pay", "transactions", "native"]) => Self::Native,
            ("POST", ["v3", "pay", "transactions", "codepay"]) => Self::Codepay,
            ("GET", ["v3", "pay", "transactions", "out-trade-no", number]) => Self::Query((*number).into()),
            ("GET", ["v3", "pay", "transactions", "id", id]) => Self::QueryById((*id).into()),
            ("POST", ["v3", "pay", "transactions", "out-trade-no", number, "close"]) => {
                Self::Close((*number).into())
            }
            ("POST", ["v3", "pay", "transactions", "out-trade-no", number, "reverse"]) => {
                Self::Reverse((*number).into())
            }
            ("POST", ["v3", "refund", "domestic", "refunds"]) => Self::Refund,
            ("GET", ["v3", "refund", "domestic", "refunds", number]) => Self::RefundQuery((*number).into()),
            ("GET", ["v3", "certificates"]) => Self::Certificates,
            ("GET", ["v3", "bill", "tradebill"]) => Self::TradeBill,
            ("GET", ["v3", "billdownload", "file"]) => Self::BillFile,
            (method, ["v3", "profitsharing", rest @ ..]) => return Self::sharing(method, rest),
            _other => return None,
        })
    }

    fn sharing(method: &str, rest: &[&str]) -> Option<Self> {
        Some(match (method, rest) {
            ("POST", ["orders"]) => Self::Share,
            ("POST", ["orders", "unfreeze"]) => Self::Unfreeze,
            ("GET", ["orders", number]) => Self::ShareQuery((*number).into()),
            ("GET", ["transactions", id, "amounts"]) => Self::Amounts((*id).into()),
            ("POST", ["return-orders"]) => Self::ReturnShare,
            ("GET", ["return-orders", number]) => Self::ReturnQuery((*number).into()),
            ("POST", ["receivers", "add"]) => Self::AddReceiver,
            ("POST", ["receivers", "delete"]) => Self::DeleteReceiver,
            _other => return None,
        })
    }

    /// Short name, for the fault plan.
    pub fn short(&self) -> &'static str {
        match self {
            Self::Native => "native",
            Self::Codepay => "pay",
            Self::Query(_) | Self::QueryById(_) | Self::RefundQuery(_) => "query",
            Self::Close(_) => "close",
            Self::Reverse(_) => "reverse",
            Self::Refund => "refund",
            Self::Certificates => "certificates",
            Self::TradeBill | Self::BillFile => "bill",
            Self::Share | Self::Unfreeze => "split",
            Self::ShareQuery(_) | Self::Amounts(_) | Self::ReturnQuery(_) => "query",
            Self::ReturnShare => "return",
            Self::AddReceiver | Self::DeleteReceiver => "split",
        }
    }
}
