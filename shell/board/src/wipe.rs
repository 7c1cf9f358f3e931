//! One gesture of an eraser or a palm. Ink goes while the hand moves, but only as ranges along the strokes it meets:
//! nothing is made or unmade before the hand lifts, when what it amounts to becomes one op.
use crate::{
    affine::Affine,
    cell::{CellAt, CellBox},
    clock::Stamp,
    erase::{CRUMB_UM, Sweep, length_um},
    met::Met,
    object::{Content, Object, ObjectId, Piece, Stroke},
    objects::{BySlot, Slot},
    op::Edit,
    page::PageId,
    point::{PagePoint, PageRect},
    runs::{Along, Range, add, clip, has, subtract},
    scene::Scene,
};

/// The memory of so many strokes is kept for others: what a palm meets anew with a movement on a full page.
const MOST_SPARE: usize = 4_096;

/// An eraser that is on the board. What it has taken of strokes is in the scene, as ranges.
pub(crate) struct Wipe {
    /// What it is called as long as it is on the board.
    stamp: Stamp,
    page: PageId,
    last: PagePoint,
    /// How far it reached at the last place, once it has rubbed there.
    reached_um: u32,
    turn: u32,
    /// What is met goes as a whole.
    whole: bool,
    /// What is no ink, and goes as a whole.
    rubbed: Vec<ObjectId>,
    /// The first wholes of the families it has cut.
    roots: Vec<Slot>,
    met: BySlot<Met>,
    /// The memory of strokes that are behind it.
    spare: Vec<Met>,
}

impl Wipe {
    pub(crate) fn new(stamp: Stamp, page: PageId, at: PagePoint, whole: bool) -> Wipe {
        Wipe {
            stamp,
            page,
            last: at,
            reached_um: 0,
            turn: 0,
            whole,
            rubbed: Vec::new(),
            roots: Vec::new(),
            met: BySlot::default(),
            spare: Vec::new(),
        }
    }

    /// Rubs out what lies within `radius_um` of the way from the last place to `at`, and was not reached before.
    pub(crate) fn rub(&mut self, scene: &mut Scene, at: PagePoint, radius_um: u32) {
        let sweep = Sweep::new(self.last, at, radius_um, self.reached_um);
        (self.last, self.reached_um) = (at, radius_um);
        self.turn += 1;
        let area = sweep.swab.bounds();
        let mut met = Vec::new();
        if let Some(page) = scene.pages.get(self.page) {
            let is_stroke = |slot| scene.objects.is_packed(slot);
            page.index.wanted(area, |spot| sweep.reaches_anew(spot), is_stroke, |slot| met.push(slot));
        }
        met.sort_unstable();
        met.dedup();
        let mut changed = Changed::new(area);
        for slot in met {
            if scene.looks(slot).is_some_and(|looks| looks.pinned) {
                continue;
            }
            match scene.objects.loose(slot) {
                None | Some(Content::Stroke(_)) => self.cut(scene, slot, &sweep, &mut changed),
                // A written word is rubbed out like ink, but whole; a figure where its line is met.
                Some(Content::Text(_)) => self.take(scene, slot, at, 0),
                Some(Content::Shape(_)) => self.take(scene, slot, at, radius_um as i32),
                // Who wipes over a picture wants the ink on it gone, not the picture.
                Some(Content::Note(_) | Content::Media(_)) => {}
            }
        }
        scene.soil(self.page, changed.cells());
        // What this movement did not meet is behind the eraser: remembering it all would fill the memory.
        let turn = self.turn;
        let behind = self.met.extract_if(|_, met| met.turn != turn).map(|(_, met)| met);
        let room = MOST_SPARE.saturating_sub(self.spare.len());
        self.spare.extend(behind.take(room));
        self.met.retain(|_, met| met.turn == turn);
    }

    fn take(&mut self, scene: &mut Scene, slot: Slot, at: PagePoint, near_um: i32) {
        let id = scene.objects.id(slot);
        if scene.is_at(id, at, near_um) {
            scene.rub_out(id, self.stamp);
            self.rubbed.push(id);
        }
    }

    /// Cuts a stroke where it is met.
    fn cut(&mut self, scene: &mut Scene, slot: Slot, sweep: &Sweep, changed: &mut Changed) {
        let root = scene.root(slot);
        let by = scene.looks(slot).map_or(Affine::IDENTITY, |looks| looks.by);
        let spare = &mut self.spare;
        let met = self.met.entry(slot).or_insert_with(|| spare.pop().unwrap_or_default());
        if !met.is(slot, &by) {
            met.meet(scene, slot, by, scene.wiped_by(root, self.stamp));
        }
        met.turn = self.turn;
        let all = scene.wiped.get_mut(&root);
        match all.and_then(|all| all.iter_mut().find(|(stamp, _)| *stamp == self.stamp)) {
            Some((_, own)) => met.cut(sweep, own, changed),
            None => {
                let mut own = Vec::new();
                met.cut(sweep, &mut own, changed);
                if !own.is_empty() {
                    scene.wiped.entry(root).or_default().push((self.stamp, own));
                    self.roots.push(root);
                }
            }
        }
        if self.whole {
            self.take_rest(scene, slot, root);
        }
    }

    /// Of a stroke that was cut goes the rest too.
    fn take_rest(&self, scene: &mut Scene, slot: Slot, root: Slot) {
        let Some(reach) = scene.reach(slot) else { return };
        let all = scene.wiped.get_mut(&root).into_iter().flatten();
        let Some((_, own)) = all.into_iter().find(|(stamp, _)| *stamp == self.stamp) else { return };
        let is_cut = own.iter().any(|(from, to)| *from < reach.1 && *to > reach.0);
        if is_cut && add(own, reach) {
            let around = scene.bounds(&[scene.objects.id(slot)]).unwrap_or_default();
            scene.soil(self.page, CellBox::of(around).iter());
        }
    }

