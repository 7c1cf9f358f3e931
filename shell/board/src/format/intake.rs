//! What importers share: places in a file's own unit become micrometres, everything is counted, and pictures are
//! kept or leave a frame where they would have been.
use ink::{Node, Trace};

use crate::{
    affine::Affine,
    colour::Colour,
    document::Document,
    format::{
        Format, FormatError, Limits, Opened, Tally, bounded::place_um, curve::Place, remark::Remarks, sniff,
        svg,
    },
    media::{Media, MediaKind},
    object::{Content, Text},
    point::{PagePoint, PageRect},
    shape::{Contour, Dash, Outline, Shape},
};

/// The line around a picture that is not there, in micrometres.
const FRAME_UM: u16 = 2_000;
/// Lines of text lower than this or higher than this are no writing, in micrometres.
const TEXT_UM: (f64, f64) = (500.0, 1_000_000.0);

/// Converts and counts what one file brings.
pub(crate) struct Intake {
    pub(crate) format: Format,
    pub(crate) um_per_unit: f64,
    pub(crate) tally: Tally,
    pub(crate) remarks: Remarks,
    limits: Limits,
}

impl Intake {
    pub(crate) fn new(format: Format, um_per_unit: f64, limits: &Limits) -> Intake {
        Intake {
            format,
            um_per_unit,
            tally: Tally::new(limits),
            remarks: Remarks::default(),
            limits: *limits,
        }
    }

    pub(crate) fn um(&self, value: f64) -> Result<i32, FormatError> {
        place_um(value, self.um_per_unit, self.format)
    }

    pub(crate) fn at(&self, place: Place) -> Result<PagePoint, FormatError> {
        Ok(PagePoint::new(self.um(place.0)?, self.um(place.1)?))
    }

    /// A box by its left, top, width and height; turned inside out ones are put right.
    pub(crate) fn rect(&self, x: f64, y: f64, width: f64, height: f64) -> Result<PageRect, FormatError> {
        let (from, to) = (self.at((x, y))?, self.at((x + width, y + height))?);
        let (x0, x1) = (from.x_um.min(to.x_um), from.x_um.max(to.x_um));
        Ok(PageRect::new(x0, from.y_um.min(to.y_um), x1, from.y_um.max(to.y_um)))
    }

    /// A line's width in micrometres; the widest where it would be wider.
    pub(crate) fn width_um(&self, width: f64) -> u16 {
        (width * self.um_per_unit).round().clamp(0.0, f64::from(u16::MAX)) as u16
    }

    /// The height of a line of text in micrometres.
    pub(crate) fn size_um(&self, height: f64) -> u32 {
        (height * self.um_per_unit).round().clamp(TEXT_UM.0, TEXT_UM.1) as u32
    }

    pub(crate) fn contour(&mut self, points: &[Place], closed: bool) -> Result<Contour, FormatError> {
        self.tally.points(points.len())?;
        let points = points.iter().map(|place| self.at(*place)).collect::<Result<Vec<_>, _>>()?;
        Ok(Contour { points: points.into(), closed })
    }

    pub(crate) fn outline(&mut self, points: &[Place], closed: bool) -> Result<Outline, FormatError> {
        Ok(Outline::Paths([self.contour(points, closed)?].into()))
    }

    pub(crate) fn ellipse(&self, centre: Place, rx: f64, ry: f64) -> Result<Outline, FormatError> {
        let (rx, ry) = (self.um(rx)?.unsigned_abs(), self.um(ry)?.unsigned_abs());
        Ok(Outline::Ellipse { centre: self.at(centre)?, rx_um: rx, ry_um: ry })
    }

    /// Ink of places, radii (in the file's unit) and milliseconds.
    pub(crate) fn trace(&mut self, nodes: &[(Place, f64, u32)]) -> Result<Trace, FormatError> {
        self.tally.points(nodes.len())?;
        let nodes = nodes.iter().map(|(place, radius, t_ms)| {
            let at = self.at(*place)?;
            let radius_um = radius * self.um_per_unit;
            let radius_um = if radius_um.is_finite() { radius_um } else { 0.0 };
            Ok(Node::nearest(f64::from(at.x_um), f64::from(at.y_um), radius_um, *t_ms))
        });
        Ok(Trace::new(&nodes.collect::<Result<Vec<_>, FormatError>>()?))
    }

