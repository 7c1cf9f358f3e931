//! A trade from its order to its end: a code to show, a charge, a question, taking it back.
//!
//! A precreated code makes no trade until it is scanned, so a query before that answers `ACQ.TRADE_NOT_EXIST`; here
//! that is "shown", not "refused".

use super::Alipay;
use super::call::Notify;
use super::wire::{AgreementParams, Content, ExtendParams, Node, Verdict};
use crate::channel::{Doubt, Opened, PaidProof, PendingReason, Proof, Refusal, Revoked};
use crate::instalment::AlipayExtend;
use crate::till::{Attempt, Currency, Money, Tender, Way};

impl Alipay {
    /// Asks for a code to show.
    pub(super) async fn precreate(&self, attempt: &Attempt) -> Opened {
        if attempt.amount.currency() != Currency::CNY {
            return Opened::Refused(Refusal::Declined);
        }
        let content = Content {
            total_amount: Some(attempt.amount.to_decimal()),
            subject: Some(&attempt.subject),
            seller_id: self.config.seller_id.as_deref(),
            timeout_express: Some(format!("{}m", self.config.code_minutes)),
            extend_params: self.extended(attempt),
            ..about(attempt)
        };
        let node = match self.call("alipay.trade.precreate", &content, Notify::Wanted).await {
            Ok(node) => node,
            Err(doubt) => return Opened::Unavailable(doubt),
        };
        match node.verdict() {
            Verdict::Ok if node.out_trade_no == attempt.number.as_str() && !node.qr_code.is_empty() => {
                Opened::Code(node.qr_code)
            }
            Verdict::Ok => Opened::Unavailable(Doubt::Unparsable),
            Verdict::Refused => match refusal(&node.sub_code) {
                Proof::NotPaid(refusal) => Opened::Refused(refusal),
                _known_already => Opened::Unavailable(Doubt::ServerError),
            },
            Verdict::NotDispatched => Opened::Refused(Refusal::Declined),
            Verdict::Waiting | Verdict::Unknown => Opened::Unavailable(Doubt::ServerError),
        }
    }

    /// Charges a code or an agreement.
    pub(super) async fn pay(&self, attempt: &Attempt, tender: &Tender) -> Proof {
        if attempt.amount.currency() != Currency::CNY {
            return Proof::NotPaid(Refusal::Declined);
        }
        let content = match (tender, &self.config.agreement_product) {
            (Tender::Code(code), _) => {
                Content { scene: Some("bar_code"), auth_code: Some(code.reveal()), ..about(attempt) }
            }
            (Tender::Agreement(agreement), Some(product)) => Content {
                product_code: Some(product),
                agreement_params: Some(AgreementParams { agreement_no: agreement.number.reveal() }),
                ..about(attempt)
            },
            _not_ours => return Proof::NotPaid(Refusal::Declined),
        };
        let content = Content {
            total_amount: Some(attempt.amount.to_decimal()),
            subject: Some(&attempt.subject),
            seller_id: self.config.seller_id.as_deref(),
            extend_params: self.extended(attempt),
            ..content
        };
        let node = match self.call("alipay.trade.pay", &content, Notify::Wanted).await {
            Ok(node) => node,
            Err(doubt) => return Proof::Unknown(doubt),
        };
        match node.verdict() {
            Verdict::Ok => paid(attempt, node),
            Verdict::Waiting => Proof::Pending(PendingReason::PayerConfirms),
            Verdict::Unknown => Proof::Unknown(Doubt::ServerError),
            Verdict::Refused => refusal(&node.sub_code),
            Verdict::NotDispatched => Proof::NotPaid(Refusal::Declined),
        }
    }

    /// Asks what became of a trade.
    pub(super) async fn ask(&self, attempt: &Attempt) -> Proof {
        let node = match self.call("alipay.trade.query", &about(attempt), Notify::No).await {
            Ok(node) => node,
            Err(doubt) => return Proof::Unknown(doubt),
        };
        match (node.verdict(), node.trade_status.as_str(), node.sub_code.as_str()) {
            (Verdict::Ok, "TRADE_SUCCESS" | "TRADE_FINISHED", _) => paid(attempt, node),
            (Verdict::Ok, "WAIT_BUYER_PAY", _) => Proof::Pending(PendingReason::PayerConfirms),
            (Verdict::Ok, "TRADE_CLOSED", _) if node.out_trade_no == attempt.number.as_str() => {
                Proof::NotPaid(Refusal::Closed)
            }
            (Verdict::Ok, _, _) => Proof::Unknown(Doubt::Unparsable),
            (Verdict::Refused, _, "ACQ.TRADE_NOT_EXIST") => match attempt.way {
                Way::Shown => Proof::Pending(PendingReason::Shown),
                Way::Scanned | Way::Card => Proof::NotPaid(Refusal::NoSuchTrade),
            },
            // A refused question says nothing about the money.
            _question_refused => Proof::Unknown(Doubt::ServerError),
        }
    }

