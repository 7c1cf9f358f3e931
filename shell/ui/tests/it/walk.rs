//! What must hold of every drawn screen: no text cut off, none in the other language, none that is hard to read, and
//! nothing to press that a finger misses. Every screen a test draws is walked.

use i_slint_backend_testing::{AccessibleRole, ElementHandle, ElementQuery, ElementRoot};
use slint::platform::software_renderer::PremultipliedRgbaColor;

/// The least side of what a finger presses on a wall or kiosk.
const TARGET_MM: f32 = 18.0;
/// WCAG 2.2, 1.4.3 (AA) of text.
const CONTRAST: f32 = 4.5;
/// Text with less than this is not seen at all: it is scrolled away or lies under something.
const UNSEEN: f32 = 1.15;
/// Names that are the same in every language.
const NAMES: &[&str] =
    &["English", "QR", "PDF", "PNG", "PIN", "ID", "NFC", "USB", "HDMI", "Wi", "Fi", "Dais", "mm", "dB"];
/// What shows people's own words, which may be in any language and end in an ellipsis.
const WRITTEN: [&str; 2] = ["Written", "FittedWritten"];
/// What reaches below the line.
const LOW: &str = "gjpqyQ,;()";
/// Words that stay Chinese in English.
const CHINESE: &[&str] = &["中文", "拼音", "田字格"];

/// A drawn surface to walk over.
pub(crate) struct Walk<'a> {
    pub(crate) pixels: &'a [PremultipliedRgbaColor],
    pub(crate) size: (u32, u32),
    /// Pixels of a millimetre.
    pub(crate) millimetre: f32,
    /// `en` or `zh`.
    pub(crate) language: &'a str,
}

impl Walk<'_> {
    /// Everything that is wrong, one line each. What people wrote (`Written`) may be in any language and end in an
    /// ellipsis.
    pub(crate) fn faults(&self, root: &impl ElementRoot) -> Vec<String> {
        let seen = |element: &ElementHandle| element.computed_opacity() > 0.0;
        let buttons: Vec<ElementHandle> =
            ElementQuery::from_root(root).match_predicate(move |e| seen(e) && is_target(e)).find_all();
        let off: Vec<Place> = buttons
            .iter()
            .filter(|button| button.accessible_enabled() == Some(false))
            .map(Place::of)
            .collect();
        let mut faults: Vec<String> = buttons.iter().filter_map(|button| self.too_small(button)).collect();
        faults.extend(buttons.iter().flat_map(stuck_out));
        let told = move |e: &ElementHandle| seen(e) && e.accessible_role().is_some();
        let told = ElementQuery::from_root(root).match_predicate(told).find_all();
        faults.extend(told.iter().filter_map(|element| self.ill_spoken(element)));
        for words in ElementQuery::from_root(root).match_inherits("Words").match_predicate(seen).find_all() {
            let text = words.accessible_label().unwrap_or_default().to_string();
            if text.is_empty() {
                continue;
            }
            if words.type_name().is_none_or(|name| !WRITTEN.contains(&&*name)) {
                let told = words.accessible_description().unwrap_or_default();
                if told == "…" || (told == "…_" && text.contains(|letter| LOW.contains(letter))) {
                    faults.push(format!("cut off: {text:?} in {:?}", Place::of(&words)));
                }
                if self.is_foreign(&text) {
                    faults.push(format!("not in {}: {text:?}", self.language));
                }
            }
            let place = Place::of(&words);
            if !off.iter().any(|button| button.holds(&place)) {
                faults.extend(self.hard_to_read(&text, &place));
            }
        }
        faults
    }

    fn too_small(&self, target: &ElementHandle) -> Option<String> {
        let size = target.size();
        let least = size.width.min(size.height) / self.millimetre;
        (least < TARGET_MM).then(|| {
            format!(
                "{least:.1} mm: {:?}",
                target.accessible_id().or(target.accessible_label()).unwrap_or_default()
            )
        })
    }

    /// What would be read aloud is said in words: not nothing, not what the code calls it, no sign to be spelt.
    fn ill_spoken(&self, element: &ElementHandle) -> Option<String> {
        let (name, label) = (element.accessible_id()?, element.accessible_label().unwrap_or_default());
        if label.is_empty() {
            return Some(format!("has no label: {name:?}"));
        }
        let said = ui::access::spoken(element, self.language == "zh");
        let bad = said.trim().is_empty() || label == name || said.contains(['¥', '×', '%', '…']);
        bad.then(|| format!("is read aloud as {said:?}: {name:?}"))
    }

    fn is_foreign(&self, text: &str) -> bool {
        if self.language == "en" {
            let rest = CHINESE.iter().fold(text.to_owned(), |rest, name| rest.replace(name, ""));
            return rest.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
        }
        text.split(|c: char| !c.is_ascii_alphabetic()).any(|word| word.len() > 1 && !NAMES.contains(&word))
    }

    /// The commonest colour is what the text stands on; the one farthest from it is the text's own, as the thickest
    /// parts of its strokes show it.
    fn hard_to_read(&self, text: &str, place: &Place) -> Option<String> {
        let pixels = self.within(place)?;
        let mut counts = std::collections::HashMap::<[u8; 3], usize>::new();
        for pixel in &pixels {
            *counts.entry(*pixel).or_default() += 1;
        }
        let ground = luminance(*counts.iter().max_by_key(|(_, count)| **count)?.0);
        let contrast = counts.keys().map(|colour| ratio(luminance(*colour), ground)).fold(1.0, f32::max);
        (UNSEEN..CONTRAST).contains(&contrast).then(|| format!("{contrast:.2}:1: {text:?} in {place:?}"))
    }

    /// Its pixels; `None` where not all of it is on the surface, or one can see through.
    fn within(&self, place: &Place) -> Option<Vec<[u8; 3]>> {
        let on = place.x >= 0.0 && place.y >= 0.0 && place.width >= 1.0 && place.height >= 1.0;
        let (right, bottom) = ((place.x + place.width) as u32, (place.y + place.height) as u32);
        if !on || right > self.size.0 || bottom > self.size.1 {
            return None;
        }
        let mut found = Vec::new();
        for y in place.y as u32..bottom {
            let row = (y * self.size.0) as usize;
            let row = &self.pixels[row + place.x as usize..row + right as usize];
            if row.iter().any(|pixel| pixel.alpha < 255) {
                return None;
            }
            found.extend(row.iter().map(|pixel| [pixel.red, pixel.green, pixel.blue]));
        }
        Some(found)
    }
}

