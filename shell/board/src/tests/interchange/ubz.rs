//! `drawn.ubz` was drawn in OpenBoard 1.6.4 (Debian) with the mouse, each tool once, and written by its "Export to
//! OpenBoard Format"; thumbnails and the names of folders were taken out. Polylines, PDF pages, groups and locks are
//! written here after its `UBSvgSubsetAdaptor`.
use proptest::prelude::*;

use super::{harm, sample, shapes, strokes, survives, things, zipped};
use crate::{
    Colour, Content, Document, Ground, MediaKind, Outline, PagePoint, PageRect, Pattern,
    format::{FormatError, Limits, ubz},
};

fn read(bytes: &[u8], limits: &Limits) -> Result<Document, FormatError> {
    ubz::read(bytes, limits).map(|opened| opened.document)
}

const DRAWN: &[u8] = include_bytes!("files/drawn.ubz");

fn drawn() -> Document {
    read(DRAWN, &Limits::BOARD).unwrap()
}

/// A page of 100 by 100 with these elements.
fn with(elements: &str, more: &[(&str, &[u8])]) -> Result<Document, FormatError> {
    let page = format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"
        xmlns:ub="http://uniboard.mnemis.com/document" ub:nominal-size="100x100">{elements}</svg>"#
    );
    let files: Vec<(&str, &[u8])> =
        [("page000.svg", page.as_bytes())].into_iter().chain(more.iter().copied()).collect();
    read(&zipped(&files), &Limits::BOARD)
}

#[test]
fn a_document_of_openboard_is_there_in_full() {
    let document = drawn();
    assert_eq!(document.title, "29 Nov 2026 07:55:33");
    let papers: Vec<_> =
        document.sheets.iter().map(|sheet| (sheet.paper.ground, sheet.paper.pattern)).collect();
    assert_eq!(papers, [(Ground::White, Pattern::Plain), (Ground::Black, Pattern::Grid)]);
    assert_eq!(document.sheets[1].paper.pitch_um, 41_000);
    assert_eq!(document.sheets[0].paper.size_um, Some((1_280_000, 960_000)));
    let all = things(&document);
    assert_eq!(all.len(), 6);
    // From the bottom up, in the order in which it was drawn.
    let colours: Vec<_> = shapes(&document).iter().map(|(shape, _)| shape.fill.unwrap()).collect();
    assert_eq!(
        colours,
        [
            (Colour::own(0), 255),
            (Colour::own(0xff_0000), 255),
            (Colour::own(0xe3_ff00), 128),
            (Colour::own(0xff_0000), 255)
        ]
    );
    // The wave is of seven pieces; it begins at -508, -328 from the page's middle.
    let Outline::Paths(pieces) = &shapes(&document)[0].0.outline else { unreachable!() };
    assert_eq!((pieces.len(), pieces[0].points[0]), (7, PagePoint::new(132_217, 151_220)));
    // On the dark page ink is white.
    let Content::Shape(shape) = &document.sheets[1].things[0].content else { unreachable!() };
    assert_eq!(shape.fill, Some((Colour::WHITE, 255)));
}

#[test]
fn texts_and_pictures_lie_where_they_did() {
    let document = drawn();
    let all = things(&document);
    let Content::Text(text) = &all[4].content else { panic!("{:?}", all[4]) };
    assert_eq!((text.text.as_str(), text.size_um, text.colour), ("Hello board", 21_000, Colour::own(0)));
    assert_eq!(text.at, PagePoint::new(828_838, 271_437));
    let Content::Media(media) = &all[5].content else { panic!("{:?}", all[5]) };
    assert_eq!(
        (media.kind, media.rect),
        (MediaKind::Picture, PageRect::new(571_000, 451_500, 710_000, 509_500))
    );
    assert!(document.media[&media.file].starts_with(b"\x89PNG"));
}

