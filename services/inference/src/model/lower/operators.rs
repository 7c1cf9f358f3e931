//! The operators that make a map of another size or depth.

use super::draft::{Draft, Kind, Weights};
use super::{Done, Lowering, Map, Unknown, by_channel, places, unknown};
use crate::model::graph::Node;
use crate::model::layer::Window;
use crate::model::program::{Axis, Layer};
use crate::model::resample::Pooling;
use crate::model::simd::Activation;

impl<'a> Lowering<'a> {
    pub(super) fn convolution(&mut self, node: &'a Node) -> Done {
        let (map, weights) = (self.map(node, 0)?, self.wanted(node, 1)?);
        let mut window = window(node, &weights.sides)?;
        window.pads.iter_mut().zip(map.pads).for_each(|(pad, more)| *pad += more);
        let map = Map { pads: [0; 4], ..map };
        if node.sizes("dilations").is_some_and(|steps| steps.iter().any(|&step| step != 1)) {
            return unknown("dilation");
        }
        let group = usize::try_from(node.whole("group", 1)).unwrap_or(0);
        let bias = self.constant(node, 2).map(|bias| bias.numbers.as_slice());
        let weights = Weights::convolution(window, weights, bias, group, map.channels)
            .ok_or_else(|| Unknown("groups or sides".to_owned()))?;
        self.weighted(node, &map, weights);
        Ok(())
    }

    fn weighted(&mut self, node: &'a Node, map: &Map, weights: Weights) {
        let like = Map { channels: weights.channels(), ..map.clone() };
        let joins = weights.kind == Kind::Dense && weights.window != Window::PIXEL;
        let made = self.push(Draft::weighted(weights), &[map], &node.name, &like);
        // The rows are copied anyhow, so they may come from several maps.
        if joins
            && map.alone
            && let Some((_, join)) = self.maker(map.value)
            && let Some(Layer::Join(factors)) = join.layer.take_if(|layer| matches!(layer, Layer::Join(_)))
        {
            let (inputs, widths) = (std::mem::take(&mut join.inputs), std::mem::take(&mut join.widths));
            // Those that are stored as large as they are come first.
            let mut order: Vec<usize> = (0..inputs.len()).collect();
            order.sort_by_key(|&at| factors[at] > 1);
            if let Some((_, draft)) = self.maker(made.value) {
                let ordered = |from: &[usize]| order.iter().map(|&at| from[at]).collect();
                if let Some(weights) = &mut draft.weights {
                    weights.reorder(&widths, &order);
                }
                (draft.inputs, draft.factors, draft.widths) =
                    (ordered(&inputs), ordered(&factors), ordered(&widths));
            }
        }
        self.name(node, made);
    }

    pub(super) fn spread(&mut self, node: &'a Node) -> Done {
        let (map, weights) = (self.map(node, 0)?, self.wanted(node, 1)?);
        let window = window(node, &weights.sides)?;
        let plain = window.stride == window.kernel && window.pads == [0; 4] && node.whole("group", 1) == 1;
        if !plain || node.sizes("output_padding").is_some_and(|padding| padding.iter().any(|&side| side != 0))
        {
            return unknown("overlapping blocks");
        }
        let bias = self.constant(node, 2).map(|bias| bias.numbers.as_slice());
        let weights = Weights::spread(window, weights, bias, map.channels)
            .ok_or_else(|| Unknown("sides".to_owned()))?;
        self.weighted(node, &Map { pixel: false, ..map }, weights);
        Ok(())
    }

    /// Zeros around the map, which the convolution after it adds, or further channels of them.
    pub(super) fn pad(&mut self, node: &'a Node) -> Done {
        let (map, pads) = (self.map(node, 0)?, self.wanted(node, 1)?);
        let zeros = self.constant(node, 2).is_none_or(|with| with.numbers == [0.0]);
        let four = [Axis::Batch, Axis::Channel, Axis::Row, Axis::Column];
        if !zeros || node.word("mode").is_some_and(|mode| mode != "constant") || map.axes != four {
            return unknown("other than zeros around a map");
        }
        match pads.numbers[..] {
            [0.0, 0.0, above, left, 0.0, 0.0, below, right]
                if [above, left, below, right].iter().all(|&pad| pad >= 0.0) =>
            {
                let more = [above, left, below, right].map(|pad| pad as usize);
                let pads = std::array::from_fn(|at| map.pads[at] + more[at]);
                self.name(node, Map { pads, ..map });
            }
            [0.0, 0.0, 0.0, 0.0, 0.0, more, 0.0, 0.0] if more >= 0.0 && map.pads == [0; 4] => {
                let channels = map.channels + more as usize;
                let like = Map { channels, ..map.clone() };
                let made = self.push(Draft::ready(Layer::Widen(channels)), &[&map], &node.name, &like);
                self.name(node, made);
            }
            _ => return unknown("padding"),
        }
        Ok(())
    }

