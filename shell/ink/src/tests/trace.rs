//! A trace gives back the nodes it was made of, small, and takes any bytes.
use proptest::prelude::*;

use crate::{BadTrace, Node, Trace};

fn node() -> impl Strategy<Value = Node> {
    (-900_000_000.0..900_000_000.0_f64, -900_000_000.0..900_000_000.0_f64, 0.0..70_000.0_f64, 0..1_000_u32)
        .prop_map(|(x, y, radius, t_ms)| Node::nearest(x, y, radius, t_ms))
}

proptest! {
    #[test]
    fn nodes_come_back(mut nodes in prop::collection::vec(node(), 1..80)) {
        nodes.sort_by_key(|node| node.t_ms);
        let first = nodes[0].t_ms;
        nodes.iter_mut().for_each(|node| node.t_ms -= first);
        let trace = Trace::new(&nodes);
        prop_assert_eq!(trace.nodes().collect::<Vec<_>>(), nodes.clone());
        prop_assert_eq!(trace.len(), nodes.len());
        let read = Trace::from_bytes(trace.as_bytes());
        prop_assert_eq!(read, Ok(trace));
    }

    #[test]
    fn any_bytes_are_safe(bytes: Vec<u8>) {
        if let Ok(trace) = Trace::from_bytes(&bytes) {
            prop_assert_eq!(trace.nodes().count(), trace.len());
        }
    }
}

#[test]
fn handwriting_takes_five_bytes_a_node() {
    let nodes: Vec<Node> = (0..400)
        .map(|step| {
            let angle = f64::from(step) * 0.05;
            let at = |part: f64| 500_000.0 + 40_000.0 * part;
            Node::nearest(at(angle.cos()), at(angle.sin()), 2_000.0 + 300.0 * angle.sin(), step as u32 * 4)
        })
        .collect();
    let bytes = Trace::new(&nodes).as_bytes().len();
    assert!(bytes <= 400 * 5 + 16, "{bytes} bytes for 400 nodes");
}

#[test]
fn a_cut_trace_is_refused() {
    let nodes = [Node::nearest(1e5, 1e5, 2e3, 0), Node::nearest(2e5, 1e5, 2e3, 9)];
    let trace = Trace::new(&nodes);
    for end in 0..trace.as_bytes().len() {
        assert_eq!(Trace::from_bytes(&trace.as_bytes()[..end]), Err(BadTrace));
    }
}
