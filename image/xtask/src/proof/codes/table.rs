//! Lines of who read what -> the table. Pure.

use std::collections::{BTreeMap, BTreeSet};

/// One decoder's look at one picture.
struct Look<'a> {
    picture: &'a str,
    milliseconds: f64,
    texts: Vec<&'a str>,
}

/// The pictures in which there is nothing to read.
const BLANK: &str = "blank-";

/// Reads lines of decoder, picture, milliseconds and texts, parted by tabs, the texts by blanks. The decoder `truth`
/// says what may be read in a picture. Answers the table's lines.
pub(super) fn of(lines: &str) -> Vec<String> {
    let mut truth: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    // In the order of their first line.
    let mut decoders: Vec<(&str, Vec<Look<'_>>)> = Vec::new();
    for line in lines.lines() {
        let mut fields = line.split('\t');
        let (Some(decoder), Some(picture), Some(milliseconds)) =
            (fields.next(), fields.next(), fields.next())
        else {
            continue;
        };
        let texts: Vec<&str> = fields.next().unwrap_or_default().split_whitespace().collect();
        if decoder == "truth" {
            truth.insert(picture, texts.into_iter().collect());
            continue;
        }
        let look = Look { picture, milliseconds: milliseconds.parse().unwrap_or(f64::NAN), texts };
        match decoders.iter_mut().find(|(known, _)| *known == decoder) {
            Some((_, looks)) => looks.push(look),
            None => decoders.push((decoder, vec![look])),
        }
    }
    let mut table = vec![format!(
        "{:24} {:>9} {:>6} {:>6} {:>8} {:>8} {:>8} {:>6}",
        "decoder", "read", "%", "wrong", "mean ms", "median", "p95", "false"
    )];
    table.extend(decoders.iter().map(|(decoder, looks)| row(decoder, looks, &truth)));
    table.push(
        "Milliseconds are a thread's own, for a picture. wrong: something else than the truth came out; false: \
         something came out of a picture without a code."
            .to_owned(),
    );
    table
}

fn row(decoder: &str, looks: &[Look<'_>], truth: &BTreeMap<&str, BTreeSet<&str>>) -> String {
    let (blank, shown): (Vec<&Look<'_>>, Vec<&Look<'_>>) = looks.iter().partition(|look| {
        look.picture.starts_with(BLANK) || truth.get(look.picture).is_some_and(BTreeSet::is_empty)
    });
    let read = shown.iter().filter(|look| !look.texts.is_empty()).count();
    let is_wrong = |look: &&&Look<'_>| {
        let expected = truth.get(look.picture);
        expected.is_some_and(|expected| {
            let is_expected = |text: &&str| expected.iter().any(|known| trimmed(known) == trimmed(text));
            !look.texts.is_empty() && !look.texts.iter().any(is_expected)
        })
    };
    let wrong = shown.iter().filter(is_wrong).count();
    let falsely = blank.iter().filter(|look| !look.texts.is_empty()).count();
    let mut times: Vec<f64> = shown.iter().map(|look| look.milliseconds).collect();
    times.sort_by(f64::total_cmp);
    let at = |percent: usize| {
        times.get(times.len().saturating_sub(1) * percent / 100).copied().unwrap_or(f64::NAN)
    };
    let mean = times.iter().sum::<f64>() / times.len() as f64;
    format!(
        "{decoder:24} {:>9} {:>6.1} {wrong:>6} {mean:>8.1} {:>8.1} {:>8.1} {:>6}",
        format!("{read}/{}", shown.len()),
        read as f64 * 100.0 / shown.len() as f64,
        at(50),
        at(95),
        format!("{falsely}/{}", blank.len()),
    )
}

/// Without line ends and blanks at its end, which a truth written by hand seldom has right.
fn trimmed(mut hex: &str) -> &str {
    while let Some(less) = ["0a", "0d", "20"].iter().find_map(|blank| hex.strip_suffix(blank)) {
        hex = less;
    }
    hex
}

#[cfg(test)]
mod tests {
    //! A small run of two decoders.
    use super::*;

    #[test]
    fn counts() {
        let lines = "ours\ta.png\t1.0\t61 62\nours\tb.png\t3.0\t\nours\tc.png\t2.0\t63\nours\tblank-00.png\t9.0\t\n\
            truth\ta.png\t0\t62 c3\ntruth\tb.png\t0\t64\ntruth\tc.png\t0\t65\n\
            theirs\ta.png\t10.0\t62\ntheirs\tblank-00.png\t1.0\t7f\ntorn line\n";
        let table = of(lines);
        let cells = |row: usize| table[row].split_whitespace().collect::<Vec<_>>();
        assert_eq!(cells(1), ["ours", "2/3", "66.7", "1", "2.0", "2.0", "2.0", "0/1"]);
        assert_eq!(cells(2), ["theirs", "1/1", "100.0", "0", "10.0", "10.0", "10.0", "1/1"]);
        assert_eq!(table.len(), 4);
    }

    #[test]
    fn a_line_end_is_no_difference() {
        let table = of("x\ta.png\t1.0\t610d0a\ntruth\ta.png\t0\t610a\n");
        assert_eq!(table[1].split_whitespace().nth(3), Some("0"), "{}", table[1]);
    }

    #[test]
    fn a_truth_without_text_makes_a_picture_blank() {
        let table = of("x\ta.png\t1.0\t61\ntruth\ta.png\t0\t\n");
        assert!(table[1].ends_with("1/1"), "{}", table[1]);
    }
}
