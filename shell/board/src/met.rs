//! A stroke as an eraser met it, in chunks: so that a movement looks only at the stretches that it newly reaches.
use crate::{
    affine::Affine,
    erase::Sweep,
    objects::Slot,
    point::PageRect,
    runs::{Along, Range, add, has},
    scene::Scene,
    wipe::Changed,
};

/// Stretches of a stroke are looked at in chunks of this many.
const CHUNK: usize = 8;

/// Some stretches of a run that follow each other.
struct Chunk {
    /// Its nodes; the last is the first of the next chunk.
    from: u32,
    to: u32,
    around: PageRect,
    /// The half width of its line where that is widest.
    radius_um: u16,
    /// The eraser has taken all of it.
    gone: bool,
}

#[derive(Default)]
pub(crate) struct Met {
    slot: Option<Slot>,
    by: Affine,
    /// The movement in which it was last met.
    pub(crate) turn: u32,
    nodes: Vec<Along>,
    chunks: Vec<Chunk>,
}

impl Met {
    /// Whether this is a stroke that still lies where it was met.
    pub(crate) fn is(&self, slot: Slot, by: &Affine) -> bool {
        self.slot == Some(slot) && self.by == *by
    }

    /// Becomes a stroke. `cut` is what the eraser has taken of its family so far.
    pub(crate) fn meet(&mut self, scene: &Scene, slot: Slot, by: Affine, cut: &[Range]) {
        (self.slot, self.by) = (Some(slot), by);
        self.nodes.clear();
        self.chunks.clear();
        if scene.whole_run(slot, &mut self.nodes) {
            self.chunk(0, cut);
            return;
        }
        for run in scene.placed_runs(slot, false) {
            let first = self.nodes.len();
            self.nodes.extend(run);
            self.chunk(first, cut);
        }
    }

    /// Makes chunks of a run, which goes from a node to the last.
    fn chunk(&mut self, first: usize, cut: &[Range]) {
        let end = self.nodes.len();
        for from in (first..end.saturating_sub(1).max(first + 1)).step_by(CHUNK) {
            let to = end.min(from + CHUNK + 1);
            let nodes = &self.nodes[from..to];
            let around = nodes.iter().fold(PageRect::NOTHING, |all, along| {
                let node = along.node;
                let at = PageRect::new(node.x_um, node.y_um, node.x_um, node.y_um);
                all.union(&at.grown(i32::from(node.radius_um)))
            });
            let gone = !cut.is_empty() && whole(nodes).is_none_or(|whole| has(cut, whole));
            let radius_um = nodes.iter().fold(0, |widest, along| widest.max(along.node.radius_um));
            self.chunks.push(Chunk { from: from as u32, to: to as u32, around, radius_um, gone });
        }
    }

    /// Adds to `cut` what a movement takes.
    pub(crate) fn cut(&mut self, sweep: &Sweep, cut: &mut Vec<Range>, changed: &mut Changed) {
        let mut taken = Vec::new();
        for chunk in &mut self.chunks {
            if chunk.gone || !sweep.reaches_anew(&chunk.around) {
                continue;
            }
            let nodes = &self.nodes[chunk.from as usize..chunk.to as usize];
            let Some(whole) = whole(nodes) else { continue };
            if sweep.swab.covers(&chunk.around) {
                taken.push(whole);
            } else {
                sweep.swab.cuts(nodes, &mut taken);
            }
            let mut news = false;
            taken.drain(..).for_each(|range| news |= add(cut, range));
            if news {
                chunk.gone = has(cut, whole);
                changed.add(&chunk.around, chunk.radius_um);
            }
        }
    }
}

/// From where to where nodes reach.
fn whole(nodes: &[Along]) -> Option<Range> {
    let (first, last) = (nodes.first()?, nodes.last()?);
    Some((first.at, last.at.max(first.at + 1)))
}
