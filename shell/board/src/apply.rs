//! What ops do to a scene. Each is only entered where it speaks of something; what then holds is looked up anew, so
//! that neither order nor repetition matters.
use crate::{
    affine::Affine,
    clock::Stamp,
    object::{Object, ObjectId},
    objects::Slot,
    op::{Edit, Op},
    page::PageId,
    scene::Scene,
};

/// What an op of more objects than this takes away goes in one walk over the page: finding the cells of a stroke takes
/// as long as looking at some hundred entries of the index.
const MANY: usize = 512;

impl Scene {
    /// Applies all edits of an op. Nothing is drawn: what changed is in [`Scene::take_dirty`].
    pub(crate) fn apply(&mut self, op: &Op) {
        let mut touched: Vec<Slot> = Vec::new();
        let mut own = false;
        for edit in &op.edits {
            match edit {
                // An object is named by the op that brings it; a stranger's name is no name.
                Edit::Add(object) => {
                    if object.id.made == op.stamp {
                        own |= object.id.index == 0;
                        touched.push(self.add(object.clone()));
                    }
                }
                Edit::Void { op: target, void } => self.void(*target, op.stamp, *void),
                Edit::Erase { ids } => {
                    self.each(ids, &mut touched, |scene, slot| scene.rub(slot, op.stamp));
                }
                Edit::Move { ids, dx_um, dy_um } => {
                    let by = Affine::shift(*dx_um, *dy_um);
                    self.each(ids, &mut touched, |scene, slot| scene.shift(slot, op.stamp, by));
                }
                Edit::Transform { ids, by } => {
                    self.each(ids, &mut touched, |scene, slot| scene.shift(slot, op.stamp, *by));
                }
                Edit::Set { ids, field } => self.each(ids, &mut touched, |scene, slot| {
                    enter(&mut scene.objects.extras_mut(slot).fields, op.stamp, *field);
                }),
                Edit::Say { id, text } => self.each(&[*id], &mut touched, |scene, slot| {
                    enter(&mut scene.objects.extras_mut(slot).words, op.stamp, text.clone());
                }),
                Edit::AddPage | Edit::SetPaper(_) | Edit::DropPage | Edit::MovePage { .. } => {
                    self.turn(op, edit);
                }
            }
        }
        if self.voids.contains_key(&op.stamp) {
            touched.iter().for_each(|slot| self.tangle(*slot));
        }
        if touched.len() > MANY {
            self.hide_gone(&touched);
        }
        // Of an op that only brings one object, the object itself tells all.
        let alone = own && touched.len() == 1;
        if !own {
            self.seen.insert(op.stamp);
        }
        if !alone {
            self.told(op);
            // Before anything is looked at again: what an op of more brings was not just being written.
            if !touched.is_empty() {
                touched.shrink_to_fit();
                self.touched.insert(op.stamp, Vec::new());
            }
        }
        // From the top down, so that what goes goes from the end of its cells.
        touched.iter().rev().for_each(|slot| self.refresh_family(*slot));
        if !alone && !touched.is_empty() {
            self.touched.insert(op.stamp, touched);
        }
    }

    /// Does something to each of some objects once, also to those not yet known.
    fn each(&mut self, ids: &[ObjectId], touched: &mut Vec<Slot>, mut what: impl FnMut(&mut Scene, Slot)) {
        let mut ids = ids.to_vec();
        ids.sort_unstable();
        ids.dedup();
        for id in ids {
            let slot = self.objects.slot(id);
            what(self, slot);
            touched.push(slot);
        }
    }

    fn rub(&mut self, slot: Slot, stamp: Stamp) {
        let erasers = &mut self.objects.extras_mut(slot).erasers;
        if !erasers.contains(&stamp) {
            erasers.reserve_exact(1);
            erasers.push(stamp);
            if erasers.len() > 1 {
                self.tangle(slot);
            }
        }
    }

    fn shift(&mut self, slot: Slot, stamp: Stamp, by: Affine) {
        enter(&mut self.objects.extras_mut(slot).moves, stamp, by);
    }

    fn turn(&mut self, op: &Op, edit: &Edit) {
        let slot = self.pages.slot(op.page);
        if !matches!(edit, Edit::AddPage) {
            self.turned.insert(op.stamp, slot);
        }
        let Some(page) = self.pages.get_mut(slot) else { return };
        match edit {
            // A page is named by the op that adds it.
            Edit::AddPage => page.known |= page.id == PageId(op.stamp),
            Edit::SetPaper(paper) => {
                enter(&mut page.papers, op.stamp, *paper);
                page.index.dirty.all = true;
            }
            Edit::DropPage => page.drops.push(op.stamp),
            Edit::MovePage { place } => enter(&mut page.places, op.stamp, *place),
            Edit::Add(_)
            | Edit::Void { .. }
            | Edit::Erase { .. }
            | Edit::Move { .. }
            | Edit::Say { .. }
            | Edit::Transform { .. }
            | Edit::Set { .. } => {}
        }
    }

