//! A board as a PDF: one page a sheet, in its real size.
use std::{collections::BTreeMap, sync::Arc};

use krilla::{
    SerializeSettings,
    blend::BlendMode,
    geom::Transform,
    image::Image,
    metadata::Metadata,
    page::PageSettings,
    pdf::{Pdf, PdfDocument},
    text::Font,
};

use super::{
    canvas::{Canvas, mm},
    render, shared,
};
use crate::{
    affine::Affine,
    colour::Colour,
    document::{Document, Sheet, Thing},
    format::{
        Format, FormatError, Lettering, Limits, Written, geometry, picture, print, remark::Remarks, sniff,
    },
    media::{Media, MediaId, MediaKind},
    object::Content,
    paper::Ground,
    shape::{Contour, Shape},
};

/// The longest side of a page that all viewers show, in points (ISO 32000-1, annex C: 200 inches).
const LONGEST_PT: f64 = 14_400.0;
/// Pages of imported files that cannot be kept as they are become pictures of this many pixels to the inch.
const FLAT_DPI: f64 = 200.0;

/// Writes a board. Texts are set in `lettering`, of which the letters used are put into the file.
pub fn write(document: &Document, lettering: &Lettering) -> Result<Written, FormatError> {
    // Imported pages are kept as they are; where the library refuses one of them, all become pictures.
    attempt(document, lettering, true).or_else(|_| attempt(document, lettering, false))
}

fn unwritable(what: impl std::fmt::Display) -> FormatError {
    FormatError::Unwritable { format: Format::Pdf, what: what.to_string() }
}

fn attempt(document: &Document, lettering: &Lettering, keep_pages: bool) -> Result<Written, FormatError> {
    if document.sheets.is_empty() {
        return Err(unwritable("it has no pages"));
    }
    let font =
        Font::new(shared(lettering.bytes()).into(), 0).ok_or_else(|| unwritable("the font is damaged"))?;
    let settings = SerializeSettings { enable_tagging: false, ..SerializeSettings::default() };
    let mut out = krilla::Document::new_with(settings);
    let mut press = Press {
        document,
        lettering,
        font,
        keep_pages,
        images: BTreeMap::new(),
        files: BTreeMap::new(),
        remarks: Remarks::default(),
    };
    for sheet in &document.sheets {
        press.sheet(sheet, &mut out)?;
    }
    if !document.title.is_empty() {
        out.set_metadata(Metadata::new().title(document.title.clone()).creator("Dais".to_owned()));
    }
    let pdf = out.finish().map_err(|error| unwritable(format_args!("{error:?}")))?;
    Ok(Written { bytes: pdf, remarks: press.remarks.into_vec() })
}

struct Press<'a> {
    document: &'a Document,
    lettering: &'a Lettering,
    font: Font,
    keep_pages: bool,
    images: BTreeMap<(MediaId, MediaKind), Option<Image>>,
    files: BTreeMap<MediaId, Option<PdfDocument>>,
    remarks: Remarks,
}

