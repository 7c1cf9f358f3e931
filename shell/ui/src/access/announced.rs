//! What the screens say by themselves: texts that are marked as live, each time they are new.

use i_slint_backend_testing::AccessibleLiveness;

use super::spoken::spoken;
use super::tree::Tree;

/// The live texts that are known.
#[derive(Debug, Default)]
pub(super) struct Announced(Vec<(String, String)>);

impl Announced {
    /// What is new since the last time, in the order of the screen.
    pub(super) fn look(&mut self, tree: &Tree, chinese: bool) -> Vec<String> {
        let mut live = Vec::new();
        for (_, found) in tree.shown() {
            for found in found {
                let liveness = found.element.accessible_live_region();
                if liveness.is_some_and(|liveness| liveness != AccessibleLiveness::Off) {
                    live.push((found.name(), spoken(&found.element, chinese)));
                }
            }
        }
        self.news(live)
    }

    fn news(&mut self, live: Vec<(String, String)>) -> Vec<String> {
        let new = live.iter().filter(|text| !self.0.contains(text)).map(|(_, text)| text.clone()).collect();
        self.0 = live;
        new
    }
}

#[cfg(test)]
mod tests {
    //! Each text is announced once while it stands.
    use super::*;

    #[test]
    fn what_is_new_is_announced_once() {
        let mut announced = Announced::default();
        let text = |name: &str, text: &str| (name.to_owned(), text.to_owned());
        assert_eq!(announced.news(vec![text("stage", "Paid"), text("amount", "¥5")]), ["Paid", "¥5"]);
        assert!(announced.news(vec![text("stage", "Paid"), text("amount", "¥5")]).is_empty());
        assert_eq!(announced.news(vec![text("stage", "Not paid"), text("amount", "¥5")]), ["Not paid"]);
        assert!(announced.news(Vec::new()).is_empty());
        assert_eq!(announced.news(vec![text("stage", "Not paid")]), ["Not paid"]);
    }
}
