//! What is left of a stroke, as ranges along it. A stroke and all that was ever cut from it are a family: every
//! place on any of them is a place along the first whole. So what one person rubbed out stays rubbed out, whoever
//! undoes the cut by which it had become a piece of its own, and two who cut one stroke without knowing of each other
//! leave what neither touched.
use ink::Node;

use crate::{
    affine::Affine, clock::Stamp, objects::Slot, placed::place_node, resolve::FACTOR_ONE, scene::Scene,
};

/// From where to where along the first whole: the node's number in the upper bits, a part of the way to the next in
/// the lowest 16.
pub(crate) type Range = (u64, u64);

/// One node, in 1/65536 of the way to the next.
const NODE: u64 = 1 << 16;
/// Room is made for so many nodes before any has been unpacked: bytes that lie about their number cost no more.
const MOST_AT_ONCE: usize = 1 << 16;

/// A node and where along the first whole it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Along {
    pub(crate) node: Node,
    pub(crate) at: u64,
}

impl Along {
    /// The place between two, `part` of the way.
    pub(crate) fn between(a: &Along, b: &Along, part: f64) -> Along {
        let mix = |a: f64, b: f64| a + (b - a) * part;
        let node = Node::nearest(
            mix(f64::from(a.node.x_um), f64::from(b.node.x_um)),
            mix(f64::from(a.node.y_um), f64::from(b.node.y_um)),
            mix(f64::from(a.node.radius_um), f64::from(b.node.radius_um)),
            if part < 0.5 { a.node.t_ms } else { b.node.t_ms },
        );
        Along { node, at: mix(a.at as f64, b.at as f64).round() as u64 }
    }
}

/// Takes a range out of others.
pub(crate) fn subtract(ranges: &mut Vec<Range>, cut: Range) {
    if cut.0 >= cut.1 {
        return;
    }
    let mut at = 0;
    while at < ranges.len() {
        let (from, to) = ranges[at];
        if cut.1 <= from || cut.0 >= to {
            at += 1;
            continue;
        }
        let rest = [(from, cut.0.max(from)), (cut.1.min(to), to)];
        let rest = rest.into_iter().filter(|(from, to)| from < to);
        let left = rest.clone().count();
        ranges.splice(at..=at, rest);
        at += left;
    }
}

/// Adds a range to others that lie in order, so that none touches the next. Says whether it was not there yet.
pub(crate) fn add(ranges: &mut Vec<Range>, (mut from, mut to): Range) -> bool {
    if has(ranges, (from, to)) {
        return false;
    }
    let first = ranges.partition_point(|range| range.1 < from);
    let end = first + ranges[first..].partition_point(|range| range.0 <= to);
    if let Some(touched) = ranges.get(first..end).filter(|touched| !touched.is_empty()) {
        (from, to) = (from.min(touched[0].0), to.max(touched[touched.len() - 1].1));
    }
    ranges.splice(first..end, [(from, to)]);
    true
}

/// Whether a range lies in one of others that lie in order.
pub(crate) fn has(ranges: &[Range], (from, to): Range) -> bool {
    let after = ranges.partition_point(|range| range.0 <= from);
    after.checked_sub(1).is_some_and(|at| ranges[at].1 >= to)
}

/// The part of a run within a range.
pub(crate) fn clip(run: &[Along], (from, to): Range) -> Vec<Along> {
    if let [only] = run {
        return vec![*only];
    }
    let mut part = Vec::new();
    for pair in run.windows(2) {
        let (a, b) = (pair[0], pair[1]);
        let (start, end) = (from.max(a.at), to.min(b.at));
        if start >= end {
            continue;
        }
        let place = |at: u64| {
            if at == a.at {
                a
            } else if at == b.at {
                b
            } else {
                Along { at, ..Along::between(&a, &b, (at - a.at) as f64 / (b.at - a.at) as f64) }
            }
        };
        if part.is_empty() {
            part.push(place(start));
        }
        part.push(place(end));
    }
    part
}

impl Scene {
    pub(crate) fn root(&self, slot: Slot) -> Slot {
        self.line(slot).last().unwrap_or(slot)
    }

    /// A stroke and everything cut from it.
    pub(crate) fn family(&self, root: Slot) -> Vec<Slot> {
        let mut family = vec![root];
        let mut next = 0;
        while let Some(slot) = family.get(next).copied() {
            family.extend(
                self.objects.extras(slot).into_iter().flat_map(|extras| extras.pieces.iter().copied()),
            );
            next += 1;
        }
        family
    }

    /// Where along the first whole a stroke was made to reach.
    pub(crate) fn range(&self, slot: Slot) -> Range {
        match self.objects.extras(slot) {
            Some(extras) if extras.whole.is_some() => extras.range,
            _ => (0, u64::MAX),
        }
    }

    /// The same with its end, for what is a stroke.
    pub(crate) fn reach(&self, slot: Slot) -> Option<Range> {
        let (from, to) = self.range(slot);
        let nodes = self.objects.nodes(slot)?.size_hint().1? as u64;
        let end = if to == u64::MAX { nodes.saturating_sub(1).saturating_mul(NODE) } else { to };
        Some((from, end.max(from + 1)))
    }

