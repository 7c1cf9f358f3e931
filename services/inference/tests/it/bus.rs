//! The service on a bus of its own: what callers get, named errors, the documented contract.

use api::inference::{HealthState, InferenceError, ModelState};
use api::sealed;
use inference::{DETECTOR, DICTIONARY, READER};
use zbus::Fd;

use crate::models;
use crate::served::{Served, ink};

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_is_read_over_the_bus() {
    let served = Served::start(&models()).await;
    // Asked at once, while the models are still being loaded: the call waits for them.
    let lines = served.read(&ink(), 0).await.unwrap();
    assert_eq!(lines.iter().map(|line| line.text.as_str()).collect::<Vec<_>>(), ["中文", "12+34=46"]);
    assert!(lines[0].y < lines[1].y && lines.iter().all(|line| line.width > 0 && line.confidence > 0.5));
    let live = [DETECTOR, READER, DICTIONARY].map(|name| (name.to_owned(), ModelState::Live));
    assert_eq!(served.settled().await[..live.len()], live, "the other tasks' are listed after them");
    assert!(served.caller.ready().await.unwrap());
    let model = &served.caller.models().await.unwrap()[0];
    assert_eq!((model.version.as_str(), model.task.as_str()), ("4.0.0", "text"));
    let late = served.read(&ink(), 1).await;
    assert!(matches!(late, Err(InferenceError::DeadlinePassed(_))), "{late:?}");
    served.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_picture_is_refused_by_name() {
    let served = Served::start(&models()).await;
    let call = async |fd: std::os::fd::OwnedFd, width, height, stride| {
        served.caller.recognize_text(Fd::from(fd), width, height, stride, 0).await.unwrap_err()
    };
    let plain = || std::fs::File::open(models().join(DICTIONARY)).unwrap().into();
    assert!(matches!(call(plain(), 100, 100, 100).await, InferenceError::NotSealed(_)));
    let bytes = |len: usize| sealed::seal(&vec![255; len]).unwrap();
    assert!(matches!(call(bytes(10_001), 100, 100, 100).await, InferenceError::BadRaster(_)));
    assert!(matches!(call(bytes(10_000), 100, 100, 99).await, InferenceError::BadRaster(_)));
    assert!(matches!(call(bytes(0), 0, 100, 0).await, InferenceError::TooLarge(_)));
    assert!(matches!(call(bytes(0), 3841, 1, 3841).await, InferenceError::TooLarge(_)));
    served.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_model_is_shown_and_the_service_stays() {
    let folder = tempfile::tempdir().unwrap();
    for name in [DETECTOR, READER, DICTIONARY] {
        std::fs::copy(models().join(name), folder.path().join(name)).unwrap();
    }
    let mut bytes = std::fs::read(folder.path().join(READER)).unwrap();
    bytes[1000] ^= 4;
    std::fs::write(folder.path().join(READER), bytes).unwrap();
    let served = Served::start(folder.path()).await;
    let Err(InferenceError::NoModel(text)) = served.read(&ink(), 0).await else { panic!("it was read") };
    assert!(text.contains(READER), "{text}");
    let states = served.settled().await;
    assert_eq!(states[1], (READER.to_owned(), ModelState::WrongHash));
    assert_eq!(states[0].1, ModelState::Listed);
    assert!(!served.caller.ready().await.unwrap());
    // Each property's change is a signal of its own, and a caller's copy is as old as the last that came.
    let mut told = served.caller.receive_health_changed().await;
    let health = loop {
        let health = served.caller.health().await.unwrap();
        if HealthState::from_wire(health.state) != HealthState::Well {
            break health;
        }
        futures_util::StreamExt::next(&mut told).await.unwrap();
    };
    assert_eq!(HealthState::from_wire(health.state), HealthState::Limited);
    assert!(health.why.contains(READER), "{}", health.why);
    served.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn too_many_at_once_are_told_and_the_others_are_served() {
    let served = Served::start(&models()).await;
    let picture = ink();
    let answers = futures_util::future::join_all((0..24).map(|_| served.read(&picture, 0))).await;
    let busy = answers.iter().filter(|answer| matches!(answer, Err(InferenceError::Busy(_)))).count();
    let read = answers.iter().filter(|answer| answer.as_ref().is_ok_and(|lines| lines.len() == 2)).count();
    assert_eq!(busy + read, 24, "{answers:?}");
    assert!(busy > 0 && read >= 8, "{busy} busy, {read} read");
    let hint = answers.into_iter().find_map(|answer| match answer {
        Err(InferenceError::Busy(text)) => Some(text),
        _ => None,
    });
    assert!(hint.unwrap().contains("ask again in"), "there is no hint");
    served.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_live_interfaces_are_the_documented_ones() {
    let served = Served::start(&models()).await;
    let connection = served.caller.inner().connection();
    let introspect = zbus::fdo::IntrospectableProxy::builder(connection)
        .destination(api::INFERENCE.name)
        .path(api::INFERENCE.path)
        .build()
        .await
        .unwrap();
    let live = introspect.introspect().await.unwrap();
    for part in ["", ".Camera", ".Ink", ".Maths", ".Search", ".Voice"] {
        let name = format!("{}{part}", api::INFERENCE.name);
        let documented = api::xml::canonical(api::xml::INFERENCE, &name);
        assert!(documented.is_some(), "{name}");
        assert_eq!(api::xml::canonical(&live, &name), documented, "{name}");
    }
    served.stop().await;
}
