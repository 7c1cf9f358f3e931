//! What the menu says of its dishes beside their prices, as the bus has it.

use api::kiosk as wire;

use crate::till::{Allergen, Menu};

pub(super) fn of(menu: &Menu, sold_out: &[String]) -> (Vec<wire::Category>, Vec<wire::Label>) {
    let category = |category: &crate::till::Category| wire::Category {
        name: category.name.clone(),
        zh: category.zh.clone(),
        en: category.en.clone(),
    };
    let label = |dish: &crate::till::Dish| wire::Label {
        sku: dish.sku.clone(),
        category: dish.category.clone(),
        allergens: dish.allergens.iter().map(|allergen| shown(*allergen).to_wire()).collect(),
        sold_out: sold_out.contains(&dish.sku),
    };
    (menu.categories.iter().map(category).collect(), menu.dishes.iter().map(label).collect())
}

fn shown(allergen: Allergen) -> wire::Allergen {
    match allergen {
        Allergen::Gluten => wire::Allergen::Gluten,
        Allergen::Crustacean => wire::Allergen::Crustacean,
        Allergen::Fish => wire::Allergen::Fish,
        Allergen::Egg => wire::Allergen::Egg,
        Allergen::Peanut => wire::Allergen::Peanut,
        Allergen::Soy => wire::Allergen::Soy,
        Allergen::Milk => wire::Allergen::Milk,
        Allergen::Nut => wire::Allergen::Nut,
    }
}
