//! Which files of the workspace are ours to judge.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use super::File;

/// Made by others or by tools, and not in git.
const NOT_OURS: &[&str] = &[".git", "target", "assets/fetched", "services/kiosk/fuzz/target"];

/// Every file, sorted by path.
pub(super) fn walk(root: &Path) -> Result<Vec<File>> {
    let mut files = Vec::new();
    enter(root, root, &mut files)?;
    files.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(files)
}

fn enter(root: &Path, folder: &Path, files: &mut Vec<File>) -> Result<()> {
    let entries = fs::read_dir(folder).with_context(|| format!("{} cannot be read", folder.display()))?;
    for entry in entries {
        let entry = entry?;
        let path = entry.path();
        let relative = path.strip_prefix(root)?.to_string_lossy().into_owned();
        if NOT_OURS.contains(&relative.as_str()) {
            continue;
        }
        let kind = entry.file_type()?;
        if kind.is_dir() {
            enter(root, &path, files)?;
        } else if kind.is_file() {
            let bytes = fs::read(&path).with_context(|| format!("{relative} cannot be read"))?;
            files.push(File { path: relative, text: String::from_utf8(bytes).ok() });
        }
    }
    Ok(())
}
