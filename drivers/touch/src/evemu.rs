//! evemu's text format: what a device is (`N:` name, `B:` bits, `A:` axes) and what it sent (`E:` events).
//!
//! Format: `evemu-format(5)` of the evemu project. `I: bus vendor product version`, all hexadecimal; `A: axis min max fuzz flat [resolution]` with a hexadecimal
//! axis; `B: type bytes..` in pieces of eight bytes that follow one another per type; `E: seconds.micros type code
//! value` with hexadecimal type and code; `P: bytes..` properties, in pieces as `B:`. Everything after `#` is a comment;
//! other lines (`L:` `S:`) do not matter here.

use crate::event::code;
use crate::panel::{Axis, Description, Identity};
use crate::{InputEvent, TouchError};
use std::collections::BTreeMap;
use std::fmt::Write;

/// Reads the description out of a `.desc` file or the head of a recording.
pub fn description(text: &str) -> Result<Description, TouchError> {
    let mut found = Description::default();
    let mut bits_seen: BTreeMap<u16, u16> = BTreeMap::new();
    let mut properties_seen = 0;
    for (number, line) in text.lines().enumerate() {
        let wrong = || TouchError::Line { line: number + 1, text: line.chars().take(80).collect() };
        if let Some(name) = line.strip_prefix("N:") {
            found.name = name.trim().to_owned();
        } else if let Some(rest) = line.strip_prefix("I:") {
            found.identity = identity(rest).ok_or_else(wrong)?;
        } else if let Some(rest) = line.strip_prefix("A:") {
            let (number, axis) = axis(rest).ok_or_else(wrong)?;
            found.axes.insert(number, axis);
        } else if let Some(rest) = line.strip_prefix("B:") {
            let mut words = words(rest);
            let kind = words.next().and_then(hex).ok_or_else(wrong)?;
            let set = bits(words, bits_seen.entry(kind).or_default()).ok_or_else(wrong)?;
            if kind == code::EV_KEY {
                found.keys.extend(set);
            }
        } else if let Some(rest) = line.strip_prefix("P:") {
            found.properties.extend(bits(words(rest), &mut properties_seen).ok_or_else(wrong)?);
        }
    }
    Ok(found)
}

/// The events of a recording, one by one. A line that is not evemu's format is an error; so is a torn last line.
pub fn events(text: &str) -> impl Iterator<Item = Result<InputEvent, TouchError>> {
    text.lines().enumerate().filter_map(|(number, line)| {
        let rest = line.strip_prefix("E:")?;
        let wrong = || TouchError::Line { line: number + 1, text: line.chars().take(80).collect() };
        Some(event(rest).ok_or_else(wrong))
    })
}

/// Writes a description that [`description`] reads back, and from which evemu can make a device.
pub fn write_description(of: &Description) -> String {
    let Identity { bus, vendor, product, version } = of.identity;
    let mut text = format!("# EVEMU 1.3\nN: {}\n", of.name);
    put(&mut text, format_args!("I: {bus:04x} {vendor:04x} {product:04x} {version:04x}\n"));
    let syn = [code::SYN_REPORT, code::SYN_DROPPED];
    let msc = [code::MSC_SERIAL, code::MSC_TIMESTAMP];
    if !of.properties.is_empty() {
        write_bits(&mut text, "P:", 1, of.properties.iter());
    }
    write_bits(&mut text, "B: 00", 1, syn.iter());
    write_bits(&mut text, "B: 01", 12, of.keys.iter());
    write_bits(&mut text, "B: 03", 1, of.axes.keys());
    write_bits(&mut text, "B: 04", 1, msc.iter());
    for (number, axis) in &of.axes {
        put(&mut text, format_args!("A: {number:02x} {} {} 0 0 {}\n", axis.min, axis.max, axis.resolution));
    }
    text
}

/// Lines of eight bytes, `lines` of them, each behind this head.
fn write_bits<'a>(text: &mut String, head: &str, lines: usize, set: impl Iterator<Item = &'a u16>) {
    let mut bytes = vec![[0u8; 8]; lines];
    for number in set {
        if let Some(byte) = bytes.as_flattened_mut().get_mut(usize::from(*number) / 8) {
            *byte |= 1 << (number % 8);
        }
    }
    for line in bytes {
        text.push_str(head);
        for byte in line {
            put(text, format_args!(" {byte:02x}"));
        }
        text.push('\n');
    }
}

/// Writes events as `E:` lines.
pub fn write_events<'a>(events: impl IntoIterator<Item = &'a InputEvent>) -> String {
    let mut text = String::new();
    for event in events {
        let (seconds, micros) = (event.time_us / 1_000_000, event.time_us % 1_000_000);
        put(
            &mut text,
            format_args!(
                "E: {seconds}.{micros:06} {:04x} {:04x} {:04}\n",
                event.kind, event.code, event.value
            ),
        );
    }
    text
}

/// Writing to a string cannot fail; the result is looked at all the same.
fn put(text: &mut String, what: std::fmt::Arguments<'_>) {
    if text.write_fmt(what).is_err() {
        debug_assert!(false, "a string refused text");
    }
}

fn words(rest: &str) -> impl Iterator<Item = &str> {
    rest.split('#').next().unwrap_or_default().split_whitespace()
}

/// The bits that are set in a line of bytes; `seen` counts the bytes of the lines before.
fn bits<'a>(words: impl Iterator<Item = &'a str>, seen: &mut u16) -> Option<Vec<u16>> {
    let mut set = Vec::new();
    for word in words {
        let byte = hex(word).filter(|byte| *byte <= 0xff)?;
        let first = seen.checked_mul(8)?;
        set.extend((0..8).filter(|bit| byte >> bit & 1 == 1).map(|bit| first + bit));
        *seen += 1;
    }
    Some(set)
}

fn hex(word: &str) -> Option<u16> {
    u16::from_str_radix(word, 16).ok()
}

fn identity(rest: &str) -> Option<Identity> {
    let mut words = words(rest).map(hex);
    let mut next = || words.next().flatten();
    Some(Identity { bus: next()?, vendor: next()?, product: next()?, version: next()? })
}

fn axis(rest: &str) -> Option<(u16, Axis)> {
    let mut words = words(rest);
    let number = words.next().and_then(hex)?;
    let min = words.next()?.parse().ok()?;
    let max = words.next()?.parse().ok()?;
    let (_fuzz, _flat) = (words.next()?, words.next()?);
    let resolution = match words.next() {
        Some(word) => word.parse().ok()?,
        None => 0,
    };
    Some((number, Axis { min, max, resolution }))
}

fn event(rest: &str) -> Option<InputEvent> {
    let mut words = words(rest);
    let (seconds, micros) = words.next()?.split_once('.')?;
    let digits = micros.len();
    let micros: u64 = micros.parse().ok()?;
    if digits != 6 {
        return None;
    }
    let time_us = seconds.parse::<u64>().ok()?.checked_mul(1_000_000)?.checked_add(micros)?;
    let (kind, code) = (words.next().and_then(hex)?, words.next().and_then(hex)?);
    Some(InputEvent { time_us, kind, code, value: words.next()?.parse().ok()? })
}

#[cfg(test)]
mod tests;