    /// Marks that a family must be looked at as a whole: somebody undid something in it, or two cut one stroke.
    pub(crate) fn tangle(&mut self, slot: Slot) {
        let root = self.root(slot);
        let extras = self.objects.extras(slot);
        if self.is_tangled(root) || root == slot && extras.is_none_or(|extras| extras.pieces.is_empty()) {
            return;
        }
        self.objects.extras_mut(root).tangled = true;
    }

    pub(crate) fn is_tangled(&self, root: Slot) -> bool {
        self.objects.extras(root).is_some_and(|extras| extras.tangled)
    }

    fn is_alive(&self, slot: Slot) -> bool {
        self.lives(slot)
            && !self
                .objects
                .extras(slot)
                .is_some_and(|extras| extras.erasers.iter().any(|eraser| self.counts(*eraser)))
    }

    /// What all erasers that count have taken from a family, and who of it is left.
    fn survey(&self, root: Slot) -> (Vec<Range>, Vec<Slot>) {
        let (mut erased, mut alive) = (Vec::new(), Vec::new());
        for slot in self.family(root) {
            if !self.objects.is_known(slot) {
                continue;
            }
            if self.is_alive(slot) {
                alive.push(slot);
            }
            let Some(extras) = self.objects.extras(slot) else { continue };
            for eraser in extras.erasers.iter().filter(|eraser| self.counts(**eraser)) {
                let mut taken = vec![self.range(slot)];
                for piece in &extras.pieces {
                    if self.objects.id(*piece).made == *eraser && self.objects.is_known(*piece) {
                        subtract(&mut taken, self.range(*piece));
                    }
                }
                taken.into_iter().for_each(|range| {
                    add(&mut erased, range);
                });
            }
        }
        alive.sort_unstable_by_key(|slot| self.objects.id(*slot));
        (erased, alive)
    }

    /// What is left of a living member of a tangled family; `None` if that is all of it.
    pub(crate) fn left_of(&self, slot: Slot) -> Option<Vec<Range>> {
        let (erased, alive) = self.survey(self.root(slot));
        let whole = vec![self.range(slot)];
        let mut left = whole.clone();
        erased.into_iter().for_each(|range| subtract(&mut left, range));
        // Where two of a family are left in one place, the older one is shown.
        for other in alive.into_iter().take_while(|other| *other != slot) {
            subtract(&mut left, self.range(other));
        }
        (left != whole).then_some(left)
    }

    /// The nodes of a stroke as it was made, with their places along the first whole.
    fn along(&self, slot: Slot) -> Vec<Along> {
        let mut run = Vec::new();
        self.fill_along(slot, &mut run);
        run
    }

    fn fill_along(&self, slot: Slot, run: &mut Vec<Along>) {
        let Some(nodes) = self.objects.nodes(slot) else { return };
        let (from, to) = self.range(slot);
        let first = from / NODE;
        run.reserve(nodes.size_hint().1.unwrap_or(0).min(MOST_AT_ONCE));
        for (number, node) in (0_u64..).zip(nodes) {
            run.push(Along { node, at: if number == 0 { from } else { (first + number) * NODE } });
        }
        if to != u64::MAX
            && let [.., before, last] = &mut run[..]
        {
            last.at = to.max(before.at + 1);
        }
    }

    /// Fills in the run of a stroke that is neither cut nor moved; says whether it is such a one.
    pub(crate) fn whole_run(&self, slot: Slot, run: &mut Vec<Along>) -> bool {
        let plain = self.looks(slot).is_none();
        if plain {
            self.fill_along(slot, run);
        }
        plain
    }

    /// What is to be seen of a stroke, where it was made: one run, or several if its midst was rubbed out. With
    /// `wet`, what erasers still on the board have taken is gone as well.
    pub(crate) fn runs(&self, slot: Slot, wet: bool) -> Vec<Vec<Along>> {
        let run = self.along(slot);
        let clipped = self.looks(slot).and_then(|looks| looks.left.as_deref());
        let wiped = if wet { self.wiped_of(slot) } else { None };
        if clipped.is_none() && wiped.is_none() {
            return vec![run];
        }
        let mut left = clipped.map_or_else(|| vec![(0, u64::MAX)], <[Range]>::to_vec);
        for range in wiped.into_iter().flatten().flat_map(|(_, ranges)| ranges) {
            subtract(&mut left, *range);
        }
        left.into_iter().map(|range| clip(&run, range)).filter(|run| !run.is_empty()).collect()
    }

    /// The same where it lies.
    pub(crate) fn placed_runs(&self, slot: Slot, wet: bool) -> Vec<Vec<Along>> {
        let by = self.looks(slot).map_or(Affine::IDENTITY, |looks| looks.by);
        let thick = self.thick(slot);
        let mut runs = self.runs(slot, wet);
        if by == Affine::IDENTITY && thick == FACTOR_ONE {
            return runs;
        }
        for along in runs.iter_mut().flatten() {
            along.node = place_node(along.node, &by, thick);
        }
        runs
    }

    /// What erasers still on the board have taken from a stroke's family.
    fn wiped_of(&self, slot: Slot) -> Option<&Vec<(Stamp, Vec<Range>)>> {
        if self.wiped.is_empty() { None } else { self.wiped.get(&self.root(slot)) }
    }

    /// Whether a stroke is not simply all of its nodes.
    pub(crate) fn is_cut(&self, slot: Slot) -> bool {
        self.looks(slot).is_some_and(|looks| looks.left.is_some()) || self.wiped_of(slot).is_some()
    }
}
