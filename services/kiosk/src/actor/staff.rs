//! What staff ask of the till and the ledger. Their right was checked where the question came in; `by` names who asks.

use time::Date;
use tokio::runtime::Handle;
use tokio::sync::oneshot;

use super::batch::{nobody, reply_to};
use super::office::{readable, send};
use super::{Actor, AgreementAsk, MemberAsk, Rejection};
use crate::channel::{Bill, ChannelKind};
use crate::finance::{Balance, DayClose, Expected, FeeLine, Posting, Takings, business_day, forecast};
use crate::ledger::risk::Kept;
use crate::ledger::{Case, CaseKind, CloseError, LedgerError};
use crate::offline::RefusedOffline;
use crate::reconcile::{Difference, Evidence, Reading, Repair};
use crate::till::{AttemptNumber, Event, Money, PaymentId, Refused, View};

/// Most cases that one look answers; more than a screen of them needs the maker, not a longer list.
const CASES_MAX: u32 = 500;

pub(super) type Reply<T> = oneshot::Sender<Result<T, Rejection>>;

/// A question of staff.
pub(crate) enum StaffAsk {
    /// `manager`: who asks may do what risk rules want a second look at.
    Refund {
        id: String,
        ask: String,
        amount: Money,
        by: String,
        manager: bool,
        reply: Reply<()>,
    },
    Lookup {
        id: String,
        reply: Reply<View>,
    },
    Cases {
        limit: u32,
        reply: Reply<Vec<Case>>,
    },
    CloseCase {
        seq: i64,
        by: String,
        reply: Reply<()>,
    },
    Decisions {
        reference: String,
        reply: Reply<Vec<Kept>>,
    },
    TrialBalance {
        reply: Reply<Vec<Balance>>,
    },
    CloseDay {
        day: Date,
        carry: Vec<String>,
        by: String,
        reply: Reply<DayClose>,
    },
    Reconcile {
        bill: Bill,
        reply: Reply<Vec<Difference>>,
    },
    Settlements {
        from: Date,
        to: Date,
        reply: Reply<Vec<Expected>>,
    },
    Fees {
        from: Date,
        to: Date,
        reply: Reply<Vec<FeeLine>>,
    },
    Postings {
        from: Date,
        to: Date,
        reply: Reply<Vec<Posting>>,
    },
    /// What was sold over some days.
    Takings {
        from: Date,
        to: Date,
        reply: Reply<Takings>,
    },
    /// A dish is sold out, or back.
    SellOut {
        sku: String,
        sold_out: bool,
        by: String,
        reply: Reply<()>,
    },
    /// About members.
    Members(MemberAsk),
    /// About agreements.
    Agreement(AgreementAsk),
}

impl Actor {
    /// Answers staff. What is read is durable first, so that nobody sees what a power cut could take back.
    pub(super) fn answer_staff(&mut self, handle: &Handle, ask: StaffAsk) -> anyhow::Result<()> {
        let now = (self.clock)();
        match ask {
            StaffAsk::Refund { id, ask, amount, by, manager, reply } => {
                self.write_notes(handle)?;
                match self.refund(&id, &ask, amount, by)? {
                    Ok(event) => self.judge(event, manager, reply_to(reply))?,
                    Err(rejection) => send(reply, Err(rejection)),
                }
                return Ok(());
            }
            StaffAsk::CloseCase { seq, by, reply } => {
                match self.close_case(seq, by)? {
                    Ok(event) => self.step(event, reply_to(reply)),
                    Err(rejection) => send(reply, Err(rejection)),
                }
                return Ok(());
            }
            StaffAsk::Members(ask) => return self.answer_members(handle, ask),
            _ => self.commit(handle)?,
        }
        self.answer_of_durable(now, ask)
    }

