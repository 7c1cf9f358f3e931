//! The contract as introspection XML with its documentation, and how a live service is compared with it.

/// `org.dais.Kiosk1`.
pub const KIOSK: &str = include_str!("../xml/org.dais.Kiosk1.xml");
/// `org.dais.Inference1`.
pub const INFERENCE: &str = include_str!("../xml/org.dais.Inference1.xml");
/// `org.dais.Admin1`.
pub const ADMIN: &str = include_str!("../xml/org.dais.Admin1.xml");
/// `org.dais.Sense1`.
pub const SENSE: &str = include_str!("../xml/org.dais.Sense1.xml");
/// `org.dais.Shell1`.
pub const SHELL: &str = include_str!("../xml/org.dais.Shell1.xml");

/// The element of one interface, a tag a line, without comments, blanks and the order of members, so that two
/// descriptions of the same interface are equal as texts. `None` where the interface is not in `xml`.
pub fn canonical(xml: &str, interface: &str) -> Option<String> {
    let bare = without_comments(xml);
    let start = bare.find(&format!("<interface name=\"{interface}\""))?;
    let end = start + bare[start..].find("</interface>")?;
    let mut members: Vec<Vec<String>> = Vec::new();
    let mut depth = 0_usize;
    for tag in bare[start..end].split('<').skip(2).filter_map(|part| part.split('>').next()) {
        let text = tag.trim().trim_end_matches('/').split_whitespace().collect::<Vec<_>>().join(" ");
        if tag.starts_with('/') {
            depth = depth.saturating_sub(1);
            continue;
        }
        match members.last_mut() {
            Some(member) if depth > 0 => member.push(format!("  {text}")),
            _ => members.push(vec![text]),
        }
        if !tag.trim_end().ends_with('/') {
            depth += 1;
        }
    }
    members.sort();
    Some(members.into_iter().flatten().collect::<Vec<_>>().join("\n"))
}

fn without_comments(xml: &str) -> String {
    let mut rest = xml;
    let mut bare = String::with_capacity(xml.len());
    while let Some(start) = rest.find("<!--") {
        bare.push_str(&rest[..start]);
        rest = rest[start..].find("-->").map_or("", |end| &rest[start + end + 3..]);
    }
    bare.push_str(rest);
    bare
}

#[cfg(test)]
mod tests;
