//! The live interface is the documented one, and as it is shipped nothing can be switched on.

use api::sense::{SILENCE_DBFS, SenseError};
use api::xml::{SENSE, canonical};
use zbus::fdo::IntrospectableProxy;

use crate::served::{Served, nothing};

#[tokio::test(flavor = "multi_thread")]
async fn the_live_interface_is_the_documented_one() {
    let served = Served::start(nothing()).await;
    let live = IntrospectableProxy::builder(served.caller.inner().connection())
        .destination(api::SENSE.name)
        .path(api::SENSE.path)
        .build()
        .await
        .unwrap();
    let live = canonical(&live.introspect().await.unwrap(), api::SENSE.name).unwrap();
    assert_eq!(live, canonical(SENSE, api::SENSE.name).unwrap());
    served.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_word_in_the_configuration_both_stay_off() {
    let served = Served::start(sense::Config::default().parts().unwrap()).await;
    let sense = &served.caller;
    let refused = sense.watch(true).await.unwrap_err();
    assert!(matches!(&refused, SenseError::Off(text) if text.contains("sense.toml")), "{refused:?}");
    let refused = sense.listen(true).await.unwrap_err();
    assert!(matches!(&refused, SenseError::Off(text) if text.contains("sense.toml")), "{refused:?}");
    sense.watch(false).await.unwrap();
    assert_eq!((sense.has_camera().await, sense.has_microphone().await), (Ok(false), Ok(false)));
    assert_eq!((sense.watching().await, sense.listening().await), (Ok(false), Ok(false)));
    assert_eq!((sense.persons().await, sense.hand_raised().await), (Ok(0), Ok(false)));
    assert_eq!((sense.noise_level().await, sense.noise_colour().await), (Ok(SILENCE_DBFS), Ok(0)));
    assert_eq!(sense.troubles().await.unwrap(), []);
    served.stop().await;
}
