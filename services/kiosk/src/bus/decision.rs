//! A decision of the risk rules as staff see it on the bus.

use api::staff as wire;

use crate::ledger::risk::Kept;
use crate::risk::Verdict;

pub(super) fn to_wire(kept: Kept) -> wire::Decision {
    let reason = |reason: crate::risk::Reason| wire::Reason {
        rule: reason.rule,
        verdict: verdict(reason.verdict).to_wire(),
        seen: reason.seen,
    };
    wire::Decision {
        at_ms: i64::try_from(kept.at_ms).unwrap_or(i64::MAX),
        reference: kept.reference,
        verdict: verdict(kept.decision.verdict).to_wire(),
        shadow: kept.decision.shadow,
        rules: kept.rules_version,
        reasons: kept.decision.reasons.into_iter().map(reason).collect(),
    }
}

fn verdict(verdict: Verdict) -> wire::Verdict {
    match verdict {
        Verdict::Allow => wire::Verdict::Allow,
        Verdict::Review => wire::Verdict::Review,
        Verdict::Refuse => wire::Verdict::Refuse,
    }
}
