//! A font without letters, for tests that need a board and no text.

/// The smallest OpenType file: `head`, `hhea` and `maxp`, one glyph without an outline. Text is another crate's
/// matter; here only a font must be there.
pub(crate) fn font() -> Vec<u8> {
    let mut head = vec![0; 54];
    head[..4].copy_from_slice(&[0, 1, 0, 0]);
    head[12..16].copy_from_slice(&0x5f0f_3cf5_u32.to_be_bytes());
    head[18..20].copy_from_slice(&1000_u16.to_be_bytes());
    let mut hhea = vec![0; 36];
    hhea[..4].copy_from_slice(&[0, 1, 0, 0]);
    hhea[4..6].copy_from_slice(&800_i16.to_be_bytes());
    hhea[6..8].copy_from_slice(&(-200_i16).to_be_bytes());
    hhea[34..36].copy_from_slice(&1_u16.to_be_bytes());
    let maxp = vec![0, 0, 0x50, 0, 0, 1];
    let tables: [(&[u8; 4], Vec<u8>); 3] = [(b"head", head), (b"hhea", hhea), (b"maxp", maxp)];
    let mut file = vec![0, 1, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0];
    let mut at = 12 + 16 * tables.len() as u32;
    for (name, table) in &tables {
        file.extend_from_slice(*name);
        file.extend_from_slice(&[0; 4]);
        file.extend_from_slice(&at.to_be_bytes());
        file.extend_from_slice(&(table.len() as u32).to_be_bytes());
        at += table.len().next_multiple_of(4) as u32;
    }
    for (_, table) in tables {
        file.extend_from_slice(&table);
        file.resize(file.len().next_multiple_of(4), 0);
    }
    file
}
