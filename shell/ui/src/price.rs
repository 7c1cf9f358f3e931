//! Money as people read it.

/// Minor units of a currency (ISO 4217), two decimals, with the sign people know: `¥12.50`.
pub fn show(minor: i64, currency: &str) -> String {
    let sign = if minor < 0 { "-" } else { "" };
    let size = minor.unsigned_abs();
    let (whole, rest) = (size / 100, size % 100);
    match currency {
        "CNY" => format!("{sign}¥{whole}.{rest:02}"),
        // No menu yet, so nothing has a price.
        "" => String::new(),
        other => format!("{sign}{whole}.{rest:02} {other}"),
    }
}

#[cfg(test)]
mod tests {
    use super::show;

    #[test]
    fn prices_are_shown_whole() {
        assert_eq!(show(1250, "CNY"), "¥12.50");
        assert_eq!(show(5, "CNY"), "¥0.05");
        assert_eq!(show(-199, "CNY"), "-¥1.99");
        assert_eq!(show(300, "EUR"), "3.00 EUR");
        assert_eq!(show(0, ""), "");
        assert_eq!(show(i64::MIN, "CNY"), "-¥92233720368547758.08");
    }
}
