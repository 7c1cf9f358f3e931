//! From XML to a board, one element at a time: the file is never in memory as a whole.
use std::{io::BufRead, sync::Arc};

use crate::{
    affine::Affine,
    document::{Document, Sheet, Thing},
    format::{
        Format, FormatError, Limits, Opened, Tally,
        bounded::{self, Element, Piece, Xml, place_um},
        geometry::{LINE_PER_EM, UM_PER_PT, page_side_um},
        picture,
        remark::Remarks,
        sniff,
    },
    media::{Media, MediaId, MediaKind},
    object::{Content, Text},
    point::{PagePoint, PageRect},
};

use super::{
    Beside,
    background::{self, Background},
    paint, printed, stroke,
    write::{PAPER_LAYER, UNGROUPED_LAYER, paper_of_layer},
};

/// Texts from other programs break only where they say so: a width that no line reaches, in micrometres.
const UNBROKEN_UM: u32 = 10_000_000;
/// What stands for a title in every file of the programs themselves begins so.
const NO_TITLES: [&str; 2] = ["Xournal++ document - see ", "Xournal document - see "];
/// The largest letters, in points.
const LARGEST_PT: f64 = 4_000.0;

struct Board<'a, R> {
    xml: Xml<R>,
    beside: &'a Beside<'a>,
    limits: &'a Limits,
    tally: Tally,
    document: Document,
    remarks: Remarks,
    /// The one PDF whose pages lie under the ink, and whether it is there.
    pdf: Option<Option<MediaId>>,
}

pub(super) fn board(
    source: impl BufRead,
    beside: &Beside<'_>,
    limits: &Limits,
) -> Result<Opened, FormatError> {
    let mut board = Board {
        xml: Xml::new(source, Format::Xopp, limits),
        beside,
        limits,
        tally: Tally::new(limits),
        document: Document::default(),
        remarks: Remarks::default(),
        pdf: None,
    };
    let mut seen_root = false;
    while let Some(piece) = board.xml.next()? {
        let Piece::Open(element) = piece else { continue };
        match element.name.as_str() {
            "xournal" if !seen_root => seen_root = true,
            "page" if seen_root => board.page(&element)?,
            "title" if seen_root => {
                let title = board.xml.text()?;
                if !NO_TITLES.iter().any(|none| title.starts_with(none)) {
                    board.document.title = title;
                }
            }
            _ if seen_root => board.xml.skip()?,
            _ => return Err(board.xml.damaged("it does not begin as a board")),
        }
    }
    match board.document.sheets.is_empty() {
        true => Err(FormatError::Empty),
        false => Ok(Opened { document: board.document, remarks: board.remarks.into_vec() }),
    }
}

