//! A phone that reads a Type 4 tag, as phones do when they are held to one: pure, commands out, answers in.
//!
//! It believes nothing: what it reads next follows from what the tag said (NFC Forum Type 4 Tag, 5.4; NDEF 1.0).

/// The record types' one well-known URI type, and the beginnings a phone puts before it.
const BEGINNINGS: [&str; 5] = ["", "http://www.", "https://www.", "http://", "https://"];

/// A phone held to the reader.
#[derive(Clone, Debug, Default)]
pub struct Phone {
    step: Step,
    file: [u8; 2],
    most: u16,
    length: u16,
    message: Vec<u8>,
    opened: Option<String>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Step {
    #[default]
    Application,
    Container,
    ReadContainer,
    Record,
    ReadLength,
    ReadMessage,
    Done,
}

impl Phone {
    /// The next command; none where the phone has finished or given up.
    pub fn command(&self) -> Option<Vec<u8>> {
        Some(match self.step {
            Step::Application => {
                vec![0x00, 0xA4, 0x04, 0x00, 0x07, 0xD2, 0x76, 0x00, 0x00, 0x85, 0x01, 0x01, 0x00]
            }
            Step::Container => vec![0x00, 0xA4, 0x00, 0x0C, 0x02, 0xE1, 0x03],
            Step::ReadContainer => vec![0x00, 0xB0, 0x00, 0x00, 0x0F],
            Step::Record => vec![0x00, 0xA4, 0x00, 0x0C, 0x02, self.file[0], self.file[1]],
            Step::ReadLength => vec![0x00, 0xB0, 0x00, 0x00, 0x02],
            Step::ReadMessage => {
                let read = u16::try_from(self.message.len()).ok()?;
                let [high, low] = (read + 2).to_be_bytes();
                let part = (self.length - read).min(self.most).min(0xFF);
                vec![0x00, 0xB0, high, low, part.to_be_bytes()[1]]
            }
            Step::Done => return None,
        })
    }

    /// Takes the answer to the last command.
    pub fn take(&mut self, answer: &[u8]) {
        self.step = match answer.strip_suffix(&[0x90, 0x00]) {
            Some(content) => self.next(content).unwrap_or(Step::Done),
            None => Step::Done,
        };
    }

    /// What it opened, once it has read a link.
    pub fn opened(&self) -> Option<&str> {
        self.opened.as_deref()
    }

    fn next(&mut self, content: &[u8]) -> Option<Step> {
        Some(match self.step {
            Step::Application => Step::Container,
            Step::Container => Step::ReadContainer,
            Step::ReadContainer => {
                let [0x00, 0x0F, 0x20, most_high, most_low, _, _, 0x04, 0x06, file @ ..] = content else {
                    return None;
                };
                let [high, low, _, _, 0x00, _] = *file else { return None };
                self.file = [high, low];
                self.most = u16::from_be_bytes([*most_high, *most_low]);
                (self.most > 0).then_some(Step::Record)?
            }
            Step::Record => Step::ReadLength,
            Step::ReadLength => {
                self.length = u16::from_be_bytes(content.try_into().ok()?);
                (self.length > 0).then_some(Step::ReadMessage)?
            }
            Step::ReadMessage => {
                self.message.extend(content);
                let missing = usize::from(self.length).checked_sub(self.message.len())?;
                if missing > 0 && !content.is_empty() {
                    return Some(Step::ReadMessage);
                }
                self.opened = uri(&self.message);
                Step::Done
            }
            Step::Done => Step::Done,
        })
    }
}

/// The URI of a message of one record.
fn uri(message: &[u8]) -> Option<String> {
    let (length, rest) = match *message {
        [0xD1, 1, length, b'U', ref rest @ ..] => (usize::from(length), rest),
        [0xC1, 1, a, b, c, d, b'U', ref rest @ ..] => {
            (usize::try_from(u32::from_be_bytes([a, b, c, d])).ok()?, rest)
        }
        _ => return None,
    };
    let (number, text) = rest.split_first()?;
    if rest.len() != length {
        return None;
    }
    let beginning = BEGINNINGS.get(usize::from(*number))?;
    Some(format!("{beginning}{}", std::str::from_utf8(text).ok()?))
}