    pub(super) fn clamp(&mut self, node: &'a Node) -> Done {
        let bound = |at: usize| match self.constant(node, at).map(|bound| bound.numbers.as_slice()) {
            Some(&[bound]) => Ok(bound),
            _ => unknown("no bounds"),
        };
        let (least, most) = (bound(1)?, bound(2)?);
        self.activation(node, Activation::Clamp(least, most))
    }

    pub(super) fn leak(&mut self, node: &'a Node) -> Done {
        let (map, slopes) = (self.map(node, 0)?, self.wanted(node, 1)?);
        let slopes = by_channel(&map, slopes).ok_or_else(|| Unknown("slopes".to_owned()))?;
        let made = self.push(Draft::ready(Layer::Leak(slopes)), &[&map], &node.name, &map);
        self.name(node, made);
        Ok(())
    }

    pub(super) fn unfold(&mut self, node: &'a Node) -> Done {
        let map = self.map(node, 0)?;
        let block = usize::try_from(node.whole("blocksize", 0)).unwrap_or(0);
        let plain = node.word("mode").is_none_or(|mode| mode == "DCR");
        if !plain || block == 0 || !map.channels.is_multiple_of(block * block) {
            return unknown("blocks");
        }
        let like = Map { channels: map.channels / (block * block), pixel: false, ..map.clone() };
        let made = self.push(Draft::ready(Layer::Unfold(block)), &[&map], &node.name, &like);
        self.name(node, made);
        Ok(())
    }

    /// A product with a matrix that lies on its side.
    pub(super) fn gemm(&mut self, node: &'a Node) -> Done {
        let (map, matrix) = (self.map(node, 0)?, self.wanted(node, 1)?);
        let plain = node.whole("transB", 0) == 1
            && node.whole("transA", 0) == 0
            && node.number("alpha", 1.0) == 1.0
            && node.number("beta", 1.0) == 1.0;
        match (map.axes.as_slice(), matrix.sides.as_slice()) {
            ([Axis::Batch, Axis::Channel], &[columns, depth]) if plain && depth == map.channels => {
                let turned =
                    (0..depth * columns).map(|at| matrix.numbers[at % columns * depth + at / columns]);
                let bias =
                    self.constant(node, 2).map_or_else(|| vec![0.0; columns], |bias| bias.numbers.clone());
                if bias.len() != columns {
                    return unknown("what is added");
                }
                let weights = Weights::new(Kind::Dense, Window::PIXEL, turned.collect(), bias);
                self.weighted(node, &map, weights);
                Ok(())
            }
            _ => unknown("not over the channels"),
        }
    }

    pub(super) fn product(&mut self, node: &'a Node) -> Done {
        let (map, matrix) = (self.map(node, 0)?, self.wanted(node, 1)?);
        match (map.axes.last(), matrix.sides.as_slice()) {
            (Some(Axis::Channel), &[depth, columns]) if depth == map.channels => {
                let weights =
                    Weights::new(Kind::Dense, Window::PIXEL, matrix.numbers.clone(), vec![0.0; columns]);
                self.weighted(node, &map, weights);
                Ok(())
            }
            _ => unknown("not over the channels"),
        }
    }

    pub(super) fn mean(&mut self, node: &'a Node) -> Done {
        let map = self.map(node, 0)?;
        let listed = node.whole_numbers("axes");
        if listed.as_deref() == Some(&[-1]) {
            return self.layer_normalisation(node);
        }
        let kept = node.whole("keepdims", 1) == 1;
        let over_map =
            node.operator == "GlobalAveragePool" || places(&listed.unwrap_or_default(), 4)? == [2, 3];
        if !over_map || map.axes != [Axis::Batch, Axis::Channel, Axis::Row, Axis::Column] {
            return unknown("not over the whole map");
        }
        let axes = if kept { map.axes.clone() } else { vec![Axis::Batch, Axis::Channel] };
        let like = Map { pixel: true, axes, ..map.clone() };
        let made = self.push(Draft::ready(Layer::Mean), &[&map], &node.name, &like);
        self.name(node, made);
        Ok(())
    }

    pub(super) fn pool(&mut self, node: &'a Node, pooling: Pooling) -> Done {
        let map = self.map(node, 0)?;
        let kernel = node.sizes("kernel_shape").unwrap_or_default();
        let window = window(node, &[&[0, 0], kernel.as_slice()].concat())?;
        if node.whole("ceil_mode", 0) != 0 || (pooling == Pooling::Mean && window.pads != [0; 4]) {
            return unknown("rounding up, or a padded mean");
        }
        let made = self.push(Draft::ready(Layer::Pool(pooling, window)), &[&map], &node.name, &map);
        self.name(node, made);
        Ok(())
    }

