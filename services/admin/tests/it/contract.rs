//! The live interface is the documented one, and as it is shipped there is no page.

use api::admin::AdminProxy;
use api::xml::{ADMIN, canonical};
use zbus::fdo::IntrospectableProxy;

use crate::served::Served;

#[tokio::test(flavor = "multi_thread")]
async fn the_live_interface_is_the_documented_one_and_the_page_is_off() {
    let served = Served::start(None).await;
    assert_eq!(served.address, "");
    let admin = AdminProxy::new(&served.caller).await.unwrap();
    assert_eq!(admin.version().await.unwrap(), env!("CARGO_PKG_VERSION"));
    let versions = admin.versions().await.unwrap();
    assert!(versions.contains(&("org.dais.Inference1".to_owned(), "7.7.7".to_owned())), "{versions:?}");
    assert!(versions.contains(&("org.dais.Kiosk1".to_owned(), String::new())), "{versions:?}");
    let log = admin.logs().await.unwrap();
    let said: Vec<_> = log.iter().map(|line| (line.level, line.text.as_str())).collect();
    assert_eq!(said, [(3, "the books do not balance"), (4, "the printer has no paper <3>")]);
    // This machine's own network, whatever it is.
    let links = admin.network().await.unwrap();
    assert!(links.iter().all(|link| !link.name.is_empty() && link.name != "lo"), "{links:?}");
    assert!(admin.computer().await.unwrap().up_s > 0);
    let live = IntrospectableProxy::builder(&served.caller)
        .destination(api::ADMIN.name)
        .path(api::ADMIN.path)
        .build()
        .await
        .unwrap();
    let live = canonical(&live.introspect().await.unwrap(), api::ADMIN.name).unwrap();
    assert_eq!(live, canonical(ADMIN, api::ADMIN.name).unwrap());
    served.stop().await;
}
