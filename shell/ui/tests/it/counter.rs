//! What a card shows its owner, and the sheet of offers after somebody scanned a pay code there.

use screens::*;
use slint::ComponentHandle;

use crate::easel::Easel;
use crate::screens::{TALL, WALL, both_languages, elements, has, kiosk, rows};

fn moves() -> Vec<MoveRow> {
    let row = |moved, when: &str, amount: &str, came_in| MoveRow {
        moved,
        when: when.into(),
        amount: amount.into(),
        came_in,
    };
    vec![
        row(Moved::Charge, "11-30 12:05", "-¥18.00", false),
        row(Moved::Back, "11-29 12:31", "+¥12.00", true),
        row(Moved::Charge, "11-29 12:10", "-¥12.00", false),
        row(Moved::TopUp, "11-28 08:02", "+¥200.00", true),
        row(Moved::Other, "11-27 18:40", "-¥5.00", false),
    ]
}

#[test]
fn a_card_shows_what_it_holds() {
    for size in [WALL, TALL] {
        Easel::with(size, size, |easel| {
            both_languages(|language, chinese| {
                for (name, view, purse) in [
                    ("account", CardView::Shown, false),
                    ("purse", CardView::Shown, true),
                    ("looking", CardView::Looking, false),
                    ("hidden", CardView::Hidden, false),
                ] {
                    let screen = kiosk(easel, chinese);
                    let adapter = screen.global::<CardAdapter<'_>>();
                    adapter.set_view(view);
                    adapter.set_balance("¥182.50".into());
                    adapter.set_has_purse(purse);
                    adapter.set_purse("¥100.00".into());
                    adapter.set_left(17);
                    let shown = view == CardView::Shown;
                    adapter.set_last(rows(if shown { moves() } else { Vec::new() }));
                    easel.show(&screen, language);
                    easel.draw(&format!("card-{name}-{language}-{}", size.1));
                    let found = crate::canteen::in_view(&screen, size);
                    assert_eq!(found.iter().any(|element| element.name == "card-balance"), shown);
                    assert_eq!(found.iter().any(|element| element.name == "card-purse"), purse);
                    let closes = found.iter().any(|element| element.name == "close-card");
                    assert_eq!(closes, view != CardView::Looking);
                }
            });
        });
    }
}

#[test]
fn a_pay_code_on_the_sheet_of_offers_is_for_later() {
    for size in [WALL, TALL] {
        Easel::with(size, size, |easel| {
            both_languages(|language, chinese| {
                let screen = kiosk(easel, chinese);
                let adapter = screen.global::<OffersAdapter<'_>>();
                adapter.set_open(true);
                adapter.set_pay_code(true);
                adapter.set_total("¥40.00".into());
                adapter.set_gross("¥40.00".into());
                easel.show(&screen, language);
                easel.draw(&format!("offers-pay-code-{language}-{}", size.1));
                has(&elements(&screen, size), "offers-rub");
            });
        });
    }
}
