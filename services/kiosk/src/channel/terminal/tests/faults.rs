//! What goes wrong on the line, and a stranger at either end of it.

use std::time::Duration;

use serde_json::json;
use tokio::io::AsyncReadExt;

use super::twin::{Twin, client_at};
use super::*;

#[tokio::test]
async fn every_fault_of_a_sale_ends_in_the_truth_by_asking() {
    let twin = Twin::start();
    let terminal = twin.client();
    for (serial, fault, proof, charged) in [
        (1, "drop-before", Proof::Unknown(Doubt::Transport), false),
        (2, "charge-then-drop", Proof::Unknown(Doubt::Transport), true),
        (3, "5xx", Proof::Unknown(Doubt::ServerError), false),
        (4, "20000", Proof::Unknown(Doubt::ServerError), true),
        (5, "wrong-signature", Proof::Unknown(Doubt::BadSignature), true),
        (6, "stale-timestamp", Proof::Unknown(Doubt::BadSignature), true),
        (7, "truncated-body", Proof::Unknown(Doubt::Transport), true),
    ] {
        let number = format!("FAULTY{serial:04}");
        let lunch = attempt(&number);
        if charged {
            twin.present("approved").await;
        }
        twin.sim("fault", json!({"fault": fault, "channel": "t", "call": "sale"})).await;
        assert_eq!(terminal.charge(&lunch, &Tender::BankCard).await, proof, "{fault}");
        match terminal.query(&lunch).await {
            asked if charged => {
                assert_paid(&asked);
                assert_eq!(terminal.charge(&lunch, &Tender::BankCard).await, asked, "{fault}: asked again");
            }
            asked => assert_eq!(asked, Proof::NotPaid(Refusal::NoSuchTrade), "{fault}"),
        }
        assert_eq!(twin.movements("pay", &number).await, usize::from(charged), "{fault}");
    }
}

#[tokio::test]
async fn every_fault_of_taking_back_and_of_a_refund_moves_money_once() {
    let twin = Twin::start();
    let terminal = twin.client();
    for (serial, fault) in [
        (1, "drop-before"),
        (2, "charge-then-drop"),
        (3, "20000"),
        (4, "wrong-signature"),
        (5, "truncated-body"),
    ] {
        let (back, kept) =
            (attempt(&format!("REVERSE{serial:03}")), attempt(&format!("KEEPSOME{serial:02}")));
        for lunch in [&back, &kept] {
            twin.present("approved").await;
            assert_paid(&terminal.charge(lunch, &Tender::BankCard).await);
        }
        twin.sim("fault", json!({"fault": fault, "channel": "t", "call": "reverse"})).await;
        assert!(matches!(terminal.revoke(&back).await, Revoked::Again(_)), "{fault}");
        assert_eq!(terminal.revoke(&back).await, Revoked::Done, "{fault}");
        assert_eq!(twin.movements("reverse", back.number.as_str()).await, 1, "{fault}");
        let part = refund(&format!("PART{serial:06}"), 230);
        twin.sim("fault", json!({"fault": fault, "channel": "t", "call": "refund"})).await;
        assert!(matches!(terminal.refund(&kept, &part).await, Refunded::Again(_)), "{fault}");
        assert_eq!(terminal.refund(&kept, &part).await, Refunded::Done, "{fault}");
        assert_eq!(twin.movements("refund", kept.number.as_str()).await, 1, "{fault}");
    }
}

#[tokio::test]
async fn an_answer_that_comes_twice_is_heard_once() {
    let twin = Twin::start();
    let terminal = twin.client();
    let lunch = attempt("DOUBLED001");
    twin.present("approved").await;
    assert_paid(&terminal.charge(&lunch, &Tender::BankCard).await);
    twin.sim("fault", json!({"fault": "duplicate", "channel": "t", "call": "cancel"})).await;
    // The second copy is the next thing on the line, where the answer to `reverse` belongs.
    assert_eq!(terminal.revoke(&lunch).await, Revoked::Again(Doubt::BadSignature));
    assert_eq!(terminal.revoke(&lunch).await, Revoked::Done);
}

#[tokio::test]
async fn a_slow_terminal_is_a_doubt() {
    let twin = Twin::start();
    twin.present("approved").await;
    let slow = json!({"next": [{"fault": "delay", "channel": "t", "call": "sale"}], "delay_ms": 60_000});
    twin.sim("fault", slow).await;
    let lunch = attempt("SLOW000001");
    // Long enough that the sale has reached the terminal on the busiest machine, and shorter than the delay.
    let impatient = twin.client().within(Duration::from_secs(5));
    assert_eq!(impatient.charge(&lunch, &Tender::BankCard).await, Proof::Unknown(Doubt::Timeout));
    assert_paid(&twin.client().query(&lunch).await);
    assert_eq!(twin.movements("pay", "SLOW000001").await, 1);
}

