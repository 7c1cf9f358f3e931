//! Why staff are refused, as the bus has it.

use api::staff::StaffError;

use super::super::desk::No;
use super::super::zh;
use crate::actor::Rejection;
use crate::ledger::member::MemberError;
use crate::staff::Denied;
use crate::till::{OrderError, Refused};

pub(in crate::bus) fn refuse(no: No) -> StaffError {
    let text = match &no {
        No::Denied(denied) => zh::denied(*denied),
        No::Nobody | No::Ending => no.to_string(),
    };
    match no {
        No::Nobody => StaffError::NoStaff(text),
        No::Ending => StaffError::Locked(text),
        No::Denied(denied) => match denied {
            Denied::NoGrant | Denied::Expired => StaffError::NoGrant(text),
            Denied::NotAllowed | Denied::OverCap => StaffError::NotAllowed(text),
            Denied::WrongPin => StaffError::WrongPin(text),
            Denied::Locked { .. } | Denied::NotCounted => StaffError::LockedOut(text),
        },
    }
}

pub(in crate::bus) fn to_error(rejection: Rejection) -> StaffError {
    let text = zh::rejection(&rejection);
    match rejection {
        Rejection::Locked | Rejection::Rate(_) => StaffError::Locked(text),
        Rejection::Offline(_) => StaffError::Offline(text),
        Rejection::Offer(_) => StaffError::OfferRefused(text),
        Rejection::Member(MemberError::Unknown) => StaffError::UnknownMember(text),
        Rejection::Member(MemberError::NoPhone | MemberError::NoBirthday) => StaffError::BadId(text),
        Rejection::Member(_) | Rejection::NoMembers => StaffError::MemberRefused(text),
        // Only payers are asked how it was.
        Rejection::Stars => StaffError::BadId(text),
        Rejection::Agreement(_) => StaffError::AgreementRefused(text),
        Rejection::DayOpen(_) => StaffError::DayOpen(text),
        Rejection::Risk(_) => StaffError::RiskStopped(text),
        Rejection::Order(OrderError::BadId) => StaffError::BadId(text),
        Rejection::Order(_) => StaffError::BadId(text),
        Rejection::Refused(refused) => match refused {
            Refused::IdReused => StaffError::IdReused(text),
            Refused::UnknownPayment => StaffError::UnknownPayment(text),
            Refused::NotPaid | Refused::Busy | Refused::NotWaiting => StaffError::NotPaid(text),
            Refused::TooMuch(_) | Refused::AllBack => StaffError::TooMuch(text),
            Refused::RefundOver => StaffError::RefundOver(text),
            // Only orders end so.
            Refused::RoomTaken | Refused::TooLong => StaffError::Locked(text),
        },
    }
}
