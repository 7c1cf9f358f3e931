//! Fonts, icons and pictures from the assets folder. They are fetched from the registries, never compiled in, so
//! a missing one is named, with what to do about it.

use std::cell::RefCell;
use std::collections::HashMap;
use std::path::{Path, PathBuf};

use slint::{Image, Rgba8Pixel, SharedPixelBuffer};

use crate::sized;

/// Where an installed device keeps them.
pub const INSTALLED: &str = "/usr/share/dais/assets";

/// The font of the screens and of text on the board, in the weights that the design uses.
const FONTS: [&str; 3] = ["NotoSansSC-Regular.ttf", "NotoSansSC-Medium.ttf", "NotoSansSC-Bold.ttf"];

/// An asset that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum AssetError {
    /// Not there, or not readable.
    #[error("{0} cannot be read ({1}); run `cargo xtask assets`, or point --assets at the fetched folder")]
    Unreadable(PathBuf, std::io::Error),
    /// There, but not what its name says.
    #[error("{0} is damaged; delete it and run `cargo xtask assets`")]
    Damaged(PathBuf),
}

/// The assets folder, with the pictures already decoded.
pub struct Assets {
    root: PathBuf,
    pictures: RefCell<HashMap<String, Image>>,
}

impl Assets {
    /// A folder with `fonts/`, `icons/` and `pictures/`.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into(), pictures: RefCell::default() }
    }

    /// The bytes of every weight of the screens' font; the first one is also the board's.
    pub fn fonts(&self) -> Result<Vec<Vec<u8>>, AssetError> {
        FONTS.iter().map(|name| self.bytes(Path::new("fonts").join(name).as_path())).collect()
    }

    /// An icon by its name without ending; icons are strokes that take the colour they are shown in.
    pub fn icon(&self, name: &str) -> Result<Image, AssetError> {
        let path = Path::new("icons").join(format!("{name}.svg"));
        let bytes = self.bytes(&path)?;
        let icon = Image::load_from_svg_data(&bytes);
        icon.ok()
            .filter(|icon| sized::draws(icon, &bytes))
            .ok_or_else(|| AssetError::Damaged(self.root.join(path)))
    }

    /// A picture by its file name, as menus name it. Only a plain file name is taken.
    pub fn picture(&self, name: &str) -> Result<Image, AssetError> {
        if let Some(known) = self.pictures.borrow().get(name) {
            return Ok(known.clone());
        }
        let plain = Path::new(name).file_name().filter(|plain| *plain == name);
        let path = Path::new("pictures").join(plain.unwrap_or_default());
        let bytes = self.bytes(&path)?;
        let decoded =
            image::load_from_memory(&bytes).map_err(|_| AssetError::Damaged(self.root.join(path)))?;
        let rgba = decoded.to_rgba8();
        let buffer =
            SharedPixelBuffer::<Rgba8Pixel>::clone_from_slice(rgba.as_raw(), rgba.width(), rgba.height());
        let picture = Image::from_rgba8(buffer);
        self.pictures.borrow_mut().insert(name.to_owned(), picture.clone());
        Ok(picture)
    }

    fn bytes(&self, path: &Path) -> Result<Vec<u8>, AssetError> {
        let path = self.root.join(path);
        std::fs::read(&path).map_err(|error| AssetError::Unreadable(path, error))
    }
}

#[cfg(test)]
mod tests;
