//! The risk rules before the till: what would be charged or given back is judged first, stopped where a rule is
//! enforced, and kept with its reasons in the same commit as what came of it. Without rules nothing here costs anything.

use anyhow::Context;
use tokio::runtime::Handle;

use super::batch::{Reply, nobody};
use super::office::readable;
use super::{Actor, Books};
use crate::channel::{Proof, Refusal};
use crate::ledger::{LedgerError, Note};
use crate::risk::{Action, Activity, Asked, Decision, Facts, Rules, Subjects, Verdict, assess};
use crate::till::{
    Answer, Attempt, AttemptNumber, Effect, Event, Notice, PaymentId, Record, Refund, Tender, Till,
};

/// How often events that no window reaches are looked for.
const FORGET_EVERY_MS: u64 = 86_400_000;
/// When to look again after a disk that could not be written.
const FORGET_AGAIN_MS: u64 = 3_600_000;

/// Why staff's refund is stopped; nothing goes back. Staff see the text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum RiskStopped {
    #[error("the risk rules want a second look ({0}); a manager can send it back")]
    Look(String),
    #[error("the risk rules refuse this ({0}); give the money back another way, or have the rules changed")]
    Refused(String),
}

/// What a step would do that the rules have a say in.
enum About {
    Charge { id: PaymentId, attempt: Attempt, tender: Tender },
    Refund { id: PaymentId, charge: AttemptNumber, refund: Refund, by: String },
}

impl About {
    /// What happens if it is not stopped, and under which number.
    fn happens(&self) -> (Activity, &AttemptNumber) {
        match self {
            Self::Charge { attempt, .. } => (Activity::Charge, &attempt.number),
            Self::Refund { refund, .. } => (Activity::Refund, &refund.number),
        }
    }
}

impl Actor {
    /// Writes what is noted and not yet durable, because the next decision must count it. Before anything is recalled:
    /// a commit forgets what is settled.
    pub(super) fn write_notes(&mut self, handle: &Handle) -> anyhow::Result<()> {
        if self.batch.notes.is_empty() { Ok(()) } else { self.commit(handle) }
    }

    /// Takes a step that may charge or give back, unless a rule stops it. `manager`: who asks is whom a review asks for.
    pub(super) fn judge(&mut self, event: Event, manager: bool, reply: Reply) -> anyhow::Result<()> {
        let now = (self.clock)();
        let (Some(rules), Some(books)) = (self.risk.clone(), &self.books) else {
            self.step_at(now, event, reply);
            return Ok(());
        };
        let Some(about) = about(&books.till, now, &event) else {
            self.step_at(now, event, reply);
            return Ok(());
        };
        let (asked, facts) = match readable(self.facts(books, &rules, &about, now))? {
            Ok(found) => found,
            Err(rejection) => {
                // What cannot be judged is not done.
                if matches!(about, About::Charge { .. }) {
                    self.step_at(now, Event::Hint(Notice::LedgerFull), nobody());
                }
                self.refuse(rejection, reply);
                return Ok(());
            }
        };
        let decision = assess(&rules, &facts, now);
        let looked = match &about {
            About::Charge { id, .. } => books.till.passes(id),
            About::Refund { .. } => manager,
        };
        let verdict = match decision.enforced() {
            Verdict::Review if looked => Verdict::Allow,
            verdict => verdict,
        };
        let (activity, number) = about.happens();
        let number = number.as_str().to_owned();
        let why = reasons(&decision);
        let decided = |reference: String| Note::Decided { reference, decision, facts, rules, at_ms: now };
        match (verdict, about) {
            (Verdict::Allow, _) => {
                self.step_at(now, event, reply);
                self.note(Note::Happened { activity, reference: number.clone(), asked, at_ms: now });
                self.note(decided(number));
            }
            (verdict, About::Charge { id, attempt, tender }) => {
                self.note(decided(id.as_str().to_owned()));
                let (amount, review) = (attempt.amount, verdict == Verdict::Review);
                self.step_at(now, Event::Stopped { id, tender, amount, review }, reply);
            }
            (verdict, About::Refund { id, .. }) => {
                self.note(decided(id.as_str().to_owned()));
                let stopped = if verdict == Verdict::Review {
                    RiskStopped::Look(why)
                } else {
                    RiskStopped::Refused(why)
                };
                self.refuse(stopped.into(), reply);
            }
        }
        Ok(())
    }