    /// What an op speaks of.
    pub(crate) fn touched_by(&self, op: Stamp) -> Vec<Slot> {
        match self.touched.get(&op) {
            Some(touched) => touched.clone(),
            None => self.slot(ObjectId { made: op, index: 0 }).into_iter().collect(),
        }
    }

    fn void(&mut self, target: Stamp, stamp: Stamp, void: bool) {
        enter(self.voids.entry(target).or_default(), stamp, void);
        let touched = self.touched_by(target);
        touched.iter().for_each(|slot| self.tangle(*slot));
        touched.iter().rev().for_each(|slot| self.refresh_family(*slot));
        self.turned_again(target);
    }

    /// A page that an op speaks of may look different now.
    pub(crate) fn turned_again(&mut self, op: Stamp) {
        if let Some(page) = self.turned.get(&op).and_then(|page| self.pages.get_mut(*page)) {
            page.index.dirty.all = true;
        }
    }

    /// Takes in an object that an op brings.
    pub(crate) fn add(&mut self, object: Object) -> Slot {
        let slot = self.objects.slot(object.id);
        if self.objects.is_known(slot) {
            return slot;
        }
        let page = self.pages.slot(object.page);
        if let Some(page) = self.pages.get_mut(page) {
            page.known = true;
        }
        // A piece is younger than its whole; anything else is no family but a loop.
        let whole = object.piece_of.filter(|piece| piece.of < object.id);
        let whole = whole.map(|piece| self.objects.slot(piece.of));
        let tangled = self.is_tangled(slot);
        self.objects.put(slot, object, page, whole);
        if let Some(whole) = whole {
            self.objects.extras_mut(whole).pieces.push(slot);
            let several = |slot| self.objects.extras(slot).is_some_and(|extras| extras.erasers.len() > 1);
            // A word on an op may come before the first piece that it concerns.
            if tangled || several(whole) || several(slot) || self.is_undone(whole) || self.is_undone(slot) {
                self.tangle(slot);
            }
        }
        slot
    }

    /// Whether somebody undid, or did again, an op that speaks of an object.
    fn is_undone(&self, slot: Slot) -> bool {
        let said = |stamp: &Stamp| self.voids.contains_key(stamp);
        said(&self.objects.id(slot).made)
            || self.objects.extras(slot).is_some_and(|extras| {
                extras.erasers.iter().any(said)
                    || extras.moves.iter().any(|(stamp, _)| said(stamp))
                    || extras.fields.iter().any(|(stamp, _)| said(stamp))
                    || extras.words.iter().any(|(stamp, _)| said(stamp))
            })
    }

    /// Takes objects along under a hand that has not let go of them yet: so far from where ops have put them.
    pub(crate) fn drag(&mut self, ids: &[ObjectId], by: &Affine) {
        self.let_go(ids, by);
        for id in ids {
            if let Some(slot) = self.objects.find(*id) {
                self.refresh_family(slot);
            }
        }
    }

    /// The same, but nothing is moved yet: an op is about to say where things are.
    pub(crate) fn let_go(&mut self, ids: &[ObjectId], by: &Affine) {
        for id in ids {
            let Some(slot) = self.objects.find(*id) else { continue };
            self.objects.extras_mut(slot).drag = (*by != Affine::IDENTITY).then(|| Box::new(*by));
        }
    }

    /// Rubs an object out at once, for a gesture whose op is still to come.
    pub(crate) fn rub_out(&mut self, id: ObjectId, stamp: Stamp) {
        let slot = self.objects.slot(id);
        self.rub(slot, stamp);
        self.refresh_family(slot);
    }

    /// A [`Scene::rub_out`] becomes that of an op.
    pub(crate) fn rubbed_as(&mut self, id: ObjectId, stamp: Stamp, op: Stamp) {
        let Some(slot) = self.objects.find(id) else { return };
        let erasers = &mut self.objects.extras_mut(slot).erasers;
        erasers.iter_mut().filter(|eraser| **eraser == stamp).for_each(|eraser| *eraser = op);
    }

    /// Takes a [`Scene::rub_out`] back.
    pub(crate) fn unrub(&mut self, id: ObjectId, stamp: Stamp) {
        let Some(slot) = self.objects.find(id) else { return };
        self.objects.extras_mut(slot).erasers.retain(|eraser| *eraser != stamp);
        self.refresh_family(slot);
    }
}

/// Enters what an op says among what others say, in the order of their stamps.
fn enter<T>(all: &mut Vec<(Stamp, T)>, stamp: Stamp, what: T) {
    let place = all.partition_point(|(other, _)| *other <= stamp);
    all.reserve_exact(1);
    all.insert(place, (stamp, what));
}
