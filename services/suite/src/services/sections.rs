//! Sections of the till's configuration, as the sandbox and the source tree have them.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::source_tree;

/// The shipped offers with their examples taken in, so that there is something to try.
pub(super) fn offers(dir: &Path) -> Result<PathBuf> {
    let shipped = fs::read_to_string(source_tree().join("image/rootfs/etc/dais/promotion.toml"))?;
    let lines = shipped.lines().map(|line| line.strip_prefix("#: ").unwrap_or(line));
    let file = dir.join("promotion.toml");
    fs::write(&file, lines.collect::<Vec<_>>().join("\n"))?;
    Ok(file)
}

/// What is sold by time.
pub(super) fn time(dir: &Path, sold: &str) -> Result<PathBuf> {
    let file = dir.join("session.toml");
    fs::write(&file, sold)?;
    Ok(file)
}

/// The till's section for UnionPay: the name in the sandbox's certificate is the sandbox's own.
pub(super) fn unionpay(base: &str, notify: &str, dir: &Path) -> String {
    format!(
        "[unionpay]
host = \"{base}\"
mer_id = \"777290058110048\"
signer = \"Dais sandbox acp_up\"
notify_url = \"{notify}/unionpay\"
times = {:?}
",
        dir.join("unionpay")
    )
}

/// The till's line for its printer.
pub(super) fn receipts(place: &str) -> String {
    format!("printer = {place:?}\n")
}

/// The till's section for its receipts, in the typeface of the source tree.
pub(super) fn look() -> String {
    let fonts = source_tree().join("assets/fetched/fonts");
    format!(
        "[receipt]\nfonts = {fonts:?}\ndrawer = \"open-high\"\nlink = \"https://canteen.example.edu/order/\"\n"
    )
}

/// The till's section for its front, which is its own public address here.
pub(super) fn outside(front: &str) -> String {
    format!("[front]\nlisten = \"{front}\"\npublic_url = \"http://{front}\"\n")
}
