//! Whether the school's back office answers, as the screen reads it.

use std::sync::Arc;

use api::kiosk::OfflineState;
use futures_util::StreamExt;

use crate::bench::{Bus, PATIENCE, Running, Shop};
use crate::script::Script;

#[tokio::test(flavor = "multi_thread")]
async fn a_kiosk_without_a_back_office_says_so_and_one_that_hears_nothing_is_offline() {
    let (bus, dir, channel) = (Bus::start(), tempfile::tempdir().unwrap(), Arc::<Script>::default());
    let shop = Shop::of(&channel);
    let running = Running::open(&bus, &dir.path().join("l"), &shop).await;
    assert_eq!(running.till.offline().await.unwrap().state, OfflineState::None.to_wire());
    running.stop().await;
    // A port at which nobody answers; wallets are paid with all the same.
    let shop = Shop { office: Some("http://127.0.0.1:9/office".to_owned()), ..shop };
    let running = Running::open(&bus, &dir.path().join("l"), &shop).await;
    let offline = async {
        let mut changes = running.till.receive_offline_changed().await;
        let mut offline = running.till.offline().await.unwrap();
        while offline.state != OfflineState::Offline.to_wire() {
            offline = changes.next().await.unwrap().get().await.unwrap();
        }
        offline
    };
    let offline = tokio::time::timeout(PATIENCE, offline).await.expect("offline");
    assert_eq!((offline.waiting, offline.amount, offline.oldest_ms), (0, 0, 0));
    assert_eq!((offline.currency.as_str(), offline.said.as_str()), ("CNY", ""));
    running.sell("p1", &channel).await;
    assert_eq!(running.till.offline().await.unwrap().waiting, 0);
    running.stop().await;
}
