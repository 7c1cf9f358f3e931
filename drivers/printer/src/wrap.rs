//! A text that is too long for its row goes on below.

/// Rows of a text that fit into `room`; a letter that fits nowhere stands alone. English breaks between words where it
/// can, Chinese anywhere.
pub(crate) fn wrap<W: PartialOrd>(text: &str, room: W, width: impl Fn(&str) -> W) -> Vec<String> {
    let mut rows = Vec::new();
    let mut row = String::new();
    for letter in text.trim().chars() {
        if row.is_empty() && letter == ' ' {
            continue;
        }
        row.push(letter);
        if width(&row) <= room || row.chars().count() == 1 {
            continue;
        }
        row.pop();
        let next = match row.rfind(' ') {
            _ if letter == ' ' => String::new(),
            // A word is taken down whole, unless that leaves nothing of the row.
            Some(space) if breaks_words(&row[space..], letter) => {
                row.split_off(space).trim_start().to_owned()
            }
            _ => String::new(),
        };
        rows.push(std::mem::take(&mut row).trim_end().to_owned());
        row = next;
        if letter != ' ' {
            row.push(letter);
        }
    }
    if !row.is_empty() || rows.is_empty() {
        rows.push(row);
    }
    rows
}

/// Whether a letter goes on with the word that ends a row.
fn breaks_words(tail: &str, letter: char) -> bool {
    letter.is_ascii() && tail.is_ascii()
}

#[cfg(test)]
mod tests {
    //! Nothing of a text is lost, and no row is too wide.
    use super::wrap;
    use proptest::prelude::*;

    fn rows(text: &str, room: usize) -> Vec<String> {
        wrap(text, room, |row| row.chars().count())
    }

    #[test]
    fn breaks() {
        for (text, room, wanted) in [
            ("", 5, vec![""]),
            ("beef", 5, vec!["beef"]),
            ("beef noodles", 8, vec!["beef", "noodles"]),
            ("红烧牛肉面", 3, vec!["红烧牛", "肉面"]),
            ("abcdefgh", 3, vec!["abc", "def", "gh"]),
            ("a bcdefgh", 4, vec!["a", "bcde", "fgh"]),
            ("牛肉面 beef noodles", 8, vec!["牛肉面 beef", "noodles"]),
        ] {
            assert_eq!(rows(text, room), wanted, "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_letter_is_lost_and_no_row_is_too_wide(text in "[a-c 牛肉面]{0,40}", room in 1_usize..12) {
            let found = rows(&text, room);
            prop_assert!(found.iter().all(|row| row.chars().count() <= room));
            let all: String = found.concat().chars().filter(|letter| *letter != ' ').collect();
            let wanted: String = text.chars().filter(|letter| *letter != ' ').collect();
            prop_assert_eq!(all, wanted);
        }
    }
}
