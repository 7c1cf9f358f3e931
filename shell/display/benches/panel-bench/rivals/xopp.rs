//! Boards for Xournal++: the same recordings as ours, as strokes of its XML format.

use std::fmt::Write;

use crate::recording::{PAGE, PANEL_UM, STROKE_SCANS, Writing, frames};
use std::collections::HashMap;
use touch::{ContactId, Phase};

/// Points of the page (1/72 inch), which Xournal++ shows as one pixel each, that its window has room for besides its
/// own bars.
const ROOM: (f64, f64) = (0.9, 0.88);

/// A page of `strokes` strokes that fills a window of this size.
pub(crate) fn write(strokes: usize, size: (u32, u32)) -> String {
    let (width, height) = (f64::from(size.0) * ROOM.0, f64::from(size.1) * ROOM.1);
    let mut text = format!(
        "<?xml version=\"1.0\" standalone=\"no\"?>\n<xournal creator=\"Dais\" fileversion=\"4\">\n<title>bench</title>\n\
         <page width=\"{width:.1}\" height=\"{height:.1}\">\n\
         <background type=\"solid\" color=\"#ffffffff\" style=\"plain\"/>\n<layer>\n"
    );
    let mut under_way: HashMap<ContactId, String> = HashMap::new();
    let mut written = 0;
    let scans = ((strokes / 10 + 2) * STROKE_SCANS) as u64;
    for frame in frames(Writing::new(10, 240, scans, PAGE, 7)) {
        for contact in frame.contacts {
            let line = under_way.entry(contact.id).or_default();
            let x = f64::from(contact.at.x_um) / f64::from(PANEL_UM.0) * width;
            let y = f64::from(contact.at.y_um) / f64::from(PANEL_UM.1) * height;
            write!(line, "{x:.2} {y:.2} ").expect("a string takes text");
            if contact.phase == Phase::Up && written < strokes {
                let line = under_way.remove(&contact.id).unwrap_or_default();
                let colour = ["#e69f00ff", "#56b4e9ff", "#009e73ff"][written % 3];
                writeln!(
                    text,
                    "<stroke tool=\"pen\" color=\"{colour}\" width=\"2.00\">{}</stroke>",
                    line.trim()
                )
                .expect("a string takes text");
                written += 1;
            }
        }
    }
    text + "</layer>\n</page>\n</xournal>\n"
}
