//! A drawing as a page: paths become figures, texts stay texts, pictures stay pictures.
use ink::{Node, Trace};
use usvg::{
    FillRule, Group, ImageHrefResolver, ImageKind, Options, Paint, Path, Transform, Tree,
    tiny_skia_path::{PathSegment, Point},
};

use super::marks::{Anchor, Mark, Marked, NAME, mark};
use crate::{
    affine::Affine,
    colour::Colour,
    document::{Document, Sheet, Thing},
    format::{
        Format, FormatError, Limits, Opened, Tally,
        bounded::{guarded, unpacking},
        geometry::{ASCENT_PER_EM, LINE_PER_EM, UM_PER_CSS_PX, page_side_um},
        picture,
        remark::Remarks,
    },
    media::{Media, MediaKind},
    object::{Content, Stroke, Text},
    paper::{Ground, Paper, Pattern},
    point::{PagePoint, PageRect},
    shape::{Contour, Dash, Outline, Shape},
};

/// A curve becomes so many straight lines.
const CURVE_STEPS: u8 = 16;
/// Contours whose nesting is looked into for the even-odd rule; the time is the square of their number.
const MOST_NESTED: usize = 200;
/// A thing that comes back nearer than this to where it lay was not moved: what 32-bit numbers lose, in
/// micrometres and in parts of 65536.
const SAME_UM: i32 = 200;
const SAME_PARTS: i32 = 16;
/// Texts break only where they say so.
const UNBROKEN_UM: u32 = 10_000_000;
/// A line that lets more through than this was drawn with a highlighter.
const MARK_OPACITY: f32 = 0.8;
/// An average letter's width, in sizes of the letters: for texts that are centred on a place.
const LETTER_PER_EM: f64 = 0.55;

/// Reads a drawing, packed (`.svgz`) or not.
pub fn read(bytes: &[u8], limits: &Limits) -> Result<Opened, FormatError> {
    limits.check_length(bytes)?;
    let marked = mark(unpacking(bytes, limits), limits)?;
    guarded(Format::Svg, || {
        let options = Options {
            // Pictures come as they are; drawings inside drawings would be resolved without our limits.
            image_href_resolver: ImageHrefResolver {
                resolve_data: Box::new(|_, data, _| kind_of(data)),
                resolve_string: Box::new(|_, _| None),
            },
            ..Options::default()
        };
        let tree = Tree::from_str(&marked.svg, &options)
            .map_err(|error| FormatError::damaged(Format::Svg, error))?;
        drawing(&tree, &marked, limits)
    })
}

fn kind_of(data: std::sync::Arc<Vec<u8>>) -> Option<ImageKind> {
    match crate::format::sniff(&data)? {
        Format::Png => Some(ImageKind::PNG(data)),
        Format::Jpeg => Some(ImageKind::JPEG(data)),
        Format::WebP => Some(ImageKind::WEBP(data)),
        _ => None,
    }
}

fn drawing(tree: &Tree, marked: &Marked, limits: &Limits) -> Result<Opened, FormatError> {
    let side = |px: f32| page_side_um(f64::from(px), UM_PER_CSS_PX);
    let size = side(tree.size().width()).zip(side(tree.size().height()));
    let size_um = size.ok_or_else(|| FormatError::damaged(Format::Svg, "its page has no sensible size"))?;
    let own =
        Paper { ground: Ground::White, pattern: Pattern::Plain, size_um: Some(size_um), ..Paper::default() };
    let mut reader = Reader {
        marked,
        limits,
        tally: Tally::new(limits),
        document: Document::default(),
        things: Vec::new(),
        remarks: Remarks::default(),
    };
    reader.tally.page()?;
    reader.group(tree.root(), 1.0)?;
    let mut paper = marked.paper.unwrap_or(own);
    // A drawing's own background becomes the paper: left as a figure, it would hide the marks, which lie below.
    if let (None, Some(ground)) =
        (marked.paper, reader.things.first().and_then(|thing| ground(thing, size_um)))
    {
        paper.ground = ground;
        reader.things.remove(0);
    }
    reader.document.sheets.push(Sheet { paper, things: reader.things });
    Ok(Opened { document: reader.document, remarks: reader.remarks.into_vec() })
}

struct Reader<'a> {
    marked: &'a Marked,
    limits: &'a Limits,
    tally: Tally,
    document: Document,
    things: Vec<Thing>,
    remarks: Remarks,
}

