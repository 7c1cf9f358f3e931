//! Traces are written here after the standard's own section on trace data (W3C Recommendation of 20 September 2011,
//! 3.3) and in the manner of PowerPoint's ink; no file of another program is used.
use proptest::prelude::*;

use super::{harm, sample, strokes, survives};
use crate::{
    Colour, Content, Document, PersonId, Sheet, Thing,
    format::{Format, FormatError, Limits, inkml},
};

fn read(bytes: &[u8], limits: &Limits) -> Result<Document, FormatError> {
    inkml::read(bytes, limits).map(|opened| opened.document)
}

fn write(document: &Document) -> Result<Vec<u8>, FormatError> {
    inkml::write(document).map(|written| written.bytes)
}

fn with(inside: &str) -> Result<Document, FormatError> {
    read(format!(r#"<ink xmlns="http://www.w3.org/2003/InkML">{inside}</ink>"#).as_bytes(), &Limits::BOARD)
}

const MM: &str = r#"<traceFormat><channel name="X" units="mm"/><channel name="Y" units="mm"/></traceFormat>"#;

/// The places of the first stroke in millimetres, to the grid.
fn places(document: &Document) -> Vec<(f64, f64)> {
    let mm = |um: i32| (f64::from(um) / 100.0).round() / 10.0;
    strokes(document)[0].trace.nodes().map(|node| (mm(node.x_um), mm(node.y_um))).collect()
}

#[test]
fn ink_comes_back_with_its_widths_times_and_writers() {
    let mut sent = sample::document();
    let by = |number: u8, thing: &Thing| Thing { by: PersonId::new(number), ..thing.clone() };
    let stroke = Thing::new(Content::Stroke(sample::stroke()));
    sent.sheets[1].things = vec![by(1, &stroke), by(2, &stroke), by(1, &stroke), stroke];
    let file = write(&sent).unwrap();
    let back = read(&file, &Limits::BOARD).unwrap();
    assert_eq!((back.title.as_str(), back.sheets.len()), ("Lesson 5", 2));
    assert_eq!(strokes(&back), strokes(&sent));
    let ink = |sheet: &Sheet| -> Vec<(Option<PersonId>, Content)> {
        let ink = sheet.things.iter().filter(|thing| matches!(thing.content, Content::Stroke(_)));
        ink.map(|thing| (thing.by, thing.content.clone())).collect()
    };
    assert_eq!(ink(&back.sheets[0]), ink(&sent.sheets[0]));
    assert_eq!(ink(&back.sheets[1]), ink(&sent.sheets[1]));
    assert_eq!(write(&back).unwrap(), file);
}

#[test]
fn a_page_without_ink_keeps_its_place() {
    let stroke = Thing::new(Content::Stroke(sample::stroke()));
    let full = Sheet { things: vec![stroke], ..Sheet::default() };
    let sent = Document { sheets: vec![Sheet::default(), full, Sheet::default()], ..Document::default() };
    let back = read(&write(&sent).unwrap(), &Limits::BOARD).unwrap();
    let counts: Vec<usize> = back.sheets.iter().map(|sheet| sheet.things.len()).collect();
    assert_eq!(counts, [0, 1, 0]);
    let empty = Document { sheets: vec![Sheet::default()], ..Document::default() };
    assert!(matches!(write(&empty), Err(FormatError::Unwritable { format: Format::InkMl, .. })));
}

#[test]
fn every_way_of_writing_points_is_read() {
    let same = [(10.0, 20.0), (12.0, 21.0), (15.0, 23.0), (15.0, 26.0)];
    for points in [
        "10 20, 12 21, 15 23, 15 26",
        "10 20,12 21,15 23,* 26",
        "#A 20, #c 21, #F 23, 15 26",
        "10 20, '2 '1, 3 2, 0 3",
        "10 20, '2'1, 3 2, !15 !26",
        r#"10 20, '2 '1, "1 "1, -3 1"#,
        "1.0e1 2e+1,12.0 21,15 23,15 26",
    ] {
        let document = with(&format!("{MM}<trace>{points}</trace>")).unwrap();
        assert_eq!(places(&document), same, "{points}");
    }
    // Numbers that touch, and a channel without a value.
    let document = with(
        r#"<traceFormat><channel name="X" units="cm"/><channel name="B1"/><channel name="Y" units="cm"/>
        <intermittentChannels><channel name="OTx"/></intermittentChannels></traceFormat>
        <trace>1T-2, 2F-3 7,3?-4</trace>"#,
    )
    .unwrap();
    assert_eq!(places(&document), [(10.0, -20.0), (20.0, -30.0), (30.0, -40.0)]);
}

#[test]
fn contexts_brushes_and_resolutions_hold_where_they_are_named() {
    let document = with(
        r##"<definitions>
          <brush xml:id="red"><brushProperty name="width" value="0.2" units="cm"/>
            <brushProperty name="color" value="#FF0000"/></brush>
          <brush xml:id="marker"><brushProperty name="transparency" value="128"/></brush>
          <context xml:id="pen"><inkSource xml:id="tablet"><traceFormat><channel name="X" type="integer" units="cm"/>
            <channel name="Y" type="integer" units="cm"/><channel name="F" max="100"/><channel name="T" units="s"/>
            </traceFormat><channelProperties>
            <channelProperty channel="X" name="resolution" value="100" units="1/cm"/>
            <channelProperty channel="Y" name="resolution" value="100" units="1/cm"/></channelProperties></inkSource>
          </context></definitions>
        <traceGroup contextRef="#pen" brushRef="#red"><trace>100 200 50 7.0, 300 400 100 7.25</trace>
          <trace brushRef="#marker" type="penUp">0 0 0 0</trace></traceGroup>
        <trace contextRef="#pen" brushRef="#marker">0 0 100 0</trace>"##,
    )
    .unwrap();
    let ink = strokes(&document);
    assert_eq!(ink.len(), 2);
    let nodes: Vec<_> = ink[0].trace.nodes().map(|n| (n.x_um, n.y_um, n.radius_um, n.t_ms)).collect();
    assert_eq!(nodes, [(10_000, 20_000, 496, 0), (30_000, 40_000, 1_008, 250)]);
    assert_eq!((ink[0].colour, ink[0].highlighter), (Colour::own(0xff_0000), false));
    assert!(ink[1].highlighter);
}

#[test]
fn ink_of_no_known_unit_fills_a_metre() {
    let document = with("<trace>1000 500, 3000 1500</trace><trace>2000 1000</trace>").unwrap();
    assert_eq!(places(&document), [(0.0, 0.0), (1_000.0, 500.0)]);
}

#[test]
fn the_board_says_what_is_wrong_with_a_file() {
    assert!(matches!(with(&format!("{MM}<trace>1 two</trace>")), Err(FormatError::Damaged { .. })));
    assert!(matches!(with(&format!("{MM}<trace>1 1e300</trace>")), Err(FormatError::Damaged { .. })));
    assert!(matches!(with("<trace>1 2"), Err(FormatError::Damaged { .. })));
    assert_eq!(with(""), Err(FormatError::Empty));
    let deep = format!("{}{}", "<traceGroup>".repeat(500), "</traceGroup>".repeat(500));
    assert!(matches!(with(&deep), Err(FormatError::TooMuch { .. })));
    let channels = format!("<traceFormat>{}</traceFormat>", r#"<channel name="X"/>"#.repeat(1_000));
    assert!(matches!(with(&channels), Err(FormatError::TooMuch { .. })));
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(harms in harm()) {
        survives(read, &write(&sample::document()).unwrap(), &harms)?;
    }

    #[test]
    fn no_trace_makes_it_panic(points in "[-0-9.,'\"!*?#TFe ]{0,80}") {
        survives(read, format!("<ink>{MM}<trace>{points}</trace></ink>").as_bytes(), &[])?;
    }
}
