//! An emulated device, as GStreamer knows devices.

use gstreamer as gst;
use gstreamer::glib;
use gstreamer::glib::subclass::prelude::*;
use gstreamer::prelude::*;
use gstreamer::subclass::prelude::*;

use crate::source::Kind;

glib::wrapper! {
    /// The device.
    pub struct Device(ObjectSubclass<imp::Device>) @extends gst::Device, gst::Object;
}

impl Device {
    pub(super) fn new(kind: Kind, name: &str, description: &str) -> Self {
        let class = match kind {
            Kind::Video => "Video/Source",
            Kind::Audio => "Audio/Source",
        };
        let device: Self = glib::Object::builder()
            .property("display-name", name)
            .property("device-class", class)
            .property("caps", gst::Caps::new_any())
            .build();
        device.imp().describe(description);
        device
    }

    pub(super) fn plug(&self) {
        self.imp().set_plugged(true);
    }

    pub(super) fn unplug(&self) {
        self.imp().set_plugged(false);
    }

    pub(super) fn stall(&self, stalls: bool) {
        self.imp().set_stalled(stalls);
    }
}

mod imp {
    //! What the class does.
    use std::sync::{Mutex, MutexGuard, PoisonError};

    use super::*;

    #[derive(Default)]
    pub struct Device {
        bench: Mutex<Bench>,
    }

    #[derive(Default)]
    struct Bench {
        description: String,
        plugged: bool,
        stalled: bool,
        /// Elements that somebody opened.
        opened: Vec<glib::WeakRef<gst::Bin>>,
    }

    impl Device {
        fn bench(&self) -> MutexGuard<'_, Bench> {
            self.bench.lock().unwrap_or_else(PoisonError::into_inner)
        }

        pub(super) fn describe(&self, description: &str) {
            self.bench().description = description.to_owned();
        }

        pub(super) fn set_plugged(&self, plugged: bool) {
            let mut bench = self.bench();
            bench.plugged = plugged;
            if plugged {
                return;
            }
            let opened: Vec<_> = bench.opened.drain(..).filter_map(|bin| bin.upgrade()).collect();
            drop(bench);
            for bin in opened {
                shut(&bin, true);
                gst::element_error!(bin, gst::ResourceError::Read, ("the device is gone"));
            }
        }

        pub(super) fn set_stalled(&self, stalled: bool) {
            let mut bench = self.bench();
            bench.stalled = stalled;
            let opened: Vec<_> = bench.opened.iter().filter_map(|bin| bin.upgrade()).collect();
            drop(bench);
            for bin in opened {
                shut(&bin, stalled);
            }
        }
    }

    fn shut(bin: &gst::Bin, shut: bool) {
        if let Some(valve) = bin.by_name("valve") {
            valve.set_property("drop", shut);
        }
    }

    #[glib::object_subclass]
    impl ObjectSubclass for Device {
        const NAME: &'static str = "DaisFakeDevice";
        type Type = super::Device;
        type ParentType = gst::Device;
    }

    impl ObjectImpl for Device {}
    impl GstObjectImpl for Device {}

    impl DeviceImpl for Device {
        fn create_element(&self, name: Option<&str>) -> Result<gst::Element, gst::LoggableError> {
            let mut bench = self.bench();
            if !bench.plugged {
                return Err(gst::loggable_error!(gst::CAT_RUST, "it is not plugged in"));
            }
            let description = format!("{} ! valve name=valve drop={}", bench.description, bench.stalled);
            let bin = gst::parse::bin_from_description_with_name(&description, true, name.unwrap_or("from"))
                .map_err(|error| gst::loggable_error!(gst::CAT_RUST, "{error}"))?;
            bench.opened.retain(|bin| bin.upgrade().is_some());
            bench.opened.push(bin.downgrade());
            Ok(bin.upcast())
        }
    }
}