impl Reader<'_> {
    fn group(&mut self, group: &Group, opacity: f32) -> Result<(), FormatError> {
        if group.clip_path().is_some() || group.mask().is_some() {
            self.remarks.left_out("clips and masks");
        }
        if !group.filters().is_empty() {
            self.remarks.left_out("filters");
        }
        let opacity = opacity * group.opacity().get();
        for node in group.children() {
            match node {
                usvg::Node::Group(inner) => self.group(inner, opacity)?,
                usvg::Node::Path(path) => self.path(path, opacity)?,
                usvg::Node::Image(image) => self.image(image)?,
                usvg::Node::Text(_) => self.remarks.left_out("texts"),
            }
        }
        Ok(())
    }

    fn path(&mut self, path: &Path, opacity: f32) -> Result<(), FormatError> {
        self.tally.thing()?;
        let number = path.id().strip_prefix(NAME).and_then(|number| number.parse::<usize>().ok());
        if let Some(mark) = number.and_then(|number| self.marked.marks.get(number)) {
            return self.mark(mark, path);
        }
        if !path.is_visible() {
            return Ok(());
        }
        let transform = path.abs_transform();
        let mut contours = self.contours(path)?;
        let growth = transform.get_scale();
        let fill =
            path.fill().and_then(|fill| Some((colour(fill.paint())?, fill.opacity().get(), fill.rule())));
        let line = path.stroke().and_then(|line| Some((colour(line.paint())?, line)));
        if fill.is_none() && line.is_none() {
            self.remarks.left_out("patterns");
            return Ok(());
        }
        if fill.is_some_and(|(_, _, rule)| rule == FillRule::EvenOdd) {
            wind_even_odd(&mut contours);
        }
        let width = line.as_ref().map_or(0.0, |(_, line)| {
            f64::from(line.width().get()) * f64::from(f32::midpoint(growth.0, growth.1)) * UM_PER_CSS_PX
        });
        if let (Some((colour, line)), None) = (&line, &fill)
            && line.opacity().get() * opacity < MARK_OPACITY
        {
            self.things.extend(contours.iter().map(|contour| marker(contour, *colour, width)));
            return Ok(());
        }
        let dash = match line
            .as_ref()
            .and_then(|(_, line)| line.dasharray().map(|dashes| (dashes, line.width().get())))
        {
            None => Dash::Solid,
            Some(([first, ..], width)) if *first <= width => Dash::Dotted,
            Some(_) => Dash::Dashed,
        };
        let shape = Shape {
            outline: Outline::Paths(contours.into()),
            colour: line
                .as_ref()
                .map(|(colour, _)| *colour)
                .or(fill.map(|(colour, ..)| colour))
                .unwrap_or_default(),
            width_um: width.round().clamp(0.0, f64::from(u16::MAX)) as u16,
            dash,
            fill: fill.map(|(colour, part, _)| (colour, (part * opacity * 255.0).round() as u8)),
            arrows: (false, false),
        };
        self.things.push(Thing::new(Content::Shape(shape)));
        Ok(())
    }

    /// A path's lines in micrometres, curves in straight pieces.
    fn contours(&mut self, path: &Path) -> Result<Vec<Contour>, FormatError> {
        let transform = path.abs_transform();
        let mut contours = Vec::new();
        let mut points: Vec<PagePoint> = Vec::new();
        let mut last = Point::zero();
        let place = |at: Point, tally: &mut Tally| {
            tally.points(1)?;
            place(at, transform)
        };
        let mut close = |points: &mut Vec<PagePoint>, closed: bool| {
            if !points.is_empty() {
                contours.push(Contour { points: std::mem::take(points).into(), closed });
            }
        };
        for segment in path.data().segments() {
            match segment {
                PathSegment::MoveTo(at) => {
                    close(&mut points, false);
                    points.push(place(at, &mut self.tally)?);
                    last = at;
                }
                PathSegment::Close => close(&mut points, true),
                curve => {
                    // After a close without a move, the next line begins where the last ended.
                    if points.is_empty() {
                        points.push(place(last, &mut self.tally)?);
                    }
                    let steps = if matches!(curve, PathSegment::LineTo(_)) { 1 } else { CURVE_STEPS };
                    for step in 1..=steps {
                        let at = along(curve, last, f32::from(step) / f32::from(steps));
                        points.push(place(at, &mut self.tally)?);
                    }
                    last = along(curve, last, 1.0);
                }
            }
        }
        close(&mut points, false);
        Ok(contours)
    }

    fn image(&mut self, image: &usvg::Image) -> Result<(), FormatError> {
        self.tally.thing()?;
        let (ImageKind::PNG(data) | ImageKind::JPEG(data) | ImageKind::WEBP(data)) = image.kind() else {
            self.remarks.left_out("pictures of an unknown kind");
            return Ok(());
        };
        picture::size(data, self.limits)?;
        self.tally.media(data.len())?;
        let file = self.document.keep(data);
        let side = |px: f32| (f64::from(px) * UM_PER_CSS_PX).round() as i32;
        let rect = PageRect::new(0, 0, side(image.size().width()), side(image.size().height()));
        let placing = placing(image.abs_transform(), 1.0, (0, 0))?;
        let media = Content::Media(Media { file, kind: MediaKind::Picture, rect });
        self.things.push(Thing { placing, ..Thing::new(media) });
        Ok(())
    }

    fn mark(&mut self, mark: &Mark, path: &Path) -> Result<(), FormatError> {
        match mark {
            Mark::Thing { thing, files } => {
                for file in files {
                    self.tally.media(file.len())?;
                    self.document.keep(file);
                }
                // A unit of our own drawings is a millimetre.
                let moved = placing(path.abs_transform(), UM_PER_CSS_PX / 1000.0, self.marked.origin_um)?;
                let placing = if is_same(&moved, &thing.placing) { thing.placing } else { moved };
                self.things.push(Thing { placing, ..thing.clone() });
            }
            Mark::Text { x, y, size, anchor, said } => {
                let colour = path.fill().and_then(|fill| colour(fill.paint())).unwrap_or_default();
                let longest = said.lines().map(|line| line.chars().count()).max().unwrap_or(0) as f64;
                let back = match anchor {
                    Anchor::Start => 0.0,
                    Anchor::Middle => longest * size * LETTER_PER_EM / 2.0,
                    Anchor::End => longest * size * LETTER_PER_EM,
                };
                let um = |px: f64| (px * UM_PER_CSS_PX).round().clamp(-5e8, 5e8) as i32;
                let text = Text {
                    at: PagePoint::new(um(x - back), um(y - size * ASCENT_PER_EM)),
                    size_um: um(size * LINE_PER_EM).max(1) as u32,
                    room_um: UNBROKEN_UM,
                    text: said.clone(),
                    colour,
                };
                let placing = placing(path.abs_transform(), 1.0, (0, 0))?;
                self.things.push(Thing { placing, ..Thing::new(Content::Text(text)) });
            }
        }
        Ok(())
    }
}

