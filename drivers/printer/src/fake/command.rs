//! The strict parser: what this printer does not know, and every value out of its range, is a failure and never skipped.
//! It knows more or less what cheap printers have in common; what receipts do not need it does not know.

/// One command, whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// `ESC @`.
    Start,
    /// `GS a n`.
    TellChanges(u8),
    /// `FS &` and `FS .`.
    Chinese(bool),
    /// `ESC a n`.
    Align(u8),
    /// `GS ! n`: times wide, times high.
    Size(u8, u8),
    /// `ESC E n`.
    Bold(bool),
    /// `GS B n`.
    Inverse(bool),
    /// A letter, in ASCII or GBK.
    Letter(char),
    /// `LF`.
    EndRow,
    /// `ESC d n`.
    Feed(u8),
    /// `GS ( k`, of which only the last prints.
    CodeModel,
    /// Dots a module.
    CodeDot(u8),
    /// Error correction M.
    CodeLevel,
    /// What it says.
    CodeText(Vec<u8>),
    /// Prints it.
    CodePrint,
    /// `GS v 0`: bytes across, dots.
    Picture(usize, Vec<u8>),
    /// `GS V 66 n`.
    Cut,
    /// `ESC p m t1 t2`.
    Kick(u8),
    /// `GS ( H`.
    Mark([u8; 4]),
    /// `GS r 1`.
    Paper,
    /// `DLE EOT n` in its place in line: it was obeyed when it came.
    Asked,
}

/// What the first bytes are.
#[derive(Debug, PartialEq, Eq)]
pub enum Parsed {
    /// Not whole yet.
    More,
    /// A command of so many bytes.
    Whole(usize, Command),
    /// No command.
    Unknown(String),
}

/// Most dots across that such a printer has, in bytes, and most rows in one picture command.
const ACROSS_MAX: usize = 72;
const PICTURE_ROWS_MAX: usize = 2303;

/// Reads one command from the front.
pub fn parse(bytes: &[u8]) -> Parsed {
    let unknown = |count: usize| Parsed::Unknown(format!("{:02x?}", &bytes[..count.min(bytes.len())]));
    let whole = |count, command| Parsed::Whole(count, command);
    match *bytes {
        [] | [0x1b..=0x1d] | [0x10] | [0x10, 0x04] => Parsed::More,
        [b'\n', ..] => whole(1, Command::EndRow),
        [0x10, 0x04, 1..=4, ..] => whole(3, Command::Asked),
        [0x1b, b'@', ..] => whole(2, Command::Start),
        [0x1b, b'a' | b'E' | b'd'] | [0x1d, b'a' | b'!' | b'B' | b'r'] => Parsed::More,
        [0x1b, b'a', n @ 0..=2, ..] => whole(3, Command::Align(n)),
        [0x1b, b'E', n @ 0..=1, ..] => whole(3, Command::Bold(n == 1)),
        [0x1b, b'd', n, ..] => whole(3, Command::Feed(n)),
        [0x1b, b'p', ref rest @ ..] => match *rest {
            [m @ 0..=1, t1, t2, ..] if t1 > 0 && t1 <= t2 => whole(5, Command::Kick(m)),
            [_, _, _, ..] => unknown(5),
            _ => Parsed::More,
        },
        [0x1d, b'a', n, ..] => whole(3, Command::TellChanges(n)),
        [0x1d, b'!', n, ..] if n & 0x88 == 0 => whole(3, Command::Size((n >> 4) + 1, (n & 7) + 1)),
        [0x1d, b'r', 1, ..] => whole(3, Command::Paper),
        [0x1d, b'B', n @ 0..=1, ..] => whole(3, Command::Inverse(n == 1)),
        [0x1d, b'V', ref rest @ ..] => match *rest {
            [66, _, ..] => whole(4, Command::Cut),
            [66] | [] => Parsed::More,
            _ => unknown(3),
        },
        [0x1d, b'v', ref rest @ ..] => picture(rest),
        [0x1d, b'(', ref rest @ ..] => block(rest),
        [0x1c, b'&', ..] => whole(2, Command::Chinese(true)),
        [0x1c, b'.', ..] => whole(2, Command::Chinese(false)),
        [letter @ b' '..=b'~', ..] => whole(1, Command::Letter(char::from(letter))),
        [0x81..=0xfe] => Parsed::More,
        [first @ 0x81..=0xfe, second, ..] => {
            match encoding_rs::GBK.decode_without_bom_handling_and_without_replacement(&[first, second]) {
                Some(text) if text.chars().count() == 1 => {
                    text.chars().next().map_or_else(|| unknown(2), |letter| whole(2, Command::Letter(letter)))
                }
                _ => unknown(2),
            }
        }
        // As many as it takes to see it, so that it is the same failure in whatever pieces they come.
        [0x10, 0x04, ..] | [0x1b, b'a' | b'E', ..] | [0x1d, b'!' | b'B' | b'r', ..] => unknown(3),
        [0x10 | 0x1b..=0x1d, ..] => unknown(2),
        _ => unknown(1),
    }
}

/// `GS v` and on.
fn picture(rest: &[u8]) -> Parsed {
    match *rest {
        [b'0', 0, xl, xh, yl, yh, ref dots @ ..] => {
            let across = usize::from(u16::from_le_bytes([xl, xh]));
            let rows = usize::from(u16::from_le_bytes([yl, yh]));
            if !(1..=ACROSS_MAX).contains(&across) || !(1..=PICTURE_ROWS_MAX).contains(&rows) {
                return Parsed::Unknown(format!("a picture of {across} bytes by {rows} rows"));
            }
            match dots.get(..across * rows) {
                Some(dots) => Parsed::Whole(8 + across * rows, Command::Picture(across, dots.to_vec())),
                None => Parsed::More,
            }
        }
        [] | [b'0'] | [b'0', 0, ..] => Parsed::More,
        _ => Parsed::Unknown("GS v with another mode".to_owned()),
    }
}

/// `GS (` and on.
fn block(rest: &[u8]) -> Parsed {
    let [kind, low, high, ref more @ ..] = *rest else { return Parsed::More };
    let count = usize::from(u16::from_le_bytes([low, high]));
    if !matches!(kind, b'k' | b'H') || count > 1100 {
        return Parsed::Unknown(format!("GS ( {kind:02x} with {count} bytes"));
    }
    let Some(values) = more.get(..count) else { return Parsed::More };
    let command = match (kind, values) {
        (b'k', [49, 65, 50, 0]) => Command::CodeModel,
        (b'k', [49, 67, dot @ 1..=16]) => Command::CodeDot(*dot),
        (b'k', [49, 69, 49]) => Command::CodeLevel,
        (b'k', [49, 80, 48, text @ ..]) if !text.is_empty() => Command::CodeText(text.to_vec()),
        (b'k', [49, 81, 48]) => Command::CodePrint,
        (b'H', [48, 48, mark @ ..])
            if mark.len() == 4 && mark.iter().all(|byte| (32..=126).contains(byte)) =>
        {
            Command::Mark([mark[0], mark[1], mark[2], mark[3]])
        }
        _ => return Parsed::Unknown(format!("GS ( {}: {values:02x?}", char::from(kind))),
    };
    Parsed::Whole(5 + count, command)
}
