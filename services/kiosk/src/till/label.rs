//! What a menu says of its dishes beside their prices. The allergens are the eight groups of GB 7718, 4.4.3.

use serde::{Deserialize, Serialize};

/// What somebody may not be able to eat, by its name in the menu's file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Allergen {
    /// Cereals with gluten.
    Gluten,
    /// Shrimps, crabs, lobsters.
    Crustacean,
    /// Fish.
    Fish,
    /// Eggs.
    Egg,
    /// Peanuts.
    Peanut,
    /// Soya beans.
    Soy,
    /// Milk, lactose too.
    Milk,
    /// Nuts.
    Nut,
}

/// A part of the menu.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Category {
    /// Stable name, as dishes use it.
    pub name: String,
    /// Name in Chinese.
    pub zh: String,
    /// Name in English.
    pub en: String,
}

/// What is wrong with a menu's parts.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CategoryError {
    /// A dish names a part that is not there, or none where there are some.
    #[error("dish {0:?} needs one of the menu's [[category]] names, not {1:?}")]
    Unknown(String, String),
    /// Two share a name, or one has none.
    #[error("the [[category]] {0:?} needs a name of its own and one in both languages")]
    Nameless(String),
}

/// Checks the parts, and that every dish (sku, category) is in one where there are any.
pub(super) fn check<'a>(
    categories: &[Category],
    dishes: impl Iterator<Item = (&'a str, &'a str)>,
) -> Result<(), CategoryError> {
    let mut seen = std::collections::BTreeSet::new();
    for category in categories {
        let named = !category.name.is_empty() && !category.zh.is_empty() && !category.en.is_empty();
        if !named || !seen.insert(category.name.as_str()) {
            return Err(CategoryError::Nameless(category.name.clone()));
        }
    }
    for (sku, category) in dishes {
        let none = categories.is_empty() && category.is_empty();
        if !none && !seen.contains(category) {
            return Err(CategoryError::Unknown(sku.to_owned(), category.to_owned()));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    //! Which menus are refused.
    use super::*;

    fn category(name: &str) -> Category {
        Category { name: name.into(), zh: "主食".into(), en: "Meals".into() }
    }

    #[test]
    fn every_dish_is_in_a_part_where_there_are_parts() {
        let both = [category("meals"), category("drinks")];
        assert_eq!(check(&[], [("tea", "")].into_iter()), Ok(()));
        assert_eq!(check(&both, [("tea", "drinks")].into_iter()), Ok(()));
        let lost = |sku: &str, name: &str| Err(CategoryError::Unknown(sku.into(), name.into()));
        assert_eq!(check(&both, [("tea", "")].into_iter()), lost("tea", ""));
        assert_eq!(check(&both, [("tea", "soups")].into_iter()), lost("tea", "soups"));
        assert_eq!(check(&[], [("tea", "drinks")].into_iter()), lost("tea", "drinks"));
        let twice = [category("meals"), category("meals")];
        assert_eq!(check(&twice, std::iter::empty()), Err(CategoryError::Nameless("meals".into())));
    }
}
