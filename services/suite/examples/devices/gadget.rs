//! A USB device of our own, by the kernel's gadget framework: what it is stands in configfs
//! (`Documentation/usb/gadget_configfs.rst`), its plug is the kernel's dummy controller, whose other end is a USB host
//! of the same machine. The host enumerates it and binds its own drivers, as it does with a device on a cable.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// Where configfs is mounted, and the gadget in it.
const FOLDER: &str = "/sys/kernel/config/usb_gadget/dais";
/// The dummy controller that the gadget is plugged into.
const CONTROLLER: &str = "dummy_udc.0";

/// What the device says it is.
pub(crate) struct About {
    pub(crate) vendor: u16,
    pub(crate) product: u16,
    pub(crate) name: &'static str,
    /// Its function, as `hid.0`, and that function's settings.
    pub(crate) function: &'static str,
    pub(crate) settings: Vec<(&'static str, Vec<u8>)>,
}

/// Such a device, plugged in or not. Dropping it takes it away for good.
pub(crate) struct Gadget {
    folder: PathBuf,
    function: &'static str,
}

impl Gadget {
    pub(crate) fn new(about: &About) -> Result<Self> {
        let gadget = Self { folder: FOLDER.into(), function: about.function };
        gadget.folder("")?;
        for folder in ["strings/0x409", "configs/c.1"] {
            gadget.folder(folder)?;
        }
        for (file, number) in [("idVendor", about.vendor), ("idProduct", about.product), ("bcdUSB", 0x0200)] {
            gadget.write(file, format!("{number:#06x}").as_bytes())?;
        }
        for (file, text) in [("manufacturer", "Dais"), ("product", about.name), ("serialnumber", "1")] {
            gadget.write(&format!("strings/0x409/{file}"), text.as_bytes())?;
        }
        let function = gadget.folder(&format!("functions/{}", about.function))?;
        for (file, value) in &about.settings {
            gadget.write(&format!("functions/{}/{file}", about.function), value)?;
        }
        symlink(function, gadget.folder.join("configs/c.1").join(about.function)).context("the function")?;
        Ok(gadget)
    }

    /// Plugs it in; the host finds it in its own time.
    pub(crate) fn plug(&self) -> Result<()> {
        self.write("UDC", CONTROLLER.as_bytes())
    }

    /// Pulls its plug.
    pub(crate) fn unplug(&self) -> Result<()> {
        self.write("UDC", b"\n")
    }

    fn folder(&self, name: &str) -> Result<PathBuf> {
        let folder = self.folder.join(name);
        fs::create_dir(&folder).with_context(|| format!("{}", folder.display()))?;
        Ok(folder)
    }

    fn write(&self, name: &str, value: &[u8]) -> Result<()> {
        let path = self.folder.join(name);
        fs::write(&path, value).with_context(|| format!("{}", path.display()))
    }

    /// In the order that configfs asks for.
    fn remove(&self) -> Result<()> {
        let plugged = fs::read(self.folder.join("UDC"))?;
        if !plugged.trim_ascii().is_empty() {
            self.unplug()?;
        }
        fs::remove_file(self.folder.join("configs/c.1").join(self.function))?;
        let function = Path::new("functions").join(self.function);
        for folder in [Path::new("configs/c.1"), &function, Path::new("strings/0x409"), Path::new("")] {
            fs::remove_dir(self.folder.join(folder)).with_context(|| format!("{}", folder.display()))?;
        }
        Ok(())
    }
}

impl Drop for Gadget {
    fn drop(&mut self) {
        // What stays makes the next gadget fail, and says so there.
        drop(self.remove());
    }
}
