//! The edge of a stroke of varying width, as one closed line to be filled by the nonzero rule.
use ink::Node;

/// How far an arc's straight pieces may be inside it, in micrometres.
const SAGITTA_UM: f64 = 12.0;
/// Turns of a stroke smaller than this need no arc: the cosine of 8 degrees.
const STRAIGHT_COS: f64 = 0.990;

type At = (f64, f64);

/// The width of a stroke that is everywhere as wide, in micrometres.
pub(crate) fn even_width_um(nodes: &[Node]) -> Option<i32> {
    let first = nodes.first()?.radius_um;
    nodes.iter().all(|node| node.radius_um == first).then_some(i32::from(first) * 2)
}

/// The edge of a chain of capsules, in micrometres.
pub(crate) fn edge(nodes: &[Node]) -> Vec<At> {
    let nodes = kept(nodes);
    let mut line = Vec::with_capacity(nodes.len() * 2 + 32);
    if let [only] = nodes[..] {
        arc(&mut line, place(&only), radius(&only), 0.0, std::f64::consts::TAU);
        return line;
    }
    side(&nodes, &mut line);
    let back: Vec<Node> = nodes.iter().rev().copied().collect();
    side(&back, &mut line);
    line
}

/// Nodes without those that lie inside their neighbour.
fn kept(nodes: &[Node]) -> Vec<Node> {
    let mut kept: Vec<Node> = Vec::with_capacity(nodes.len());
    for node in nodes {
        while let Some(last) = kept.last() {
            let away = distance(place(last), place(node));
            if away <= 1.0 || away <= radius(node) - radius(last) {
                // The larger of two stays; a node that the one before swallows is left out below.
                if radius(node) >= radius(last) {
                    kept.pop();
                    continue;
                }
            }
            break;
        }
        let swallowed = kept
            .last()
            .is_some_and(|last| distance(place(last), place(node)) <= (radius(last) - radius(node)).max(1.0));
        if !swallowed {
            kept.push(*node);
        }
    }
    kept
}

/// The left side of a chain from its first node to its last, and round that.
fn side(nodes: &[Node], line: &mut Vec<At>) {
    for index in 0..nodes.len() - 1 {
        let (a, b) = (&nodes[index], &nodes[index + 1]);
        let normal = normal(a, b);
        line.push(along(place(a), normal, radius(a)));
        line.push(along(place(b), normal, radius(b)));
        if let Some(c) = nodes.get(index + 2) {
            join(line, b, normal, self::normal(b, c));
        }
    }
    if let [.., a, b] = nodes {
        let (nx, ny) = normal(a, b);
        let from = libm::atan2(ny, nx);
        arc(line, place(b), radius(b), from, from + std::f64::consts::PI);
    }
}

/// From one piece's side to the next one's: round on the outside of a turn, over the middle on its inside.
fn join(line: &mut Vec<At>, at: &Node, before: At, after: At) {
    let (cos, cross) = (before.0 * after.0 + before.1 * after.1, before.0 * after.1 - before.1 * after.0);
    if cos > STRAIGHT_COS {
        return;
    }
    if cross > 0.0 {
        let from = libm::atan2(before.1, before.0);
        arc(line, place(at), radius(at), from, from + libm::atan2(cross, cos));
    } else {
        line.push(place(at));
    }
}

fn arc(line: &mut Vec<At>, centre: At, radius: f64, from: f64, to: f64) {
    let step = 2.0 * libm::acos(1.0 - SAGITTA_UM / radius.max(SAGITTA_UM * 2.0));
    let steps = ((to - from).abs() / step).ceil().max(1.0) as u32;
    for index in 0..=steps {
        let angle = from + (to - from) * f64::from(index) / f64::from(steps);
        let (sin, cos) = libm::sincos(angle);
        line.push(along(centre, (cos, sin), radius));
    }
}

/// Turned a quarter clockwise on the screen's right, so that arcs with growing angles go round the end.
fn normal(a: &Node, b: &Node) -> At {
    let (a, b) = (place(a), place(b));
    let length = distance(a, b).max(1e-9);
    ((b.1 - a.1) / length, -(b.0 - a.0) / length)
}

fn along(from: At, way: At, by: f64) -> At {
    (from.0 + way.0 * by, from.1 + way.1 * by)
}

fn place(node: &Node) -> At {
    (f64::from(node.x_um), f64::from(node.y_um))
}

fn radius(node: &Node) -> f64 {
    f64::from(node.radius_um)
}

fn distance(a: At, b: At) -> f64 {
    libm::hypot(a.0 - b.0, a.1 - b.1)
}