impl Press<'_> {
    fn sheet(&mut self, sheet: &Sheet, out: &mut krilla::Document) -> Result<(), FormatError> {
        let frame = geometry::frame(sheet, self.lettering);
        let (width, height) = (f64::from(frame.width_um()), f64::from(frame.height_um()));
        let scale = (1.0 / geometry::UM_PER_PT).min(LONGEST_PT / width.max(height));
        let size = PageSettings::from_wh((width * scale) as f32, (height * scale) as f32);
        let mut page = out.start_page_with(size.ok_or_else(|| unwritable("a page has no size"))?);
        let mut surface = page.surface();
        let scale = (scale * 1000.0) as f32;
        surface.push_transform(&Transform::from_scale(scale, scale));
        surface.push_transform(&Transform::from_translate(-mm(frame.x0_um), -mm(frame.y0_um)));
        let font = self.font.clone();
        let mut canvas = Canvas { surface: &mut surface, font: &font, lettering: self.lettering };
        canvas.area([&geometry::corners(frame)[..]], sheet.paper.ground.rgb(), 255);
        for rule in print::rules(&sheet.paper, frame) {
            let line = Contour { points: [rule.from, rule.to].into(), closed: false };
            canvas.line(&line, rule.rgb, rule.width_um, rule.steps);
        }
        let mut result = Ok(());
        for thing in geometry::pile(&sheet.things) {
            result = result.and_then(|()| self.thing(thing, sheet, &mut canvas));
        }
        surface.pop();
        surface.pop();
        surface.finish();
        page.finish();
        result
    }

    fn thing(
        &mut self,
        thing: &Thing,
        sheet: &Sheet,
        canvas: &mut Canvas<'_, '_>,
    ) -> Result<(), FormatError> {
        let (ground, placing) = (sheet.paper.ground, &thing.placing);
        let width_um = geometry::page_width_um(sheet);
        match &thing.content {
            Content::Stroke(ink) if ink.highlighter => {
                // On a dark board a mark lightens, which multiplying does not.
                let blend = if ground.is_dark() { BlendMode::Normal } else { BlendMode::Multiply };
                canvas.surface.push_blend_mode(blend);
                let nodes = geometry::placed_nodes(ink, placing);
                canvas.ink(&nodes, ink.colour.area_on(ground), Colour::highlighter_opacity(ground));
                canvas.surface.pop();
            }
            Content::Stroke(ink) => {
                canvas.ink(&geometry::placed_nodes(ink, placing), ink.colour.on(ground), 255);
            }
            Content::Shape(figure) => shape(figure, placing, ground, canvas),
            Content::Text(text) => canvas.text(text, width_um, placing, text.colour.on(ground)),
            Content::Note(note) => {
                let corners = geometry::corners(note.rect).map(|at| placing.apply(at));
                canvas.area([&corners[..]], note.paper.rgb(), 255);
                let text = self.lettering.note_text(note);
                canvas.text(&text, width_um, placing, note.letters_rgb());
            }
            Content::Media(media) => self.media(media, placing, canvas)?,
        }
        Ok(())
    }

    fn media(
        &mut self,
        media: &Media,
        placing: &Affine,
        canvas: &mut Canvas<'_, '_>,
    ) -> Result<(), FormatError> {
        let Some(bytes) = self.document.media.get(&media.file) else {
            self.remarks.left_out("pictures whose file is gone");
            return Ok(());
        };
        if let (MediaKind::Pdf { page }, true) = (media.kind, self.keep_pages)
            && let Some(file) = self.file(media.file, bytes)
        {
            canvas.boxed(media.rect, placing, |surface, size| {
                surface.draw_pdf_page(&file, size, page as usize)
            });
            return Ok(());
        }
        let image = match media.kind {
            MediaKind::Video | MediaKind::Live => {
                self.remarks.left_out("videos");
                return Ok(());
            }
            MediaKind::Picture => self.image(media, || image(bytes)),
            MediaKind::Pdf { page } => {
                self.remarks.flattened("pages of PDF files");
                let width_px = f64::from(media.rect.width_um()) * placing.growth() * FLAT_DPI / 25_400.0;
                self.image(media, || {
                    Ok(raster(&render(bytes, page, width_px.round().max(1.0) as u32, &Limits::BOARD)?))
                })
            }
        };
        match image {
            Some(image) => canvas.boxed(media.rect, placing, |surface, size| surface.draw_image(image, size)),
            None => self.remarks.left_out("damaged pictures"),
        }
        Ok(())
    }

    fn file(&mut self, id: MediaId, bytes: &Arc<[u8]>) -> Option<PdfDocument> {
        let load = || Some(PdfDocument::new(Arc::new(Pdf::new(shared(bytes)).ok()?)));
        self.files.entry(id).or_insert_with(load).clone()
    }

    /// A picture is put into the file once, however often it is shown.
    fn image(&mut self, media: &Media, load: impl FnOnce() -> Result<Image, FormatError>) -> Option<Image> {
        self.images.entry((media.file, media.kind)).or_insert_with(|| load().ok()).clone()
    }
}

/// A photograph stays as small as it was; what has to be turned or is of another kind is decoded.
fn image(bytes: &Arc<[u8]>) -> Result<Image, FormatError> {
    let is_upright = picture::is_upright(bytes, &Limits::BOARD)?;
    if is_upright
        && sniff(bytes) == Some(Format::Jpeg)
        && let Ok(image) = Image::from_jpeg(shared(bytes).into(), true)
    {
        return Ok(image);
    }
    Ok(raster(&picture::decode(bytes, &Limits::BOARD)?))
}

fn raster(bitmap: &crate::media::Bitmap) -> Image {
    Image::from_rgba8(picture::straight(bitmap), bitmap.width, bitmap.height)
}

fn shape(shape: &Shape, placing: &Affine, ground: Ground, canvas: &mut Canvas<'_, '_>) {
    let mut contours = geometry::placed_contours(shape, placing);
    if let Some((colour, alpha)) = shape.fill {
        canvas.area(contours.iter().map(|contour| &contour.points[..]), colour.area_on(ground), alpha);
    }
    if shape.width_um == 0 {
        return;
    }
    let (rgb, width) = (shape.colour.on(ground), f64::from(shape.width_um) * placing.growth());
    for head in geometry::take_heads(&mut contours, shape, placing.growth()) {
        canvas.area([&head[..]], rgb, 255);
    }
    for contour in &contours {
        let steps = shape.dash.steps(geometry::length_um(contour), width);
        canvas.line(contour, rgb, width, steps);
    }
}
