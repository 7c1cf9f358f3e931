//! What is plugged in: the nodes of a folder of devices, and what sysfs says of a serial port.

use std::fs;
use std::path::{Path, PathBuf};

use super::Identity;

/// How far up from a port its USB device is: interface, device, and a hub's port for good measure.
const PARENTS: usize = 5;
/// Nodes looked at in one folder. A kiosk has some tens.
const NODES_MAX: usize = 256;

/// The paths in `folder` whose names begin so, in the order of their numbers.
pub(super) fn nodes(folder: &Path, prefix: &str) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut found: Vec<PathBuf> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(prefix)))
        .take(NODES_MAX)
        .collect();
    // Shorter names first: event9 stands before event10.
    found.sort_by_key(|path| (path.as_os_str().len(), path.clone()));
    found
}

/// Who a serial port says it is: from the USB device above it, and from its name under `/dev/serial/by-id`.
pub(super) fn port_identity(sys: &Path, port: &Path) -> Identity {
    let link_name = port.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let plain = Identity { name: link_name.clone(), vendor: 0, product: 0 };
    let Ok(node) = port.canonicalize() else { return plain };
    let Some(name) = node.file_name() else { return plain };
    let Ok(device) = sys.join("class/tty").join(name).join("device").canonicalize() else { return plain };
    let number = |folder: &Path, file: &str| {
        let text = fs::read_to_string(folder.join(file)).ok()?;
        u16::from_str_radix(text.trim(), 16).ok()
    };
    let found = device.ancestors().take(PARENTS).find_map(|folder| {
        let (vendor, product) = (number(folder, "idVendor")?, number(folder, "idProduct")?);
        let said = fs::read_to_string(folder.join("product")).unwrap_or_default();
        let name = if said.trim().is_empty() { link_name.clone() } else { said.trim().to_owned() };
        Some(Identity { name, vendor, product })
    });
    found.unwrap_or(plain)
}

#[cfg(test)]
mod tests {
    //! Folders as the kernel lays them out.
    use super::*;
    use std::os::unix::fs::symlink;

    #[test]
    fn nodes_in_their_order() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["event10", "event2", "mouse0", "event1"] {
            fs::write(folder.path().join(name), "").unwrap();
        }
        let names: Vec<_> = nodes(folder.path(), "event")
            .into_iter()
            .map(|path| path.file_name().unwrap().to_string_lossy().into_owned())
            .collect();
        assert_eq!(names, ["event1", "event2", "event10"]);
        assert!(nodes(&folder.path().join("none"), "").is_empty());
    }

    #[test]
    fn a_port_is_known_by_the_usb_device_above_it() {
        let folder = tempfile::tempdir().unwrap();
        let (sys, dev) = (folder.path().join("sys"), folder.path().join("dev"));
        let usb = sys.join("devices/usb1/1-1");
        fs::create_dir_all(usb.join("1-1:1.0")).unwrap();
        fs::create_dir_all(sys.join("class/tty/ttyACM0")).unwrap();
        fs::create_dir_all(&dev).unwrap();
        symlink(usb.join("1-1:1.0"), sys.join("class/tty/ttyACM0/device")).unwrap();
        for (file, text) in [("idVendor", "05e0\n"), ("idProduct", "1701\n"), ("product", "Scanner (CDC)\n")]
        {
            fs::write(usb.join(file), text).unwrap();
        }
        fs::write(dev.join("ttyACM0"), "").unwrap();
        symlink("ttyACM0", dev.join("usb-Symbol-if00")).unwrap();
        let identity = port_identity(&sys, &dev.join("usb-Symbol-if00"));
        assert_eq!(identity, Identity { name: "Scanner (CDC)".into(), vendor: 0x05e0, product: 0x1701 });
        fs::write(dev.join("ttyS0"), "").unwrap();
        assert_eq!(port_identity(&sys, &dev.join("ttyS0")).vendor, 0, "no USB");
    }
}