#[tokio::test]
async fn a_kiosk_with_another_key_is_not_served() {
    let twin = Twin::start();
    let stranger = twin.client_with(Key::new(&[b'7'; 64]).expect("key"));
    let lunch = attempt("STRANGE001");
    twin.present("approved").await;
    assert_eq!(stranger.charge(&lunch, &Tender::BankCard).await, Proof::Unknown(Doubt::Transport));
    assert_eq!(stranger.revoke(&lunch).await, Revoked::Again(Doubt::Transport));
    assert_eq!(twin.client().query(&lunch).await, Proof::NotPaid(Refusal::NoSuchTrade));
    assert_eq!(twin.merchant_fen().await, 0);
}

/// One who records a whole session and plays its frames to the next kiosk is not the terminal.
#[tokio::test]
async fn a_recorded_session_proves_nothing() {
    let twin = Twin::start();
    let lunch = attempt("RECORDED01");
    twin.present("approved").await;
    let (recorder, record) = recorder(twin.address).await;
    assert_paid(&client_at(recorder, twin.key()).charge(&lunch, &Tender::BankCard).await);
    let recorded = record.await.expect("recorder");
    assert!(!recorded.is_empty());
    let (address, player) = player(recorded).await;
    let fooled = client_at(address, twin.key()).query(&lunch).await;
    assert_eq!(fooled, Proof::Unknown(Doubt::BadSignature));
    player.await.expect("player");
}

/// Passes one connection on and keeps what the terminal said.
async fn recorder(terminal: SocketAddr) -> (SocketAddr, tokio::task::JoinHandle<Vec<u8>>) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("listener");
    let address = listener.local_addr().expect("address");
    let task = tokio::spawn(async move {
        let (kiosk, _) = listener.accept().await.expect("kiosk");
        let terminal = tokio::net::TcpStream::connect(terminal).await.expect("terminal");
        let (mut from_kiosk, mut to_kiosk) = kiosk.into_split();
        let (mut from_terminal, mut to_terminal) = terminal.into_split();
        let up = tokio::spawn(async move { tokio::io::copy(&mut from_kiosk, &mut to_terminal).await });
        let (mut said, mut chunk) = (Vec::new(), [0; 4096]);
        while let Ok(count @ 1..) = from_terminal.read(&mut chunk).await {
            said.extend_from_slice(&chunk[..count]);
            if tokio::io::AsyncWriteExt::write_all(&mut to_kiosk, &chunk[..count]).await.is_err() {
                break;
            }
        }
        up.abort();
        said
    });
    (address, task)
}

/// Says what was recorded to the one who connects.
async fn player(recorded: Vec<u8>) -> (SocketAddr, tokio::task::JoinHandle<()>) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("listener");
    let address = listener.local_addr().expect("address");
    let task = tokio::spawn(async move {
        let (mut kiosk, _) = listener.accept().await.expect("kiosk");
        // The kiosk may hang up in the middle, which is what it should do.
        drop(tokio::io::AsyncWriteExt::write_all(&mut kiosk, &recorded).await);
        drop(kiosk.read_to_end(&mut Vec::new()).await);
    });
    (address, task)
}

#[tokio::test]
async fn a_peer_that_is_no_terminal_is_a_doubt() {
    for (said, doubt) in [
        (b"HTTP/1.1 400 Bad Request\r\n\r\n".to_vec(), Doubt::Unparsable),
        (vec![0xff; 64], Doubt::Unparsable),
        ([&[0, 0, 0, 60][..], &[7; 60]].concat(), Doubt::BadSignature),
        (vec![0, 0], Doubt::Timeout),
    ] {
        let (address, player) = player(said).await;
        let terminal =
            client_at(address, Key::new(&[b'7'; 64]).expect("key")).within(Duration::from_millis(500));
        assert_eq!(terminal.query(&attempt("NOTERM0001")).await, Proof::Unknown(doubt));
        player.await.expect("player");
    }
    let nobody = client_at("127.0.0.1:9".parse().expect("address"), Key::new(&[b'7'; 64]).expect("key"));
    assert_eq!(nobody.query(&attempt("NOTERM0001")).await, Proof::Unknown(Doubt::Transport));
    let noted = nobody.bill(Date::from_calendar_date(2026, time::Month::January, 2).expect("date")).await;
    assert_eq!(noted, Err(NoBill::Doubt(Doubt::Transport)));
}
