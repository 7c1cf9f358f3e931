//! What Alipay does beyond a payment, at the sandbox: certificates, shares, agreements, refunds, bills, notifies.

mod agreements;
mod bills;
mod certificates;
mod money;
mod notifies;
