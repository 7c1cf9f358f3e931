//! No program that can be had here writes this format (OpenBoard 1.6 of Debian only reads it): files that are read
//! are written here after IWB/CFF 1.0 and after what OpenBoard's converter reads, and what we write is held against
//! the standard's tables of elements and attributes.
use std::{collections::HashSet, io::Read};

use proptest::prelude::*;
use quick_xml::{Reader, events::Event};

use super::{assert_near, corners, harm, sample, shapes, strokes, survives, things, zipped};
use crate::{
    Colour, Content, Dash, Document, Ground, MediaKind, Outline, PagePoint, PageRect, Sheet, Thing,
    format::{Format, FormatError, Limits, Remark, iwb},
};

fn read(bytes: &[u8], limits: &Limits) -> Result<Document, FormatError> {
    iwb::read(bytes, limits).map(|opened| opened.document)
}

fn write(document: &Document) -> Result<Vec<u8>, FormatError> {
    iwb::write(document).map(|written| written.bytes)
}

fn with(page: &str, said: &str, more: &[(&str, &[u8])]) -> Result<Document, FormatError> {
    let content = format!(
        r#"<?xml version="1.0"?><iwb:iwb xmlns:iwb="http://www.becta.org.uk/iwb" xmlns:svg="http://www.w3.org/2000/svg"
        xmlns:xlink="http://www.w3.org/1999/xlink" iwb:version="1.0"><iwb:meta name="title" content="Forces"/>
        <svg:svg width="1024" height="768" viewbox="0 0 1024 768"><svg:pageset><svg:page id="p1">{page}</svg:page>
        </svg:pageset></svg:svg>{said}</iwb:iwb>"#
    );
    let files = [("content.xml", content.as_bytes())].into_iter().chain(more.iter().copied());
    read(&zipped(&files.collect::<Vec<_>>()), &Limits::BOARD)
}

#[test]
fn a_page_of_everything_is_there_in_full() {
    let document = with(
        r##"<svg:rect id="bg" x="0" y="0" width="1024" height="768" fill="#ffffcc"/>
        <svg:polyline id="ink" points="10,20 30,40 50,60" stroke="#ff0000" stroke-width="4" fill="none"/>
        <svg:polyline id="mark" points="10,20 30,40" stroke="yellow" stroke-width="20" stroke-opacity="0.5"/>
        <svg:line id="arrow" x1="0" y1="0" x2="100" y2="50" stroke="#000000" stroke-width="2" stroke-dasharray="8 4"/>
        <svg:g transform="translate(100,100)"><svg:rect x="0" y="0" width="10" height="20" fill="none" stroke="blue"
            transform="rotate(90)"/><svg:ellipse cx="50" cy="60" rx="30" ry="20" fill="rgb(0,255,0)" fill-opacity="0.5"/>
        </svg:g>
        <svg:text x="100" y="200" font-size="24pt" fill="#0000ff">One  line</svg:text>
        <svg:textarea id="area" x="300" y="300" width="200" height="90" font-size="20">First &amp; <svg:tspan
            fill="#ff0000">second</svg:tspan><svg:tbreak/>third</svg:textarea>
        <svg:switch><svg:image xlink:href="images/a.png" x="5" y="6" width="7" height="8"/>
            <svg:image xlink:href="images/b.png" x="0" y="0" width="1" height="1"/></svg:switch>
        <svg:video xlink:href="video/a.mpg" x="0" y="0" width="320" height="240"/>
        <svg:image id="low" xlink:href="images/none.wmf" x="0" y="0" width="9" height="9"/>"##,
        r#"<iwb:element ref="bg" background="true"/><iwb:element ref="ink" freehand="true"/>
        <iwb:element ref="mark" freehand="true" highlight="true" locked="true"/>
        <iwb:element ref="arrow" stroke-lineshape-end="arrow"/><iwb:element ref="low" background="true"/>
        <iwb:group><iwb:element ref="area"/><iwb:element ref="arrow"/></iwb:group>"#,
        &[("images/a.png", sample::PICTURE), ("video/a.mpg", b"\0\0\x01\xba")],
    )
    .unwrap();
    assert_eq!(document.title, "Forces");
    let paper = document.sheets[0].paper;
    assert_eq!((paper.ground, paper.size_um), (Ground::Own(0xff_ffcc), Some((1_024_000, 768_000))));
    let all = things(&document);
    assert_eq!(all.len(), 10);
    // A background lies under all else, and stays.
    assert!(all[0].pinned && matches!(&all[0].content, Content::Shape(frame) if frame.dash == Dash::Dashed));
    let ink = strokes(&document);
    assert_eq!((ink[0].colour, ink[0].highlighter, ink[0].trace.len()), (Colour::own(0xff_0000), false, 3));
    assert!(ink[1].highlighter && ink[1].trace.nodes().next().unwrap().radius_um == 10_000);
    let (arrow, thing) = shapes(&document)[1];
    assert_eq!((arrow.arrows, arrow.dash, arrow.fill), ((false, true), Dash::Dashed, None));
    let (rect, _) = shapes(&document)[2];
    assert_near(&corners(rect, &crate::Affine::IDENTITY)[1..2], &[PagePoint::new(100_000, 110_000)], 1);
    let (ellipse, _) = shapes(&document)[3];
    let centre = PagePoint::new(150_000, 160_000);
    assert_eq!(ellipse.outline, Outline::Ellipse { centre, rx_um: 30_000, ry_um: 20_000 });
    assert_eq!(ellipse.fill, Some((Colour::own(0x00_ff00), 128)));
    assert_eq!(shapes(&document)[2].1.group, shapes(&document)[3].1.group);
    let texts: Vec<_> = all
        .iter()
        .filter_map(|t| if let Content::Text(x) = &t.content { Some((x, t)) } else { None })
        .collect();
    assert_eq!((texts[0].0.text.as_str(), texts[0].0.size_um), ("One line", 40_000));
    assert_eq!(texts[0].0.at, PagePoint::new(100_000, 168_000));
    assert_eq!((texts[1].0.text.as_str(), texts[1].0.room_um), ("First & second\nthird", 200_000));
    assert!(texts[1].1.group.is_some() && texts[1].1.group == thing.group);
    let media: Vec<_> =
        all.iter().filter_map(|t| if let Content::Media(m) = &t.content { Some(m) } else { None }).collect();
    assert_eq!(
        (media[0].kind, media[0].rect),
        (MediaKind::Picture, PageRect::new(5_000, 6_000, 12_000, 14_000))
    );
    assert_eq!((media[1].kind, media.len()), (MediaKind::Video, 2));
}

