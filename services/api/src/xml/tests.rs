//! The comparison sees what matters and nothing else.

use super::*;

const PLAIN: &str = r#"<node><interface name="a.B1"><method name="Go"><arg name="to" type="s" direction="in"/></method>
<property name="V" type="s" access="read"/></interface></node>"#;
const DRESSED: &str = r#"<node>
  <interface name="a.B1">
    <!-- how fast -->
    <property name="V" type="s"   access="read" />
    <method name="Go">
      <arg name="to" type="s" direction="in"></arg>
    </method>
  </interface>
</node>"#;

#[test]
fn order_blanks_and_comments_do_not_count() {
    assert_eq!(canonical(PLAIN, "a.B1"), canonical(DRESSED, "a.B1"));
}

#[test]
fn a_changed_type_counts() {
    let changed = PLAIN.replace(r#"type="s" direction"#, r#"type="x" direction"#);
    assert_ne!(canonical(PLAIN, "a.B1"), canonical(&changed, "a.B1"));
}

#[test]
fn an_absent_interface_is_none() {
    assert_eq!(canonical(PLAIN, "a.C1"), None);
}

#[test]
fn every_shipped_contract_parses() {
    for (xml, name) in [
        (KIOSK, "org.dais.Kiosk1"),
        (INFERENCE, "org.dais.Inference1"),
        (SENSE, "org.dais.Sense1"),
        (ADMIN, "org.dais.Admin1"),
        (SHELL, "org.dais.Shell1"),
    ] {
        assert!(
            canonical(xml, name).is_some_and(|text| text.contains("property name=\"Version\"")),
            "{name}"
        );
    }
}
