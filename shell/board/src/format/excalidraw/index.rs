//! Fractional indices: the order of elements as text that sorts, as rocicorp's fractional-indexing makes it.

const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// The key of the nth of many elements: `a0` to `az`, `b00` to `bzz`, and so on.
pub(super) fn key(nth: usize) -> String {
    let (mut rest, mut digits, mut room) = (nth, 1_u32, 62_usize);
    while rest >= room {
        rest -= room;
        digits += 1;
        room = room.saturating_mul(62);
    }
    let mut key = String::with_capacity(digits as usize + 1);
    key.push(char::from(b'a' + (digits - 1) as u8));
    for place in (0..digits).rev() {
        key.push(char::from(DIGITS[rest / 62_usize.pow(place) % 62]));
    }
    key
}
