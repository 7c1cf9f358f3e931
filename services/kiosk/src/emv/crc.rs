//! CRC-16/CCITT-FALSE, which ends every merchant-presented code: polynomial 0x1021, initial 0xFFFF, nothing reflected.

/// The checksum of bytes. Source: EMVCo MPM 1.1, 4.7.3, after ISO/IEC 13239.
#[must_use]
pub fn crc16(bytes: &[u8]) -> u16 {
    let mut crc = 0xFFFF_u16;
    for byte in bytes {
        crc ^= u16::from(*byte) << 8;
        for _bit in 0..8 {
            crc = if crc & 0x8000 == 0 { crc << 1 } else { (crc << 1) ^ 0x1021 };
        }
    }
    crc
}

#[cfg(test)]
mod tests;
