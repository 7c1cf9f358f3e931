//! The till's side of the back office: whether a card may be taken while it is away, what it answered, how it stands.

use api::kiosk::{Offline, OfflineState};
use daemon::Stop;
use tokio::runtime::Handle;
use tokio::sync::watch;

use super::Actor;
use super::batch::kept;
use crate::channel::ChannelKind;
use crate::forward::{self, Heard, Work};
use crate::ledger::Ledger;
use crate::member::IdentityKind;
use crate::offline::{Asked, DenyList, Head, Honoured, Instrument, Queue, RefusedOffline, Rules, honoured};
use crate::till::{Currency, Event, Notice, Phase, Tender};

/// What the till knows of the school's back office, where it has one.
pub(crate) struct OfficeDesk {
    rules: Rules,
    /// It answered the last question. Until it has, it counts as away.
    answers: bool,
    /// What was known before this start is known again.
    heard: bool,
    deny: DenyList,
    /// Why the last card was not taken.
    said: String,
    work: watch::Sender<Work>,
}

impl OfficeDesk {
    pub(super) fn new(rules: Rules) -> Self {
        let work = watch::Sender::new(Work { head: Head::START, next: None });
        Self { rules, answers: false, heard: false, deny: DenyList::default(), said: String::new(), work }
    }
}

impl Actor {
    /// Starts the task that forwards, where the till has a back office.
    pub(crate) fn start_forwarding(&mut self, stop: &Stop) {
        if let (Some(desk), Some(office)) = (&self.office, self.policy.back_office.take()) {
            let (work, mail, clock) = (desk.work.subscribe(), self.mail.clone(), self.clock.clone());
            let stop = stop.clone();
            tokio::spawn(async move {
                tokio::select! {
                    () = stop.requested() => {}
                    () = forward::run(office, work, mail, clock) => {}
                }
            });
        }
    }

    pub(super) fn ruled(&self, ledger: Ledger) -> Ledger {
        match &self.office {
            Some(desk) => ledger.with_offline(desk.rules, self.menu.currency),
            None => ledger,
        }
    }

    /// What a device noticed as an event: a card that could not be honoured later is not taken while the back office
    /// is away. A card that is wanted again always is: its money may have moved.
    pub(super) fn presented(&mut self, tender: Tender) -> Event {
        let channel = self.taker(&tender);
        if channel == Some(ChannelKind::Campus)
            && let Err(refused) = self.takes_offline(&tender)
        {
            tracing::info!(%refused, "a card was not taken");
            let notice = notice(&refused);
            self.say(refused.to_string());
            return Event::Hint(notice);
        }
        Event::Tender { id: None, channel, tender }
    }

    /// Whether a campus card may be taken for the payment that waits.
    fn takes_offline(&mut self, tender: &Tender) -> Result<(), RefusedOffline> {
        let (Some(desk), Some(books), Some(members)) = (&self.office, &self.books, &self.policy.members)
        else {
            return Ok(());
        };
        let shown = books.till.shown().filter(|view| view.phase == Phase::Waiting);
        let Some(view) = shown.filter(|_view| !desk.answers) else { return Ok(()) };
        let kind = honoured(tender)?;
        let channel = self.channels.iter().find(|channel| channel.kind() == ChannelKind::Campus);
        let bearer =
            channel.and_then(|channel| channel.bearer(tender)).ok_or(RefusedOffline::UnsignedCard)?;
        let token = members.tokens.token(IdentityKind::Card, bearer.0.reveal());
        // What the card will prove is not known yet; the accounts look at its counter and balance.
        let instrument = match kind {
            Honoured::Purse => Instrument::Purse { card: token, counter: u32::MAX, mac: [0; 8] },
            Honoured::Member => Instrument::Member { member: token, limit: i64::MAX, tap: bearer.1 },
            Honoured::Voucher => return Err(RefusedOffline::UnsignedCard),
        };
        let asked = Asked { payment: view.id, instrument, amount: view.order.total };
        books.ledger.offline().offer(&asked, &desk.deny, (self.clock)()).map(drop)
    }

    /// The back office was heard, or was not.
    pub(super) fn heard(&mut self, handle: &Handle, heard: Heard) -> anyhow::Result<()> {
        match heard {
            Heard::Standing { answers, deny_list: (version, current_at_ms) } => {
                if let Some(desk) = &mut self.office {
                    (desk.answers, desk.heard) = (answers, true);
                    desk.deny = DenyList { version, current_at_ms, ..DenyList::default() };
                    if answers {
                        desk.said.clear();
                    }
                }
                self.show_offline();
            }
            Heard::Answered { link, answer, reply } => {
                // What waits is written first, so that an answer is never held against an older queue.
                self.commit(handle)?;
                let next = self.books.as_ref().and_then(|books| books.ledger.offline().next().cloned());
                if next.as_ref() != Some(&*link) {
                    tracing::warn!("an answer is for an entry that is not the next one");
                    kept(reply, false);
                    return Ok(());
                }
                let (id, sequence) = (link.entry.payment.clone(), link.entry.sequence);
                self.recall(&id)?;
                let event = Event::Forwarded { id, sequence, answer };
                self.step(event, Box::new(move |said| kept(reply, said.is_ok())));
            }
        }
        Ok(())
    }

    /// Gives the next entry to the task that forwards, and shows what waits. Called after every commit.
    pub(super) fn show_offline(&mut self) {
        let (Some(desk), Some(books)) = (&self.office, &self.books) else { return };
        let queue = books.ledger.offline();
        let work = Work { head: queue.head(), next: queue.next().cloned() };
        desk.work.send_if_modified(|known| {
            let new = *known != work;
            *known = work;
            new
        });
        let shown = shown(desk, queue, self.menu.currency);
        self.screen.send_if_modified(|screen| {
            let new = screen.offline != shown;
            screen.offline = shown;
            new
        });
    }

    /// Tells in words why a card was not taken, until one is or the back office answers.
    fn say(&mut self, said: String) {
        if let Some(desk) = &mut self.office {
            desk.said = said;
        }
        self.show_offline();
    }
}

fn shown(desk: &OfficeDesk, queue: &Queue, currency: Currency) -> Offline {
    let (waiting, amount) = queue.waiting();
    let state = match (desk.heard, desk.answers) {
        (false, _) => OfflineState::Unknown,
        (true, true) => OfflineState::Online,
        (true, false) => OfflineState::Offline,
    };
    Offline {
        state: state.to_wire(),
        waiting: u32::try_from(waiting).unwrap_or(u32::MAX),
        amount,
        currency: currency.to_string(),
        oldest_ms: queue.next().map_or(0, |link| i64::try_from(link.entry.at_ms).unwrap_or(i64::MAX)),
        said: desk.said.clone(),
    }
}

/// What the payer is told; the words that go with it are in the property.
fn notice(refused: &RefusedOffline) -> Notice {
    use RefusedOffline as R;
    match refused {
        R::PerTransaction(_) | R::PerInstrument(_) | R::MemberLimit(_) | R::BadAmount => Notice::OfflineLimit,
        R::Full | R::TooOld | R::DenyListStale => Notice::OfflineFull,
        R::Denied => Notice::CardBlocked,
        R::CardRepeats | R::VoucherUsed(_) | R::IdReused => Notice::CodeDead,
        R::Disabled | R::WalletCode(_) | R::UnsignedCard | R::BankCard | R::Agreement | R::Refund => {
            Notice::OfflineCard
        }
    }
}
