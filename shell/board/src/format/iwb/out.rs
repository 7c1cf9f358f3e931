//! Builds `content.xml`: the drawing of each page, and what is said of its things after all of them.
use crate::{
    format::{bounded::escaped, css::hex_rgb, curve::Place},
    shape::Dash,
};

/// Attributes of an element, each by its name and value.
pub(super) type Attributes<'a> = &'a [(&'a str, String)];

/// The text that is being written.
#[derive(Default)]
pub(super) struct Out {
    pages: String,
    /// The elements of the page that is being written, each with its group.
    page: Vec<(Option<u32>, String)>,
    said: String,
    next: u32,
}

impl Out {
    pub(super) fn open_page(&mut self, number: usize) {
        self.pages += &format!("<svg:page id=\"page{number}\">\n");
    }

    /// Ends a page. What lies next to each other in one group is a `g`: the standard's own `group` beside the drawing
    /// would hold more, but OpenBoard looks for its members on the last page only, and falls over those that are not.
    pub(super) fn close_page(&mut self) {
        for run in std::mem::take(&mut self.page).chunk_by(|a, b| a.0.is_some() && a.0 == b.0) {
            let elements: String = run.iter().map(|(_, element)| element.as_str()).collect();
            if run.len() > 1 {
                self.pages += &format!("<svg:g>\n{elements}</svg:g>\n");
            } else {
                self.pages += &elements;
            }
        }
        self.pages += "</svg:page>\n";
    }

    /// An element of the page; `inside` stands in it as it is. Gives its id.
    pub(super) fn element(
        &mut self,
        name: &str,
        attributes: Attributes<'_>,
        inside: &str,
        group: Option<u32>,
    ) -> String {
        self.next += 1;
        let id = format!("thing{}", self.next);
        let mut element = format!("<svg:{name} id=\"{id}\"");
        for (name, value) in attributes {
            element += &format!(" {name}=\"{}\"", escaped(value));
        }
        element += &if inside.is_empty() { "/>\n".to_owned() } else { format!(">{inside}</svg:{name}>\n") };
        self.page.push((group, element));
        id
    }

    /// What the board says of a thing, in its own words.
    pub(super) fn say(&mut self, id: &str, words: &[(&str, &str)]) {
        if words.is_empty() {
            return;
        }
        self.said += &format!("<element ref=\"{id}\"");
        for (name, value) in words {
            self.said += &format!(" {name}=\"{value}\"");
        }
        self.said += "/>\n";
    }

    /// How many things there are.
    pub(super) fn count(&self) -> u32 {
        self.next
    }

    /// The whole file.
    pub(super) fn finish(self, title: &str, size: Place) -> String {
        let (width, height) = (number(size.0), number(size.1));
        let title = if title.is_empty() {
            String::new()
        } else {
            format!("<meta name=\"title\" content=\"{}\"/>\n", escaped(title))
        };
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
             <iwb xmlns=\"http://www.imsglobal.org/xsd/iwb_v1p0\" xmlns:svg=\"http://www.w3.org/2000/svg\" \
             xmlns:xlink=\"http://www.w3.org/1999/xlink\" version=\"1.0\">\n{title}\
             <svg:svg width=\"{width}\" height=\"{height}\" viewbox=\"0 0 {width} {height}\">\n\
             <svg:pageset>\n{}</svg:pageset>\n</svg:svg>\n{}</iwb>\n",
            self.pages, self.said
        )
    }
}

/// A number without an exponent, down to a thousandth.
pub(super) fn number(value: f64) -> String {
    let text = format!("{value:.3}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

/// A list of points.
pub(super) fn points(points: &[Place]) -> String {
    let mut text = String::with_capacity(points.len() * 16);
    for (index, (x, y)) in points.iter().enumerate() {
        let gap = if index == 0 { "" } else { " " };
        text += &format!("{gap}{},{}", number(*x), number(*y));
    }
    text
}

/// How a line looks; one that is not there has no width.
pub(super) fn line(rgb: u32, width: f64, dash: Dash) -> Vec<(&'static str, String)> {
    let mut all = vec![("stroke", hex_rgb(rgb)), ("stroke-width", number(width))];
    match dash {
        Dash::Solid => {}
        Dash::Dashed => {
            all.push(("stroke-dasharray", format!("{} {}", number(width * 4.0), number(width * 3.0))))
        }
        Dash::Dotted => all.push(("stroke-dasharray", format!("{} {}", number(width), number(width * 2.0)))),
    }
    all
}

/// How an inside looks; without one nothing is filled.
pub(super) fn fill(fill: Option<(u32, u8)>) -> Vec<(&'static str, String)> {
    let Some((rgb, opacity)) = fill else { return vec![("fill", "none".to_owned())] };
    let mut all = vec![("fill", hex_rgb(rgb))];
    if opacity < 255 {
        all.push(("fill-opacity", number(f64::from(opacity) / 255.0)));
    }
    all
}

/// A text's lines, with breaks between them.
pub(super) fn lines(text: &str) -> String {
    let mut all = String::new();
    for (index, line) in text.split('\n').enumerate() {
        if index > 0 {
            all += "<svg:tbreak/>";
        }
        // Several spaces in a row would be one.
        let line = escaped(line).replace("  ", " \u{a0}");
        all += &line;
    }
    all
}
