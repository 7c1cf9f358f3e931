//! Which of a screen's modes is used. Pure.

/// What a mode is chosen by.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Offer {
    pub(crate) size: (u32, u32),
    /// Refreshes a second, in thousandths.
    pub(crate) refresh_mhz: u32,
    /// The panel's own mode, as it says itself.
    pub(crate) preferred: bool,
    pub(crate) interlaced: bool,
}

/// The place of the best mode in the list: of the wanted size, or else of the panel's own (its largest, if it names
/// none); among these the one that refreshes most often, and the first of equals. Half-pictures are never chosen.
pub(crate) fn best(offers: &[Offer], wanted: Option<(u32, u32)>) -> Option<usize> {
    let usable = || offers.iter().enumerate().filter(|(_, offer)| !offer.interlaced);
    let area = |offer: &Offer| u64::from(offer.size.0) * u64::from(offer.size.1);
    let own = || usable().find(|(_, offer)| offer.preferred).map(|(_, offer)| offer.size);
    let largest = || usable().map(|(_, offer)| (area(offer), offer.size)).max().map(|(_, size)| size);
    let size = wanted.or_else(own).or_else(largest)?;
    let fits = usable().filter(|(_, offer)| offer.size == size);
    fits.max_by_key(|(at, offer)| (offer.refresh_mhz, std::cmp::Reverse(*at))).map(|(at, _)| at)
}

/// The sizes of a list, each once, for a person to choose from.
pub(crate) fn sizes(offers: &[Offer]) -> String {
    let mut sizes: Vec<_> = offers.iter().filter(|offer| !offer.interlaced).map(|offer| offer.size).collect();
    sizes.sort_unstable_by(|a, b| b.cmp(a));
    sizes.dedup();
    sizes.iter().map(|(width, height)| format!("{width}x{height}")).collect::<Vec<_>>().join(", ")
}