#[test]
fn what_is_written_comes_back() {
    let sent = sample::document();
    let back = read(&write(&sent).unwrap(), &Limits::BOARD).unwrap();
    assert_eq!((back.title.as_str(), back.sheets.len()), ("Lesson 5", 2));
    let grounds: Vec<_> = back.sheets.iter().map(|sheet| sheet.paper.ground).collect();
    assert_eq!(grounds, [Ground::White, Ground::Green]);
    assert_eq!(back.sheets[0].paper.size_um, Some((1_920_000, 1_080_000)));
    assert_eq!(back.media, sent.media);
    for (was, is) in strokes(&sent).iter().zip(strokes(&back)) {
        let places = |stroke: &crate::Stroke| -> Vec<PagePoint> {
            stroke.trace.nodes().map(|node| PagePoint::new(node.x_um, node.y_um)).collect()
        };
        assert_near(&places(was), &places(is), 20);
        assert_eq!((was.colour, was.highlighter), (is.colour, is.highlighter));
        // The mean of 1.5 to 3.06 millimetres.
        assert_eq!(is.trace.nodes().next().unwrap().radius_um, 2_288);
    }
    let (was, is) = (shapes(&sent), shapes(&back));
    for ((was, put), (is, now)) in was.iter().zip(&is).take(5) {
        assert_near(&corners(was, &put.placing), &corners(is, &now.placing), 25);
        assert_eq!(
            (was.colour, was.width_um, was.dash, was.fill),
            (is.colour, is.width_um, is.dash, is.fill)
        );
        assert_eq!(was.arrows, is.arrows);
    }
    let text = |document: &Document| {
        let all = things(document).iter();
        all.filter_map(|t| if let Content::Text(text) = &t.content { Some(text.clone()) } else { None })
            .collect::<Vec<_>>()
    };
    assert_eq!(
        (text(&back)[0].text.as_str(), text(&back)[0].size_um),
        (text(&sent)[0].text.as_str(), 40_000)
    );
    // A note is a paper with its words, in one group.
    let note = things(&back).iter().rev().take(2).map(|thing| thing.group).collect::<Vec<_>>();
    assert!(note[0].is_some() && note[0] == note[1]);
    let pinned = |document: &Document| things(document).iter().filter(|thing| thing.pinned).count();
    assert_eq!(pinned(&back), pinned(&sent));
    // What came back is written and read as it is, down to what rounding leaves.
    let again = read(&write(&back).unwrap(), &Limits::BOARD).unwrap();
    assert_eq!(things(&again).len(), things(&back).len());
    assert_eq!(text(&again).len(), text(&back).len());
    for ((was, put), (is, now)) in shapes(&back).iter().zip(shapes(&again)) {
        assert_near(&corners(was, &put.placing), &corners(is, &now.placing), 25);
    }
}

