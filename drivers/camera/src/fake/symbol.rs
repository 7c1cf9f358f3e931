//! A code as modules.

use qrcodegen::{QrCode, QrCodeEcc, QrSegment};
use zxingcpp::BarcodeFormat;

/// Why a text makes no code.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SymbolError {
    /// More than the code holds.
    #[error("{0} bytes are too many for a code: show fewer")]
    TooLong(usize),
    /// A character that these bars cannot show.
    #[error("these bars cannot show that text: {0}")]
    Text(String),
}

/// The dark and light modules of one code, without its quiet zone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Symbol {
    dark: Vec<bool>,
    width: usize,
    /// Rows, each as high as a module is wide. Bars have one row of modules, which stands for all.
    height: usize,
}

/// Bars are so many modules high: on a phone about a fifth of their width.
const BARS_HIGH: usize = 30;

impl Symbol {
    /// A QR code of middle error correction.
    ///
    /// # Errors
    /// [`SymbolError::TooLong`].
    pub fn qr(bytes: &[u8]) -> Result<Self, SymbolError> {
        let segments = match std::str::from_utf8(bytes) {
            Ok(text) => QrSegment::make_segments(text),
            Err(_no_text) => vec![QrSegment::make_bytes(bytes)],
        };
        let code = QrCode::encode_segments(&segments, QrCodeEcc::Medium)
            .map_err(|_long| SymbolError::TooLong(bytes.len()))?;
        let side = 0..code.size();
        let dark = side.clone().flat_map(|y| side.clone().map(move |x| (x, y)));
        let dark = dark.map(|(x, y)| code.get_module(x, y)).collect();
        let side = code.size().unsigned_abs() as usize;
        Ok(Self { dark, width: side, height: side })
    }

    /// Code 128, as short as it can be.
    ///
    /// # Errors
    /// [`SymbolError::Text`].
    pub fn code_128(text: &str) -> Result<Self, SymbolError> {
        Self::bars(BarcodeFormat::Code128, text)
    }

    /// EAN-13, of 12 digits and their check digit.
    ///
    /// # Errors
    /// [`SymbolError::Text`].
    pub fn ean_13(text: &str) -> Result<Self, SymbolError> {
        Self::bars(BarcodeFormat::EAN13, text)
    }

    fn bars(format: BarcodeFormat, text: &str) -> Result<Self, SymbolError> {
        let failed = |error: zxingcpp::Error| SymbolError::Text(error.to_string());
        let barcode = zxingcpp::create(format).from_str(text).map_err(failed)?;
        let plain = zxingcpp::write().scale(1).add_hrt(false).add_quiet_zones(false);
        let image = barcode.to_image_with(&plain).map_err(failed)?;
        let width = usize::try_from(image.width()).unwrap_or(0);
        // The first row crosses all bars.
        let dark = image.data().iter().take(width).map(|grey| *grey < 128).collect();
        Ok(Self { dark, width, height: BARS_HIGH })
    }

    /// Modules across.
    pub fn width(&self) -> usize {
        self.width
    }

    /// Modules down.
    pub fn height(&self) -> usize {
        self.height
    }

    /// Whether this module is dark; outside none is.
    pub fn is_dark(&self, x: usize, y: usize) -> bool {
        let row = if self.dark.len() == self.width { 0 } else { y };
        x < self.width && y < self.height && self.dark[row * self.width + x]
    }
}
