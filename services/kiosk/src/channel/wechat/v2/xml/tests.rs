//! What is a message of v2, what is not, and that no bytes at all make the reader panic.

use proptest::prelude::*;

use super::*;

fn fields(pairs: &[(&str, &str)]) -> Fields {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

#[test]
fn messages_are_read_in_every_way_they_are_written() {
    for (text, want) in [
        ("<xml></xml>", vec![]),
        ("<xml/>", vec![]),
        ("<xml><a>1</a></xml>", vec![("a", "1")]),
        (
            "<?xml version=\"1.0\"?>\n<xml>\n  <a><![CDATA[1]]></a>\n  <b/>\n</xml>\n",
            vec![("a", "1"), ("b", "")],
        ),
        ("<xml><a>1 &lt; 2 &amp; 3&#65;&#x42;</a></xml>", vec![("a", "1 < 2 & 3AB")]),
        ("<xml><a><![CDATA[<b>&amp;]]></a><!-- c --></xml>", vec![("a", "<b>&amp;")]),
        ("<xml><a>午餐<![CDATA[/]]>A</a></xml>", vec![("a", "午餐/A")]),
    ] {
        assert_eq!(read(text.as_bytes()), Ok(fields(&want)), "{text}");
    }
}

#[test]
fn nothing_else_is_a_message() {
    let xxe = "<?xml version=\"1.0\"?><!DOCTYPE xml [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><xml><a>&e;</a></xml>";
    let laughs = "<!DOCTYPE xml [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;&a;\">]><xml><a>&b;</a></xml>";
    for (text, want) in [
        (xxe, BadXml::Doctype),
        (laughs, BadXml::Doctype),
        ("<xml><a>&e;</a></xml>", BadXml::Doctype),
        ("<xml><a><b>1</b></a></xml>", BadXml::NotFlat),
        ("<xml><a>1</a><a>2</a></xml>", BadXml::NotFlat),
        ("<xml><a x=\"1\">1</a></xml>", BadXml::NotFlat),
        ("<xml>text<a>1</a></xml>", BadXml::NotFlat),
        ("<xml><?php ?><a>1</a></xml>", BadXml::NotFlat),
        ("<html><a>1</a></html>", BadXml::NotFlat),
        ("<xml><a>1</a></xml><xml><a>2</a></xml>", BadXml::NotFlat),
        ("<xml><a>1</a></xml>x", BadXml::NotFlat),
        ("<xml><a>1</a>", BadXml::Malformed),
        ("<xml><a>1</b></xml>", BadXml::Malformed),
        ("<xml><a=1&amp;b>2</a=1&amp;b></xml>", BadXml::Malformed),
        ("<xml><a\u{b}//></xml>", BadXml::Malformed),
        ("</xml>", BadXml::Malformed),
        ("", BadXml::Malformed),
        ("<xml><a>1</a></xml", BadXml::Malformed),
    ] {
        assert_eq!(read(text.as_bytes()), Err(want), "{text}");
    }
    assert_eq!(read(b"<xml><a>\xff</a></xml>"), Err(BadXml::Malformed));
    assert_eq!(read(&vec![b' '; BYTES_MAX + 1]), Err(BadXml::TooLong));
    let many: String = (0..=FIELDS_MAX).map(|at| format!("<f{at}>1</f{at}>")).collect();
    assert_eq!(read(format!("<xml>{many}</xml>").as_bytes()), Err(BadXml::NotFlat));
}

proptest! {
    #[test]
    fn what_is_written_is_read_again(value in "[ -~一-龥\\]\\[<>&'\"]{0,64}") {
        let fields = fields(&[("body", &value), ("total_fee", "1230")]);
        prop_assert_eq!(read(write(&fields).as_bytes()), Ok(fields));
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..512)) {
        drop(read(&bytes));
    }

    #[test]
    fn no_tags_make_it_panic(text in "(<xml>|</xml>|<a>|</a>|<a/>|&|;|<!\\[CDATA\\[|\\]\\]>|<!|<\\?|x){0,24}") {
        drop(read(text.as_bytes()));
    }
}
