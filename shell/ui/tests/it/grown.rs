//! Words that do not grow with the text scale: what somebody who asks for the largest words still has to read small.

use i_slint_backend_testing::{ElementHandle, ElementQuery, ElementRoot};

use crate::walk::{Place, Walk};

/// How much more of a surface the same words cover at the largest text scale, where they are a tenth larger at least.
/// (As large as the scale says, they would cover more than twice as much.)
const MORE: f32 = 1.21;
/// Words that cover less than this, a sign or two, are too few to measure.
const MEASURED: usize = 300;
/// Words that go over more of their place than this fill it.
const FULL: f32 = 0.8;
/// Lines as high as this, in design units from the top of a capital to the bottom of a comma, are as large as anybody's
/// largest paragraph (20 units, one and a half times): they need not grow.
const LARGE: f32 = 22.0;

/// Words on a surface, and how many of its pixels they cover.
pub(crate) struct Covered {
    text: String,
    pixels: usize,
    /// How high the highest line of them is, in design units.
    line: f32,
    /// They go from one side of their place to the other: there is no room for larger ones.
    fills: bool,
}

impl Walk<'_> {
    /// All words that are seen whole. Figures are pictures.
    pub(crate) fn covered(&self, root: &impl ElementRoot) -> Vec<Covered> {
        let read = |element: &ElementHandle| {
            let name = element.type_name().unwrap_or_default();
            element.computed_opacity() > 0.0 && name != "Figure"
        };
        let words = ElementQuery::from_root(root).match_inherits("Words").match_predicate(read).find_all();
        let whole =
            words.iter().filter(|words| words.accessible_description().is_none_or(|told| told.is_empty()));
        whole.filter_map(|words| self.cover(words)).collect()
    }

    fn cover(&self, words: &ElementHandle) -> Option<Covered> {
        let text = words.accessible_label()?.to_string();
        let place = Place::of(words);
        let (pixels, width) = (self.within(&place)?, place.columns());
        let greys: Vec<u8> = pixels.iter().map(|pixel| grey(*pixel)).collect();
        let mut counts = [0_usize; 256];
        greys.iter().for_each(|grey| counts[usize::from(*grey)] += 1);
        let ground = u8::try_from((0..counts.len()).max_by_key(|grey| counts[*grey])?).ok()?;
        let most = greys.iter().map(|grey| grey.abs_diff(ground)).max()?;
        // More of the ink than of the ground.
        let is_ink = |grey: &u8| grey.abs_diff(ground) > most / 2;
        let count = greys.iter().filter(|grey| is_ink(grey)).count();
        let rows: Vec<bool> = greys.chunks(width).map(|row| row.iter().any(is_ink)).collect();
        let line = rows.split(|inked| !inked).map(<[bool]>::len).max().unwrap_or_default();
        let inked = |column: &usize| greys.iter().skip(*column).step_by(width).any(|grey| is_ink(grey));
        let wide = (0..width).rev().find(inked)? - (0..width).find(inked)?;
        let fills = wide as f32 > FULL * width as f32;
        let line = line as f32 / self.unit;
        (count >= MEASURED).then_some(Covered { text, pixels: count, line, fills })
    }
}

/// How light a colour is, near enough to tell ink from ground, and quick.
fn grey([red, green, blue]: [u8; 3]) -> u8 {
    let sum = 2 * u16::from(red) + 5 * u16::from(green) + u16::from(blue);
    (sum / 8) as u8
}

/// Which of the words are as small with the largest text scale as they were designed.
pub(crate) fn not_grown(designed: &[Covered], largest: Vec<Covered>) -> Vec<String> {
    let mut faults = Vec::new();
    let mut largest: Vec<Option<Covered>> = largest.into_iter().map(Some).collect();
    for before in designed.iter().filter(|before| before.line < LARGE && !before.fills) {
        let same = |now: &&mut Option<Covered>| now.as_ref().is_some_and(|now| now.text == before.text);
        // The same words may be there more than once, in the same order.
        let Some(now) = largest.iter_mut().find(same).and_then(Option::take) else { continue };
        let more = now.pixels as f32 / before.pixels as f32;
        if more < MORE {
            faults.push(format!("{:.2} times as large: {:?}", more.sqrt(), before.text));
        }
    }
    faults
}
