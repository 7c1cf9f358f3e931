//! The terminal's power goes, or its process is killed, at every stage of a sale: one charge at most, and the truth.

use serde_json::json;

use super::twin::Twin;
use super::*;
use crate::channel::PendingReason;

#[tokio::test]
async fn power_that_goes_in_the_middle_of_a_charge_charges_once() {
    let twin = Twin::start();
    let terminal = twin.client();
    let lunch = attempt("POWER00001");
    twin.present("power-cut").await;
    assert_eq!(terminal.charge(&lunch, &Tender::BankCard).await, Proof::Unknown(Doubt::Transport));
    let proof = terminal.query(&lunch).await;
    assert_paid(&proof);
    assert_eq!(terminal.charge(&lunch, &Tender::BankCard).await, proof, "asked again");
    assert_eq!(twin.movements("pay", "POWER00001").await, 1);
}

#[tokio::test]
async fn a_killed_terminal_finds_every_sale_again() {
    let mut twin = Twin::start();
    let waits = Proof::Pending(PendingReason::PayerConfirms);
    for (number, outcome, charged) in [
        ("KILLED0001", None, false),
        ("KILLED0002", Some("pin"), false),
        ("KILLED0003", Some("unknown-charged"), true),
        ("KILLED0004", Some("unknown-uncharged"), false),
        ("KILLED0005", Some("approved"), true),
        ("KILLED0006", Some("declined"), false),
    ] {
        let terminal = twin.client();
        let lunch = attempt(number);
        if let Some(outcome) = outcome {
            twin.present(outcome).await;
        }
        let told = terminal.charge(&lunch, &Tender::BankCard).await;
        assert_eq!(told == waits, matches!(outcome, None | Some("pin")), "{outcome:?}");
        twin.kill();
        assert_eq!(terminal.query(&lunch).await, Proof::Unknown(Doubt::Transport), "{outcome:?}");
        assert_eq!(terminal.charge(&lunch, &Tender::BankCard).await, Proof::Unknown(Doubt::Transport));
        twin.restart();
        let proof = terminal.query(&lunch).await;
        assert_eq!(terminal.charge(&lunch, &Tender::BankCard).await, proof, "asked again");
        if charged {
            assert_paid(&proof);
        } else {
            assert!(matches!(proof, Proof::NotPaid(_)), "{outcome:?}: {proof:?}");
        }
        assert_eq!(twin.movements("pay", number).await, usize::from(charged), "{outcome:?}");
    }
    assert_eq!(twin.merchant_fen().await, 2 * FEN);
}

#[tokio::test]
async fn what_was_taken_back_and_refunded_stays_so_over_a_restart() {
    let mut twin = Twin::start();
    let terminal = twin.client();
    let (gone, kept, never) = (attempt("STAYS00001"), attempt("STAYS00002"), attempt("STAYS00003"));
    for lunch in [&gone, &kept] {
        twin.present("approved").await;
        assert_paid(&terminal.charge(lunch, &Tender::BankCard).await);
    }
    let part = refund("STAYSBACK1", 230);
    assert_eq!(terminal.revoke(&gone).await, Revoked::Done);
    assert_eq!(terminal.revoke(&never).await, Revoked::Done);
    assert_eq!(terminal.refund(&kept, &part).await, Refunded::Done);
    twin.kill();
    twin.restart();
    assert_eq!(terminal.charge(&never, &Tender::BankCard).await, Proof::NotPaid(Refusal::Closed));
    assert_eq!(terminal.query(&gone).await, Proof::NotPaid(Refusal::Closed));
    assert_eq!(terminal.refund_query(&kept, &part).await, Refunded::Done);
    assert_eq!(terminal.refund(&kept, &part).await, Refunded::Done);
    assert_eq!((twin.movements("refund", "STAYS00002").await, twin.merchant_fen().await), (1, FEN - 230));
}

#[tokio::test]
async fn a_cut_ends_every_connection_and_the_wait() {
    let twin = Twin::start();
    let terminal = twin.client();
    let lunch = attempt("CUT0000001");
    terminal.charge(&lunch, &Tender::BankCard).await;
    twin.sim("terminal", json!({"do": "power"})).await;
    assert_eq!(terminal.query(&lunch).await, Proof::NotPaid(Refusal::Closed));
    let journal = twin.sim("terminal", json!({"do": "journal"})).await;
    assert_eq!(journal["under_way"], json!(null));
    assert_eq!(
        journal["journal"][1],
        json!({"wrote": "declined", "number": "CUT0000001", "reason": "power_cut"})
    );
}
