//! From a picture to its lines of text: find the writing, cut it out line by line, read each line.
//!
//! Both networks are PP-OCRv6 tiny (PaddleOCR, Apache-2.0). The detector sees the picture at the scale at which a
//! character is as high as it was trained on, which on a 4K board is far cheaper than the whole picture.

mod ctc;
mod detect;
mod layout;

pub use ctc::AlphabetError;

use std::sync::Arc;

use crate::catalogue::Files;
use crate::leave::Leave;
use crate::model::{Model, ModelError, Output};
use crate::open::OpenError;
use crate::raster::Raster;
use crate::shape::{Area, Turned};
use crate::spread::spread;
use ctc::{Alphabet, Guess};
use layout::Ink;

/// The network that finds lines.
pub const DETECTOR: &str = "ppocrv6-tiny-det.onnx";
/// The network that reads one line.
pub const READER: &str = "ppocrv6-tiny-rec.onnx";
/// The characters that the reader knows.
pub const DICTIONARY: &str = "ppocrv6-tiny-dict.txt";

/// Means and deviations of the detector's training pictures (its `inference.yml`).
const DETECTOR_NORM: [(f32, f32); 3] = [(0.485, 0.229), (0.456, 0.224), (0.406, 0.225)];
/// The reader wants -1 to 1.
const READER_NORM: [(f32, f32); 3] = [(0.5, 0.5); 3];
/// What follows a line in the reader's canvas: 0 after normalising, as in its training.
const READER_REST: f32 = 0.5;
/// Height of the reader's lines in pixels.
const LINE_HEIGHT: usize = 48;
/// Widths of the reader's canvas. Few, because each has a plan of some 5 MB; longer lines are squeezed into the last.
const LINE_WIDTHS: [usize; 9] = [96, 160, 240, 320, 480, 640, 960, 1280, 1920];
/// Widths of the detector's canvas, multiples of 32.
const PAGE_WIDTHS: [usize; 5] = [320, 480, 640, 960, 1280];
/// Heights of the detector's canvas, multiples of 32.
const PAGE_HEIGHTS: [usize; 7] = [96, 192, 384, 544, 736, 960, 1280];
/// What every canvas side is a multiple of: the detector halves five times, the reader three.
const SIDE_STEP: usize = 32;
/// Longest side, in pixels, at which ink is looked at.
const OVERVIEW_SIDE_MAX: usize = 1280;
/// Longest side at which a photograph, where writing of any height may be, goes to the detector.
const PHOTO_SIDE_MAX: usize = 960;
/// Height of writing at which the detector is still sure; its cost grows with the square.
const WRITING_HEIGHT: f32 = 24.0;
/// Never shrink the overview below this, in case a drawing was taken for writing.
const SHRINK_MIN: f32 = 0.2;
/// Lines a page; a dense printed page has 60.
const LINES_MAX: usize = 200;
/// A line that certain at least is told; below it is scribble or texture.
const CONFIDENCE_MIN: f32 = 0.2;
/// Plans kept for each network: the detector's take some 45 MB each, the reader's some 5 MB.
const DETECTOR_PLANS_MAX: usize = 3;
/// See [`DETECTOR_PLANS_MAX`].
const READER_PLANS_MAX: usize = LINE_WIDTHS.len();
/// Canvases that nearly every request needs, made ready before the first one comes.
const FIRST_CANVASES: [Canvas; 3] = [Canvas::Page(320, 192), Canvas::Line(160), Canvas::Line(320)];
/// Canvases that are made ready afterwards, while there is nothing to do.
const LATER_CANVASES: [Canvas; 6] = [
    Canvas::Line(96),
    Canvas::Line(240),
    Canvas::Line(480),
    Canvas::Line(640),
    Canvas::Page(640, 384),
    Canvas::Page(960, 544),
];

/// A fixed shape that one of the networks runs at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Canvas {
    Page(usize, usize),
    Line(usize),
}

/// One line of text in a picture.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// Around it, inside the picture.
    pub area: Area,
    /// What it says.
    pub text: String,
    /// Mean likelihood of its characters, 0 to 1.
    pub confidence: f32,
}

/// Reads pictures.
pub struct Text {
    detector: Model,
    // Shared with the workers that read some of a page's lines.
    reader: Arc<Reader>,
}

/// Reads pictures of one line.
pub(crate) struct Reader {
    model: Model,
    alphabet: Alphabet,
}

impl Text {
    /// Loads the three files of `files`, each checked against its listed hash, and tries both networks on an
    /// empty canvas while it has `leave`.
    pub fn open(files: &Files, leave: &Leave) -> Result<Self, OpenError> {
        let reader = Reader::open(READER, &files.bytes(READER)?, &files.bytes(DICTIONARY)?)?;
        let detector = Model::new(DETECTOR, &files.bytes(DETECTOR)?, DETECTOR_PLANS_MAX)?;
        let new = Self { detector, reader: Arc::new(reader) };
        for canvas in FIRST_CANVASES {
            new.try_out(canvas, leave)?;
        }
        Ok(new)
    }

    /// The network of that file.
    pub(crate) fn network(&self, name: &str) -> Option<&Model> {
        match name {
            DETECTOR => Some(&self.detector),
            READER => Some(&self.reader.model),
            _ => None,
        }
    }

    /// Makes the canvas number `at` of those that later requests may need ready; false where there is none. For
    /// moments without a request.
    pub fn prepare(&self, at: usize) -> Result<bool, ModelError> {
        match LATER_CANVASES.get(at) {
            Some(&Canvas::Page(width, height)) => self.detector.prepare(&[&[1, 3, height, width]])?,
            Some(&Canvas::Line(width)) => self.reader.model.prepare(&[&[1, 3, LINE_HEIGHT, width]])?,
            None => return Ok(false),
        }
        Ok(true)
    }

