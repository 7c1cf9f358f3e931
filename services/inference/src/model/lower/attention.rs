//! What exporters write out node by node although it is one layer: Gaussian gates, normalisation over the channels, and
//! self-attention.

use super::{Done, Lowering, Map, Unknown, places, unknown};
use crate::model::graph::{Constant, Node};
use crate::model::lower::draft::Draft;
use crate::model::program::{Axis, Layer};
use crate::model::simd::Activation;

impl<'a> Lowering<'a> {
    pub(super) fn is_gelu(&self, node: &Node, constant: &Constant) -> bool {
        let by_root =
            matches!(constant.numbers[..], [root] if (root - std::f32::consts::SQRT_2).abs() < 1e-4);
        node.operator == "Div"
            && by_root
            && self.only_user(node).is_some_and(|(_, next)| next.operator == "Erf")
    }

    /// `x / sqrt 2 -> erf -> + 1 -> * x -> / 2`, as exporters write it out.
    pub(super) fn gelu(&mut self, node: &'a Node) -> Done {
        let map = self.map(node, 0)?;
        let source = &node.inputs[0];
        let mut last = node;
        for operator in ["Erf", "Add", "Mul", "Mul"] {
            match self.only_user(last) {
                Some((at, next)) if next.operator == operator => {
                    self.taken[at] = true;
                    last = next;
                }
                _ => return unknown("no gelu"),
            }
        }
        let halved =
            [0, 1].iter().any(|&at| self.constant(last, at).is_some_and(|half| half.numbers == [0.5]));
        if !halved {
            return unknown("no gelu");
        }
        let alone = self.users.get(source.as_str()).is_some_and(|users| users.len() == 2);
        self.activated(last, &map, alone, Activation::Gelu);
        Ok(())
    }

    /// `x -> mean`, and from both `(x - mean) / sqrt(mean((x - mean)^2) + epsilon) * scale + shift`.
    pub(super) fn layer_normalisation(&mut self, node: &'a Node) -> Done {
        let map = self.map(node, 0)?;
        if map.axes.last() != Some(&Axis::Channel) {
            return unknown("not over the channels");
        }
        let no = || Unknown("no normalisation".to_owned());
        let centred = self.sole(node, "Sub")?;
        let square = self.one_of(centred, "Pow")?;
        let variance = self.sole(square, "ReduceMean")?;
        let over = places(&variance.whole_numbers("axes").unwrap_or_default(), map.axes.len())?;
        let two = self.constant(square, 1).is_some_and(|power| power.numbers == [2.0]);
        let padded = self.sole(variance, "Add")?;
        let root = self.sole(padded, "Sqrt")?;
        let quotient = self.sole(root, "Div")?;
        let scaled = self.sole(quotient, "Mul")?;
        let last = self.sole(scaled, "Add")?;
        let either = |node: &Node| [0, 1].into_iter().find_map(|at| self.constant(node, at));
        let numbers = |constant: Option<&Constant>, count: usize| {
            let numbers = constant.ok_or_else(no)?.numbers.clone();
            if numbers.len() == count { Ok(numbers) } else { Err(no()) }
        };
        let epsilon = numbers(either(padded), 1)?[0];
        let scale = numbers(either(scaled), map.channels)?;
        let shift = numbers(either(last), map.channels)?;
        let same = centred.inputs.first() == node.inputs.first()
            && quotient.inputs.first() == centred.outputs.first();
        if !two || over != [map.axes.len() - 1] || !same {
            return Err(no());
        }
        let draft = Draft::ready(Layer::Normalise { scale, shift, epsilon });
        let made = self.push(draft, &[&map], &node.name, &map);
        self.name(last, made);
        Ok(())
    }

