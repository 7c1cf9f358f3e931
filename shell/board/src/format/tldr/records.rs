//! The records of a file: by their ids, as a tree of pages and shapes, and where each shape lies on its page.
use std::collections::HashMap;

use serde_json::Value;

use crate::format::{
    curve::Place,
    fields::{is_set, list, number, text},
};

/// Shapes inside shapes: more than anybody nests, and an end for circles.
pub(super) const DEEPEST: usize = 64;

pub(super) struct Records<'a> {
    by_id: HashMap<&'a str, &'a Value>,
    children: HashMap<&'a str, Vec<&'a Value>>,
    bindings: HashMap<&'a str, Vec<&'a Value>>,
    pages: Vec<&'a Value>,
    pub(super) grid: Option<f64>,
}

/// How a shape lies on its page: where its own 0, 0 is, and by how much it is turned about that.
#[derive(Clone, Copy, Debug)]
pub(super) struct Spot {
    pub(super) origin: Place,
    pub(super) turn: f64,
    pub(super) opacity: f64,
    pub(super) pinned: bool,
    pub(super) group: Option<u32>,
}

impl Spot {
    pub(super) const PAGE: Spot =
        Spot { origin: (0.0, 0.0), turn: 0.0, opacity: 1.0, pinned: false, group: None };

    /// Where a shape inside lies.
    pub(super) fn inside(&self, shape: &Value) -> Spot {
        let local = (number(shape, "x").unwrap_or(0.0), number(shape, "y").unwrap_or(0.0));
        Spot {
            origin: self.page(local),
            turn: self.turn + number(shape, "rotation").unwrap_or(0.0),
            opacity: self.opacity * number(shape, "opacity").unwrap_or(1.0).clamp(0.0, 1.0),
            pinned: self.pinned || is_set(shape, "isLocked"),
            group: self.group,
        }
    }

    /// A place of the shape on the page.
    pub(super) fn page(&self, local: Place) -> Place {
        let (sin, cos) = libm::sincos(self.turn);
        (self.origin.0 + cos * local.0 - sin * local.1, self.origin.1 + sin * local.0 + cos * local.1)
    }

    /// A place on the page as one of the shape.
    pub(super) fn local(&self, page: Place) -> Place {
        let (sin, cos) = libm::sincos(self.turn);
        let (x, y) = (page.0 - self.origin.0, page.1 - self.origin.1);
        (cos * x + sin * y, cos * y - sin * x)
    }
}

impl<'a> Records<'a> {
    pub(super) fn new(file: &'a Value) -> Records<'a> {
        let mut records = Records {
            by_id: HashMap::new(),
            children: HashMap::new(),
            bindings: HashMap::new(),
            pages: Vec::new(),
            grid: None,
        };
        let mut step = None;
        for record in list(file, "records") {
            let id = text(record, "id").unwrap_or("");
            match text(record, "typeName") {
                Some("page") => records.pages.push(record),
                Some("shape") => {
                    let parent = text(record, "parentId").unwrap_or("");
                    records.children.entry(parent).or_default().push(record);
                }
                Some("binding") => {
                    let arrow = text(record, "fromId").unwrap_or("");
                    records.bindings.entry(arrow).or_default().push(record);
                }
                Some("document") => step = number(record, "gridSize"),
                Some("instance") if is_set(record, "isGridMode") => records.grid = Some(10.0),
                _ => {}
            }
            records.by_id.insert(id, record);
        }
        records.grid = records.grid.map(|ten| step.filter(|step| *step >= 1.0).unwrap_or(ten));
        // Order is told by text that sorts.
        records.pages.sort_by_key(|page| text(page, "index").unwrap_or(""));
        for children in records.children.values_mut() {
            children.sort_by_key(|shape| text(shape, "index").unwrap_or(""));
        }
        records
    }

    pub(super) fn pages(&self) -> &[&'a Value] {
        &self.pages
    }

    pub(super) fn get(&self, id: &str) -> Option<&'a Value> {
        self.by_id.get(id).copied()
    }

    /// What lies in a page, a frame or a group, from the bottom up.
    pub(super) fn children(&self, id: &str) -> &[&'a Value] {
        self.children.get(id).map_or(&[], Vec::as_slice)
    }

    /// What an arrow's end (`start` or `end`) is bound to.
    pub(super) fn binding(&self, arrow: &str, end: &str) -> Option<&'a Value> {
        let props = |binding: &'a Value| binding.get("props").unwrap_or(&Value::Null);
        let all = self.bindings.get(arrow)?;
        all.iter().copied().find(|binding| text(props(binding), "terminal") == Some(end))
    }

    /// Where a shape lies, by the shapes it lies in; `None` if they lead to no page.
    pub(super) fn spot(&self, id: &str) -> Option<Spot> {
        let mut chain = Vec::new();
        let mut at = self.get(id)?;
        while text(at, "typeName") == Some("shape") {
            chain.push(at);
            if chain.len() > DEEPEST {
                return None;
            }
            at = self.get(text(at, "parentId")?)?;
        }
        Some(chain.iter().rev().fold(Spot::PAGE, |spot, shape| spot.inside(shape)))
    }
}
