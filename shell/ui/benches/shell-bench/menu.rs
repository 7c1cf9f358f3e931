//! The shipped menu, told to the kiosk's screen as the bus tells it.

use std::path::Path;

use api::kiosk::{Category, Dish, Label};
use toml::{Table, Value};
use ui::app;
use ui::bridge::ToUi;
use ui::till_copy::Menu;

/// The name of a dish that is seen without scrolling.
pub(crate) const DISH: &str = "dish-beef-noodles";

/// Tells it.
pub(crate) fn tell() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../image/rootfs/etc/dais/menu.toml");
    let table: Table = std::fs::read_to_string(file).unwrap().parse().unwrap();
    let all = |name: &str| table[name].as_array().unwrap().clone();
    let text = |of: &Value, name: &str| of.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let dish = |of: &Value| Dish {
        sku: text(of, "sku"),
        name_zh: text(of, "zh"),
        name_en: text(of, "en"),
        price: of["price"].as_integer().unwrap(),
        picture: text(of, "picture"),
    };
    let label = |of: &Value| Label {
        sku: text(of, "sku"),
        category: text(of, "category"),
        allergens: Vec::new(),
        sold_out: false,
    };
    let category = |of: &Value| Category { name: text(of, "name"), zh: text(of, "zh"), en: text(of, "en") };
    let menu = Menu {
        currency: text(&Value::Table(table.clone()), "currency"),
        dishes: all("dish").iter().map(dish).collect(),
        categories: all("category").iter().map(category).collect(),
        labels: all("dish").iter().map(label).collect(),
        prints_asked: false,
    };
    (app::teller())(ToUi::Menu(menu));
}