/// Words of a button that are wider than it.
fn stuck_out(button: &ElementHandle) -> Vec<String> {
    let room = Place::of(button);
    let out = |words: &ElementHandle| {
        let place = Place::of(words);
        place.x < room.x - 1.0 || place.right() > room.right() + 1.0
    };
    let inside = button.query_descendants().match_inherits("Words").find_all();
    let told = |words: &ElementHandle| words.accessible_label().unwrap_or_default().to_string();
    inside
        .iter()
        .filter(|words| out(words))
        .map(|words| format!("sticks out of its button: {:?}", told(words)))
        .collect()
}

fn is_target(element: &ElementHandle) -> bool {
    use AccessibleRole::{Button, Checkbox, RadioButton, Switch, Tab};
    matches!(element.accessible_role(), Some(Button | Checkbox | RadioButton | Switch | Tab))
}

#[derive(Debug)]
pub(crate) struct Place {
    x: f32,
    y: f32,
    width: f32,
    height: f32,
}

impl Place {
    fn of(element: &ElementHandle) -> Self {
        let (at, size) = (element.absolute_position(), element.size());
        Self { x: at.x, y: at.y, width: size.width, height: size.height }
    }

    fn right(&self) -> f32 {
        self.x + self.width
    }

    fn holds(&self, other: &Self) -> bool {
        let (x, y) = (other.x + other.width / 2.0, other.y + other.height / 2.0);
        (self.x..self.x + self.width).contains(&x) && (self.y..self.y + self.height).contains(&y)
    }
}

/// Relative luminance, WCAG 2.2.
fn luminance([red, green, blue]: [u8; 3]) -> f32 {
    let linear = |part: u8| {
        let part = f32::from(part) / 255.0;
        if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
}

fn ratio(one: f32, two: f32) -> f32 {
    (one.max(two) + 0.05) / (one.min(two) + 0.05)
}

#[test]
fn contrast_is_that_of_wcag() {
    let of = |one, two| ratio(luminance(one), luminance(two));
    assert!((of([0, 0, 0], [255, 255, 255]) - 21.0).abs() < 0.01);
    // #767676 is the lightest grey that passes on white.
    assert!(of([0x76; 3], [255; 3]) >= CONTRAST && of([0x77; 3], [255; 3]) < CONTRAST);
}
