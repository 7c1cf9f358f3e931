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
