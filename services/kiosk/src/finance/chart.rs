//! The chart of accounts: what each account of the ledger is to an accountant, and what other programs call it.

use super::FinanceError;

/// The five kinds of accounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// What we have, or others hold for us.
    Asset,
    /// What we owe.
    Liability,
    /// What we earned.
    Income,
    /// What it cost us.
    Expense,
}

/// One account in the chart.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Chart {
    /// What it is.
    pub kind: Kind,
    /// Its path below the kind, such as `channel`, `alipay`.
    pub path: Vec<String>,
}

/// Accounts by name, or by what stands before their first colon (then with a colon), and their path. There is no
/// account for cash rounding: every channel takes every cent.
const ACCOUNTS: [(&str, Kind, &str); 11] = [
    ("channel:", Kind::Asset, "channel"),
    ("sales", Kind::Income, "sales"),
    ("sales:", Kind::Income, "sales"),
    ("refunds", Kind::Income, "refunds"),
    ("discounts", Kind::Income, "discounts"),
    ("owed", Kind::Liability, "owed"),
    ("payable:", Kind::Liability, "payable"),
    ("points", Kind::Income, "points"),
    ("prepaid:", Kind::Liability, "prepaid"),
    ("fees:", Kind::Expense, "fees"),
    ("vouchers", Kind::Liability, "vouchers"),
];

impl Kind {
    /// As hledger's `type:` tag has it.
    pub const fn letter(self) -> char {
        match self {
            Self::Asset => 'A',
            Self::Liability => 'L',
            Self::Income => 'R',
            Self::Expense => 'X',
        }
    }

    /// The top of the account's name in accountants' programs.
    pub const fn root(self) -> &'static str {
        match self {
            Self::Asset => "Assets",
            Self::Liability => "Liabilities",
            Self::Income => "Income",
            Self::Expense => "Expenses",
        }
    }
}

impl Chart {
    /// Finds an account of the ledger.
    ///
    /// # Errors
    /// [`FinanceError::UnknownAccount`]: money is never put aside under a name that nobody understands.
    pub fn of(account: &str) -> Result<Self, FinanceError> {
        let (front, rest) = account.split_once(':').map_or((account, None), |(a, b)| (a, Some(b)));
        let found = ACCOUNTS.iter().find(|(name, _, _)| match (name.strip_suffix(':'), rest) {
            (Some(group), Some(rest)) => group == front && !rest.is_empty(),
            (None, None) => *name == front,
            _ => false,
        });
        let (_, kind, first) = found.ok_or_else(|| FinanceError::UnknownAccount(account.to_owned()))?;
        let path = std::iter::once((*first).to_owned()).chain(rest.map(str::to_owned)).collect();
        Ok(Self { kind: *kind, path })
    }
}
