//! `.xopp` of Xournal++ 1.0 to 1.3 and `.xoj` of Xournal: XML, packed with gzip (or in a zip, as newer ones may be).
//!
//! Lengths are points, 1/72 inch. A page has a background and layers; a layer has strokes, texts and pictures.
//! A stroke's `width` is one width, or one and then the width of each segment where the pen felt pressure.
//! Ruled paper and staves are not where the board prints its own: theirs come as pinned figures, ours go out drawn.
//! Format: <https://github.com/xournalpp/xournalpp/tree/master/development/documentation>, and what the
//! program's own files show.
mod background;
mod marker;
mod paint;
mod printed;
mod read;
mod stroke;
mod write;

use std::sync::Arc;

pub use write::write;

use crate::format::{
    Format, FormatError, Limits, Opened,
    bounded::{self, Archive},
};

/// A board as a `.xopp` file.
#[derive(Clone, PartialEq, Debug)]
pub struct Written {
    pub xopp: Vec<u8>,
    /// The PDF whose pages lie under the ink: to be put beside the file as `NAME.xopp.bg.pdf`.
    pub background_pdf: Option<Arc<[u8]>>,
    pub remarks: Vec<crate::format::Remark>,
}

/// Where the files lie that a `.xopp` names: told a name without folders (`bg.pdf`, `bg_1.png` for
/// `NAME.xopp.bg.pdf` and so on), it gives the file's bytes.
pub type Beside<'a> = dyn Fn(&str) -> Option<Arc<[u8]>> + 'a;

/// Reads a file of Xournal++ or Xournal.
pub fn read(bytes: &[u8], beside: &Beside<'_>, limits: &Limits) -> Result<Opened, FormatError> {
    limits.check_length(bytes)?;
    if !bytes.starts_with(b"PK") {
        return read::board(bounded::unpacking(bytes, limits), beside, limits);
    }
    let archive = std::cell::RefCell::new(Archive::open(bytes, Format::Xopp, limits)?);
    let content = archive.borrow_mut().read("content.xml")?;
    let content = content.ok_or_else(|| FormatError::damaged(Format::Xopp, "content.xml is not in it"))?;
    let inside = |name: &str| {
        let mut archive = archive.borrow_mut();
        let path = archive.names().into_iter().find(|path| path.rsplit('/').next() == Some(name))?;
        archive.read(&path).ok().flatten().map(Arc::from).or_else(|| beside(name))
    };
    read::board(&content[..], &inside, limits)
}
