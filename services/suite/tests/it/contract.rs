//! The live introspection of each service is the documented XML.

use zbus::fdo::IntrospectableProxy;

use crate::Stage;

#[tokio::test(flavor = "multi_thread")]
async fn every_service_serves_its_documented_contract() {
    let stage = Stage::all().await;
    for (address, documented) in [
        (api::KIOSK, api::xml::KIOSK),
        (api::INFERENCE, api::xml::INFERENCE),
        (api::SENSE, api::xml::SENSE),
        (api::SHELL, api::xml::SHELL),
    ] {
        let object = IntrospectableProxy::builder(&stage.suite.connection)
            .destination(address.name)
            .path(address.path);
        let object = object.build().await.unwrap();
        let live = object.introspect().await.unwrap();
        let (live, documented) =
            (api::xml::canonical(&live, address.name), api::xml::canonical(documented, address.name));
        assert!(live.is_some(), "{} is not served", address.name);
        assert_eq!(live, documented, "{}", address.name);
    }
    stage.end().await;
}
