//! `.xopp`: what programs wrote is read, and our own comes back.
use std::{io::Write, sync::Arc};

use flate2::{Compression, write::GzEncoder};

use super::sample::{document, lettering, png};
use crate::{
    Colour, Content, Dash, Document, Ground, MediaKind, Pattern,
    format::{FormatError, Limits, Opened, Remark, xopp},
};

pub(super) fn packed(xml: &str) -> Vec<u8> {
    let mut out = GzEncoder::new(Vec::new(), Compression::fast());
    out.write_all(xml.as_bytes()).unwrap();
    out.finish().unwrap()
}

pub(super) fn open(xml: &str) -> Result<Opened, FormatError> {
    xopp::read(&packed(xml), &|_| None, &Limits::BOARD)
}

fn page(inside: &str) -> String {
    format!(
        "<?xml version=\"1.0\" standalone=\"no\"?>\n<xournal version=\"0.4.8\"><title>t</title><page width=\"612\" height=\"792\">{inside}</page></xournal>"
    )
}

#[test]
fn old_xournals_names_of_colours_and_pressure_are_read() {
    let opened = open(&page(
        "<background type=\"solid\" color=\"blue\" style=\"lined\"/><layer>\
         <stroke tool=\"pen\" color=\"lightblue\" width=\"1.41 1.0 2.0\">\n72.0 72.0 144.0 72.0 144.0 144.0\n</stroke></layer>",
    ))
    .unwrap();
    let sheet = &opened.document.sheets[0];
    assert_eq!(sheet.paper.size_um, Some((215_900, 279_400)));
    assert_eq!((sheet.paper.ground, sheet.paper.pattern), (Ground::Own(0xa0e8ff), Pattern::Plain));
    // Its lines and its margin lie below.
    assert!(sheet.things[..2].iter().all(|thing| thing.pinned));
    let Content::Stroke(stroke) = &sheet.things[2].content else { panic!("{opened:?}") };
    assert_eq!(stroke.colour, Colour::own(0x00c0ff));
    let nodes: Vec<_> = stroke.trace.nodes().map(|node| (node.x_um, node.y_um, node.radius_um)).collect();
    // One inch is 25.4 mm, on a grid of 16 micrometres; a point's width is that of the segment it begins.
    assert_eq!(nodes, [(25_408, 25_408, 176), (50_800, 25_408, 352), (50_800, 50_800, 352)]);
}

#[test]
fn fills_dashes_whiteout_and_highlighters_are_what_they_look_like() {
    let stroke = |attributes: &str| {
        let xml = page(&format!(
            "<layer><stroke color=\"#ff0000ff\" {attributes}>0 0 10 0 10 10 0 0</stroke></layer>"
        ));
        open(&xml).unwrap().document.sheets.remove(0).things
    };
    let filled = stroke("tool=\"pen\" width=\"2\" fill=\"128\"");
    let Content::Shape(shape) = &filled[0].content else { panic!("{filled:?}") };
    assert_eq!((shape.fill, shape.width_um), (Some((Colour::own(0xff0000), 128)), 706));
    let crate::Outline::Paths(contours) = &shape.outline else { panic!("{shape:?}") };
    assert!(contours[0].closed && contours[0].points.len() == 3, "{contours:?}");

    let dashed = stroke("tool=\"pen\" width=\"2\" style=\"cust: 6 3\"");
    assert!(matches!(&dashed[0].content, Content::Shape(shape) if shape.dash == Dash::Dashed));

    let pressed = stroke("tool=\"pen\" width=\"2 1 2 3\" fill=\"60\"");
    assert!(
        matches!(&pressed[0].content, Content::Shape(shape) if shape.width_um == 0),
        "the inside is below"
    );
    assert!(matches!(&pressed[1].content, Content::Stroke(_)), "and the pressure is kept");

    let marked = stroke("tool=\"highlighter\" width=\"8.5\"");
    assert!(matches!(&marked[0].content, Content::Stroke(stroke) if stroke.highlighter));
    let rubbed = stroke("tool=\"eraser\" width=\"8.5\"");
    assert!(matches!(&rubbed[0].content, Content::Stroke(stroke) if !stroke.highlighter));
}

#[test]
fn layers_above_the_first_stay_together() {
    let stroke = "<stroke tool=\"pen\" color=\"black\" width=\"1\">0 0 1 1</stroke>";
    let xml = page(&format!(
        "<layer>{stroke}{stroke}</layer><layer name=\"Lösung\">{stroke}{stroke}</layer><layer/>"
    ));
    let opened = open(&xml).unwrap();
    let groups: Vec<_> = opened.document.sheets[0].things.iter().map(|thing| thing.group).collect();
    assert_eq!(groups, [None, None, Some(1), Some(1)]);
}

