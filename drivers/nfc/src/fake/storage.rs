//! What PC/SC readers make of their own commands to cards that do not speak ISO 14443-4. Pure: written from the readers'
//! manuals, and knows nothing of the module that speaks to it.

/// A make of reader.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Make {
    /// PC/SC part 3 and no more: keys, blocks, transparent exchange.
    #[default]
    Plain,
    /// Like ACS's newer readers: value blocks too, and keys in the place that is forgotten.
    Values,
    /// A PN532 behind direct transmission, as in an ACR122U.
    Pn532,
}

/// What the card does with a native command: an answer, a status of a chip, or nothing since it left.
pub type Native<'a> = &'a mut dyn FnMut(&[u8]) -> Option<Result<Vec<u8>, u8>>;

const DONE: [u8; 2] = [0x90, 0x00];
const FAILED: [u8; 2] = [0x63, 0x00];
const UNKNOWN: [u8; 2] = [0x6D, 0x00];
const NOT_SUPPORTED: [u8; 2] = [0x6A, 0x81];
const WRONG_KEY_PLACE: [u8; 2] = [0x69, 0x89];
/// The PN532's status for a card that said nothing.
const RF_TIMEOUT: u8 = 0x01;

/// The reader's own state.
#[derive(Clone, Debug, Default)]
pub struct Words {
    make: Make,
    key: Option<[u8; 6]>,
    session: bool,
}

impl Words {
    /// A reader of this make; `uid` is the number of the card that lies there.
    pub fn of(make: Make) -> Self {
        Self { make, ..Self::default() }
    }

    /// Power came.
    pub fn power_up(&mut self) {
        self.session = false;
    }

    /// Obeys a command of class FF; none where the card leaves before its answer.
    pub fn obey(&mut self, command: &[u8], uid: &[u8], native: Native<'_>) -> Option<Vec<u8>> {
        let answer = match (self.make, command) {
            (_, [0xFF, 0xCA, 0x00, 0x00, 0x00]) => return Some([uid, &DONE].concat()),
            (Make::Pn532, [0xFF, 0x00, 0x00, 0x00, length, chip @ ..])
                if usize::from(*length) == chip.len() =>
            {
                return direct(chip, native);
            }
            (Make::Pn532, _) => NOT_SUPPORTED.to_vec(),
            (make, [0xFF, 0x82, 0x00, place, 0x06, key @ ..]) => match (key.try_into(), place) {
                (Ok(key), 0x00) if make == Make::Plain => self.load(key),
                (Ok(key), 0x20) if make == Make::Values => self.load(key),
                _ => WRONG_KEY_PLACE.to_vec(),
            },
            (_, [0xFF, 0x86, 0x00, 0x00, 0x05, 0x01, 0x00, block, kind, _place]) => {
                let Some(key) = self.key else { return Some(WRONG_KEY_PLACE.to_vec()) };
                let last = &uid[uid.len().saturating_sub(4)..];
                plain(native(&[&[*kind, *block], &key[..], last].concat())?, 0)
            }
            (_, [0xFF, 0xB0, 0x00, block, 0x10]) => plain(native(&[0x30, *block])?, 16),
            (_, [0xFF, 0xD6, 0x00, block, 0x10, content @ ..]) => {
                plain(native(&[&[0xA0, *block], content].concat())?, 0)
            }
            (Make::Values, [0xFF, 0xD7, 0x00, rest @ ..]) => return value(rest, native),
            (_, [0xFF, 0xC2, 0x00, rest @ ..]) => return self.transparent(rest, native),
            _ => UNKNOWN.to_vec(),
        };
        Some(answer)
    }

    fn load(&mut self, key: [u8; 6]) -> Vec<u8> {
        self.key = Some(key);
        DONE.to_vec()
    }

    fn transparent(&mut self, rest: &[u8], native: Native<'_>) -> Option<Vec<u8>> {
        Some(match rest {
            [0x00, 0x02, 0x81, 0x00, 0x00] => {
                self.session = true;
                [&[0xC0, 0x03, 0x00], &DONE[..], &DONE].concat()
            }
            [0x00, 0x02, 0x82, 0x00, 0x00] => {
                self.session = false;
                [&[0xC0, 0x03, 0x00], &DONE[..], &DONE].concat()
            }
            [0x01, length, 0x95, inner, sent @ .., 0x00]
                if self.session && usize::from(*inner) == sent.len() && *length == inner + 2 =>
            {
                match native(sent)? {
                    Ok(answer) => {
                        // Outcome, bits of the last byte, how the answer was framed, the answer.
                        let head =
                            [0xC0, 0x03, 0x00, 0x90, 0x00, 0x92, 0x01, 0x00, 0x96, 0x02, 0x00, 0x00, 0x97];
                        [&head[..], &[answer.len() as u8], &answer, &DONE].concat()
                    }
                    Err(_) => [&[0xC0, 0x03, 0x01, 0x64, 0x01], &DONE[..]].concat(),
                }
            }
            _ => UNKNOWN.to_vec(),
        })
    }
}

/// A reader's answer that ought to be so long.
fn plain(answer: Result<Vec<u8>, u8>, length: usize) -> Vec<u8> {
    match answer {
        Ok(content) if content.len() == length => [&content, &DONE[..]].concat(),
        _ => FAILED.to_vec(),
    }
}

/// Value blocks: most significant byte first, changed in their place or copied.
fn value(rest: &[u8], native: Native<'_>) -> Option<Vec<u8>> {
    let (load, to) = match *rest {
        [block, 0x05, operation @ (1 | 2), a, b, c, d] => {
            let code = if operation == 1 { 0xC1 } else { 0xC0 };
            ([code, block, d, c, b, a], block)
        }
        [from, 0x02, 0x03, to] => ([0xC2, from, 0, 0, 0, 0], to),
        _ => return Some(UNKNOWN.to_vec()),
    };
    if native(&load)?.is_err() {
        return Some(FAILED.to_vec());
    }
    Some(plain(native(&[0xB0, to])?, 0))
}

/// InDataExchange with the first target, and InCommunicateThru.
fn direct(chip: &[u8], native: Native<'_>) -> Option<Vec<u8>> {
    let (code, sent) = match chip {
        [0xD4, 0x40, 0x01, sent @ ..] => (0x41, sent),
        [0xD4, 0x42, sent @ ..] => (0x43, sent),
        _ => return Some(FAILED.to_vec()),
    };
    let answer = match native(sent)? {
        Ok(content) => [&[0xD5, code, 0x00], &content[..]].concat(),
        // What is not acknowledged times out, but for a key that is not the right one.
        Err(status) => vec![0xD5, code, if status == 0x14 { status } else { RF_TIMEOUT }],
    };
    Some([answer, DONE.to_vec()].concat())
}
