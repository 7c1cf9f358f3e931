//! A zip archive as Alipay's bill server writes it: deflated, and file names as GBK without the flag that says UTF-8.
//!
//! Written here because archive libraries write names as UTF-8 or not at all. Format: PKWARE APPNOTE 6.3, 4.3.7 to
//! 4.3.16.

use std::io::Write;

use flate2::Crc;
use flate2::write::DeflateEncoder;

/// Packs files, each a name in any bytes and its content.
///
/// # Errors
/// A file is too large for the format, which bills never are.
pub fn zip(files: &[(Vec<u8>, Vec<u8>)]) -> std::io::Result<Vec<u8>> {
    let (mut archive, mut directory) = (Vec::new(), Vec::new());
    for (name, content) in files {
        let mut packer = DeflateEncoder::new(Vec::new(), flate2::Compression::default());
        packer.write_all(content)?;
        let packed = packer.finish()?;
        let mut crc = Crc::new();
        crc.update(content);
        // From the version needed to the length of the extra field: the same in both headers.
        let mut entry = Vec::new();
        for half in [20_u16, 0, 8, 0, 0x21] {
            entry.extend(half.to_le_bytes());
        }
        for word in [crc.sum(), length(&packed)?, length(content)?] {
            entry.extend(word.to_le_bytes());
        }
        entry.extend(short(name)?.to_le_bytes());
        entry.extend(0_u16.to_le_bytes());

        let at = length(&archive)?;
        archive.extend(b"PK\x03\x04");
        archive.extend(&entry);
        archive.extend(name);
        archive.extend(packed);

        directory.extend(b"PK\x01\x02");
        directory.extend(20_u16.to_le_bytes());
        directory.extend(&entry);
        // No comment, first disk, no attributes.
        directory.extend([0; 10]);
        directory.extend(at.to_le_bytes());
        directory.extend(name);
    }
    let (count, at) = (short(files)?, length(&archive)?);
    archive.extend(&directory);
    archive.extend(b"PK\x05\x06\0\0\0\0");
    archive.extend(count.to_le_bytes());
    archive.extend(count.to_le_bytes());
    archive.extend(length(&directory)?.to_le_bytes());
    archive.extend(at.to_le_bytes());
    archive.extend(0_u16.to_le_bytes());
    Ok(archive)
}

fn length(bytes: &[u8]) -> std::io::Result<u32> {
    u32::try_from(bytes.len()).map_err(std::io::Error::other)
}

fn short<T>(list: &[T]) -> std::io::Result<u16> {
    u16::try_from(list.len()).map_err(std::io::Error::other)
}
