//! What tells GStreamer's monitor of emulated devices.

use std::sync::{Mutex, PoisonError};

use gstreamer as gst;
use gstreamer::glib;
use gstreamer::glib::subclass::prelude::*;
use gstreamer::prelude::*;
use gstreamer::subclass::prelude::*;

glib::wrapper! {
    /// The provider.
    pub struct Provider(ObjectSubclass<imp::Provider>) @extends gst::DeviceProvider, gst::Object;
}

/// The provider that a monitor has started; GStreamer makes one a process.
static RUNNING: Mutex<Option<glib::WeakRef<gst::DeviceProvider>>> = Mutex::new(None);

fn set_running(provider: Option<glib::WeakRef<gst::DeviceProvider>>) {
    *RUNNING.lock().unwrap_or_else(PoisonError::into_inner) = provider;
}

pub(super) fn running() -> Option<gst::DeviceProvider> {
    RUNNING.lock().unwrap_or_else(PoisonError::into_inner).as_ref()?.upgrade()
}

mod imp {
    //! What the class does.
    use std::sync::OnceLock;

    use gstreamer::subclass::DeviceProviderMetadata;

    use super::*;
    use crate::fake::plugged;

    #[derive(Default)]
    pub struct Provider;

    #[glib::object_subclass]
    impl ObjectSubclass for Provider {
        const NAME: &'static str = "DaisFakeProvider";
        type Type = super::Provider;
        type ParentType = gst::DeviceProvider;
    }

    impl ObjectImpl for Provider {}
    impl GstObjectImpl for Provider {}

    impl DeviceProviderImpl for Provider {
        fn metadata() -> Option<&'static DeviceProviderMetadata> {
            static METADATA: OnceLock<DeviceProviderMetadata> = OnceLock::new();
            Some(METADATA.get_or_init(|| {
                DeviceProviderMetadata::new(
                    "Emulated inputs",
                    "Source/Audio/Video",
                    "Emulated inputs",
                    "Dais",
                )
            }))
        }

        fn probe(&self) -> Vec<gst::Device> {
            plugged().iter().map(|device| device.clone().upcast()).collect()
        }

        fn start(&self) -> Result<(), gst::LoggableError> {
            let provider = self.obj().clone().upcast::<gst::DeviceProvider>();
            for device in plugged().iter() {
                provider.device_add(device);
            }
            set_running(Some(provider.downgrade()));
            Ok(())
        }

        fn stop(&self) {
            set_running(None);
        }
    }
}