#[test]
fn a_page_without_end_is_as_large_as_what_is_on_it() {
    let stroke = Thing::new(Content::Stroke(sample::stroke()));
    let far = Thing { placing: crate::Affine::shift(-500_000, 3_000_000), ..stroke };
    let sent =
        Document { sheets: vec![Sheet { things: vec![far], ..Sheet::default() }], ..Document::default() };
    let back = read(&write(&sent).unwrap(), &Limits::BOARD).unwrap();
    let (width, height) = back.sheets[0].paper.size_um.unwrap();
    assert!(width == 1_920_000 && (3_240_000..3_300_000).contains(&height), "{width} {height}");
    let first = strokes(&back)[0].trace.nodes().next().unwrap();
    assert!(first.x_um >= 20_000 && first.y_um == 3_200_000, "{first:?}");
}

/// The attributes that the standard's table gives an element of the drawing, beside those of all.
fn attributes(name: &str) -> &'static [&'static str] {
    const LINE: [&str; 5] =
        ["stroke", "stroke-width", "stroke-dasharray", "stroke-linecap", "stroke-opacity"];
    match name {
        "svg:svg" => &["width", "height", "viewbox"],
        "svg:pageset" | "svg:page" | "svg:g" | "svg:tbreak" => &[],
        "svg:rect" => &[
            "x",
            "y",
            "width",
            "height",
            "fill",
            "fill-opacity",
            "stroke",
            "stroke-width",
            "stroke-dasharray",
        ],
        "svg:ellipse" => {
            &["cx", "cy", "rx", "ry", "fill", "fill-opacity", "stroke", "stroke-width", "stroke-dasharray"]
        }
        "svg:line" => &["x1", "y1", "x2", "y2", LINE[0], LINE[1], LINE[2], LINE[3], LINE[4]],
        "svg:polyline" => &["points", "fill", LINE[0], LINE[1], LINE[2], LINE[3], LINE[4]],
        "svg:polygon" => &["points", "fill", "fill-opacity", LINE[0], LINE[1], LINE[2], LINE[3], LINE[4]],
        "svg:textarea" => &["x", "y", "width", "height", "fill", "font-size"],
        "svg:image" => &["x", "y", "width", "height", "xlink:href"],
        other => panic!("{other} is no element of the standard"),
    }
}

/// Which elements the standard lets stand in which.
fn may_stand(name: &str, parent: &str) -> bool {
    match name {
        "iwb" => parent.is_empty(),
        "meta" | "svg:svg" | "element" => parent == "iwb",
        "svg:pageset" => parent == "svg:svg",
        "svg:page" => parent == "svg:pageset",
        "svg:tbreak" => parent == "svg:textarea",
        "svg:g" => parent == "svg:page",
        _ => parent == "svg:page" || parent == "svg:g",
    }
}