#[test]
fn texts_links_and_pictures_of_all_versions_are_placed() {
    use base64::Engine;
    let data = base64::engine::general_purpose::STANDARD.encode(png());
    let xml = page(&format!(
        "<layer><text font=\"Sans Bold\" size=\"12.00\" x=\"72\" y=\"36\" color=\"red\">a &lt; b\n&#20108;</text>\
         <link font=\"Sans\" size=\"10\" matrix=\"0 1 -1 0 72 72\" url=\"https://example.org\" color=\"#0000ffff\">quer</link>\
         <image left=\"10\" top=\"20\" right=\"82\" bottom=\"56\">\n{data}\n</image>\
         <image matrix=\"2 0 0 2 72 0\">{data}</image></layer>"
    ));
    let opened = open(&xml).unwrap();
    let things = &opened.document.sheets[0].things;
    let Content::Text(text) = &things[0].content else { panic!("{things:?}") };
    assert_eq!((text.text.as_str(), text.at.x_um, text.at.y_um), ("a < b\n二", 25_400, 12_700));
    // 12 points of letters in a line of our font: 12 pt = 4.233 mm, times 1.448.
    assert_eq!(text.size_um, 6_130);
    assert_eq!(
        things[1].placing.apply(crate::PagePoint::new(1_000, 0)),
        crate::PagePoint::new(25_400, 26_400)
    );
    let Content::Media(media) = &things[2].content else { panic!("{things:?}") };
    assert_eq!((media.kind, media.rect.width_um()), (MediaKind::Picture, 25_400));
    assert_eq!(opened.document.media[&media.file][..], png()[..]);
    let Content::Media(media) = &things[3].content else { panic!("{things:?}") };
    assert_eq!(things[3].placing.apply(crate::PagePoint::new(media.rect.x1_um, 0)).x_um, 25_400 + 2 * 28_222);
    assert_eq!(opened.document.media.len(), 1, "the same file is kept once");
}

#[test]
fn backgrounds_that_lie_beside_the_file_are_fetched_or_told_of() {
    let xml = "<xournal><page width=\"100\" height=\"100\"><background type=\"pdf\" domain=\"absolute\" \
               filename=\"/srv/somebody/secret/sheet.pdf\" pageno=\"2\"/><layer/></page>\
               <page width=\"100\" height=\"100\"><background type=\"pdf\" pageno=\"3\"/><layer/></page>\
               <page width=\"100\" height=\"100\"><background type=\"pixmap\" domain=\"attach\" filename=\"bg_1.png\"/></page>\
               <page width=\"100\" height=\"100\"><background type=\"pixmap\" domain=\"clone\" filename=\"2\"/></page></xournal>";
    let asked = std::cell::RefCell::new(Vec::new());
    let beside = |name: &str| -> Option<Arc<[u8]>> {
        asked.borrow_mut().push(name.to_owned());
        match name {
            "sheet.pdf" => Some(b"%PDF-1.4 not really"[..].into()),
            "bg_1.png" => Some(png().into()),
            _ => None,
        }
    };
    let opened = xopp::read(xml.as_bytes(), &beside, &Limits::BOARD).unwrap();
    assert_eq!(asked.borrow()[..], ["sheet.pdf", "bg_1.png"], "never a path");
    let kind = |sheet: &crate::Sheet| match &sheet.things[0].content {
        Content::Media(media) if sheet.things[0].pinned => media.kind,
        other => panic!("{other:?}"),
    };
    let kinds: Vec<_> = opened.document.sheets.iter().map(kind).collect();
    use MediaKind::{Pdf, Picture};
    assert_eq!(kinds, [Pdf { page: 1 }, Pdf { page: 2 }, Picture, Picture]);

    let alone = xopp::read(xml.as_bytes(), &|_| None, &Limits::BOARD).unwrap();
    assert_eq!(alone.document.sheets.len(), 4, "the ink is there without what was below it");
    assert!(alone.remarks.contains(&Remark::MissingFile("sheet.pdf".to_owned())), "{:?}", alone.remarks);
}

#[test]
fn what_goes_out_comes_back() {
    let before = document();
    let written = xopp::write(&before, &lettering()).unwrap();
    assert_eq!(written, xopp::write(&before, &lettering()).unwrap(), "always the same bytes");
    let after = xopp::read(&written.xopp, &|_| None, &Limits::BOARD).unwrap().document;
    assert_eq!((after.sheets.len(), &after.title), (2, &before.title));
    assert_eq!(after.sheets[1], before.sheets[1], "paper that Xournal++ lacks comes back as paper");
    assert_eq!(after.sheets[0].paper, before.sheets[0].paper);
    for index in 0..2 {
        let (Content::Stroke(a), Content::Stroke(b)) =
            (&before.sheets[0].things[index].content, &after.sheets[0].things[index].content)
        else {
            panic!("stroke {index} is none")
        };
        assert_eq!((a.colour, a.highlighter), (b.colour, b.highlighter));
        let nodes = |stroke: &crate::Stroke| -> Vec<_> {
            stroke.trace.nodes().map(|node| (node.x_um, node.y_um, node.radius_um)).collect()
        };
        let (a, b) = (nodes(a), nodes(b));
        // All but the last point's width, which the format has no place for.
        assert_eq!(a[..a.len() - 1], b[..b.len() - 1]);
    }
    let grouped =
        |document: &Document| document.sheets[0].things.iter().filter(|thing| thing.group.is_some()).count();
    assert!(grouped(&after) > 1 && grouped(&before) == 2);
}