fn no_place() -> FormatError {
    FormatError::damaged(Format::Svg, "something in it lies on no page")
}

fn place(at: Point, transform: Transform) -> Result<PagePoint, FormatError> {
    let mut at = at;
    transform.map_point(&mut at);
    let um = |px: f32| {
        let um = f64::from(px) * UM_PER_CSS_PX;
        if um.is_finite() && um.abs() < 5e8 { Ok(um.round() as i32) } else { Err(no_place()) }
    };
    Ok(PagePoint::new(um(at.x)?, um(at.y)?))
}

/// A transform in CSS pixels as one in micrometres.
fn placing(transform: Transform, scale: f64, origin_um: (i32, i32)) -> Result<Affine, FormatError> {
    let Transform { sx, ky, kx, sy, tx, ty } = transform;
    let shift = |px: f32, origin: i32| f64::from(px) * UM_PER_CSS_PX + f64::from(origin);
    let factors = [sx, ky, kx, sy].map(|factor| f64::from(factor) * scale);
    Affine::from_factors(factors, shift(tx, origin_um.0), shift(ty, origin_um.1)).ok_or_else(no_place)
}

fn is_same(a: &Affine, b: &Affine) -> bool {
    let near = |a: i32, b: i32, by: i32| a.abs_diff(b) <= by as u32;
    near(a.dx_um, b.dx_um, SAME_UM)
        && near(a.dy_um, b.dy_um, SAME_UM)
        && [(a.a, b.a), (a.b, b.b), (a.c, b.c), (a.d, b.d)].iter().all(|(a, b)| near(*a, *b, SAME_PARTS))
}