    /// The only node that uses this one's result, which must be of the operator; it is taken along.
    fn sole(&mut self, node: &Node, operator: &str) -> Result<&'a Node, Unknown> {
        match self.only_user(node) {
            Some((at, next)) if next.operator == "Identity" => {
                self.taken[at] = true;
                self.sole(next, operator)
            }
            Some((at, next)) if next.operator == operator => {
                self.taken[at] = true;
                Ok(next)
            }
            _ => unknown("no normalisation"),
        }
    }

    /// A node of the operator among those that use this one's result; it is taken along.
    fn one_of(&mut self, node: &Node, operator: &str) -> Result<&'a Node, Unknown> {
        let users = node.outputs.first().and_then(|name| self.users.get(name.as_str()));
        let found =
            users.into_iter().flatten().find(|&&at| self.graph.nodes[at].operator == operator).copied();
        let at = found.ok_or_else(|| Unknown("no normalisation".to_owned()))?;
        self.taken[at] = true;
        Ok(&self.graph.nodes[at])
    }

    /// Sides that are put in a row, or taken apart again; or the beginning of an attention.
    pub(super) fn reshape(&mut self, node: &'a Node) -> Done {
        let map = self.map(node, 0)?;
        if let Some(shape) = self.constant(node, 1)
            && let [_, _, 3.0, heads, size] = shape.numbers[..]
            && (3.0 * heads * size) as usize == map.channels
        {
            return self.attention(node, &map, heads as usize, map.channels / 3);
        }
        if let Some(shape) = self.constant(node, 1)
            && map.axes.last() == Some(&Axis::Channel)
            && (2..=3).contains(&shape.numbers.len())
            && shape.numbers[0] == 1.0
        {
            return self.refold(node, &map, &shape.numbers);
        }
        let order = self.only_user(node).and_then(|(_, next)| next.sizes("perm"));
        let axes = match (map.axes.as_slice(), order.as_deref()) {
            ([Axis::Batch, Axis::Channel, Axis::Row, Axis::Column], Some([0, 2, 1])) => {
                vec![Axis::Batch, Axis::Channel, Axis::Column]
            }
            ([Axis::Batch, Axis::Column, Axis::Channel], Some([0, 3, 1, 2])) => {
                vec![Axis::Batch, Axis::Row, Axis::Column, Axis::Channel]
            }
            _ => return unknown("these sides"),
        };
        self.name(node, Map { axes, ..map });
        Ok(())
    }

    /// The same numbers as pixels of as many channels as the last side of the shape.
    fn refold(&mut self, node: &'a Node, map: &Map, shape: &[f32]) -> Done {
        let channels = shape.last().map_or(0, |&last| last as usize);
        if channels == 0
            || !map.channels.is_multiple_of(channels)
            || (shape.len() == 2 && channels != map.channels)
        {
            return unknown("these sides");
        }
        let axes = match shape.len() {
            2 => vec![Axis::Batch, Axis::Channel],
            _ => vec![Axis::Batch, Axis::Column, Axis::Channel],
        };
        let like = Map { axes, channels, ..map.clone() };
        let made = self.push(Draft::ready(Layer::Refold(channels)), &[map], &node.name, &like);
        self.name(node, made);
        Ok(())
    }

    /// From the reshape into queries, keys and values of each head to the reshape back. Every node between must be one
    /// of those that an attention has, and as often.
    fn attention(&mut self, node: &'a Node, map: &Map, heads: usize, channels: usize) -> Done {
        let no = || Unknown("no attention".to_owned());
        // Each node between, with which of the three it is about, where it is about one.
        let mut between: Vec<(usize, Option<usize>)> = Vec::new();
        let mut open: Vec<(&'a Node, Option<usize>)> = vec![(node, None)];
        let (mut last, mut scale) = (None, None);
        while let Some((from, third)) = open.pop() {
            let users = from.outputs.first().and_then(|name| self.users.get(name.as_str())).ok_or_else(no)?;
            for &at in users {
                let next = &self.graph.nodes[at];
                let third = if next.operator == "Slice" { self.third(next) } else { third };
                if between.iter().any(|(known, _)| *known == at) {
                    continue;
                }
                between.push((at, third));
                match (next.operator.as_str(), self.constant(next, 1)) {
                    ("Mul", Some(factor)) if third == Some(0) => scale = factor.numbers.first().copied(),
                    ("Reshape", Some(shape)) if shape.numbers.last() == Some(&(channels as f32)) => {
                        last = Some(next);
                        continue;
                    }
                    _ => {}
                }
                open.push((next, third));
            }
        }
        let count = |operator: &str, third: Option<usize>| {
            let fits = |&&(at, of): &&(usize, Option<usize>)| {
                self.graph.nodes[at].operator == operator && (third.is_none() || of == third)
            };
            between.iter().filter(fits).count()
        };
        let known =
            ["Identity", "Shape", "Reshape", "Slice", "Squeeze", "Mul", "MatMul", "Softmax", "Transpose"];
        let fits = between.iter().all(|(at, _)| known.contains(&self.graph.nodes[*at].operator.as_str()))
            && [("Slice", 3), ("Squeeze", 3), ("Mul", 1), ("MatMul", 2), ("Softmax", 1), ("Transpose", 3)]
                .iter()
                .all(|&(operator, times)| count(operator, None) == times)
            && (0..3).all(|third| count("Slice", Some(third)) == 1)
            && count("Transpose", Some(1)) >= 1;
        let (Some(last), Some(scale), true) = (last, scale, fits) else { return Err(no()) };
        between.iter().for_each(|(at, _)| self.taken[*at] = true);
        let like = Map { channels, ..map.clone() };
        let made = self.push(Draft::ready(Layer::Attend { heads, scale }), &[map], &node.name, &like);
        self.name(last, made);
        Ok(())
    }

    /// Which third of queries, keys and values a slice takes.
    fn third(&self, slice: &Node) -> Option<usize> {
        match self.constant(slice, 1)?.numbers[..] {
            [start] if (0.0..3.0).contains(&start) => Some(start as usize),
            _ => None,
        }
    }
}
