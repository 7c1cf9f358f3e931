//! What a payment tells: every notice is on the screen in both languages, and says something of its own.

use screens::*;
use slint::ComponentHandle;

use crate::easel::Easel;
use crate::screens::{TALL, both_languages, elements, has, kiosk, show_codes};

#[test]
fn kiosk_notices() {
    // What is told while somebody still pays; the codes stay where they are.
    let told = [
        Notice::UnknownCode,
        Notice::CodeDead,
        Notice::CodeUsed,
        Notice::CodeUnreadable,
        Notice::CodeSmall,
        Notice::CodeLarge,
        Notice::CodeDark,
        Notice::CodeGlare,
        Notice::CodeTilted,
        Notice::CodeBlurred,
        Notice::CardLeftTooSoon,
        Notice::CardUnknown,
        Notice::CardBlocked,
        Notice::CardAgain,
        Notice::OneCard,
        Notice::OfflineCard,
        Notice::OfflineLimit,
        Notice::UseTerminal,
        Notice::OfferTooLate,
    ];
    let afterwards =
        [Notice::ReceiptNoPaper, Notice::ReceiptCoverOpen, Notice::ReceiptLater, Notice::ReceiptInDoubt];
    Easel::with(TALL, TALL, |easel| {
        both_languages(|language, chinese| {
            let mut labels = std::collections::BTreeSet::new();
            let both = told.map(|notice| (Stage::Waiting, notice));
            let both = both.into_iter().chain(afterwards.map(|notice| (Stage::Paid, notice)));
            for (stage, notice) in both {
                let screen = kiosk(easel, chinese);
                show_codes(&screen);
                let adapter = screen.global::<KioskAdapter<'_>>();
                adapter.set_stage(stage);
                adapter.set_notice(notice);
                adapter.set_paid_by(Channel::Alipay);
                easel.show(&screen, language);
                easel.draw(&format!("notice-{notice:?}-{language}").to_lowercase());
                let found = elements(&screen, TALL);
                let label = has(&found, "notice").label;
                assert_eq!(label.is_ascii(), !chinese, "{label}");
                assert!(labels.insert(label), "{notice:?} says the same as another");
                if stage == Stage::Waiting {
                    has(&found, "code-alipay");
                    has(&found, "cancel-payment");
                }
            }
        });
    });
}
