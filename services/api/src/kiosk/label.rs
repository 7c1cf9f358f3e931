//! What a menu says of its dishes beside their prices. Source of the allergens: the eight groups of GB 7718, 4.4.3.

use serde::{Deserialize, Serialize};
use zbus::Type;

use crate::wire::wire_enum;

wire_enum! {
    /// What somebody may not be able to eat.
    Allergen {
        /// Cereals with gluten, such as wheat, rye, barley, oats and spelt.
        Gluten = 1,
        /// Crustaceans, such as shrimps, crabs and lobsters.
        Crustacean = 2,
        /// Fish.
        Fish = 3,
        /// Eggs.
        Egg = 4,
        /// Peanuts.
        Peanut = 5,
        /// Soya beans.
        Soy = 6,
        /// Milk, lactose too.
        Milk = 7,
        /// Nuts.
        Nut = 8,
    }
}

/// A part of the menu.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Category {
    /// Stable name, as labels use it.
    pub name: String,
    /// 中文.
    pub zh: String,
    /// English.
    pub en: String,
}

/// What is said of a dish.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Label {
    /// The dish.
    pub sku: String,
    /// Its [`Category`] by name; empty where the menu has none.
    pub category: String,
    /// [`Allergen`]; who is told of none may not conclude that there are none.
    pub allergens: Vec<u32>,
    /// There is none left, and an order of it is refused.
    pub sold_out: bool,
}
