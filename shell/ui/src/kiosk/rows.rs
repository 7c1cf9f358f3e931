//! Rows of the kiosk's screen, made of what the till told and what is on the tray.

use api::kiosk::{Category, Dish};
use slint::{Image, Model, ModelRc, SharedString, VecModel};

use crate::assets::Assets;
use crate::price;
use crate::rows;
use crate::till_copy::TillCopy;
use screens::{BasketRow, CategoryRow, DishRow};

/// What rows are made with.
pub(super) struct Rows<'a> {
    pub(super) till: &'a TillCopy,
    pub(super) assets: &'a Assets,
    pub(super) chinese: bool,
}

impl Rows<'_> {
    /// The parts of the menu that have dishes.
    pub(super) fn categories(&self) -> impl Iterator<Item = CategoryRow> {
        self.till.categories().map(|category| self.category(category))
    }

    fn category(&self, category: &Category) -> CategoryRow {
        let dishes: Vec<&Dish> = self.till.dishes_of(&category.name).collect();
        let count: u32 = dishes.iter().map(|dish| self.till.basket.count_of(&dish.sku)).sum();
        CategoryRow {
            name: category.name.as_str().into(),
            label: if self.chinese { &category.zh } else { &category.en }.into(),
            picture: dishes.first().map(|dish| self.picture(&dish.picture)).unwrap_or_default(),
            count: number(count),
        }
    }

    /// The dishes of the chosen part.
    pub(super) fn dishes(&self) -> impl Iterator<Item = DishRow> {
        self.till.dishes_shown().map(|dish| self.dish(dish))
    }

    fn dish(&self, dish: &Dish) -> DishRow {
        let (name, other_name) = self.names(dish);
        let label = self.till.label(&dish.sku);
        let allergens = label.map_or(&[][..], |label| &label.allergens);
        DishRow {
            sku: dish.sku.as_str().into(),
            name,
            other_name,
            price: price::show(dish.price, &self.till.currency).into(),
            picture: self.picture(&dish.picture),
            count: number(self.till.basket.count_of(&dish.sku)),
            allergens: numbers(allergens),
            sold_out: label.is_some_and(|label| label.sold_out),
        }
    }

    /// The tray.
    pub(super) fn basket(&self) -> impl Iterator<Item = BasketRow> {
        let lines = self.till.basket.order(&self.till.dishes).map_or_else(Vec::new, |(lines, _)| lines);
        lines.into_iter().filter_map(|line| {
            let dish = self.till.dishes.iter().find(|dish| dish.sku == line.sku)?;
            let sum = line.unit_price.checked_mul(line.quantity.into())?;
            Some(BasketRow {
                sku: line.sku.into(),
                name: self.names(dish).0,
                price: price::show(sum, &self.till.currency).into(),
                count: number(line.quantity),
                picture: self.picture(&dish.picture),
            })
        })
    }

    fn names(&self, dish: &Dish) -> (SharedString, SharedString) {
        let (zh, en) = (dish.name_zh.as_str().into(), dish.name_en.as_str().into());
        if self.chinese { (zh, en) } else { (en, zh) }
    }

    fn picture(&self, name: &str) -> Image {
        self.assets.picture(name).unwrap_or_else(|error| {
            tracing::warn!(%error, "a dish has no picture");
            Image::default()
        })
    }
}

/// Whether two dishes show the same: their lists of allergens are models, which compare by where they lie.
fn same_dish(there: &DishRow, row: &DishRow) -> bool {
    let alike = DishRow { allergens: there.allergens.clone(), ..row.clone() };
    *there == alike && there.allergens.iter().eq(row.allergens.iter())
}

/// Makes the dishes' model hold these rows.
pub(super) fn bring_dishes(model: &VecModel<DishRow>, rows: impl Iterator<Item = DishRow>) {
    rows::bring(model, rows, same_dish);
}

/// Numbers from the wire as Slint has them; one that does not fit is one that nobody knows.
fn numbers(wire: &[u32]) -> ModelRc<i32> {
    rows::model(wire.iter().map(|number| i32::try_from(*number).unwrap_or(0)))
}

pub(super) fn number(count: u32) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}