fn along(curve: PathSegment, from: Point, t: f32) -> Point {
    let mix = |a: Point, b: Point| Point::from_xy(a.x + (b.x - a.x) * t, a.y + (b.y - a.y) * t);
    match curve {
        PathSegment::MoveTo(to) | PathSegment::LineTo(to) => mix(from, to),
        PathSegment::QuadTo(by, to) => mix(mix(from, by), mix(by, to)),
        PathSegment::CubicTo(a, b, to) => {
            let middle = mix(a, b);
            mix(mix(mix(from, a), middle), mix(middle, mix(b, to)))
        }
        PathSegment::Close => from,
    }
}

/// The ground that a figure is, if it fills the page and hides what is below.
fn ground(thing: &Thing, (width, height): (u32, u32)) -> Option<Ground> {
    let Content::Shape(Shape {
        outline: Outline::Paths(contours),
        width_um: 0,
        fill: Some((colour, 255)),
        ..
    }) = &thing.content
    else {
        return None;
    };
    let [contour] = &contours[..] else { return None };
    let near = |um: i32, side: u32| um.unsigned_abs() <= 50 || um.abs_diff(side as i32) <= 50;
    let is_corner = |at: &PagePoint| near(at.x_um, width) && near(at.y_um, height);
    let fills = twice_area(contour).unsigned_abs() * 100 > 2 * 99 * u128::from(width) * u128::from(height);
    (contour.points.iter().all(is_corner) && fills).then(|| Ground::Own(colour.rgb()))
}

/// A line as a highlighter's stroke.
fn marker(contour: &Contour, colour: Colour, width_um: f64) -> Thing {
    let back = contour.points.first().filter(|_| contour.closed);
    let node = |at: &PagePoint| Node::nearest(f64::from(at.x_um), f64::from(at.y_um), width_um / 2.0, 0);
    let trace: Trace = contour.points.iter().chain(back).map(node).collect();
    Thing::new(Content::Stroke(Stroke { colour, highlighter: true, trace }))
}

/// One colour for a paint: the middle one of a gradient.
fn colour(paint: &Paint) -> Option<Colour> {
    let rgb = |colour: usvg::Color| {
        Colour::own(u32::from(colour.red) << 16 | u32::from(colour.green) << 8 | u32::from(colour.blue))
    };
    let middle = |stops: &[usvg::Stop]| stops.get(stops.len() / 2).map(|stop| rgb(stop.color()));
    match paint {
        Paint::Color(colour) => Some(rgb(*colour)),
        Paint::LinearGradient(gradient) => middle(gradient.stops()),
        Paint::RadialGradient(gradient) => middle(gradient.stops()),
        Paint::Pattern(_) => None,
    }
}

/// Turns contours so that the nonzero rule fills what the even-odd rule did: holes run the other way.
fn wind_even_odd(contours: &mut [Contour]) {
    if contours.len() > MOST_NESTED {
        return;
    }
    let inside = |index: usize| {
        let at = contours[index].points[0];
        let around =
            contours.iter().enumerate().filter(|(other, contour)| *other != index && holds(contour, at));
        around.count() % 2 == 1
    };
    let holes: Vec<bool> = (0..contours.len()).map(inside).collect();
    for (contour, is_hole) in contours.iter_mut().zip(holes) {
        if (twice_area(contour) < 0) != is_hole {
            let mut points = contour.points.to_vec();
            points.reverse();
            contour.points = points.into();
        }
    }
}

fn sides(contour: &Contour) -> impl Iterator<Item = (PagePoint, PagePoint)> {
    let next = contour.points.iter().cycle().skip(1);
    contour.points.iter().zip(next).map(|(from, to)| (*from, *to))
}

fn twice_area(contour: &Contour) -> i128 {
    let part = |(from, to): (PagePoint, PagePoint)| {
        i128::from(from.x_um) * i128::from(to.y_um) - i128::from(to.x_um) * i128::from(from.y_um)
    };
    sides(contour).map(part).sum()
}

fn holds(contour: &Contour, at: PagePoint) -> bool {
    let crosses = |(from, to): &(PagePoint, PagePoint)| {
        if (from.y_um <= at.y_um) == (to.y_um <= at.y_um) {
            return false;
        }
        let part = f64::from(at.y_um - from.y_um) / f64::from(to.y_um - from.y_um);
        f64::from(from.x_um) + part * f64::from(to.x_um - from.x_um) > f64::from(at.x_um)
    };
    sides(contour).filter(crosses).count() % 2 == 1
}