    fn answer_of_durable(&mut self, now: u64, ask: StaffAsk) -> anyhow::Result<()> {
        match ask {
            StaffAsk::Refund { .. } | StaffAsk::CloseCase { .. } | StaffAsk::Members(_) => {}
            StaffAsk::Lookup { id, reply } => {
                let found = self.lookup(&id)?;
                send(reply, found.and_then(|view| view.ok_or(Refused::UnknownPayment.into())));
            }
            StaffAsk::Cases { limit, reply } => {
                let cases = self.books.as_ref().map(|books| books.ledger.cases(limit.min(CASES_MAX)));
                send(reply, locked_or(cases)?);
            }
            StaffAsk::Decisions { reference, reply } => {
                let kept = self.books.as_ref().map(|books| books.ledger.decisions(&reference));
                send(reply, locked_or(kept)?);
            }
            StaffAsk::TrialBalance { reply } => {
                let rows = self.books.as_ref().map(|books| books.ledger.trial_balance(business_day(now)));
                send(reply, locked_or(rows)?);
            }
            StaffAsk::Settlements { from, to, reply } => {
                let days = self.books.as_ref().map(|books| books.ledger.figures(from, to));
                let expected = days.map(|days| Ok(forecast(&self.calendar, &days?)?));
                send(reply, locked_or(expected)?);
            }
            StaffAsk::Fees { from, to, reply } => {
                let fees = self.books.as_ref().map(|books| books.ledger.fees(&self.reading.fees, from, to));
                send(reply, locked_or(fees)?);
            }
            StaffAsk::Postings { from, to, reply } => {
                let postings = self.books.as_ref().map(|books| books.ledger.postings(from, to));
                send(reply, locked_or(postings)?);
            }
            StaffAsk::CloseDay { day, carry, by, reply } => {
                let closed = self.books.as_mut().map(|books| books.ledger.close_day(now, day, &carry, &by));
                let said = match closed {
                    None => Err(Rejection::Locked),
                    Some(Ok(close)) => Ok(close),
                    Some(Err(CloseError::Refused(why))) => Err(Rejection::DayOpen(why)),
                    Some(Err(CloseError::Ledger(error))) => readable(Err(error))?,
                };
                send(reply, said);
            }
            StaffAsk::Takings { from, to, reply } => {
                let takings = self.books.as_ref().map(|books| books.ledger.takings(from, to));
                send(reply, locked_or(takings)?);
            }
            StaffAsk::SellOut { sku, sold_out, by, reply } => {
                let said = self.sell_out(now, &sku, sold_out, &by)?;
                send(reply, said);
            }
            StaffAsk::Agreement(ask) => self.answer_agreement(ask)?,
            StaffAsk::Reconcile { bill, reply } => send(reply, self.reconcile(now, &bill)?),
        }
        Ok(())
    }

    /// Stores what differs, and has the channel asked wherever its answer can settle it.
    fn reconcile(&mut self, now: u64, bill: &Bill) -> anyhow::Result<Result<Vec<Difference>, Rejection>> {
        let Some(books) = &mut self.books else { return Ok(Err(Rejection::Locked)) };
        let reading = Reading {
            evidence: evidence(bill.channel),
            tag: books.till.tag().to_owned(),
            ..self.reading.clone()
        };
        let differences = match readable(books.ledger.reconcile(now, bill, &reading))? {
            Ok((outcome, _changes)) => outcome.differences,
            Err(rejection) => return Ok(Err(rejection)),
        };
        for difference in &differences {
            let number = match &difference.what_to_do {
                Repair::AskChannel(number) => number,
                Repair::AskRefund { refund, .. } => refund,
                _ => continue,
            };
            self.doubt(number)?;
        }
        Ok(Ok(differences))
    }

    /// Has a channel asked again about a number of this till.
    fn doubt(&mut self, number: &str) -> anyhow::Result<()> {
        let (Some(books), Ok(number)) = (&self.books, AttemptNumber::new(number)) else { return Ok(()) };
        if let Ok(Some(id)) = readable(books.ledger.payment_of(&number))? {
            self.recall(&id)?;
            self.step(Event::Doubt { number }, nobody());
        }
        Ok(())
    }

    fn refund(
        &mut self,
        id: &str,
        ask: &str,
        amount: Money,
        by: String,
    ) -> anyhow::Result<Result<Event, Rejection>> {
        let view = match self.lookup(id)? {
            Ok(Some(view)) => view,
            Ok(None) => return Ok(Err(self.unknown())),
            Err(rejection) => return Ok(Err(rejection)),
        };
        let ask = match PaymentId::new(ask) {
            Ok(ask) => ask,
            Err(error) => return Ok(Err(error.into())),
        };
        if self.books.as_ref().is_some_and(|books| books.ledger.offline().holds(&view.id)) {
            return Ok(Err(RefusedOffline::Refund.into()));
        }
        self.recall(&view.id)?;
        Ok(Ok(Event::Refund { id: view.id, ask, amount, by }))
    }

    fn close_case(&mut self, seq: i64, by: String) -> anyhow::Result<Result<Event, Rejection>> {
        let Some(books) = &self.books else { return Ok(Err(Rejection::Locked)) };
        let (id, kind) = match readable(books.ledger.case_of(seq))? {
            Ok(Some(case)) => case,
            Ok(None) => return Ok(Err(Refused::UnknownPayment.into())),
            Err(rejection) => return Ok(Err(rejection)),
        };
        self.recall(&id)?;
        Ok(Ok(Event::CaseClosed { id, seq, by, pass: kind == CaseKind::Stopped }))
    }
}

/// WeChat Pay names its bill by hash in a signed answer, a terminal authenticates every frame; of the others only the
/// way there is trusted.
fn evidence(channel: ChannelKind) -> Evidence {
    match channel {
        ChannelKind::Wechat | ChannelKind::Terminal => Evidence::Statement,
        ChannelKind::Alipay | ChannelKind::Unionpay | ChannelKind::Campus => Evidence::Plain,
    }
}

fn locked_or<T>(read: Option<Result<T, LedgerError>>) -> anyhow::Result<Result<T, Rejection>> {
    read.map_or(Ok(Err(Rejection::Locked)), readable)
}