    pub(crate) fn text(
        &self,
        at: Place,
        height: f64,
        room: f64,
        text: &str,
        colour: Colour,
    ) -> Result<Text, FormatError> {
        Ok(Text {
            at: self.at(at)?,
            size_um: self.size_um(height),
            room_um: self.um(room)?.max(0) as u32,
            text: text.to_owned(),
            colour,
        })
    }

    /// What a file in a box is shown as: a picture, the figures of an SVG, each with how it lies, or a frame.
    pub(crate) fn shown(
        &mut self,
        to: &mut Document,
        bytes: Option<&[u8]>,
        rect: PageRect,
    ) -> Result<Vec<(Content, Affine)>, FormatError> {
        if let Some(svg) = bytes.filter(|bytes| sniff(bytes) == Some(Format::Svg))
            && let Some(figures) = self.figures(to, svg, rect)?
        {
            return Ok(figures);
        }
        Ok(vec![(self.picture(to, bytes, rect)?, Affine::IDENTITY)])
    }

    /// The things of an SVG, made to fill a box; `None` for one that cannot be read.
    fn figures(
        &mut self,
        to: &mut Document,
        bytes: &[u8],
        rect: PageRect,
    ) -> Result<Option<Vec<(Content, Affine)>>, FormatError> {
        let Ok(opened) = svg::read(bytes, &self.limits) else { return Ok(None) };
        let Some(sheet) = opened.document.sheets.into_iter().next() else { return Ok(None) };
        let Some((width, height)) = sheet.paper.size_um else { return Ok(None) };
        let part = |side: i32, whole: u32| f64::from(side) / f64::from(whole.max(1));
        let factors = [part(rect.width_um(), width), 0.0, 0.0, part(rect.height_um(), height)];
        let fitted = Affine::from_factors(factors, f64::from(rect.x0_um), f64::from(rect.y0_um));
        let Some(fitted) = fitted.filter(|_| !sheet.things.is_empty()) else { return Ok(None) };
        for file in opened.document.media.values() {
            self.tally.media(file.len())?;
            to.keep(file);
        }
        for thing in &sheet.things {
            if let Content::Shape(Shape { outline: Outline::Paths(contours), .. }) = &thing.content {
                self.tally.points(contours.iter().map(|contour| contour.points.len()).sum())?;
            }
        }
        Ok(Some(sheet.things.into_iter().map(|thing| (thing.content, thing.placing.then(&fitted))).collect()))
    }

    /// A frame where something is that the board does not show, which is told.
    pub(crate) fn framed(&mut self, rect: PageRect, what: &'static str) -> Content {
        self.remarks.left_out(what);
        frame(rect)
    }

    /// What was read, and what was left out.
    pub(crate) fn opened(self, document: Document) -> Opened {
        Opened { document, remarks: self.remarks.into_vec() }
    }

    /// A file in a box; a frame where the board cannot show the file, or there is none.
    pub(crate) fn picture(
        &mut self,
        to: &mut Document,
        bytes: Option<&[u8]>,
        rect: PageRect,
    ) -> Result<Content, FormatError> {
        let kind = bytes.and_then(|bytes| match sniff(bytes)? {
            Format::Png | Format::Jpeg | Format::WebP => Some(MediaKind::Picture),
            Format::Pdf => Some(MediaKind::Pdf { page: 0 }),
            _ => None,
        });
        match (bytes, kind) {
            (Some(bytes), Some(kind)) => {
                self.tally.media(bytes.len())?;
                Ok(Content::Media(Media { file: to.keep(bytes), kind, rect }))
            }
            (Some(_), None) => Ok(self.framed(rect, "pictures that the board cannot show")),
            (None, _) => Ok(self.framed(rect, "pictures that are not in the file")),
        }
    }
}

/// A dashed grey frame: something was here that the board does not show.
fn frame(rect: PageRect) -> Content {
    Content::Shape(Shape {
        dash: Dash::Dashed,
        width_um: FRAME_UM,
        colour: Colour::GREY,
        ..plain(Outline::rectangle(rect))
    })
}

/// A figure of which only the outline is known.
pub(crate) fn plain(outline: Outline) -> Shape {
    Shape {
        outline,
        colour: Colour::BLACK,
        width_um: 0,
        dash: Dash::Solid,
        fill: None,
        arrows: (false, false),
    }
}
