//! `org.dais.Kiosk1.Members` on the bus: the grant is checked first, then the actor is asked.

use api::members::{self as wire, FunnelStep, Identity};
use api::staff::StaffError;
use tokio::sync::mpsc;
use zbus::message::Header;
use zbus::{OwnedFd, interface};

use super::desk::Desk;
use super::staff::{ask_till, caller, refuse, span};
use crate::actor::{Mail, MemberAsk, StaffAsk};
use crate::promotion::{Counts, Step};
use crate::staff::{Right, Who};

/// The interface.
pub(super) struct Members {
    pub(super) desk: Desk,
    pub(super) mail: mpsc::Sender<Mail>,
}

impl Members {
    async fn check(&self, header: &Header<'_>, grant: String, right: Right) -> Result<Who, StaffError> {
        self.desk.check(caller(header), grant, right).await.map_err(refuse)
    }
}

#[interface(name = "org.dais.Kiosk1.Members")]
impl Members {
    #[zbus(out_args("handle", "authenticator"))]
    async fn join(
        &self,
        #[zbus(header)] header: Header<'_>,
        grant: String,
        birthday: String,
    ) -> Result<(String, OwnedFd), StaffError> {
        self.check(&header, grant, Right::ServeMembers).await?;
        let ask = |reply| StaffAsk::Members(MemberAsk::Join { birthday, reply });
        let (handle, authenticator) = ask_till(&self.mail, ask).await?;
        let sealed = api::sealed::seal(authenticator.reveal().as_bytes())
            .map_err(|error| StaffError::Locked(error.to_string()))?;
        Ok((handle.as_str().to_owned(), sealed.into()))
    }

    async fn bind(
        &self,
        #[zbus(header)] header: Header<'_>,
        grant: String,
        member: String,
        kind: u32,
        identifier: String,
    ) -> Result<(), StaffError> {
        self.check(&header, grant, Right::ServeMembers).await?;
        if Identity::from_wire(kind) != Identity::Phone {
            return Err(StaffError::BadId("kind: 1 phone number".to_owned()));
        }
        let number = identifier;
        ask_till(&self.mail, |reply| StaffAsk::Members(MemberAsk::BindPhone { member, number, reply })).await
    }

    #[zbus(out_args("points"))]
    async fn points(
        &self,
        #[zbus(header)] header: Header<'_>,
        grant: String,
        member: String,
    ) -> Result<wire::Points, StaffError> {
        self.check(&header, grant, Right::ServeMembers).await?;
        let ask = |reply| StaffAsk::Members(MemberAsk::Points { member, reply });
        let (handle, standing) = ask_till(&self.mail, ask).await?;
        Ok(wire::Points {
            handle: handle.as_str().to_owned(),
            tier: standing.tier,
            available: standing.available,
            balance: standing.balance,
        })
    }

    async fn give_coupon(
        &self,
        #[zbus(header)] header: Header<'_>,
        grant: String,
        member: String,
        coupon: String,
        ask: String,
    ) -> Result<(), StaffError> {
        let by = self.check(&header, grant, Right::GiveCoupons).await?.id.to_string();
        let given = |reply| StaffAsk::Members(MemberAsk::GiveCoupon { member, coupon, ask, by, reply });
        ask_till(&self.mail, given).await
    }

    #[zbus(out_args("counts"))]
    async fn funnel(
        &self,
        #[zbus(header)] header: Header<'_>,
        grant: String,
        campaign: String,
        first: String,
        last: String,
    ) -> Result<Vec<wire::StepCount>, StaffError> {
        let (from, to) = span(&first, &last)?;
        self.check(&header, grant, Right::ReadFinance).await?;
        let ask = |reply| StaffAsk::Members(MemberAsk::Funnel { campaign, from, to, reply });
        Ok(ask_till(&self.mail, ask).await?.iter().map(count).collect())
    }
}

fn count((step, counts): &(Step, Counts)) -> wire::StepCount {
    let step = match step {
        Step::Shown => FunnelStep::Shown,
        Step::Scanned => FunnelStep::Scanned,
        Step::Ordered => FunnelStep::Ordered,
        Step::Paid => FunnelStep::Paid,
        Step::Feedback => FunnelStep::Feedback,
        Step::Rewarded => FunnelStep::Rewarded,
    };
    wire::StepCount { step: step.to_wire(), events: counts.events, members: counts.subjects }
}
