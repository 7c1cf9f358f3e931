//! The PN532's serial frames, pure bytes in and out (NXP UM0701-02, 6.2.1).
//!
//! `00 00 FF LEN LCS TFI PD0.. DCS 00`: LEN counts TFI and data, LEN+LCS = 0 and TFI+..+DCS = 0 modulo 256.
//! A host speaks with TFI D4, the chip with D5.

/// The chip has understood a command.
pub const ACK: [u8; 6] = [0x00, 0x00, 0xFF, 0x00, 0xFF, 0x00];
/// The chip does not know a command.
pub const ERROR: [u8; 8] = [0x00, 0x00, 0xFF, 0x01, 0xFF, 0x7F, 0x81, 0x00];
const HOST: u8 = 0xD4;
const CHIP: u8 = 0xD5;
/// The chip's own buffer: the longest extended frame carries 264 bytes of data.
const DATA_MAX: usize = 265;
/// Start code, the longest head, data, checksum and end.
const BUFFER_MAX: usize = DATA_MAX + 16;

/// What the host sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Heard {
    /// A command and its parameters, without the TFI.
    Command(Vec<u8>),
    /// Stop what you are doing.
    Ack,
    /// Send your last frame again.
    Nack,
}

/// Collects bytes into frames; noise and wake-up bytes between frames are skipped.
#[derive(Debug, Default)]
pub struct Decoder {
    buffer: Vec<u8>,
}

enum Look {
    More,
    Skip(usize),
    Take(usize, Heard),
}

impl Decoder {
    /// Adds bytes from the line and returns the frames they complete.
    pub fn push(&mut self, bytes: &[u8]) -> Vec<Heard> {
        let mut heard = Vec::new();
        for byte in bytes {
            self.buffer.push(*byte);
            loop {
                match look(&self.buffer) {
                    Look::More => break,
                    Look::Skip(count) => drop(self.buffer.drain(..count)),
                    Look::Take(count, frame) => {
                        self.buffer.drain(..count);
                        heard.push(frame);
                    }
                }
            }
            if self.buffer.len() > BUFFER_MAX {
                self.buffer.clear();
            }
        }
        heard
    }
}

fn look(buffer: &[u8]) -> Look {
    let Some(start) = buffer.windows(2).position(|pair| pair == [0x00, 0xFF]) else {
        // Keep a last 00: it may begin a start code.
        let keep = usize::from(buffer.last() == Some(&0));
        return match buffer.len() - keep {
            0 => Look::More,
            count => Look::Skip(count),
        };
    };
    if start > 0 {
        return Look::Skip(start);
    }
    let (len, head) = match buffer[2..] {
        [0x00, 0xFF, ..] => return Look::Take(4, Heard::Ack),
        [0xFF, 0x00, ..] => return Look::Take(4, Heard::Nack),
        [0xFF, 0xFF, high, low, check, ..] if high.wrapping_add(low).wrapping_add(check) == 0 => {
            (usize::from(high) << 8 | usize::from(low), 7)
        }
        [0xFF, 0xFF, _, _, _, ..] => return Look::Skip(1),
        [0xFF, 0xFF, ..] => return Look::More,
        [len, check, ..] if len.wrapping_add(check) == 0 => (usize::from(len), 4),
        [_, _, ..] => return Look::Skip(1),
        _ => return Look::More,
    };
    if len == 0 || len > DATA_MAX {
        return Look::Skip(1);
    }
    let Some(body) = buffer.get(head..head + len + 1) else {
        return Look::More;
    };
    let sum = body.iter().fold(0u8, |sum, byte| sum.wrapping_add(*byte));
    if sum != 0 || body[0] != HOST || len < 2 {
        return Look::Skip(1);
    }
    Look::Take(head + len + 1, Heard::Command(body[1..len].to_vec()))
}

/// A frame from the chip carrying `data` (reply code first), at most 264 bytes.
pub fn from_chip(data: &[u8]) -> Vec<u8> {
    let len = data.len() + 1;
    let mut frame = vec![0x00, 0x00, 0xFF];
    match u8::try_from(len) {
        Ok(len) if len < 0xFF => frame.extend([len, len.wrapping_neg()]),
        _ => {
            let (high, low) = ((len >> 8) as u8, len as u8);
            frame.extend([0xFF, 0xFF, high, low, high.wrapping_add(low).wrapping_neg()]);
        }
    }
    frame.push(CHIP);
    frame.extend(data);
    let sum = data.iter().fold(CHIP, |sum, byte| sum.wrapping_add(*byte));
    frame.extend([sum.wrapping_neg(), 0x00]);
    frame
}

#[cfg(test)]
mod tests {
    //! Frames as libnfc sends them, in one piece and byte by byte; noise never panics.
    use super::*;

    const FIRMWARE: [u8; 9] = [0x00, 0x00, 0xFF, 0x02, 0xFE, 0xD4, 0x02, 0x2A, 0x00];

    #[test]
    fn a_command_among_wake_up_bytes_and_noise() {
        let mut line = vec![0x55, 0x55, 0x00, 0x00, 0x00, 0x00, 0xFF];
        line.extend(FIRMWARE);
        line.extend(ACK);
        line.extend([0x00, 0x00, 0xFF, 0xFF, 0x00, 0x00]);
        line.extend(FIRMWARE);
        let expected = vec![Heard::Command(vec![0x02]), Heard::Ack, Heard::Nack, Heard::Command(vec![0x02])];
        assert_eq!(Decoder::default().push(&line), expected);
        let mut slow = Decoder::default();
        let heard: Vec<Heard> = line.iter().flat_map(|byte| slow.push(&[*byte])).collect();
        assert_eq!(heard, expected);
    }

    #[test]
    fn one_wrong_bit_is_no_command() {
        for bit in 16..FIRMWARE.len() * 8 - 8 {
            let mut frame = FIRMWARE;
            frame[bit / 8] ^= 1 << (bit % 8);
            let heard = Decoder::default().push(&frame);
            assert!(!heard.contains(&Heard::Command(vec![0x02])), "bit {bit}: {heard:?}");
        }
    }

    #[test]
    fn chip_frames_short_and_extended() {
        assert_eq!(
            from_chip(&[0x03, 0x32, 0x01, 0x06, 0x07]),
            [0x00, 0x00, 0xFF, 0x06, 0xFA, 0xD5, 0x03, 0x32, 0x01, 0x06, 0x07, 0xE8, 0x00]
        );
        let long = from_chip(&[0x41; 260]);
        assert_eq!(&long[..8], &[0x00, 0x00, 0xFF, 0xFF, 0xFF, 0x01, 0x05, 0xFA]);
        assert_eq!(long[8..].iter().fold(0u8, |sum, byte| sum.wrapping_add(*byte)), 0);
    }

    #[test]
    fn random_bytes_never_panic_and_never_grow() {
        let mut seed = 0x2545_F491_4F6C_DD1Du64;
        let mut decoder = Decoder::default();
        for _ in 0..200_000 {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            // Mostly bytes that frames are made of, so that heads are hit often.
            let byte = match seed >> 61 {
                0..=2 => 0x00,
                3..=4 => 0xFF,
                _ => (seed >> 33) as u8,
            };
            decoder.push(&[byte]);
            assert!(decoder.buffer.len() <= BUFFER_MAX);
        }
    }
}
