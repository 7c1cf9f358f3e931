//! Print on white paper.

use std::path::Path;

use ab_glyph::{Font as _, FontVec, ScaleFont, point};
use inference::Raster;

pub(crate) struct Font(FontVec);

impl Font {
    pub(crate) fn read(path: &Path) -> Self {
        let bytes = std::fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        Self(FontVec::try_from_vec_and_index(bytes, 0).unwrap())
    }

    /// The one that the screens are set in.
    pub(crate) fn bundled(assets: &Path) -> Self {
        Self::read(&assets.join("fetched/fonts/NotoSansSC-Regular.ttf"))
    }

    pub(crate) fn has(&self, character: char) -> bool {
        self.0.glyph_id(character).0 != 0
    }

    /// How wide a text becomes, in pixels.
    pub(crate) fn width(&self, size: f32, text: &str) -> f32 {
        let scaled = self.0.as_scaled(size);
        text.chars().map(|character| scaled.h_advance(scaled.glyph_id(character))).sum()
    }
}

pub(crate) struct Sheet {
    width: usize,
    height: usize,
    pixels: Vec<u8>,
}

impl Sheet {
    pub(crate) fn blank(width: usize, height: usize) -> Self {
        Self { width, height, pixels: vec![255; width * height] }
    }

    /// Sets a line whose baseline begins at a place.
    pub(crate) fn write(&mut self, font: &Font, size: f32, (mut x, y): (f32, f32), text: &str) {
        let scaled = font.0.as_scaled(size);
        for character in text.chars() {
            let glyph = scaled.scaled_glyph(character);
            let advance = scaled.h_advance(glyph.id);
            let glyph = ab_glyph::Glyph { position: point(x, y), ..glyph };
            if let Some(outline) = font.0.outline_glyph(glyph) {
                let bounds = outline.px_bounds();
                outline.draw(|column, row, share| {
                    let (column, row) =
                        (bounds.min.x as usize + column as usize, bounds.min.y as usize + row as usize);
                    if column < self.width && row < self.height {
                        let pixel = &mut self.pixels[row * self.width + column];
                        *pixel = (*pixel).min((255.0 * (1.0 - share.min(1.0))) as u8);
                    }
                });
            }
            x += advance;
        }
    }

    pub(crate) fn raster(&self) -> Raster {
        Raster::from_rows(&self.pixels, self.width, self.height, self.width).unwrap()
    }
}
