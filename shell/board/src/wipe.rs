//! One gesture of an eraser or a palm. Ink goes while the hand moves, but only as ranges along the strokes it meets:
//! nothing is made or unmade before the hand lifts, when what it amounts to becomes one op.
use std::collections::HashMap;

use ink::Trace;

use crate::{
    affine::Affine,
    cell::CellBox,
    clock::Stamp,
    erase::{CRUMB_UM, Swab, length_um},
    object::{Content, Object, ObjectId, Piece, Stroke},
    objects::Slot,
    op::Edit,
    page::PageId,
    point::{PagePoint, PageRect},
    runs::{Along, Range, add, subtract},
    scene::Scene,
};

/// Nodes of a stroke are looked at in chunks of this many, each with its box.
const CHUNK: usize = 8;

/// A stroke as this eraser met it.
struct Met {
    by: Affine,
    /// The movement in which it was last met.
    turn: u32,
    runs: Vec<Vec<Along>>,
    boxes: Vec<Vec<PageRect>>,
}

impl Met {
    fn new(scene: &Scene, slot: Slot, by: Affine, turn: u32) -> Met {
        let runs = scene.placed_runs(slot, false);
        let boxes = runs.iter().map(|run| boxes(run)).collect();
        Met { by, turn, runs, boxes }
    }
}

/// The boxes of a run's chunks; each reaches to the first node of the next.
fn boxes(run: &[Along]) -> Vec<PageRect> {
    (0..run.len().max(1).div_ceil(CHUNK))
        .map(|chunk| {
            let nodes = &run[chunk * CHUNK..run.len().min((chunk + 1) * CHUNK + 1)];
            nodes.iter().fold(PageRect::NOTHING, |all, along| {
                let node = along.node;
                let at = PageRect::new(node.x_um, node.y_um, node.x_um, node.y_um);
                all.union(&at.grown(i32::from(node.radius_um)))
            })
        })
        .collect()
}

/// An eraser that is on the board.
pub(crate) struct Wipe {
    stamp: Stamp,
    page: PageId,
    last: PagePoint,
    /// How far it reached at the last place, once it has rubbed there.
    reached_um: u32,
    turn: u32,
    /// What is no ink, and goes as a whole.
    rubbed: Vec<ObjectId>,
    /// By the first whole of each family.
    cuts: HashMap<Slot, Vec<Range>>,
    met: HashMap<Slot, Met>,
}

impl Wipe {
    pub(crate) fn new(stamp: Stamp, page: PageId, at: PagePoint) -> Wipe {
        Wipe {
            stamp,
            page,
            last: at,
            reached_um: 0,
            turn: 0,
            rubbed: Vec::new(),
            cuts: HashMap::new(),
            met: HashMap::new(),
        }
    }

    pub(crate) fn stamp(&self) -> Stamp {
        self.stamp
    }

    /// Rubs out what lies within `radius_um` of the way from the last place to `at`.
    pub(crate) fn rub(&mut self, scene: &mut Scene, at: PagePoint, radius_um: u32) {
        let swab = Swab { from: self.last, to: at, radius_um };
        let before = Swab { radius_um: self.reached_um, ..swab };
        (self.last, self.reached_um) = (at, radius_um);
        self.turn += 1;
        let area = swab.bounds();
        let mut met = Vec::new();
        if let Some(page) = scene.pages.get(self.page) {
            page.index.spots(area, |slot, spot| {
                // Ink that lay wholly under the eraser where this movement begins is gone already.
                let gone = before.begins_over(&spot) && scene.objects.is_packed(slot);
                if !gone && swab.may_reach(&spot) {
                    met.push(slot);
                }
            });
        }
        met.sort_unstable();
        met.dedup();
        let mut widest = 0;
        for slot in met {
            if scene.looks(slot).is_some_and(|looks| looks.pinned) {
                continue;
            }
            match scene.objects.loose(slot) {
                None | Some(Content::Stroke(_)) => widest = widest.max(self.cut(scene, slot, &swab, &area)),
                // A written word is rubbed out like ink, but whole; a figure where its line is met.
                Some(Content::Text(_)) => self.take(scene, slot, at, 0),
                Some(Content::Shape(_)) => self.take(scene, slot, at, radius_um as i32),
                // Who wipes over a picture wants the ink on it gone, not the picture.
                Some(Content::Note(_) | Content::Media(_)) => {}
            }
        }
        if widest > 0 {
            scene.soil(self.page, CellBox::of(area.grown(i32::from(widest))));
        }
        // What this movement did not meet is behind the eraser: remembering it all would fill the memory.
        let turn = self.turn;
        self.met.retain(|_, met| met.turn == turn);
    }

    fn take(&mut self, scene: &mut Scene, slot: Slot, at: PagePoint, near_um: i32) {
        let id = scene.objects.id(slot);
        if scene.is_at(id, at, near_um) {
            scene.rub_out(id, self.stamp);
            self.rubbed.push(id);
        }
    }