    /// The lines of a picture in reading order.
    pub fn read(&self, picture: &Raster, leave: &Leave) -> Result<Vec<Line>, ModelError> {
        let shrink = shrink_to(picture, OVERVIEW_SIDE_MAX);
        let overview = scaled(picture, shrink);
        let ink = Ink::of(&overview);
        if ink.is_empty() {
            return Ok(Vec::new());
        }
        let places = match layout::only_line(&ink) {
            Some(place) => vec![place],
            None => layout::lines(&self.find(&overview, &ink, leave)?, &ink),
        };
        let cuts = places.iter().take(LINES_MAX).map(|place| {
            let place = place.scaled(1.0 / shrink);
            let area = place.area().clamped(picture.width(), picture.height());
            let cut = if place.turn == 0.0 { picture.cut(place.area()) } else { picture.cut_turned(&place) };
            (area, cut)
        });
        let reader = Arc::clone(&self.reader);
        let lines = spread(cuts.collect(), leave, move |(area, cut), leave| {
            let guess = reader.read(cut, leave)?;
            Ok(Line { area: *area, text: guess.text, confidence: guess.confidence })
        })?;
        Ok(lines
            .into_iter()
            .filter(|line| !line.text.is_empty() && line.confidence >= CONFIDENCE_MIN)
            .collect())
    }

    fn find(&self, overview: &Raster, ink: &Ink, leave: &Leave) -> Result<Vec<Turned>, ModelError> {
        let shrink = match ink.writing_height() {
            Some(height) => (WRITING_HEIGHT / height.max(1.0)).clamp(SHRINK_MIN, 1.0),
            None => shrink_to(overview, PHOTO_SIDE_MAX),
        };
        let page = scaled(overview, shrink);
        let (width, height) = (fitting(&PAGE_WIDTHS, page.width()), fitting(&PAGE_HEIGHTS, page.height()));
        let rest = f32::from(page.background()) / 255.0;
        let input = page.planes(width, height, &DETECTOR_NORM, rest);
        let map = self.detector.run_one(&[1, 3, height, width], &input, leave)?;
        let spots = detect::spots(&map.values, width);
        Ok(spots.iter().map(|spot| spot.place.scaled(1.0 / shrink)).collect())
    }

    /// Runs a network on an empty canvas, which loads its plan's pages and proves the shape of its answer.
    fn try_out(&self, canvas: Canvas, leave: &Leave) -> Result<(), OpenError> {
        let run = |model: &Model, height: usize, width: usize| {
            model.run_one(&[1, 3, height, width], &vec![0.0; 3 * height * width], leave)
        };
        match canvas {
            Canvas::Page(width, height) => {
                let map = run(&self.detector, height, width)?;
                expect_shape(DETECTOR, &map, vec![1, 1, height, width])
            }
            Canvas::Line(width) => {
                let steps = run(&self.reader.model, LINE_HEIGHT, width)?;
                expect_shape(READER, &steps, vec![1, width / 8, self.reader.alphabet.classes()])
            }
        }
    }
}

impl Reader {
    /// Of a network and the dictionary it was trained with.
    pub(crate) fn open(name: &str, network: &[u8], dictionary: &[u8]) -> Result<Self, OpenError> {
        let alphabet = Alphabet::parse(dictionary).map_err(|error| OpenError::unfit(DICTIONARY, error))?;
        Ok(Self { model: Model::new(name, network, READER_PLANS_MAX)?, alphabet })
    }

    /// What the network's likelihoods say.
    pub(crate) fn decode(&self, steps: &[f32]) -> Guess {
        ctc::read(steps, &self.alphabet)
    }

    pub(crate) fn read(&self, line: &Raster, leave: &Leave) -> Result<Guess, ModelError> {
        let longest = LINE_WIDTHS[LINE_WIDTHS.len() - 1];
        let width = (line.width() * LINE_HEIGHT).div_ceil(line.height()).clamp(1, longest);
        let canvas = fitting(&LINE_WIDTHS, width);
        let input = line.resized(width, LINE_HEIGHT).planes(canvas, LINE_HEIGHT, &READER_NORM, READER_REST);
        let steps = self.model.run_one(&[1, 3, LINE_HEIGHT, canvas], &input, leave)?;
        Ok(self.decode(&steps.values))
    }
}

fn expect_shape(name: &'static str, output: &Output, wanted: Vec<usize>) -> Result<(), OpenError> {
    if output.shape == wanted {
        Ok(())
    } else {
        Err(OpenError::unfit(name, format!("it gave {:?} where {wanted:?} was expected", output.shape)))
    }
}

fn shrink_to(picture: &Raster, side: usize) -> f32 {
    let longest = picture.width().max(picture.height());
    if longest <= side { 1.0 } else { side as f32 / longest as f32 }
}

fn scaled(picture: &Raster, factor: f32) -> Raster {
    let side = |length: usize| ((length as f32 * factor).round() as usize).max(1);
    picture.resized(side(picture.width()), side(picture.height()))
}

/// The canvas side for `length` between the first and the last of `sides`: networks of our own loops run at any size, so
/// nothing is computed beyond what holds the picture.
fn fitting(sides: &[usize], length: usize) -> usize {
    length.next_multiple_of(SIDE_STEP).clamp(sides[0], sides[sides.len() - 1])
}
