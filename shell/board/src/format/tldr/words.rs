//! What texts say: rich text of today's files, plain text of older ones.
use serde_json::Value;

use crate::format::fields::{list, text};

/// The words of a shape, without their styles.
pub(super) fn said(props: &Value) -> String {
    let mut said = String::new();
    match props.get("richText") {
        Some(rich) => {
            for (number, block) in list(rich, "content").iter().enumerate() {
                if number > 0 {
                    said.push('\n');
                }
                block_of(block, &mut said);
            }
        }
        None => said.push_str(text(props, "text").unwrap_or("")),
    }
    said.truncate(said.trim_end().len());
    said
}

/// Depth is bounded by the reader of JSON.
fn block_of(node: &Value, said: &mut String) {
    match text(node, "type") {
        Some("text") => said.push_str(text(node, "text").unwrap_or("")),
        Some("hardBreak") => said.push('\n'),
        Some("bulletList" | "orderedList") => {
            for (number, line) in list(node, "content").iter().enumerate() {
                if number > 0 {
                    said.push('\n');
                }
                match text(node, "type") {
                    Some("orderedList") => said.push_str(&format!("{}. ", number + 1)),
                    _ => said.push_str("• "),
                }
                block_of(line, said);
            }
        }
        Some("listItem") => {
            for (number, block) in list(node, "content").iter().enumerate() {
                if number > 0 {
                    said.push('\n');
                }
                block_of(block, said);
            }
        }
        _ => list(node, "content").iter().for_each(|inner| block_of(inner, said)),
    }
}