    pub(super) fn enlarge(&mut self, node: &'a Node) -> Done {
        let map = self.map(node, 0)?;
        let scales = self.wanted(node, node.inputs.len() - 1)?;
        let smooth = node.word("mode") == Some("linear")
            && node.word("coordinate_transformation_mode").is_none_or(|word| word == "half_pixel");
        if smooth && scales.numbers == [1.0, 1.0, 2.0, 2.0] {
            let made = self.push(
                Draft::ready(Layer::Smooth),
                &[&map],
                &node.name,
                &Map { pixel: false, ..map.clone() },
            );
            self.name(node, made);
            return Ok(());
        }
        let nearest = node.word("mode") == Some("nearest")
            && node.word("coordinate_transformation_mode").is_none_or(|word| word == "asymmetric")
            && node.word("nearest_mode").is_none_or(|word| word == "floor");
        match scales.numbers[..] {
            [1.0, 1.0, down, across] if nearest && down == across && down.fract() == 0.0 && down >= 1.0 => {
                let draft = Draft::ready(Layer::Enlarge(down as usize));
                let made = self.push(draft, &[&map], &node.name, &Map { pixel: false, ..map.clone() });
                self.name(node, made);
                Ok(())
            }
            _ => unknown("not the nearest pixel at a whole factor"),
        }
    }

    pub(super) fn join(&mut self, node: &'a Node) -> Done {
        let maps: Result<Vec<Map>, Unknown> = (0..node.inputs.len()).map(|at| self.map(node, at)).collect();
        let maps = maps?;
        let first = maps.first().ok_or_else(|| Unknown("nothing".to_owned()))?;
        let place = places(&[node.whole("axis", 1)], first.axes.len())?;
        if first.axes == [Axis::Batch, Axis::Column, Axis::Channel]
            && place == [1]
            && maps.iter().all(|map| map.axes == first.axes && map.channels == first.channels)
        {
            let made = self.push(
                Draft::ready(Layer::Stack),
                &maps.iter().collect::<Vec<_>>(),
                &node.name,
                &first.clone(),
            );
            self.name(node, made);
            return Ok(());
        }
        if first.axes.get(place[0]) != Some(&Axis::Channel) || maps.iter().any(|map| map.axes != first.axes) {
            return unknown("not over the channels");
        }
        let like = Map { channels: maps.iter().map(|map| map.channels).sum(), ..first.clone() };
        let (mut sources, mut factors) = (Vec::new(), Vec::new());
        for mut map in maps {
            let mut factor = 1;
            if map.alone
                && let Some((_, draft)) = self.maker(map.value)
                && let Some(Layer::Enlarge(times)) =
                    draft.layer.take_if(|layer| matches!(layer, Layer::Enlarge(_)))
            {
                (factor, map.value) = (times, draft.inputs[0]);
            }
            sources.push(map);
            factors.push(factor);
        }
        let widths = sources.iter().map(|map| map.channels).collect();
        let made = self.push(
            Draft { widths, ..Draft::ready(Layer::Join(factors)) },
            &sources.iter().collect::<Vec<_>>(),
            &node.name,
            &like,
        );
        self.name(node, made);
        Ok(())
    }

    pub(super) fn softmax(&mut self, node: &'a Node) -> Done {
        let map = self.map(node, 0)?;
        let place = places(&[node.whole("axis", -1)], map.axes.len())?;
        if map.axes.get(place[0]) != Some(&Axis::Channel) || place[0] + 1 != map.axes.len() {
            return unknown("not over the channels");
        }
        let made = self.push(Draft::ready(Layer::Softmax), &[&map], &node.name, &map);
        self.name(node, made);
        Ok(())
    }
}

/// Where a node's kernel stands; `sides` are those of its weights.
fn window(node: &Node, sides: &[usize]) -> Result<Window, Unknown> {
    let &[_, _, high, wide] = sides else { return unknown("not over rows and columns") };
    let pair = |name: &str| match node.sizes(name).as_deref() {
        None => Some((1, 1)),
        Some(&[down, across]) if down > 0 && across > 0 => Some((down, across)),
        _ => None,
    };
    let stride = pair("strides").ok_or_else(|| Unknown("strides".to_owned()))?;
    let pads = match (node.word("auto_pad").unwrap_or("NOTSET"), node.sizes("pads").as_deref()) {
        ("NOTSET" | "VALID", None) => [0; 4],
        ("NOTSET", Some(&[above, left, below, right])) => [above, left, below, right],
        // What does not fit on both sides evenly goes after the map.
        ("SAME_UPPER", _) if stride == (1, 1) => [(high - 1) / 2, (wide - 1) / 2, high / 2, wide / 2],
        _ => return unknown("padding"),
    };
    Ok(Window { kernel: (high, wide), stride, pads })
}