    /// The question to the rules, and what they need to know for it.
    fn facts(
        &self,
        books: &Books,
        rules: &Rules,
        about: &About,
        now: u64,
    ) -> Result<(Asked, Facts), LedgerError> {
        let subjects = Subjects::new(self.policy.members.as_ref(), books.till.tag());
        let asked = match about {
            About::Charge { id, attempt, tender } => {
                let channel = self.channels.iter().find(|channel| channel.kind() == attempt.channel);
                let card = channel.and_then(|channel| channel.card(tender));
                let member = books.till.view(id).and_then(|view| view.order.member);
                let subjects = subjects.of_charge(tender, card.as_ref(), member.as_ref());
                Asked { action: Action::Charge, amount: attempt.amount.minor(), subjects }
            }
            About::Refund { charge, refund, by, .. } => {
                let subjects = subjects.of_refund(by, books.ledger.risk_subjects(charge)?);
                Asked { action: Action::Refund, amount: refund.amount.minor(), subjects }
            }
        };
        let facts = books.ledger.risk_facts(rules, &asked, now)?;
        Ok((asked, facts))
    }

    /// A channel's answer; a code that it calls dead is remembered for whoever presented it.
    pub(super) fn answered(&mut self, number: AttemptNumber, answer: Answer) {
        let dead = answer == Answer::Proof(Proof::NotPaid(Refusal::CodeDead));
        let note = (dead && self.risk.is_some())
            .then(|| Note::Dead { number: number.clone(), at_ms: (self.clock)() });
        self.step(Event::Answer { number, answer }, nobody());
        if let Some(note) = note {
            self.note(note);
        }
    }

    /// Once a day forgets some of what no window reaches any more, also where the rules are off by now: it is about
    /// people.
    pub(super) fn forget_risks(&mut self) -> anyhow::Result<()> {
        let now = (self.clock)();
        let Some(books) = self.books.as_mut().filter(|_| now >= self.forget_ms) else { return Ok(()) };
        let pause = match books.ledger.forget_risk(now) {
            // The rest at the next ticks.
            Ok(true) => 0,
            Ok(false) => FORGET_EVERY_MS,
            Err(error @ LedgerError::Full(_)) => {
                tracing::warn!(%error, "ledger");
                FORGET_AGAIN_MS
            }
            Err(error) => return Err(error).context("old risk events cannot be forgotten"),
        };
        self.forget_ms = now.saturating_add(pause);
        Ok(())
    }
}

/// What a step would do. A copy of the till takes it, so that nothing here has to know when a tender is charged and when
/// an ask is new.
fn about(till: &Till, now: u64, event: &Event) -> Option<About> {
    let effects = till.clone().step(now, event.clone()).ok()?;
    let whose = |charged: &Attempt| {
        effects.iter().find_map(|effect| match effect {
            Effect::Append(Record::Charging { id, attempt }) if attempt == charged => Some(id.clone()),
            _ => None,
        })
    };
    effects.iter().find_map(|effect| match effect {
        Effect::Charge(attempt, tender) => {
            Some(About::Charge { id: whose(attempt)?, attempt: attempt.clone(), tender: tender.clone() })
        }
        Effect::Append(Record::RefundAsked { id, number, refund, by, .. }) => Some(About::Refund {
            id: id.clone(),
            charge: number.clone(),
            refund: refund.clone(),
            by: by.clone(),
        }),
        _ => None,
    })
}

/// The names of the rules that spoke.
fn reasons(decision: &Decision) -> String {
    let names: Vec<&str> = decision.reasons.iter().map(|reason| reason.rule.as_str()).collect();
    names.join(", ")
}