    /// Cuts a stroke where it is met; says how wide its line is there, 0 where it is not.
    fn cut(&mut self, scene: &mut Scene, slot: Slot, swab: &Swab, area: &PageRect) -> u16 {
        let by = scene.looks(slot).map_or(Affine::IDENTITY, |looks| looks.by);
        let turn = self.turn;
        let met = self.met.entry(slot).or_insert_with(|| Met::new(scene, slot, by, turn));
        if met.by != by {
            *met = Met::new(scene, slot, by, turn);
        }
        met.turn = turn;
        let mut cuts: Vec<Range> = Vec::new();
        let mut widest = 0;
        for (run, boxes) in met.runs.iter().zip(&met.boxes) {
            for (chunk, _) in boxes.iter().enumerate().filter(|(_, around)| around.overlaps(area)) {
                let nodes = &run[chunk * CHUNK..run.len().min((chunk + 1) * CHUNK + 1)];
                swab.cuts(nodes, &mut cuts);
                widest = nodes.iter().fold(widest, |widest, along| widest.max(along.node.radius_um));
            }
        }
        if cuts.is_empty() {
            return 0;
        }
        let root = scene.root(slot);
        let own = self.cuts.entry(root).or_default();
        let before = own.clone();
        cuts.into_iter().for_each(|range| add(own, range));
        if *own == before {
            return 0;
        }
        scene.wipe(root, self.stamp, own);
        widest
    }

    /// What the gesture amounts to; nothing if it met nothing.
    pub(crate) fn finish(self, scene: &mut Scene) -> Vec<Edit> {
        let (mut rubbed, mut pieces) = (self.rubbed, Vec::new());
        for root in self.cuts.keys() {
            scene.unwipe(*root, self.stamp);
        }
        let mut cuts: Vec<_> = self.cuts.into_iter().collect();
        cuts.sort_unstable_by_key(|(root, _)| scene.objects.id(*root));
        for (root, ranges) in cuts {
            for slot in scene.family(root).into_iter().filter(|slot| scene.objects.is_shown(*slot)) {
                let runs = scene.runs(slot, false);
                let Some(rest) = rest(&runs, &ranges) else { continue };
                let id = scene.objects.id(slot);
                rubbed.push(id);
                let Some(object) = scene.object(id) else { continue };
                let Content::Stroke(stroke) = &object.content else { continue };
                for run in rest {
                    let (Some(first), Some(last)) = (run.first(), run.last()) else { continue };
                    let piece = Piece { of: id, from: first.at, to: last.at };
                    let trace = run.iter().map(|along| along.node).collect::<Trace>();
                    let content = Content::Stroke(Stroke { trace, ..stroke.clone() });
                    let id = ObjectId { made: self.stamp, index: pieces.len() as u32 };
                    let page = object.page;
                    pieces.push(Edit::Add(Object {
                        id,
                        page,
                        piece_of: Some(piece),
                        content,
                        ..object.clone()
                    }));
                }
            }
        }
        if rubbed.is_empty() {
            return Vec::new();
        }
        let mut edits = vec![Edit::Erase { ids: rubbed }];
        edits.append(&mut pieces);
        edits
    }

    /// As if it had never been.
    pub(crate) fn cancel(self, scene: &mut Scene) {
        for root in self.cuts.keys() {
            scene.unwipe(*root, self.stamp);
            scene.soil_family(*root);
        }
        for id in self.rubbed {
            scene.unrub(id, self.stamp);
        }
    }
}

/// What ranges leave of some runs, without crumbs; `None` if they take nothing.
fn rest(runs: &[Vec<Along>], cuts: &[Range]) -> Option<Vec<Vec<Along>>> {
    let mut rest = Vec::new();
    let mut touched = false;
    for run in runs {
        let (Some(first), Some(last)) = (run.first(), run.last()) else { continue };
        let whole = (first.at, last.at.max(first.at + 1));
        let mut left = vec![whole];
        cuts.iter().for_each(|cut| subtract(&mut left, *cut));
        if left == [whole] {
            rest.push(run.clone());
            continue;
        }
        touched = true;
        let parts = left.into_iter().map(|range| crate::runs::clip(run, range));
        rest.extend(parts.filter(|part| length_um(part) > CRUMB_UM));
    }
    touched.then_some(rest)
}

impl Scene {
    /// Says what an eraser still on the board has taken from a family.
    fn wipe(&mut self, root: Slot, stamp: Stamp, ranges: &[Range]) {
        let wiped = self.wiped.entry(root).or_default();
        match wiped.iter_mut().find(|(other, _)| *other == stamp) {
            Some((_, own)) => ranges.clone_into(own),
            None => wiped.push((stamp, ranges.to_vec())),
        }
    }

    fn unwipe(&mut self, root: Slot, stamp: Stamp) {
        if let Some(wiped) = self.wiped.get_mut(&root) {
            wiped.retain(|(other, _)| *other != stamp);
            if wiped.is_empty() {
                self.wiped.remove(&root);
            }
        }
    }

    /// Cells must be drawn again.
    fn soil(&mut self, page: PageId, cells: CellBox) {
        if let Some(page) = self.pages.by_id_mut(page) {
            page.index.soil(cells);
        }
    }

    fn soil_family(&mut self, root: Slot) {
        for slot in self.family(root) {
            if self.objects.is_shown(slot)
                && let Some(page) = self.pages.at(self.objects.page(slot)).map(|page| page.id)
                && let Some(area) = self.bounds(&[self.objects.id(slot)])
            {
                self.soil(page, CellBox::of(area));
            }
        }
    }
}
