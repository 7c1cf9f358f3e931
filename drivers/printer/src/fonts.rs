//! Letters as dots, from the project's own typeface.

use std::path::Path;

use ab_glyph::{Font, FontVec, PxScale, ScaleFont, point};

use crate::picture::Picture;

/// Ink that a dot of paper must have at least to be burnt. Paper has no grey: below a half, thin strokes of Chinese
/// letters grow together; above, they break.
const BURNT: f32 = 0.5;

/// Why there are no letters.
#[derive(Debug, thiserror::Error)]
pub enum FontError {
    /// A file cannot be read.
    #[error("the typeface {0} cannot be read: reinstall Dais ({1})")]
    Unreadable(String, std::io::Error),
    /// A file is no typeface.
    #[error("the file {0} is no typeface: reinstall Dais")]
    Damaged(String),
}

/// How heavy letters are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weight {
    /// For reading.
    Medium,
    /// For what matters.
    Bold,
}

/// Both weights.
pub struct Fonts {
    medium: FontVec,
    bold: FontVec,
}

impl std::fmt::Debug for Fonts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Fonts")
    }
}

impl Fonts {
    /// Reads the two files from a folder.
    ///
    /// # Errors
    /// [`FontError`].
    pub fn load(folder: &Path) -> Result<Self, FontError> {
        let read = |name| {
            let path = folder.join(name);
            let shown = path.display().to_string();
            let bytes =
                std::fs::read(&path).map_err(|source| FontError::Unreadable(shown.clone(), source))?;
            FontVec::try_from_vec(bytes).map_err(|_invalid| FontError::Damaged(shown))
        };
        Ok(Self { medium: read("NotoSansSC-Medium.ttf")?, bold: read("NotoSansSC-Bold.ttf")? })
    }

    fn weight(&self, weight: Weight) -> &FontVec {
        match weight {
            Weight::Medium => &self.medium,
            Weight::Bold => &self.bold,
        }
    }

    /// How wide a text is, in dots, with letters `em` dots high.
    pub fn width(&self, text: &str, em: f32, weight: Weight) -> f32 {
        let font = self.weight(weight);
        let scaled = font.as_scaled(scale(font, em));
        text.chars().map(|letter| scaled.h_advance(scaled.glyph_id(letter))).sum()
    }

    /// Draws a text from `x` on, its baseline at `y`.
    pub fn draw(&self, picture: &mut Picture, text: &str, em: f32, weight: Weight, x: f32, y: f32) {
        let font = self.weight(weight);
        let scaled = font.as_scaled(scale(font, em));
        let mut pen = x.round();
        for letter in text.chars() {
            let mut glyph = scaled.scaled_glyph(letter);
            let advance = scaled.h_advance(glyph.id);
            // Each letter begins on a whole dot, so that the same letter looks the same everywhere.
            glyph.position = point(pen.round(), y.round());
            pen += advance;
            let Some(outlined) = font.outline_glyph(glyph) else { continue };
            let bounds = outlined.px_bounds();
            outlined.draw(|dx, dy, ink| {
                if ink >= BURNT {
                    picture.burn(offset(bounds.min.x, dx), offset(bounds.min.y, dy));
                }
            });
        }
    }
}

/// The size of a letter's square, as the library wants it: by the height of a line.
fn scale(font: &FontVec, em: f32) -> PxScale {
    let units = font.units_per_em().unwrap_or(1000.0);
    PxScale::from(em * font.height_unscaled() / units)
}

fn offset(from: f32, by: u32) -> i64 {
    from as i64 + i64::from(by)
}
