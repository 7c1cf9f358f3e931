//! The service on a bus of its own, and a caller.

use std::path::Path;

use api::inference::{InferenceError, InferenceProxy, ModelState, TextLine};
use api::sealed;
use inference::{Parts, Probe, Raster};
use testbus::{Bus, Service};
use zbus::Fd;

use crate::strokes::{Hand, written};
use crate::{PATIENCE, assets, models};

/// The service on its own connection, and a caller on another.
pub(crate) struct Served {
    pub(crate) caller: InferenceProxy<'static>,
    service: Service,
    pub(crate) bus: Bus,
}

impl Served {
    pub(crate) async fn start(models: &Path) -> Self {
        Self::with(Parts {
            models: models.to_owned(),
            manifest: assets().join("models/manifest.toml"),
            deadline_max: PATIENCE,
            rest_after: PATIENCE,
            wake_word: true,
            noise: inference::voice::Thresholds::default(),
            probe: Probe::default(),
        })
        .await
    }

    /// The service with something in the place of its engines.
    pub(crate) async fn probed(probe: Probe) -> Self {
        Self::with(Parts {
            models: models(),
            manifest: assets().join("models/manifest.toml"),
            deadline_max: PATIENCE,
            rest_after: PATIENCE,
            wake_word: true,
            noise: inference::voice::Thresholds::default(),
            probe,
        })
        .await
    }

    pub(crate) async fn with(parts: Parts) -> Self {
        let bus = Bus::start();
        let run = |connection, stop| inference::run(connection, parts, stop);
        let service = bus.serve(api::INFERENCE.name, run).await;
        let caller = InferenceProxy::new(&bus.connect().await).await.unwrap();
        Self { caller, service, bus }
    }

    /// Waits until the models are no longer merely listed.
    pub(crate) async fn settled(&self) -> Vec<(String, ModelState)> {
        let mut changes = self.caller.receive_models_changed().await;
        loop {
            let models = self.caller.models().await.unwrap();
            if !models.is_empty() {
                return models
                    .into_iter()
                    .map(|model| (model.name, ModelState::from_wire(model.state)))
                    .collect();
            }
            futures_util::StreamExt::next(&mut changes).await.unwrap();
        }
    }

    pub(crate) async fn read(
        &self,
        picture: &Raster,
        deadline_ms: u32,
    ) -> Result<Vec<TextLine>, InferenceError> {
        let fd = sealed::seal(picture.pixels()).unwrap();
        let (width, height) = (picture.width() as u32, picture.height() as u32);
        self.caller.recognize_text(Fd::from(fd), width, height, width, deadline_ms).await
    }

    /// Another caller, on a connection of its own.
    pub(crate) async fn other(&self) -> InferenceProxy<'static> {
        InferenceProxy::new(&self.bus.connect().await).await.unwrap()
    }

    pub(crate) async fn stop(self) {
        self.service.stop().await;
        drop(self.bus);
    }
}

/// Two lines of ink.
pub(crate) fn ink() -> Raster {
    written(&["中文", "12+34=46"], Hand { height: 100.0, pen: 6.0, wobble: 0.0, rise: 0.0 })
}
