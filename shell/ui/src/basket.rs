//! The tray: how many of which dish, against the menu as the till told it.

use api::kiosk::{Dish, Line, ORDER_LINES_MAX};

/// Most of one dish on one tray; more is a caterer's order, not a meal.
pub const QUANTITY_MAX: u32 = 20;

/// What is on the tray, in the order it was put there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Basket {
    lines: Vec<(String, u32)>,
}

impl Basket {
    /// Puts one more on it; false where the tray is full.
    pub fn more(&mut self, sku: &str) -> bool {
        if let Some((_, count)) = self.lines.iter_mut().find(|(known, _)| known == sku) {
            if *count < QUANTITY_MAX {
                *count += 1;
                return true;
            }
        } else if self.lines.len() < ORDER_LINES_MAX {
            self.lines.push((sku.to_owned(), 1));
            return true;
        }
        false
    }

    /// Takes one off it.
    pub fn less(&mut self, sku: &str) {
        if let Some((_, count)) = self.lines.iter_mut().find(|(known, _)| known == sku) {
            *count -= 1;
        }
        self.lines.retain(|(_, count)| *count > 0);
    }

    /// Takes everything off it.
    pub fn clear(&mut self) {
        self.lines.clear();
    }

    /// How many of a dish.
    pub fn count_of(&self, sku: &str) -> u32 {
        self.lines.iter().find(|(known, _)| known == sku).map_or(0, |(_, count)| *count)
    }

    /// How many things in all.
    pub fn count(&self) -> u32 {
        self.lines.iter().map(|(_, count)| count).sum()
    }

    /// Takes off what is no longer on the menu; true where something went.
    pub fn keep_on(&mut self, menu: &[Dish]) -> bool {
        let before = self.lines.len();
        self.lines.retain(|(sku, _)| menu.iter().any(|dish| dish.sku == *sku));
        self.lines.len() < before
    }

    /// The order for the till, at the menu's prices, with its sum in minor units. `None` where nothing is on the
    /// tray or the sum is beyond any meal.
    pub fn order(&self, menu: &[Dish]) -> Option<(Vec<Line>, i64)> {
        let lines: Vec<Line> = self
            .lines
            .iter()
            .filter_map(|(sku, count)| {
                let dish = menu.iter().find(|dish| dish.sku == *sku)?;
                Some(Line { sku: sku.clone(), quantity: *count, unit_price: dish.price })
            })
            .collect();
        let total = lines.iter().try_fold(0_i64, |sum, line| {
            sum.checked_add(line.unit_price.checked_mul(line.quantity.into())?)
        })?;
        (!lines.is_empty()).then_some((lines, total))
    }
}

#[cfg(test)]
mod tests;
