//! Dishes that are sold out while the canteen sells, by staff's word. Orders that have begun are not looked at again.

use super::{Actor, Rejection};
use crate::actor::office::readable;
use crate::till::OrderError;

impl Actor {
    /// Takes up what was said before this start.
    pub(super) fn recall_sold_out(&mut self) -> anyhow::Result<()> {
        let Some(books) = &self.books else { return Ok(()) };
        let words = books.ledger.sold_out()?;
        for dish in &mut self.menu.dishes {
            if let Some(sold_out) = words.get(&dish.sku) {
                dish.sold_out = *sold_out;
            }
        }
        Ok(())
    }

    /// Staff say that a dish is sold out, or back: durable, then true.
    pub(super) fn sell_out(
        &mut self,
        now: u64,
        sku: &str,
        sold_out: bool,
        by: &str,
    ) -> anyhow::Result<Result<(), Rejection>> {
        let Some(dish) = self.menu.dishes.iter_mut().find(|dish| dish.sku == sku) else {
            return Ok(Err(OrderError::UnknownDish(sku.to_owned()).into()));
        };
        let Some(books) = &mut self.books else { return Ok(Err(Rejection::Locked)) };
        if let Err(rejection) = readable(books.ledger.set_sold_out(now, sku, sold_out, by))? {
            return Ok(Err(rejection));
        }
        dish.sold_out = sold_out;
        tracing::info!(by, sku, sold_out, "staff spoke of a dish");
        self.show_sold_out();
        Ok(Ok(()))
    }

    /// Tells which dishes are sold out, where that changed.
    pub(super) fn show_sold_out(&mut self) {
        let gone = self.menu.dishes.iter().filter(|dish| dish.sold_out).map(|dish| dish.sku.clone());
        let sold_out: Vec<String> = gone.collect();
        self.screen.send_if_modified(|screen| {
            let changed = screen.sold_out != sold_out;
            screen.sold_out = sold_out;
            changed
        });
    }
}