impl<R: BufRead> Board<'_, R> {
    fn page(&mut self, element: &Element) -> Result<(), FormatError> {
        self.tally.page()?;
        let side = |name: &str| {
            let side = element.get(name).and_then(|side| side.trim().parse().ok());
            side.and_then(|side| page_side_um(side, UM_PER_PT))
        };
        let (Some(width), Some(height)) = (side("width"), side("height")) else {
            return Err(self.xml.damaged("a page has no sensible size"));
        };
        let mut sheet = Sheet::default();
        sheet.paper.size_um = Some((width, height));
        let mut layers = 0;
        loop {
            match self.xml.next()? {
                Some(Piece::Open(element)) => match element.name.as_str() {
                    "background" => {
                        self.background(&element, &mut sheet)?;
                        self.xml.skip()?;
                    }
                    "layer" => {
                        self.layer(&element, layers, &mut sheet)?;
                        layers += 1;
                    }
                    _ => self.xml.skip()?,
                },
                Some(Piece::Text(_)) => {}
                Some(Piece::Close(_)) | None => break,
            }
        }
        self.document.sheets.push(sheet);
        Ok(())
    }

    fn background(&mut self, element: &Element, sheet: &mut Sheet) -> Result<(), FormatError> {
        let (width, height) = sheet.paper.size_um.unwrap_or_default();
        let rect = PageRect::new(0, 0, width as i32, height as i32);
        let media = match background::read(element)? {
            Background::Paper(paper) => {
                sheet.paper = crate::paper::Paper { size_um: sheet.paper.size_um, ..paper };
                let style = element.get("style").unwrap_or("");
                sheet.things = printed::figures(style, background::raster_pt(element), (width, height));
                return sheet.things.iter().try_for_each(|_| self.tally.thing());
            }
            Background::Picture { name } => {
                self.fetch(name.as_deref(), Format::Png)?.map(|file| (file, MediaKind::Picture))
            }
            Background::Same { page } => {
                let below = self.document.sheets.get(page).and_then(|sheet| sheet.things.first());
                below.and_then(|thing| match &thing.content {
                    Content::Media(media) if thing.pinned => Some((media.file, media.kind)),
                    _ => None,
                })
            }
            Background::Pdf { name, page } => {
                if self.pdf.is_none() {
                    self.pdf = Some(self.fetch(name.as_deref(), Format::Pdf)?);
                }
                self.pdf.flatten().map(|file| (file, MediaKind::Pdf { page }))
            }
        };
        if let Some((file, kind)) = media {
            self.tally.thing()?;
            let media = Content::Media(Media { file, kind, rect });
            sheet.things.push(Thing { pinned: true, ..Thing::new(media) });
        }
        Ok(())
    }

    /// A file that lies beside the board; what is none of the wanted kind counts as missing.
    fn fetch(&mut self, name: Option<&str>, wanted: Format) -> Result<Option<MediaId>, FormatError> {
        let Some(name) = name else { return Ok(None) };
        let is_wanted = |bytes: &Arc<[u8]>| match wanted {
            Format::Pdf => sniff(bytes) == Some(Format::Pdf),
            _ => picture::size(bytes, self.limits).is_ok(),
        };
        match (self.beside)(name).filter(is_wanted) {
            Some(bytes) => {
                self.tally.media(bytes.len())?;
                Ok(Some(self.document.keep(&bytes)))
            }
            None => {
                self.remarks.missing(name);
                Ok(None)
            }
        }
    }

    fn layer(&mut self, element: &Element, index: u32, sheet: &mut Sheet) -> Result<(), FormatError> {
        let name = element.get("name").unwrap_or("");
        if let Some((pattern, pitch_um)) = name.strip_prefix(PAPER_LAYER).and_then(paper_of_layer) {
            (sheet.paper.pattern, sheet.paper.pitch_um) = (pattern, pitch_um);
            return self.xml.skip();
        }
        let from = sheet.things.len();
        loop {
            match self.xml.next()? {
                Some(Piece::Open(element)) => {
                    self.tally.thing()?;
                    self.thing(&element, sheet)?;
                }
                Some(Piece::Text(_)) => {}
                Some(Piece::Close(_)) | None => break,
            }
        }
        // What lies on a layer of its own was put there to be handled as one.
        if index > 0 && name != UNGROUPED_LAYER && sheet.things.len() - from > 1 {
            sheet.things[from..].iter_mut().for_each(|thing| thing.group = Some(index));
        }
        Ok(())
    }

    fn thing(&mut self, element: &Element, sheet: &mut Sheet) -> Result<(), FormatError> {
        if element.get("fn").is_some_and(|recording| !recording.is_empty()) {
            self.remarks.left_out("sound recordings");
        }
        match element.name.as_str() {
            "stroke" => {
                let points = self.xml.text()?;
                sheet.things.extend(stroke::things(element, &points, &mut self.tally)?);
            }
            "text" | "link" => {
                let said = self.xml.text()?;
                sheet.things.extend(self.text(element, said)?);
            }
            "image" | "teximage" => {
                let data = self.xml.text()?;
                sheet.things.extend(self.image(element, &data)?);
            }
            _ => self.xml.skip()?,
        }
        Ok(())
    }

    fn text(&self, element: &Element, said: String) -> Result<Option<Thing>, FormatError> {
        if said.trim().is_empty() {
            return Ok(None);
        }
        let size = element.get("size").and_then(|size| size.trim().parse::<f64>().ok());
        let size = size.filter(|size| *size > 0.0).unwrap_or(12.0).min(LARGEST_PT);
        let (at, placing) = match matrix(element)? {
            Some(placing) => (PagePoint::default(), placing),
            None => (PagePoint::new(place(element, "x")?, place(element, "y")?), Affine::IDENTITY),
        };
        let text = Text {
            at,
            size_um: (size * UM_PER_PT * LINE_PER_EM).round() as u32,
            room_um: UNBROKEN_UM,
            text: said,
            colour: paint::pen(element.get("color")),
        };
        Ok(Some(Thing { placing, ..Thing::new(Content::Text(text)) }))
    }

    fn image(&mut self, element: &Element, data: &str) -> Result<Option<Thing>, FormatError> {
        let bytes = bounded::base64(data, Format::Xopp)?;
        let (kind, size_px) = match sniff(&bytes) {
            Some(Format::Pdf) => (MediaKind::Pdf { page: 0 }, None),
            Some(Format::Png | Format::Jpeg | Format::WebP) => {
                (MediaKind::Picture, Some(picture::size(&bytes, self.limits)?))
            }
            _ => {
                self.remarks.left_out("pictures of an unknown kind");
                return Ok(None);
            }
        };
        let (rect, placing) = match (matrix(element)?, size_px) {
            // A matrix places the picture's own pixels, each a point wide.
            (Some(placing), Some((width, height))) => {
                let side = |px: u32| (f64::from(px) * UM_PER_PT).round() as i32;
                (PageRect::new(0, 0, side(width), side(height)), placing)
            }
            (Some(_), None) => {
                self.remarks.left_out("formulas");
                return Ok(None);
            }
            (None, _) => {
                let edge = |name| place(element, name);
                let rect = PageRect::new(edge("left")?, edge("top")?, edge("right")?, edge("bottom")?);
                (rect, Affine::IDENTITY)
            }
        };
        if rect.width_um() <= 0 || rect.height_um() <= 0 {
            return Ok(None);
        }
        self.tally.media(bytes.len())?;
        let file = self.document.keep(&bytes);
        let media = Content::Media(Media { file, kind, rect });
        Ok(Some(Thing { placing, ..Thing::new(media) }))
    }
}

fn place(element: &Element, name: &str) -> Result<i32, FormatError> {
    let value = element.get(name).and_then(|value| value.trim().parse::<f64>().ok());
    let value = value.ok_or_else(|| {
        FormatError::damaged(Format::Xopp, format_args!("a {} has no {name}", element.name))
    })?;
    place_um(value, UM_PER_PT, Format::Xopp)
}

/// Where things are placed since version 1.3: six numbers, the last two of them a shift in points.
fn matrix(element: &Element) -> Result<Option<Affine>, FormatError> {
    let Some(text) = element.get("matrix") else { return Ok(None) };
    let bad = || FormatError::damaged(Format::Xopp, format_args!("a {} lies on no page", element.name));
    let numbers: Vec<f64> =
        text.split_ascii_whitespace().map_while(|word| word.parse().ok()).take(7).collect();
    let [a, b, c, d, x, y] = numbers[..] else { return Err(bad()) };
    Affine::from_factors([a, b, c, d], x * UM_PER_PT, y * UM_PER_PT).map(Some).ok_or_else(bad)
}