#[test]
fn what_other_versions_write_is_read_too() {
    let document = with(
        r##"<polyline points="-10,-10 0,0 10,-10" stroke="#00ff00" stroke-width="3.00" stroke-opacity="1" ub:z-value="5"/>
        <g ub:z-value="1" ub:uuid="{one}" ub:fill-on-light-background="#0000ff">
          <line x1="0" y1="0" x2="1,5" y2="3" stroke-width="2"/></g>
        <polygon points="0,5,0,25 10,0,0,0 5,0,9,5" fill="#ff0000" fill-opacity="0.5" ub:z-value="7" ub:uuid="two"/>
        <foreignObject xlink:href="objects/{a}.pdf#page=3" width="20" height="30" ub:background="true"
          transform="matrix(2, 0, 0, 2, -50, -50)" ub:z-value="9"/>
        <image xlink:href="images/b.png" width="2" height="2" transform="matrix(0, 1, -1, 0, 5, 6)"
          ub:z-value="8" ub:locked="true"/>
        <audio xlink:href="audios/c.mp3" width="9" height="9" ub:z-value="6"/>
        <groups><group id="g"><element id="one"/><element id="{two}"/></group></groups>"##,
        &[("objects/{a}.pdf", b"%PDF-1.4 \n%%EOF"), ("images/b.png", sample::PICTURE)],
    )
    .unwrap();
    let all = things(&document);
    assert_eq!(all.len(), 6);
    let Content::Media(pdf) = &all[0].content else { panic!("{:?}", all[0]) };
    assert_eq!((pdf.kind, all[0].pinned), (MediaKind::Pdf { page: 2 }, true));
    assert_eq!(all[0].placing.apply(PagePoint::new(20_000, 30_000)), PagePoint::new(40_000, 60_000));
    assert_eq!(strokes(&document)[0].colour, Colour::own(0x00_00ff));
    assert_eq!(strokes(&document)[1].trace.nodes().next().unwrap().radius_um, 1_504);
    let polygon = shapes(&document).into_iter().find(|(shape, _)| shape.fill.is_some()).unwrap();
    let Outline::Paths(pieces) = &polygon.0.outline else { unreachable!() };
    assert_eq!(pieces[0].points[0], PagePoint::new(50_500, 50_250));
    assert_eq!(all[1].group, Some(1));
    assert_eq!(polygon.1.group, Some(1));
    let Content::Media(picture) = &all[5].content else { panic!("{:?}", all[5]) };
    assert!(all[5].pinned && picture.kind == MediaKind::Picture);
    assert_eq!(all[5].placing.apply(PagePoint::new(0, 0)), PagePoint::new(55_000, 56_000));
}

#[test]
fn bombs_and_holes_end_in_a_message() {
    let zeros = vec![b' '; 300 << 20];
    let page = [b"<svg>".as_slice(), &zeros, b"</svg>"].concat();
    let bomb = zipped(&[("page000.svg", &page)]);
    assert!(bomb.len() < 1 << 20);
    assert!(matches!(read(&bomb, &Limits::BOARD), Err(FormatError::TooMuch { .. })));
    let deep = format!("{}{}", "<g>".repeat(1_000), "</g>".repeat(1_000));
    assert!(matches!(with(&deep, &[]), Err(FormatError::TooMuch { .. })));
    assert!(matches!(with("<g><polygon", &[]), Err(FormatError::Damaged { .. })));
    assert!(matches!(with(r#"<polygon points="1e300,0 1,1"/>"#, &[]), Err(FormatError::Damaged { .. })));
    assert_eq!(read(&zipped(&[("metadata.rdf", b"<RDF/>")]), &Limits::BOARD), Err(FormatError::Empty));
    assert!(matches!(read(&DRAWN[..2_000], &Limits::BOARD), Err(FormatError::Damaged { .. })));
    let gone = with(r#"<image xlink:href="../../etc/passwd" width="5" height="5"/>"#, &[]).unwrap();
    assert_eq!((gone.media.len(), shapes(&gone).len()), (0, 1));
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(harms in harm()) {
        survives(read, DRAWN, &harms)?;
    }

    #[test]
    fn no_page_makes_it_panic(harms in harm()) {
        let page = super::harmed(br##"<svg ub:nominal-size="100x100"><g ub:z-value="1"><polygon points="1,2 3,4 5,6"
            transform="matrix(1, 0, 0, 1, 2, 3)" fill="#123456" fill-opacity="0.5"/></g><foreignObject ub:type="text"
            height="29"><itemTextContent>&lt;body&gt;&lt;p&gt;a &amp;amp; b&lt;/p&gt;</itemTextContent></foreignObject></svg>"##, &harms);
        survives(read, &zipped(&[("page000.svg", &page)]), &[])?;
    }
}
