//! HID report descriptors, as far as finding the fields of input reports needs (Device Class Definition for HID 1.11,
//! section 6.2.2).

/// Usages of the bar code scanner page and the generic desktop page, page in the upper half (HID Usage Tables for POS
/// 1.02).
pub mod usage {
    #![allow(missing_docs)]
    pub const PAGE_SCANNER: u32 = 0x8c;
    pub const BYTE_COUNT: u32 = 0x0001_003b;
    pub const SYMBOLOGY: [u32; 3] = [0x008c_00fb, 0x008c_00fc, 0x008c_00fd];
    pub const DECODED_DATA: u32 = 0x008c_00fe;
    pub const DATA_CONTINUED: u32 = 0x008c_00ff;
}

/// The longest descriptor the kernel hands over.
pub const DESCRIPTOR_MAX: usize = 4096;
/// Bits of the longest report, as the kernel has it (HID_MAX_BUFFER_SIZE).
const REPORT_BITS_MAX: u32 = 16384 * 8;
/// Usages, pushes and fields that a descriptor of a scanner needs, and more.
const USAGES_MAX: usize = 256;
const PUSHES_MAX: usize = 8;
const FIELDS_MAX: usize = 512;

/// One input field: `count` values of `size` bits each, from bit `offset` of report `report` (its number not counted).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// The report's number; 0 where the device has but one and does not send its number.
    pub report: u8,
    /// Bits before it.
    pub offset: u32,
    /// Bits of one value.
    pub size: u32,
    /// How many values.
    pub count: u32,
    /// What they are; the last one stands for all that follow.
    pub usages: Vec<u32>,
}

/// What a descriptor says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Descriptor {
    /// Usages of the collections.
    pub collections: Vec<u32>,
    /// Input fields that are no padding.
    pub fields: Vec<Field>,
    /// Bits of each input report, by its number.
    pub lengths: Vec<(u8, u32)>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Global {
    page: u32,
    size: u32,
    count: u32,
    report: u8,
}

#[derive(Debug, Default)]
struct Parser {
    global: Global,
    pushed: Vec<Global>,
    usages: Vec<u32>,
    first: Option<u32>,
    found: Descriptor,
}

impl Descriptor {
    /// Reads a descriptor; `None` where it is none.
    pub fn parse(mut bytes: &[u8]) -> Option<Self> {
        if bytes.len() > DESCRIPTOR_MAX {
            return None;
        }
        let mut parser = Parser::default();
        while let Some((prefix, rest)) = bytes.split_first() {
            if *prefix == 0xfe {
                // A long item; nobody uses them. Its length, its tag, its bytes.
                let length = usize::from(*rest.first()?);
                bytes = rest.get(2 + length..)?;
                continue;
            }
            let length = [0, 1, 2, 4][usize::from(prefix & 3)];
            let (value, rest) = rest.split_at_checked(length)?;
            let value = value.iter().rev().fold(0u32, |number, byte| number << 8 | u32::from(*byte));
            parser.take(prefix >> 2 & 3, prefix >> 4, value, length)?;
            bytes = rest;
        }
        Some(parser.found)
    }

    /// The whole input report's bytes, with its number where it has one.
    pub fn report_bytes(&self, report: u8) -> usize {
        let bits = self.lengths.iter().find(|(own, _)| *own == report).map_or(0, |(_, bits)| *bits);
        bits.div_ceil(8) as usize + usize::from(report != 0)
    }
}

impl Parser {
    fn take(&mut self, kind: u8, tag: u8, value: u32, length: usize) -> Option<()> {
        match (kind, tag) {
            (0, 8) => self.input(value)?,
            (0, 10) => {
                self.found.collections.extend(self.usages.first());
                self.clear();
            }
            (0, _) => self.clear(),
            (1, 0) => self.global.page = value,
            (1, 7) => self.global.size = value,
            (1, 8) => self.global.report = u8::try_from(value).ok()?,
            (1, 9) => self.global.count = value,
            (1, 10) if self.pushed.len() < PUSHES_MAX => self.pushed.push(self.global),
            (1, 10) => return None,
            (1, 11) => self.global = self.pushed.pop()?,
            (2, 0) => self.add(self.whole(value, length)),
            (2, 1) => self.first = Some(self.whole(value, length)),
            (2, 2) => {
                let last = self.whole(value, length);
                let first = self.first.take()?;
                let count = usize::try_from(last.checked_sub(first)?).ok()?;
                (first..=last)
                    .take(count.saturating_add(1).min(USAGES_MAX))
                    .for_each(|usage| self.add(usage));
            }
            _ => {}
        }
        Some(())
    }

    /// A usage with its page; short ones are of the page that counts.
    fn whole(&self, value: u32, length: usize) -> u32 {
        if length == 4 { value } else { self.global.page << 16 | value }
    }

    fn add(&mut self, usage: u32) {
        if self.usages.len() < USAGES_MAX {
            self.usages.push(usage);
        }
    }

    fn clear(&mut self) {
        self.usages.clear();
        self.first = None;
    }

    fn input(&mut self, flags: u32) -> Option<()> {
        /// Constant: padding.
        const CONSTANT: u32 = 1;
        let Global { size, count, report, .. } = self.global;
        let lengths = &mut self.found.lengths;
        let index = lengths.iter().position(|(own, _)| *own == report).unwrap_or_else(|| {
            lengths.push((report, 0));
            lengths.len() - 1
        });
        let offset = lengths[index].1;
        lengths[index].1 =
            offset.checked_add(size.checked_mul(count)?).filter(|bits| *bits <= REPORT_BITS_MAX)?;
        if flags & CONSTANT == 0 && size > 0 && count > 0 && self.found.fields.len() < FIELDS_MAX {
            let usages = std::mem::take(&mut self.usages);
            self.found.fields.push(Field { report, offset, size, count, usages });
        }
        self.clear();
        Some(())
    }
}