    /// Ends a trade so that no money can move: closes what was shown, cancels what was charged.
    pub(super) async fn take_back(&self, attempt: &Attempt) -> Revoked {
        if attempt.way != Way::Shown {
            return self.cancel(attempt).await;
        }
        // A shown code is closed and not cancelled: cancelling would silently refund a payer who was quicker.
        let node = match self.close(attempt).await {
            Ok(node) => node,
            Err(doubt) => return Revoked::Again(doubt),
        };
        match (node.verdict(), node.sub_code.as_str()) {
            (Verdict::Ok, _) => Revoked::Done,
            // Nobody has scanned it, so there is nothing to close; only cancel makes the code itself worthless.
            (Verdict::Refused, "ACQ.TRADE_NOT_EXIST") => self.cancel(attempt).await,
            (Verdict::Refused, "ACQ.TRADE_STATUS_ERROR" | "ACQ.REASON_TRADE_STATUS_INVALID") => {
                self.how_it_ended(attempt).await
            }
            _other => Revoked::Again(Doubt::ServerError),
        }
    }

    async fn close(&self, attempt: &Attempt) -> Result<Node, Doubt> {
        self.call("alipay.trade.close", &about(attempt), Notify::No).await?.about(&attempt.number)
    }

    /// Cancels: an unpaid trade or an unscanned code is closed, a paid trade is refunded.
    async fn cancel(&self, attempt: &Attempt) -> Revoked {
        let answered = self.call("alipay.trade.cancel", &about(attempt), Notify::No).await;
        let node = match answered.and_then(|node| node.about(&attempt.number)) {
            Ok(node) => node,
            Err(doubt) => return Revoked::Again(doubt),
        };
        match node.verdict() {
            Verdict::Ok if node.retry_flag == "N" => Revoked::Done,
            // Too late to cancel, as on another day: if it is paid, a refund is the way back.
            Verdict::Refused => self.how_it_ended(attempt).await,
            _other => Revoked::Again(Doubt::ServerError),
        }
    }

    /// What a refused end means: only a question can say.
    async fn how_it_ended(&self, attempt: &Attempt) -> Revoked {
        match self.ask(attempt).await {
            Proof::Paid(_) => Revoked::AlreadyPaid,
            // "No such trade" is no end: the charge may still be on its way.
            Proof::NotPaid(Refusal::NoSuchTrade) | Proof::Pending(_) => Revoked::Again(Doubt::ServerError),
            Proof::NotPaid(_) => Revoked::Done,
            Proof::Unknown(doubt) => Revoked::Again(doubt),
        }
    }

    /// What only some trades carry.
    fn extended(&self, attempt: &Attempt) -> ExtendParams {
        let fixed = self.config.instalments.filter(|plan| attempt.amount.minor() >= plan.from_minor);
        let fixed = fixed.map(|plan| (plan.count.to_string(), plan.seller_percent.to_string()));
        // What the payer chose goes before what the configuration offers for all large payments.
        let chosen = attempt.instalment.map(AlipayExtend::from);
        let chosen = chosen.map(|plan| (plan.hb_fq_num, plan.hb_fq_seller_percent.to_owned()));
        let (hb_fq_num, hb_fq_seller_percent) = chosen.or(fixed).unzip();
        ExtendParams {
            hb_fq_num,
            hb_fq_seller_percent,
            royalty_freeze: self.config.royalty_freeze.then_some("true"),
        }
    }
}

/// `biz_content` that only names the trade.
pub(super) fn about(attempt: &Attempt) -> Content<'_> {
    Content { out_trade_no: attempt.number.as_str(), ..Content::default() }
}

/// The paid proof in a node; a node about another trade, or without number and amount, is none.
fn paid(attempt: &Attempt, node: Node) -> Proof {
    let amount = Money::from_decimal(&node.total_amount, Currency::CNY);
    match amount {
        Ok(amount)
            if amount.minor() > 0
                && node.out_trade_no == attempt.number.as_str()
                && !node.trade_no.is_empty() =>
        {
            Proof::Paid(PaidProof { channel_ref: node.trade_no, amount })
        }
        _foreign => Proof::Unknown(Doubt::Unparsable),
    }
}

/// What a refused charge proves. Where the trade turns out to be known already, only a query can say.
fn refusal(sub_code: &str) -> Proof {
    let refusal = match sub_code.trim_start_matches("ACQ.") {
        "PAYMENT_AUTH_CODE_INVALID" | "AGREEMENT_NOT_EXIST" | "AGREEMENT_INVALID" => Refusal::CodeDead,
        "BUYER_BALANCE_NOT_ENOUGH"
        | "BUYER_BANKCARD_BALANCE_NOT_ENOUGH"
        | "BUYER_PAYMENT_AMOUNT_DAY_LIMIT_ERROR"
        | "BUYER_PAYMENT_AMOUNT_MONTH_LIMIT_ERROR"
        | "NO_PAYMENT_INSTRUMENTS_AVAILABLE" => Refusal::InsufficientFunds,
        "TRADE_HAS_CLOSE" => Refusal::Closed,
        "TRADE_HAS_SUCCESS" | "CONTEXT_INCONSISTENT" | "TRADE_BUYER_NOT_MATCH" => {
            return Proof::Unknown(Doubt::ServerError);
        }
        _other => Refusal::Declined,
    };
    Proof::NotPaid(refusal)
}

#[cfg(test)]
mod tests;