    /// What the gesture amounts to, as an op of this stamp; nothing if it met nothing. The op is done when the hand
    /// lifts, after all that it has met, which may be younger than the gesture.
    pub(crate) fn finish(self, scene: &mut Scene, stamp: Stamp) -> Vec<Edit> {
        let (mut rubbed, mut pieces) = (self.rubbed, Vec::new());
        rubbed.iter().for_each(|id| scene.rubbed_as(*id, self.stamp, stamp));
        let mut roots = self.roots;
        roots.sort_unstable_by_key(|root| scene.objects.id(*root));
        for root in roots {
            let cuts = scene.unwipe(root, self.stamp);
            for slot in scene.family(root).into_iter().filter(|slot| scene.objects.is_shown(*slot)) {
                if scene.reach(slot).is_some_and(|reach| has(&cuts, reach)) {
                    rubbed.push(scene.objects.id(slot));
                    continue;
                }
                let Some(rest) = rest(scene.runs(slot, false), &cuts) else { continue };
                rubbed.push(scene.objects.id(slot));
                for run in rest {
                    let id = ObjectId { made: stamp, index: pieces.len() as u32 };
                    pieces.extend(scene.piece(slot, id, &run).map(Edit::Add));
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
        for root in self.roots {
            scene.unwipe(root, self.stamp);
            scene.soil_family(root);
        }
        for id in self.rubbed {
            scene.unrub(id, self.stamp);
        }
    }
}

/// The cells that look different after a movement.
pub(crate) struct Changed {
    /// Nothing further away is touched.
    area: PageRect,
    around: CellBox,
    /// Of each cell of the box, whether it is.
    cells: Vec<bool>,
}

impl Changed {
    fn new(area: PageRect) -> Changed {
        // What is touched is touched at its rim, and goes in all its width.
        let around = CellBox::of(area.grown(2 * i32::from(u16::MAX)));
        Changed { area, around, cells: vec![false; around.count() as usize] }
    }

    /// A box in which there was ink of this half width.
    pub(crate) fn add(&mut self, rect: &PageRect, radius_um: u16) {
        for at in CellBox::of(rect.intersect(&self.area.grown(2 * i32::from(radius_um)))).iter() {
            if let Some(cell) = self.around.number(at).and_then(|number| self.cells.get_mut(number)) {
                *cell = true;
            }
        }
    }

    fn cells(&self) -> impl Iterator<Item = CellAt> {
        self.around.iter().zip(&self.cells).filter(|(_, changed)| **changed).map(|(at, _)| at)
    }
}

/// What ranges leave of some runs, without crumbs; `None` if they take nothing.
fn rest(runs: Vec<Vec<Along>>, cuts: &[Range]) -> Option<Vec<Vec<Along>>> {
    let mut rest = Vec::new();
    let mut touched = false;
    for run in runs {
        let (Some(first), Some(last)) = (run.first(), run.last()) else { continue };
        let whole = (first.at, last.at.max(first.at + 1));
        let mut left = vec![whole];
        cuts.iter().for_each(|cut| subtract(&mut left, *cut));
        if left == [whole] {
            rest.push(run);
            continue;
        }
        touched = true;
        let parts = left.into_iter().map(|range| clip(&run, range));
        rest.extend(parts.filter(|part| length_um(part) > CRUMB_UM));
    }
    touched.then_some(rest)
}

impl Scene {
    /// What an eraser still on the board has taken from a family.
    fn wiped_by(&self, root: Slot, stamp: Stamp) -> &[Range] {
        let all = self.wiped.get(&root).into_iter().flatten();
        all.filter(|(other, _)| *other == stamp).map(|(_, own)| own.as_slice()).next().unwrap_or_default()
    }

    /// Gives back what an eraser has taken, and says what that was.
    fn unwipe(&mut self, root: Slot, stamp: Stamp) -> Vec<Range> {
        let Some(wiped) = self.wiped.get_mut(&root) else { return Vec::new() };
        let own = wiped.iter().position(|(other, _)| *other == stamp);
        let own = own.map_or_else(Vec::new, |own| wiped.remove(own).1);
        if wiped.is_empty() {
            self.wiped.remove(&root);
        }
        own
    }

    /// A run of a stroke as an object of its own.
    fn piece(&self, of: Slot, id: ObjectId, run: &[Along]) -> Option<Object> {
        let (first, last) = (run.first()?, run.last()?);
        let (colour, highlighter) = self.objects.ink(of);
        let trace = run.iter().map(|along| along.node).collect();
        Some(Object {
            id,
            page: self.pages.at(self.objects.page(of))?.id,
            by: self.objects.by(of),
            z: self.objects.z(of),
            piece_of: Some(Piece { of: self.objects.id(of), from: first.at, to: last.at }),
            content: Content::Stroke(Stroke { colour, highlighter, trace }),
        })
    }

    /// Cells must be drawn again.
    fn soil(&mut self, page: PageId, cells: impl Iterator<Item = CellAt>) {
        if let Some(page) = self.pages.by_id_mut(page) {
            page.index.soil(cells);
        }
    }

    /// Everything must be drawn again.
    pub(crate) fn soil_all(&mut self) {
        self.pages.iter_mut().for_each(|page| page.index.dirty.all = true);
    }

    fn soil_family(&mut self, root: Slot) {
        for slot in self.family(root) {
            if self.objects.is_shown(slot)
                && let Some(page) = self.pages.at(self.objects.page(slot)).map(|page| page.id)
                && let Some(area) = self.bounds(&[self.objects.id(slot)])
            {
                self.soil(page, CellBox::of(area).iter());
            }
        }
    }
}
