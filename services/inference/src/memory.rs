//! How much memory the process holds, as the kernel counts it.

/// Bytes of a page; the kernels of our devices have no other.
const PAGE: u64 = 4096;

/// Bytes that are resident and not shared with a file; 0 where the kernel does not tell.
pub(crate) fn resident() -> u64 {
    let text = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let mut pages = text.split_whitespace().skip(1).map_while(|word| word.parse::<u64>().ok());
    let (resident, shared) = (pages.next().unwrap_or(0), pages.next().unwrap_or(0));
    resident.saturating_sub(shared).saturating_mul(PAGE)
}

#[cfg(test)]
mod tests {
    #[test]
    fn what_is_taken_is_seen() {
        let before = super::resident();
        let taken = vec![1_u8; 64 << 20];
        let grown = super::resident().saturating_sub(before);
        assert!(grown >= 60 << 20, "{grown} for {} bytes", std::hint::black_box(&taken).len());
    }
}