#[test]
fn what_is_written_keeps_the_rules_of_the_standard() {
    let written = iwb::write(&sample::document()).unwrap();
    assert_eq!(written.remarks, [Remark::LeftOut { what: "printed patterns", count: 1 }]);
    let file = written.bytes;
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(file)).unwrap();
    let names: HashSet<String> =
        (0..zip.len()).map(|at| zip.by_index(at).unwrap().name().unwrap().into_owned()).collect();
    let mut content = String::new();
    zip.by_name("content.xml").unwrap().read_to_string(&mut content).unwrap();
    let mut reader = Reader::from_str(&content);
    let (mut open, mut ids, mut refs): (Vec<String>, HashSet<String>, Vec<String>) = Default::default();
    let mut order = Vec::new();
    loop {
        let (element, empty) = match reader.read_event().unwrap() {
            Event::Start(element) => (element.into_owned(), false),
            Event::Empty(element) => (element.into_owned(), true),
            Event::End(_) => {
                open.pop();
                continue;
            }
            Event::Eof => break,
            _ => continue,
        };
        let name = element.name().into_inner().to_owned();
        let parent = open.last().cloned().unwrap_or_default();
        assert!(may_stand(&name, &parent), "{name} stands in {parent}");
        if parent == "iwb" {
            order.push(name.clone());
        }
        for attribute in element.attributes() {
            let attribute = attribute.unwrap();
            let key = attribute.key.into_inner().to_owned();
            let value = attribute.value.to_string();
            match (name.as_str(), key.as_str()) {
                ("iwb", _) | ("meta", "name" | "content") => {}
                ("element", "ref") => refs.push(value.clone()),
                ("element", "background" | "locked" | "freehand" | "highlight") => assert_eq!(value, "true"),
                ("element", "stroke-lineshape-start" | "stroke-lineshape-end") => assert_eq!(value, "arrow"),
                (_, "id") => assert!(ids.insert(value.clone()), "{value} is there twice"),
                (_, "transform") => {
                    assert!(value.starts_with("rotate(") || value.starts_with("translate("), "{value}")
                }
                (_, key) => assert!(attributes(&name).contains(&key), "{key} of {name}"),
            }
            if key == "xlink:href" {
                assert!(names.contains(&value) && value.starts_with("images/"), "{value}");
                assert!(value.ends_with(".png") || value.ends_with(".jpg"));
            }
            let numeric =
                matches!(key.as_str(), "x" | "y" | "width" | "height" | "points" | "rx" | "ry" | "cx" | "cy");
            if numeric {
                assert!(
                    value.bytes().all(|byte| byte.is_ascii_digit() || b"-., ".contains(&byte)),
                    "{value}"
                );
            }
        }
        if !empty {
            open.push(name);
        }
    }
    assert!(refs.iter().all(|id| ids.contains(id)), "something is said of what is not there");
    // Titles first, then the drawing, then what is said of it.
    let rank = |name: &String| ["meta", "svg:svg", "element"].iter().position(|known| known == name);
    assert!(order.is_sorted_by_key(rank), "{order:?}");
    assert_eq!(names.len(), 2);
}

#[test]
fn the_board_says_what_is_wrong_with_a_file() {
    let newer = zipped(&[("content.xml", br#"<iwb version="2.0"/>"#)]);
    assert!(matches!(read(&newer, &Limits::BOARD), Err(FormatError::TooNew { format: Format::Iwb, .. })));
    let none = zipped(&[("other.xml", b"")]);
    assert!(matches!(read(&none, &Limits::BOARD), Err(FormatError::Damaged { .. })));
    assert!(matches!(with("<svg:rect", "", &[]), Err(FormatError::Damaged { .. })));
    let far = r#"<svg:line x1="0" y1="0" x2="9e99" y2="0" stroke="red"/>"#;
    assert!(matches!(with(far, "", &[]), Err(FormatError::Damaged { .. })));
    let deep = format!("{}{}", "<svg:g>".repeat(50), "</svg:g>".repeat(50));
    assert!(matches!(with(&deep, "", &[]), Err(FormatError::TooMuch { .. })));
    let zeros = vec![b' '; 300 << 20];
    assert!(matches!(
        read(&zipped(&[("content.xml", &zeros)]), &Limits::BOARD),
        Err(FormatError::TooMuch { .. })
    ));
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(harms in harm()) {
        survives(read, &write(&sample::document()).unwrap(), &harms)?;
    }

    #[test]
    fn no_content_makes_it_panic(harms in harm()) {
        let page = br##"<iwb version="1.0"><svg:svg viewbox="0 0 100 100"><svg:page><svg:g transform="rotate(30,1,2)
            matrix(1 0 0 1 2 3)"><svg:polygon id="a" points="1,2 3,4 5,6" fill="#123" stroke="rgba(1,2,3,0.5)"
            stroke-dasharray="1 2"/><svg:text x="1" y="2" font-size="3pt">a<svg:tbreak/>b</svg:text></svg:g></svg:page>
            </svg:svg><group><element ref="a" locked="true"/></group></iwb>"##;
        survives(read, &zipped(&[("content.xml", &super::harmed(page, &harms))]), &[])?;
    }
}
