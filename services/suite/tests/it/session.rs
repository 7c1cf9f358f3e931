//! A room that is sold by time: paid at the panel, the board opens, is lengthened in the last minute, outlives its
//! till, is locked when the grace is over, and opens blank to whoever pays next.

use std::time::Duration;

use api::kiosk::{Channel, PaymentState};
use api::sessions::{Session, SessionState, SessionsProxy};
use api::shell::Element;
use futures_util::StreamExt;
use suite::{Parts, Screen};

use crate::Stage;

/// So short that the test need not wait for hours, and so long that a loaded machine pays in it.
pub(crate) const SOLD: &str = "grace_seconds = 25
[[offer]]
id = \"while\"
zh = \"半分钟\"
en = \"Half a minute\"
seconds = 30
price = 100
room = \"101\"
in_a_row = 2
";
/// Longest that everything which is sold here lasts, twice over.
const OVER: Duration = Duration::from_secs(240);

/// Waits until the till's sessions are so.
async fn until(sessions: &SessionsProxy<'_>, what: &str, fits: impl Fn(&[Session]) -> bool) -> Vec<Session> {
    let mut changes = sessions.receive_current_changed().await;
    let wait = async {
        loop {
            let current = sessions.current().await.unwrap();
            if fits(&current) {
                return current;
            }
            changes.next().await.unwrap();
        }
    };
    tokio::time::timeout(OVER, wait).await.unwrap_or_else(|_| panic!("{what}"))
}

async fn seen(screen: &Screen, name: &str) {
    let there = async |all: &[Element]| all.iter().any(|element| element.name == name).then_some(());
    screen.until(&format!("no {name}"), there).await.unwrap();
}

/// The board has so many pages, as its dock says: the label ends so in English, and in Chinese.
async fn pages(screen: &Screen, count: &str) {
    let there = async |all: &[Element]| {
        let dock = all.iter().find(|element| element.name == "page")?;
        let label = dock.label.trim_end_matches(" 页");
        label.ends_with(count).then_some(())
    };
    screen.until(&format!("never{count} pages"), there).await.unwrap();
}

async fn pay(stage: &mut Stage, channel: Channel) {
    stage.suite.until_payment_is("two codes", |payment| payment.codes.len() == 2).await.unwrap();
    stage.suite.pay_shown(channel).await.unwrap();
    stage.suite.until_payment(&[PaymentState::Paid]).await.unwrap();
    stage.suite.touch("dismiss").await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_room_is_paid_opens_is_lengthened_and_is_locked_again() {
    let parts =
        |state| Parts { role: "panel", inference: false, sense: None, time: Some(SOLD), ..Parts::all(state) };
    let mut stage = Stage::with(parts).await;
    let screen = stage.suite.screen().await.unwrap();
    let sessions = SessionsProxy::new(&stage.suite.connection).await.unwrap();
    seen(&screen, "locked").await;
    stage.suite.touch("time-more").await.unwrap();
    stage.suite.touch("time-less").await.unwrap();
    stage.suite.touch("pay-time").await.unwrap();
    assert!(sessions.current().await.unwrap().is_empty(), "nothing is paid");
    pay(&mut stage, Channel::Alipay).await;
    let begun = until(&sessions, "it never begins", |current| !current.is_empty()).await.remove(0);
    assert_eq!((begun.room.as_str(), begun.more, begun.grace_ms), ("101", 1, 25_000));
    seen(&screen, "time-left").await;
    seen(&screen, "new-page").await;
    // What is done on it is theirs until their time is over.
    stage.suite.touch("new-page").await.unwrap();
    pages(&screen, " 2").await;
    // So short a time is in its last minute from the beginning, and in its grace it can be lengthened still.
    stage.suite.touch("extend").await.unwrap();
    pay(&mut stage, Channel::Wechat).await;
    let more = until(&sessions, "it is not lengthened", |current| current.iter().any(|s| s.more == 0)).await;
    assert_eq!(more[0].first, begun.first);
    seen(&screen, "time-left").await;
    // The till dies; what is paid is paid.
    stage.suite.kiosk.take().unwrap().kill().await.unwrap();
    stage.suite.start_kiosk().await.unwrap();
    let sessions = SessionsProxy::new(&stage.suite.connection).await.unwrap();
    let again = until(&sessions, "it is forgotten", |current| !current.is_empty()).await;
    assert_eq!((again[0].first.as_str(), again[0].more), (begun.first.as_str(), 0));
    assert_eq!(sessions.whose("101").await.unwrap(), begun.first);
    pages(&screen, " 2").await;
    until(&sessions, "it never ends", |current| {
        current.iter().all(|session| session.state == SessionState::Grace.to_wire())
    })
    .await;
    seen(&screen, "time-counts").await;
    until(&sessions, "the grace never ends", <[Session]>::is_empty).await;
    seen(&screen, "locked").await;
    assert_eq!(sessions.whose("").await.unwrap(), "");
    // The next one pays, and finds a board with one blank page.
    stage.suite.touch("pay-time").await.unwrap();
    pay(&mut stage, Channel::Alipay).await;
    seen(&screen, "time-left").await;
    pages(&screen, " 1").await;
    stage.end().await;
}
